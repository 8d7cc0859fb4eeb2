//===- FlowGraphBuilder.h - The flow graph of a body ------------*- C++ -*-===//
//
// Reads a function's body, with what the compiler adds to it, into a FlowGraph:
//
//   FlowGraph G = buildFlowGraph(Function, Unit);
//
// Constructors initialise members and bases, destructors destroy them; a lambda
// is the operator() of its closure, whose captures are members; functions of
// the standard library do what EscapeModels says, or keep nothing but in their
// arguments and results, and may call any function of the types they are
// instantiated with. What is not understood leaks.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FLOWGRAPHBUILDER_H
#define WHET_ANALYSIS_FLOWGRAPHBUILDER_H

#include "whet/analysis/FlowGraph.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>

namespace whet {

/// What the graphs of a unit have in common.
class FlowUnit {
public:
  virtual ~FlowUnit();

  /// The number of \p F, whose body is in the unit; negative if it is not.
  virtual int numberOf(const clang::FunctionDecl &F) = 0;
  /// The name of \p F for all units; empty if it has none, or none is needed.
  virtual std::string keyOf(const clang::FunctionDecl &F) = 0;
  /// Where \p Loc is, with its file's number in \p G; line 0 if places are not
  /// asked for.
  virtual FlowPlace placeOf(clang::SourceLocation Loc, FlowGraph &G) = 0;
  /// Whether names and places are asked for.
  virtual bool isForPeople() const = 0;

  /// Whether a value of \p T is or contains a pointer. O(fields), once per
  /// type.
  bool hasPointers(clang::QualType T);
  /// How often a value of \p T can be looked through and still be or contain a
  /// pointer; negative if it is none itself.
  int pointerDepth(clang::QualType T);
  /// The functions of \p T's class, its fields' and its template arguments'
  /// that a library can call when it is given an object of type T.
  llvm::ArrayRef<const clang::FunctionDecl *> userFunctions(clang::QualType T);
  /// The functions that a virtual call of \p M may end in, if no other unit can
  /// derive from its class: one that has no name outside of this unit. Walks
  /// the unit once for all of them.
  std::optional<llvm::ArrayRef<const clang::CXXMethodDecl *>>
  allOverriders(const clang::CXXMethodDecl &M);

  /// Sorts functions by their keys, so that all units have them in the same
  /// order, or else by their declarations, and drops those that are twice
  /// there.
  void sortByDeclaration(std::vector<const clang::FunctionDecl *> &Functions);

private:
  bool recordHasPointers(const clang::RecordDecl &R);
  void collectUserFunctions(
      clang::QualType T,
      llvm::SmallPtrSetImpl<const clang::FunctionDecl *> &Found,
      llvm::SmallPtrSetImpl<const clang::Type *> &Visited);

  using Methods = std::vector<const clang::CXXMethodDecl *>;

  llvm::DenseMap<const clang::RecordDecl *, bool> RecordPointers;
  /// By canonical declaration, those that override one of a class without a
  /// name outside of the unit, and these themselves.
  std::optional<llvm::DenseMap<const clang::CXXMethodDecl *, Methods>>
      Overriders;
  llvm::DenseMap<const clang::Type *, std::vector<const clang::FunctionDecl *>>
      UserFunctions;
  /// Numbers of declarations, which clang searches its memory for.
  llvm::DenseMap<const clang::FunctionDecl *, int64_t> Ids;
};

struct BuiltGraph {
  FlowGraph Graph;
  /// The nodes of what expressions allocate: `new`, calls of make_unique,
  /// make_shared, malloc and their like.
  llvm::DenseMap<const clang::Expr *, NodeId> Allocations;
  llvm::DenseMap<const clang::VarDecl *, NodeId> Variables;
};

/// The graph of \p F, which has a body and is no template. O(body).
BuiltGraph buildFlowGraph(const clang::FunctionDecl &F, FlowUnit &Unit);

} // namespace whet

#endif // WHET_ANALYSIS_FLOWGRAPHBUILDER_H
