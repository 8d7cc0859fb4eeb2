#include "Progress.h"
#include "Talk.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace whet;

RemainingTime::RemainingTime(std::vector<double> Seconds, unsigned Workers)
    : Before(std::move(Seconds)), Workers(std::max(1U, Workers)) {
  for (double Estimate : Before)
    if (Estimate < 0)
      ++UnknownLeft;
    else
      KnownLeft += Estimate;
}

void RemainingTime::finished(size_t Task, double Seconds) {
  ++FinishedCount;
  FinishedSeconds += Seconds;
  if (Before[Task] < 0) {
    --UnknownLeft;
    return;
  }
  KnownLeft -= Before[Task];
  KnownThen += Before[Task];
  KnownNow += Seconds;
}

std::optional<double> RemainingTime::seconds() const {
  if (FinishedCount == 0)
    return std::nullopt;
  double Factor = KnownThen > 0 ? KnownNow / KnownThen : 1;
  double Mean = FinishedSeconds / static_cast<double>(FinishedCount);
  return (KnownLeft * Factor + static_cast<double>(UnknownLeft) * Mean) /
         Workers;
}

std::string whet::progressText(const ProgressState &State) {
  std::string Text = std::to_string(State.Done) + "/" +
                     counted(State.Total, "file") + ", " +
                     counted(State.Findings, "finding");
  if (!State.SecondsLeft || State.Done == State.Total)
    return Text;
  long Seconds = std::lround(*State.SecondsLeft);
  if (Seconds < 90)
    return Text + ", about " + std::to_string(std::max(1L, Seconds)) +
           " s left";
  return Text + ", about " + std::to_string((Seconds + 30) / 60) + " min left";
}

static ProgressDisplay::Kind kindFor(bool IsQuiet) {
  if (IsQuiet)
    return ProgressDisplay::Kind::None;
  return llvm::sys::Process::StandardErrIsDisplayed()
             ? ProgressDisplay::Kind::Line
             : ProgressDisplay::Kind::Log;
}

ProgressDisplay::ProgressDisplay(bool IsQuiet) : K(kindFor(IsQuiet)) {}

ProgressDisplay::~ProgressDisplay() { clear(); }

// LLVM's own asks for the width of stdout.
static size_t terminalColumns() {
  struct winsize Size = {};
  bool IsKnown = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &Size) == 0;
  return IsKnown && Size.ws_col > 0 ? Size.ws_col : 80;
}

void ProgressDisplay::show(const ProgressState &State) {
  if (K == Kind::None)
    return;
  std::string Text = progressText(State);
  if (K == Kind::Line) {
    // A longer line would not be rewritten but scroll.
    Text.resize(std::min(Text.size(), terminalColumns() - 1));
    llvm::errs() << "\r\x1b[K" << Text;
    IsShown = true;
    return;
  }
  auto Now = std::chrono::steady_clock::now();
  if (Now - LastLog < std::chrono::seconds(10))
    return;
  LastLog = Now;
  llvm::errs() << "whet: " << Text << '\n';
}

void ProgressDisplay::clear() {
  if (IsShown)
    llvm::errs() << "\r\x1b[K";
  IsShown = false;
}
