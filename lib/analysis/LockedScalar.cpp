#include "whet/analysis/LockedScalar.h"
#include "whet/analysis/GuardedState.h"
#include "whet/analysis/HiddenMentions.h"
#include "whet/analysis/LockRegions.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/facts/FindingSet.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/OwnCode.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <set>

using namespace whet;
using namespace clang;

// --- Facts
// -----------------------------------------------------------------------

namespace {
/// One access, in a simple section.
struct Access {
  SourcePosition Where;
  SourcePosition Function;
  /// "load", "store", "read-modify-write".
  std::string What;

  auto operator<=>(const Access &) const = default;
};

/// What has to be edited if the scalar becomes atomic. The lattice: all grows.
struct Rewrite {
  std::set<SourceEdit> Edits;
  /// Something cannot be edited.
  bool IsStuck = false;

  void join(const Rewrite &Other) {
    Edits.insert(Other.Edits.begin(), Other.Edits.end());
    IsStuck |= Other.IsStuck;
  }
};

/// How a mutex is used. The lattice: all grows.
struct MutexFact {
  static constexpr llvm::StringLiteral Kind = "mutex-uses";

  /// Somebody does more with it.
  bool IsForMore = false;
  /// Keys of what it guards.
  std::set<std::string> Scalars;
  std::set<Access> Accesses;
  Rewrite Follow;

  void join(const MutexFact &Other) {
    Follow.join(Other.Follow);
    IsForMore |= Other.IsForMore;
    Scalars.insert(Other.Scalars.begin(), Other.Scalars.end());
    Accesses.insert(Other.Accesses.begin(), Other.Accesses.end());
  }
};

/// How a scalar is used. The lattice: all grows.
struct ScalarFact {
  static constexpr llvm::StringLiteral Kind = "scalar-uses";

  /// It is used without a lock, or otherwise than by one access.
  bool IsUsedOtherwise = false;
  /// Keys of the mutexes that it is used under.
  std::set<std::string> Mutexes;
  Rewrite Follow;

  void join(const ScalarFact &Other) {
    Follow.join(Other.Follow);
    IsUsedOtherwise |= Other.IsUsedOtherwise;
    Mutexes.insert(Other.Mutexes.begin(), Other.Mutexes.end());
  }
};

llvm::json::Array listOf(const std::set<std::string> &Strings) {
  return llvm::json::Array(
      std::vector<std::string>(Strings.begin(), Strings.end()));
}

llvm::json::Value toJSON(const Rewrite &R) {
  llvm::json::Array Edits;
  for (const SourceEdit &E : R.Edits)
    Edits.push_back(whet::toJSON(E));
  return llvm::json::Object{{"edits", std::move(Edits)}, {"stuck", R.IsStuck}};
}

bool fromJSON(const llvm::json::Value &V, Rewrite &R, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<SourceEdit> Edits;
  if (!O || !O.map("edits", Edits) || !O.map("stuck", R.IsStuck))
    return false;
  R.Edits = {Edits.begin(), Edits.end()};
  return true;
}

llvm::json::Value toJSON(const MutexFact &F) {
  if (F.IsForMore)
    return llvm::json::Object{{"forMore", true}};
  llvm::json::Array Accesses;
  for (const Access &A : F.Accesses)
    Accesses.push_back(
        llvm::json::Object{{"where", whet::toJSON(A.Where)},
                           {"function", whet::toJSON(A.Function)},
                           {"what", A.What}});
  return llvm::json::Object{{"forMore", false},
                            {"scalars", listOf(F.Scalars)},
                            {"accesses", std::move(Accesses)},
                            {"follow", toJSON(F.Follow)}};
}

bool fromJSON(const llvm::json::Value &V, Access &A, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  return O && O.map("where", A.Where) && O.map("function", A.Function) &&
         O.map("what", A.What);
}

bool fromJSON(const llvm::json::Value &V, MutexFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  if (!O || !O.map("forMore", F.IsForMore))
    return false;
  if (F.IsForMore)
    return true;
  std::vector<std::string> Scalars;
  std::vector<Access> Accesses;
  if (!O.map("scalars", Scalars) || !O.map("accesses", Accesses) ||
      !O.map("follow", F.Follow))
    return false;
  F.Scalars.insert(Scalars.begin(), Scalars.end());
  F.Accesses.insert(Accesses.begin(), Accesses.end());
  return true;
}

llvm::json::Value toJSON(const ScalarFact &F) {
  return llvm::json::Object{{"otherwise", F.IsUsedOtherwise},
                            {"mutexes", listOf(F.Mutexes)},
                            {"follow", toJSON(F.Follow)}};
}

bool fromJSON(const llvm::json::Value &V, ScalarFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> Mutexes;
  if (!O || !O.map("otherwise", F.IsUsedOtherwise) ||
      !O.map("mutexes", Mutexes) || !O.map("follow", F.Follow))
    return false;
  F.Mutexes.insert(Mutexes.begin(), Mutexes.end());
  return true;
}

const RegisterFact<MutexFact> RegisteredMutex;
const RegisterFact<ScalarFact> RegisteredScalar;
} // namespace

static constexpr llvm::StringLiteral Load = "load";

static bool areFor(const std::set<std::string> &Keys, llvm::StringRef Only) {
  return Keys.size() == 1 && *Keys.begin() == Only;
}

// The mutex of C, whose subject is it and the scalar, if it guards nothing
// else; null if it does, or may.
static const MutexFact *lockOfOne(const FactBase &Facts, const Condition &C) {
  auto [Mutex, Scalar] = llvm::StringRef(C.Subject).split('\n');
  const auto *M = Facts.find<MutexFact>(Mutex);
  const auto *S = Facts.find<ScalarFact>(Scalar);
  if (!M || !S || M->IsForMore || S->IsUsedOtherwise ||
      !areFor(M->Scalars, Scalar) || !areFor(S->Mutexes, Mutex))
    return nullptr;
  std::set<SourcePosition> Functions;
  for (const Access &A : M->Accesses)
    Functions.insert(A.Function);
  bool IsWritten =
      llvm::any_of(M->Accesses, [](const Access &A) { return A.What != Load; });
  return Functions.size() >= 2 && IsWritten ? M : nullptr;
}

/// More accesses are not shown.
static constexpr unsigned MaxNotes = 4;

static constexpr llvm::StringLiteral GuardsOneName = "guards-one-scalar";
static const RegisterPredicate GuardsOne(
    GuardsOneName,
    [](const FactBase &Facts, const Condition &C) {
      bool IsKnown = Facts.isComplete() && (C.Bound == 0 || Facts.isWhole());
      return IsKnown && lockOfOne(Facts, C) ? Answer::Yes : Answer::Unknown;
    },
    "it may be there for more",
    [](const FactBase &Facts, const Condition &C) {
      Supplement Result;
      const MutexFact *M = lockOfOne(Facts, C);
      if (!M)
        return Result;
      for (const Access &A : M->Accesses) {
        if (Result.Notes.size() == MaxNotes)
          break;
        Result.Notes.push_back({A.Where, "it is taken here for one " + A.What});
      }
      return Result;
    });

static constexpr llvm::StringLiteral CanBeAtomicName = "scalar-can-be-atomic";
static const RegisterPredicate CanBeAtomic(
    CanBeAtomicName,
    [](const FactBase &Facts, const Condition &C) {
      const MutexFact *M = lockOfOne(Facts, C);
      const auto *S =
          Facts.find<ScalarFact>(llvm::StringRef(C.Subject).split('\n').second);
      if (!M || !S || !Facts.isComplete())
        return Answer::Unknown;
      return M->Follow.IsStuck || S->Follow.IsStuck ? Answer::No : Answer::Yes;
    },
    "what uses it cannot all be edited",
    [](const FactBase &Facts, const Condition &C) {
      Supplement Result;
      const MutexFact *M = lockOfOne(Facts, C);
      const auto *S =
          Facts.find<ScalarFact>(llvm::StringRef(C.Subject).split('\n').second);
      if (!M || !S)
        return Result;
      std::set<SourceEdit> Edits = M->Follow.Edits;
      Edits.insert(S->Follow.Edits.begin(), S->Follow.Edits.end());
      Result.Edits.assign(Edits.begin(), Edits.end());
      return Result;
    });

static Condition onBoth(llvm::StringRef Predicate, const LockedScalar &L) {
  // What is no header's is used by its file alone.
  const SourceManager &SM = L.Mutex->getASTContext().getSourceManager();
  return {.Predicate = Predicate.str(),
          .Subject = L.MutexKey + "\n" + L.ScalarKey,
          .Bound = SM.isInMainFile(L.Mutex->getLocation()) ? 0U : 1U};
}

Condition whet::guardsOneScalar(const LockedScalar &L) {
  return onBoth(GuardsOneName, L);
}

Condition whet::canBeAtomic(const LockedScalar &L) {
  Condition C = onBoth(CanBeAtomicName, L);
  C.On = Condition::Scope::Fix;
  return C;
}

// --- Edits
// --------------------------------------------------------------------------

static void add(Rewrite &R, std::optional<Edits> Changes, ASTContext &Ctx) {
  if (!Changes) {
    R.IsStuck = true;
    return;
  }
  const SourceManager &SM = Ctx.getSourceManager();
  for (const FixItHint &Hint : *Changes) {
    CharSourceRange Range =
        Lexer::getAsCharRange(Hint.RemoveRange, SM, Ctx.getLangOpts());
    unsigned Offset = SM.getFileOffset(Range.getBegin());
    R.Edits.insert({sharedPath(Range.getBegin(), SM), Offset,
                    SM.getFileOffset(Range.getEnd()) - Offset,
                    Hint.CodeToInsert});
    if (UnitScope *Unit = UnitScope::current())
      Unit->EditedFiles.insert(SM.getFilename(Range.getBegin()).str());
  }
}

// Whoever has a mutex that can be copied may be copied itself.
static bool isNeverCopied(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return false;
  bool HasConstructor = false;
  for (const CXXConstructorDecl *C : Record->ctors()) {
    if (C->isCopyOrMoveConstructor() && !C->isDeleted())
      return false;
    HasConstructor |= C->isCopyConstructor();
  }
  return HasConstructor;
}

std::optional<Edits> whet::declareAtomic(const LockedScalar &L) {
  const ASTContext &Ctx = L.Mutex->getASTContext();
  const SourceManager &SM = Ctx.getSourceManager();
  const auto &Mutex = cast<DeclaratorDecl>(*L.Mutex);
  const auto &Scalar = cast<DeclaratorDecl>(*L.Scalar);
  if (Mutex.hasAttrs() || Scalar.hasAttrs() || !isNeverCopied(Mutex.getType()))
    return std::nullopt;
  const Expr *Init = nullptr;
  if (const auto *Field = dyn_cast<FieldDecl>(&Scalar)) {
    const RecordDecl *Record = Field->getParent();
    bool IsPrivate = Field->getAccess() == AS_private &&
                     Mutex.getAccess() == AS_private &&
                     Mutex.getDeclContext() == Field->getDeclContext();
    if (!IsPrivate || Record->hasAttrs() ||
        hasDirectives(Record->getBraceRange().getBegin(),
                      Record->getBraceRange().getEnd(), SM))
      return std::nullopt;
    Init = Field->getInClassInitializer();
  } else {
    const auto *Var = cast<VarDecl>(&Scalar);
    if (isa<FieldDecl>(Mutex) || Var->getPreviousDecl() ||
        !SM.isInMainFile(Var->getLocation()) ||
        !SM.isInMainFile(Mutex.getLocation()))
      return std::nullopt;
    Init = Var->getInit();
  }
  // `std::atomic<int> N = 0;` is a copy up to C++14.
  if (Init && !Ctx.getLangOpts().CPlusPlus17)
    return std::nullopt;
  EditBuilder B(SM, Ctx.getLangOpts());
  B.wrapType(Scalar, "std::atomic").removeDeclaration(Mutex);
  B.includeHeader(Scalar.getLocation(), "atomic");
  return B.take();
}

// --- What is looked at
// ------------------------------------------------------------------------

// Members of classes that are no templates, of whose members all are at hand,
// and globals that no other unit sees.
static bool isKnownWholly(const ValueDecl &D) {
  if (const auto *Field = dyn_cast<FieldDecl>(&D))
    return Field->getIdentifier() && !Field->isBitField() &&
           !Field->getParent()->isDependentContext() &&
           !Field->getParent()->isUnion() &&
           !isa<ClassTemplateSpecializationDecl>(Field->getParent());
  const auto *Var = dyn_cast<VarDecl>(&D);
  return Var && Var->hasGlobalStorage() && !Var->isStaticLocal() &&
         Var->getTLSKind() == VarDecl::TLS_None &&
         Var->getDeclContext()->isFileContext() &&
         !Var->isExternallyVisible() && !Var->getType()->isDependentType();
}

/// What targets have operations for.
static constexpr unsigned MaxBits = 64;

static bool isScalar(const ValueDecl &D) {
  QualType T = D.getType();
  if (T.isConstQualified() || T.isVolatileQualified() || T->isDependentType())
    return false;
  bool IsOne = T->isArithmeticType() || T->isEnumeralType() ||
               (T->isPointerType() && !T->isFunctionPointerType());
  return IsOne && D.getASTContext().getTypeSize(T) <= MaxBits;
}

static bool canStep(QualType T) {
  return T->isPointerType() ||
         (T->isIntegerType() && !T->isBooleanType() && !T->isEnumeralType());
}

// Whether E, which assigns, is what an atomic can do in one operation.
static bool isOneOperation(const BinaryOperator &E) {
  BinaryOperatorKind Op = E.getOpcode();
  QualType T = E.getLHS()->getType();
  if (Op == BO_Assign)
    return true;
  // `N *= 1.5`, `N += 1.5` round after they have computed.
  if (!E.getRHS()->getType()->isIntegralOrUnscopedEnumerationType())
    return false;
  if (T->isPointerType())
    return Op == BO_AddAssign || Op == BO_SubAssign;
  return canStep(T) &&
         (Op == BO_AddAssign || Op == BO_SubAssign || Op == BO_AndAssign ||
          Op == BO_OrAssign || Op == BO_XorAssign);
}

// `mu_`, `&mu_`
static const Expr &named(const Expr &E) {
  const Expr *Inner = E.IgnoreParenImpCasts();
  if (const auto *Unary = dyn_cast<UnaryOperator>(Inner);
      Unary && Unary->getOpcode() == UO_AddrOf)
    Inner = Unary->getSubExpr()->IgnoreParenImpCasts();
  return *Inner;
}

static const ValueDecl *declOf(const Expr &E) {
  if (const auto *Member = dyn_cast<MemberExpr>(&E))
    return Member->getMemberDecl();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&E))
    return Ref->getDecl();
  return nullptr;
}

// --- Simple sections
// -------------------------------------------------------------------------

namespace {
/// Goes over the statements of a section, and stops at what is more than one
/// access.
class SectionReader {
public:
  explicit SectionReader(const AccessPath &Mutex) : Mutex(Mutex) {}

  bool statement(const Stmt *S);

  /// The access; null if there is none.
  const Expr *Scalar = nullptr;
  std::string What;

private:
  bool expression(const Expr &E);
  bool target(const Expr &E, llvm::StringRef How, bool IsOne);
  bool access(const Expr &E, llvm::StringRef How);

  const AccessPath &Mutex;
};
} // namespace

static bool isLocal(const Expr &E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E.IgnoreParens());
  if (!Ref || Ref->refersToEnclosingVariableOrCapture())
    return false;
  if (isa<EnumConstantDecl>(Ref->getDecl()))
    return true;
  const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
  if (!Var || Var->getType()->isReferenceType() ||
      Var->getType().isVolatileQualified() || Var->getType()->isRecordType())
    return false;
  return Var->hasLocalStorage() || Var->isConstexpr();
}

bool SectionReader::access(const Expr &E, llvm::StringRef How) {
  const Expr &Inner = *E.IgnoreParens();
  const ValueDecl *D = declOf(Inner);
  if (Scalar || !D || !isKnownWholly(*D) || !isScalar(*D))
    return false;
  StateUse U;
  U.State = D;
  U.Where = &Inner;
  U.Path = AccessPath::of(&Inner);
  if (!mayGuard(Mutex, U))
    return false;
  Scalar = &Inner;
  What = How;
  return true;
}

bool SectionReader::target(const Expr &E, llvm::StringRef How, bool IsOne) {
  return isLocal(E) || (IsOne && access(E, How));
}

bool SectionReader::expression(const Expr &Outer) {
  const Expr &E = *Outer.IgnoreParens();
  if (const auto *Full = dyn_cast<FullExpr>(&E))
    return expression(*Full->getSubExpr());
  if (const auto *Cast = dyn_cast<CastExpr>(&E)) {
    const Expr &Sub = *Cast->getSubExpr()->IgnoreParens();
    bool IsNamed = isa<DeclRefExpr, MemberExpr>(Sub);
    if (Cast->getCastKind() == CK_LValueToRValue && IsNamed)
      return isLocal(Sub) || access(Sub, Load);
    bool IsOfScalars = E.getType()->isScalarType() || E.getType()->isVoidType();
    return IsOfScalars && Cast->getCastKind() != CK_UserDefinedConversion &&
           expression(Sub);
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(&E)) {
    const Expr &Sub = *Unary->getSubExpr();
    if (Unary->isIncrementDecrementOp())
      return target(Sub, "read-modify-write", canStep(Sub.getType()));
    return Unary->getOpcode() != UO_AddrOf && Unary->getOpcode() != UO_Deref &&
           expression(Sub);
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(&E)) {
    const Expr &Left = *Binary->getLHS();
    if (!Binary->isAssignmentOp())
      return !Binary->isPtrMemOp() && expression(Left) &&
             expression(*Binary->getRHS());
    return expression(*Binary->getRHS()) &&
           target(Left,
                  Binary->isCompoundAssignmentOp() ? "read-modify-write"
                                                   : "store",
                  isOneOperation(*Binary));
  }
  if (const auto *Either = dyn_cast<ConditionalOperator>(&E))
    return expression(*Either->getCond()) &&
           expression(*Either->getTrueExpr()) &&
           expression(*Either->getFalseExpr());
  return isLocal(E) ||
         isa<IntegerLiteral, FloatingLiteral, CharacterLiteral,
             CXXBoolLiteralExpr, CXXNullPtrLiteralExpr, GNUNullExpr,
             ImplicitValueInitExpr, CXXScalarValueInitExpr>(E);
}

bool SectionReader::statement(const Stmt *S) {
  if (!S || isa<NullStmt>(S))
    return true;
  if (S->getBeginLoc().isMacroID())
    return false;
  if (const auto *E = dyn_cast<Expr>(S))
    return expression(*E);
  if (const auto *Returned = dyn_cast<ReturnStmt>(S))
    // A reference to the scalar is one more way to use it.
    return !Returned->getRetValue() || (!Returned->getRetValue()->isGLValue() &&
                                        expression(*Returned->getRetValue()));
  if (isa<CompoundStmt>(S))
    return llvm::all_of(S->children(),
                        [this](const Stmt *Child) { return statement(Child); });
  if (const auto *If = dyn_cast<IfStmt>(S))
    return !If->getInit() && !If->getConditionVariable() &&
           expression(*If->getCond()) && statement(If->getThen()) &&
           statement(If->getElse());
  const auto *Declared = dyn_cast<DeclStmt>(S);
  return Declared && llvm::all_of(Declared->decls(), [this](const Decl *D) {
           const auto *Var = dyn_cast<VarDecl>(D);
           return Var && Var->hasLocalStorage() &&
                  Var->getType()->isScalarType() &&
                  (!Var->getInit() || expression(*Var->getInit()));
         });
}

// --- The walk
// --------------------------------------------------------------------

namespace {
/// What the unit's functions are, and what attributes say that mutexes guard.
class UnitReader : public BodyVisitor {
public:
  bool VisitMemberExpr(MemberExpr *E) override {
    Mentions.push_back(E);
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *E) override {
    Mentions.push_back(E);
    return true;
  }
  // What is guarded, and who must not have it.
  bool TraverseAttr(Attr *A) override {
    if (const auto *Excluded = dyn_cast<LocksExcludedAttr>(A))
      for (const Expr *E : Excluded->args())
        this->Excluded.push_back(E);
    return isa<GuardedByAttr, LocksExcludedAttr>(A) ||
           DynamicRecursiveASTVisitor::TraverseAttr(A);
  }
  bool VisitDeclaratorDecl(DeclaratorDecl *D) override {
    if (D->hasAttr<GuardedByAttr>())
      Annotated.push_back(D);
    return true;
  }

  bool VisitCallExpr(CallExpr *E) override {
    const FunctionDecl *Callee = E->getDirectCallee();
    if (Callee && makesLock(*Callee) && E->getNumArgs() > 0)
      Made.push_back(E->getArg(0));
    return true;
  }

  std::vector<const Expr *> Mentions;
  /// Those that are made and destroyed.
  std::vector<const Expr *> Made;
  std::vector<const ValueDecl *> Annotated;
  /// Mutexes in attributes that would have to go with them.
  std::vector<const Expr *> Excluded;
};

class ScalarCollector {
public:
  ScalarCollector(LockModels &Models, FactBase &Facts)
      : Models(Models), Facts(Facts) {}

  std::vector<LockedScalar> collect(ASTContext &Ctx);

private:
  void readBody(const FunctionDecl &F);
  void readBlock(const CompoundStmt &Block, const FunctionDecl &F,
                 const LockRegions &Regions);
  void readSection(const Expr &Lock, const HeldLock &Held,
                   llvm::ArrayRef<const Stmt *> Locking,
                   llvm::ArrayRef<const Stmt *> Inside, SourceLocation End,
                   const FunctionDecl &F, const LockRegions &Regions);
  void follow(const Expr &E, bool IsLoad, bool IsStuck);
  void allowConstruction(const FunctionDecl &F);
  void stick(const Expr &E);
  void readMention(const Expr &E);
  void readAnnotated(const ValueDecl &D);
  bool isMutex(const ValueDecl &D) {
    return isKnownWholly(D) && !D.getType()->isPointerType() &&
           !D.getType()->isReferenceType() && Models.isMutex(D.getType());
  }
  bool isWatched(const ValueDecl &D);
  const std::optional<std::string> &keyOf(const ValueDecl &D);

  LockModels &Models;
  FactBase &Facts;
  llvm::SmallPtrSet<const Expr *, 32> Allowed;
  llvm::DenseMap<const ValueDecl *, std::optional<std::string>> Keys;
  llvm::DenseMap<const ValueDecl *, bool> Watched;
  /// Mutexes, and what they are taken for.
  llvm::MapVector<const ValueDecl *, const ValueDecl *> Taken;
};
} // namespace

const std::optional<std::string> &ScalarCollector::keyOf(const ValueDecl &D) {
  auto [It, IsNew] = Keys.try_emplace(&D);
  if (IsNew)
    It->second = stateKey(D);
  return It->second;
}

// Scalars that a mutex may be there for.
bool ScalarCollector::isWatched(const ValueDecl &D) {
  auto [It, IsNew] = Watched.try_emplace(&D, false);
  if (!IsNew || !isKnownWholly(D) || !isScalar(D))
    return It->second;
  const auto *Field = dyn_cast<FieldDecl>(&D);
  bool Is = !Field || hasMutex(*Field->getParent(), Models);
  Watched[&D] = Is;
  return Is;
}

void ScalarCollector::readSection(const Expr &Lock, const HeldLock &Held,
                                  llvm::ArrayRef<const Stmt *> Locking,
                                  llvm::ArrayRef<const Stmt *> Inside,
                                  SourceLocation End, const FunctionDecl &F,
                                  const LockRegions &Regions) {
  const Expr &Named = named(Lock);
  const ValueDecl *Mutex = declOf(Named);
  const SourceManager &SM = F.getASTContext().getSourceManager();
  if (!Mutex || !isMutex(*Mutex) || Held.Paths.size() != 1 || Inside.empty() ||
      hasDirectives(Lock.getBeginLoc(), End, SM))
    return;
  SectionReader Reader(Held.Paths.front());
  for (const Stmt *S : Inside)
    if (!Reader.statement(S))
      return;
  if (!Reader.Scalar ||
      !llvm::is_contained(Regions.heldAt(*Reader.Scalar), &Held))
    return;
  const ValueDecl &Scalar = *declOf(*Reader.Scalar);
  const std::optional<std::string> MutexKey = keyOf(*Mutex);
  const std::optional<std::string> ScalarKey = keyOf(Scalar);
  if (!MutexKey || !ScalarKey)
    return;
  MutexFact OfMutex;
  OfMutex.Scalars = {*ScalarKey};
  OfMutex.Accesses = {{sharedPosition(Reader.Scalar->getExprLoc(), SM),
                       sharedPosition(F.getLocation(), SM), Reader.What}};
  ASTContext &Ctx = F.getASTContext();
  EditBuilder B(SM, Ctx.getLangOpts());
  for (const Stmt *S : Locking)
    B.removeStatement(*S);
  if (Reader.What == Load)
    B.insertAfter(*Reader.Scalar, ".load()");
  ::add(OfMutex.Follow, B.take(), Ctx);
  Facts.add(*MutexKey, OfMutex);
  ScalarFact OfScalar;
  OfScalar.Mutexes = {*MutexKey};
  Facts.add(*ScalarKey, OfScalar);
  Allowed.insert(&Named);
  Allowed.insert(Reader.Scalar);
  Taken.try_emplace(Mutex, &Scalar);
}

void ScalarCollector::readBlock(const CompoundStmt &Block,
                                const FunctionDecl &F,
                                const LockRegions &Regions) {
  llvm::SmallVector<const Stmt *, 16> All(Block.body_begin(), Block.body_end());
  for (size_t I = 0; I + 1 < All.size(); ++I) {
    auto Rest = llvm::ArrayRef(All).drop_front(I + 1);
    if (const auto *Declared = dyn_cast<DeclStmt>(All[I])) {
      const auto *Guard = Declared->isSingleDecl()
                              ? dyn_cast<VarDecl>(Declared->getSingleDecl())
                              : nullptr;
      const HeldLock *Held = Guard ? Regions.lockOf(*Guard) : nullptr;
      if (Held && Held->Mutexes.size() == 1)
        readSection(*Held->Mutexes.front(), *Held, {Declared}, Rest,
                    Block.getRBracLoc(), F, Regions);
      continue;
    }
    const auto *Locks = dyn_cast<CallExpr>(All[I]);
    const auto *Unlocks =
        Rest.size() > 1 ? dyn_cast<CallExpr>(Rest[1]) : nullptr;
    if (!Locks || !Unlocks)
      continue;
    auto Takes = Models.calls(*Locks);
    auto Gives = Models.calls(*Unlocks);
    if (Takes.size() != 1 || Takes.front().Op != LockOp::Acquire ||
        Gives.size() != 1 || Gives.front().Op != LockOp::Release)
      continue;
    const HeldLock *Held = Regions.find(Takes.front());
    if (!Held || Held->Guard || Regions.find(Gives.front()) != Held ||
        !Takes.front().Lock || !Gives.front().Lock)
      continue;
    size_t Before = Allowed.size();
    readSection(*Takes.front().Lock, *Held, {Locks, Unlocks},
                Rest.take_front(1), Unlocks->getEndLoc(), F, Regions);
    if (Allowed.size() > Before)
      Allowed.insert(&named(*Gives.front().Lock));
  }
}

// What has to be done to E, a scalar of an object that is being made or
// destroyed, if it becomes atomic.
void ScalarCollector::follow(const Expr &E, bool IsLoad, bool IsStuck) {
  const ValueDecl &D = *declOf(E);
  ASTContext &Ctx = D.getASTContext();
  ScalarFact Fact;
  if (IsStuck) {
    Fact.Follow.IsStuck = true;
  } else if (IsLoad) {
    EditBuilder B(Ctx.getSourceManager(), Ctx.getLangOpts());
    B.insertAfter(E, ".load()");
    ::add(Fact.Follow, B.take(), Ctx);
  } else {
    return;
  }
  if (const std::optional<std::string> &Key = keyOf(D))
    Facts.add(*Key, Fact);
}

// Nobody else has an object that is being made or destroyed.
void ScalarCollector::allowConstruction(const FunctionDecl &F) {
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      Work.push_back(Init->getInit());
  auto Allow = [this](const Expr &E, bool IsLoad, bool IsStuck) {
    const auto *Member = dyn_cast<MemberExpr>(E.IgnoreParens());
    if (Member && isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()) &&
        isWatched(*Member->getMemberDecl())) {
      Allowed.insert(Member);
      follow(*Member, IsLoad, IsStuck);
    }
  };
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next || isa<LambdaExpr>(Next))
      continue;
    Work.append(Next->child_begin(), Next->child_end());
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Next);
        Cast && Cast->getCastKind() == CK_LValueToRValue)
      Allow(*Cast->getSubExpr(), /*IsLoad=*/true, /*IsStuck=*/false);
    if (const auto *Binary = dyn_cast<BinaryOperator>(Next);
        Binary && Binary->isAssignmentOp())
      Allow(*Binary->getLHS(), /*IsLoad=*/false, !isOneOperation(*Binary));
    if (const auto *Unary = dyn_cast<UnaryOperator>(Next);
        Unary && Unary->isIncrementDecrementOp())
      Allow(*Unary->getSubExpr(), /*IsLoad=*/false,
            !canStep(Unary->getSubExpr()->getType()));
  }
}

void ScalarCollector::readBody(const FunctionDecl &F) {
  if (isa<CXXConstructorDecl, CXXDestructorDecl>(F))
    return allowConstruction(F);
  if (!LockRegions::mentionsLocks(F, Models))
    return;
  LockRegions Regions(F, Models);
  if (Regions.locks().empty())
    return;
  forEachBlock(
      F, [&](const CompoundStmt &Block) { readBlock(Block, F, Regions); });
}

// The mutex that E names has to stay.
void ScalarCollector::stick(const Expr &E) {
  const ValueDecl *D = declOf(named(E));
  if (!D || !isMutex(*D))
    return;
  MutexFact Fact;
  Fact.Follow.IsStuck = true;
  if (const std::optional<std::string> &Key = keyOf(*D))
    Facts.add(*Key, Fact);
}

void ScalarCollector::readMention(const Expr &E) {
  const ValueDecl *D = declOf(E);
  if (!D || Allowed.contains(&E))
    return;
  if (isWatched(*D)) {
    ScalarFact Fact;
    Fact.IsUsedOtherwise = true;
    if (const std::optional<std::string> &Key = keyOf(*D))
      Facts.add(*Key, Fact);
  } else if (isMutex(*D)) {
    MutexFact Fact;
    Fact.IsForMore = true;
    if (const std::optional<std::string> &Key = keyOf(*D))
      Facts.add(*Key, Fact);
  }
}

void ScalarCollector::readAnnotated(const ValueDecl &D) {
  const std::optional<std::string> Guarded = keyOf(D);
  for (const auto *Attr : D.specific_attrs<GuardedByAttr>()) {
    const ValueDecl *Mutex = declOf(named(*Attr->getArg()));
    if (!Mutex || !isMutex(*Mutex))
      continue;
    MutexFact Fact;
    if (Guarded)
      Fact.Scalars = {*Guarded};
    else
      Fact.IsForMore = true;
    if (const std::optional<std::string> &Key = keyOf(*Mutex))
      Facts.add(*Key, Fact);
  }
}

std::vector<LockedScalar> ScalarCollector::collect(ASTContext &Ctx) {
  const SourceManager &SM = Ctx.getSourceManager();
  UnitReader Unit;
  traverseOwnCode(Ctx, Unit);
  for (const FunctionDecl *F : Unit.Bodies)
    readBody(*F);
  for (const ValueDecl *D : Unit.Annotated)
    readAnnotated(*D);
  for (const Expr *E : Unit.Made)
    Allowed.insert(&named(*E));
  for (const Expr *E : Unit.Made)
    stick(*E);
  for (const Expr *E : Unit.Excluded)
    stick(*E);
  for (const Expr *E : Unit.Mentions)
    readMention(*E);
  std::vector<LockedScalar> Result;
  Result.reserve(Taken.size());
  for (const auto &[Mutex, Scalar] : Taken)
    Result.push_back({Mutex, Scalar, *keyOf(*Mutex), *keyOf(*Scalar)});
  llvm::sort(Result, [&](const LockedScalar &A, const LockedScalar &B) {
    return SM.isBeforeInTranslationUnit(A.Mutex->getLocation(),
                                        B.Mutex->getLocation());
  });
  return Result;
}

std::vector<LockedScalar> whet::collectLockedScalars(ASTContext &Ctx,
                                                     LockModels &Models,
                                                     FactBase &Facts) {
  return ScalarCollector(Models, Facts).collect(Ctx);
}
