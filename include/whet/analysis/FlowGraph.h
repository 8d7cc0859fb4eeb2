//===- FlowGraph.h - How pointers flow in one function ----------*- C++ -*-===//
//
// What escape analysis knows of a function, in words that need no AST: a graph
// of locations, as in Go's compiler. An edge says that what is loaded from one
// location is stored to another; its weight is how often the value is looked
// through on the way:
//
//   p = q        p <- q, 0
//   p = *q       p <- q, 1
//   p = &q       p <- q, -1      // the least: what has an address is a
//   location *p = q       a store of q through p r = f(p, q)  a call
//
//   FlowGraph G("f");
//   NodeId P = G.add(NodeKind::Parameter, 0);
//   G.flow(G.Heap, P, 0);                    // p leaks
//
// Records, arrays and what containers hold are one location each: a field's
// value is its record's. Neither the order of statements nor conditions matter,
// but local pointers have a node for each value (VariableVersions).
// An edge, a store or a call more never proves more: what is not known is added
// as a flow to Heap and from Unknown.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FLOWGRAPH_H
#define WHET_ANALYSIS_FLOWGRAPH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whet {

using NodeId = uint32_t;

/// In place of a node that nothing flows to.
constexpr NodeId NoNode = ~0U;

/// Values looked through this often or more are taken for one.
constexpr int MaxDerefs = 3;

enum class NodeKind : uint8_t {
  /// Where values come from of which nothing is known; such a pointer points to
  /// what has escaped, and to nothing else.
  Unknown,
  /// What outlives every call: the heap, globals, other threads.
  Heap,
  /// What the function returns.
  Result,
  /// What parameter Index points to, as far as the function stores to it.
  Pointee,
  /// The value of parameter Index as the caller passes it.
  Parameter,
  /// A variable or a temporary.
  Local,
  /// What an expression allocates.
  Allocation
};

/// How a value comes from one location to another.
enum class FlowReason : uint8_t {
  None,
  Assigned,
  Initialised,
  Returned,
  AddressTaken,
  ReferenceBound,
  Captured,
  PassedTo,
  ResultOf,
  StoredThrough,
  StoredInGlobal,
  Thrown,
  UnknownCall,
  VirtualCall,
  IndirectCall,
  Variadic,
  ConvertedToInteger,
  Assembler,
  NotUnderstood,
  OutlivesIteration,
  Destroyed
};

/// "assigned", "call parameter": what Go says in parentheses.
llvm::StringRef reasonName(FlowReason R);

/// A place in one of the files that the graph names; line 0 for none.
struct FlowPlace {
  unsigned File = 0;
  unsigned Line = 0;
  unsigned Column = 0;

  bool isValid() const { return Line != 0; }
  auto operator<=>(const FlowPlace &) const = default;
};

struct FlowNode {
  NodeKind Kind = NodeKind::Local;
  unsigned Index = 0;
  /// How many loops it is declared in.
  unsigned LoopDepth = 0;
  /// For people; empty for a temporary.
  std::string Name;
  FlowPlace Place;
  /// The node of the variable that it is a version of; NoNode for none.
  NodeId Of = NoNode;

  bool operator==(const FlowNode &) const = default;
};

struct FlowEdge {
  NodeId To = 0;
  NodeId From = 0;
  int Derefs = 0;
  FlowReason Why = FlowReason::None;
  FlowPlace Place;
  /// What is called, if that is what it is about.
  std::string Callee;

  bool operator==(const FlowEdge &) const = default;
};

/// *Address = Value, looked through Derefs times.
struct FlowStore {
  NodeId Address = 0;
  NodeId Value = 0;
  int Derefs = 0;
  FlowReason Why = FlowReason::None;
  FlowPlace Place;
  std::string Callee;

  bool operator==(const FlowStore &) const = default;
};

/// What a declaration promises for a parameter, whatever the body.
enum class FlowPromise : uint8_t { None, NoEscape, LifetimeBound };

struct FlowArgument {
  NodeId Node = NoNode;
  FlowPromise Promise = FlowPromise::None;
  /// How often the value may be looked through and still be a pointer or
  /// contain one; negative if it is none itself.
  int Depth = MaxDerefs;

  bool operator==(const FlowArgument &) const = default;
};

struct FlowCall {
  /// Names the callee for all units; empty if only this one knows it.
  std::string Key;
  /// For people.
  std::string Callee;
  /// The callee's number in this unit; negative if its body is not in it.
  int Unit = -1;
  std::vector<FlowArgument> Arguments;
  /// Where the result goes; NoNode if it is not used or is no pointer.
  NodeId Result = NoNode;
  /// A value that is the address of the result's storage; NoNode if the callee
  /// cannot learn it.
  NodeId Slot = NoNode;
  FlowReason Why = FlowReason::PassedTo;
  FlowPlace Place;
  FlowPlace End;

  bool operator==(const FlowCall &) const = default;
};

/// What there is to say of an allocation.
struct FlowAllocation {
  NodeId Node = 0;
  /// "new Point", "make_unique<Point>".
  std::string Text;
  FlowPlace End;
  /// In bytes; 0 if the size is known at run time only.
  uint64_t Size = 0;
  /// What the library allocates with it, in bytes.
  uint64_t Overhead = 0;
  /// Why it can be nowhere but on the heap, whatever happens to its address;
  /// empty if nothing forbids it.
  std::string Obstacle;
  /// Whether it is made on some ways only, for a pointer that is there on more;
  /// see ConditionalAllocations.h.
  bool IsConditional = false;

  bool operator==(const FlowAllocation &) const = default;
};

/// What a function allocates without saying so; see HiddenAllocations.h.
struct FlowHidden {
  std::string Text;
  FlowPlace Place;
  FlowPlace End;

  bool operator==(const FlowHidden &) const = default;
};

struct FlowParameter {
  NodeId Node = 0;
  FlowPlace End;
  /// Whether it is or contains a pointer: nothing else can leak.
  bool HasPointers = false;

  bool operator==(const FlowParameter &) const = default;
};

/// The address of Cell is in use while the nodes from Begin to before End are
/// made, and is to be with none but these when they are gone.
struct FlowLease {
  NodeId Cell = 0;
  NodeId Begin = 0;
  NodeId End = 0;

  bool operator==(const FlowLease &) const = default;
};

/// A variable with a node for each of its values. If a lease is broken, it is
/// one after all.
struct FlowVariable {
  NodeId Home = 0;
  std::vector<NodeId> Versions;
  std::vector<FlowLease> Leases;

  bool operator==(const FlowVariable &) const = default;
};

class FlowGraph {
public:
  explicit FlowGraph(std::string Name = "");

  /// For people: "net::Queue::push".
  std::string Name;
  FlowPlace Place;
  /// Paths of the project, by FlowPlace::File.
  std::vector<std::string> Files;
  std::vector<FlowNode> Nodes;
  std::vector<FlowEdge> Edges;
  std::vector<FlowStore> Stores;
  std::vector<FlowCall> Calls;
  /// With the object that `this` points to, first.
  std::vector<FlowParameter> Parameters;
  std::vector<FlowAllocation> Allocations;
  std::vector<FlowHidden> Hidden;
  /// Those with leases.
  std::vector<FlowVariable> Variables;

  static constexpr NodeId Unknown = 0;
  static constexpr NodeId Heap = 1;
  static constexpr NodeId Result = 2;

  NodeId add(NodeKind Kind, unsigned Index = 0);
  FlowNode &operator[](NodeId N) { return Nodes[N]; }
  const FlowNode &operator[](NodeId N) const { return Nodes[N]; }

  /// Adds the edge; Derefs above MaxDerefs are that.
  void flow(NodeId To, NodeId From, int Derefs,
            FlowReason Why = FlowReason::None, FlowPlace Place = {});
  void store(NodeId Address, NodeId Value, int Derefs,
             FlowReason Why = FlowReason::StoredThrough, FlowPlace Place = {});

  bool operator==(const FlowGraph &) const = default;
};

/// The same text for the same graph, in UTF-8. O(size).
std::string writeGraph(const FlowGraph &G);

/// What writeGraph has written; nothing if \p Text is damaged.
std::optional<FlowGraph> readGraph(llvm::StringRef Text);

} // namespace whet

#endif // WHET_ANALYSIS_FLOWGRAPH_H
