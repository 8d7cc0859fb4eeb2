//===- Signals.h - Being interrupted at a good moment -----------*- C++ -*-===//
//
// SIGINT, SIGTERM and SIGHUP end whet. Two guards say when: one takes note of
// the signal, for code that has something to wind up; one holds it back, for
// code that must not stop halfway.
//
//   NotedSignals Noted;
//   while (more() && !NotedSignals::received()) ...
//
//   HeldSignals Held;
//   for (File &F : Files) rename(F);    // all, then the signal
//
// A signal that was ignored when whet started, as under nohup, stays ignored.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_SIGNALS_H
#define WHET_TOOLS_WHET_SIGNALS_H

#include <array>
#include <csignal>

namespace whet {

inline constexpr std::array<int, 3> EndingSignals = {SIGINT, SIGTERM, SIGHUP};

/// Takes note of signals while it lives, instead of ending.
class NotedSignals {
public:
  NotedSignals();
  ~NotedSignals();
  NotedSignals(const NotedSignals &) = delete;
  NotedSignals &operator=(const NotedSignals &) = delete;

  /// The first signal that was noted in this process, or 0.
  static int received();

private:
  std::array<struct sigaction, EndingSignals.size()> Before = {};
};

/// Holds signals back while it lives; they arrive when it ends.
class HeldSignals {
public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals &) = delete;
  HeldSignals &operator=(const HeldSignals &) = delete;

private:
  sigset_t Before = {};
};

} // namespace whet

#endif // WHET_TOOLS_WHET_SIGNALS_H
