#include "whet/analysis/WorkExaminer.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;
using namespace clang;

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
