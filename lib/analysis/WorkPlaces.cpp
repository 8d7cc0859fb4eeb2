#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/WorkExaminer.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

using namespace whet;
using namespace clang;

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
    if (!isLentByValue(Parameter->getType()))
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
        isa<CXXNewExpr>(peeled(*Inner)) || (Callee && makesPointee(*Callee));
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
    return (Callee && makesPointee(*Callee)) || pointeeOfCall(*Call, IsWritten);
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
  return Analysis.isValue(E.getType().getUnqualifiedType()) && value(E) &&
         (!E.isGLValue() || place(E, /*IsWritten=*/false));
}
