//===- WorkerProcess.h - One forked worker ----------------------*- C++ -*-===//
//
// A process that does what it is told, task after task, until its driver lets
// go of it or dies.
//
//   WorkerProcess Worker;
//   if (llvm::Error E = Worker.start(Work, Limits, {})) return E;
//   Worker.begin(Task);
//   poll(Worker.socket());
//   if (Worker.receive()) ... Worker.answer() ...
//
// Driver and worker exchange one message per task over a socket: the task's
// number, and its answer behind a head of fixed size. The driver never waits
// for the rest of a message, so a worker that stops in the middle of one stops
// nobody else.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_WORKERPROCESS_H
#define WHET_TOOLS_WHET_WORKERPROCESS_H

#include "WorkerPool.h"
#include "llvm/ADT/ArrayRef.h"
#include <sys/types.h>

namespace whet {

/// What a worker says of a task that it finished.
struct WorkerAnswer {
  std::string Text;
  double Seconds = 0;
  uint64_t PeakMemory = 0;
};

class WorkerProcess {
public:
  WorkerProcess() = default;
  ~WorkerProcess() { (void)stop(/*ByForce=*/true); }
  WorkerProcess(const WorkerProcess &) = delete;
  WorkerProcess &operator=(const WorkerProcess &) = delete;

  /// Forks the process. It closes \p Inherited, which are other workers'.
  llvm::Error start(llvm::function_ref<llvm::json::Value(size_t)> Work,
                    const WorkerLimits &Limits, llvm::ArrayRef<int> Inherited);

  bool isRunning() const { return Process > 0; }
  /// Whether it had no task before the one that it has.
  bool isFresh() const { return Begun <= 1; }

  /// Readable when something has arrived or the process has ended.
  int socket() const { return Socket; }

  void begin(size_t Task);

  enum class Arrival { Nothing, Answer, End };
  /// Takes what has arrived, without waiting.
  Arrival receive(WorkerAnswer &Answer);

  /// What the process has printed since this was last called.
  std::string takeOutput();

  /// How a process ended.
  struct Ending {
    int WaitStatus = 0;
    uint64_t PeakMemory = 0;
    std::string Output;
  };
  /// Ends the process, by itself if it is not to be \p ByForce, and waits.
  Ending stop(bool ByForce);

private:
  pid_t Process = -1;
  int Socket = -1;
  /// A file in memory that the process's stdout and stderr go to.
  int Output = -1;
  size_t Begun = 0;
  std::string Received;
};

/// Says how a process ended that was not asked to.
std::string describeEnding(const WorkerProcess::Ending &Ending,
                           const WorkerLimits &Limits);

} // namespace whet

#endif // WHET_TOOLS_WHET_WORKERPROCESS_H
