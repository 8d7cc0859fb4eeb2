//===- ThreadLibrary.h - Atomics, locks and threads of libraries -*- C++
//-*-===//
//
// What code says about threads in the words of a library:
//
//   std::atomic<int> Count;                    // isAtomic
//   std::mutex Mutex;                          // isLock
//   std::lock_guard Guard(Mutex);              // lockTakenBy -> Mutex
//   std::thread T([this] { run(); });          // startedCallable -> the lambda
//   std::sort(B, E, [](int A, int B) { .. });  // callsAtOnce
//
// A lock is what can be locked and unlocked, whoever wrote it; atomics and
// threads are those that ThreadLibrary.inc lists.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_THREADLIBRARY_H
#define WHET_ANALYSIS_THREADLIBRARY_H

#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include <optional>

namespace whet {

/// The type of what an atomic of type \p T holds; nothing for other types.
std::optional<clang::QualType> atomicValue(clang::QualType T);

/// Whether objects of type \p T can be locked and unlocked, and own no other
/// lock.
bool isLock(clang::QualType T);

/// The bytes of a lock of \p Size that taking it writes, from its beginning.
uint64_t bytesWrittenByLocking(uint64_t Size);

/// The expression that denotes the lock that \p Guard takes where it is
/// declared and holds to the end of its scope; null if it is no such guard.
const clang::Expr *lockTakenBy(const clang::VarDecl &Guard);

/// The lock that \p Call takes: `M.lock()`, `pthread_mutex_lock(&M)`; null if
/// it takes none.
const clang::Expr *lockTakenBy(const clang::CallExpr &Call);

/// What \p E, a construction or a call, starts on a thread of its own, without
/// conversions: a lambda, a function, a pointer to a member. Null if it starts
/// nothing.
const clang::Expr *startedCallable(const clang::Expr &E);

/// The function that \p Callable denotes; null if it is not known.
const clang::FunctionDecl *functionOf(const clang::Expr &Callable);

/// Whether \p Callee calls what it is given before it returns.
bool callsAtOnce(const clang::FunctionDecl &Callee);

} // namespace whet

#endif // WHET_ANALYSIS_THREADLIBRARY_H
