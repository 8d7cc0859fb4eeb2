//===- LockRegions.h - Where locks are held ---------------------*- C++ -*-===//
//
// Which locks a function holds at each of its statements, by forward dataflow
// on clang's CFG with the destructors of guards:
//
//   if (LockRegions::mentionsLocks(F, Models)) {
//     LockRegions Regions(F, Models);
//     for (const HeldLock *L : Regions.heldAt(Call)) ... L->name() ...
//   }
//
// A lock is held at a statement if it is on all paths to it. What may be held,
// or is lent to somebody who may release it, is not: there the analysis is
// silent. Functions that thread safety attributes say need a lock hold it.
// Bodies of lambdas are functions of their own. Coroutines, which are resumed
// with who knows what held, are left out.
//
// Building costs O(statements * locks) and a CFG; queries are O(1).
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LOCKREGIONS_H
#define WHET_ANALYSIS_LOCKREGIONS_H

#include "whet/analysis/LockModels.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>
#include <string>
#include <vector>

namespace clang {
class CFG;
} // namespace clang

namespace whet {

/// One guard, or one mutex that is locked by hand.
struct HeldLock {
  /// The mutexes as they are written; empty for one that only an attribute
  /// names.
  llvm::SmallVector<const clang::Expr *, 2> Mutexes;
  /// What these name. Fewer, if some have no name, as `shards[i].mu`.
  llvm::SmallVector<AccessPath, 2> Paths;
  /// The guard; null if there is none.
  const clang::VarDecl *Guard = nullptr;
  /// The guard's name, the calls that lock, or the function that needs it; in
  /// source order, at least one.
  llvm::SmallVector<clang::SourceLocation, 1> Acquired;
  LockMode Mode = LockMode::Exclusive;
  /// The caller locks it: an attribute says so.
  bool IsCallers = false;

  /// "'mu_'", "'a' and 'b'": for messages.
  std::string name() const;

  /// The last place before \p Loc where it is taken, or else the first.
  clang::SourceLocation acquiredBefore(clang::SourceLocation Loc,
                                       const clang::SourceManager &SM) const;
};

class LockRegions {
public:
  LockRegions(const clang::FunctionDecl &F, LockModels &Models);
  ~LockRegions();

  /// Whether the body of \p F has to do with locks. One walk over it.
  static bool mentionsLocks(const clang::FunctionDecl &F, LockModels &Models);

  /// The locks that are held when \p S is executed, its operands having been;
  /// none if nothing leads to it.
  llvm::SmallVector<const HeldLock *, 2> heldAt(const clang::Stmt &S) const;

  /// Whether, at \p S, a lock that the function did not take may be released:
  /// its caller's.
  bool mayBeReleasedAt(const clang::Stmt &S) const;

  /// The lock that \p Guard is; null if it is none.
  const HeldLock *lockOf(const clang::VarDecl &Guard) const;

  /// The lock that \p C is about; null if it is none of this function's.
  const HeldLock *find(const LockCall &C) const;

  /// All that the function takes or needs, in the order of the walk.
  const std::vector<std::unique_ptr<HeldLock>> &locks() const { return Locks; }

private:
  friend class LockDataflow;

  /// What is known of one lock at one place.
  enum class State : unsigned char {
    /// As on entry: the caller's business.
    Entry,
    Held,
    Free,
    /// Was the caller's, and is unlocked.
    Released,
    Maybe
  };
  using States = std::vector<State>;

  const States *statesAt(const clang::Stmt &S) const;

  std::vector<std::unique_ptr<HeldLock>> Locks;
  llvm::DenseMap<const clang::VarDecl *, unsigned> Guards;
  llvm::DenseMap<const clang::Stmt *, unsigned> StatesOf;
  std::vector<States> Known;
};

} // namespace whet

#endif // WHET_ANALYSIS_LOCKREGIONS_H
