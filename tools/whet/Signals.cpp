#include "Signals.h"
#include <atomic>

using namespace whet;

static std::atomic<int> Received = 0;
static_assert(std::atomic<int>::is_always_lock_free,
              "a signal handler may not take a lock");

static void note(int Signal) {
  int None = 0;
  Received.compare_exchange_strong(None, Signal);
}

NotedSignals::NotedSignals() {
  struct sigaction Action = {};
  Action.sa_handler = note;
  for (size_t I = 0; I < EndingSignals.size(); ++I) {
    ::sigaction(EndingSignals[I], nullptr, &Before[I]);
    if (Before[I].sa_handler != SIG_IGN)
      ::sigaction(EndingSignals[I], &Action, nullptr);
  }
}

NotedSignals::~NotedSignals() {
  for (size_t I = 0; I < EndingSignals.size(); ++I)
    ::sigaction(EndingSignals[I], &Before[I], nullptr);
}

int NotedSignals::received() { return Received; }

HeldSignals::HeldSignals() {
  sigset_t Held;
  ::sigemptyset(&Held);
  for (int Signal : EndingSignals)
    ::sigaddset(&Held, Signal);
  ::sigprocmask(SIG_BLOCK, &Held, &Before);
}

HeldSignals::~HeldSignals() { ::sigprocmask(SIG_SETMASK, &Before, nullptr); }
