#include "whet/analysis/FlowGraph.h"

using namespace whet;
namespace json = llvm::json;

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

// --- JSON
// -----------------------------------------------------------------------
//
// Arrays, in the order of the members, for there are many.

static void write(json::Array &A, const FlowPlace &P) {
  A.push_back(P.File);
  A.push_back(P.Line);
  A.push_back(P.Column);
}

namespace {
/// Reads an array one element after the other.
class ArrayReader {
public:
  ArrayReader(const json::Value &V, json::Path P)
      : All(V.getAsArray()), P(P), IsGood(All) {}

  template <typename T> ArrayReader &operator>>(T &Out) {
    if (IsGood && Next < All->size() &&
        fromJSON((*All)[Next], Out, P.index(Next)))
      ++Next;
    else
      IsGood = false;
    return *this;
  }
  template <typename T>
    requires std::is_enum_v<T>
  ArrayReader &operator>>(T &Out) {
    unsigned Number = 0;
    *this >> Number;
    Out = static_cast<T>(Number);
    return *this;
  }
  ArrayReader &operator>>(FlowPlace &Out) {
    return *this >> Out.File >> Out.Line >> Out.Column;
  }

  bool isGood() {
    if (!IsGood)
      P.report("expected a part of a flow graph");
    return IsGood;
  }

private:
  const json::Array *All;
  json::Path P;
  unsigned Next = 0;
  bool IsGood;
};
} // namespace

namespace whet {
static json::Value toJSON(const FlowNode &N) {
  json::Array A{static_cast<unsigned>(N.Kind), N.Index, N.LoopDepth, N.Name};
  write(A, N.Place);
  A.push_back(N.Of);
  return A;
}

static json::Value toJSON(const FlowEdge &E) {
  json::Array A{E.To, E.From, E.Derefs, static_cast<unsigned>(E.Why)};
  write(A, E.Place);
  A.push_back(E.Callee);
  return A;
}

static json::Value toJSON(const FlowStore &S) {
  json::Array A{S.Address, S.Value, S.Derefs, static_cast<unsigned>(S.Why)};
  write(A, S.Place);
  A.push_back(S.Callee);
  return A;
}

static json::Value toJSON(const FlowArgument &Argument) {
  return json::Array{Argument.Node, static_cast<unsigned>(Argument.Promise),
                     Argument.Depth};
}

template <typename T> static json::Array arrayOf(const std::vector<T> &All) {
  json::Array A;
  A.reserve(All.size());
  for (const T &Element : All)
    A.push_back(toJSON(Element));
  return A;
}

static json::Value toJSON(const FlowCall &C) {
  json::Array A{C.Key,    C.Callee, arrayOf(C.Arguments),
                C.Result, C.Slot,   static_cast<unsigned>(C.Why)};
  write(A, C.Place);
  write(A, C.End);
  return A;
}

static json::Value toJSON(const FlowParameter &P) {
  json::Array A{P.Node, P.HasPointers};
  write(A, P.End);
  return A;
}

static json::Value toJSON(const FlowAllocation &Allocation) {
  json::Array A{Allocation.Node, Allocation.Text, Allocation.Size,
                Allocation.Overhead, Allocation.Obstacle};
  write(A, Allocation.End);
  return A;
}

static json::Value toJSON(const FlowHidden &H) {
  json::Array A{H.Text};
  write(A, H.Place);
  write(A, H.End);
  return A;
}

static json::Value toJSON(const FlowLease &L) {
  return json::Array{L.Cell, L.Begin, L.End};
}

static json::Value toJSON(const FlowVariable &V) {
  return json::Array{V.Home, V.Versions, arrayOf(V.Leases)};
}

static bool fromJSON(const json::Value &V, FlowLease &L, json::Path P) {
  return (ArrayReader(V, P) >> L.Cell >> L.Begin >> L.End).isGood();
}

static bool fromJSON(const json::Value &V, FlowVariable &Variable,
                     json::Path P) {
  return (ArrayReader(V, P) >> Variable.Home >> Variable.Versions >>
          Variable.Leases)
      .isGood();
}

static bool fromJSON(const json::Value &V, FlowNode &N, json::Path P) {
  return (ArrayReader(V, P) >> N.Kind >> N.Index >> N.LoopDepth >> N.Name >>
          N.Place >> N.Of)
      .isGood();
}

static bool fromJSON(const json::Value &V, FlowEdge &E, json::Path P) {
  return (ArrayReader(V, P) >> E.To >> E.From >> E.Derefs >> E.Why >> E.Place >>
          E.Callee)
      .isGood();
}

static bool fromJSON(const json::Value &V, FlowStore &S, json::Path P) {
  return (ArrayReader(V, P) >> S.Address >> S.Value >> S.Derefs >> S.Why >>
          S.Place >> S.Callee)
      .isGood();
}

static bool fromJSON(const json::Value &V, FlowArgument &A, json::Path P) {
  return (ArrayReader(V, P) >> A.Node >> A.Promise >> A.Depth).isGood();
}

static bool fromJSON(const json::Value &V, FlowCall &C, json::Path P) {
  return (ArrayReader(V, P) >> C.Key >> C.Callee >> C.Arguments >> C.Result >>
          C.Slot >> C.Why >> C.Place >> C.End)
      .isGood();
}

static bool fromJSON(const json::Value &V, FlowParameter &Parameter,
                     json::Path P) {
  return (ArrayReader(V, P) >> Parameter.Node >> Parameter.HasPointers >>
          Parameter.End)
      .isGood();
}

static bool fromJSON(const json::Value &V, FlowAllocation &A, json::Path P) {
  return (ArrayReader(V, P) >> A.Node >> A.Text >> A.Size >> A.Overhead >>
          A.Obstacle >> A.End)
      .isGood();
}

static bool fromJSON(const json::Value &V, FlowHidden &H, json::Path P) {
  return (ArrayReader(V, P) >> H.Text >> H.Place >> H.End).isGood();
}
} // namespace whet

json::Value whet::toJSON(const FlowGraph &G) {
  json::Array Place;
  write(Place, G.Place);
  return json::Object{{"name", G.Name},
                      {"place", std::move(Place)},
                      {"files", G.Files},
                      {"nodes", arrayOf(G.Nodes)},
                      {"edges", arrayOf(G.Edges)},
                      {"stores", arrayOf(G.Stores)},
                      {"calls", arrayOf(G.Calls)},
                      {"parameters", arrayOf(G.Parameters)},
                      {"allocations", arrayOf(G.Allocations)},
                      {"hidden", arrayOf(G.Hidden)},
                      {"variables", arrayOf(G.Variables)}};
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

bool whet::fromJSON(const json::Value &V, FlowGraph &G, json::Path P) {
  json::ObjectMapper O(V, P);
  if (!O || !O.map("name", G.Name) || !O.map("files", G.Files) ||
      !O.map("nodes", G.Nodes) || !O.map("edges", G.Edges) ||
      !O.map("stores", G.Stores) || !O.map("calls", G.Calls) ||
      !O.map("parameters", G.Parameters) ||
      !O.map("allocations", G.Allocations) || !O.map("hidden", G.Hidden) ||
      !O.map("variables", G.Variables))
    return false;
  const json::Value *Place = V.getAsObject()->get("place");
  if (!Place || !(ArrayReader(*Place, P) >> G.Place).isGood())
    return false;
  if (isConsistent(G))
    return true;
  P.report("expected a flow graph whose edges are between its nodes");
  return false;
}
