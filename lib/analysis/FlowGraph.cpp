#include "whet/analysis/FlowGraph.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include <concepts>

using namespace whet;

llvm::StringRef whet::reasonName(FlowReason R) {
  switch (R) {
  case FlowReason::None:
    return "";
  case FlowReason::Assigned:
    return "assigned";
  case FlowReason::Initialised:
    return "initialised";
  case FlowReason::Returned:
    return "returned";
  case FlowReason::AddressTaken:
    return "address taken";
  case FlowReason::ReferenceBound:
    return "reference bound";
  case FlowReason::Captured:
    return "captured by a lambda";
  case FlowReason::PassedTo:
    return "call parameter";
  case FlowReason::ResultOf:
    return "call result";
  case FlowReason::StoredThrough:
    return "stored through a pointer";
  case FlowReason::StoredInGlobal:
    return "stored in a global";
  case FlowReason::Thrown:
    return "thrown";
  case FlowReason::UnknownCall:
    return "passed to a function whose body is not known";
  case FlowReason::VirtualCall:
    return "passed to a virtual function";
  case FlowReason::IndirectCall:
    return "passed to a function that is called through a pointer";
  case FlowReason::Variadic:
    return "passed for ...";
  case FlowReason::ConvertedToInteger:
    return "converted to an integer";
  case FlowReason::Assembler:
    return "used by assembler";
  case FlowReason::NotUnderstood:
    return "used in a way that is not understood";
  case FlowReason::OutlivesIteration:
    return "outlives its iteration";
  case FlowReason::Destroyed:
    return "destroyed";
  }
  llvm_unreachable("unknown reason");
}

FlowGraph::FlowGraph(std::string Name) : Name(std::move(Name)) {
  add(NodeKind::Unknown);
  add(NodeKind::Heap);
  add(NodeKind::Result);
}

NodeId FlowGraph::add(NodeKind Kind, unsigned Index) {
  FlowNode N;
  N.Kind = Kind;
  N.Index = Index;
  Nodes.push_back(std::move(N));
  return Nodes.size() - 1;
}

void FlowGraph::flow(NodeId To, NodeId From, int Derefs, FlowReason Why,
                     FlowPlace Place) {
  Edges.push_back({To, From, std::min(Derefs, MaxDerefs), Why, Place, ""});
}

void FlowGraph::store(NodeId Address, NodeId Value, int Derefs, FlowReason Why,
                      FlowPlace Place) {
  Stores.push_back(
      {Address, Value, std::min(Derefs, MaxDerefs), Why, Place, ""});
}

// --- As text
// -----------------------------------------------------------------------
//
// Numbers and strings, one after the other, in the order of the members; there
// are many graphs, and most units that include a header have the same ones.

template <typename T, typename U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

namespace whet {
static void members(auto &Each, Is<FlowPlace> auto &P) {
  Each(P.File, P.Line, P.Column);
}
static void members(auto &Each, Is<FlowNode> auto &N) {
  Each(N.Kind, N.Index, N.LoopDepth, N.Name, N.Place, N.Of);
}
static void members(auto &Each, Is<FlowEdge> auto &E) {
  Each(E.To, E.From, E.Derefs, E.Why, E.Place, E.Callee);
}
static void members(auto &Each, Is<FlowStore> auto &S) {
  Each(S.Address, S.Value, S.Derefs, S.Why, S.Place, S.Callee);
}
static void members(auto &Each, Is<FlowArgument> auto &A) {
  Each(A.Node, A.Promise, A.Depth);
}
// Without the number that the callee has in its unit.
static void members(auto &Each, Is<FlowCall> auto &C) {
  Each(C.Key, C.Callee, C.Arguments, C.Result, C.Slot, C.Why, C.Place, C.End);
}
static void members(auto &Each, Is<FlowParameter> auto &P) {
  Each(P.Node, P.HasPointers, P.End);
}
static void members(auto &Each, Is<FlowAllocation> auto &A) {
  Each(A.Node, A.Text, A.Size, A.Overhead, A.Obstacle, A.IsConditional, A.End);
}
static void members(auto &Each, Is<FlowHidden> auto &H) {
  Each(H.Text, H.Place, H.End);
}
static void members(auto &Each, Is<FlowLease> auto &L) {
  Each(L.Cell, L.Begin, L.End);
}
static void members(auto &Each, Is<FlowVariable> auto &V) {
  Each(V.Home, V.Versions, V.Leases);
}
static void members(auto &Each, Is<FlowGraph> auto &G) {
  Each(G.Name, G.Place, G.Files, G.Nodes, G.Edges, G.Stores, G.Calls,
       G.Parameters, G.Allocations, G.Hidden, G.Variables);
}
} // namespace whet

namespace {
/// "12 -1 4:text ": NoNode is -1, a string is preceded by its length, a list by
/// the number of its elements.
class GraphWriter {
public:
  std::string Text;

  template <typename... Ts> void operator()(const Ts &...Values) {
    (write(Values), ...);
  }

private:
  template <typename T> void write(const T &Value) {
    if constexpr (std::is_enum_v<T>)
      write(static_cast<unsigned>(Value));
    else if constexpr (std::is_same_v<T, unsigned>)
      append(static_cast<int>(Value));
    else if constexpr (std::is_integral_v<T>)
      append(Value);
    else
      members(*this, Value);
  }
  template <typename T> void write(const std::vector<T> &All) {
    append(All.size());
    for (const T &Element : All)
      write(Element);
  }
  // JSON has no other texts than those of UTF-8.
  void write(const std::string &Value) {
    std::string Valid = llvm::json::fixUTF8(Value);
    Text += std::to_string(Valid.size()) + ':' + Valid + ' ';
  }
  void append(auto Number) { Text += std::to_string(Number) + ' '; }
};

/// Reads what GraphWriter writes.
class GraphReader {
public:
  explicit GraphReader(llvm::StringRef Text) : Rest(Text) {}

  template <typename... Ts> void operator()(Ts &...Values) {
    (read(Values), ...);
  }

  /// Whether all was as expected, and nothing is left.
  bool isGood() const { return IsGood && Rest.empty(); }

private:
  template <typename T> void read(T &Value) {
    if constexpr (std::is_enum_v<T>) {
      unsigned Number = 0;
      read(Number);
      Value = static_cast<T>(Number);
    } else if constexpr (std::is_same_v<T, unsigned>) {
      Value = static_cast<unsigned>(number<int>(' '));
    } else if constexpr (std::is_same_v<T, bool>) {
      Value = number<unsigned>(' ') != 0;
    } else if constexpr (std::is_integral_v<T>) {
      Value = number<T>(' ');
    } else {
      members(*this, Value);
    }
  }
  template <typename T> void read(std::vector<T> &All) {
    auto Count = number<size_t>(' ');
    // Each takes two characters at least.
    IsGood &= Count <= Rest.size() / 2;
    if (!IsGood)
      return;
    All.resize(Count);
    for (T &Element : All)
      read(Element);
  }
  void read(std::string &Value) {
    auto Size = number<size_t>(':');
    IsGood &= Size < Rest.size() && Rest[Size] == ' ';
    if (!IsGood)
      return;
    Value = Rest.take_front(Size).str();
    Rest = Rest.drop_front(Size + 1);
  }
  template <typename T> T number(char End) {
    T Value = 0;
    IsGood = IsGood && !Rest.consumeInteger(10, Value) && !Rest.empty() &&
             Rest.front() == End;
    if (!IsGood)
      return 0;
    Rest = Rest.drop_front();
    return Value;
  }

  llvm::StringRef Rest;
  bool IsGood = true;
};
} // namespace

std::string whet::writeGraph(const FlowGraph &G) {
  GraphWriter Writer;
  Writer(G);
  return std::move(Writer.Text);
}

// Whether all that G says is of nodes that it has.
static bool isConsistent(const FlowGraph &G) {
  size_t Count = G.Nodes.size();
  auto Has = [&](NodeId N) { return N < Count; };
  auto HasOrNone = [&](NodeId N) { return N < Count || N == NoNode; };
  auto IsDerefs = [](int D) { return D >= -1 && D <= MaxDerefs; };
  return Count > FlowGraph::Result &&
         llvm::all_of(G.Nodes,
                      [&](const FlowNode &N) {
                        return N.Kind <= NodeKind::Allocation &&
                               HasOrNone(N.Of) &&
                               (N.Index == 0 || N.Index < G.Parameters.size());
                      }) &&
         llvm::all_of(G.Edges,
                      [&](const FlowEdge &E) {
                        return Has(E.To) && Has(E.From) && IsDerefs(E.Derefs);
                      }) &&
         llvm::all_of(G.Stores,
                      [&](const FlowStore &S) {
                        return Has(S.Address) && Has(S.Value) &&
                               IsDerefs(S.Derefs);
                      }) &&
         llvm::all_of(G.Calls,
                      [&](const FlowCall &C) {
                        return HasOrNone(C.Result) && HasOrNone(C.Slot) &&
                               llvm::all_of(C.Arguments,
                                            [&](const FlowArgument &A) {
                                              return HasOrNone(A.Node);
                                            });
                      }) &&
         llvm::all_of(G.Parameters,
                      [&](const FlowParameter &P) { return Has(P.Node); }) &&
         llvm::all_of(G.Allocations,
                      [&](const FlowAllocation &A) { return Has(A.Node); }) &&
         llvm::all_of(G.Variables, [&](const FlowVariable &V) {
           return Has(V.Home) && llvm::all_of(V.Versions, Has) &&
                  llvm::all_of(V.Leases,
                               [&](const FlowLease &L) { return Has(L.Cell); });
         });
}

std::optional<FlowGraph> whet::readGraph(llvm::StringRef Text) {
  std::optional<FlowGraph> G(std::in_place);
  GraphReader Reader(Text);
  Reader(*G);
  if (!Reader.isGood() || !isConsistent(*G))
    return std::nullopt;
  return G;
}
