#include "whet/analysis/FunctionUses.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/ValueUses.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/Support/xxhash.h"

using namespace whet;
using namespace clang;

// --- Facts -----------------------------------------------------------------

namespace {
struct FunctionFact {
  static constexpr llvm::StringLiteral Kind = "function-use";

  void join(const FunctionFact &Other) {
    IsPinned |= Other.IsPinned;
    Places.insert(Other.Places.begin(), Other.Places.end());
  }

  bool IsPinned = false;
  /// "file:offset" of each declaration's name.
  std::set<std::string> Places;
};

struct ParameterFact {
  static constexpr llvm::StringLiteral Kind = "parameter-use";

  void join(const ParameterFact &Other) {
    IsCopied |= Other.IsCopied;
    IsMoved |= Other.IsMoved;
    IsShared |= Other.IsShared;
    NeedsValue |= Other.NeedsValue;
  }

  bool IsCopied = false;
  bool IsMoved = false;
  bool IsShared = false;
  bool NeedsValue = false;
};

llvm::json::Value toJSON(const FunctionFact &F) {
  return llvm::json::Object{{"pinned", F.IsPinned},
                            {"declared", llvm::json::Array(F.Places)}};
}

bool fromJSON(const llvm::json::Value &V, FunctionFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> Places;
  if (!O || !O.map("pinned", F.IsPinned) || !O.map("declared", Places))
    return false;
  F.Places = {Places.begin(), Places.end()};
  return true;
}

llvm::json::Value toJSON(const ParameterFact &F) {
  return llvm::json::Object{{"copied", F.IsCopied},
                            {"moved", F.IsMoved},
                            {"shared", F.IsShared},
                            {"needsValue", F.NeedsValue}};
}

bool fromJSON(const llvm::json::Value &V, ParameterFact &F,
              llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  return O && O.map("copied", F.IsCopied) && O.map("moved", F.IsMoved) &&
         O.map("shared", F.IsShared) && O.map("needsValue", F.NeedsValue);
}
} // namespace

static const RegisterFact<FunctionFact> RegisteredFunctionFact;
static const RegisterFact<ParameterFact> RegisteredParameterFact;

static Answer unlessIncomplete(bool Holds, const FactBase &Facts) {
  if (!Holds)
    return Answer::No;
  return Facts.isComplete() ? Answer::Yes : Answer::Unknown;
}

static constexpr llvm::StringLiteral OnlyCalledName = "function-only-called";
static const RegisterPredicate
    OnlyCalled(OnlyCalledName, [](const FactBase &Facts, const Condition &C) {
      const auto *F = Facts.find<FunctionFact>(C.Subject);
      return unlessIncomplete(!F || !F->IsPinned, Facts);
    });

static uint64_t hashOf(const std::set<std::string> &Places) {
  std::string Text;
  for (const std::string &Place : Places)
    Text.append(Place).append("\n");
  return llvm::xxh3_64bits(Text);
}

static constexpr llvm::StringLiteral DeclaredOnlyAtName =
    "function-declared-only-at";
static const RegisterPredicate DeclaredOnlyAt(
    DeclaredOnlyAtName,
    [](const FactBase &Facts, const Condition &C) {
      const auto *F = Facts.find<FunctionFact>(C.Subject);
      return unlessIncomplete(F && hashOf(F->Places) == C.Bound, Facts);
    },
    "it is declared in other files, too");

static constexpr llvm::StringLiteral MayBeCopiedName =
    "parameter-may-be-copied";
static const RegisterPredicate
    MayBeCopied(MayBeCopiedName, [](const FactBase &Facts, const Condition &C) {
      const auto *P = Facts.find<ParameterFact>(C.Subject);
      if (P && P->IsCopied)
        return Answer::Yes;
      return unlessIncomplete(!P || !P->IsMoved, Facts);
    });

static constexpr llvm::StringLiteral IsOnlyReadName = "parameter-only-read";
static const RegisterPredicate
    IsOnlyRead(IsOnlyReadName, [](const FactBase &Facts, const Condition &C) {
      const auto *P = Facts.find<ParameterFact>(C.Subject);
      return unlessIncomplete(!P || !P->NeedsValue, Facts);
    });

static constexpr llvm::StringLiteral IsUnsharedName = "parameter-unshared";
static const RegisterPredicate IsUnshared(
    IsUnsharedName,
    [](const FactBase &Facts, const Condition &C) {
      const auto *P = Facts.find<ParameterFact>(C.Subject);
      return unlessIncomplete(!P || !P->IsShared, Facts);
    },
    "what a caller passes may be changed by others during the call");

static std::optional<Condition> onFunction(llvm::StringRef Predicate,
                                           const FunctionDecl &F) {
  const FunctionDecl *Known = representative(F);
  std::optional<std::string> Key = Known ? entityKey(*Known) : std::nullopt;
  if (!Key)
    return std::nullopt;
  return Condition{.Predicate = Predicate.str(), .Subject = std::move(*Key)};
}

static std::optional<Condition> onParameter(llvm::StringRef Predicate,
                                            const FunctionDecl &F, unsigned I) {
  const FunctionDecl *Known = representative(F);
  std::optional<std::string> Key =
      Known ? parameterKey(*Known, I) : std::nullopt;
  if (!Key)
    return std::nullopt;
  return Condition{.Predicate = Predicate.str(), .Subject = std::move(*Key)};
}

std::optional<Condition> whet::onlyCalled(const FunctionDecl &F) {
  return onFunction(OnlyCalledName, F);
}

std::optional<Condition> whet::mayBeCopied(const FunctionDecl &F, unsigned I) {
  return onParameter(MayBeCopiedName, F, I);
}

std::optional<Condition> whet::isOnlyRead(const FunctionDecl &F, unsigned I) {
  return onParameter(IsOnlyReadName, F, I);
}

std::optional<Condition> whet::isUnshared(const FunctionDecl &F, unsigned I) {
  std::optional<Condition> C = onParameter(IsUnsharedName, F, I);
  if (C)
    C->On = Condition::Scope::Safety;
  return C;
}

// "src/a.h:120", the same in all units.
static std::string placeOf(const FunctionDecl &Declaration) {
  const SourceManager &SM = Declaration.getASTContext().getSourceManager();
  auto [File, Offset] = SM.getDecomposedExpansionLoc(Declaration.getLocation());
  std::string Path;
  if (OptionalFileEntryRef Entry = SM.getFileEntryRefForID(File)) {
    llvm::StringRef Real = Entry->getFileEntry().tryGetRealPathName();
    Path = Real.empty() ? Entry->getName().str() : Real.str();
    if (const UnitScope *Unit = UnitScope::current())
      Path = Unit->Paths.portable(Path);
  }
  return Path + ":" + std::to_string(Offset);
}

static std::set<std::string>
placesOf(llvm::ArrayRef<const FunctionDecl *> Declarations) {
  std::set<std::string> Places;
  for (const FunctionDecl *D : Declarations)
    Places.insert(placeOf(*D));
  return Places;
}

std::optional<Condition>
whet::isDeclaredOnlyAt(const FunctionDecl &F,
                       llvm::ArrayRef<const FunctionDecl *> Declarations) {
  std::optional<Condition> C = onFunction(DeclaredOnlyAtName, F);
  if (C) {
    C->Bound = hashOf(placesOf(Declarations));
    C->On = Condition::Scope::Fix;
  }
  return C;
}

// --- One function for many declarations -------------------------------------

ast_matchers::DeclarationMatcher whet::mayUseFunctions() {
  using namespace ast_matchers;
  return decl(
      anyOf(functionDecl(), varDecl(hasGlobalStorage()), cxxRecordDecl()),
      unless(anyOf(isImplicit(), isExpansionInSystemHeader())));
}

const FunctionDecl *whet::representative(const FunctionDecl &F) {
  const FunctionDecl *Known = &F;
  if (const FunctionDecl *Pattern = F.getTemplateInstantiationPattern())
    Known = Pattern;
  Known = Known->getCanonicalDecl();
  while (const auto *Method = dyn_cast<CXXMethodDecl>(Known)) {
    if (Method->size_overridden_methods() == 0)
      break;
    if (Method->size_overridden_methods() > 1)
      return nullptr;
    Known = *Method->begin_overridden_methods();
    if (const FunctionDecl *Pattern = Known->getTemplateInstantiationPattern())
      Known = Pattern;
    Known = Known->getCanonicalDecl();
  }
  return Known;
}

FunctionUse *FunctionUses::find(const FunctionDecl &F) {
  auto [It, IsNew] = Tracked.try_emplace(F.getCanonicalDecl(), nullptr);
  if (IsNew) {
    bool HasAny = llvm::any_of(
        F.parameters(), [&](const ParmVarDecl *P) { return IsTracked(*P); });
    if (HasAny)
      It->second = representative(F);
  }
  return It->second ? &Functions[It->second] : nullptr;
}

// --- The walk
// -----------------------------------------------------------------

namespace whet {
class FunctionUseCollector : public DynamicRecursiveASTVisitor {
public:
  FunctionUseCollector(FunctionUses &Uses, ASTContext &Ctx)
      : Uses(Uses), SM(Ctx.getSourceManager()) {
    ShouldVisitTemplateInstantiations = true;
    ShouldVisitLambdaBody = true;
  }

  bool VisitFunctionDecl(FunctionDecl *D) override;
  bool VisitCallExpr(CallExpr *E) override;
  bool VisitCXXConstructExpr(CXXConstructExpr *E) override;
  bool VisitDeclRefExpr(DeclRefExpr *E) override;
  bool VisitUnaryOperator(UnaryOperator *E) override;
  bool VisitVarDecl(VarDecl *D) override;
  bool VisitLambdaExpr(LambdaExpr *E) override;

  /// Settles what depends on all of the unit.
  void finish();

private:
  struct LocalArgument {
    const VarDecl *Local;
    const FunctionDecl *Callee;
    unsigned Index;
  };

  void noteArguments(const FunctionDecl &Callee,
                     llvm::ArrayRef<const Expr *> Args);
  void noteArgument(ParameterUse &P, const FunctionDecl &Callee, unsigned I,
                    const Expr &Arg);
  void noteCopy(ParameterUse &P, const FunctionDecl &Callee, unsigned I,
                const Expr &Source);
  void pinIfShared(const FunctionDecl &F);
  void noteClosure(const Expr &Arg);
  void expose(const Expr &E);
  void exposeArguments(const FunctionDecl &Callee,
                       llvm::ArrayRef<const Expr *> Args);

  FunctionUses &Uses;
  const SourceManager &SM;
  /// Names of functions and closures that are called, and nothing else.
  llvm::DenseSet<const DeclRefExpr *> Callees;
  llvm::DenseSet<const LambdaExpr *> CalledClosures;
  /// Locals that somebody else may change.
  llvm::DenseSet<const VarDecl *> Exposed;
  std::vector<LocalArgument> LocalArguments;
};
} // namespace whet

// The local whose storage E denotes, without following pointers.
static const VarDecl *localOf(const Expr &E) {
  const Expr *Inner = E.IgnoreParenImpCasts();
  while (const auto *Member = dyn_cast<MemberExpr>(Inner)) {
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (!Field || Member->isArrow() || Field->getType()->isReferenceType())
      return nullptr;
    Inner = Member->getBase()->IgnoreParenImpCasts();
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(Inner);
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Var || !Var->hasLocalStorage() || Var->getType()->isReferenceType())
    return nullptr;
  return Var;
}

// A local that was copied from something else might as well be a reference to
// it, and be made one by another fix.
static bool isCopyOfOther(const VarDecl &Local) {
  if (isa<ParmVarDecl>(Local))
    return false;
  const Expr *Init = Local.getInit();
  const auto *Construct =
      Init ? dyn_cast<CXXConstructExpr>(Init->IgnoreImplicit()) : nullptr;
  const Expr *Source = Construct ? sameTypeSource(*Construct) : nullptr;
  return Source && Source->IgnoreParenImpCasts()->isLValue();
}

// Whether some use of F besides a call fixes its type: a body is instantiated
// or specialised by name.
static bool isPinnedByDeclaration(const FunctionDecl &D) {
  switch (D.getTemplateSpecializationKind()) {
  case TSK_ExplicitInstantiationDeclaration:
  case TSK_ExplicitInstantiationDefinition:
    // Of a class, its members are instantiated with it, and not named.
    return D.getPrimaryTemplate() != nullptr;
  case TSK_ExplicitSpecialization:
    return true;
  default:
    return D.isExternC() || D.getLocation().isMacroID();
  }
}

// One that overrides two functions ties both to each other.
void FunctionUseCollector::pinIfShared(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (!Method || Method->size_overridden_methods() < 2)
    return;
  for (const CXXMethodDecl *Overridden : Method->overridden_methods())
    if (FunctionUse *Use = Uses.find(*Overridden))
      Use->IsPinned = true;
}

bool FunctionUseCollector::VisitFunctionDecl(FunctionDecl *D) {
  if (D->isImplicit() || D->isDefaulted() || D->isDeleted() ||
      D->getNumParams() == 0)
    return true;
  pinIfShared(*D);
  FunctionUse *Use = Uses.find(*D);
  if (!Use)
    return true;
  Use->IsPinned |= isPinnedByDeclaration(*D);
  if (!D->getTemplateInstantiationPattern() &&
      !llvm::is_contained(Use->Declarations, D))
    Use->Declarations.push_back(D);
  // A pattern is found through its instantiations.
  if (const FunctionDecl *Pattern = D->getTemplateInstantiationPattern())
    for (const FunctionDecl *Redeclaration : Pattern->redecls())
      if (!llvm::is_contained(Use->Declarations, Redeclaration))
        Use->Declarations.push_back(Redeclaration);
  if (D->doesThisDeclarationHaveABody() && !D->isDependentContext())
    Use->Definitions.push_back(D);
  return true;
}

// Whether the value is made for the parameter, rather than copied.
static const Expr *copiedFrom(const Expr &Arg) {
  const Expr *E = Arg.IgnoreImplicit();
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
    E = Default->getExpr()->IgnoreImplicit();
  const auto *Construct = dyn_cast<CXXConstructExpr>(E);
  const Expr *Source = Construct ? sameTypeSource(*Construct) : nullptr;
  return Source && Source->IgnoreParenImpCasts()->isLValue() ? Source : nullptr;
}

void FunctionUseCollector::noteCopy(ParameterUse &P, const FunctionDecl &Callee,
                                    unsigned I, const Expr &Source) {
  P.IsCopied = true;
  if (P.Copying.isInvalid())
    P.Copying = Source.getBeginLoc();
  const VarDecl *Local = localOf(Source);
  if (!Local || isCopyOfOther(*Local))
    P.IsShared = true;
  else
    LocalArguments.push_back({Local, &Callee, I});
}

void FunctionUseCollector::noteArgument(ParameterUse &P,
                                        const FunctionDecl &Callee, unsigned I,
                                        const Expr &Arg) {
  if (const Expr *Source = copiedFrom(Arg))
    return noteCopy(P, Callee, I, *Source);
  P.IsMoved = true;
}

void FunctionUseCollector::noteArguments(const FunctionDecl &Callee,
                                         llvm::ArrayRef<const Expr *> Args) {
  FunctionUse *Use = Uses.find(Callee);
  if (!Use)
    return;
  for (unsigned I = 0; I < Args.size() && I < Callee.getNumParams(); ++I)
    if (Uses.IsTracked(*Callee.getParamDecl(I)))
      noteArgument(Use->Parameters[I], Callee, I, *Args[I]);
}

// Whoever gets at E gets at all locals that it may be a part of.
void FunctionUseCollector::expose(const Expr &E) {
  llvm::SmallVector<const Stmt *, 8> Work{&E};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Next))
      if (const auto *Local = dyn_cast<VarDecl>(Ref->getDecl()))
        Exposed.insert(Local);
    Work.append(Next->child_begin(), Next->child_end());
  }
}

// Who is given a reference may keep it.
void FunctionUseCollector::exposeArguments(const FunctionDecl &Callee,
                                           llvm::ArrayRef<const Expr *> Args) {
  if (isOfStandardLibrary(Callee))
    return;
  for (unsigned I = 0; I < Args.size() && I < Callee.getNumParams(); ++I) {
    QualType T = Callee.getParamDecl(I)->getType();
    if (T->isReferenceType() && !T.getNonReferenceType().isConstQualified())
      expose(*Args[I]);
  }
}

bool FunctionUseCollector::VisitCallExpr(CallExpr *E) {
  const auto *Ref =
      dyn_cast<DeclRefExpr>(E->getCallee()->IgnoreParenImpCasts());
  if (Ref)
    Callees.insert(Ref);
  const FunctionDecl *Callee = E->getDirectCallee();
  if (!Callee)
    return true;
  llvm::SmallVector<const Expr *, 4> Args(E->arguments());
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  if (isa<CXXOperatorCallExpr>(E) && Method && !Args.empty())
    Args.erase(Args.begin());
  noteArguments(*Callee, Args);
  exposeArguments(*Callee, Args);
  if (callsWithElements(*Callee))
    for (const Expr *Arg : Args)
      noteClosure(*Arg);
  if (isa<CXXOperatorCallExpr>(E) && Method && Method->getParent()->isLambda())
    if (const auto *Object =
            dyn_cast<DeclRefExpr>(E->getArg(0)->IgnoreParenImpCasts()))
      Callees.insert(Object);
  return true;
}

// E without what C++11 says of handing over a temporary or a copy.
static const Expr &handedOver(const Expr &E) {
  const Expr *Inner = E.IgnoreImplicit();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner);
      Construct && Construct->getNumArgs() == 1)
    return *Construct->getArg(0)->IgnoreImplicit();
  return *Inner;
}

// A closure that an algorithm calls with elements, which stay.
void FunctionUseCollector::noteClosure(const Expr &Arg) {
  const Expr *E = &handedOver(Arg);
  const CXXRecordDecl *Closure = E->getType()->getAsCXXRecordDecl();
  if (!Closure || !Closure->isLambda() || Closure->isGenericLambda())
    return;
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
    CalledClosures.insert(Lambda);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    Callees.insert(Ref);
  const CXXMethodDecl &Operator = *Closure->getLambdaCallOperator();
  FunctionUse *Use = Uses.find(Operator);
  for (unsigned I = 0; Use && I < Operator.getNumParams(); ++I) {
    if (!Uses.IsTracked(*Operator.getParamDecl(I)))
      continue;
    ParameterUse &P = Use->Parameters[I];
    P.IsCopied = true;
    P.IsShared = true;
    P.Copying = Arg.getBeginLoc();
  }
}

bool FunctionUseCollector::VisitCXXConstructExpr(CXXConstructExpr *E) {
  llvm::ArrayRef<const Expr *> Args(E->getArgs(), E->getNumArgs());
  noteArguments(*E->getConstructor(), Args);
  if (!E->getConstructor()->isCopyOrMoveConstructor())
    exposeArguments(*E->getConstructor(), Args);
  return true;
}

bool FunctionUseCollector::VisitDeclRefExpr(DeclRefExpr *E) {
  if (Callees.contains(E))
    return true;
  const auto *F = dyn_cast<FunctionDecl>(E->getDecl());
  // A closure that is stored, or handed to whom we do not know.
  if (const auto *Var = dyn_cast<VarDecl>(E->getDecl())) {
    const CXXRecordDecl *Closure = Var->getType()->getAsCXXRecordDecl();
    if (Closure && Closure->isLambda() && !Closure->isGenericLambda())
      F = Closure->getLambdaCallOperator();
  }
  if (!F)
    return true;
  if (FunctionUse *Use = Uses.find(*F))
    Use->IsPinned = true;
  return true;
}

bool FunctionUseCollector::VisitUnaryOperator(UnaryOperator *E) {
  if (E->getOpcode() == UO_AddrOf)
    expose(*E->getSubExpr());
  return true;
}

// Whether a variable of type T, made by Init, may be used to change what Init
// mentions: a reference, a pointer, an iterator.
static bool mayReferTo(QualType T, const Expr &Init) {
  if (T->isReferenceType())
    return !T.getNonReferenceType().isConstQualified();
  if (T->isPointerType())
    return !T->getPointeeType().isConstQualified();
  const auto *Call = dyn_cast<CXXMemberCallExpr>(Init.IgnoreImplicit());
  return T->isRecordType() && Call && Call->getMethodDecl() &&
         !Call->getMethodDecl()->isConst();
}

bool FunctionUseCollector::VisitVarDecl(VarDecl *D) {
  if (!isa<ParmVarDecl>(D) && D->getInit() &&
      mayReferTo(D->getType(), *D->getInit()))
    expose(*D->getInit());
  if (const Expr *Init = D->getInit(); Init && D->hasLocalStorage())
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&handedOver(*Init)))
      CalledClosures.insert(Lambda);
  return true;
}

bool FunctionUseCollector::VisitLambdaExpr(LambdaExpr *E) {
  for (const LambdaCapture &Capture : E->captures())
    if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
      if (const auto *Var = dyn_cast<VarDecl>(Capture.getCapturedVar()))
        Exposed.insert(Var);
  const CXXMethodDecl &Operator = *E->getCallOperator();
  if (Operator.isDependentContext() || Operator.getDescribedFunctionTemplate())
    return true;
  if (FunctionUse *Use = Uses.find(Operator)) {
    Use->Declarations.push_back(&Operator);
    Use->Definitions.push_back(&Operator);
    Use->IsPinned |= !CalledClosures.contains(E);
  }
  return true;
}

// Whether some instantiation of F is named, with its parameters, in the text.
static bool isInstantiatedByName(const FunctionDecl &F) {
  const FunctionTemplateDecl *Template = F.getDescribedFunctionTemplate();
  return Template &&
         llvm::any_of(Template->specializations(),
                      [](const FunctionDecl *Specialization) {
                        return isPinnedByDeclaration(*Specialization);
                      });
}

void FunctionUseCollector::finish() {
  for (auto &[F, Use] : Uses.Functions)
    Use.IsPinned |= isInstantiatedByName(*F);
  for (const LocalArgument &A : LocalArguments)
    if (Exposed.contains(A.Local))
      if (FunctionUse *Use = Uses.find(*A.Callee))
        Use->Parameters[A.Index].IsShared = true;
}

void FunctionUses::collect(ASTContext &Ctx) {
  FunctionUseCollector Collector(*this, Ctx);
  const SourceManager &SM = Ctx.getSourceManager();
  for (Decl *D : Ctx.getTraversalScope()) {
    auto *Unit = dyn_cast<TranslationUnitDecl>(D);
    if (!Unit) {
      Collector.TraverseDecl(D);
      continue;
    }
    for (Decl *Top : Unit->decls())
      if (!SM.isInSystemHeader(SM.getExpansionLoc(Top->getLocation())))
        Collector.TraverseDecl(Top);
  }
  Collector.finish();
}

void FunctionUses::publish(FactBase &Facts) const {
  for (const auto &[F, Use] : Functions) {
    std::optional<std::string> Key = entityKey(*F);
    if (!Key)
      continue;
    FunctionFact Fact;
    Fact.IsPinned = Use.IsPinned;
    Fact.Places = placesOf(Use.Declarations);
    Facts.add(*Key, Fact);
    for (const auto &[I, P] : Use.Parameters)
      if (std::optional<std::string> ParameterKey = parameterKey(*F, I))
        Facts.add(*ParameterKey, ParameterFact{P.IsCopied, P.IsMoved,
                                               P.IsShared, P.NeedsValue});
  }
}
