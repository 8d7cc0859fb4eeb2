//===- LockModels.h - What libraries' locks do ------------------*- C++ -*-===//
//
// Knowledge about mutexes, guards and condition variables of std, POSIX, C11,
// absl, boost, Qt and others, as data (lib/analysis/LockModels.inc), and about
// those that say what they are with thread safety attributes:
//
//   LockModels Models;
//   if (Models.guardMode(*Var->getType()->getAsCXXRecordDecl())) ...
//   for (const LockCall &C : Models.calls(*Call)) ... C.Op, C.Lock ...
//
// A class of the project is a mutex if its name says so and it has members that
// lock and unlock, and a guard if one of its constructors locks what it is
// given and its destructor unlocks. Lookups are cached by declaration.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LOCKMODELS_H
#define WHET_ANALYSIS_LOCKMODELS_H

#include "whet/analysis/AccessPath.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>
#include <string>

namespace whet {

enum class LockMode { Exclusive, Shared };

enum class LockOp {
  Acquire,
  /// The result says whether it is held now.
  Try,
  Release,
  /// Gives it away, held or not: unique_lock::release, a swap.
  Forget,
  /// Releases it while waiting, and has it again afterwards.
  Wait,
  /// Asks whether it is held.
  Ask
};

/// One thing that a call does to a lock.
struct LockCall {
  LockOp Op;
  LockMode Mode = LockMode::Exclusive;
  /// The mutex or guard; null if only Path is known.
  const clang::Expr *Lock = nullptr;
  /// What Lock names; nothing for `shards[i].mu`.
  std::optional<AccessPath> Path = std::nullopt;
  /// Of Try: the result is 0 if it is held.
  bool ZeroIsHeld = false;
};

class LockModels {
public:
  LockModels();

  /// How a guard of type \p Record holds its mutex; nothing if it is no guard.
  std::optional<LockMode> guardMode(const clang::CXXRecordDecl &Record);
  std::optional<LockMode> guardMode(clang::QualType T);

  /// Whether \p T, or what it refers or points to, is a mutex.
  bool isMutex(clang::QualType T);

  /// Whether \p T is a condition variable.
  bool isConditionVariable(clang::QualType T);

  /// What \p Call does to locks; empty for most calls. O(arguments).
  llvm::SmallVector<LockCall, 1> calls(const clang::CallExpr &Call);

private:
  enum class LockClass { None, Mutex, Guard, SharedGuard, ConditionVariable };

  LockClass classOf(const clang::CXXRecordDecl &Record);
  LockClass lookUp(const clang::CXXRecordDecl &Record);
  bool locksInConstructor(const clang::CXXRecordDecl &Record);
  void memberCalls(const clang::CXXMemberCallExpr &Call,
                   llvm::SmallVectorImpl<LockCall> &Result);
  void functionCalls(const clang::CallExpr &Call,
                     const clang::FunctionDecl &Callee,
                     llvm::SmallVectorImpl<LockCall> &Result);
  void annotatedCalls(const clang::CallExpr &Call,
                      const clang::FunctionDecl &Callee,
                      llvm::SmallVectorImpl<LockCall> &Result);

  llvm::DenseMap<const clang::Decl *, LockClass> Classes;
};

/// The mutex that \p E denotes or points to: `mu_`, `*mu_` for `&*mu_`.
std::optional<AccessPath> mutexPath(const clang::Expr &E);

/// Whether \p F, as pthread_mutex_init does, makes or ends the lock that its
/// first argument points to.
bool makesLock(const clang::FunctionDecl &F);

/// The path that an attribute of \p Callee names, as \p Call sees it.
std::optional<AccessPath> annotatedPath(const clang::Expr &Argument,
                                        const clang::FunctionDecl &Callee,
                                        const clang::CallExpr &Call);

} // namespace whet

#endif // WHET_ANALYSIS_LOCKMODELS_H
