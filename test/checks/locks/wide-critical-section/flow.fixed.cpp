// check: whet-wide-critical-section
// std: c++17
// stdlib: libstdc++
// Ways through a function, and out of it.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

class FlowTable {
  std::mutex Mu;
  std::mutex Outer;
  std::condition_variable Changed;
  std::vector<std::string> Lines;
  std::vector<int> Numbers;
  std::atomic<int> Hits{0};
  std::atomic<bool> IsDone{false};
  int Depth = 0;
  bool IsOpen = true;

public:
  void clear() {
    std::lock_guard<std::mutex> Lock(Mu);
    Lines.clear();
    Numbers.clear();
    Depth = 0;
    IsOpen = false;
  }

  // --- Exceptions.
  void inTry(int N) {
    try {
      std::string Line = "value: " + std::to_string(N);
      std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early"
      Lines.push_back(Line);
    } catch (const std::exception &) {
    }
  }
  // Who catches sees the same, and the lock is free there either way.
  bool catches(unsigned N) {
    try {
      std::vector<int> More(N);
      std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early"
      Numbers.swap(More);
    } catch (const std::bad_alloc &) {
      return false;
    }
    return true;
  }
  void triesFirst(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    try {
      N = std::stoi("12");
    } catch (const std::exception &) {
      N = 0;
    }
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  void triesLast(std::vector<int> More) {
    std::lock_guard<std::mutex> Lock(Mu);
    Numbers = More;
    try {
      std::sort(More.begin(), More.end());
    } catch (...) {
    }
  }
  // The core in a handler's block, work after it.
  void triesBetween(std::vector<int> More) {
    {
      std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is held for too long"
      try {
        Numbers = More;
      } catch (...) {
        Numbers.clear();
      }
    }
    std::sort(More.begin(), More.end());
  }
  void throws(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    if (N < 0)
      throw std::invalid_argument("no number: " + std::to_string(N));
    Numbers.push_back(N);
  }
  // Whoever catches finds it locked.
  void throwsByHand(std::vector<int> More) {
    Mu.lock();
    Numbers = More;
    for (int N : More)
      if (N < 0)
        throw std::invalid_argument("a negative number");
    Mu.unlock();
  }
  void inHandler(int N) {
    try {
      Hits = N;
    } catch (...) {
      std::string Line = "value: " + std::to_string(N);
      std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early"
      Lines.push_back(Line);
    }
  }

  // --- Labels: no fix, as what is executed when is another thing.
  void again(int N) {
  retry:
    --N;
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'Mu' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    if (Lines.empty() && N > 0)
      goto retry;
    Lines.push_back(Line);
  }
  void jumpsOver(int N) {
    std::vector<int> More;
    if (N < 0)
      goto out;
    {
      std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'Mu' is locked too early"
      std::vector<int> Others(N);
      Numbers.swap(Others);
    }
  out:
    Hits = N;
  }
  // It may be held, or not.
  void jumpsIn(int N) {
    std::string Line;
    if (N < 0)
      goto in;
    Mu.lock();
  in:
    Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    Mu.unlock();
  }

  // --- Ways out.
  bool returnsFirst(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    if (!IsOpen)
      return false;
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    return true;
  }
  // The way out is not among what is moved.
  bool returnsBetween(int N) {
    std::string Line = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early"
    if (!IsOpen)
      return false;
    Lines.push_back(Line);
    return true;
  }
  // Who returns early has waited for those who have the lock.
  bool returnsEarly(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    if (N < 0)
      return false;
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    return true;
  }
  // All ways out have done with what is guarded.
  int returnsLate(std::vector<int> More) {
    {
      std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is held for too long"
      Numbers = More;
    }
    int Sum = 0;
    for (int N : More) {
      if (N < 0)
        return -1;
      Sum += N;
    }
    return Sum;
  }
  void breaks() {
    while (true) {
      std::lock_guard<std::mutex> Lock(Mu);
      if (!IsOpen)
        break;
      std::vector<int> More(Numbers.size());
      Numbers.swap(More);
    }
  }

  // --- On conditions.
  // A write of its own on a condition stays on it.
  void writesOwnIf(int N) {
    std::string Line;
    if (N > 3)
      Line = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early"
    Lines.push_back(Line);
  }
  // Nothing of what is guarded is written before it.
  void writesIf(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    if (N > 3)
      Depth = N;
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  void writesIfOpen(int N) {
    std::string Line;
    std::lock_guard<std::mutex> Lock(Mu);
    if (IsOpen)
      Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  // What is checked is what is acted on.
  void checksThenActs(std::vector<int> More) {
    std::lock_guard<std::mutex> Lock(Mu);
    bool IsEmpty = Numbers.empty();
    std::sort(More.begin(), More.end());
    if (IsEmpty)
      Numbers.swap(More);
  }
  // Locked on a condition, and so held in part.
  void locksIf(bool Is, int N) {
    if (Is)
      Mu.lock();
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    if (Is)
      Mu.unlock();
  }

  // --- Code after `unlock()`, which holds nothing up.
  void unlocks(std::vector<int> More) {
    std::unique_lock<std::mutex> Lock(Mu);
    Numbers = More;
    Lock.unlock();
    std::sort(More.begin(), More.end());
  }
  void unlocksByHand(std::vector<int> More) {
    Mu.lock();
    Numbers = More;
    Mu.unlock();
    std::sort(More.begin(), More.end());
  }
  void unlocksBetween(std::vector<int> More) {
    std::unique_lock<std::mutex> Lock(Mu);
    Numbers = More;
    Lock.unlock();
    std::sort(More.begin(), More.end());
    Lock.lock();
    Numbers.swap(More);
  }
  void locksLater(int N) {
    std::unique_lock<std::mutex> Lock(Mu, std::defer_lock);
    std::string Line = "value: " + std::to_string(N);
    Lock.lock();
    Lines.push_back(Line);
  }
  void locksTooEarly(int N) {
    std::unique_lock<std::mutex> Lock(Mu, std::defer_lock);
    std::string Line = "value: " + std::to_string(N);
    Lock.lock(); // want "'Mu' is locked too early"
    Lines.push_back(Line);
    Lock.unlock();
  }
  void endsWithBlock(std::vector<int> More) {
    {
      std::lock_guard<std::mutex> Lock(Mu);
      Numbers = More;
    }
    std::sort(More.begin(), More.end());
  }

  // --- Two locks.
  void nested(int N) {
    std::lock_guard<std::mutex> First(Outer);
    std::string Name = "name: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line + Name);
  }
  void nestedBlock(int N) {
    std::lock_guard<std::mutex> First(Outer);
    {
      std::lock_guard<std::mutex> Lock(Mu);
      std::string Line = "value: " + std::to_string(N);
      Lines.push_back(Line);
    }
    Depth = N;
  }
  void bothAtOnce(int N) {
    std::string Line = "value: " + std::to_string(N);
    std::scoped_lock Lock(Mu, Outer); // want "'Mu' and 'Outer' are locked too early"
    Lines.push_back(Line);
  }
  // One after the other, and not nested.
  void inTurns(int N) {
    {
      std::lock_guard<std::mutex> First(Outer);
      ++Depth;
    }
    std::string Line = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early"
    Lines.push_back(Line);
  }

  // --- What tells other threads something.
  void notifies(std::vector<int> More) {
    std::lock_guard<std::mutex> Lock(Mu);
    Changed.notify_one();
    std::vector<int> Others(More);
    Numbers.swap(Others);
  }
  void notifiesLast(std::vector<int> More) {
    std::lock_guard<std::mutex> Lock(Mu);
    Numbers.swap(More);
    std::sort(More.begin(), More.end());
    Changed.notify_all();
  }
  // Waking comes first, then work of its own.
  void notifiesBetween(std::vector<int> More) {
    {
      std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is held for too long"
      Numbers = More;
      Changed.notify_all();
    }
    std::sort(More.begin(), More.end());
  }
  void counts(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Hits.fetch_add(1);
    std::vector<int> More(N);
    Numbers.swap(More);
  }
  void orders(std::vector<int> More) {
    std::lock_guard<std::mutex> Lock(Mu);
    Numbers = More;
    IsDone.store(true, std::memory_order_relaxed);
    for (int I = 0; I < 3; ++I)
      std::atomic_thread_fence(std::memory_order_release);
  }
  void fences(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::atomic_thread_fence(std::memory_order_acquire);
    std::vector<int> More(N);
    Numbers.swap(More);
  }
  void spins(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    while (!IsDone)
      ;
    std::vector<int> More(N);
    Numbers.swap(More);
  }
};
