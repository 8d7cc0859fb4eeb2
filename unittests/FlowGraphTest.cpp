//===- FlowGraphTest.cpp - Flow graphs as text ----------------------------===//
#include "whet/analysis/FlowGraph.h"
#include "gtest/gtest.h"

using namespace whet;

namespace {

// A graph with something in each of its lists.
FlowGraph graphOfAll() {
  FlowGraph G("net::Queue::push");
  G.Place = {0, 3, 7};
  G.Files = {"a file.cpp", "b.h"};
  NodeId P = G.add(NodeKind::Parameter, 0);
  G[P].Name = "p \"1:2 \\";
  G[P].Place = {1, 12, 1};
  NodeId A = G.add(NodeKind::Allocation);
  G[A].LoopDepth = 2;
  G[A].Of = P;
  G.flow(A, P, -1, FlowReason::Assigned, {0, 4, 5});
  G.flow(FlowGraph::Heap, A, 7, FlowReason::UnknownCall);
  G.store(P, A, 0);
  FlowCall Call;
  Call.Key = "_ZN3net5Queue4pushEv";
  Call.Callee = "push";
  Call.Arguments = {{P, FlowPromise::NoEscape, -1}, {}};
  Call.Slot = A;
  Call.Place = {0, 5, 5};
  G.Calls = {Call};
  G.Parameters = {{P, {1, 12, 2}, true}};
  G.Allocations = {{A, "new T", {0, 4, 9}, 1ULL << 40, 16, "sized", true}};
  G.Hidden = {{"string: 1 allocation", {0, 6, 1}, {0, 6, 2}}};
  G.Variables = {{P, {A, P}, {{A, P, A}}}};
  return G;
}

TEST(FlowGraph, IsReadAsItWasWritten) {
  FlowGraph G = graphOfAll();
  std::optional<FlowGraph> Read = readGraph(writeGraph(G));
  ASSERT_TRUE(Read);
  EXPECT_EQ(*Read, G);
}

// The number of a callee means something in one unit only.
TEST(FlowGraph, DoesNotTellTheUnit) {
  FlowGraph G = graphOfAll();
  std::string Text = writeGraph(G);
  G.Calls[0].Unit = 5;
  EXPECT_EQ(writeGraph(G), Text);
}

TEST(FlowGraph, HasNothingToSayWhenDamaged) {
  std::string Text = writeGraph(graphOfAll());
  for (size_t Length = 0; Length < Text.size(); ++Length)
    EXPECT_FALSE(readGraph(llvm::StringRef(Text).take_front(Length)));
  EXPECT_FALSE(readGraph(Text + "1 "));
  EXPECT_FALSE(readGraph("99999999999999999999:x "));
}

TEST(FlowGraph, KeepsItsEdgesBetweenItsNodes) {
  FlowGraph G = graphOfAll();
  G.Edges[0].From = 77;
  EXPECT_FALSE(readGraph(writeGraph(G)));
}

} // namespace
