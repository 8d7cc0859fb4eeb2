#include "WorkerPool.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>
#include <csignal>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
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
/// Takes note of SIGINT and SIGTERM while it lives.
class InterruptGuard {
public:
  InterruptGuard() {
    struct sigaction Action = {};
    Action.sa_handler = noteInterrupt;
    ::sigaction(SIGINT, &Action, &OldInt);
    ::sigaction(SIGTERM, &Action, &OldTerm);
  }
  ~InterruptGuard() {
    ::sigaction(SIGINT, &OldInt, nullptr);
    ::sigaction(SIGTERM, &OldTerm, nullptr);
  }

private:
  struct sigaction OldInt = {};
  struct sigaction OldTerm = {};
};

struct Worker {
  pid_t Process = -1;
  int FD = -1;
  std::optional<size_t> Task;
};
} // namespace

// --- Workers
// -----------------------------------------------------------------------

[[noreturn]] static void
serve(int FD, pid_t Driver,
      llvm::function_ref<llvm::json::Value(size_t)> Work) {
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The driver may have died before the kernel was told.
  if (::getppid() != Driver)
    ::_exit(0);
  size_t Task = 0;
  while (readAll(FD, &Task, sizeof(Task))) {
    std::string Text;
    llvm::raw_string_ostream(Text) << Work(Task);
    if (!writeMessage(FD, Text))
      break;
  }
  ::_exit(0);
}

static llvm::Error
startWorker(Worker &W, llvm::ArrayRef<Worker> All,
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
    serve(FDs[1], Driver, Work);
  }
  ::close(FDs[1]);
  W.Process = Process;
  W.FD = FDs[0];
  W.Task = std::nullopt;
  return llvm::Error::success();
}

// Ends the worker and says how it had ended, if it had.
static std::string stopWorker(Worker &W, bool ByForce) {
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
  return "ended unexpectedly (status " + std::to_string(WEXITSTATUS(Status)) +
         ")";
}

static TaskResult receive(Worker &W) {
  TaskResult Result;
  Result.Task = *W.Task;
  std::optional<std::string> Text = readMessage(W.FD);
  if (!Text) {
    Result.Failure = stopWorker(W, /*ByForce=*/false);
    return Result;
  }
  W.Task = std::nullopt;
  llvm::Expected<llvm::json::Value> Value = llvm::json::parse(*Text);
  if (Value)
    Result.Value = std::move(*Value);
  else
    Result.Failure = llvm::toString(Value.takeError());
  return Result;
}

llvm::Error
whet::runOnWorkers(size_t Tasks, unsigned Workers,
                   llvm::function_ref<llvm::json::Value(size_t)> Work,
                   llvm::function_ref<void(TaskResult)> Done) {
  std::vector<Worker> Pool(std::min<size_t>(std::max(1U, Workers), Tasks));
  llvm::scope_exit StopAll([&] {
    for (Worker &W : Pool)
      stopWorker(W, /*ByForce=*/true);
  });
  InterruptGuard Guard;
  size_t Next = 0;
  size_t Finished = 0;
  while (Finished < Tasks) {
    for (Worker &W : Pool) {
      if (W.Task || Next == Tasks)
        continue;
      if (W.Process < 0)
        if (llvm::Error E = startWorker(W, Pool, Work))
          return E;
      W.Task = Next++;
      (void)writeAll(W.FD, &*W.Task, sizeof(*W.Task));
    }
    llvm::SmallVector<pollfd, 16> Polled;
    llvm::SmallVector<Worker *, 16> Waiting;
    for (Worker &W : Pool)
      if (W.Task) {
        Polled.push_back({W.FD, POLLIN, 0});
        Waiting.push_back(&W);
      }
    if (::poll(Polled.data(), Polled.size(), -1) < 0 && errno != EINTR)
      return llvm::createStringError("cannot wait for workers: " +
                                     llvm::sys::StrError());
    if (Interrupted)
      return llvm::createStringError(std::string("interrupted (") +
                                     ::strsignal(Interrupted) + ")");
    for (size_t I = 0; I < Polled.size(); ++I)
      if (Polled[I].revents != 0) {
        Done(receive(*Waiting[I]));
        ++Finished;
      }
  }
  return llvm::Error::success();
}
