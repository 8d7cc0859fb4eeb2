//===- Progress.h - How far a run is, for people ----------------*- C++ -*-===//
//
// On a terminal, one line that is rewritten; elsewhere, a line every ten
// seconds, so that a log shows that something goes on. All of it is on stderr.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PROGRESS_H
#define WHET_TOOLS_WHET_PROGRESS_H

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace whet {

/// How far a run is.
struct ProgressState {
  size_t Done = 0;
  size_t Total = 0;
  size_t Findings = 0;
  /// Nothing as long as it cannot be told.
  std::optional<double> SecondsLeft;
};

/// Estimates how long the rest takes, from what each task took before and what
/// those that are done took now.
class RemainingTime {
public:
  /// Seconds by task; negative where nothing is known.
  RemainingTime(std::vector<double> Before, unsigned Workers);

  void finished(size_t Task, double Seconds);

  /// Nothing until a task is finished. O(1).
  std::optional<double> seconds() const;

private:
  std::vector<double> Before;
  unsigned Workers;
  size_t FinishedCount = 0;
  double FinishedSeconds = 0;
  /// Of finished tasks that were known before: what they took then, and now.
  double KnownThen = 0;
  double KnownNow = 0;
  /// Of those to come.
  double KnownLeft = 0;
  size_t UnknownLeft = 0;
};

class ProgressDisplay {
public:
  enum class Kind { None, Line, Log };

  /// Chooses by whether stderr is a terminal.
  explicit ProgressDisplay(bool IsQuiet);
  ~ProgressDisplay();

  void show(const ProgressState &State);
  void clear();

private:
  Kind K;
  bool IsShown = false;
  std::chrono::steady_clock::time_point LastLog =
      std::chrono::steady_clock::now();
};

/// "120/500 files, 37 findings, about 3 min left".
std::string progressText(const ProgressState &State);

} // namespace whet

#endif // WHET_TOOLS_WHET_PROGRESS_H
