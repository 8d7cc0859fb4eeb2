#include "FlowBuilder.h"
#include "whet/analysis/EscapeModels.h"
#include "whet/analysis/HiddenAllocations.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/Builtins.h"

using namespace whet;
using namespace clang;

// --- Calls
// ---------------------------------------------------------------------------

FlowArgument FlowBuilder::argument(const Expr *E, QualType Type) {
  FlowArgument A;
  A.Depth = Unit.pointerDepth(Type);
  if (Type->isReferenceType()) {
    A.Node = temporary();
    address(E, into(A.Node, FlowReason::ReferenceBound));
    return A;
  }
  if (A.Depth < 0 && !Type->isRecordType()) {
    effect(E);
    return A;
  }
  A.Node = temporary();
  initialise({A.Node, -1}, E, FlowReason::None);
  if (Type->isRecordType() && !isa<CXXBindTemporaryExpr>(E->IgnoreParens()))
    destroy(Type, {A.Node, -1}, E->getExprLoc());
  return A;
}

// E, or the variable that the reference which E names is bound to.
static const Expr *referredTo(const Expr *E) {
  const Expr *Bare = E->IgnoreParenCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(Bare);
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!V || !V->getType()->isReferenceType() || isa<ParmVarDecl>(V) ||
      V->isExceptionVariable() || !V->getInit())
    return E;
  const auto *Object = dyn_cast<DeclRefExpr>(V->getInit()->IgnoreParenCasts());
  return Object ? Object : E;
}

// The function that is called if the object's type leaves no doubt.
const FunctionDecl *FlowBuilder::devirtualised(const CXXMethodDecl &Method,
                                               const CallExpr &Call) const {
  if (!Method.isVirtual())
    return &Method;
  const auto *Callee =
      dyn_cast<MemberExpr>(Call.getCallee()->IgnoreParenImpCasts());
  if (Callee && Callee->hasQualifier())
    return &Method;
  const Expr *Object = nullptr;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
    Object = Member->getImplicitObjectArgument();
  else if (isa<CXXOperatorCallExpr>(Call) && Call.getNumArgs() > 0)
    Object = Call.getArg(0);
  if (!Object)
    return nullptr;
  return const_cast<CXXMethodDecl &>(Method).getDevirtualizedMethod(
      referredTo(Object), /*IsAppleKext=*/false);
}

void FlowBuilder::callAny(const CallExpr &Call, Hole K) {
  NodeId Slot = NoNode;
  if (auto It = Slots.find(&Call); It != Slots.end())
    Slot = It->second;
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (Callee && allocate(Call, *Callee, K))
    return;
  llvm::SmallVector<FlowArgument, 6> Arguments;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  bool HasObject = Method && Method->isImplicitObjectMemberFunction();
  unsigned First = 0;
  if (HasObject) {
    FlowArgument This;
    This.Node = temporary();
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call)) {
      const Expr *Object = Member->getImplicitObjectArgument();
      if (Object->getType()->isPointerType() && Object->isPRValue())
        value(Object, into(This.Node));
      else
        address(Object, into(This.Node, FlowReason::AddressTaken));
    } else {
      address(Call.getArg(0), into(This.Node, FlowReason::AddressTaken));
      First = 1;
    }
    Arguments.push_back(This);
  } else if (!Callee) {
    // What is called may know the function's captures.
    FlowArgument Function;
    Function.Node = temporary();
    Function.Depth = -1;
    value(Call.getCallee(), into(Function.Node));
    if (const auto *Op =
            dyn_cast<BinaryOperator>(Call.getCallee()->IgnoreParenImpCasts());
        Op && Op->isPtrMemOp()) {
      FlowArgument Object;
      Object.Node = temporary();
      if (Op->getOpcode() == BO_PtrMemI)
        value(Op->getLHS(), into(Object.Node));
      else
        address(Op->getLHS(), into(Object.Node));
      Arguments.push_back(Object);
    }
  }
  QualType Type = Call.getCallee()->getType();
  const auto *Prototype =
      Callee ? Callee->getType()->getAs<FunctionProtoType>()
      : Type->isPointerType()
          ? Type->getPointeeType()->getAs<FunctionProtoType>()
          : Type->getAs<FunctionProtoType>();
  Arguments.reserve(Arguments.size() + Call.getNumArgs() - First);
  for (unsigned I = First; I < Call.getNumArgs(); ++I) {
    const Expr *E = Call.getArg(I);
    bool IsNamed = Prototype && I - First < Prototype->getNumParams();
    QualType Parameter = IsNamed ? Prototype->getParamType(I - First)
                         : E->isGLValue()
                             ? Ctx.getLValueReferenceType(E->getType())
                             : E->getType();
    Arguments.push_back(argument(E, Parameter));
  }
  const FunctionDecl *Called = Callee;
  FlowReason Why = FlowReason::UnknownCall;
  if (!Callee)
    Why = FlowReason::IndirectCall;
  else if (Method) {
    Called = devirtualised(*Method, Call);
    if (!Called)
      Why = FlowReason::VirtualCall;
  }
  if (Called)
    return call(*Called, Arguments, K, &Call, Slot, Why);
  if (Method)
    if (auto Overriders = Unit.allOverriders(*Method)) {
      for (const CXXMethodDecl *Overrider : *Overriders)
        call(*Overrider, Arguments, K, &Call, Slot, Why);
      return;
    }
  FlowCall Unknown;
  Unknown.Callee = Callee ? nameOf(*Callee) : "";
  Unknown.Arguments.assign(Arguments.begin(), Arguments.end());
  Unknown.Slot = Slot;
  Unknown.Why = Why;
  Unknown.Place = place(Call.getExprLoc());
  Unknown.End = place(Call.getEndLoc());
  if (!K.isDiscarded()) {
    Unknown.Result = temporary();
    flow(K, Unknown.Result, 0, Call.getExprLoc());
  }
  G.Calls.push_back(std::move(Unknown));
}

static FlowPromise promiseOf(const ParmVarDecl &P) {
  if (P.hasAttr<NoEscapeAttr>())
    return FlowPromise::NoEscape;
  if (P.hasAttr<LifetimeBoundAttr>())
    return FlowPromise::LifetimeBound;
  return FlowPromise::None;
}

void FlowBuilder::call(const FunctionDecl &Callee,
                       llvm::ArrayRef<FlowArgument> Arguments, Hole K,
                       const Expr *Site, NodeId Slot, FlowReason Why) {
  if (returnsTwice(Callee))
    IsOpaque = true;
  SourceLocation Loc = Site ? Site->getExprLoc() : F.getLocation();
  if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(&Callee);
      Destructor && Destructor->isTrivial())
    return;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
      Method && Method->isTrivial() &&
      (Method->isCopyAssignmentOperator() ||
       Method->isMoveAssignmentOperator())) {
    G.store(Arguments[0].Node, Arguments[1].Node, 1, FlowReason::Assigned,
            place(Loc));
    return flow(K, Arguments[0].Node, 0, Loc);
  }
  NodeId Result = NoNode;
  if (!K.isDiscarded() || Slot != NoNode) {
    Result = temporary();
    if (!K.isDiscarded())
      flow(K, Result, 0, Loc);
  }
  bool IsSystem = Ctx.getSourceManager().isInSystemHeader(Callee.getLocation());
  const EscapeModel *Model =
      IsSystem || !Callee.hasBody() ? escapeModel(Callee) : nullptr;
  if (Model)
    return model(*Model, Callee, Arguments, Result);
  if (IsSystem && isOfStandardLibrary(Callee) && !Callee.isExternC())
    return library(Callee, Arguments, Result);
  int Number = Unit.numberOf(Callee);
  FlowCall Call;
  Call.Callee = nameOf(Callee);
  Call.Unit = Number;
  Call.Key = Unit.keyOf(Callee);
  Call.Arguments.assign(Arguments.begin(), Arguments.end());
  Call.Result = Result;
  Call.Slot = Slot;
  Call.Why = Why == FlowReason::PassedTo ? FlowReason::UnknownCall : Why;
  Call.Place = place(Loc);
  if (Site)
    Call.End = place(Site->getEndLoc());
  bool HasObject = isa<CXXMethodDecl>(Callee) &&
                   cast<CXXMethodDecl>(Callee).isImplicitObjectMemberFunction();
  for (unsigned I = 0; I < Callee.getNumParams(); ++I)
    if (I + HasObject < Call.Arguments.size()) {
      FlowArgument &A = Call.Arguments[I + HasObject];
      A.Promise = promiseOf(*Callee.getParamDecl(I));
    }
  // What is passed for ... is not a parameter that the callee's graph knows.
  if (Callee.isVariadic())
    for (unsigned I = Callee.getNumParams() + HasObject;
         I < Call.Arguments.size(); ++I)
      if (Call.Arguments[I].Node != NoNode)
        G.flow(FlowGraph::Heap, Call.Arguments[I].Node, 0, FlowReason::Variadic,
               Call.Place);
  G.Calls.push_back(std::move(Call));
}

// --- Functions that allocate
// ---------------------------------------------------------

// make_unique and its like, and malloc. Returns whether it was one.
bool FlowBuilder::allocate(const CallExpr &Call, const FunctionDecl &Callee,
                           Hole K) {
  const ObjectMaker *Maker = findObjectMaker(Callee);
  const TemplateArgumentList *List = Callee.getTemplateSpecializationArgs();
  if (Maker && List && List->size() > 0) {
    QualType Type = List->get(0).getAsType();
    if (Type->isArrayType())
      return false;
    NodeId N = allocation(
        Call, Maker->Name.str() + "<" + shortName(Type, Ctx) + ">", Type);
    FlowAllocation &A = G.Allocations.back();
    if (Maker->HasCount && Unit.isForPeople())
      if (uint64_t Size = sharedObjectSize(Type, Ctx); Size > A.Size)
        A.Overhead = Size - A.Size;
    allocateObject(Call, Callee, Type, N);
    flow(K, N, -1, Call.getExprLoc());
    return true;
  }
  if (Callee.getBuiltinID() != Builtin::BImalloc || Call.getNumArgs() != 1)
    return false;
  effect(Call.getArg(0));
  allocation(Call, "malloc", QualType());
  FlowAllocation &A = G.Allocations.back();
  Expr::EvalResult Size;
  if (Call.getArg(0)->EvaluateAsInt(Size, Ctx))
    A.Size = Size.Val.getInt().getLimitedValue();
  else
    A.Obstacle = "non-constant size";
  flow(K, A.Node, -1, Call.getExprLoc());
  return true;
}

// Which constructor is called is known to the library only: any that takes as
// many arguments may be.
void FlowBuilder::allocateObject(const CallExpr &Call,
                                 const FunctionDecl &Callee, QualType Type,
                                 NodeId Node) {
  llvm::SmallVector<FlowArgument, 4> Arguments;
  Arguments.reserve(Call.getNumArgs());
  for (unsigned I = 0; I < Call.getNumArgs(); ++I) {
    QualType Parameter = I < Callee.getNumParams()
                             ? Callee.getParamDecl(I)->getType()
                             : Call.getArg(I)->getType();
    Arguments.push_back(argument(Call.getArg(I), Parameter));
  }
  const CXXRecordDecl *R = Type->getAsCXXRecordDecl();
  if (R && R->hasDefinition())
    R = R->getDefinition();
  bool IsPlain = !R || !R->hasDefinition() || R->isAggregate();
  if (IsPlain)
    for (const FlowArgument &A : Arguments)
      if (A.Node != NoNode) {
        G.flow(Node, A.Node, 0, FlowReason::Initialised);
        G.flow(Node, A.Node, 1, FlowReason::Initialised);
      }
  if (!R || !R->hasDefinition())
    return;
  FlowArgument Object;
  Object.Node = temporary();
  G.flow(Object.Node, Node, -1, FlowReason::AddressTaken);
  for (const Decl *D : R->decls()) {
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(D))
      constructIn(Object, *Constructor, Arguments, Call);
    // An instance of a template may be the one.
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      for (const FunctionDecl *Instance : Template->specializations())
        if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Instance))
          constructIn(Object, *Constructor, Arguments, Call);
  }
}

// A parameter of type T of what a library constructs, given the address of what
// it forwards.
FlowArgument FlowBuilder::forwarded(NodeId Address, QualType T) {
  FlowArgument A;
  A.Depth = Unit.pointerDepth(T);
  if (Address == NoNode)
    return A;
  A.Node = temporary();
  if (T->isReferenceType())
    G.flow(A.Node, Address, 0, FlowReason::PassedTo);
  G.flow(A.Node, Address, 1, FlowReason::PassedTo);
  if (!T->isRecordType() && !T->isReferenceType())
    return A;
  // A conversion may look into it, and make an object of it.
  NodeId Converted = temporary();
  G.flow(Converted, Address, 0, FlowReason::PassedTo);
  G.flow(Converted, Address, 1, FlowReason::PassedTo);
  G.flow(A.Node, Converted, T->isReferenceType() ? -1 : 0,
         FlowReason::PassedTo);
  return A;
}

// If Constructor may be the one that is called with what is forwarded.
void FlowBuilder::constructIn(const FlowArgument &Object,
                              const CXXConstructorDecl &Constructor,
                              llvm::ArrayRef<FlowArgument> Arguments,
                              const CallExpr &Site) {
  bool IsPossible = !Constructor.isDeleted() &&
                    Constructor.getMinRequiredArguments() <= Arguments.size() &&
                    (Constructor.getNumParams() >= Arguments.size() ||
                     Constructor.isVariadic());
  if (!IsPossible)
    return;
  llvm::SmallVector<FlowArgument, 4> Passed;
  Passed.reserve(Arguments.size() + 1);
  Passed.push_back(Object);
  for (unsigned I = 0; I < Arguments.size(); ++I)
    Passed.push_back(forwarded(Arguments[I].Node,
                               I < Constructor.getNumParams()
                                   ? Constructor.getParamDecl(I)->getType()
                                   : Ctx.VoidPtrTy));
  if (Constructor.isTrivial()) {
    if (Passed.size() > 1 && Passed[1].Node != NoNode)
      G.store(Object.Node, Passed[1].Node, 1, FlowReason::Initialised);
    return;
  }
  call(Constructor, Passed, {}, &Site, NoNode, FlowReason::PassedTo);
}
