#include "WorkerPool.h"
#include "Signals.h"
#include "WorkerProcess.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <cmath>
#include <cstring>
#include <optional>
#include <poll.h>
#include <vector>

using namespace whet;

namespace {
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// A worker and what it is at.
struct Slot {
  WorkerProcess Worker;
  std::optional<size_t> Task;
  Clock::time_point Begun;
};

/// One call of runOnWorkers.
class Run {
public:
  Run(size_t Tasks, unsigned Workers, WorkerLimits Limits,
      llvm::function_ref<llvm::json::Value(size_t)> Work,
      llvm::function_ref<void(TaskResult)> Done)
      : Tasks(Tasks), Limits(Limits), Work(Work), Done(Done),
        Slots(std::min<size_t>(std::max(1U, Workers), Tasks)) {}

  bool isFinished() const { return Finished == Tasks; }
  /// Gives every worker a task, as long as there are any.
  llvm::Error assign();
  /// Waits for news, but not for long.
  llvm::Error wait();
  /// Returns whether any task is finished.
  bool takeAnswers();
  void endOverdue();

private:
  llvm::Error start(Slot &S);
  std::optional<size_t> takeTask();
  void finish(Slot &S, TaskResult Result);
  void takeEnding(Slot &S);
  Seconds untilDeadline(const Slot &S) const;

  size_t Tasks;
  WorkerLimits Limits;
  llvm::function_ref<llvm::json::Value(size_t)> Work;
  llvm::function_ref<void(TaskResult)> Done;
  std::vector<Slot> Slots;
  size_t Next = 0;
  /// Tasks that failed on a worker that was not fresh.
  llvm::SmallVector<size_t, 4> Again;
  size_t Finished = 0;
};
} // namespace

static bool isBusy(const Slot &S) { return S.Task.has_value(); }

llvm::Error Run::start(Slot &S) {
  llvm::SmallVector<int, 16> Others;
  for (const Slot &Other : Slots)
    if (Other.Worker.isRunning())
      Others.push_back(Other.Worker.socket());
  return S.Worker.start(Work, Limits, Others);
}

std::optional<size_t> Run::takeTask() {
  if (!Again.empty())
    return Again.pop_back_val();
  if (Next < Tasks)
    return Next++;
  return std::nullopt;
}

llvm::Error Run::assign() {
  for (Slot &S : Slots) {
    if (isBusy(S) || (Again.empty() && Next == Tasks))
      continue;
    // A second attempt is for a fresh worker.
    if (!Again.empty() && S.Worker.isRunning())
      (void)S.Worker.stop(/*ByForce=*/false);
    if (!S.Worker.isRunning())
      if (llvm::Error E = start(S)) {
        // The others can do it, if there are any.
        if (llvm::none_of(Slots, isBusy))
          return E;
        llvm::consumeError(std::move(E));
        continue;
      }
    S.Task = takeTask();
    S.Begun = Clock::now();
    S.Worker.begin(*S.Task);
  }
  return llvm::Error::success();
}

Seconds Run::untilDeadline(const Slot &S) const {
  return Seconds(Limits.Seconds) - (Clock::now() - S.Begun);
}

llvm::Error Run::wait() {
  Seconds Longest(1);
  llvm::SmallVector<pollfd, 16> Polled;
  for (const Slot &S : Slots)
    if (isBusy(S)) {
      Polled.push_back({S.Worker.socket(), POLLIN, 0});
      Longest = std::min(Longest, untilDeadline(S));
    }
  int Milliseconds = std::max(0, int(std::ceil(Longest.count() * 1000)));
  Clock::time_point Start = Clock::now();
  if (::poll(Polled.data(), Polled.size(), Milliseconds) < 0 && errno != EINTR)
    return llvm::createStringError("cannot wait for workers: " +
                                   llvm::sys::StrError());
  // Who slept much longer than asked was stopped, and the workers with it.
  Seconds Missed = Clock::now() - Start - Longest;
  if (Missed > Seconds(2))
    for (Slot &S : Slots)
      S.Begun += std::chrono::duration_cast<Clock::duration>(Missed);
  return llvm::Error::success();
}

void Run::finish(Slot &S, TaskResult Result) {
  Result.Task = *S.Task;
  S.Task = std::nullopt;
  ++Finished;
  Done(std::move(Result));
}

void Run::takeEnding(Slot &S) {
  bool WasFresh = S.Worker.isFresh();
  WorkerProcess::Ending Ending = S.Worker.stop(/*ByForce=*/false);
  if (!WasFresh) {
    Again.push_back(*S.Task);
    S.Task = std::nullopt;
    return;
  }
  TaskResult Result;
  Result.Failure = describeEnding(Ending, Limits);
  Result.Seconds = Seconds(Clock::now() - S.Begun).count();
  Result.PeakMemory = Ending.PeakMemory;
  finish(S, std::move(Result));
}

bool Run::takeAnswers() {
  size_t Before = Finished;
  for (Slot &S : Slots) {
    if (!isBusy(S))
      continue;
    WorkerAnswer Answer;
    WorkerProcess::Arrival Arrival = S.Worker.receive(Answer);
    if (Arrival == WorkerProcess::Arrival::End)
      takeEnding(S);
    if (Arrival != WorkerProcess::Arrival::Answer)
      continue;
    llvm::errs() << S.Worker.takeOutput();
    TaskResult Result;
    Result.Seconds = Answer.Seconds;
    Result.PeakMemory = Answer.PeakMemory;
    llvm::Expected<llvm::json::Value> Value = llvm::json::parse(Answer.Text);
    if (Value)
      Result.Value = std::move(*Value);
    else
      Result.Failure = llvm::toString(Value.takeError());
    finish(S, std::move(Result));
  }
  return Finished != Before;
}

void Run::endOverdue() {
  for (Slot &S : Slots) {
    if (!isBusy(S) || untilDeadline(S) > Seconds(0))
      continue;
    WorkerProcess::Ending Ending = S.Worker.stop(/*ByForce=*/true);
    TaskResult Result;
    Result.Failure = llvm::formatv("took longer than {0} s (--unit-timeout)",
                                   Limits.Seconds);
    Result.Seconds = Seconds(Clock::now() - S.Begun).count();
    Result.PeakMemory = Ending.PeakMemory;
    finish(S, std::move(Result));
  }
}

llvm::Error
whet::runOnWorkers(size_t Tasks, unsigned Workers, WorkerLimits Limits,
                   llvm::function_ref<llvm::json::Value(size_t)> Work,
                   PoolCallbacks Callbacks) {
  Run All(Tasks, Workers, Limits, Work, Callbacks.Done);
  NotedSignals Signals;
  while (!All.isFinished()) {
    if (llvm::Error E = All.assign())
      return E;
    if (llvm::Error E = All.wait())
      return E;
    if (int Signal = NotedSignals::received())
      return llvm::createStringError(std::string("interrupted (") +
                                     ::strsignal(Signal) + ")");
    bool HasNews = All.takeAnswers();
    All.endOverdue();
    if (!HasNews && Callbacks.Idle)
      Callbacks.Idle();
  }
  return llvm::Error::success();
}
