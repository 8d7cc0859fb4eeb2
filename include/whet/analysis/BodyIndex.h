//===- BodyIndex.h - One function body, walked once -------------*- C++ -*-===//
//
// What analyses ask again and again of a function's body, from one walk over
// it: who is whose parent, which loop is around a statement, whether a loop may
// be left early, and how each piece of named storage (AccessPath) is used.
//
//   BodyIndex Index(Function, Models);
//   for (const Use &U : Index.uses(Path))
//     if (Index.contains(*Loop.Statement, *U.Where) && U.Kind != Use::Read) ...
//
// The bodies of lambdas belong to the function they are written in, marked as
// such: a use in one happens at an unknown time, and its loops are not loops of
// the function. Building is O(n) in the number of statements; the queries are
// O(1) or linear in the uses of one variable.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_BODYINDEX_H
#define WHET_ANALYSIS_BODYINDEX_H

#include "whet/analysis/AccessPath.h"
#include "whet/analysis/ContainerModels.h"
#include "clang/AST/Stmt.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseMap.h"
#include <deque>

namespace whet {

/// A loop statement of the function.
struct Loop {
  const clang::Stmt *Statement = nullptr;
  const clang::Stmt *Body = nullptr;
  /// The loop around it, in the same function; null if none.
  const Loop *Outer = nullptr;
  /// Whether break, return, throw, goto or a suspension may end it before its
  /// condition does.
  bool MayLeaveEarly = false;
  /// Its first `continue`; null if it has none.
  const clang::Stmt *FirstContinue = nullptr;
};

/// One place where named storage is used.
struct Use {
  enum UseKind {
    /// The value is read, or handed on as const.
    Read,
    /// Assigned, incremented, decremented.
    Write,
    /// A member call with a known effect on a container.
    Member,
    /// Handed to a call that may change it during the call.
    Lent,
    /// Bound to a reference, pointer or closure that may change it later.
    Aliased
  };

  AccessPath Path;
  UseKind Kind = Read;
  bool InLambda = false;
  /// The expression that denotes the path.
  const clang::Expr *Where = nullptr;
  /// The call, for Member and Lent.
  const clang::Expr *Call = nullptr;
  const clang::CXXMethodDecl *Method = nullptr;
  /// For Member.
  const ContainerModel *Model = nullptr;
  ContainerEffect Effect = ContainerEffect::Unknown;
  GrowthAmount Growth;

  bool grows() const {
    return Kind == Member && Effect == ContainerEffect::Grows;
  }
  /// Whether it adds elements, however many.
  bool addsElements() const {
    return Kind == Member && (Effect == ContainerEffect::Grows ||
                              Effect == ContainerEffect::GrowsUnknown);
  }
  bool isHarmless() const {
    return Kind == Read || (Kind == Member && Effect == ContainerEffect::None);
  }
};

class BodyIndex {
public:
  /// Indexes the body (and, of a constructor, the initialisers) of \p F.
  BodyIndex(const clang::FunctionDecl &F, ContainerModels &Models);

  const clang::FunctionDecl &function() const { return F; }
  clang::ASTContext &context() const { return F.getASTContext(); }
  ContainerModels &models() const { return Models; }

  /// Null for the body itself and for statements outside of it.
  const clang::Stmt *parent(const clang::Stmt &S) const;
  /// The nearest ancestor that is not a parenthesis or an implicit node.
  bool contains(const clang::Stmt &Outer, const clang::Stmt &Inner) const;
  /// Position in source order of execution-free traversal; 0 if unknown.
  unsigned position(const clang::Stmt &S) const;

  /// The innermost loop whose body, condition or increment contains \p S; null
  /// if none, or if \p S is in a lambda's body.
  const Loop *enclosingLoop(const clang::Stmt &S) const;
  const std::deque<Loop> &loops() const { return Loops; }
  /// Null if \p S is no loop of this function.
  const Loop *loop(const clang::Stmt &S) const;

  /// All uses that may touch what \p Path names, in source order: uses filed
  /// under the same key. Uses of `*this` as a whole are in usesOfThis().
  llvm::ArrayRef<Use> uses(const AccessPath &Path) const;
  /// Uses of `*this` as a whole: calls of other members, `this` handed on.
  llvm::ArrayRef<Use> usesOfThis() const { return ThisUses; }
  /// All uses that grow a container, in source order.
  llvm::ArrayRef<const Use *> growths() const { return Growths; }
  /// All calls that are not of a lambda's body, in source order.
  llvm::ArrayRef<const clang::CallExpr *> calls() const { return Calls; }

  /// Where a local variable is declared; null if it is not a local.
  const clang::DeclStmt *declaration(const clang::ValueDecl &D) const;

  /// Whether a `goto` or a label makes source order say little about order of
  /// execution.
  bool hasGoto() const { return HasGoto; }

private:
  struct Span {
    unsigned Begin = 0;
    unsigned End = 0;
    const clang::Stmt *Parent = nullptr;
    const Loop *In = nullptr;
  };

  void walk(const clang::Stmt *S, const clang::Stmt *Parent);
  void walkChildren(const clang::Stmt &S);
  void enterLoop(const clang::Stmt &S, const clang::Stmt *Body);
  void noteJump(const clang::Stmt &S);
  void noteUse(const clang::Expr &E);
  void fileUse(Use U);
  void collectGrowths();

  const clang::FunctionDecl &F;
  ContainerModels &Models;
  llvm::DenseMap<const clang::Stmt *, Span> Spans;
  std::deque<Loop> Loops;
  llvm::DenseMap<const clang::Stmt *, Loop *> LoopOf;
  llvm::DenseMap<const clang::ValueDecl *, std::vector<Use>> Uses;
  std::vector<Use> ThisUses;
  std::vector<const Use *> Growths;
  std::vector<const clang::CallExpr *> Calls;
  llvm::DenseMap<const clang::ValueDecl *, const clang::DeclStmt *> Locals;
  // State of the walk.
  llvm::SmallVector<Loop *, 4> LoopStack;
  llvm::SmallVector<const clang::Stmt *, 4> BreakTargets;
  std::vector<const clang::Expr *> PathExprs;
  unsigned Next = 1;
  unsigned LambdaDepth = 0;
  bool HasGoto = false;
};

} // namespace whet

#endif // WHET_ANALYSIS_BODYINDEX_H
