#include "FlowBuilder.h"
#include "whet/analysis/HiddenAllocations.h"

using namespace whet;
using namespace clang;

// --- Objects
// -------------------------------------------------------------------------

void FlowBuilder::put(Target T, NodeId Value, int Derefs, FlowReason Why,
                      SourceLocation Loc) {
  if (T.Derefs < 0)
    G.flow(T.Node, Value, Derefs, Why, place(Loc));
  else
    G.store(T.Node, Value, Derefs, Why, place(Loc));
}

void FlowBuilder::initialiseElement(Target T, const Expr *Element,
                                    FlowReason Why) {
  // A member that is a reference.
  if (Element->isGLValue()) {
    NodeId N = temporary();
    address(Element, into(N, FlowReason::ReferenceBound));
    return put(T, N, 0, Why, Element->getExprLoc());
  }
  initialise(T, Element, Why);
}

void FlowBuilder::initialise(Target T, const Expr *Init, FlowReason Why) {
  Init = Init->IgnoreParens();
  switch (Init->getStmtClass()) {
  case Stmt::ExprWithCleanupsClass:
  case Stmt::ConstantExprClass:
    return initialise(T, cast<FullExpr>(Init)->getSubExpr(), Why);
  case Stmt::CXXBindTemporaryExprClass:
    destroy(Init->getType(), T, Init->getExprLoc());
    return initialise(T, cast<CXXBindTemporaryExpr>(Init)->getSubExpr(), Why);
  case Stmt::CXXFunctionalCastExprClass:
  case Stmt::ImplicitCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CStyleCastExprClass: {
    const auto *Cast = cast<CastExpr>(Init);
    bool IsObject = Init->getType()->isRecordType() &&
                    Cast->getSubExpr()->isPRValue() &&
                    Cast->getSubExpr()->getType()->isRecordType();
    if (IsObject)
      return initialise(T, Cast->getSubExpr(), Why);
    break;
  }
  case Stmt::CXXDefaultInitExprClass:
    return initialise(T, cast<CXXDefaultInitExpr>(Init)->getExpr(), Why);
  case Stmt::CXXDefaultArgExprClass:
    return initialise(T, cast<CXXDefaultArgExpr>(Init)->getExpr(), Why);
  case Stmt::ConditionalOperatorClass: {
    const auto *Op = cast<ConditionalOperator>(Init);
    effect(Op->getCond());
    initialise(T, Op->getTrueExpr(), Why);
    return initialise(T, Op->getFalseExpr(), Why);
  }
  case Stmt::InitListExprClass: {
    const auto *List = cast<InitListExpr>(Init);
    if (!Init->getType()->isRecordType() && !Init->getType()->isArrayType())
      break;
    for (const Expr *Element : List->inits())
      initialiseElement(T, Element, Why);
    if (const Expr *Filler =
            List->hasArrayFiller() ? List->getArrayFiller() : nullptr)
      initialise(T, Filler, Why);
    return;
  }
  case Stmt::CXXParenListInitExprClass:
    for (const Expr *Element : cast<CXXParenListInitExpr>(Init)->getInitExprs())
      initialiseElement(T, Element, Why);
    return;
  case Stmt::CXXStdInitializerListExprClass: {
    NodeId N = temporary();
    address(cast<CXXStdInitializerListExpr>(Init)->getSubExpr(), into(N));
    return put(T, N, 0, Why, Init->getExprLoc());
  }
  case Stmt::ArrayInitLoopExprClass: {
    // An array in an object that is copied.
    const auto *Loop = cast<ArrayInitLoopExpr>(Init);
    NodeId N = temporary();
    address(Loop->getCommonExpr()->getSourceExpr(), into(N).looked());
    put(T, N, 0, Why, Init->getExprLoc());
    return initialise(T, Loop->getSubExpr(), Why);
  }
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
    return construct(T, *cast<CXXConstructExpr>(Init));
  case Stmt::CXXInheritedCtorInitExprClass:
    // The parameters are those of the constructor that inherits.
    for (const FlowParameter &P : G.Parameters)
      G.flow(FlowGraph::Heap, P.Node, 0, FlowReason::NotUnderstood,
             place(Init->getExprLoc()));
    return put(T, FlowGraph::Unknown, 0, Why, Init->getExprLoc());
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    if (Init->getType()->isRecordType() && Init->isPRValue()) {
      // The callee makes the object where it is to be.
      NodeId Slot = temporary();
      G.flow(Slot, T.Node, T.Derefs);
      Slots[Init] = Slot;
      if (!Unit.hasPointers(Init->getType()))
        return callAny(*cast<CallExpr>(Init), {});
      NodeId N = temporary();
      callAny(*cast<CallExpr>(Init), into(N));
      return put(T, N, 0, Why, Init->getExprLoc());
    }
    break;
  default:
    break;
  }
  QualType Type = Init->getType();
  if (!Unit.hasPointers(Type))
    return effect(Init);
  if (T.Derefs < 0)
    return value(Init, into(T.Node, Why));
  NodeId N = temporary();
  value(Init, into(N));
  put(T, N, 0, Why, Init->getExprLoc());
}

void FlowBuilder::construct(Target T, const CXXConstructExpr &Construct) {
  const CXXConstructorDecl &Constructor = *Construct.getConstructor();
  if (Constructor.isTrivial()) {
    if (Construct.getNumArgs() == 0 || !Constructor.isCopyOrMoveConstructor())
      return;
    NodeId N = temporary();
    address(Construct.getArg(0), into(N).looked());
    return put(T, N, 0, FlowReason::Initialised, Construct.getExprLoc());
  }
  // The elements of an array are one.
  llvm::SmallVector<FlowArgument, 4> Arguments(1);
  Arguments[0].Node = temporary();
  G.flow(Arguments[0].Node, T.Node, T.Derefs, FlowReason::AddressTaken,
         place(Construct.getExprLoc()));
  for (unsigned I = 0; I < Construct.getNumArgs(); ++I) {
    QualType Type = I < Constructor.getNumParams()
                        ? Constructor.getParamDecl(I)->getType()
                        : Construct.getArg(I)->getType();
    Arguments.push_back(argument(Construct.getArg(I), Type));
  }
  call(Constructor, Arguments, {}, &Construct, NoNode, FlowReason::PassedTo);
}

void FlowBuilder::destroy(QualType T, Target Object, SourceLocation Loc) {
  T = Ctx.getBaseElementType(T);
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition() || R->hasTrivialDestructor())
    return;
  const CXXDestructorDecl *Destructor = R->getDestructor();
  FlowArgument Argument;
  Argument.Node = temporary();
  // Nobody can use the object afterwards, whoever has its address.
  Argument.Promise = FlowPromise::NoEscape;
  G.flow(Argument.Node, Object.Node, Object.Derefs, FlowReason::AddressTaken,
         place(Loc));
  if (Destructor)
    return call(*Destructor, Argument, {}, nullptr, NoNode,
                FlowReason::Destroyed);
  G.flow(FlowGraph::Heap, Argument.Node, 1, FlowReason::Destroyed, place(Loc));
}

void FlowBuilder::initialiseMembers(const CXXConstructorDecl &Constructor) {
  Target Object{This, 0};
  for (const CXXCtorInitializer *Init : Constructor.inits()) {
    const FieldDecl *Field = Init->getAnyMember();
    if (Field && Field->getType()->isReferenceType()) {
      NodeId N = temporary();
      address(Init->getInit(), into(N, FlowReason::ReferenceBound));
      put(Object, N, 0, FlowReason::Initialised, Init->getSourceLocation());
      continue;
    }
    initialise(Object, Init->getInit(), FlowReason::Initialised);
  }
}

void FlowBuilder::destroyMembers(const CXXDestructorDecl &Destructor) {
  Target Object{This, 0};
  const CXXRecordDecl &R = *Destructor.getParent();
  for (const FieldDecl *Field : R.fields())
    destroy(Field->getType(), Object, Destructor.getLocation());
  for (const CXXBaseSpecifier &Base : R.bases())
    destroy(Base.getType(), Object, Destructor.getLocation());
}

// --- new and delete
// ------------------------------------------------------------------

void FlowBuilder::newValue(const CXXNewExpr &New, Hole K) {
  const FunctionDecl *Operator = New.getOperatorNew();
  QualType Type = New.getAllocatedType();
  if (New.isArray() && New.getArraySize() && *New.getArraySize())
    effect(*New.getArraySize());
  const Expr *Init = New.getInitializer();
  bool IsInPlace = Operator && Operator->isReservedGlobalPlacementOperator();
  if (IsInPlace) {
    NodeId Where = temporary();
    value(New.getPlacementArg(0), into(Where));
    if (Init)
      initialise({Where, 0}, Init, FlowReason::Initialised);
    return flow(K, Where, 0, New.getExprLoc());
  }
  for (const Expr *Argument : New.placement_arguments()) {
    if (Argument->isGLValue())
      address(Argument, leak(FlowReason::UnknownCall));
    else
      value(Argument, leak(FlowReason::UnknownCall));
  }
  std::string Text = "new " + shortName(Type, Ctx);
  uint64_t Count = 1;
  bool IsConstant = true;
  if (New.isArray()) {
    std::optional<const Expr *> Size = New.getArraySize();
    std::optional<llvm::APSInt> Value;
    if (Size && *Size)
      Value = (*Size)->getIntegerConstantExpr(Ctx);
    IsConstant = Value.has_value();
    if (Value)
      Count = Value->getLimitedValue();
    Text += IsConstant ? "[" + std::to_string(Count) + "]" : "[]";
  }
  NodeId N = allocation(New, std::move(Text), Type);
  FlowAllocation &A = G.Allocations.back();
  if (!IsConstant) {
    A.Size = 0;
    A.Obstacle = "non-constant size";
  } else if (Count <= UINT64_MAX / std::max<uint64_t>(A.Size, 1)) {
    A.Size *= Count;
  }
  if (!Operator || !Operator->isReplaceableGlobalAllocationFunction())
    A.Obstacle = "operator new of its own";
  if (Init)
    initialise({N, -1}, Init, FlowReason::Initialised);
  flow(K, N, -1, New.getExprLoc());
}

void FlowBuilder::deleteValue(const CXXDeleteExpr &Delete) {
  NodeId N = temporary();
  value(Delete.getArgument(), into(N, FlowReason::Destroyed));
  QualType Type = Delete.getDestroyedType();
  const CXXRecordDecl *R = Type.isNull() ? nullptr : Type->getAsCXXRecordDecl();
  if (R && !R->hasDefinition()) {
    G.flow(FlowGraph::Heap, N, 1, FlowReason::Destroyed,
           place(Delete.getExprLoc()));
    return;
  }
  if (!R)
    return;
  const CXXDestructorDecl *Destructor = R->getDestructor();
  if (Destructor && Destructor->isVirtual() && !R->isEffectivelyFinal())
    G.flow(FlowGraph::Heap, N, 1, FlowReason::VirtualCall,
           place(Delete.getExprLoc()));
  destroy(Type, {N, 0}, Delete.getExprLoc());
}
