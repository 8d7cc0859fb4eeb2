#include "FlowBuilder.h"
#include "whet/analysis/ConditionalAllocations.h"
#include "whet/analysis/HiddenAllocations.h"

using namespace whet;
using namespace clang;

// --- Nodes
// ---------------------------------------------------------------------------

NodeId FlowBuilder::temporary() {
  NodeId N = G.add(NodeKind::Local);
  G[N].LoopDepth = LoopDepth;
  return N;
}

NodeId FlowBuilder::variableNode(const VarDecl &V) {
  auto [It, IsNew] = Built.Variables.try_emplace(&V, 0);
  if (!IsNew)
    return It->second;
  NodeId N = temporary();
  if (Unit.isForPeople())
    G[N].Name = V.getNameAsString();
  G[N].Place = place(V.getLocation());
  return Built.Variables[&V] = N;
}

NodeId FlowBuilder::allocation(const Expr &E, std::string Text, QualType Type) {
  NodeId N = G.add(NodeKind::Allocation);
  G[N].LoopDepth = LoopDepth;
  G[N].Place = place(E.getBeginLoc());
  G[N].Name = "{storage for " + Text + "}";
  Built.Allocations[&E] = N;
  FlowAllocation A;
  A.Node = N;
  A.Text = std::move(Text);
  A.End = place(E.getEndLoc());
  if (!Type.isNull() && !Type->isIncompleteType() && !Type->isDependentType())
    A.Size = Ctx.getTypeSizeInChars(Type).getQuantity();
  if (Unit.isForPeople()) {
    if (!Conditional)
      Conditional = conditionalAllocations(F);
    A.IsConditional = Conditional->contains(&E);
  }
  G.Allocations.push_back(std::move(A));
  return N;
}

// --- The function
// --------------------------------------------------------------------

bool FlowBuilder::hasObject(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return Method && Method->isImplicitObjectMemberFunction();
}

static bool isInheritedConstructor(const FunctionDecl &F) {
  const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F);
  return Constructor && Constructor->isInheritingConstructor();
}

BuiltGraph FlowBuilder::build() {
  G.Name = nameOf(F);
  Versions.openScope();
  // Of what the compiler writes, nothing is to be said.
  if (!F.isImplicit() && !F.isDefaulted() && !isInheritedConstructor(F))
    G.Place = place(F.getLocation());
  auto AddParameter = [&](QualType Type, FlowPlace Where, std::string Name,
                          FlowPlace End) {
    NodeId N = G.add(NodeKind::Parameter, G.Parameters.size());
    G[N].Place = Where;
    G[N].Name = std::move(Name);
    FlowParameter P;
    P.Node = N;
    P.End = End;
    P.HasPointers = Type->isReferenceType() || Unit.hasPointers(Type);
    G.Parameters.push_back(P);
    return N;
  };
  if (hasObject(F))
    This = AddParameter(
        Ctx.VoidPtrTy, place(F.getLocation()),
        cast<CXXMethodDecl>(F).getParent()->isLambda() ? "{closure}" : "this",
        place(F.getLocation()));
  for (const ParmVarDecl *P : F.parameters()) {
    NodeId N =
        AddParameter(P->getType(), place(P->getLocation()),
                     Unit.isForPeople() ? P->getNameAsString() : std::string(),
                     place(P->getLocation()));
    Built.Variables[P] = N;
    Versions.declare(*P, N);
  }
  for (unsigned I = 0; I < G.Parameters.size(); ++I)
    G.add(NodeKind::Pointee, I);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    initialiseMembers(*Constructor);
  stmt(F.getBody());
  if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(&F))
    destroyMembers(*Destructor);
  Versions.closeScope();
  Versions.finish();
  if (Unit.isForPeople())
    for (HiddenAllocation &H : hiddenAllocations(F))
      G.Hidden.push_back({std::move(H.Text), place(H.Begin), place(H.End)});
  if (IsOpaque) {
    for (NodeId N = FlowGraph::Result; N < G.Nodes.size(); ++N) {
      G.flow(FlowGraph::Heap, N, -1, FlowReason::NotUnderstood, G.Place);
      if (G[N].Kind == NodeKind::Parameter)
        G.flow(FlowGraph::Heap, N, 0, FlowReason::NotUnderstood, G.Place);
    }
    G.flow(FlowGraph::Result, FlowGraph::Unknown, 0);
  }
  return std::move(Built);
}

BuiltGraph whet::buildFlowGraph(const FunctionDecl &F, FlowUnit &Unit) {
  return FlowBuilder(F, Unit).build();
}
