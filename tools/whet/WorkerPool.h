//===- WorkerPool.h - Translation units on worker processes -----*- C++ -*-===//
//
// Analyses translation units on several processes, each of which takes many,
// one after the other. A unit that crashes clang, takes too long or eats memory
// costs that unit only: it is named, and another process takes the next one.
// Workers end with their driver, however it ends.
//
// A task that ends its worker runs once more, on a fresh one, unless its worker
// was fresh or its time was up: what earlier tasks left behind is not held
// against it, so its result does not depend on which worker it met.
//
// Workers are forked from the driver, which therefore must have one thread, and
// exchange one message per unit with it over a socket: the unit's number, and
// its report as JSON behind a head of fixed size.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_WORKERPOOL_H
#define WHET_TOOLS_WHET_WORKERPOOL_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <string>

namespace whet {

/// How much one unit may take. Time in which the whole run was stopped does not
/// count, and neither does what the driver holds.
struct WorkerLimits {
  /// Wall time; a parse that takes ten minutes does not end.
  unsigned Seconds = 600;
  /// Of writable memory, per worker. Large units need about 1 GiB.
  unsigned MebiBytes = 4096;
};

/// What became of one task.
struct TaskResult {
  size_t Task = 0;
  /// What the worker returned; null if it crashed.
  llvm::json::Value Value = nullptr;
  /// Why there is no value, such as "crashed (signal 11)".
  std::string Failure;
  double Seconds = 0;
  /// The most memory that was resident at once, in bytes.
  uint64_t PeakMemory = 0;
};

/// What the driver does while workers work.
struct PoolCallbacks {
  /// Called as each task ends, in no particular order.
  llvm::function_ref<void(TaskResult)> Done;
  /// Called about once a second between.
  llvm::function_ref<void()> Idle = nullptr;
};

/// Runs \p Work for every number below \p Tasks on \p Workers processes. An
/// error means that no process could be started, or that the run was
/// interrupted; all workers are gone then. What workers print goes to stderr
/// when their task is done; of a task that crashes, one line goes into its
/// reason.
llvm::Error
runOnWorkers(size_t Tasks, unsigned Workers, WorkerLimits Limits,
             llvm::function_ref<llvm::json::Value(size_t Task)> Work,
             PoolCallbacks Callbacks);

} // namespace whet

#endif // WHET_TOOLS_WHET_WORKERPOOL_H
