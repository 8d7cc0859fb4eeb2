#include "whet/analysis/PrivateWork.h"
#include "whet/analysis/CallEffects.h"
#include "whet/analysis/ContainerModels.h"
#include "whet/analysis/GuardedState.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

// --- Facts
// -----------------------------------------------------------------------

namespace {
/// What a function does. The lattice: all grows.
struct WorkFact {
  static constexpr llvm::StringLiteral Kind = "private-work";

  /// It touches what others may see.
  bool IsShared = false;
  bool Costs = false;
  bool WritesOwn = false;
  std::set<std::string> OwnReads;
  /// Functions that it calls, and whether on its own object.
  std::set<std::pair<std::string, bool>> Calls;

  void join(const WorkFact &Other) {
    IsShared |= Other.IsShared;
    Costs |= Other.Costs;
    WritesOwn |= Other.WritesOwn;
    OwnReads.insert(Other.OwnReads.begin(), Other.OwnReads.end());
    Calls.insert(Other.Calls.begin(), Other.Calls.end());
  }
};

llvm::json::Value toJSON(const WorkFact &F) {
  if (F.IsShared)
    return llvm::json::Object{{"shared", true}};
  llvm::json::Array Calls;
  llvm::json::Array OwnCalls;
  for (const auto &[Callee, OnThis] : F.Calls)
    (OnThis ? OwnCalls : Calls).push_back(Callee);
  return llvm::json::Object{
      {"shared", false},
      {"costs", F.Costs},
      {"writesOwn", F.WritesOwn},
      {"ownReads", llvm::json::Array(std::vector<std::string>(
                       F.OwnReads.begin(), F.OwnReads.end()))},
      {"calls", std::move(Calls)},
      {"ownCalls", std::move(OwnCalls)}};
}

bool fromJSON(const llvm::json::Value &V, WorkFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  if (!O || !O.map("shared", F.IsShared))
    return false;
  if (F.IsShared)
    return true;
  std::vector<std::string> Reads;
  std::vector<std::string> Calls;
  std::vector<std::string> OwnCalls;
  if (!O.map("costs", F.Costs) || !O.map("writesOwn", F.WritesOwn) ||
      !O.map("ownReads", Reads) || !O.map("calls", Calls) ||
      !O.map("ownCalls", OwnCalls))
    return false;
  F.OwnReads.insert(Reads.begin(), Reads.end());
  for (std::string &Callee : Calls)
    F.Calls.emplace(std::move(Callee), false);
  for (std::string &Callee : OwnCalls)
    F.Calls.emplace(std::move(Callee), true);
  return true;
}
} // namespace

static const RegisterFact<WorkFact> RegisteredWork;

// Functions and the ways in which they are called, each once.
using Visited = std::set<std::pair<std::string, bool>>;

static bool isPrivate(const std::string &Key, bool OnThis,
                      const FactBase &Facts, Visited &Seen) {
  if (!Seen.emplace(Key, OnThis).second)
    return true;
  const auto *F = Facts.find<WorkFact>(Key);
  if (!F || F->IsShared || (OnThis && F->WritesOwn))
    return false;
  if (OnThis && !llvm::all_of(F->OwnReads, [&](const std::string &Field) {
        return isNeverWritten(Field, Facts);
      }))
    return false;
  return llvm::all_of(F->Calls, [&](const auto &Call) {
    return isPrivate(Call.first, Call.second && OnThis, Facts, Seen);
  });
}

static bool isHard(const std::string &Key, const FactBase &Facts,
                   Visited &Seen) {
  const auto *F = Facts.find<WorkFact>(Key);
  if (!F || !Seen.emplace(Key, false).second)
    return false;
  return F->Costs || llvm::any_of(F->Calls, [&](const auto &Call) {
           return isHard(Call.first, Facts, Seen);
         });
}

static constexpr llvm::StringLiteral PrivatelyName = "works-privately";
static const RegisterPredicate
    Privately(PrivatelyName, [](const FactBase &Facts, const Condition &C) {
      Visited Seen;
      return isPrivate(C.Subject, C.Bound != 0, Facts, Seen) ? Answer::Yes
                                                             : Answer::No;
    });

static constexpr llvm::StringLiteral HardName = "works-hard";
static const RegisterPredicate Hard(HardName, [](const FactBase &Facts,
                                                 const Condition &C) {
  Visited Seen;
  return isHard(C.Subject, Facts, Seen) ? Answer::Yes : Answer::No;
});

Condition whet::worksPrivately(std::string Key, bool OnThis) {
  return {.Predicate = PrivatelyName.str(),
          .Subject = std::move(Key),
          .Bound = OnThis ? 1U : 0U};
}

Condition whet::worksHard(std::string Key) {
  return {.Predicate = HardName.str(), .Subject = std::move(Key)};
}

void Work::join(const Work &Other) {
  Allocations += Other.Allocations;
  Loops += Other.Loops;
  Rests.insert(Other.Rests.begin(), Other.Rests.end());
  OwnReads.insert_range(Other.OwnReads);
  Lent.insert_range(Other.Lent);
  LentWrites.insert_range(Other.LentWrites);
  WritesOwn |= Other.WritesOwn;
}

std::optional<std::vector<Condition>> Work::conditions() const {
  std::vector<Condition> Result;
  for (const FieldDecl *Field : OwnReads) {
    std::optional<std::string> Key = stateKey(*Field);
    if (!Key)
      return std::nullopt;
    Result.push_back(isNeverWritten(std::move(*Key)));
  }
  for (const auto &[Callee, OnThis] : Rests) {
    std::optional<std::string> Key = entityKey(*Callee);
    if (!Key)
      return std::nullopt;
    Result.push_back(worksPrivately(std::move(*Key), OnThis));
  }
  llvm::sort(Result);
  return Result;
}

// --- Data
// ------------------------------------------------------------------------

namespace {
enum class Cost { Nothing, Allocates, Loops };
} // namespace

static const Cost *costOfClass(const CXXRecordDecl &Record) {
  static const llvm::StringMap<Cost> Rows = {
#define PRIVATE_CLASS(NAME, COST) {NAME, Cost::COST},
#include "PrivateWork.inc"
  };
  if (!Record.getIdentifier() || !isOfStandardLibrary(Record))
    return nullptr;
  auto It = Rows.find(stableName(Record));
  return It == Rows.end() ? nullptr : &It->second;
}

static bool isStreamBase(const CXXRecordDecl &Record) {
  static const llvm::StringSet<> Rows = {
#define PRIVATE_STREAM(NAME) NAME,
#include "PrivateWork.inc"
  };
  return Record.getIdentifier() && isOfStandardLibrary(Record) &&
         Rows.contains(stableName(Record));
}

static bool isAllocatingMember(llvm::StringRef Name) {
  static const llvm::StringSet<> Rows = {
#define ALLOCATING_MEMBER(NAME) NAME,
#include "PrivateWork.inc"
  };
  return Rows.contains(Name);
}

static const Cost *costOfFunction(const FunctionDecl &F) {
  static const llvm::StringMap<Cost> Rows = {
#define PRIVATE_FUNCTION(NAME, COST) {NAME, Cost::COST},
#include "PrivateWork.inc"
  };
  if (!F.getIdentifier())
    return nullptr;
  bool IsKnown = isCLibrary(F) || isOfStandardLibrary(F);
  auto It = IsKnown ? Rows.find(stableName(F)) : Rows.end();
  return It == Rows.end() ? nullptr : &It->second;
}

// --- Types
// -----------------------------------------------------------------------

static bool isIteratorClass(const CXXRecordDecl &Record) {
  return Record.getIdentifier() && isOfStandardLibrary(Record) &&
         Record.getName().contains("iter");
}

static bool isSmartPointer(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  return Record && Record->getIdentifier() && isOfStandardLibrary(*Record) &&
         (Record->getName() == "unique_ptr" ||
          Record->getName() == "shared_ptr");
}

// Whether a T leads to what is somewhere else.
static bool isPointing(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    return !T->isFunctionPointerType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->getIdentifier() || !isOfStandardLibrary(*Record))
    return false;
  return isIteratorClass(*Record) || isSmartPointer(T) ||
         Record->getName() == "basic_string_view" ||
         Record->getName() == "span" || Record->getName() == "initializer_list";
}

static bool isFunctionObjectOfLibrary(const CXXRecordDecl &Record) {
  return isOfStandardLibrary(Record) && Record.isEmpty() &&
         !Record.isPolymorphic();
}

PrivateWork::PrivateWork(const FactBase &Own) : Own(Own) {}
PrivateWork::~PrivateWork() = default;

bool PrivateWork::isValueRecord(const CXXRecordDecl &Record) {
  if (isIteratorClass(Record) || isFunctionObjectOfLibrary(Record))
    return true;
  if (costOfClass(Record)) {
    const auto *Instance = dyn_cast<ClassTemplateSpecializationDecl>(&Record);
    if (!Instance)
      return true;
    auto IsValueArgument = [this](const TemplateArgument &A) {
      return A.getKind() != TemplateArgument::Type || isValue(A.getAsType());
    };
    return llvm::all_of(
        Instance->getTemplateArgs().asArray(), [&](const TemplateArgument &A) {
          return A.getKind() == TemplateArgument::Pack
                     ? llvm::all_of(A.pack_elements(), IsValueArgument)
                     : IsValueArgument(A);
        });
  }
  if (isOfStandardLibrary(Record) || Record.isPolymorphic() ||
      Record.isUnion() || Record.isLambda())
    return false;
  // Libraries call these unseen.
  bool IsQuiet = llvm::all_of(Record.decls(), [this](const Decl *D) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      return !isa<CXXConstructorDecl>(Template->getTemplatedDecl());
    const auto *Method = dyn_cast<CXXMethodDecl>(D);
    bool IsSpecial = Method && (isa<CXXConstructorDecl>(Method) ||
                                isa<CXXDestructorDecl>(Method) ||
                                Method->isCopyAssignmentOperator() ||
                                Method->isMoveAssignmentOperator());
    if (!IsSpecial || !Method->isUserProvided())
      return true;
    std::optional<Work> Does = ofFunction(*Method);
    return Does && Does->Rests.empty();
  });
  if (!IsQuiet)
    return false;
  return llvm::all_of(Record.fields(),
                      [this](const FieldDecl *Field) {
                        return !Field->getType()->isReferenceType() &&
                               isValue(Field->getType());
                      }) &&
         llvm::all_of(Record.bases(), [this](const CXXBaseSpecifier &Base) {
           return !Base.isVirtual() && isValue(Base.getType());
         });
}

bool PrivateWork::isValue(QualType T) {
  if (T.isVolatileQualified() || T->isReferenceType() || T->isAtomicType())
    return false;
  if (const auto *Array = T->getAsArrayTypeUnsafe())
    return isa<ConstantArrayType>(Array) && isValue(Array->getElementType());
  if (T->isArithmeticType() || T->isEnumeralType() || T->isNullPtrType() ||
      T->isPointerType() || T->isVoidType() || T->isMemberPointerType())
    return true;
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return false;
  Record = Record->getDefinition();
  // A class that has one of its own kind in a container is no reason.
  auto [It, IsNew] = Values.try_emplace(Record, true);
  if (!IsNew)
    return It->second;
  bool Is = isValueRecord(*Record);
  Values[Record] = Is;
  return Is;
}

static bool hasDeletedCopy(const CXXRecordDecl &Record) {
  return llvm::any_of(Record.methods(), [](const CXXMethodDecl *M) {
    return M->isCopyAssignmentOperator() && M->isDeleted();
  });
}

// Whether objects of Record may be assigned as a whole: no part of it, as a
// mutex, forbids it.
static bool isAssignable(const RecordDecl &Record) {
  const auto *Class = dyn_cast<CXXRecordDecl>(&Record);
  if (!Class || hasDeletedCopy(*Class))
    return !Class;
  return llvm::none_of(Class->fields(), [](const FieldDecl *F) {
    const CXXRecordDecl *Part = F->getType()->getAsCXXRecordDecl();
    return Part && hasDeletedCopy(*Part);
  });
}

bool PrivateWork::isWrittenHere(const FieldDecl &Field) {
  auto [It, IsNew] = Written.try_emplace(&Field, true);
  if (!IsNew)
    return It->second;
  std::optional<std::string> Key = stateKey(Field);
  bool Is =
      isAssignable(*Field.getParent()) || !Key || !isNeverWritten(*Key, Own);
  Written[&Field] = Is;
  return Is;
}

// --- Locals
// ----------------------------------------------------------------------

static const Expr &peeled(const Expr &E) {
  const Expr *Inner = &E;
  while (true) {
    const Expr *Next = Inner->IgnoreParens();
    if (const auto *Full = dyn_cast<FullExpr>(Next))
      Next = Full->getSubExpr();
    else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Next))
      Next = Temporary->getSubExpr();
    else if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(Next))
      Next = Bound->getSubExpr();
    else if (const auto *Substituted =
                 dyn_cast<SubstNonTypeTemplateParmExpr>(Next))
      Next = Substituted->getReplacement();
    else if (const auto *Argument = dyn_cast<CXXDefaultArgExpr>(Next))
      Next = Argument->getExpr();
    else if (const auto *Init = dyn_cast<CXXDefaultInitExpr>(Next))
      Next = Init->getExpr();
    if (Next == Inner)
      return *Inner;
    Inner = Next;
  }
}

static const LambdaExpr *asLambda(const Expr &E) {
  const Expr *Inner = E.IgnoreImplicit()->IgnoreParenImpCasts();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner);
      Construct && Construct->getNumArgs() == 1)
    Inner = Construct->getArg(0)->IgnoreImplicit()->IgnoreParenImpCasts();
  return dyn_cast<LambdaExpr>(Inner);
}

// An algorithm, which is done with what it was given when it returns.
static bool isAlgorithm(const FunctionDecl &F) {
  const Cost *C = costOfFunction(F);
  return C && isOfStandardLibrary(F) && !isa<CXXMethodDecl>(F) &&
         (*C == Cost::Loops || F.getName().ends_with("_bound"));
}

namespace {
class LocalCollector : public DynamicRecursiveASTVisitor {
public:
  explicit LocalCollector(LocalStorage &Locals) : Locals(Locals) {
    ShouldVisitLambdaBody = true;
    ShouldVisitImplicitCode = true;
  }

  bool TraverseDecl(Decl *D) override {
    return isa_and_nonnull<TagDecl>(D) ||
           DynamicRecursiveASTVisitor::TraverseDecl(D);
  }

  bool VisitVarDecl(VarDecl *D) override {
    if (D->getInit())
      Locals.Sources[D].push_back(D->getInit());
    else if (!isa<ParmVarDecl>(D) && !D->isCXXForRangeDecl())
      Locals.Sources[D];
    return true;
  }

  bool VisitBinaryOperator(BinaryOperator *E) override {
    if (E->getOpcode() == BO_Assign)
      assign(*E->getLHS(), *E->getRHS());
    return true;
  }

  bool VisitUnaryOperator(UnaryOperator *E) override {
    if (E->getOpcode() == UO_AddrOf)
      escape(*E->getSubExpr());
    return true;
  }

  bool VisitCXXConstructExpr(CXXConstructExpr *E) override {
    lend(E->getConstructor(), llvm::ArrayRef(E->getArgs(), E->getNumArgs()));
    return true;
  }

  bool VisitInitListExpr(InitListExpr *E) override {
    const CXXRecordDecl *Record = E->getType()->getAsCXXRecordDecl();
    if (Record && E->isSemanticForm() && Record->hasDefinition() &&
        llvm::any_of(Record->fields(), [](const FieldDecl *F) {
          return F->getType()->isReferenceType();
        }))
      for (const Expr *Init : E->inits())
        escape(*Init);
    return true;
  }

  bool VisitCallExpr(CallExpr *E) override {
    const FunctionDecl *Callee = E->getDirectCallee();
    llvm::ArrayRef<Expr *> Args(E->getArgs(), E->getNumArgs());
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E);
    bool IsMember = Operator && isa_and_nonnull<CXXMethodDecl>(Callee);
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E))
      keep(*Member);
    if (Operator && Operator->getOperator() == OO_Equal && Args.size() == 2)
      assign(*Args[0], *Args[1]);
    if (Callee && isAlgorithm(*Callee))
      for (const Expr *Arg : Args)
        if (const LambdaExpr *Lambda = asLambda(*Arg))
          Inlined.insert(Lambda);
    lend(Callee, IsMember ? Args.drop_front() : Args);
    return true;
  }

  bool VisitLambdaExpr(LambdaExpr *E) override {
    if (Inlined.contains(E))
      return true;
    for (const LambdaCapture &Capture : E->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        escape(*Capture.getCapturedVar());
    return true;
  }

private:
  void assign(const Expr &To, const Expr &From) {
    const auto *Ref = dyn_cast<DeclRefExpr>(To.IgnoreParenImpCasts());
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (Ref)
      Locals.Sources[Ref->getDecl()].push_back(&From);
    bool IsLocal =
        Var && Var->hasLocalStorage() && !Var->getType()->isReferenceType();
    if (!IsLocal && isPointing(To.getType()))
      escape(From);
  }

  // `Texts.push_back(Name.data())`
  void keep(const CXXMemberCallExpr &E) {
    const CXXMethodDecl *Method = E.getMethodDecl();
    const Expr *Object = E.getImplicitObjectArgument();
    const CXXRecordDecl *Record =
        Object ? Object->getType()->getAsCXXRecordDecl() : nullptr;
    bool IsString = Record && Record->getIdentifier() &&
                    Record->getName() == "basic_string";
    if (!Method || Method->isConst() || IsString)
      return;
    for (const Expr *Arg : E.arguments()) {
      const CXXRecordDecl *View = Arg->getType()->getAsCXXRecordDecl();
      bool IsView = View && View->getIdentifier() &&
                    View->getName() == "basic_string_view";
      if (IsView || Arg->getType()->isPointerType())
        escape(*Arg);
    }
  }

  void escape(const ValueDecl &D) {
    if (!Locals.Escaped.insert(&D).second)
      return;
    const auto *Var = dyn_cast<VarDecl>(&D);
    if (Var && Var->getType()->isReferenceType() && Var->getInit())
      escape(*Var->getInit());
    if (const auto *Binding = dyn_cast<BindingDecl>(&D))
      escape(*Binding->getDecomposedDecl());
  }

  // What E is, or is a part of.
  void escape(const Expr &E) {
    const Expr *Inner =
        peeled(*peeled(E).IgnoreParenImpCasts()).IgnoreParenImpCasts();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Inner))
      return escape(*Ref->getDecl());
    if (const auto *Member = dyn_cast<MemberExpr>(Inner))
      return escape(*Member->getBase());
    if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Inner))
      return escape(*Element->getBase());
    if (const auto *Either = dyn_cast<AbstractConditionalOperator>(Inner)) {
      escape(*Either->getTrueExpr());
      return escape(*Either->getFalseExpr());
    }
    if (const auto *Call = dyn_cast<CallExpr>(Inner)) {
      // A part of its object, or of its argument.
      if (const auto *Method = dyn_cast<CXXMemberCallExpr>(Call)) {
        if (Method->getImplicitObjectArgument())
          escape(*Method->getImplicitObjectArgument());
      } else if (Call->getNumArgs() > 0) {
        escape(*Call->getArg(0));
      }
    }
  }

  static bool keepsReferences(const FunctionDecl &Callee) {
    if (!isOfStandardLibrary(Callee) || !Callee.getIdentifier())
      return false;
    return Callee.getName() == "ref" || Callee.getName() == "cref" ||
           Callee.getName() == "addressof" || Callee.getName() == "tie" ||
           Callee.getName() == "forward_as_tuple" ||
           Callee.getName() == "reference_wrapper";
  }

  template <typename ExprT>
  void lend(const FunctionDecl *Callee, llvm::ArrayRef<ExprT *> Args) {
    bool IsOfLibrary =
        Callee && (isOfStandardLibrary(*Callee) || isCLibrary(*Callee) ||
                   Callee->getBuiltinID() != 0 || Callee->isImplicit());
    for (unsigned I = 0; I < Args.size(); ++I) {
      const Expr &Arg = *Args[I];
      if (Callee && keepsReferences(*Callee)) {
        escape(Arg);
        continue;
      }
      // An array, as a pointer.
      const auto *Cast = dyn_cast<ImplicitCastExpr>(&peeled(Arg));
      if (!IsOfLibrary && Cast && Cast->getCastKind() == CK_ArrayToPointerDecay)
        escape(*Cast->getSubExpr());
      bool IsByReference =
          !Callee || I >= Callee->getNumParams() ||
          Callee->getParamDecl(I)->getType()->isLValueReferenceType();
      if (!IsByReference || Arg.getType().isConstQualified() || !Arg.isLValue())
        continue;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Arg.IgnoreParenImpCasts()))
        Locals.Unknown.insert(Ref->getDecl());
      // Somebody else's object may keep it; strings and numbers are filled in.
      const CXXRecordDecl *Record = Arg.getType()->getAsCXXRecordDecl();
      if (!IsOfLibrary && Record && !isOfStandardLibrary(*Record))
        escape(Arg);
    }
  }

  LocalStorage &Locals;
  llvm::SmallPtrSet<const LambdaExpr *, 4> Inlined;
};
} // namespace

static void collectLocals(const FunctionDecl &F, LocalStorage &Locals) {
  LocalCollector Collector(Locals);
  if (Stmt *Body = F.getBody())
    Collector.TraverseStmt(Body);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (Init->getInit())
        Collector.TraverseStmt(Init->getInit());
}

// --- The examination
// -------------------------------------------------------------

namespace whet {
/// Goes over statements and expressions in the order of their evaluation, and
/// stops at the first that may be seen by others.
class WorkExaminer {
public:
  /// \p IsCallee: parameters and `*this` are as private as what is passed.
  WorkExaminer(PrivateWork &Analysis, const LocalStorage &Locals,
               const FunctionDecl &F, bool IsCallee, bool MayReturn)
      : Analysis(Analysis), Locals(Locals), F(F), IsCallee(IsCallee),
        MayReturn(MayReturn) {}

  bool statement(const Stmt *S);
  bool initialisers(const CXXConstructorDecl &Constructor);
  bool reaches(const Expr &Arg);
  bool computes(const Expr &E);

  Work Result;
  /// A member that is as good as a local variable; null if there is none.
  const FieldDecl *Assumed = nullptr;

private:
  bool declaration(const Decl &D);
  bool loop(const Stmt *Body);
  bool rangeFor(const CXXForRangeStmt &S);

  // What E computes, without reading what it denotes.
  bool value(const Expr &E);
  bool given(const Expr *E) { return !E || value(*E); }
  bool evaluate(const Expr &E);
  bool values(const Stmt &E);
  bool cast(const CastExpr &E);
  bool unary(const UnaryOperator &E);
  bool construct(const CXXConstructExpr &E);
  bool allocate(const CXXNewExpr &E);
  bool call(const CallExpr &E);
  bool memberOfLibrary(const CallExpr &E, const CXXMethodDecl &Callee,
                       const Expr &Object, llvm::ArrayRef<const Expr *> Args);
  bool functionOfLibrary(const CallExpr &E, const FunctionDecl &Callee);
  bool projectFunction(const FunctionDecl &Callee, const Expr *Object,
                       llvm::ArrayRef<const Expr *> Args);
  bool argument(const Expr &Arg, const ParmVarDecl *Parameter,
                bool IsOfLibrary);
  bool arguments(llvm::ArrayRef<const Expr *> Args, const FunctionDecl &Callee,
                 bool IsOfLibrary);
  bool lambda(const LambdaExpr &E);
  bool object(const Expr &E, bool IsWritten);

  // That what E denotes, or leads to, is private or constant.
  bool place(const Expr &E, bool IsWritten);
  bool variable(const ValueDecl &D, const DeclRefExpr &Ref, bool IsWritten);
  bool member(const MemberExpr &E, bool IsWritten);
  bool pointee(const Expr &E, bool IsWritten);
  bool pointeeOfVariable(const ValueDecl &D, bool IsWritten);
  bool pointeeOfCall(const CallExpr &E, bool IsWritten);

  bool noteOwn(const FieldDecl &Field, bool IsWritten);
  bool noteLent(const ParmVarDecl &P, bool IsWritten);
  void noteCost(Cost C) {
    Result.Allocations += C == Cost::Allocates ? 1 : 0;
    Result.Loops += C == Cost::Loops ? 1 : 0;
  }
  bool isOfFunction(const ValueDecl &D) const;

  PrivateWork &Analysis;
  const LocalStorage &Locals;
  const FunctionDecl &F;
  const bool IsCallee;
  const bool MayReturn;
  unsigned LoopDepth = 0;
  unsigned LambdaDepth = 0;
  llvm::SmallPtrSet<const Expr *, 32> Evaluated;
  llvm::SmallPtrSet<const ValueDecl *, 8> DeclaredHere;
  llvm::SmallPtrSet<const ValueDecl *, 4> Visiting;
  /// Elements that an algorithm hands to a lambda.
  llvm::SmallPtrSet<const ValueDecl *, 4> Elements;
};
} // namespace whet

bool WorkExaminer::noteOwn(const FieldDecl &Field, bool IsWritten) {
  if (&Field == Assumed)
    return Analysis.isValue(Field.getType());
  if (IsWritten) {
    Result.WritesOwn = true;
    return IsCallee;
  }
  QualType T = Field.getType();
  if (T->isReferenceType() || (!IsCallee && !Analysis.isValue(T)))
    return false;
  if (T.isConstQualified())
    return true;
  Result.OwnReads.insert(&Field);
  return IsCallee || !Analysis.isWrittenHere(Field);
}

// A caller's object may be one that others have, too. Strings, containers and
// numbers are hardly ever; classes of the project are.
bool WorkExaminer::noteLent(const ParmVarDecl &P, bool IsWritten) {
  if (IsCallee)
    return true;
  QualType T = P.getType();
  T = T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  bool IsOfLibrary = Record ? isOfStandardLibrary(*Record)
                            : T->isArithmeticType() || T->isEnumeralType();
  if (!Analysis.isValue(T) || (!IsOfLibrary && IsWritten))
    return false;
  if (!IsOfLibrary && (P.getType()->isPointerType() || !T.isConstQualified()))
    return false;
  // A class may hand itself another one of its kind.
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (Method && Record &&
      Record->getCanonicalDecl() == Method->getParent()->getCanonicalDecl())
    return false;
  Result.Lent.insert(&P);
  if (IsWritten)
    Result.LentWrites.insert(&P);
  return true;
}

bool WorkExaminer::isOfFunction(const ValueDecl &D) const {
  const DeclContext *Context = D.getDeclContext();
  if (Context == &F)
    return true;
  // A local of a lambda that is looked into.
  const auto *Method = dyn_cast<CXXMethodDecl>(Context);
  return LambdaDepth > 0 && Method && Method->getParent()->isLambda();
}

// --- Statements

bool WorkExaminer::loop(const Stmt *Body) {
  ++Result.Loops;
  ++LoopDepth;
  bool Is = statement(Body);
  --LoopDepth;
  return Is;
}

bool WorkExaminer::rangeFor(const CXXForRangeStmt &S) {
  const VarDecl *Loop = S.getLoopVariable();
  const Expr *Range = S.getRangeInit();
  QualType T = Range->getType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  bool IsKnown = T->isArrayType() || (Record && costOfClass(*Record));
  if (!IsKnown || S.getInit() || !Analysis.isValue(T.getUnqualifiedType()))
    return false;
  if (!value(*Range) ||
      (isPointing(T) ? !pointee(*Range, false)
                     : Range->isGLValue() && !place(*Range, false)))
    return false;
  if (!Loop->getType()->isReferenceType() && !Analysis.isValue(Loop->getType()))
    return false;
  // A copy of each element.
  DeclaredHere.insert(Loop);
  return loop(S.getBody());
}

bool WorkExaminer::declaration(const Decl &D) {
  if (isa<TypedefNameDecl, StaticAssertDecl, UsingDecl, UsingDirectiveDecl>(D))
    return true;
  const auto *Var = dyn_cast<VarDecl>(&D);
  if (!Var)
    return false;
  if (Var->isConstexpr())
    return true;
  if (!Var->hasLocalStorage() || Var->getTLSKind() != VarDecl::TLS_None)
    return false;
  DeclaredHere.insert(Var);
  if (!Var->getType()->isReferenceType() && !Analysis.isValue(Var->getType()))
    return false;
  return !Var->getInit() || value(*Var->getInit());
}

bool WorkExaminer::statement(const Stmt *S) {
  if (!S)
    return true;
  const auto *E = dyn_cast<Expr>(S);
  // Statements that a macro makes, or leaves out, are others in other builds.
  if (S->getBeginLoc().isMacroID())
    return false;
  if (E)
    return value(*E);
  switch (S->getStmtClass()) {
  case Stmt::NullStmtClass:
    return !llvm::cast<NullStmt>(S)->hasLeadingEmptyMacro();
  case Stmt::CompoundStmtClass:
  case Stmt::CaseStmtClass:
  case Stmt::DefaultStmtClass:
    return llvm::all_of(S->children(),
                        [this](const Stmt *Child) { return statement(Child); });
  case Stmt::DeclStmtClass:
    return llvm::all_of(llvm::cast<DeclStmt>(S)->decls(),
                        [this](const Decl *D) { return declaration(*D); });
  case Stmt::IfStmtClass: {
    const auto *If = llvm::cast<IfStmt>(S);
    return statement(If->getInit()) &&
           statement(If->getConditionVariableDeclStmt()) &&
           given(If->getCond()) && statement(If->getThen()) &&
           statement(If->getElse());
  }
  case Stmt::SwitchStmtClass: {
    const auto *Switch = llvm::cast<SwitchStmt>(S);
    if (Switch->getInit() || Switch->getConditionVariable() ||
        !given(Switch->getCond()))
      return false;
    ++LoopDepth;
    bool Is = statement(Switch->getBody());
    --LoopDepth;
    return Is;
  }
  case Stmt::ForStmtClass: {
    const auto *For = llvm::cast<ForStmt>(S);
    return !For->getConditionVariable() && statement(For->getInit()) &&
           given(For->getCond()) && given(For->getInc()) &&
           loop(For->getBody());
  }
  case Stmt::WhileStmtClass: {
    const auto *While = llvm::cast<WhileStmt>(S);
    return !While->getConditionVariable() && given(While->getCond()) &&
           loop(While->getBody());
  }
  case Stmt::DoStmtClass: {
    const auto *Do = llvm::cast<DoStmt>(S);
    if (!given(Do->getCond()) || !loop(Do->getBody()))
      return false;
    bool Repeats = true;
    bool IsOnce =
        !Do->getCond()->isValueDependent() &&
        Do->getCond()->EvaluateAsBooleanCondition(Repeats, F.getASTContext()) &&
        !Repeats;
    Result.Loops -= IsOnce ? 1 : 0;
    return true;
  }
  case Stmt::CXXForRangeStmtClass:
    return rangeFor(*llvm::cast<CXXForRangeStmt>(S));
  case Stmt::BreakStmtClass:
  case Stmt::ContinueStmtClass:
    return LoopDepth > 0;
  case Stmt::ReturnStmtClass: {
    const Expr *Returned = llvm::cast<ReturnStmt>(S)->getRetValue();
    if (!MayReturn && LambdaDepth == 0)
      return false;
    if (!Returned)
      return true;
    QualType T = F.getReturnType();
    // What is handed out may be what is guarded.
    if (!IsCallee && LambdaDepth == 0 &&
        (T->isReferenceType() || !Analysis.isValue(T) || isPointing(T)))
      return false;
    return value(*Returned);
  }
  default:
    return false;
  }
}

bool WorkExaminer::initialisers(const CXXConstructorDecl &Constructor) {
  for (const CXXCtorInitializer *Init : Constructor.inits()) {
    const Expr *E = Init->getInit();
    const FieldDecl *Field = Init->getAnyMember();
    if (!E || (Field && Field->getType()->isReferenceType()) || !value(*E))
      return false;
  }
  return true;
}

// --- Expressions

bool WorkExaminer::values(const Stmt &E) {
  return llvm::all_of(E.children(), [this](const Stmt *Child) {
    return !Child || (isa<Expr>(Child) && value(*llvm::cast<Expr>(Child)));
  });
}

bool WorkExaminer::cast(const CastExpr &E) {
  const Expr &Sub = *E.getSubExpr();
  switch (E.getCastKind()) {
  case CK_LValueToRValue:
    return place(Sub, /*IsWritten=*/false);
  case CK_NoOp:
    return !isa<CXXConstCastExpr>(E) && value(Sub);
  case CK_BitCast:
    return isa<ImplicitCastExpr>(E) && value(Sub);
  case CK_ArrayToPointerDecay:
  case CK_FunctionToPointerDecay:
  case CK_DerivedToBase:
  case CK_UncheckedDerivedToBase:
  case CK_ToVoid:
  case CK_NullToPointer:
  case CK_PointerToBoolean:
  case CK_IntegralCast:
  case CK_IntegralToBoolean:
  case CK_IntegralToFloating:
  case CK_FloatingToIntegral:
  case CK_FloatingToBoolean:
  case CK_FloatingCast:
  case CK_BooleanToSignedIntegral:
  case CK_ConstructorConversion:
  case CK_UserDefinedConversion:
  case CK_BuiltinFnToFnPtr:
    return value(Sub);
  default:
    return false;
  }
}

bool WorkExaminer::unary(const UnaryOperator &E) {
  if (E.isIncrementDecrementOp())
    return place(*E.getSubExpr(), /*IsWritten=*/true);
  switch (E.getOpcode()) {
  case UO_AddrOf:
  case UO_Deref:
  case UO_Plus:
  case UO_Minus:
  case UO_Not:
  case UO_LNot:
  case UO_Extension:
    return value(*E.getSubExpr());
  default:
    return false;
  }
}

static bool isShortLiteral(const CXXConstructExpr &E) {
  if (E.getNumArgs() == 0)
    return true;
  const auto *Literal =
      dyn_cast<clang::StringLiteral>(E.getArg(0)->IgnoreParenImpCasts());
  return Literal && Literal->getLength() <= 15;
}

bool WorkExaminer::construct(const CXXConstructExpr &E) {
  const CXXConstructorDecl &Callee = *E.getConstructor();
  const CXXRecordDecl &Record = *Callee.getParent();
  QualType T = E.getType();
  if (T->isArrayType() ? !Analysis.isValue(T)
                       : !Analysis.isValue(T.getUnqualifiedType()))
    return false;
  llvm::ArrayRef<const Expr *> Args(E.getArgs(), E.getNumArgs());
  if (isOfStandardLibrary(Record)) {
    if (isStreamBase(Record) || !arguments(Args, Callee, /*IsOfLibrary=*/true))
      return false;
    const Cost *C = costOfClass(Record);
    bool IsFree =
        E.getNumArgs() == 0 || Callee.isMoveConstructor() || isShortLiteral(E);
    bool IsStream = Record.getName().ends_with("stringstream");
    if (C && (!IsFree || IsStream))
      noteCost(*C);
    if (Record.getName() == "shared_ptr" && E.getNumArgs() > 0 &&
        !Callee.isCopyOrMoveConstructor() &&
        Args[0]->getType()->isPointerType())
      noteCost(Cost::Allocates);
    return true;
  }
  if (Callee.isUserProvided())
    return projectFunction(Callee, nullptr, Args);
  return arguments(Args, Callee, /*IsOfLibrary=*/true) &&
         (Callee.isCopyOrMoveConstructor() || initialisers(Callee));
}

bool WorkExaminer::allocate(const CXXNewExpr &E) {
  const FunctionDecl *New = E.getOperatorNew();
  if (!New || !New->isReplaceableGlobalAllocationFunction() ||
      E.getNumPlacementArgs() > 0 || !Analysis.isValue(E.getAllocatedType()))
    return false;
  noteCost(Cost::Allocates);
  if (E.isArray() && E.getArraySize() && *E.getArraySize() &&
      !value(**E.getArraySize()))
    return false;
  return !E.getInitializer() || value(*E.getInitializer());
}

// A lambda that is called here, as often as need be.
bool WorkExaminer::lambda(const LambdaExpr &E) {
  const CXXMethodDecl *Operator = E.getCallOperator();
  if (Operator->isDependentContext()) {
    // All its instantiations are at hand, and the same but for types.
    const FunctionTemplateDecl *Template =
        E.getLambdaClass()->getDependentLambdaCallOperator();
    if (!Template || llvm::range_size(Template->specializations()) != 1)
      return false;
    Operator = llvm::cast<CXXMethodDecl>(*Template->spec_begin());
  }
  for (const Expr *Init : E.capture_inits())
    if (Init && !value(*Init))
      return false;
  if (IsCallee && llvm::any_of(E.captures(), [](const LambdaCapture &C) {
        return C.capturesThis();
      }))
    Result.WritesOwn = true;
  for (const ParmVarDecl *P : Operator->parameters()) {
    Elements.insert(P);
    if (!P->getType()->isReferenceType() && !Analysis.isValue(P->getType()))
      return false;
  }
  ++LambdaDepth;
  bool Is = statement(Operator->getBody());
  --LambdaDepth;
  return Is;
}

bool WorkExaminer::value(const Expr &Outer) {
  const Expr &E = peeled(Outer);
  // Objects of calls are looked at once more as places.
  if (Evaluated.contains(&E))
    return true;
  bool Is = evaluate(E);
  if (Is)
    Evaluated.insert(&E);
  return Is;
}

bool WorkExaminer::evaluate(const Expr &E) {
  if (const auto *Cast = dyn_cast<CastExpr>(&E))
    return cast(*Cast);
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    return call(*Call);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
    return construct(*Construct);
  if (const auto *Unary = dyn_cast<UnaryOperator>(&E))
    return unary(*Unary);
  switch (E.getStmtClass()) {
  case Stmt::IntegerLiteralClass:
  case Stmt::FloatingLiteralClass:
  case Stmt::CharacterLiteralClass:
  case Stmt::StringLiteralClass:
  case Stmt::CXXBoolLiteralExprClass:
  case Stmt::CXXNullPtrLiteralExprClass:
  case Stmt::GNUNullExprClass:
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::TypeTraitExprClass:
  case Stmt::SizeOfPackExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::PredefinedExprClass:
  case Stmt::DeclRefExprClass:
  case Stmt::CXXThisExprClass:
  case Stmt::ImplicitValueInitExprClass:
  case Stmt::CXXScalarValueInitExprClass:
    return true;
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass: {
    const auto &Binary = llvm::cast<BinaryOperator>(E);
    if (Binary.isPtrMemOp())
      return false;
    return Binary.isAssignmentOp()
               ? place(*Binary.getLHS(), true) && value(*Binary.getRHS())
               : values(E);
  }
  case Stmt::ConditionalOperatorClass:
  case Stmt::ArraySubscriptExprClass:
  case Stmt::MemberExprClass:
  case Stmt::CXXStdInitializerListExprClass:
    return values(E);
  case Stmt::InitListExprClass:
    return Analysis.isValue(E.getType().getUnqualifiedType()) && values(E);
  case Stmt::CXXNewExprClass:
    return allocate(llvm::cast<CXXNewExpr>(E));
  default:
    return false;
  }
}

// --- Calls

bool WorkExaminer::argument(const Expr &Arg, const ParmVarDecl *Parameter,
                            bool IsOfLibrary) {
  QualType T = Arg.getType();
  if (IsOfLibrary) {
    if (const LambdaExpr *Lambda = asLambda(Arg))
      return lambda(*Lambda);
    // A function to call back.
    if (T->isFunctionPointerType() || T->isFunctionType()) {
      const auto *Ref = dyn_cast<DeclRefExpr>(Arg.IgnoreParenImpCasts());
      const auto *Called =
          Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
      if (Called && isOfStandardLibrary(*Called) && Called->getIdentifier() &&
          isStreamBase(*Called->getParamDecl(0)
                            ->getType()
                            .getNonReferenceType()
                            ->getAsCXXRecordDecl()))
        return true;
      return Called && Called->getNumParams() > 0 && costOfFunction(*Called);
    }
    const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
    bool IsStream = Record && isStreamBase(*Record);
    if (!IsStream && !Analysis.isValue(T.getUnqualifiedType()))
      return false;
  }
  if (!value(Arg))
    return false;
  QualType Type = Parameter ? Parameter->getType() : QualType();
  if (!Type.isNull() && Type->isReferenceType() && Arg.isGLValue() &&
      !place(Arg, !Type->getPointeeType().isConstQualified()))
    return false;
  if (!isPointing(T))
    return true;
  bool IsConst =
      (T->isPointerType() && T->getPointeeType().isConstQualified()) ||
      (T->getAsCXXRecordDecl() &&
       T->getAsCXXRecordDecl()->getName().contains("string_view"));
  return pointee(Arg, !IsConst);
}

bool WorkExaminer::arguments(llvm::ArrayRef<const Expr *> Args,
                             const FunctionDecl &Callee, bool IsOfLibrary) {
  for (unsigned I = 0; I < Args.size(); ++I)
    if (!argument(*Args[I],
                  I < Callee.getNumParams() ? Callee.getParamDecl(I) : nullptr,
                  IsOfLibrary))
      return false;
  return true;
}

// The object of a member call, which may be given by a pointer.
bool WorkExaminer::object(const Expr &E, bool IsWritten) {
  if (E.getType()->isPointerType())
    return value(E) && pointee(E, IsWritten);
  return value(E) && (!E.isGLValue() || place(E, IsWritten));
}

bool WorkExaminer::memberOfLibrary(const CallExpr &E,
                                   const CXXMethodDecl &Callee,
                                   const Expr &Object,
                                   llvm::ArrayRef<const Expr *> Args) {
  QualType T = Object.getType();
  T = (T->isPointerType() ? T->getPointeeType() : T).getUnqualifiedType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  bool IsStream = Record && isStreamBase(*Record);
  if (!Record || (!IsStream && !Analysis.isValue(T)) ||
      (!IsStream && !isIteratorClass(*Record) && !costOfClass(*Record) &&
       !isFunctionObjectOfLibrary(*Record)))
    return false;
  if (isIteratorClass(*Record) && Record->getName().contains("stream"))
    return false;
  // What elements do when they are called is not known.
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E);
  if (Operator && Operator->getOperator() == OO_Call)
    return false;
  if (!object(Object, !Callee.isConst()))
    return false;
  bool IsView =
      Record->getIdentifier() &&
      (Record->getName() == "basic_string_view" || Record->getName() == "span");
  bool AsksSize = Callee.getIdentifier() &&
                  (Callee.getName() == "size" || Callee.getName() == "empty");
  if (IsView && !AsksSize && !Operator && !pointee(Object, false))
    return false;
  // Inserting through an iterator is writing to the container.
  if (isIteratorClass(*Record) && Record->getName().contains("insert"))
    return false;
  if (Callee.getIdentifier() && isAllocatingMember(Callee.getName()))
    noteCost(Cost::Allocates);
  const Cost *C = costOfClass(*Record);
  if (Operator && C && *C == Cost::Allocates &&
      (Operator->getOperator() == OO_PlusEqual ||
       (Operator->getOperator() == OO_Equal &&
        Callee.isCopyAssignmentOperator())))
    noteCost(Cost::Allocates);
  return arguments(Args, Callee, /*IsOfLibrary=*/true);
}

// `a + b` of strings, `s << x` of streams, comparisons.
static const Cost *costOfOperator(const FunctionDecl &F,
                                  const CXXOperatorCallExpr &E) {
  static constexpr Cost Free = Cost::Nothing;
  static constexpr Cost Makes = Cost::Allocates;
  if (!isOfStandardLibrary(F))
    return nullptr;
  switch (E.getOperator()) {
  case OO_Plus:
    return E.getType()->isRecordType() &&
                   E.getType()->getAsCXXRecordDecl()->getName() ==
                       "basic_string"
               ? &Makes
               : &Free;
  case OO_Minus:
  case OO_Star:
  case OO_Slash:
  case OO_Percent:
  case OO_EqualEqual:
  case OO_ExclaimEqual:
  case OO_Less:
  case OO_LessEqual:
  case OO_Greater:
  case OO_GreaterEqual:
  case OO_Spaceship:
  case OO_LessLess:
  case OO_GreaterGreater:
  case OO_Pipe:
  case OO_Amp:
    return &Free;
  default:
    return nullptr;
  }
}

bool WorkExaminer::functionOfLibrary(const CallExpr &E,
                                     const FunctionDecl &Callee) {
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E);
  const Cost *C =
      Operator ? costOfOperator(Callee, *Operator) : costOfFunction(Callee);
  if (isa<UserDefinedLiteral>(E) && isOfStandardLibrary(Callee))
    return true;
  if (!C)
    return false;
  noteCost(*C);
  return arguments({E.getArgs(), E.getNumArgs()}, Callee, /*IsOfLibrary=*/true);
}

bool WorkExaminer::projectFunction(const FunctionDecl &Callee,
                                   const Expr *Object,
                                   llvm::ArrayRef<const Expr *> Args) {
  // Who calls a destructor has its members destroyed as well.
  if (Callee.isVariadic() || Callee.hasAttr<AsmLabelAttr>() ||
      isa<CXXDestructorDecl>(Callee))
    return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  bool OnThis = false;
  if (Object) {
    OnThis = isa<CXXThisExpr>(Object->IgnoreParenImpCasts());
    bool IsConst = Method && Method->isConst();
    if (!OnThis && !object(*Object, !IsConst))
      return false;
  }
  if (!arguments(Args, Callee, /*IsOfLibrary=*/false))
    return false;
  for (const ParmVarDecl *P : Callee.parameters())
    if (!P->getType()->isReferenceType() && !Analysis.isValue(P->getType()))
      return false;
  QualType Returned = Callee.getReturnType();
  if (!Returned->isReferenceType() && !Analysis.isValue(Returned))
    return false;
  if (!Callee.hasBody()) {
    Result.Rests.emplace(Callee.getCanonicalDecl(), OnThis);
    return true;
  }
  std::optional<Work> Theirs = Analysis.ofFunction(Callee);
  if (!Theirs)
    return false;
  Result.Allocations += Theirs->Allocations;
  Result.Loops += Theirs->Loops;
  for (const auto &[Next, OnTheirs] : Theirs->Rests)
    Result.Rests.emplace(Next, OnTheirs && OnThis);
  if (!OnThis)
    return true;
  if (Theirs->WritesOwn) {
    Result.WritesOwn = true;
    if (!IsCallee)
      return false;
  }
  return llvm::all_of(Theirs->OwnReads, [this](const FieldDecl *Field) {
    return noteOwn(*Field, /*IsWritten=*/false);
  });
}

bool WorkExaminer::call(const CallExpr &E) {
  const FunctionDecl *Callee = E.getDirectCallee();
  // What `assert` ends the program with.
  if (Callee && Callee->isExternC() && Callee->getName() == "__assert_fail")
    return true;
  if (!Callee || Callee->isNoReturn())
    return false;
  llvm::ArrayRef<const Expr *> Args(E.getArgs(), E.getNumArgs());
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  const Expr *Object = nullptr;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&E)) {
    Object = Member->getImplicitObjectArgument();
    if (!Method || !Object)
      return false;
  } else if (isa<CXXOperatorCallExpr>(E) && Method && !Method->isStatic()) {
    Object = Args.front();
    Args = Args.drop_front();
  }
  if (isOfStandardLibrary(*Callee) || isCLibrary(*Callee))
    return Object ? memberOfLibrary(E, *Method, *Object, Args)
                  : functionOfLibrary(E, *Callee);
  // What the compiler makes copies members that are values.
  if (Object && (Callee->isImplicit() || Callee->isDefaulted())) {
    QualType T = Object->getType().getUnqualifiedType();
    return Analysis.isValue(T) && object(*Object, !Method->isConst()) &&
           arguments(Args, *Callee, /*IsOfLibrary=*/true);
  }
  const FunctionDecl *Ours = CallEffects::projectCallee(E);
  return Ours && projectFunction(*Ours, Object, Args);
}

// --- Places

bool WorkExaminer::variable(const ValueDecl &D, const DeclRefExpr &Ref,
                            bool IsWritten) {
  if (D.getType().isVolatileQualified())
    return false;
  if (isa<FunctionDecl, EnumConstantDecl>(D))
    return true;
  if (const auto *Binding = dyn_cast<BindingDecl>(&D)) {
    const auto *Whole = dyn_cast<VarDecl>(Binding->getDecomposedDecl());
    if (!Whole || !Whole->getInit() || !isOfFunction(*Whole) ||
        Locals.Escaped.contains(&D) || Locals.Escaped.contains(Whole) ||
        !Analysis.isValue(D.getType().getNonReferenceType()))
      return false;
    if (!Whole->getType()->isReferenceType())
      return Whole->hasLocalStorage();
    if (DeclaredHere.contains(Whole) && Whole->isCXXForRangeDecl() &&
        !IsWritten)
      return true;
    return place(*Whole->getInit(), IsWritten);
  }
  const auto *Var = dyn_cast<VarDecl>(&D);
  if (!Var)
    return false;
  bool IsConstant = Var->isConstexpr() || Var->getType().isConstQualified();
  if (Var->hasGlobalStorage())
    return IsConstant && !IsWritten && Analysis.isValue(Var->getType()) &&
           !Var->isStaticLocal();
  if (Locals.Escaped.contains(Var) && !(IsConstant && !IsWritten))
    return false;
  if (!isOfFunction(*Var) || Var->getTLSKind() != VarDecl::TLS_None)
    return false;
  if (!Var->getType()->isReferenceType())
    return !Ref.refersToEnclosingVariableOrCapture() || LambdaDepth > 0;
  if (Elements.contains(Var))
    return !IsWritten || LambdaDepth > 0;
  if (const auto *Parameter = dyn_cast<ParmVarDecl>(Var))
    return noteLent(*Parameter, IsWritten);
  // The range has been looked at when the loop was.
  if (Var->isCXXForRangeDecl()) {
    if (!DeclaredHere.contains(Var))
      return false;
    if (!IsWritten)
      return true;
    // `for (T &X : Range)` writes what the range is.
    const auto Sources = Locals.Sources.find(Var);
    return Sources != Locals.Sources.end() &&
           llvm::all_of(Sources->second, [this](const Expr *Source) {
             return place(*Source, /*IsWritten=*/true);
           });
  }
  return Var->getInit() && Visiting.insert(Var).second && [&] {
    bool Is = place(*Var->getInit(), IsWritten);
    Visiting.erase(Var);
    return Is;
  }();
}

bool WorkExaminer::member(const MemberExpr &E, bool IsWritten) {
  const Expr &Base = *E.getBase();
  const auto *Field = dyn_cast<FieldDecl>(E.getMemberDecl());
  if (!Field) {
    const auto *Static = dyn_cast<VarDecl>(E.getMemberDecl());
    return Static && value(Base) && !IsWritten &&
           Static->getType().isConstQualified() &&
           Analysis.isValue(Static->getType());
  }
  if (Field->getType()->isReferenceType() ||
      Field->getType().isVolatileQualified())
    return false;
  if (isa<CXXThisExpr>(Base.IgnoreParenImpCasts()))
    return LambdaDepth > 0 && IsWritten ? false : noteOwn(*Field, IsWritten);
  if (!E.isArrow())
    return place(Base, IsWritten);
  return value(Base) && pointee(Base, IsWritten);
}

bool WorkExaminer::place(const Expr &Outer, bool IsWritten) {
  const Expr &E = peeled(Outer);
  if (!E.isGLValue())
    return value(E);
  QualType T = E.getType();
  if (T.isVolatileQualified() || T->isAtomicType())
    return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&E))
    return variable(*Ref->getDecl(), *Ref, IsWritten);
  if (const auto *Member = dyn_cast<MemberExpr>(&E))
    return member(*Member, IsWritten);
  if (const auto *Cast = dyn_cast<CastExpr>(&E)) {
    CastKind Kind = Cast->getCastKind();
    bool IsSame = Kind == CK_NoOp || Kind == CK_DerivedToBase ||
                  Kind == CK_UncheckedDerivedToBase;
    return IsSame && !isa<CXXConstCastExpr>(Cast) &&
           place(*Cast->getSubExpr(), IsWritten);
  }
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(&E)) {
    const Expr &Base = *Element->getBase();
    return value(*Element->getIdx()) && value(Base) && pointee(Base, IsWritten);
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(&E)) {
    const Expr &Sub = *Unary->getSubExpr();
    if (Unary->getOpcode() == UO_Deref)
      return value(Sub) && pointee(Sub, IsWritten);
    return Unary->isPrefix() && Unary->isIncrementDecrementOp() &&
           place(Sub, true);
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(&E)) {
    if (Binary->getOpcode() == BO_Comma)
      return value(*Binary->getLHS()) && place(*Binary->getRHS(), IsWritten);
    return Binary->isAssignmentOp() && value(E);
  }
  if (const auto *Either = dyn_cast<ConditionalOperator>(&E))
    return value(*Either->getCond()) &&
           place(*Either->getTrueExpr(), IsWritten) &&
           place(*Either->getFalseExpr(), IsWritten);
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    return value(*Call) && pointeeOfCall(*Call, IsWritten);
  return isa<clang::StringLiteral, PredefinedExpr>(E) && !IsWritten;
}

bool WorkExaminer::pointeeOfVariable(const ValueDecl &D, bool IsWritten) {
  const auto *Var = dyn_cast<VarDecl>(&D);
  if (!Var || !Var->hasLocalStorage() || !isOfFunction(D) ||
      Locals.Escaped.contains(&D) || Locals.Unknown.contains(&D) ||
      Elements.contains(&D) || Var->getType()->isReferenceType())
    return false;
  auto Sources = Locals.Sources.find(&D);
  bool HasSources = Sources != Locals.Sources.end() && !Sources->second.empty();
  if (const auto *Parameter = dyn_cast<ParmVarDecl>(&D)) {
    bool IsRaw = Parameter->getType()->isPointerType();
    const CXXRecordDecl *Record = Parameter->getType()->getAsCXXRecordDecl();
    bool IsView = Record && Record->getName() == "basic_string_view";
    if (!IsRaw && !IsView)
      return false;
    return (!HasSources || Parameter->hasDefaultArg()) &&
           noteLent(*Parameter, IsWritten);
  }
  if (!HasSources || Var->isCXXForRangeDecl())
    return false;
  if (!Visiting.insert(&D).second)
    return true;
  auto Leave = llvm::scope_exit([&] { Visiting.erase(&D); });
  return llvm::all_of(Sources->second, [&](const Expr *Source) {
    // Made here, and seen by nobody yet.
    const Expr *Inner = peeled(*Source).IgnoreParenImpCasts();
    const auto *Call = dyn_cast<CallExpr>(&peeled(*Inner));
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    bool IsMade =
        isa<CXXNewExpr>(peeled(*Inner)) ||
        (Callee && Callee->getIdentifier() && isOfStandardLibrary(*Callee) &&
         (Callee->getName() == "make_unique" ||
          Callee->getName() == "make_shared"));
    return IsMade ? DeclaredHere.contains(&D) : pointee(*Source, IsWritten);
  });
}

bool WorkExaminer::pointeeOfCall(const CallExpr &E, bool IsWritten) {
  const FunctionDecl *Callee = E.getDirectCallee();
  if (!Callee || !isOfStandardLibrary(*Callee))
    return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  llvm::ArrayRef<const Expr *> Args(E.getArgs(), E.getNumArgs());
  const Expr *Object = nullptr;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&E))
    Object = Member->getImplicitObjectArgument();
  else if (isa<CXXOperatorCallExpr>(E) && !Args.empty())
    Object = Args.front();
  // Smart pointers keep their operators in bases.
  auto OfOne = [&](const Expr &Arg) {
    const Expr &Inner = *Arg.IgnoreParenImpCasts();
    return isPointing(Inner.getType()) ? pointee(Inner, IsWritten)
                                       : place(Arg, IsWritten);
  };
  if (Object) {
    // A const member hands out what is const, unless it is a pointer's.
    if (Method && Method->isConst() &&
        !isPointing(Object->IgnoreParenImpCasts()->getType()))
      IsWritten = false;
    return OfOne(*Object);
  }
  bool IsAny = false;
  for (const Expr *Arg : Args) {
    if (!isPointing(Arg->getType()))
      continue;
    IsAny = true;
    if (!OfOne(*Arg))
      return false;
  }
  return IsAny || (!Args.empty() && OfOne(*Args.front()));
}

bool WorkExaminer::pointee(const Expr &Outer, bool IsWritten) {
  const Expr &E = peeled(Outer);
  if (const auto *Cast = dyn_cast<CastExpr>(&E)) {
    switch (Cast->getCastKind()) {
    case CK_ArrayToPointerDecay:
      return place(*Cast->getSubExpr(), IsWritten);
    case CK_NullToPointer:
      return true;
    case CK_LValueToRValue:
    case CK_NoOp:
    case CK_DerivedToBase:
    case CK_UncheckedDerivedToBase:
    case CK_ConstructorConversion:
    case CK_UserDefinedConversion:
    case CK_BitCast:
      return !isa<CXXConstCastExpr>(Cast) &&
             pointee(*Cast->getSubExpr(), IsWritten);
    default:
      return false;
    }
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&E))
    return isPointing(E.getType())
               ? pointeeOfVariable(*Ref->getDecl(), IsWritten)
               : place(E, IsWritten);
  if (const auto *Unary = dyn_cast<UnaryOperator>(&E)) {
    if (Unary->getOpcode() == UO_AddrOf)
      return place(*Unary->getSubExpr(), IsWritten);
    return Unary->isIncrementDecrementOp() &&
           pointee(*Unary->getSubExpr(), IsWritten);
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(&E)) {
    if (!Binary->isAdditiveOp())
      return false;
    const Expr &Left = *Binary->getLHS();
    return pointee(Left.getType()->isPointerType() ? Left : *Binary->getRHS(),
                   IsWritten);
  }
  if (const auto *Either = dyn_cast<ConditionalOperator>(&E))
    return pointee(*Either->getTrueExpr(), IsWritten) &&
           pointee(*Either->getFalseExpr(), IsWritten);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E)) {
    if (Construct->getNumArgs() == 0)
      return true;
    const Expr &Arg = *Construct->getArg(0);
    return isPointing(Arg.getType()) ? pointee(Arg, IsWritten)
                                     : place(Arg, IsWritten);
  }
  if (isa<CXXNewExpr, CXXStdInitializerListExpr, CXXNullPtrLiteralExpr,
          GNUNullExpr>(E))
    return true;
  if (isa<InitListExpr>(E))
    return llvm::cast<InitListExpr>(E).getNumInits() == 0;
  if (isa<CXXThisExpr>(E)) {
    Result.WritesOwn = true;
    return IsCallee;
  }
  if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    bool IsMade = Callee && Callee->getIdentifier() &&
                  isOfStandardLibrary(*Callee) &&
                  (Callee->getName() == "make_unique" ||
                   Callee->getName() == "make_shared");
    return IsMade || pointeeOfCall(*Call, IsWritten);
  }
  return false;
}

// A temporary holds what it has been made of.
bool WorkExaminer::reaches(const Expr &Arg) {
  const Expr &Inner = peeled(Arg);
  if (isPointing(Arg.getType()))
    return pointee(Arg, /*IsWritten=*/false);
  return Inner.isGLValue()
             ? place(Inner, /*IsWritten=*/false)
             : Analysis.isValue(Arg.getType().getUnqualifiedType());
}

bool WorkExaminer::computes(const Expr &E) {
  return Analysis.isValue(E.getType().getUnqualifiedType()) && value(E);
}

// --- Queries
// ---------------------------------------------------------------------

void PrivateWork::enter(const FunctionDecl &F) {
  Function = &F;
  Locals = std::make_unique<LocalStorage>();
  collectLocals(F, *Locals);
}

PrivateWork::Run PrivateWork::first(llvm::ArrayRef<const Stmt *> Statements) {
  WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                        /*MayReturn=*/false);
  Run Result;
  for (const Stmt *S : Statements) {
    if (!Examiner.statement(S))
      break;
    Result.Does = Examiner.Result;
    ++Result.Length;
  }
  return Result;
}

PrivateWork::Run PrivateWork::last(llvm::ArrayRef<const Stmt *> Statements,
                                   bool MayReturn) {
  Run Result;
  for (const Stmt *S : llvm::reverse(Statements)) {
    WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                          MayReturn);
    if (!Examiner.statement(S))
      break;
    Result.Does.join(Examiner.Result);
    ++Result.Length;
  }
  return Result;
}

std::optional<Work> PrivateWork::computing(const Expr &E) {
  WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                        /*MayReturn=*/false);
  if (!Examiner.computes(E))
    return std::nullopt;
  return std::move(Examiner.Result);
}

std::optional<Work> PrivateWork::workingOn(const Stmt &S,
                                           const FieldDecl &Own) {
  WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                        /*MayReturn=*/false);
  Examiner.Assumed = &Own;
  if (!Examiner.statement(&S))
    return std::nullopt;
  return std::move(Examiner.Result);
}

std::optional<Work> PrivateWork::reachedBy(const Expr &Arg) {
  WorkExaminer Examiner(*this, *Locals, *Function, /*IsCallee=*/false,
                        /*MayReturn=*/false);
  if (!Examiner.reaches(Arg))
    return std::nullopt;
  return std::move(Examiner.Result);
}

std::optional<Work> PrivateWork::ofFunction(const FunctionDecl &F) {
  const FunctionDecl *Definition = F.getDefinition();
  if (!Definition || Definition->isDependentContext())
    return std::nullopt;
  // Of who calls itself nothing is known.
  auto [It, IsNew] = Known.try_emplace(Definition, std::nullopt);
  if (!IsNew)
    return It->second;
  LocalStorage Theirs;
  collectLocals(*Definition, Theirs);
  WorkExaminer Examiner(*this, Theirs, *Definition, /*IsCallee=*/true,
                        /*MayReturn=*/true);
  const auto *Constructor = dyn_cast<CXXConstructorDecl>(Definition);
  bool Is = (!Constructor || Examiner.initialisers(*Constructor)) &&
            Definition->getBody() && Examiner.statement(Definition->getBody());
  std::optional<Work> Result;
  if (Is)
    Result = std::move(Examiner.Result);
  Known[Definition] = Result;
  return Result;
}

// --- Publishing
// ------------------------------------------------------------------

namespace {
/// Functions of the main file that others may call.
class FunctionFinder : public DynamicRecursiveASTVisitor {
public:
  bool VisitFunctionDecl(FunctionDecl *D) override {
    if (D->doesThisDeclarationHaveABody() && !D->isDependentContext() &&
        !D->isImplicit() && D->isExternallyVisible() && !D->isInlined() &&
        !isa<CXXDestructorDecl>(D))
      Functions.push_back(D);
    return true;
  }

  // What is in functions is theirs.
  bool TraverseStmt(Stmt * /*S*/) override { return true; }

  std::vector<const FunctionDecl *> Functions;
};
} // namespace

static std::optional<WorkFact> factOf(const std::optional<Work> &W) {
  WorkFact Fact;
  if (!W) {
    Fact.IsShared = true;
    return Fact;
  }
  Fact.Costs = W->isCostly();
  Fact.WritesOwn = W->WritesOwn;
  for (const FieldDecl *Field : W->OwnReads) {
    std::optional<std::string> Key = stateKey(*Field);
    if (!Key)
      return std::nullopt;
    Fact.OwnReads.insert(std::move(*Key));
  }
  for (const auto &[Callee, OnThis] : W->Rests) {
    std::optional<std::string> Key = entityKey(*Callee);
    if (!Key)
      return std::nullopt;
    Fact.Calls.emplace(std::move(*Key), OnThis);
  }
  return Fact;
}

void PrivateWork::publish(ASTContext &Ctx, FactBase &Facts) {
  const SourceManager &SM = Ctx.getSourceManager();
  FunctionFinder Finder;
  for (Decl *Top : Ctx.getTranslationUnitDecl()->decls())
    if (SM.isInMainFile(SM.getExpansionLoc(Top->getLocation())))
      Finder.TraverseDecl(Top);
  for (const FunctionDecl *F : Finder.Functions) {
    std::optional<WorkFact> Fact = factOf(ofFunction(*F));
    std::optional<std::string> Key = Fact ? entityKey(*F) : std::nullopt;
    if (Key)
      Facts.add(*Key, *Fact);
  }
}
