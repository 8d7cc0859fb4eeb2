#include "whet/analysis/LocalStorage.h"
#include "whet/analysis/PrivateLibrary.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

const Expr &whet::peeled(const Expr &E) {
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

const LambdaExpr *whet::asLambda(const Expr &E) {
  const Expr *Inner = E.IgnoreImplicit()->IgnoreParenImpCasts();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner);
      Construct && Construct->getNumArgs() == 1)
    Inner = Construct->getArg(0)->IgnoreImplicit()->IgnoreParenImpCasts();
  return dyn_cast<LambdaExpr>(Inner);
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

void whet::collectLocals(const FunctionDecl &F, LocalStorage &Locals) {
  LocalCollector Collector(Locals);
  if (Stmt *Body = F.getBody())
    Collector.TraverseStmt(Body);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (Init->getInit())
        Collector.TraverseStmt(Init->getInit());
}
