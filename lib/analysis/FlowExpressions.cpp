#include "FlowBuilder.h"
#include "whet/analysis/AddressNumbers.h"
#include "whet/analysis/LocalHandlers.h"

using namespace whet;
using namespace clang;

// --- Variables
// -----------------------------------------------------------------------

// In a lambda's body, captures are members of the closure.
const FieldDecl *FlowBuilder::captureField(const ValueDecl *V) const {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (!Method || !Method->getParent()->isLambda())
    return nullptr;
  llvm::DenseMap<const ValueDecl *, FieldDecl *> Fields;
  FieldDecl *ThisField = nullptr;
  Method->getParent()->getCaptureFields(Fields, ThisField);
  return V ? Fields.lookup(V) : ThisField;
}

// The address of what is captured.
void FlowBuilder::captured(const ValueDecl *V, Hole K) {
  const FieldDecl *Field = captureField(V);
  if (!Field || This == NoNode)
    return unknown(K, F.getLocation());
  bool IsReference = Field->getType()->isReferenceType();
  flow(IsReference ? K.looked() : K, This, 0, F.getLocation());
}

// The address of the variable D, or of what it refers to.
void FlowBuilder::variable(const ValueDecl &D, bool IsCapture, Hole K) {
  if (const auto *Binding = dyn_cast<BindingDecl>(&D)) {
    if (IsCapture)
      return captured(&D, K);
    if (const VarDecl *Holder = Binding->getHoldingVar())
      return variable(*Holder, false, K);
    if (const Expr *E = Binding->getBinding())
      return address(E, K);
    return unknown(K, D.getLocation());
  }
  const auto *V = dyn_cast<VarDecl>(&D);
  // Functions, enumerators and template parameters have no address that could
  // be of interest.
  if (!V)
    return;
  if (V->hasGlobalStorage())
    return unknown(K, V->getLocation());
  if (IsCapture && captureField(V)) {
    captured(V, K);
    return;
  }
  if (IsCapture)
    return unknown(K, V->getLocation());
  bool IsReference = V->getType()->isReferenceType();
  if (Versions.has(*V))
    return version(*V, K);
  NodeId N = variableNode(*V);
  flow(K, N, IsReference ? 0 : -1, V->getLocation());
}

// The address of a pointer, or its value.
void FlowBuilder::version(const VarDecl &V, Hole K) {
  NodeId N = Versions.read(V);
  if (K.isDiscarded())
    return;
  bool IsRead = K.Derefs > 0;
  if (!IsRead && !Versions.isLent(V)) {
    Versions.unite(V);
    N = variableNode(V);
  }
  flow(K, N, -1, V.getLocation());
}

// --- Addresses of glvalues
// -----------------------------------------------------------

void FlowBuilder::address(const Expr *E, Hole K) {
  E = E->IgnoreParens();
  if (E->isPRValue())
    return objectValue(E, K);
  switch (E->getStmtClass()) {
  case Stmt::DeclRefExprClass: {
    const auto *Ref = cast<DeclRefExpr>(E);
    return variable(*Ref->getDecl(), Ref->refersToEnclosingVariableOrCapture(),
                    K);
  }
  case Stmt::MemberExprClass: {
    const auto *Member = cast<MemberExpr>(E);
    const ValueDecl *D = Member->getMemberDecl();
    const auto *Field = dyn_cast<FieldDecl>(D);
    if (!Field) {
      effect(Member->getBase());
      return unknown(K, E->getExprLoc());
    }
    if (Field->getType()->isReferenceType() && !K.isDiscarded())
      K = K.looked();
    // A union hides a pointer from the type of another member.
    bool IsPun = Field->getParent()->isUnion() &&
                 Field->getType()->isIntegerType() &&
                 Unit.hasPointers(Member->getBase()->getType());
    if (IsPun) {
      Hole H = leak(FlowReason::ConvertedToInteger).looked();
      if (Member->isArrow())
        value(Member->getBase(), H);
      else
        address(Member->getBase(), H);
    }
    if (Member->isArrow())
      return value(Member->getBase(), K);
    return address(Member->getBase(), K);
  }
  case Stmt::ArraySubscriptExprClass: {
    const auto *Subscript = cast<ArraySubscriptExpr>(E);
    effect(Subscript->getIdx());
    if (Subscript->getBase()->getType()->isPointerType())
      return value(Subscript->getBase(), K);
    return address(Subscript->getBase(), K);
  }
  case Stmt::UnaryOperatorClass: {
    const auto *Op = cast<UnaryOperator>(E);
    if (Op->getOpcode() == UO_Deref)
      return value(Op->getSubExpr(), K);
    return address(Op->getSubExpr(), K);
  }
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass: {
    const auto *Op = cast<BinaryOperator>(E);
    if (Op->getOpcode() == BO_Comma) {
      effect(Op->getLHS());
      return address(Op->getRHS(), K);
    }
    if (Op->getOpcode() == BO_PtrMemD || Op->getOpcode() == BO_PtrMemI) {
      effect(Op->getRHS());
      if (Op->getOpcode() == BO_PtrMemI)
        return value(Op->getLHS(), K);
      return address(Op->getLHS(), K);
    }
    if (Op->isAssignmentOp()) {
      assignBy(*Op);
      return address(Op->getLHS(), K);
    }
    return notUnderstood(E, K);
  }
  case Stmt::ConditionalOperatorClass: {
    const auto *Op = cast<ConditionalOperator>(E);
    effect(Op->getCond());
    address(Op->getTrueExpr(), K);
    return address(Op->getFalseExpr(), K);
  }
  case Stmt::BinaryConditionalOperatorClass: {
    const auto *Op = cast<BinaryConditionalOperator>(E);
    address(Op->getTrueExpr(), K);
    return address(Op->getFalseExpr(), K);
  }
  case Stmt::OpaqueValueExprClass: {
    const auto *Value = cast<OpaqueValueExpr>(E);
    if (Value->getSourceExpr())
      return address(Value->getSourceExpr(), K);
    return unknown(K, E->getExprLoc());
  }
  case Stmt::MaterializeTemporaryExprClass:
    return objectValue(cast<MaterializeTemporaryExpr>(E)->getSubExpr(), K);
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CXXConstCastExprClass:
  case Stmt::CXXReinterpretCastExprClass:
  case Stmt::CXXDynamicCastExprClass:
  case Stmt::CXXFunctionalCastExprClass:
    return address(cast<CastExpr>(E)->getSubExpr(), K);
  case Stmt::ExprWithCleanupsClass:
    return address(cast<FullExpr>(E)->getSubExpr(), K);
  case Stmt::CXXBindTemporaryExprClass:
    return objectValue(E, K);
  case Stmt::CompoundLiteralExprClass:
    return objectValue(cast<CompoundLiteralExpr>(E)->getInitializer(), K);
  case Stmt::CXXDefaultArgExprClass:
    return address(cast<CXXDefaultArgExpr>(E)->getExpr(), K);
  case Stmt::CXXDefaultInitExprClass:
    return address(cast<CXXDefaultInitExpr>(E)->getExpr(), K);
  case Stmt::SubstNonTypeTemplateParmExprClass:
    return address(cast<SubstNonTypeTemplateParmExpr>(E)->getReplacement(), K);
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    return callAny(*cast<CallExpr>(E), K);
  case Stmt::CXXRewrittenBinaryOperatorClass:
    return address(cast<CXXRewrittenBinaryOperator>(E)->getSemanticForm(), K);
  case Stmt::InitListExprClass: {
    const auto *List = cast<InitListExpr>(E);
    if (List->getNumInits() == 1)
      return address(List->getInit(0), K);
    return notUnderstood(E, K);
  }
  case Stmt::ArrayInitLoopExprClass:
    return objectValue(E, K);
  case Stmt::StringLiteralClass:
  case Stmt::PredefinedExprClass:
  case Stmt::CXXTypeidExprClass:
    return unknown(K, E->getExprLoc());
  case Stmt::ChooseExprClass:
    return address(cast<ChooseExpr>(E)->getChosenSubExpr(), K);
  case Stmt::GenericSelectionExprClass:
    return address(cast<GenericSelectionExpr>(E)->getResultExpr(), K);
  case Stmt::ConstantExprClass:
    return address(cast<ConstantExpr>(E)->getSubExpr(), K);
  default:
    return notUnderstood(E, K);
  }
}

// The address of a temporary that E initialises.
void FlowBuilder::objectValue(const Expr *E, Hole K) {
  NodeId N = temporary();
  initialise({N, -1}, E, FlowReason::Initialised);
  flow(K, N, -1, E->getExprLoc());
}

void FlowBuilder::notUnderstood(const Expr *E, Hole K) {
  for (const Stmt *Child : E->children()) {
    const auto *Operand = dyn_cast_or_null<Expr>(Child);
    if (!Operand)
      continue;
    Hole H = leak(FlowReason::NotUnderstood);
    if (Operand->isGLValue())
      address(Operand, H);
    else
      value(Operand, H);
  }
  unknown(K, E->getExprLoc());
}

// --- Values
// --------------------------------------------------------------------------

void FlowBuilder::value(const Expr *E, Hole K) {
  E = E->IgnoreParens();
  if (E->getType()->isDependentType()) {
    IsOpaque = true;
    return;
  }
  if (!Unit.hasPointers(E->getType()))
    K = {};
  if (E->isGLValue())
    return address(E, K.isDiscarded() ? K : K.looked());
  switch (E->getStmtClass()) {
  case Stmt::IntegerLiteralClass:
  case Stmt::FloatingLiteralClass:
  case Stmt::CharacterLiteralClass:
  case Stmt::CXXBoolLiteralExprClass:
  case Stmt::CXXNullPtrLiteralExprClass:
  case Stmt::GNUNullExprClass:
  case Stmt::ImplicitValueInitExprClass:
  case Stmt::CXXScalarValueInitExprClass:
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::TypeTraitExprClass:
  case Stmt::SizeOfPackExprClass:
  case Stmt::OffsetOfExprClass:
  case Stmt::RequiresExprClass:
  case Stmt::ConceptSpecializationExprClass:
  case Stmt::NoInitExprClass:
    return;
  case Stmt::ExprWithCleanupsClass:
  case Stmt::ConstantExprClass:
    return value(cast<FullExpr>(E)->getSubExpr(), K);
  case Stmt::CXXThisExprClass:
    if (const auto *Method = dyn_cast<CXXMethodDecl>(&F);
        Method && Method->getParent()->isLambda()) {
      const FieldDecl *Field = captureField(nullptr);
      bool IsPointer = Field && Field->getType()->isPointerType();
      if (!Field || This == NoNode)
        return unknown(K, E->getExprLoc());
      return flow(IsPointer && !K.isDiscarded() ? K.looked() : K, This, 0,
                  E->getExprLoc());
    }
    if (This == NoNode)
      return unknown(K, E->getExprLoc());
    return flow(K, This, 0, E->getExprLoc());
  case Stmt::UnaryOperatorClass:
    return unaryValue(*cast<UnaryOperator>(E), K);
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass:
    return binaryValue(*cast<BinaryOperator>(E), K);
  case Stmt::ConditionalOperatorClass: {
    const auto *Op = cast<ConditionalOperator>(E);
    effect(Op->getCond());
    value(Op->getTrueExpr(), K);
    return value(Op->getFalseExpr(), K);
  }
  case Stmt::BinaryConditionalOperatorClass: {
    const auto *Op = cast<BinaryConditionalOperator>(E);
    value(Op->getTrueExpr(), K);
    return value(Op->getFalseExpr(), K);
  }
  case Stmt::OpaqueValueExprClass: {
    const auto *Value = cast<OpaqueValueExpr>(E);
    if (Value->getSourceExpr())
      return value(Value->getSourceExpr(), K);
    return unknown(K, E->getExprLoc());
  }
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CXXConstCastExprClass:
  case Stmt::CXXReinterpretCastExprClass:
  case Stmt::CXXDynamicCastExprClass:
  case Stmt::CXXFunctionalCastExprClass:
  case Stmt::BuiltinBitCastExprClass:
    return castValue(*cast<CastExpr>(E), K);
  case Stmt::CXXDefaultArgExprClass:
    return value(cast<CXXDefaultArgExpr>(E)->getExpr(), K);
  case Stmt::CXXDefaultInitExprClass:
    return value(cast<CXXDefaultInitExpr>(E)->getExpr(), K);
  case Stmt::SubstNonTypeTemplateParmExprClass:
    return value(cast<SubstNonTypeTemplateParmExpr>(E)->getReplacement(), K);
  case Stmt::CXXRewrittenBinaryOperatorClass:
    return value(cast<CXXRewrittenBinaryOperator>(E)->getSemanticForm(), K);
  case Stmt::ChooseExprClass:
    return value(cast<ChooseExpr>(E)->getChosenSubExpr(), K);
  case Stmt::GenericSelectionExprClass:
    return value(cast<GenericSelectionExpr>(E)->getResultExpr(), K);
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    return callAny(*cast<CallExpr>(E), K);
  case Stmt::CXXNewExprClass:
    return newValue(*cast<CXXNewExpr>(E), K);
  case Stmt::CXXDeleteExprClass:
    return deleteValue(*cast<CXXDeleteExpr>(E));
  case Stmt::CXXThrowExprClass:
    return throwValue(*cast<CXXThrowExpr>(E));
  case Stmt::LambdaExprClass:
    return lambdaValue(*cast<LambdaExpr>(E), K);
  case Stmt::InitListExprClass:
    // A scalar's.
    if (E->getType()->isScalarType()) {
      for (const Expr *Init : cast<InitListExpr>(E)->inits())
        value(Init, K);
      return;
    }
    [[fallthrough]];
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
  case Stmt::CXXBindTemporaryExprClass:
  case Stmt::CXXInheritedCtorInitExprClass:
  case Stmt::CXXParenListInitExprClass:
  case Stmt::CXXStdInitializerListExprClass:
  case Stmt::ArrayInitLoopExprClass: {
    NodeId N = temporary();
    initialise({N, -1}, E, FlowReason::Initialised);
    return flow(K, N, 0, E->getExprLoc());
  }
  case Stmt::AtomicExprClass:
    return atomicValue(*cast<AtomicExpr>(E), K);
  case Stmt::StmtExprClass: {
    const CompoundStmt *Body = cast<StmtExpr>(E)->getSubStmt();
    for (const Stmt *S : Body->body()) {
      const auto *Last = dyn_cast<Expr>(S);
      if (Last && S == Body->body_back())
        value(Last, K);
      else
        stmt(S);
    }
    return;
  }
  case Stmt::ArrayInitIndexExprClass:
  case Stmt::CXXPseudoDestructorExprClass:
    return children(E);
  default:
    return notUnderstood(E, K);
  }
}

static bool isBytePointer(QualType T) {
  QualType Pointee = T->getPointeeType();
  return !Pointee.isNull() &&
         (Pointee->isCharType() || Pointee->isStdByteType());
}

void FlowBuilder::castValue(const CastExpr &Cast, Hole K) {
  const Expr *Sub = Cast.getSubExpr();
  switch (Cast.getCastKind()) {
  case CK_LValueToRValue:
  case CK_LValueToRValueBitCast:
    if (Cast.getCastKind() == CK_LValueToRValueBitCast &&
        Unit.hasPointers(Sub->getType()) && K.isDiscarded())
      K = leak(FlowReason::ConvertedToInteger);
    return address(Sub, K.isDiscarded() ? K : K.looked());
  case CK_ArrayToPointerDecay:
    return address(Sub, K);
  case CK_FunctionToPointerDecay:
  case CK_BuiltinFnToFnPtr:
    return effect(Sub);
  case CK_BitCast:
    // Bytes may be copied one by one.
    if (isBytePointer(Cast.getType()) && !isBytePointer(Sub->getType()) &&
        Unit.pointerDepth(Sub->getType()) > 0) {
      NodeId N = temporary();
      value(Sub, into(N));
      G.flow(FlowGraph::Heap, N, 1, FlowReason::ConvertedToInteger,
             place(Cast.getExprLoc()));
      return flow(K, N, 0, Cast.getExprLoc());
    }
    return value(Sub, K);
  case CK_PointerToIntegral:
    return value(Sub, leak(FlowReason::ConvertedToInteger));
  case CK_IntegralToPointer:
    return numberValue(*Sub, K);
  case CK_IntegralToBoolean:
    return numberValue(*Sub, {});
  case CK_NullToPointer:
  case CK_NullToMemberPointer:
  case CK_PointerToBoolean:
  case CK_MemberPointerToBoolean:
  case CK_ToVoid:
    return effect(Sub);
  case CK_ConstructorConversion:
  case CK_UserDefinedConversion:
  default:
    return Sub->isGLValue() ? address(Sub, K.isDiscarded() ? K : K.looked())
                            : value(Sub, K);
  }
}

void FlowBuilder::unaryValue(const UnaryOperator &Op, Hole K) {
  const Expr *Sub = Op.getSubExpr();
  switch (Op.getOpcode()) {
  case UO_AddrOf:
    if (K.Why == FlowReason::None)
      K.Why = FlowReason::AddressTaken;
    if (Sub->isGLValue())
      return address(Sub, K);
    return effect(Sub);
  case UO_PostInc:
  case UO_PostDec:
    return address(Sub, K.isDiscarded() ? K : K.looked());
  case UO_Extension:
    return value(Sub, K);
  case UO_Coawait:
    IsOpaque = true;
    return;
  default:
    return effect(Sub);
  }
}

void FlowBuilder::binaryValue(const BinaryOperator &Op, Hole K) {
  const Expr *Left = Op.getLHS();
  const Expr *Right = Op.getRHS();
  if (Op.getOpcode() == BO_Comma) {
    effect(Left);
    return value(Right, K);
  }
  if (Op.isAssignmentOp()) {
    assignBy(Op);
    return address(Left, K.isDiscarded() ? K : K.looked());
  }
  if (Op.isPtrMemOp())
    return notUnderstood(&Op, K);
  if (Op.isComparisonOp() && Left->getType()->isIntegerType()) {
    numberValue(*Left, {});
    return numberValue(*Right, {});
  }
  // Pointer arithmetic.
  bool IsLeft = Left->getType()->isPointerType();
  if (K.isDiscarded() || !Op.isAdditiveOp()) {
    effect(Left);
    return effect(Right);
  }
  value(Left, IsLeft ? K : Hole());
  value(Right, IsLeft ? Hole() : K);
}

// The local pointer that E names, if it has versions at this point.
const VarDecl *FlowBuilder::versioned(const Expr *E) const {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParens());
  if (!Ref || Ref->refersToEnclosingVariableOrCapture())
    return nullptr;
  const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
  return V && Versions.has(*V) && !Versions.isLent(*V) ? V : nullptr;
}

void FlowBuilder::assign(const Expr *To, const Expr *From, SourceLocation Loc) {
  if (!Unit.hasPointers(To->getType())) {
    effect(From);
    return effect(To);
  }
  if (const VarDecl *V = versioned(To)) {
    NodeId N = Versions.next(*V);
    value(From, into(N, FlowReason::Assigned));
    if (Lent == 0)
      Versions.unite(*V);
    return Versions.assign(*V, N);
  }
  NodeId Value = temporary();
  NodeId Address = temporary();
  if (From->isGLValue())
    address(From, into(Value).looked());
  else
    value(From, into(Value));
  address(To, into(Address));
  // A union hides what it holds from the type.
  G.store(Address, Value, 0, FlowReason::Assigned, place(Loc));
}

void FlowBuilder::assignBy(const BinaryOperator &Op) {
  // A pointer stays in its object.
  if (Op.isCompoundAssignmentOp()) {
    effect(Op.getRHS());
    return effect(Op.getLHS());
  }
  assign(Op.getLHS(), Op.getRHS(), Op.getOperatorLoc());
}

// Whether V is a local integer that only a pointer is read from.
bool FlowBuilder::isAddressNumber(const VarDecl &V) const {
  const Expr *Init = V.getInit();
  return Init && V.getType()->isIntegerType() &&
         !V.getType().isVolatileQualified() && isMadeOfAddress(*Init) &&
         isAddressOnly(V, *F.getBody());
}

// An integer that becomes a pointer, or of which no more than a truth is kept.
void FlowBuilder::numberValue(const Expr &E, Hole K) {
  bool IsKnown = true;
  forEachOperand(E, [&](const Expr &Leaf) {
    const auto *Cast = dyn_cast<CastExpr>(&Leaf);
    if (Cast && Cast->getCastKind() == CK_PointerToIntegral)
      return value(Cast->getSubExpr(), K);
    const auto *Ref = dyn_cast<DeclRefExpr>(Leaf.IgnoreParenImpCasts());
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (V && AddressNumbers.contains(V))
      return flow(K, variableNode(*V), 0, Leaf.getExprLoc());
    IsKnown &= isa<IntegerLiteral, UnaryExprOrTypeTraitExpr>(Leaf);
    effect(&Leaf);
  });
  if (!IsKnown)
    unknown(K, E.getExprLoc());
}

void FlowBuilder::atomicValue(const AtomicExpr &Atomic, Hole K) {
  // What is exchanged is stored through the first operand, and what was there
  // is the result.
  NodeId All = temporary();
  NodeId Pointer = temporary();
  bool IsFirst = true;
  for (const Stmt *Child : Atomic.children()) {
    const auto *E = dyn_cast_or_null<Expr>(Child);
    if (!E)
      continue;
    Hole H = into(IsFirst ? Pointer : All, FlowReason::Assigned);
    IsFirst = false;
    if (E->isGLValue())
      address(E, H.looked());
    else
      value(E, H);
  }
  G.flow(All, Pointer, 1);
  // Some forms pass values by address.
  G.flow(All, All, 1);
  G.store(Pointer, All, 0, FlowReason::Assigned, place(Atomic.getExprLoc()));
  G.store(All, All, 0, FlowReason::Assigned, place(Atomic.getExprLoc()));
  flow(K, All, 0, Atomic.getExprLoc());
}

void FlowBuilder::throwValue(const CXXThrowExpr &Throw) {
  const Expr *Thrown = Throw.getSubExpr();
  if (!Thrown)
    return;
  if (!Tries.empty() && endsInHandlers(*Tries.back().Try, Thrown->getType())) {
    Target Exception{Tries.back().Exception, -1};
    destroy(Thrown->getType(), Exception, Throw.getExprLoc());
    return initialise(Exception, Thrown, FlowReason::Thrown);
  }
  NodeId N = temporary();
  G.flow(FlowGraph::Heap, N, -1, FlowReason::Thrown, place(Throw.getExprLoc()));
  initialise({N, -1}, Thrown, FlowReason::Thrown);
}

void FlowBuilder::lambdaValue(const LambdaExpr &Lambda, Hole K) {
  if (K.Why == FlowReason::None)
    K.Why = FlowReason::Captured;
  auto Field = Lambda.getLambdaClass()->field_begin();
  for (const Expr *Init : Lambda.capture_inits()) {
    QualType Type = Field->getType();
    ++Field;
    if (!Init)
      continue;
    NodeId N = temporary();
    if (Type->isReferenceType())
      address(Init, into(N, FlowReason::Captured));
    else
      initialise({N, -1}, Init, FlowReason::Captured);
    flow(K, N, 0, Init->getExprLoc());
  }
}
