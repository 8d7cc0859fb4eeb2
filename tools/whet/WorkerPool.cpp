#include "WorkerPool.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <new>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace whet;

// --- Messages
// ----------------------------------------------------------------------

static bool writeAll(int FD, const void *Data, size_t Size) {
  const char *At = static_cast<const char *>(Data);
  while (Size > 0) {
    ssize_t Written = ::send(FD, At, Size, MSG_NOSIGNAL);
    if (Written < 0 && errno == EINTR)
      continue;
    if (Written <= 0)
      return false;
    At += Written;
    Size -= Written;
  }
  return true;
}

static bool readAll(int FD, void *Data, size_t Size) {
  char *At = static_cast<char *>(Data);
  while (Size > 0) {
    ssize_t Read = ::recv(FD, At, Size, 0);
    if (Read < 0 && errno == EINTR)
      continue;
    if (Read <= 0)
      return false;
    At += Read;
    Size -= Read;
  }
  return true;
}

static bool writeMessage(int FD, llvm::StringRef Text) {
  uint32_t Size = Text.size();
  return writeAll(FD, &Size, sizeof(Size)) &&
         writeAll(FD, Text.data(), Text.size());
}

static std::optional<std::string> readMessage(int FD) {
  uint32_t Size = 0;
  if (!readAll(FD, &Size, sizeof(Size)))
    return std::nullopt;
  std::string Text(Size, '\0');
  if (!readAll(FD, Text.data(), Size))
    return std::nullopt;
  return Text;
}

// --- Interruption
// ------------------------------------------------------------------

static std::atomic<int> Interrupted = 0;

static void noteInterrupt(int Signal) { Interrupted = Signal; }

namespace {
/// Takes note of SIGINT, SIGTERM and SIGHUP while it lives.
class InterruptGuard {
public:
  InterruptGuard() {
    struct sigaction Action = {};
    Action.sa_handler = noteInterrupt;
    ::sigaction(SIGINT, &Action, &OldInt);
    ::sigaction(SIGTERM, &Action, &OldTerm);
    ::sigaction(SIGHUP, &Action, &OldHup);
  }
  ~InterruptGuard() {
    ::sigaction(SIGINT, &OldInt, nullptr);
    ::sigaction(SIGTERM, &OldTerm, nullptr);
    ::sigaction(SIGHUP, &OldHup, nullptr);
  }

private:
  struct sigaction OldInt = {};
  struct sigaction OldTerm = {};
  struct sigaction OldHup = {};
};

using Clock = std::chrono::steady_clock;

struct Worker {
  pid_t Process = -1;
  int FD = -1;
  std::optional<size_t> Task;
  Clock::time_point Started;
};
} // namespace

// --- Workers
// -----------------------------------------------------------------------

// What a worker's exit status says when it has no memory left.
static constexpr int OutOfMemory = 86;

static void limitMemory(unsigned MebiBytes) {
  // Writable memory only: clang's libraries and the sources that it maps are no
  // fault of the unit's.
  rlim_t Bytes = rlim_t(MebiBytes) << 20;
  struct rlimit Limit = {Bytes, Bytes};
  ::setrlimit(RLIMIT_DATA, &Limit);
  auto Exit = [] { ::_exit(OutOfMemory); };
  std::set_new_handler(Exit);
  llvm::install_bad_alloc_error_handler(
      [](void * /*Data*/, const char * /*Reason*/, bool /*GenCrashDiag*/) {
        ::_exit(OutOfMemory);
      });
}

static uint64_t peakMemory() {
  struct rusage Usage = {};
  ::getrusage(RUSAGE_SELF, &Usage);
  return uint64_t(Usage.ru_maxrss) << 10;
}

[[noreturn]] static void
serve(int FD, pid_t Driver, WorkerLimits Limits,
      llvm::function_ref<llvm::json::Value(size_t)> Work) {
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGHUP, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The driver may have died before the kernel was told.
  if (::getppid() != Driver)
    ::_exit(0);
  limitMemory(Limits.MebiBytes);
  size_t Task = 0;
  while (readAll(FD, &Task, sizeof(Task))) {
    std::string Text;
    llvm::json::Value Result = Work(Task);
    llvm::raw_string_ostream(Text) << llvm::json::Value(llvm::json::Object{
        {"result", std::move(Result)}, {"memory", peakMemory()}});
    if (!writeMessage(FD, Text))
      break;
  }
  ::_exit(0);
}

static llvm::Error
startWorker(Worker &W, llvm::ArrayRef<Worker> All, WorkerLimits Limits,
            llvm::function_ref<llvm::json::Value(size_t)> Work) {
  int FDs[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, FDs) != 0)
    return llvm::createStringError("cannot make a socket for a worker: " +
                                   llvm::sys::StrError());
  // What is buffered would be written twice.
  llvm::outs().flush();
  llvm::errs().flush();
  pid_t Driver = ::getpid();
  pid_t Process = ::fork();
  if (Process < 0) {
    ::close(FDs[0]);
    ::close(FDs[1]);
    return llvm::createStringError("cannot start a worker process: " +
                                   llvm::sys::StrError());
  }
  if (Process == 0) {
    ::close(FDs[0]);
    for (const Worker &Other : All)
      if (Other.FD >= 0)
        ::close(Other.FD);
    serve(FDs[1], Driver, Limits, Work);
  }
  ::close(FDs[1]);
  W.Process = Process;
  W.FD = FDs[0];
  W.Task = std::nullopt;
  return llvm::Error::success();
}

// Ends the worker and says how it had ended, if it had.
static std::string stopWorker(Worker &W, bool ByForce, WorkerLimits Limits) {
  if (W.Process < 0)
    return "";
  ::close(W.FD);
  if (ByForce)
    ::kill(W.Process, SIGKILL);
  int Status = 0;
  while (::waitpid(W.Process, &Status, 0) < 0 && errno == EINTR)
    ;
  W = Worker();
  if (WIFSIGNALED(Status))
    return std::string("crashed (") + ::strsignal(WTERMSIG(Status)) + ")";
  if (WEXITSTATUS(Status) == OutOfMemory)
    return "needed more than " + std::to_string(Limits.MebiBytes) +
           " MiB of memory (--unit-memory)";
  return "ended unexpectedly (status " + std::to_string(WEXITSTATUS(Status)) +
         ")";
}

static double secondsSince(Clock::time_point Start) {
  return std::chrono::duration<double>(Clock::now() - Start).count();
}

static TaskResult receive(Worker &W, WorkerLimits Limits) {
  TaskResult Result;
  Result.Task = *W.Task;
  Result.Seconds = secondsSince(W.Started);
  std::optional<std::string> Text = readMessage(W.FD);
  if (!Text) {
    Result.Failure = stopWorker(W, /*ByForce=*/false, Limits);
    return Result;
  }
  W.Task = std::nullopt;
  llvm::Expected<llvm::json::Value> Value = llvm::json::parse(*Text);
  if (!Value) {
    Result.Failure = llvm::toString(Value.takeError());
    return Result;
  }
  llvm::json::Object &Answer = *Value->getAsObject();
  Result.PeakMemory = Answer.getInteger("memory").value_or(0);
  Result.Value = std::move(Answer["result"]);
  return Result;
}

static TaskResult giveUp(Worker &W, WorkerLimits Limits) {
  TaskResult Result;
  Result.Task = *W.Task;
  Result.Seconds = secondsSince(W.Started);
  stopWorker(W, /*ByForce=*/true, Limits);
  Result.Failure = "took longer than " + std::to_string(Limits.Seconds) +
                   " s (--unit-timeout)";
  return Result;
}

namespace {
/// The workers of one run.
class Pool {
public:
  Pool(size_t Tasks, unsigned Workers, WorkerLimits Limits,
       llvm::function_ref<llvm::json::Value(size_t)> Work,
       PoolCallbacks Callbacks)
      : Tasks(Tasks), Limits(Limits), Work(Work), Callbacks(Callbacks),
        Workers(std::min<size_t>(std::max(1U, Workers), Tasks)) {}
  ~Pool() {
    for (Worker &W : Workers)
      stopWorker(W, /*ByForce=*/true, Limits);
  }

  llvm::Error run();

private:
  llvm::Error handOut();
  llvm::Error wait();
  void finish(TaskResult Result);

  size_t Tasks;
  WorkerLimits Limits;
  llvm::function_ref<llvm::json::Value(size_t)> Work;
  PoolCallbacks Callbacks;
  std::vector<Worker> Workers;
  size_t Next = 0;
  size_t Finished = 0;
};
} // namespace

llvm::Error Pool::handOut() {
  for (Worker &W : Workers) {
    if (W.Task || Next == Tasks)
      continue;
    if (W.Process < 0)
      if (llvm::Error E = startWorker(W, Workers, Limits, Work))
        return E;
    W.Task = Next++;
    W.Started = Clock::now();
    (void)writeAll(W.FD, &*W.Task, sizeof(*W.Task));
  }
  return llvm::Error::success();
}

void Pool::finish(TaskResult Result) {
  ++Finished;
  Callbacks.Done(std::move(Result));
}

llvm::Error Pool::wait() {
  llvm::SmallVector<pollfd, 16> Polled;
  llvm::SmallVector<Worker *, 16> Waiting;
  for (Worker &W : Workers)
    if (W.Task) {
      Polled.push_back({W.FD, POLLIN, 0});
      Waiting.push_back(&W);
    }
  int Ready = ::poll(Polled.data(), Polled.size(), /*milliseconds=*/1000);
  if (Ready < 0 && errno != EINTR)
    return llvm::createStringError("cannot wait for workers: " +
                                   llvm::sys::StrError());
  if (Interrupted)
    return llvm::createStringError(std::string("interrupted (") +
                                   ::strsignal(Interrupted) + ")");
  for (size_t I = 0; I < Polled.size(); ++I) {
    if (Ready > 0 && Polled[I].revents != 0)
      finish(receive(*Waiting[I], Limits));
    else if (secondsSince(Waiting[I]->Started) > Limits.Seconds)
      finish(giveUp(*Waiting[I], Limits));
  }
  if (Ready == 0 && Callbacks.Idle)
    Callbacks.Idle();
  return llvm::Error::success();
}

llvm::Error Pool::run() {
  InterruptGuard Guard;
  while (Finished < Tasks) {
    if (llvm::Error E = handOut())
      return E;
    if (llvm::Error E = wait())
      return E;
  }
  return llvm::Error::success();
}

llvm::Error
whet::runOnWorkers(size_t Tasks, unsigned Workers, WorkerLimits Limits,
                   llvm::function_ref<llvm::json::Value(size_t)> Work,
                   PoolCallbacks Callbacks) {
  return Pool(Tasks, Workers, Limits, Work, Callbacks).run();
}
