//===- VariableVersions.h - What a pointer variable holds when --*- C++ -*-===//
//
// A flow graph knows no order, so one node for a variable holds all that is
// ever assigned to it. VariableVersions gives local pointers a node for each
// value, as static single assignment does, while FlowGraphBuilder walks a body
// in the order in which it runs:
//
//   p = a;  use(p);      p.1 <- a     use <- p.1
//   if (c) p = b;        p.2 <- b
//   use(p);              p.3 <- p.1, p.3 <- p.2     use <- p.3
//
// Where ways join, a variable that differs gets a node that both flow to. It is
// of the loop that surrounds the join, so what an iteration leaves in it for
// the next one outlives the iteration. A join that nobody reads is none.
//
// A variable whose address is taken is one node, its cell, for the block or the
// statement that does so, and has versions again afterwards. That is right if
// nobody has the address any more, which the solver knows: the cell is a lease
// (FlowVariable::Leases), and a lease that is broken makes all versions one.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_VARIABLEVERSIONS_H
#define WHET_ANALYSIS_VARIABLEVERSIONS_H

#include "whet/analysis/FlowGraph.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include <deque>

namespace whet {

class VariableVersions {
public:
  explicit VariableVersions(FlowGraph &G) : G(G) {}

  /// The versions at one point of a body, by variable.
  struct Point {
    std::vector<NodeId> Current;
    /// Whether nothing gets there.
    bool IsDead = false;
  };

  /// Begins with the node that \p V has where it is declared; only pointers
  /// have versions.
  void declare(const clang::VarDecl &V, NodeId Home);
  bool has(const clang::VarDecl &V) const { return Numbers.contains(&V); }
  /// Whether \p V is one node at this point.
  bool isLent(const clang::VarDecl &V) const;

  /// The node that holds the value of \p V.
  NodeId read(const clang::VarDecl &V);
  /// The node for the next value of \p V, which it has once assign is called.
  NodeId next(const clang::VarDecl &V);
  void assign(const clang::VarDecl &V, NodeId Version);
  /// Makes \p V one node from beginning to end.
  void unite(const clang::VarDecl &V);
  void uniteAll();

  /// Variables whose address \p S takes are lent until the innermost scope
  /// ends, and so are those that it assigns to within an expression, where the
  /// order is anybody's guess.
  void lend(const clang::Stmt &S);
  void openScope();
  void closeScope();

  // Ways. Depths are of loops.
  Point save() const;
  void restore(const Point &P);
  void kill() { Here.IsDead = true; }
  void join(llvm::ArrayRef<Point> Points, unsigned Depth);
  /// Joins this point with others that are not known yet, for the variables
  /// that \p Parts change, or for all.
  struct Joins {
    std::vector<std::pair<unsigned, NodeId>> Nodes;
  };
  Joins open(llvm::ArrayRef<const clang::Stmt *> Parts, unsigned Depth);
  Joins openAll(unsigned Depth);
  void add(const Joins &J, const Point &P);
  /// Until leaveTry, each value may be the last one for \p Handlers.
  void enterTry(Joins Handlers) { Tries.push_back(std::move(Handlers)); }
  void leaveTry() { Tries.pop_back(); }
  /// Makes the versions of \p J current.
  void use(const Joins &J);

  /// Declarations are in loops of this depth from now on.
  void setDepth(unsigned Depth) { LoopDepth = Depth; }

  /// Adds the flows of the joins that are read, and the variables.
  void finish();

private:
  struct Variable {
    NodeId Home = NoNode;
    /// The node while it is lent.
    NodeId Cell = NoNode;
    NodeId CellBegin = 0;
    unsigned Slot = 0;
    bool IsOne = false;
    std::vector<NodeId> Versions;
    std::vector<FlowLease> Leases;
  };
  struct Scope {
    size_t Slots = 0;
    std::vector<unsigned> Lent;
  };

  NodeId version(Variable &V, unsigned Depth);
  NodeId joinNode(Variable &V, unsigned Depth);
  void addInput(NodeId Join, NodeId Version);
  void lend(unsigned Number);
  void mayBeLast(unsigned Number, NodeId Version);
  bool isCurrent(unsigned Number) const {
    unsigned Slot = Variables[Number].Slot;
    return Slot < Slots.size() && Slots[Slot] == Number;
  }
  std::vector<unsigned> changed(llvm::ArrayRef<const clang::Stmt *> Parts);

  FlowGraph &G;
  std::deque<Variable> Variables;
  llvm::DenseMap<const clang::VarDecl *, unsigned> Numbers;
  /// Variables in scope; Here has a version for each.
  std::vector<unsigned> Slots;
  Point Here;
  std::vector<Scope> Scopes;
  std::vector<Joins> Tries;
  /// Joins by node, with what flows to them.
  std::vector<std::pair<NodeId, std::vector<NodeId>>> AllJoins;
  llvm::DenseMap<NodeId, unsigned> JoinNumbers;
  std::vector<bool> IsRead;
  unsigned LoopDepth = 0;
  bool IsAllOne = false;
};

} // namespace whet

#endif // WHET_ANALYSIS_VARIABLEVERSIONS_H
