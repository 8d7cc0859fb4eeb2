//===- FlowSolver.h - What flows where, over all functions ------*- C++ -*-===//
//
// Solves the flow graphs of many functions, callees first, functions that call
// one another together:
//
//   FlowSolver Solver;
//   for (FlowGraph &G : Graphs) Solver.add(std::move(G));  // numbers 0, 1, ...
//   Solver.solve();
//   Solver.summary(0).leaks(0)             // of the first parameter
//   Solver.escapes(0, Allocation.Node)
//
// A function's FlowSummary is all that its callers need: where what each
// parameter holds goes, by how often it is looked through on the way. A store
// through a pointer is a flow to the locations that the graph says it may point
// to, to what a parameter points to, or else to the heap. What has escaped may
// be written by anybody, so what is loaded from it is unknown.
//
// Sound if the graphs are: a location that does not escape is reached, once the
// function has returned or the next iteration of its loop has begun, by nobody.
//
// Linear in edges for usual functions; a function whose flows need more steps
// than MaxSteps leaks all that it has.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FLOWSOLVER_H
#define WHET_ANALYSIS_FLOWSOLVER_H

#include "whet/analysis/FlowGraph.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <deque>
#include <map>
#include <optional>

namespace whet {

/// A set of numbers of dereferences from 0 to MaxDerefs, a bit each.
using DerefSet = uint8_t;

/// One way through a function.
struct SummaryFlow {
  /// A parameter; Unknown for what comes from elsewhere.
  static constexpr unsigned Unknown = ~0U;
  unsigned From = 0;
  enum TargetKind : uint8_t { ToHeap, ToResult, ToPointee } Target = ToHeap;
  /// Of which parameter's pointee.
  unsigned To = 0;

  auto operator<=>(const SummaryFlow &) const = default;
};

class FlowSummary {
public:
  /// How often what parameter \p P holds is looked through before it leaks;
  /// nothing if it does not.
  std::optional<int> leaks(unsigned P) const {
    return least({P, SummaryFlow::ToHeap, 0});
  }
  std::optional<int> toResult(unsigned P) const {
    return least({P, SummaryFlow::ToResult, 0});
  }
  std::optional<int> toPointee(unsigned P, unsigned Of) const {
    return least({P, SummaryFlow::ToPointee, Of});
  }

  std::map<SummaryFlow, DerefSet> Flows;
  /// Whether the address of the returned object leaks while it is made.
  bool ResultEscapes = false;

  bool operator==(const FlowSummary &) const = default;

private:
  std::optional<int> least(const SummaryFlow &F) const;
};

class FlowSolver {
public:
  /// Returns the graph's number.
  unsigned add(FlowGraph G);
  size_t size() const { return Functions.size(); }

  /// Asked for callees whose number a call does not have; null for none.
  using Resolver =
      llvm::function_ref<std::optional<unsigned>(const FlowCall &)>;

  /// Solves what was added since the last call. What earlier calls solved
  /// stays as it is.
  void solve(Resolver Resolve = nullptr);

  const FlowGraph &graph(unsigned Function) const {
    return Functions[Function].Graph;
  }
  const FlowSummary &summary(unsigned Function) const {
    return Functions[Function].Summary;
  }
  /// Whether the address of \p N outlives its function or its iteration.
  bool escapes(unsigned Function, NodeId N) const {
    return Functions[Function].Escaped.test(N);
  }

  /// Locations of \p Function that may hold the address of \p N.
  std::vector<NodeId> holders(unsigned Function, NodeId N);

  /// A way from \p From to \p To, or with NoNode to anything that outlives the
  /// function, a step each; the first one leads away from \p From.
  std::vector<FlowEdge> path(unsigned Function, NodeId From, NodeId To);

private:
  friend class GraphSolver;
  struct Function {
    FlowGraph Graph;
    FlowSummary Summary;
    llvm::BitVector Escaped;
    /// Numbers of callees, by call.
    std::vector<int> Callees;
  };

  void solveTogether(llvm::ArrayRef<unsigned> Component);

  std::deque<Function> Functions;
  /// How many of these are solved.
  unsigned Solved = 0;
};

} // namespace whet

#endif // WHET_ANALYSIS_FLOWSOLVER_H
