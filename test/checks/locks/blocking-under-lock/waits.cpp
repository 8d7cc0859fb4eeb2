// check: whet-blocking-under-lock
// std: c++17
#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <queue>
#include <unistd.h>

// Waiting on the lock's own condition is right, in a loop or with a predicate.
class Queue {
  std::mutex Mu, Outer;
  std::condition_variable Filled;
  std::condition_variable_any Any;
  std::queue<int> Items;
  pthread_mutex_t Posix;
  pthread_cond_t Condition;

public:
  int take() {
    std::unique_lock<std::mutex> L(Mu);
    while (Items.empty())
      Filled.wait(L);
    int Result = Items.front();
    Items.pop();
    return Result;
  }
  void withPredicate() {
    std::unique_lock<std::mutex> L(Mu);
    Filled.wait(L, [this] { return !Items.empty(); });
  }
  void byMutex() {
    std::lock_guard<std::mutex> G(Mu);
    Any.wait(Mu);
  }
  void posix() {
    pthread_mutex_lock(&Posix);
    while (Items.empty())
      pthread_cond_wait(&Condition, &Posix);
    pthread_mutex_unlock(&Posix);
  }
  // Only one of two is given back.
  void two() {
    std::lock_guard<std::mutex> G(Outer); // note "locked here"
    std::unique_lock<std::mutex> L(Mu);
    Filled.wait(L); // want "'wait' gives back 'Mu' only, and waits for another thread while 'Outer' is held"
  }
  void twoPosix() {
    std::lock_guard<std::mutex> G(Outer);
    pthread_mutex_lock(&Posix);
    pthread_cond_wait(&Condition, &Posix); // want "'pthread_cond_wait' gives back 'Posix' only"
    pthread_mutex_unlock(&Posix);
  }
  // The helper waits for another object's condition.
  void nested() {
    std::lock_guard<std::mutex> G(Outer);
    take(); // want "'take' waits for another thread while 'Outer' is held"
  }

  // A helper that gives back the caller's lock is right, too.
  void waitForItem(std::unique_lock<std::mutex> &L) {
    while (Items.empty())
      Filled.wait(L);
  }
  void helped() {
    std::unique_lock<std::mutex> L(Mu);
    waitForItem(L);
    Items.pop();
  }
  void waitAdopted() {
    std::unique_lock<std::mutex> L(Mu, std::adopt_lock);
    Filled.wait(L);
    L.release();
  }
  void adopting() {
    Mu.lock();
    waitAdopted();
    Mu.unlock();
  }

  // What a helper does while it has given the lock back is not under it.
  void slowly() {
    Mu.unlock();
    sleep(1);
    Mu.lock();
  }
  void helpedSlowly() {
    Mu.lock();
    slowly();
    Mu.unlock();
  }
};
