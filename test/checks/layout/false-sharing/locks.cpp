// check: whet-false-sharing
#include <atomic>
#include <mutex>
#include <new>

struct Spin {
  void lock();
  void unlock();
  std::atomic<bool> Taken;
};

// Two locks, so that neither end waits for the other one.
class TwoEnds {
public:
  void put(int Value) {
    std::lock_guard<Spin> Guard(PutLock);
    Data[Put & 63] = Value;
    ++Put; // note "'put' holds 'PutLock' and writes 'Put' here"
  }
  int take() {
    std::lock_guard<Spin> Guard(TakeLock);
    return Data[Take++ & 63]; // note "'take' holds 'TakeLock' and writes 'Take' here"
  }

private:
  int Data[64];
  Spin PutLock;
  unsigned Put = 0;
  Spin TakeLock;
  unsigned Take = 0; // want "'Put' and 'Take', which different threads write"
};
