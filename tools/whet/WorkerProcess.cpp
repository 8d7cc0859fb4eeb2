#include "WorkerProcess.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <optional>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace whet;

// --- Messages
// ----------------------------------------------------------------------

namespace {
struct AnswerHead {
  uint64_t TextSize = 0;
  uint64_t PeakMemory = 0;
  double Seconds = 0;
};
} // namespace

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

// --- In the worker
// -----------------------------------------------------------------

// What a worker exits with when it cannot have more memory.
static constexpr int OutOfMemory = 77;

static void endForLackOfMemory() { ::_exit(OutOfMemory); }

static void endForLackOfMemory(void * /*Data*/, const char * /*Reason*/,
                               bool /*WantsDiagnostics*/) {
  ::_exit(OutOfMemory);
}

// Bytes of this process that RLIMIT_DATA counts.
static uint64_t dataSize() {
  auto File = llvm::MemoryBuffer::getFileAsStream("/proc/self/statm");
  if (!File)
    return 0;
  llvm::SmallVector<llvm::StringRef, 7> Fields;
  (*File)->getBuffer().split(Fields, ' ');
  uint64_t Pages = 0;
  if (Fields.size() < 6 || Fields[5].getAsInteger(10, Pages))
    return 0;
  return Pages * ::sysconf(_SC_PAGESIZE);
}

static void lowerLimit(__rlimit_resource Resource, rlim_t Limit) {
  rlimit Current = {};
  ::getrlimit(Resource, &Current);
  Current.rlim_cur = std::min(Limit, Current.rlim_max);
  ::setrlimit(Resource, &Current);
}

// RLIMIT_DATA counts what a process alone can write to: its heap and anonymous
// mappings. RLIMIT_AS would count libraries and source files too, which are
// mapped, shared and cost nothing when they are mapped again. What the driver
// holds is on top: that depends on how far the run has come.
static void limitMemory(uint64_t Bytes) {
  std::set_new_handler(endForLackOfMemory);
  llvm::install_bad_alloc_error_handler(endForLackOfMemory);
  // A stack without limit would be memory without limit. Clang counts on 8 MiB
  // and takes more where it has to.
  lowerLimit(RLIMIT_STACK, rlim_t(8) << 20);
  lowerLimit(RLIMIT_DATA, dataSize() + Bytes);
}

// From here on, peakMemory() is that of what follows, and of what the last task
// left in the heap's free lists: giving these back would cost more than it
// tells.
static void resetPeakMemory() {
  int FD = ::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (FD < 0)
    return;
  (void)!::write(FD, "5", 1);
  ::close(FD);
}

static uint64_t peakMemory() {
  rusage Usage = {};
  ::getrusage(RUSAGE_SELF, &Usage);
  return uint64_t(Usage.ru_maxrss) * 1024;
}

// Nothing that clang prints gets between findings on stdout, and its dumps do
// not fill the terminal.
static void redirectStreams(int Output) {
  ::dup2(Output, STDOUT_FILENO);
  ::dup2(Output, STDERR_FILENO);
  int Null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(Null, STDIN_FILENO);
}

static bool answer(int Socket, size_t Task,
                   llvm::function_ref<llvm::json::Value(size_t)> Work) {
  using Clock = std::chrono::steady_clock;
  resetPeakMemory();
  Clock::time_point Start = Clock::now();
  std::string Text;
  llvm::raw_string_ostream(Text) << Work(Task);
  AnswerHead Head;
  Head.Seconds = std::chrono::duration<double>(Clock::now() - Start).count();
  Head.PeakMemory = peakMemory();
  Head.TextSize = Text.size();
  llvm::outs().flush();
  return writeAll(Socket, &Head, sizeof(Head)) &&
         writeAll(Socket, Text.data(), Text.size());
}

[[noreturn]] static void
serve(int Socket, int Output, pid_t Driver, const WorkerLimits &Limits,
      llvm::function_ref<llvm::json::Value(size_t)> Work) {
  // A terminal sends these to all processes; the driver decides.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGHUP, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The driver may have died before the kernel was told.
  if (::getppid() != Driver)
    ::_exit(0);
  redirectStreams(Output);
  limitMemory(uint64_t(Limits.MebiBytes) << 20);
  size_t Task = 0;
  while (readAll(Socket, &Task, sizeof(Task)))
    if (!answer(Socket, Task, Work))
      break;
  ::_exit(0);
}

// --- In the driver
// -----------------------------------------------------------------

llvm::Error
WorkerProcess::start(llvm::function_ref<llvm::json::Value(size_t)> Work,
                     const WorkerLimits &Limits,
                     llvm::ArrayRef<int> Inherited) {
  auto Failure = [](llvm::StringRef What) {
    return llvm::createStringError("cannot " + What +
                                   " for a worker: " + llvm::sys::StrError() +
                                   "; fewer --jobs may help");
  };
  int Sockets[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, Sockets) != 0)
    return Failure("make a socket");
  llvm::scope_exit CloseSockets([&] {
    ::close(Sockets[0]);
    ::close(Sockets[1]);
  });
  int Memory = ::memfd_create("whet-worker-output", MFD_CLOEXEC);
  // The driver empties the file; the worker goes on at its new end.
  if (Memory < 0 || ::fcntl(Memory, F_SETFL, O_APPEND) != 0)
    return Failure("make an output file");
  // What is buffered would be written twice.
  llvm::outs().flush();
  llvm::errs().flush();
  pid_t Driver = ::getpid();
  pid_t Child = ::fork();
  if (Child < 0) {
    ::close(Memory);
    return Failure("start a process");
  }
  if (Child == 0) {
    ::close(Sockets[0]);
    for (int FD : Inherited)
      ::close(FD);
    serve(Sockets[1], Memory, Driver, Limits, Work);
  }
  Process = Child;
  Socket = std::exchange(Sockets[0], -1);
  Output = Memory;
  Begun = 0;
  Received.clear();
  return llvm::Error::success();
}

void WorkerProcess::begin(size_t Task) {
  ++Begun;
  // If this fails, the process has ended, which receive() finds out.
  (void)writeAll(Socket, &Task, sizeof(Task));
}

WorkerProcess::Arrival WorkerProcess::receive(WorkerAnswer &Answer) {
  char Buffer[1 << 16];
  while (true) {
    ssize_t Read = ::recv(Socket, Buffer, sizeof(Buffer), MSG_DONTWAIT);
    if (Read < 0 && errno == EINTR)
      continue;
    if (Read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return Arrival::Nothing;
    if (Read <= 0)
      return Arrival::End;
    Received.append(Buffer, Read);
    AnswerHead Head;
    if (Received.size() < sizeof(Head))
      continue;
    std::memcpy(&Head, Received.data(), sizeof(Head));
    if (Received.size() < sizeof(Head) + Head.TextSize)
      continue;
    Answer.Text = Received.substr(sizeof(Head));
    Answer.Seconds = Head.Seconds;
    Answer.PeakMemory = Head.PeakMemory;
    Received.clear();
    return Arrival::Answer;
  }
}

std::string WorkerProcess::takeOutput() {
  // Whoever prints more than this has nothing to say.
  std::string Text(1 << 16, '\0');
  ssize_t Read = ::pread(Output, Text.data(), Text.size(), 0);
  if (Read <= 0)
    return "";
  Text.resize(Read);
  (void)!::ftruncate(Output, 0);
  return Text;
}

WorkerProcess::Ending WorkerProcess::stop(bool ByForce) {
  Ending Result;
  if (!isRunning())
    return Result;
  ::close(Socket);
  if (ByForce)
    ::kill(Process, SIGKILL);
  rusage Usage = {};
  while (::wait4(Process, &Result.WaitStatus, 0, &Usage) < 0 && errno == EINTR)
    ;
  Result.PeakMemory = uint64_t(Usage.ru_maxrss) * 1024;
  Result.Output = takeOutput();
  ::close(Output);
  Process = Socket = Output = -1;
  return Result;
}

// The first line with words in it: dumps open with what went wrong.
static std::string firstWords(llvm::StringRef Text) {
  while (!Text.empty()) {
    llvm::StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    Line = Line.trim();
    if (llvm::none_of(Line, llvm::isAlpha))
      continue;
    std::string Words = Line.take_front(200).str();
    return llvm::json::isUTF8(Words) ? Words : llvm::json::fixUTF8(Words);
  }
  return "";
}

std::string whet::describeEnding(const WorkerProcess::Ending &Ending,
                                 const WorkerLimits &Limits) {
  int Status = Ending.WaitStatus;
  if (WIFEXITED(Status) && WEXITSTATUS(Status) == OutOfMemory)
    return "needed more than " + llvm::utostr(Limits.MebiBytes) +
           " MiB of memory (--unit-memory)";
  if (WIFSIGNALED(Status) && WTERMSIG(Status) == SIGKILL)
    return "its process was killed from outside; if the machine ran out of "
           "memory, fewer --jobs help";
  std::string Text =
      WIFSIGNALED(Status)
          ? std::string("crashed (") + ::strsignal(WTERMSIG(Status)) + ")"
          : "ended unexpectedly (status " + llvm::utostr(WEXITSTATUS(Status)) +
                ")";
  std::string Words = firstWords(Ending.Output);
  return Words.empty() ? Text : Text + ": " + Words;
}
