#include "whet/analysis/RecordUses.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/facts/FindingSet.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSet.h"
#include <array>
#include <map>
#include <set>

using namespace whet;
using namespace clang;

/// Between a record's name and the file that defines it.
static constexpr char InFile = '|';

// --- Facts -----------------------------------------------------------------

namespace {
enum class Reliance {
  Offset,
  Size,
  Bytes,
  Reinterpreted,
  Punned,
  ForeignLanguage,
  Assembly,
  FixedAddress,
  Compared,
  Neighbour,
  // By the source only:
  Built,
  Library
};
constexpr unsigned NumReliances = 12;

bool isOfSourceOnly(Reliance Kind) { return Kind >= Reliance::Built; }

/// Whether who relies on a record in this way relies on its parts, too.
bool goesToParts(Reliance Kind) { return Kind < Reliance::Compared; }

llvm::StringRef inWords(Reliance Kind) {
  static constexpr std::array<llvm::StringLiteral, NumReliances> Words = {
      "asked for the offset of a field here",
      "its size is compared here",
      "read or written as bytes here",
      "its bytes are taken for those of another type here",
      "in a union with others here",
      "another language sees it here",
      "assembly sees it here",
      "taken to be at a certain address here",
      "compared field by field here",
      "the neighbours of a field are reached here",
      "built from values by position here",
      "handed here to a library that may visit its fields"};
  return Words[static_cast<unsigned>(Kind)];
}

/// Why there may be many; the smaller ones are better evidence.
enum class Multitude { Array, Element, Pointer, Allocated, Node };
constexpr unsigned NumMultitudes = 5;

/// Whether each of them is an allocation of its own.
bool isByItself(Multitude Kind) { return Kind >= Multitude::Pointer; }

llvm::StringRef inWords(Multitude Kind) {
  static constexpr std::array<llvm::StringLiteral, NumMultitudes> Words = {
      "an array of them is here", "a container of them is here",
      "a container of pointers to them is here",
      "each iteration allocates one here", "each leads to another one of them"};
  return Words[static_cast<unsigned>(Kind)];
}

struct Many {
  Multitude Kind = Multitude::Array;
  /// There are many of what it is a part of.
  bool IsPart = false;
  SourcePosition Where;

  auto operator<=>(const Many &) const = default;
};

struct RecordUse {
  static constexpr llvm::StringLiteral Kind = "record-use";

  void join(const RecordUse &Other) {
    for (const auto &[How, Where] : Other.Relied)
      relyOn(How, Where);
    if (Other.Multitude)
      noteMany(*Other.Multitude, true);
    if (Other.Uncounted)
      noteMany(*Other.Uncounted, false);
    Parts.insert(Other.Parts.begin(), Other.Parts.end());
    Followers.join(Other.Followers);
    for (const auto &[Where, Elements] : Other.Arrays)
      noteArray(Where, Elements);
  }

  /// Whether that is news.
  bool relyOn(Reliance How, const SourcePosition &Where) {
    auto [It, IsNew] = Relied.try_emplace(How, Where);
    if (!IsNew && Where < It->second) {
      It->second = Where;
      return true;
    }
    return IsNew;
  }

  /// Whether that is news. \p IsCounted: nobody needs it who knows Arrays.
  bool noteMany(const Many &More, bool IsCounted) {
    bool IsNews = false;
    for (std::optional<Many> *Known : {&Multitude, &Uncounted}) {
      if ((IsCounted && Known == &Uncounted) || (*Known && **Known <= More))
        continue;
      *Known = More;
      IsNews = true;
    }
    return IsNews;
  }

  /// Where instantiations differ in the bound, the largest counts.
  void noteArray(const SourcePosition &Where, uint64_t Elements) {
    uint64_t &Known = Arrays[Where];
    Known = std::max(Known, Elements);
  }

  /// The first place of each kind.
  std::map<Reliance, SourcePosition> Relied;
  std::optional<Many> Multitude;
  /// The same, but for what Arrays has the number of.
  std::optional<Many> Uncounted;
  /// Records that it has as bases and fields, by value.
  std::set<std::string> Parts;
  /// What has to be edited along: lists, bindings, constructors.
  PlaceSet Followers;
  /// Elements of arrays of it that have a constant bound.
  std::map<SourcePosition, uint64_t> Arrays;
};

llvm::json::Value toJSON(const RecordUse &U) {
  llvm::json::Object O;
  llvm::json::Array Relied;
  for (const auto &[How, Where] : U.Relied)
    Relied.push_back(
        llvm::json::Array{static_cast<unsigned>(How), whet::toJSON(Where)});
  if (!Relied.empty())
    O["relied"] = std::move(Relied);
  auto Write = [](const Many &M) {
    return llvm::json::Array{static_cast<unsigned>(M.Kind), M.IsPart,
                             whet::toJSON(M.Where)};
  };
  if (U.Multitude)
    O["many"] = Write(*U.Multitude);
  if (U.Uncounted)
    O["uncounted"] = Write(*U.Uncounted);
  if (!U.Parts.empty())
    O["parts"] = llvm::json::Array(U.Parts);
  if (!U.Followers.empty())
    O["followers"] = whet::toJSON(U.Followers);
  llvm::json::Array Arrays;
  for (const auto &[Where, Elements] : U.Arrays)
    Arrays.push_back(
        llvm::json::Array{llvm::json::Value(Elements), whet::toJSON(Where)});
  if (!Arrays.empty())
    O["arrays"] = std::move(Arrays);
  return O;
}

/// [kind, ..., position], as long as \p Size; the kind.
std::optional<unsigned> readPlace(const llvm::json::Value &V, size_t Size,
                                  unsigned Kinds, SourcePosition &Where,
                                  llvm::json::Path P) {
  const llvm::json::Array *A = V.getAsArray();
  unsigned Kind = 0;
  if (A && A->size() == Size && fromJSON((*A)[0], Kind, P.index(0)) &&
      Kind < Kinds &&
      whet::fromJSON(A->back(), Where,
                     P.index(static_cast<unsigned>(Size) - 1)))
    return Kind;
  P.report("expected a kind and a position");
  return std::nullopt;
}

bool readMany(const llvm::json::Value &V, llvm::StringRef Field,
              std::optional<Many> &Result, llvm::json::Path P) {
  const llvm::json::Value *M = V.getAsObject()->get(Field);
  if (!M)
    return true;
  Many Value;
  std::optional<unsigned> Kind =
      readPlace(*M, 3, NumMultitudes, Value.Where, P.field(Field));
  if (!Kind)
    return false;
  Value.Kind = static_cast<Multitude>(*Kind);
  Value.IsPart = (*M->getAsArray())[1].getAsBoolean().value_or(false);
  Result = Value;
  return true;
}

/// [elements, position]
bool readArray(const llvm::json::Value &V, RecordUse &U, llvm::json::Path P) {
  const llvm::json::Array *A = V.getAsArray();
  uint64_t Elements = 0;
  SourcePosition Where;
  if (!A || A->size() != 2 || !fromJSON((*A)[0], Elements, P.index(0)) ||
      !whet::fromJSON((*A)[1], Where, P.index(1))) {
    P.report("expected a number of elements and a position");
    return false;
  }
  U.noteArray(Where, Elements);
  return true;
}

bool fromJSON(const llvm::json::Value &V, RecordUse &U, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> Parts;
  if (!O || !O.mapOptional("parts", Parts))
    return false;
  U.Parts = {Parts.begin(), Parts.end()};
  if (const llvm::json::Value *Followers = V.getAsObject()->get("followers"))
    if (!whet::fromJSON(*Followers, U.Followers, P.field("followers")))
      return false;
  if (const llvm::json::Array *Relied = V.getAsObject()->getArray("relied"))
    for (const llvm::json::Value &R : *Relied) {
      SourcePosition Where;
      std::optional<unsigned> Kind =
          readPlace(R, 2, NumReliances, Where, P.field("relied"));
      if (!Kind)
        return false;
      U.relyOn(static_cast<Reliance>(*Kind), Where);
    }
  if (!readMany(V, "many", U.Multitude, P) ||
      !readMany(V, "uncounted", U.Uncounted, P))
    return false;
  if (const llvm::json::Array *Arrays = V.getAsObject()->getArray("arrays"))
    for (const llvm::json::Value &A : *Arrays)
      if (!readArray(A, U, P.field("arrays")))
        return false;
  return true;
}

/// Hands on what units know of a record by its name only: reliance to all that
/// are called so, and that there are many only if one alone is.
void solveNames(FactBase &Facts) {
  auto &Uses = Facts.table<RecordUse>().Facts;
  for (const auto &[Name, Use] : Uses) {
    if (Name.find(InFile) != std::string::npos)
      continue;
    const std::string Prefix = Name + InFile;
    auto First = Uses.lower_bound(Prefix);
    auto Last = First;
    while (Last != Uses.end() &&
           llvm::StringRef(Last->first).starts_with(Prefix))
      ++Last;
    bool IsUnique = First != Last && std::next(First) == Last;
    for (auto It = First; It != Last; ++It) {
      for (const auto &[How, Where] : Use.Relied)
        It->second.relyOn(How, Where);
      if (IsUnique && Use.Multitude)
        It->second.noteMany(*Use.Multitude, !Use.Uncounted);
    }
  }
}

/// Hands on to parts what holders are relied on for. Places only get smaller,
/// of which there are finitely many.
void solveParts(FactBase &Facts) {
  solveNames(Facts);
  auto &Uses = Facts.table<RecordUse>().Facts;
  std::vector<std::string> Work;
  for (const auto &[Key, Use] : Uses)
    if (!Use.Parts.empty() && (!Use.Relied.empty() || Use.Multitude))
      Work.push_back(Key);
  while (!Work.empty()) {
    const RecordUse &Holder = Uses[std::move(Work.back())];
    Work.pop_back();
    for (const std::string &Part : Holder.Parts) {
      RecordUse &Use = Uses[Part];
      bool IsNews = false;
      for (const auto &[How, Where] : Holder.Relied)
        if (goesToParts(How))
          IsNews |= Use.relyOn(How, Where);
      if (Holder.Multitude) {
        Many M = *Holder.Multitude;
        M.IsPart = true;
        IsNews |= Use.noteMany(M, false);
      }
      if (IsNews)
        Work.push_back(Part);
    }
  }
}
} // namespace

static const RegisterFact<RecordUse> RegisteredUse(solveParts);

// --- Conditions ------------------------------------------------------------

static Answer unlessIncomplete(bool Holds, const FactBase &Facts) {
  if (!Holds)
    return Answer::No;
  return Facts.isComplete() ? Answer::Yes : Answer::Unknown;
}

static constexpr llvm::StringLiteral OrderIsFreeName = "record-order-is-free";
static const RegisterPredicate
    OrderIsFree(OrderIsFreeName, [](const FactBase &Facts, const Condition &C) {
      const auto *U = Facts.find<RecordUse>(C.Subject);
      bool IsFree = !U || llvm::all_of(U->Relied, [](const auto &Entry) {
        return isOfSourceOnly(Entry.first);
      });
      return unlessIncomplete(IsFree, Facts);
    });

static std::string inWords(const Many &M) {
  llvm::StringRef Words = inWords(M.Kind);
  return M.IsPart ? ("of what it is a part of: " + Words).str() : Words.str();
}

static Supplement multitude(const FactBase &Facts, const Condition &C) {
  const auto *U = Facts.find<RecordUse>(C.Subject);
  if (!U || !U->Multitude)
    return {};
  return {{{U->Multitude->Where, inWords(*U->Multitude)}}, {}};
}

static constexpr llvm::StringLiteral ThereAreManyName = "record-has-many";
static const RegisterPredicate ThereAreMany(
    ThereAreManyName,
    [](const FactBase &Facts, const Condition &C) {
      const auto *U = Facts.find<RecordUse>(C.Subject);
      if (!U || !U->Multitude)
        return Answer::Unknown;
      bool IsSwallowed = C.Bound != 0 && !U->Multitude->IsPart &&
                         isByItself(U->Multitude->Kind);
      return IsSwallowed ? Answer::No : Answer::Yes;
    },
    "there may be only one", multitude);

static Supplement followers(const FactBase &Facts, const Condition &C) {
  Supplement Result;
  if (const auto *U = Facts.find<RecordUse>(C.Subject))
    for (const auto &[How, Where] : U->Relied)
      if (isOfSourceOnly(How))
        Result.Notes.push_back({Where, inWords(How).str()});
  return Result;
}

static constexpr llvm::StringLiteral NoSourceFollowsName =
    "record-no-source-follows";
static const RegisterPredicate NoSourceFollows(
    NoSourceFollowsName,
    [](const FactBase &Facts, const Condition &C) {
      const auto *U = Facts.find<RecordUse>(C.Subject);
      bool Follows = U && llvm::any_of(U->Relied, [](const auto &Entry) {
                       return isOfSourceOnly(Entry.first);
                     });
      return unlessIncomplete(!Follows, Facts);
    },
    "code has its fields by their position", followers);

Condition whet::orderIsFree(llvm::StringRef Record) {
  return {.Predicate = OrderIsFreeName.str(), .Subject = Record.str()};
}

Condition whet::thereAreMany(llvm::StringRef Record, bool IsSwallowed) {
  return {.Predicate = ThereAreManyName.str(),
          .Subject = Record.str(),
          .Bound = IsSwallowed};
}

Condition whet::noSourceFollows(llvm::StringRef Record) {
  return {.Predicate = NoSourceFollowsName.str(),
          .Subject = Record.str(),
          .On = Condition::Scope::Fix};
}

// --- For people --------------------------------------------------------------

std::vector<RecordReliance> whet::relianceOn(const FactBase &Facts,
                                             llvm::StringRef Record) {
  std::vector<RecordReliance> Result;
  // Kinds that are of the source only come last.
  const auto *U = Facts.find<RecordUse>(Record);
  if (!U)
    return Result;
  Result.reserve(U->Relied.size());
  for (const auto &[How, Where] : U->Relied)
    Result.push_back({Where, inWords(How).str(), isOfSourceOnly(How)});
  return Result;
}

uint64_t RecordInstances::known() const {
  uint64_t Sum = 0;
  for (const Array &A : Arrays)
    Sum += A.Elements;
  return Sum;
}

RecordInstances whet::instancesOf(const FactBase &Facts,
                                  llvm::StringRef Record) {
  RecordInstances Result;
  const auto *U = Facts.find<RecordUse>(Record);
  if (!U)
    return Result;
  for (const auto &[Where, Elements] : U->Arrays)
    Result.Arrays.push_back({Where, Elements});
  if (U->Uncounted)
    Result.Many = {U->Uncounted->Where, inWords(*U->Uncounted)};
  return Result;
}

std::optional<std::string> whet::recordKey(const CXXRecordDecl &Record) {
  std::optional<std::string> Key = entityKey(Record);
  const CXXRecordDecl *Definition = Record.getDefinition();
  if (Key && Definition)
    *Key += InFile + sharedPath(Definition->getLocation(),
                                Record.getASTContext().getSourceManager());
  return Key;
}

// --- Names of libraries ------------------------------------------------------

static const llvm::StringSet<> &keepsOrderFree() {
  static const llvm::StringSet<> Names = {
#define KEEPS_ORDER_FREE(NAME) NAME,
#include "RecordUses.inc"
  };
  return Names;
}

static const llvm::StringSet<> &builders() {
  static const llvm::StringSet<> Names = {
#define BUILDS(NAME) NAME,
#include "RecordUses.inc"
  };
  return Names;
}

static const llvm::StringSet<> &multitudes() {
  static const llvm::StringSet<> Names = {
#define HOLDS_MANY(NAME) NAME,
#include "RecordUses.inc"
  };
  return Names;
}

static const llvm::StringSet<> &owners() {
  static const llvm::StringSet<> Names = {
#define OWNS(NAME) NAME,
#include "RecordUses.inc"
  };
  return Names;
}

static bool isNamed(const NamedDecl &D, const llvm::StringSet<> &Names) {
  if (const auto *Function = dyn_cast<FunctionDecl>(&D))
    if (Function->isOverloadedOperator())
      return Names.contains(Function->getNameAsString());
  return D.getIdentifier() && Names.contains(D.getName());
}

// --- Types -----------------------------------------------------------------

// The record that T is one of, an array of, or a reference to.
static const CXXRecordDecl *recordOf(QualType T) {
  if (T.isNull())
    return nullptr;
  return T.getNonReferenceType()
      ->getBaseElementTypeUnsafe()
      ->getAsCXXRecordDecl();
}

// The record whose objects a pointer, or an array, of type T leads to.
static const CXXRecordDecl *pointee(QualType T) {
  if (T.isNull())
    return nullptr;
  T = T.getNonReferenceType();
  if (T->isArrayType())
    return recordOf(T);
  QualType To = T->getPointeeType();
  return To.isNull() ? nullptr : recordOf(To);
}

static bool isBytePointer(QualType T) {
  QualType To = T->getPointeeType();
  return !To.isNull() && (To->isAnyCharacterType() || To->isStdByteType());
}

static bool isVoidPointer(QualType T) { return T->isVoidPointerType(); }

static bool takesInteger(const FunctionDecl &F) {
  return llvm::any_of(F.parameters(), [](const ParmVarDecl *P) {
    return P->getType()->isIntegerType() && !P->getType()->isBooleanType();
  });
}

// --- The walk --------------------------------------------------------------

namespace {
class UseCollector : public DynamicRecursiveASTVisitor {
public:
  UseCollector(ASTContext &Ctx, FactBase &Facts, PositionalUses &Positional)
      : Ctx(Ctx), SM(Ctx.getSourceManager()), Facts(Facts),
        Positional(Positional) {
    ShouldVisitTemplateInstantiations = true;
    ShouldWalkTypesOfTypeLocs = false;
  }

  bool TraverseDecl(Decl *D) override;
  bool TraverseForStmt(ForStmt *S) override;
  bool TraverseWhileStmt(WhileStmt *S) override;
  bool TraverseDoStmt(DoStmt *S) override;
  bool TraverseCXXForRangeStmt(CXXForRangeStmt *S) override;

  bool VisitCXXRecordDecl(CXXRecordDecl *D) override;
  bool VisitFieldDecl(FieldDecl *D) override;
  bool VisitVarDecl(VarDecl *D) override;
  bool VisitFunctionDecl(FunctionDecl *D) override;
  bool VisitTypedefNameDecl(TypedefNameDecl *D) override;
  bool VisitDecompositionDecl(DecompositionDecl *D) override;
  bool VisitStaticAssertDecl(StaticAssertDecl *D) override;

  bool VisitOffsetOfExpr(OffsetOfExpr *E) override;
  bool VisitBinaryOperator(BinaryOperator *E) override;
  bool VisitArraySubscriptExpr(ArraySubscriptExpr *E) override;
  bool VisitCastExpr(CastExpr *E) override;
  bool VisitMemberExpr(MemberExpr *E) override;
  bool VisitDeclRefExpr(DeclRefExpr *E) override;
  bool VisitInitListExpr(InitListExpr *E) override;
  bool VisitCXXParenListInitExpr(CXXParenListInitExpr *E) override;
  bool VisitCXXNewExpr(CXXNewExpr *E) override;
  bool VisitCallExpr(CallExpr *E) override;
  bool VisitGCCAsmStmt(GCCAsmStmt *S) override;

private:
  const std::string *keyOf(const CXXRecordDecl *Record);
  void rely(const CXXRecordDecl *Record, Reliance How, SourceLocation Where);
  void noteMany(const CXXRecordDecl *Record, Multitude Kind,
                SourceLocation Where, bool IsCounted = false);
  void noteArray(QualType T, SourceLocation Where);
  bool noteNewArray(const CXXNewExpr &E, const CXXRecordDecl &Record);
  void addParts(const CXXRecordDecl &Record, std::set<std::string> &Parts,
                unsigned Depth);
  void noteContainer(QualType T, SourceLocation Where, bool IsInside = false,
                     bool IsOwned = false);
  void noteSignature(const FunctionDecl &F);
  void noteAssertion(const Stmt &S);
  void noteNeighbour(const Expr &Address);
  void noteList(const InitListExpr &List);
  void notePositional(PositionalUse Use);
  void noteConstructor(const CXXConstructorDecl &C);
  void noteBytes(const FunctionDecl &Callee, llvm::ArrayRef<const Expr *> Args);
  void noteTemplateArguments(const FunctionDecl &Callee, const CallExpr &Call);

  ASTContext &Ctx;
  const SourceManager &SM;
  FactBase &Facts;
  PositionalUses &Positional;
  // Keys are pointed to while others are added.
  std::map<const CXXRecordDecl *, std::optional<std::string>> Keys;
  llvm::SmallPtrSet<const InitListExpr *, 32> SeenLists;
  /// What a text stands for where it is not instantiated.
  llvm::DenseMap<SourceLocation, const CXXRecordDecl *> InPattern;
  unsigned LoopDepth = 0;
  unsigned InstantiationDepth = 0;
};
} // namespace

const std::string *UseCollector::keyOf(const CXXRecordDecl *Record) {
  if (!Record)
    return nullptr;
  Record = Record->getCanonicalDecl();
  auto [It, IsNew] = Keys.try_emplace(Record);
  if (IsNew && !Record->isDependentContext() && !Record->isLambda() &&
      !SM.isInSystemHeader(SM.getExpansionLoc(Record->getLocation())))
    It->second = recordKey(*Record);
  return It->second ? &*It->second : nullptr;
}

void UseCollector::rely(const CXXRecordDecl *Record, Reliance How,
                        SourceLocation Where) {
  const std::string *Key = keyOf(Record);
  if (!Key)
    return;
  RecordUse Use;
  Use.relyOn(How, sharedPosition(Where, SM));
  Facts.add(*Key, Use);
}

void UseCollector::noteMany(const CXXRecordDecl *Record, Multitude Kind,
                            SourceLocation Where, bool IsCounted) {
  const std::string *Key = keyOf(Record);
  if (!Key)
    return;
  RecordUse Use;
  Use.noteMany({Kind, false, sharedPosition(Where, SM)}, IsCounted);
  Facts.add(*Key, Use);
}

static bool isInstantiation(const Decl &D) {
  if (const auto *Function = dyn_cast<FunctionDecl>(&D))
    return Function->isTemplateInstantiation();
  if (const auto *Record = dyn_cast<ClassTemplateSpecializationDecl>(&D))
    return !Record->isExplicitSpecialization();
  if (const auto *Var = dyn_cast<VarTemplateSpecializationDecl>(&D))
    return !Var->isExplicitSpecialization();
  return false;
}

// What system headers define relies on nobody's order; what they instantiate is
// asked for at the call.
bool UseCollector::TraverseDecl(Decl *D) {
  if (D && !isa<TranslationUnitDecl>(D) &&
      SM.isInSystemHeader(SM.getExpansionLoc(D->getLocation())))
    return true;
  bool IsInstantiation = D && isInstantiation(*D);
  InstantiationDepth += IsInstantiation;
  bool Continues = DynamicRecursiveASTVisitor::TraverseDecl(D);
  InstantiationDepth -= IsInstantiation;
  return Continues;
}

bool UseCollector::TraverseForStmt(ForStmt *S) {
  ++LoopDepth;
  bool Continues = DynamicRecursiveASTVisitor::TraverseForStmt(S);
  --LoopDepth;
  return Continues;
}

bool UseCollector::TraverseWhileStmt(WhileStmt *S) {
  ++LoopDepth;
  bool Continues = DynamicRecursiveASTVisitor::TraverseWhileStmt(S);
  --LoopDepth;
  return Continues;
}

bool UseCollector::TraverseDoStmt(DoStmt *S) {
  // `do ... while (0)` is a block.
  bool IsFalse =
      S->getCond()->IgnoreParenImpCasts()->isIntegerConstantExpr(Ctx) &&
      S->getCond()->EvaluateKnownConstInt(Ctx) == 0;
  LoopDepth += !IsFalse;
  bool Continues = DynamicRecursiveASTVisitor::TraverseDoStmt(S);
  LoopDepth -= !IsFalse;
  return Continues;
}

bool UseCollector::TraverseCXXForRangeStmt(CXXForRangeStmt *S) {
  ++LoopDepth;
  bool Continues = DynamicRecursiveASTVisitor::TraverseCXXForRangeStmt(S);
  --LoopDepth;
  return Continues;
}

// --- Records, and where there are many --------------------------------------

/// Optionals of pairs of arrays: deep enough.
static constexpr unsigned MaxLibraryDepth = 6;

void UseCollector::addParts(const CXXRecordDecl &Record,
                            std::set<std::string> &Parts, unsigned Depth) {
  auto Add = [&](QualType T) {
    const CXXRecordDecl *Part = recordOf(T);
    if (!Part || T->isReferenceType())
      return;
    if (const std::string *Key = keyOf(Part))
      Parts.insert(*Key);
    else if (Part->hasDefinition() && Depth < MaxLibraryDepth)
      addParts(*Part->getDefinition(), Parts, Depth + 1);
  };
  for (const CXXBaseSpecifier &Base : Record.bases())
    Add(Base.getType());
  for (const FieldDecl *Field : Record.fields())
    Add(Field->getType());
}

bool UseCollector::VisitCXXRecordDecl(CXXRecordDecl *D) {
  if (!D->isThisDeclarationADefinition() || D->isInvalidDecl())
    return true;
  const std::string *Key = keyOf(D);
  if (!Key)
    return true;
  RecordUse Use;
  addParts(*D, Use.Parts, 0);
  if (!Use.Parts.empty())
    Facts.add(*Key, Use);
  return true;
}

// The record that T, an element or a pointer to one, leads to.
static const CXXRecordDecl *elementOf(QualType T) {
  if (const CXXRecordDecl *Pointee = pointee(T))
    return Pointee;
  return recordOf(T);
}

static const ClassTemplateSpecializationDecl *libraryTemplate(QualType T) {
  const auto *Spec =
      dyn_cast_or_null<ClassTemplateSpecializationDecl>(elementOf(T));
  return Spec && isOfStandardLibrary(*Spec) ? Spec : nullptr;
}

void UseCollector::noteContainer(QualType T, SourceLocation Where,
                                 bool IsInside, bool IsOwned) {
  const ClassTemplateSpecializationDecl *Spec = libraryTemplate(T);
  if (!Spec) {
    if (IsInside)
      noteMany(elementOf(T),
               pointee(T) || IsOwned ? Multitude::Pointer : Multitude::Element,
               Where);
    return;
  }
  bool IsMany = isNamed(*Spec, multitudes());
  if (!IsMany && !isNamed(*Spec, owners()))
    return;
  auto Note = [&](const TemplateArgument &A) {
    if (A.getKind() == TemplateArgument::Type)
      noteContainer(A.getAsType(), Where, IsInside || IsMany,
                    IsOwned || Spec->getName().ends_with("_ptr"));
  };
  for (const TemplateArgument &A : Spec->getTemplateArgs().asArray())
    if (A.getKind() == TemplateArgument::Pack)
      llvm::for_each(A.pack_elements(), Note);
    else
      Note(A);
}

/// An array of as many is worth a word.
static constexpr uint64_t ManyElements = 16;

static bool hasManyElements(QualType T, const ASTContext &Ctx) {
  const ConstantArrayType *Array = Ctx.getAsConstantArrayType(T);
  return Array && Ctx.getConstantArrayElementCount(Array) >= ManyElements;
}

// The elements of T, an array of arrays of constant bounds; none if it is no
// array.
static uint64_t elementCount(QualType T, const ASTContext &Ctx) {
  if (const ConstantArrayType *Array = Ctx.getAsConstantArrayType(T))
    return Ctx.getConstantArrayElementCount(Array);
  const ClassTemplateSpecializationDecl *Spec = libraryTemplate(T);
  if (!Spec || Spec->getName() != "array" ||
      Spec->getTemplateArgs().size() != 2 ||
      Spec->getTemplateArgs()[1].getKind() != TemplateArgument::Integral)
    return 0;
  return Spec->getTemplateArgs()[1].getAsIntegral().getZExtValue();
}

void UseCollector::noteArray(QualType T, SourceLocation Where) {
  if (T->isReferenceType() || T->isPointerType())
    return;
  uint64_t Elements = elementCount(T, Ctx);
  if (Elements < 2)
    return;
  const CXXRecordDecl *Element = recordOf(T);
  if (const auto *Spec = libraryTemplate(T); Spec && !T->isArrayType())
    Element = recordOf(Spec->getTemplateArgs()[0].getAsType());
  const std::string *Key = keyOf(Element);
  if (!Key)
    return;
  RecordUse Use;
  Use.noteArray(sharedPosition(Where, SM), Elements);
  Facts.add(*Key, Use);
}

// The records that a pointer, a smart pointer or a container of type T leads
// to, if Record is among them.
static bool leadsTo(QualType T, const CXXRecordDecl &Record) {
  if (const CXXRecordDecl *To = pointee(T))
    if (To->getCanonicalDecl() == Record.getCanonicalDecl())
      return true;
  const ClassTemplateSpecializationDecl *Spec = libraryTemplate(T);
  if (!Spec || !(isNamed(*Spec, owners()) || isNamed(*Spec, multitudes())))
    return false;
  return llvm::any_of(
      Spec->getTemplateArgs().asArray(), [&](const TemplateArgument &A) {
        if (A.getKind() != TemplateArgument::Type)
          return false;
        const CXXRecordDecl *To = elementOf(A.getAsType());
        return To && To->getCanonicalDecl() == Record.getCanonicalDecl();
      });
}

bool UseCollector::VisitFieldDecl(FieldDecl *D) {
  const auto *Parent = dyn_cast<CXXRecordDecl>(D->getParent());
  if (!Parent || Parent->isDependentContext())
    return true;
  if (leadsTo(D->getType(), *Parent))
    noteMany(Parent, Multitude::Node, D->getLocation());
  if (hasManyElements(D->getType(), Ctx))
    noteMany(recordOf(D->getType()), Multitude::Array, D->getLocation(),
             /*IsCounted=*/true);
  noteArray(D->getType(), D->getLocation());
  noteContainer(D->getType(), D->getLocation());
  if (Parent->isUnion() &&
      std::distance(Parent->field_begin(), Parent->field_end()) > 1)
    rely(recordOf(D->getType()), Reliance::Punned, D->getLocation());
  return true;
}

bool UseCollector::VisitVarDecl(VarDecl *D) {
  if (D->getType()->isDependentType())
    return true;
  if (hasManyElements(D->getType(), Ctx))
    noteMany(recordOf(D->getType()), Multitude::Array, D->getLocation(),
             /*IsCounted=*/true);
  // What is declared in many places is defined in one.
  if (D->isThisDeclarationADefinition() && !isa<ParmVarDecl>(D))
    noteArray(D->getType(), D->getLocation());
  noteContainer(D->getType(), D->getLocation());
  if (D->isExternC() && !D->getType()->isReferenceType())
    rely(elementOf(D->getType()), Reliance::ForeignLanguage, D->getLocation());
  return true;
}

bool UseCollector::VisitTypedefNameDecl(TypedefNameDecl *D) {
  if (!D->getUnderlyingType()->isDependentType())
    noteContainer(D->getUnderlyingType(), D->getLocation());
  return true;
}

void UseCollector::noteSignature(const FunctionDecl &F) {
  rely(elementOf(F.getReturnType()), Reliance::ForeignLanguage,
       F.getLocation());
  for (const ParmVarDecl *P : F.parameters())
    rely(elementOf(P->getType()), Reliance::ForeignLanguage, P->getLocation());
}

// Whether comparing two of Record runs code that may notice the order.
static bool comparesObservably(const CXXRecordDecl &Record) {
  auto IsOwn = [](QualType T) {
    const CXXRecordDecl *Part = recordOf(T);
    return Part && !isOfStandardLibrary(*Part);
  };
  return llvm::any_of(Record.fields(),
                      [&](const FieldDecl *F) { return IsOwn(F->getType()); });
}

bool UseCollector::VisitFunctionDecl(FunctionDecl *D) {
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(D))
    noteConstructor(*Constructor);
  if (D->isDependentContext())
    return true;
  noteContainer(D->getReturnType(), D->getLocation());
  if (D->isExternC() && !D->isMain())
    noteSignature(*D);
  if (!D->isDefaulted() || !D->isOverloadedOperator() ||
      D->getOverloadedOperator() == OO_Equal)
    return true;
  const CXXRecordDecl *Record = recordOf(D->getParamDecl(0)->getType());
  bool IsEquality = D->getOverloadedOperator() == OO_EqualEqual ||
                    D->getOverloadedOperator() == OO_ExclaimEqual;
  if (Record && (!IsEquality || comparesObservably(*Record)))
    rely(Record, Reliance::Compared, D->getLocation());
  return true;
}

// Whether it is known how many there are.
bool UseCollector::noteNewArray(const CXXNewExpr &E,
                                const CXXRecordDecl &Record) {
  std::optional<const Expr *> Bound = E.getArraySize();
  const std::string *Key = keyOf(&Record);
  Expr::EvalResult Value;
  // In a loop there is one for each iteration.
  if (!Key || !Bound || !*Bound || (*Bound)->isValueDependent() ||
      LoopDepth > 0 || !(*Bound)->EvaluateAsInt(Value, Ctx))
    return false;
  uint64_t Elements = Value.Val.getInt().getLimitedValue();
  if (E.getAllocatedType()->isArrayType())
    Elements *= elementCount(E.getAllocatedType(), Ctx);
  RecordUse Use;
  Use.noteArray(sharedPosition(E.getBeginLoc(), SM), Elements);
  Facts.add(*Key, Use);
  return true;
}

bool UseCollector::VisitCXXNewExpr(CXXNewExpr *E) {
  const CXXRecordDecl *Record = recordOf(E->getAllocatedType());
  if (!Record)
    return true;
  if (E->isArray())
    noteMany(Record, Multitude::Array, E->getBeginLoc(),
             /*IsCounted=*/noteNewArray(*E, *Record));
  else if (LoopDepth > 0)
    noteMany(Record, Multitude::Allocated, E->getBeginLoc());
  return true;
}

// --- Who relies on bytes ----------------------------------------------------

bool UseCollector::VisitOffsetOfExpr(OffsetOfExpr *E) {
  rely(recordOf(E->getTypeSourceInfo()->getType()), Reliance::Offset,
       E->getBeginLoc());
  for (unsigned I = 0; I < E->getNumComponents(); ++I)
    if (E->getComponent(I).getKind() == OffsetOfNode::Field)
      rely(dyn_cast<CXXRecordDecl>(E->getComponent(I).getField()->getParent()),
           Reliance::Offset, E->getBeginLoc());
  return true;
}

// Whose sizes an assertion is about.
void UseCollector::noteAssertion(const Stmt &S) {
  if (const auto *Size = dyn_cast<UnaryExprOrTypeTraitExpr>(&S))
    rely(recordOf(Size->getTypeOfArgument()), Reliance::Size,
         Size->getBeginLoc());
  for (const Stmt *Child : S.children())
    if (Child)
      noteAssertion(*Child);
}

bool UseCollector::VisitStaticAssertDecl(StaticAssertDecl *D) {
  if (const Expr *Assertion = D->getAssertExpr())
    noteAssertion(*Assertion);
  return true;
}

static const Expr *addressedField(const Expr &E) {
  const auto *Address = dyn_cast<UnaryOperator>(E.IgnoreParenCasts());
  if (!Address || Address->getOpcode() != UO_AddrOf)
    return nullptr;
  const auto *Member =
      dyn_cast<MemberExpr>(Address->getSubExpr()->IgnoreParens());
  return Member && isa<FieldDecl>(Member->getMemberDecl()) ? Member : nullptr;
}

void UseCollector::noteNeighbour(const Expr &Address) {
  const auto *Member = dyn_cast_or_null<MemberExpr>(addressedField(Address));
  if (Member)
    rely(dyn_cast<CXXRecordDecl>(
             cast<FieldDecl>(Member->getMemberDecl())->getParent()),
         Reliance::Neighbour, Address.getBeginLoc());
}

bool UseCollector::VisitBinaryOperator(BinaryOperator *E) {
  // A comparison of a size that is a constant is an assertion, too.
  if (E->isComparisonOp() && !E->isValueDependent() && !E->isTypeDependent() &&
      E->getLHS()->getType()->isIntegerType())
    for (const Expr *Side : {E->getLHS(), E->getRHS()})
      if (isa<UnaryExprOrTypeTraitExpr>(Side->IgnoreParenImpCasts()) &&
          E->isIntegerConstantExpr(Ctx))
        noteAssertion(*Side);
  if (!E->isAdditiveOp() && !E->isRelationalOp())
    return true;
  for (const Expr *Side : {E->getLHS(), E->getRHS()})
    if (Side->getType()->isPointerType())
      noteNeighbour(*Side);
  return true;
}

bool UseCollector::VisitArraySubscriptExpr(ArraySubscriptExpr *E) {
  noteNeighbour(*E->getBase());
  return true;
}

// Whether an untyped pointer may lead to bytes that somebody else wrote:
// not what is a user's own datum handed back, or memory just allocated.
static bool mayBeForeignBytes(const Expr &Source) {
  const Expr *E = Source.IgnoreParenCasts();
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    return Callee && Callee->getIdentifier() &&
           !Callee->getName().contains_insensitive("alloc");
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *Parameter = dyn_cast<ParmVarDecl>(Ref->getDecl())) {
      const auto *F = dyn_cast<FunctionDecl>(Parameter->getDeclContext());
      return F && takesInteger(*F);
    }
  // A name may be that of an array, or of an integer that is cast.
  QualType To = E->getType()->getPointeeType();
  return !isa<DeclRefExpr, MemberExpr>(E) || To.isNull() ||
         To.isConstQualified();
}

static bool areRelated(const CXXRecordDecl *A, const CXXRecordDecl *B) {
  if (!A || !B)
    return false;
  if (A->getCanonicalDecl() == B->getCanonicalDecl())
    return true;
  return A->hasDefinition() && B->hasDefinition() &&
         (A->isDerivedFrom(B) || B->isDerivedFrom(A));
}

bool UseCollector::VisitCastExpr(CastExpr *E) {
  QualType To = E->getType();
  const Expr *Source = E->getSubExpr();
  QualType From = Source->getType();
  if (To->isDependentType() || From->isDependentType())
    return true;
  switch (E->getCastKind()) {
  case CK_IntegralToPointer:
    rely(pointee(To), Reliance::FixedAddress, E->getBeginLoc());
    return true;
  case CK_LValueBitCast:
  case CK_LValueToRValueBitCast:
    rely(recordOf(From), Reliance::Reinterpreted, E->getBeginLoc());
    rely(recordOf(To), Reliance::Reinterpreted, E->getBeginLoc());
    return true;
  case CK_BitCast:
    break;
  default:
    return true;
  }
  if (!isa<ExplicitCastExpr>(E) || isVoidPointer(To))
    return true;
  const CXXRecordDecl *Target = pointee(To);
  if (isVoidPointer(From)) {
    if (mayBeForeignBytes(*Source))
      rely(Target, Reliance::Reinterpreted, E->getBeginLoc());
    return true;
  }
  const CXXRecordDecl *Origin = pointee(From);
  if (areRelated(Target, Origin))
    return true;
  rely(Origin, Reliance::Reinterpreted, E->getBeginLoc());
  rely(Target, Reliance::Reinterpreted, E->getBeginLoc());
  return true;
}

// `&((Header *)0)->Length`: offsetof, as it was written once.
bool UseCollector::VisitMemberExpr(MemberExpr *E) {
  if (!E->isArrow())
    return true;
  const auto *Cast = dyn_cast<ExplicitCastExpr>(E->getBase()->IgnoreParens());
  if (Cast && isa<IntegerLiteral>(Cast->IgnoreParenCasts()))
    rely(pointee(Cast->getType()), Reliance::Offset, E->getBeginLoc());
  return true;
}

static bool isAboutBytes(llvm::StringRef Name) {
  Name.consume_back("_v");
  return Name == "has_unique_object_representations" ||
         Name == "is_layout_compatible" ||
         Name == "is_pointer_interconvertible_base_of";
}

// A trait of the library that is asked for a value.
bool UseCollector::VisitDeclRefExpr(DeclRefExpr *E) {
  const auto *Var = dyn_cast<VarDecl>(E->getDecl());
  if (!Var || !isOfStandardLibrary(*Var))
    return true;
  const TemplateArgumentList *Arguments = nullptr;
  if (const auto *Value = dyn_cast<VarTemplateSpecializationDecl>(Var)) {
    if (isAboutBytes(Value->getName()))
      Arguments = &Value->getTemplateArgs();
  } else if (NestedNameSpecifier Scope = E->getQualifier();
             Scope.getKind() == NestedNameSpecifier::Kind::Type) {
    const auto *Trait = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        Scope.getAsType()->getAsCXXRecordDecl());
    if (Trait && Trait->getIdentifier() && isAboutBytes(Trait->getName()))
      Arguments = &Trait->getTemplateArgs();
  }
  if (Arguments)
    for (const TemplateArgument &A : Arguments->asArray())
      if (A.getKind() == TemplateArgument::Type)
        rely(recordOf(A.getAsType()), Reliance::Bytes, E->getBeginLoc());
  return true;
}

bool UseCollector::VisitGCCAsmStmt(GCCAsmStmt *S) {
  auto Note = [&](const Expr *Operand) {
    rely(elementOf(Operand->IgnoreParenCasts()->getType()), Reliance::Assembly,
         S->getBeginLoc());
  };
  for (const Expr *Input : S->inputs())
    Note(Input);
  for (const Expr *Output : S->outputs())
    Note(Output);
  return true;
}

// Whether Args, all that are of objects, are of one type: a copy.
static bool isCopyOfObjects(const FunctionDecl &Callee,
                            llvm::ArrayRef<const Expr *> Args) {
  if (!Callee.getIdentifier() || Args.size() < 2)
    return false;
  llvm::StringRef Name = Callee.getName();
  Name.consume_front("__builtin_");
  if (Name != "memcpy" && Name != "memmove")
    return false;
  const CXXRecordDecl *To = pointee(Args[0]->IgnoreParenCasts()->getType());
  const CXXRecordDecl *From = pointee(Args[1]->IgnoreParenCasts()->getType());
  return To && From && To->getCanonicalDecl() == From->getCanonicalDecl();
}

// Whether some argument says the size of the field at Address.
static bool saysSizeOf(const Expr &Field, llvm::ArrayRef<const Expr *> Args,
                       const ASTContext &Ctx) {
  int64_t Size = Ctx.getTypeSizeInChars(Field.getType()).getQuantity();
  return llvm::any_of(Args, [&](const Expr *Arg) {
    Expr::EvalResult Value;
    return Arg->getType()->isIntegerType() && !Arg->isValueDependent() &&
           Arg->EvaluateAsInt(Value, Ctx) && Value.Val.getInt() <= Size &&
           Value.Val.getInt() > 0;
  });
}

void UseCollector::noteBytes(const FunctionDecl &Callee,
                             llvm::ArrayRef<const Expr *> Args) {
  for (unsigned I = 0; I < Args.size() && I < Callee.getNumParams(); ++I) {
    QualType Parameter = Callee.getParamDecl(I)->getType();
    if (!isVoidPointer(Parameter) && !isBytePointer(Parameter))
      continue;
    const Expr *Address = Args[I]->IgnoreParenCasts();
    const Expr *Field = addressedField(*Address);
    if (Field && takesInteger(Callee) && !saysSizeOf(*Field, Args, Ctx))
      noteNeighbour(*Address);
    const CXXRecordDecl *Record = pointee(Address->getType());
    if (!Record || isNamed(Callee, keepsOrderFree()) ||
        isCopyOfObjects(Callee, Args) || !takesInteger(Callee))
      continue;
    rely(Record, Reliance::Bytes, Args[I]->getBeginLoc());
  }
}

// --- Who names fields by position --------------------------------------------

void UseCollector::notePositional(PositionalUse Use) {
  const std::string *Key = keyOf(Use.Record);
  if (!Key)
    return;
  SourceLocation Where = Use.location();
  Use.Record = Use.Record->getDefinition();
  if (InstantiationDepth == 0)
    InPattern[Where] = Use.Record;
  else if (InPattern.lookup(Where) == Use.Record)
    return;
  else
    Use.IsOfTemplate = true;
  RecordUse Fact;
  Fact.Followers.insert(Where, SM);
  Facts.add(*Key, Fact);
  Positional[Use.Record].push_back(Use);
}

bool whet::initialisesFields(const CXXConstructorDecl &C) {
  return C.doesThisDeclarationHaveABody() && !C.isImplicit() &&
         !C.isDefaulted() && C.getNumCtorInitializers() > 1;
}

void UseCollector::noteConstructor(const CXXConstructorDecl &C) {
  if (!initialisesFields(C) || InstantiationDepth > 0)
    return;
  const std::string *Key = keyOf(C.getParent());
  if (!Key)
    return;
  RecordUse Fact;
  Fact.Followers.insert(C.getLocation(), SM);
  Facts.add(*Key, Fact);
}

bool UseCollector::VisitDecompositionDecl(DecompositionDecl *D) {
  if (D->getType()->isDependentType())
    return true;
  for (const BindingDecl *B : D->bindings()) {
    const auto *Member =
        B->getBinding()
            ? dyn_cast<MemberExpr>(B->getBinding()->IgnoreParenImpCasts())
            : nullptr;
    if (!Member)
      return true;
    // The fields may be those of a base.
    if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl())) {
      notePositional({.Record = dyn_cast<CXXRecordDecl>(Field->getParent()),
                      .Binding = D});
      return true;
    }
  }
  return true;
}

// A list in its semantic form; only there, the braces that were left out are.
void UseCollector::noteList(const InitListExpr &List) {
  if (!SeenLists.insert(&List).second)
    return;
  const CXXRecordDecl *Record = List.getType()->getAsCXXRecordDecl();
  unsigned Written = 0;
  for (const Expr *Init : List.inits()) {
    if (!Init)
      continue;
    Written += !isa<ImplicitValueInitExpr, CXXDefaultInitExpr>(Init);
    if (const auto *Inner = dyn_cast<InitListExpr>(Init))
      noteList(*Inner);
  }
  if (!Record || Record->isUnion() || Written == 0)
    return;
  const InitListExpr *Syntactic =
      List.isSyntacticForm() ? &List : List.getSyntacticForm();
  bool IsDesignated =
      Syntactic && llvm::any_of(Syntactic->inits(), [](const Expr *Init) {
        return isa_and_nonnull<DesignatedInitExpr>(Init);
      });
  // One field that is named has no order.
  if (!IsDesignated || Written > 1)
    notePositional({.Record = Record, .List = &List});
}

bool UseCollector::VisitInitListExpr(InitListExpr *E) {
  if (E->getType()->isDependentType() || E->isTypeDependent())
    return true;
  const InitListExpr *Semantic = E->isSemanticForm() ? E : E->getSemanticForm();
  noteList(Semantic ? *Semantic : *E);
  return true;
}

bool UseCollector::VisitCXXParenListInitExpr(CXXParenListInitExpr *E) {
  if (!E->isTypeDependent() && !E->getUserSpecifiedInitExprs().empty())
    notePositional({.Record = recordOf(E->getType()), .Parens = E});
  return true;
}

// A template of a library that is given a record may do with its fields what
// its body says.
void UseCollector::noteTemplateArguments(const FunctionDecl &Callee,
                                         const CallExpr &Call) {
  bool IsStandard = isOfStandardLibrary(Callee);
  if (IsStandard && !isNamed(Callee, builders()))
    return;
  if (!IsStandard &&
      !SM.isInSystemHeader(SM.getExpansionLoc(Callee.getLocation())))
    return;
  auto Note = [&](const TemplateArgument &A) {
    if (A.getKind() != TemplateArgument::Type)
      return;
    const CXXRecordDecl *Record = recordOf(A.getAsType());
    if (!Record || !Record->hasDefinition())
      return;
    if (!IsStandard)
      rely(Record, Reliance::Library, Call.getBeginLoc());
    else if (Record->isAggregate() && !Record->field_empty())
      rely(Record, Reliance::Built, Call.getBeginLoc());
  };
  auto NoteAll = [&](llvm::ArrayRef<TemplateArgument> Arguments) {
    for (const TemplateArgument &A : Arguments)
      if (A.getKind() == TemplateArgument::Pack)
        llvm::for_each(A.pack_elements(), Note);
      else
        Note(A);
  };
  // What is copied or moved is built of no fields.
  unsigned Values = llvm::count_if(Call.arguments(), [&](const Expr *Arg) {
    const CXXRecordDecl *Record = recordOf(Arg->getType());
    return !Record || !Record->hasDefinition() || !Record->isAggregate();
  });
  if (IsStandard && Values == 0)
    return;
  if (const TemplateArgumentList *Own = Callee.getTemplateSpecializationArgs();
      Own && (!IsStandard || !isa<CXXMethodDecl>(Callee)))
    NoteAll(Own->asArray());
  const auto *Holder =
      dyn_cast<ClassTemplateSpecializationDecl>(Callee.getDeclContext());
  if (Holder)
    NoteAll(Holder->getTemplateArgs().asArray());
}

bool UseCollector::VisitCallExpr(CallExpr *E) {
  const FunctionDecl *Callee = E->getDirectCallee();
  if (!Callee || E->isTypeDependent())
    return true;
  noteTemplateArguments(*Callee, *E);
  bool IsMemberOperator =
      isa<CXXOperatorCallExpr>(E) && isa<CXXMethodDecl>(Callee);
  llvm::ArrayRef<const Expr *> Args(E->getArgs(), E->getNumArgs());
  noteBytes(*Callee, IsMemberOperator ? Args.drop_front() : Args);
  if (LoopDepth > 0 && isOfStandardLibrary(*Callee) &&
      Callee->getIdentifier() &&
      (Callee->getName() == "make_unique" ||
       Callee->getName() == "make_shared"))
    if (const TemplateArgumentList *Own =
            Callee->getTemplateSpecializationArgs();
        Own && Own->get(0).getKind() == TemplateArgument::Type)
      noteMany(recordOf(Own->get(0).getAsType()), Multitude::Allocated,
               E->getBeginLoc());
  return true;
}

PositionalUses whet::collectRecordUses(ASTContext &Ctx, FactBase &Facts) {
  PositionalUses Positional;
  UseCollector(Ctx, Facts, Positional)
      .TraverseDecl(Ctx.getTranslationUnitDecl());
  return Positional;
}

const PlaceSet *whet::followersOf(llvm::StringRef Record,
                                  const FactBase &Facts) {
  const auto *Use = Facts.find<RecordUse>(Record);
  return Use ? &Use->Followers : nullptr;
}
