//===- WorkerPool.h - Translation units on worker processes -----*- C++ -*-===//
//
// Analyses translation units on several processes, each of which takes many,
// one after the other. A unit that crashes clang costs that unit only: it is
// named, and another process takes the next one. Workers end with their driver,
// however it ends.
//
// Workers are forked from the driver, which therefore must have one thread, and
// exchange one message per unit with it over a socket: the unit's number, and
// its report as JSON behind four bytes of length.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_WORKERPOOL_H
#define WHET_TOOLS_WHET_WORKERPOOL_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <string>

namespace whet {

/// What became of one task.
struct TaskResult {
  size_t Task = 0;
  /// What the worker returned; null if it crashed.
  llvm::json::Value Value = nullptr;
  /// Why there is no value, such as "crashed (signal 11)".
  std::string Failure;
};

/// Runs \p Work for every number below \p Tasks on \p Workers processes, and
/// \p Done in this process as each ends, in no particular order. \p Idle is
/// called from time to time between. An error means that no process could be
/// started, or that the run was interrupted.
llvm::Error
runOnWorkers(size_t Tasks, unsigned Workers,
             llvm::function_ref<llvm::json::Value(size_t Task)> Work,
             llvm::function_ref<void(TaskResult)> Done);

} // namespace whet

#endif // WHET_TOOLS_WHET_WORKERPOOL_H
