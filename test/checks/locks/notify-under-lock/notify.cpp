// check: whet-notify-under-lock
// std: c++17
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

class Pool {
  std::mutex Mu, Other;
  std::condition_variable Filled;
  std::deque<std::function<void()>> Tasks;
  std::vector<std::thread> Workers;
  bool IsStopping = false;

public:
  ~Pool() {
    {
      std::lock_guard<std::mutex> L(Mu);
      IsStopping = true;
      Filled.notify_all();
    }
    for (std::thread &T : Workers)
      T.join();
  }
  void add(std::function<void()> Task) {
    std::lock_guard<std::mutex> L(Mu); // note "locked here"
    Tasks.push_back(std::move(Task));
    Filled.notify_one(); // want "'notify_one' wakes a thread that has to wait for 'Mu', still held; it may come after the lock is given back"
  }
  void stop() {
    {
      std::unique_lock<std::mutex> L(Mu);
      IsStopping = true;
      Filled.notify_all(); // want "'notify_all' wakes a thread"
    }
  }
  void addOutside(std::function<void()> Task) {
    {
      std::lock_guard<std::mutex> L(Mu);
      Tasks.push_back(std::move(Task));
    }
    Filled.notify_one();
  }
  void addUnlocked(std::function<void()> Task) {
    std::unique_lock<std::mutex> L(Mu);
    Tasks.push_back(std::move(Task));
    L.unlock();
    Filled.notify_one();
  }
  // More is done under the lock, or another lock stays.
  void first() {
    std::lock_guard<std::mutex> L(Mu);
    Filled.notify_one();
    Tasks.clear();
  }
  void two() {
    std::lock_guard<std::mutex> K(Other);
    std::lock_guard<std::mutex> L(Mu);
    Filled.notify_one();
  }
  void branch(bool B) {
    std::lock_guard<std::mutex> L(Mu);
    if (B)
      Filled.notify_one();
  }
};

std::mutex GlobalMutex;
std::condition_variable GlobalCondition;
int Value;
void set() {
  std::lock_guard<std::mutex> L(GlobalMutex);
  Value = 1;
  GlobalCondition.notify_all(); // want "'notify_all' wakes a thread"
}

// Who waits may destroy these as soon as it has the lock: inside of it is the
// only place where the condition variable is surely alive.
class Latch {
  std::mutex Mu;
  std::condition_variable Done;
  int Count = 1;

public:
  void countDown() {
    std::lock_guard<std::mutex> L(Mu);
    --Count;
    Done.notify_all();
  }
  void wait() {
    std::unique_lock<std::mutex> L(Mu);
    Done.wait(L, [this] { return Count == 0; });
  }
};
struct Shared {
  std::mutex Mu;
  std::condition_variable Done;
  bool IsDone = false;
};
void finish(Shared &S, Shared *P) {
  {
    std::lock_guard<std::mutex> L(S.Mu);
    S.IsDone = true;
    S.Done.notify_one();
  }
  std::lock_guard<std::mutex> L(P->Mu);
  P->IsDone = true;
  P->Done.notify_one();
}
