//===- GuardedState.h - What locks guard ------------------------*- C++ -*-===//
//
// Which members and globals a mutex guards, as the code's own practice says:
//
//   collectGuardedState(Context, Locks, Facts);   // one walk over the unit
//   publish(Facts);
//   F.Conditions = {anyIsGuarded(Mutex, Keys)};   // notes say where
//
// A member is guarded by a mutex of the same object if it is written outside of
// construction and destruction, and at least 80 % of its uses, in two functions
// or more, in whatever file, are under that mutex. So is a global by a global
// mutex. GUARDED_BY and PT_GUARDED_BY are believed. Functions that are only
// called under the lock are under it; those whose names say that their callers
// have it, as `flushLocked`, count for nothing.
//
// Facts are kept per member or global, "guarded-state", of classes that have a
// mutex, and of globals that are used beside locks; and per function of such
// classes, "lock-callers", with what its callers hold.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_GUARDEDSTATE_H
#define WHET_ANALYSIS_GUARDEDSTATE_H

#include "whet/analysis/LockRegions.h"
#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace whet {

/// One use of a member or a global in a function's own statements.
struct StateUse {
  const clang::ValueDecl *State = nullptr;
  const clang::Expr *Where = nullptr;
  /// The member's or global's own path; nothing for `items[i].member`.
  std::optional<AccessPath> Path;
  bool IsWrite = false;
};

/// The uses that \p S has of members of classes with a mutex, and of globals;
/// lambdas in it are left out. O(n).
std::vector<StateUse> stateUses(const clang::Stmt &S, LockModels &Models);

/// Whether \p Record, or a base of it, has a mutex as a member.
bool hasMutex(const clang::RecordDecl &Record, LockModels &Models);

/// Whether \p Mutex, a path, may guard what \p U uses: it is a member of the
/// same object, or both are global.
bool mayGuard(const AccessPath &Mutex, const StateUse &U);

/// The key of \p V in these facts, the same for all instantiations of a
/// template; nothing if it has no name that units share.
std::optional<std::string> stateKey(const clang::ValueDecl &V);

/// The key of the mutex that \p Path names.
std::optional<std::string> mutexKey(const AccessPath &Path);

/// Adds how the unit uses state. O(n) in what is not of system headers.
void collectGuardedState(clang::ASTContext &Ctx, LockModels &Models,
                         FactBase &Facts);

/// The condition that one of \p States, at least, is guarded by \p Mutex. A
/// note says by how many of its uses.
Condition anyIsGuarded(llvm::StringRef Mutex,
                       llvm::ArrayRef<std::string> States);

/// The condition that no function writes \p State, a key, once its object is
/// made.
Condition isNeverWritten(std::string State);

/// The same, of joined facts.
bool isNeverWritten(llvm::StringRef State, const FactBase &Facts);

} // namespace whet

#endif // WHET_ANALYSIS_GUARDEDSTATE_H
