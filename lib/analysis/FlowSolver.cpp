#include "whet/analysis/FlowSolver.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

using namespace whet;

// Functions of thousands of calls are written by generators.
static constexpr size_t MaxSteps = 4'000'000;

std::optional<int> FlowSummary::least(const SummaryFlow &F) const {
  auto It = Flows.find(F);
  if (It == Flows.end() || It->second == 0)
    return std::nullopt;
  return llvm::countr_zero(It->second);
}

// --- One function
// ----------------------------------------------------------------------

namespace {
/// A location, looked through so often, on the way to a root.
struct Step {
  /// Which root: Heap, Result, or the pointee of a parameter.
  unsigned Root;
  NodeId Node;
  int Derefs;
};
} // namespace

namespace whet {
/// Solves one graph, given the summaries of its callees.
class GraphSolver {
public:
  GraphSolver(FlowSolver &All, FlowSolver::Function &F)
      : All(All), F(F), G(F.Graph) {}

  /// Returns whether the summary changed.
  bool solve();

  /// As solve, for a graph that is solved: how \p Target comes to leak.
  std::vector<FlowEdge> explain(NodeId Target, NodeId Root);

  std::vector<NodeId> holders(NodeId Target);

  void index();

private:
  static constexpr unsigned HeapRoot = 0;
  static constexpr unsigned ResultRoot = 1;
  static constexpr unsigned PointeeRoots = 2;
  static constexpr unsigned Levels = MaxDerefs + 2;

  bool addEdge(FlowEdge E);
  void addStore(FlowStore S);
  void applyCalls();
  void applySummary(const FlowCall &Call, const FlowSummary &Callee);
  void applyUnknown(const FlowCall &Call);
  void findEscapes();
  void visit(Step S, int Parent, int Edge);
  void expand(Step S, int Parent);
  void escape(NodeId N, int Parent);
  bool resolveStores();
  const std::vector<NodeId> &targets(NodeId Address);
  void findIterationEscapes();
  bool uniteVariables();
  bool isBroken(const FlowLease &Lease);
  void summarise();
  void giveUp();
  bool isTooLarge() const { return Steps > MaxSteps; }

  size_t key(Step S) const {
    return (static_cast<size_t>(S.Root) * G.Nodes.size() + S.Node) * Levels +
           static_cast<size_t>(S.Derefs + 1);
  }

  FlowSolver &All;
  FlowSolver::Function &F;
  FlowGraph &G;
  /// Edges by the node that they lead to, and away from.
  std::vector<llvm::SmallVector<unsigned, 4>> Into;
  std::vector<llvm::SmallVector<unsigned, 4>> OutOf;
  llvm::DenseSet<std::pair<uint64_t, int>> Known;
  llvm::DenseSet<std::pair<uint64_t, int>> KnownStores;
  std::vector<NodeId> Pointees;
  llvm::DenseMap<NodeId, std::vector<NodeId>> Targets;
  // Of one search.
  llvm::BitVector Seen;
  std::vector<Step> Reached;
  std::vector<std::pair<int, int>> Parents;
  size_t Steps = 0;
};
} // namespace whet

// Calls Next with each number of dereferences that is left of \p Derefs before
// an edge of weight \p By.
template <typename CallbackT>
static void through(int Derefs, int By, CallbackT Next) {
  // MaxDerefs stands for itself and for all that is more.
  if (Derefs == MaxDerefs && By < 0)
    Next(MaxDerefs);
  Next(std::min(Derefs + By, MaxDerefs));
}

static uint64_t pairKey(NodeId A, NodeId B) {
  return (static_cast<uint64_t>(A) << 32) | B;
}

void GraphSolver::index() {
  Into.assign(G.Nodes.size(), {});
  OutOf.assign(G.Nodes.size(), {});
  Known.clear();
  Known.reserve(G.Edges.size());
  for (unsigned I = 0; I < G.Edges.size(); ++I) {
    const FlowEdge &E = G.Edges[I];
    Known.insert({pairKey(E.To, E.From), E.Derefs});
    Into[E.To].push_back(I);
    OutOf[E.From].push_back(I);
  }
  for (const FlowStore &S : G.Stores)
    KnownStores.insert({pairKey(S.Address, S.Value), S.Derefs});
  Pointees.assign(G.Parameters.size(), NoNode);
  for (NodeId N = 0; N < G.Nodes.size(); ++N)
    if (G[N].Kind == NodeKind::Pointee)
      Pointees[G[N].Index] = N;
  F.Escaped.resize(G.Nodes.size());
}

void GraphSolver::addStore(FlowStore S) {
  if (KnownStores.insert({pairKey(S.Address, S.Value), S.Derefs}).second)
    G.Stores.push_back(std::move(S));
}

bool GraphSolver::addEdge(FlowEdge E) {
  if (!Known.insert({pairKey(E.To, E.From), E.Derefs}).second)
    return false;
  unsigned Index = G.Edges.size();
  Into[E.To].push_back(Index);
  OutOf[E.From].push_back(Index);
  G.Edges.push_back(std::move(E));
  return true;
}

// What nobody knows may keep all that it can reach, and write to it.
void GraphSolver::applyUnknown(const FlowCall &Call) {
  for (const FlowArgument &A : Call.Arguments) {
    if (A.Depth < 0 || A.Node == NoNode)
      continue;
    FlowEdge E{FlowGraph::Heap, A.Node, 0, Call.Why, Call.Place, Call.Callee};
    if (A.Promise == FlowPromise::LifetimeBound && Call.Result != NoNode)
      addEdge({Call.Result, A.Node, 0, FlowReason::ResultOf, Call.Place,
               Call.Callee});
    if (A.Promise == FlowPromise::None) {
      addEdge(std::move(E));
      continue;
    }
    if (A.Depth == 0)
      continue;
    E.Derefs = 1;
    addEdge(std::move(E));
    addStore({A.Node, FlowGraph::Unknown, 0, FlowReason::StoredThrough,
              Call.Place, Call.Callee});
  }
  if (Call.Result != NoNode)
    addEdge({Call.Result, FlowGraph::Unknown, 0, FlowReason::ResultOf,
             Call.Place, Call.Callee});
  if (Call.Slot != NoNode)
    addEdge({FlowGraph::Heap, Call.Slot, 0, Call.Why, Call.Place, Call.Callee});
}

void GraphSolver::applySummary(const FlowCall &Call,
                               const FlowSummary &Callee) {
  for (const auto &[Flow, Derefs] : Callee.Flows) {
    NodeId From = FlowGraph::Unknown;
    int Depth = MaxDerefs;
    if (Flow.From != SummaryFlow::Unknown) {
      if (Flow.From >= Call.Arguments.size())
        continue;
      From = Call.Arguments[Flow.From].Node;
      Depth = Call.Arguments[Flow.From].Depth;
    }
    if (From == NoNode)
      continue;
    for (int D = 0; D <= std::min(MaxDerefs, Depth); ++D) {
      if (!(Derefs & (1U << D)))
        continue;
      // Nobody can use an object that is destroyed.
      bool IsGone =
          Call.Why == FlowReason::Destroyed && Flow.From == 0 && D == 0;
      if (Flow.Target == SummaryFlow::ToHeap)
        addEdge({FlowGraph::Heap, From, IsGone ? 1 : D, FlowReason::PassedTo,
                 Call.Place, Call.Callee});
      else if (Flow.Target == SummaryFlow::ToResult && Call.Result != NoNode)
        addEdge({Call.Result, From, D, FlowReason::ResultOf, Call.Place,
                 Call.Callee});
      else if (Flow.Target == SummaryFlow::ToPointee &&
               Flow.To < Call.Arguments.size() &&
               Call.Arguments[Flow.To].Node != NoNode)
        addStore({Call.Arguments[Flow.To].Node, From, D, FlowReason::PassedTo,
                  Call.Place, Call.Callee});
    }
  }
  if (Callee.ResultEscapes && Call.Slot != NoNode)
    addEdge({FlowGraph::Heap, Call.Slot, 0, FlowReason::PassedTo, Call.Place,
             Call.Callee});
}

void GraphSolver::applyCalls() {
  for (size_t I = 0; I < G.Calls.size(); ++I) {
    const FlowCall &Call = G.Calls[I];
    int Callee = F.Callees[I];
    if (Callee < 0)
      applyUnknown(Call);
    else
      applySummary(Call, All.Functions[Callee].Summary);
  }
}

// --- Escapes

void GraphSolver::visit(Step S, int Parent, int Edge) {
  ++Steps;
  size_t K = key(S);
  if (Seen.test(K))
    return;
  Seen.set(K);
  Reached.push_back(S);
  Parents.emplace_back(Parent, Edge);
}

void GraphSolver::escape(NodeId N, int Parent) {
  F.Escaped.set(N);
  visit({HeapRoot, N, 0}, Parent, -1);
}

void GraphSolver::expand(Step S, int Parent) {
  for (unsigned E : Into[S.Node]) {
    const FlowEdge &Edge = G.Edges[E];
    through(S.Derefs, Edge.Derefs, [&](int D) {
      if (D >= -1)
        visit({S.Root, Edge.From, D}, Parent, static_cast<int>(E));
    });
  }
}

// All that flows to what outlives the function. Whose address does has escaped,
// and outlives it, too.
void GraphSolver::findEscapes() {
  Seen.clear();
  Seen.resize((PointeeRoots + G.Parameters.size()) * G.Nodes.size() * Levels);
  Reached.clear();
  Parents.clear();
  visit({HeapRoot, FlowGraph::Heap, 0}, -1, -1);
  visit({ResultRoot, FlowGraph::Result, 0}, -1, -1);
  for (unsigned I = 0; I < Pointees.size(); ++I)
    if (Pointees[I] != NoNode)
      visit({PointeeRoots + I, Pointees[I], 0}, -1, -1);
  findIterationEscapes();
  for (size_t I = 0; I < Reached.size() && !isTooLarge(); ++I) {
    Step S = Reached[I];
    if (S.Derefs >= 0)
      expand(S, static_cast<int>(I));
    else if (S.Node != FlowGraph::Unknown)
      escape(S.Node, static_cast<int>(I));
  }
}

// What an iteration allocates and a variable of outside of its loop holds.
void GraphSolver::findIterationEscapes() {
  for (const FlowAllocation &A : G.Allocations) {
    unsigned Depth = G[A.Node].LoopDepth;
    if (Depth == 0)
      continue;
    for (NodeId N : holders(A.Node))
      if (G[N].LoopDepth < Depth) {
        escape(A.Node, -1);
        break;
      }
  }
}

std::vector<NodeId> GraphSolver::holders(NodeId Target) {
  std::vector<NodeId> Result;
  llvm::DenseSet<std::pair<NodeId, int>> Visited;
  std::vector<std::pair<NodeId, int>> Work{{Target, -1}};
  while (!Work.empty()) {
    auto [N, D] = Work.back();
    Work.pop_back();
    if (!Visited.insert({N, D}).second)
      continue;
    if (++Steps > MaxSteps)
      break;
    if (D == 0)
      Result.push_back(N);
    for (unsigned E : OutOf[N]) {
      const FlowEdge &Edge = G.Edges[E];
      int Before = D - Edge.Derefs;
      if (Before >= 0)
        Work.emplace_back(Edge.To, std::min(Before, MaxDerefs));
      // From there on, what is looked through too often is one.
      if (D == MaxDerefs && Edge.Derefs > 0)
        for (int More = 0; More <= MaxDerefs; ++More)
          Work.emplace_back(Edge.To, More);
    }
  }
  llvm::sort(Result);
  Result.erase(llvm::unique(Result), Result.end());
  return Result;
}

// --- Stores

// The locations that a store through Address may change.
const std::vector<NodeId> &GraphSolver::targets(NodeId Address) {
  auto [It, IsNew] = Targets.try_emplace(Address);
  std::vector<NodeId> &Result = It->second;
  if (!IsNew)
    return Result;
  llvm::SmallDenseSet<std::pair<NodeId, int>, 16> Visited;
  llvm::SmallVector<std::pair<NodeId, int>, 16> Work{{Address, 0}};
  bool IsUnknown = false;
  while (!Work.empty()) {
    auto [N, D] = Work.pop_back_val();
    if (!Visited.insert({N, D}).second)
      continue;
    ++Steps;
    if (D < 0) {
      Result.push_back(N);
      continue;
    }
    if (N == FlowGraph::Unknown || F.Escaped.test(N)) {
      IsUnknown = true;
      continue;
    }
    if (G[N].Kind == NodeKind::Parameter) {
      if (D == 0 && Pointees[G[N].Index] != NoNode)
        Result.push_back(Pointees[G[N].Index]);
      else
        IsUnknown = true;
    }
    for (unsigned E : Into[N]) {
      const FlowEdge &Edge = G.Edges[E];
      through(D, Edge.Derefs, [&](int Next) {
        if (Next >= -1)
          Work.emplace_back(Edge.From, Next);
      });
    }
  }
  if (IsUnknown)
    Result.push_back(FlowGraph::Heap);
  llvm::sort(Result);
  return Result;
}

bool GraphSolver::resolveStores() {
  Targets.clear();
  bool IsChanged = false;
  for (size_t I = 0; I < G.Stores.size() && !isTooLarge(); ++I) {
    // Edges change under references to what is stored.
    FlowStore S = G.Stores[I];
    for (NodeId N : targets(S.Address))
      if (N != FlowGraph::Unknown)
        IsChanged |= addEdge({N, S.Value, S.Derefs, S.Why, S.Place, S.Callee});
  }
  return IsChanged;
}

// --- Variables

// Whether somebody who is still there has the address of what was lent.
bool GraphSolver::isBroken(const FlowLease &Lease) {
  if (F.Escaped.test(Lease.Cell))
    return true;
  return llvm::any_of(holders(Lease.Cell), [&](NodeId N) {
    // A version is alive as long as its variable.
    NodeId Declared = G[N].Of == NoNode ? N : G[N].Of;
    return G[N].Kind != NodeKind::Local || Declared < Lease.Begin ||
           Declared >= Lease.End;
  });
}

bool GraphSolver::uniteVariables() {
  bool IsChanged = false;
  for (const FlowVariable &V : G.Variables) {
    if (llvm::none_of(V.Leases,
                      [&](const FlowLease &L) { return isBroken(L); }))
      continue;
    for (NodeId N : V.Versions)
      if (N != V.Home) {
        IsChanged |= addEdge({V.Home, N, 0, FlowReason::None, {}, ""});
        IsChanged |= addEdge({N, V.Home, 0, FlowReason::None, {}, ""});
      }
  }
  return IsChanged;
}

// --- Summary

void GraphSolver::summarise() {
  FlowSummary &S = F.Summary;
  for (const Step &R : Reached) {
    SummaryFlow Flow;
    Flow.Target = R.Root == HeapRoot     ? SummaryFlow::ToHeap
                  : R.Root == ResultRoot ? SummaryFlow::ToResult
                                         : SummaryFlow::ToPointee;
    Flow.To = R.Root < PointeeRoots ? 0 : R.Root - PointeeRoots;
    if (G[R.Node].Kind == NodeKind::Parameter && R.Derefs >= 0) {
      Flow.From = G[R.Node].Index;
      S.Flows[Flow] |= 1U << R.Derefs;
    }
    bool IsUnknown = R.Node == FlowGraph::Unknown || F.Escaped.test(R.Node);
    if (IsUnknown && R.Root != HeapRoot) {
      Flow.From = SummaryFlow::Unknown;
      S.Flows[Flow] = 1;
    }
  }
  S.ResultEscapes |= F.Escaped.test(FlowGraph::Result);
}

void GraphSolver::giveUp() {
  F.Escaped.set();
  FlowSummary &S = F.Summary;
  for (unsigned P = 0; P < G.Parameters.size(); ++P) {
    S.Flows[{P, SummaryFlow::ToHeap, 0}] = 1;
    S.Flows[{SummaryFlow::Unknown, SummaryFlow::ToPointee, P}] = 1;
  }
  S.Flows[{SummaryFlow::Unknown, SummaryFlow::ToResult, 0}] = 1;
  S.ResultEscapes = true;
}

bool GraphSolver::solve() {
  FlowSummary Before = F.Summary;
  index();
  applyCalls();
  bool IsChanged = true;
  while (IsChanged && !isTooLarge()) {
    findEscapes();
    IsChanged = resolveStores();
    if (!IsChanged)
      IsChanged = uniteVariables();
  }
  if (isTooLarge())
    giveUp();
  else
    summarise();
  return !(F.Summary == Before);
}

std::vector<FlowEdge> GraphSolver::explain(NodeId Target, NodeId Root) {
  index();
  findEscapes();
  int Found = -1;
  for (size_t I = 0; I < Reached.size() && Found < 0; ++I) {
    const Step &S = Reached[I];
    bool IsRoot =
        Root == NoNode || (Root == FlowGraph::Heap && S.Root == HeapRoot) ||
        (Root == FlowGraph::Result && S.Root == ResultRoot) ||
        (S.Root >= PointeeRoots && Pointees[S.Root - PointeeRoots] == Root);
    // Of an allocation, it is the address that matters.
    bool IsAddress = S.Derefs < 0;
    if (S.Node == Target && IsRoot &&
        IsAddress == (G[Target].Kind == NodeKind::Allocation))
      Found = static_cast<int>(I);
  }
  std::vector<FlowEdge> Result;
  for (; Found >= 0; Found = Parents[Found].first)
    if (Parents[Found].second >= 0)
      Result.push_back(G.Edges[Parents[Found].second]);
  return Result;
}

// --- All functions
// ---------------------------------------------------------------------

unsigned FlowSolver::add(FlowGraph G) {
  Functions.emplace_back().Graph = std::move(G);
  return Functions.size() - 1;
}

void FlowSolver::solveTogether(llvm::ArrayRef<unsigned> Component) {
  bool IsChanged = true;
  while (IsChanged) {
    IsChanged = false;
    for (unsigned I : Component)
      IsChanged |= GraphSolver(*this, Functions[I]).solve();
    bool IsRecursive = Component.size() > 1;
    for (int Callee : Functions[Component.front()].Callees)
      IsRecursive |= Callee == static_cast<int>(Component.front());
    if (!IsRecursive)
      return;
  }
}

namespace {
/// Tarjan's algorithm without recursion: components are found callees first.
class Components {
public:
  template <typename CalleesT, typename DoneT>
  void visit(unsigned First, unsigned Count, CalleesT Callees, DoneT Done) {
    Index.assign(Count, 0);
    Low.assign(Count, 0);
    IsOnStack.resize(Count);
    for (unsigned Root = First; Root < Count; ++Root)
      if (Index[Root] == 0)
        visitFrom(Root, First, Callees, Done);
  }

private:
  struct Frame {
    unsigned Function;
    size_t Next;
  };

  void enter(unsigned Function) {
    Index[Function] = Low[Function] = ++Counter;
    Stack.push_back(Function);
    IsOnStack.set(Function);
    Frames.push_back({Function, 0});
  }

  template <typename CalleesT, typename DoneT>
  void visitFrom(unsigned Root, unsigned First, CalleesT Callees, DoneT Done) {
    enter(Root);
    while (!Frames.empty()) {
      Frame &Top = Frames.back();
      unsigned Function = Top.Function;
      const std::vector<int> &All = Callees(Function);
      if (Top.Next < All.size()) {
        int Callee = All[Top.Next++];
        if (Callee < static_cast<int>(First))
          continue;
        if (Index[Callee] == 0)
          enter(Callee);
        else if (IsOnStack.test(Callee))
          Low[Function] = std::min(Low[Function], Index[Callee]);
        continue;
      }
      Frames.pop_back();
      if (!Frames.empty()) {
        unsigned &CallerLow = Low[Frames.back().Function];
        CallerLow = std::min(CallerLow, Low[Function]);
      }
      if (Low[Function] == Index[Function])
        Done(pop(Function));
    }
  }

  std::vector<unsigned> pop(unsigned Until) {
    std::vector<unsigned> Component;
    do {
      Component.push_back(Stack.back());
      IsOnStack.reset(Stack.back());
      Stack.pop_back();
    } while (Component.back() != Until);
    llvm::sort(Component);
    return Component;
  }

  std::vector<unsigned> Index;
  std::vector<unsigned> Low;
  llvm::BitVector IsOnStack;
  std::vector<unsigned> Stack;
  std::vector<Frame> Frames;
  unsigned Counter = 0;
};
} // namespace

void FlowSolver::solve(Resolver Resolve) {
  for (unsigned I = Solved; I < Functions.size(); ++I) {
    Function &F = Functions[I];
    F.Callees.reserve(F.Graph.Calls.size());
    for (const FlowCall &Call : F.Graph.Calls) {
      int Callee = Call.Unit;
      if (Callee < 0 && Resolve)
        if (std::optional<unsigned> Found = Resolve(Call))
          Callee = static_cast<int>(*Found);
      F.Callees.push_back(Callee);
    }
  }
  Components().visit(
      Solved, Functions.size(),
      [&](unsigned I) -> const std::vector<int> & {
        return Functions[I].Callees;
      },
      [&](const std::vector<unsigned> &Component) {
        solveTogether(Component);
      });
  Solved = Functions.size();
}

std::vector<NodeId> FlowSolver::holders(unsigned Function, NodeId N) {
  GraphSolver Solver(*this, Functions[Function]);
  Solver.index();
  return Solver.holders(N);
}

std::vector<FlowEdge> FlowSolver::path(unsigned Function, NodeId From,
                                       NodeId To) {
  return GraphSolver(*this, Functions[Function]).explain(From, To);
}
