// check: whet-blocking-under-lock
// std: c++17
// stdlib: libstdc++
// Where a lock is held, and where it may be.
#include <chrono>
#include <mutex>
#include <pthread.h>
#include <stdexcept>
#include <thread>
#include <threads.h>
#include <unistd.h>

int work();

class FlowJobs {
  std::mutex Mu;
  std::mutex Outer;
  pthread_mutex_t Posix = PTHREAD_MUTEX_INITIALIZER;
  mtx_t C11;
  int Count = 0;

public:
  // --- After it is given back.
  void unlocks() {
    std::unique_lock<std::mutex> Lock(Mu);
    ++Count;
    Lock.unlock();
    sleep(1);
  }
  void locksAgain() {
    std::unique_lock<std::mutex> Lock(Mu);
    Lock.unlock();
    sleep(1);
    Lock.lock();
    std::this_thread::sleep_for(std::chrono::seconds(1)); // want "'sleep_for' sleeps while 'Mu' is held"
  }
  void block() {
    {
      std::lock_guard<std::mutex> Lock(Mu);
      ++Count;
    }
    sleep(1);
  }
  void unnamed() {
    (void)std::lock_guard<std::mutex>(Mu);
    sleep(1);
  }
  void posix() {
    pthread_mutex_lock(&Posix);
    sleep(1); // want "'sleep' sleeps while 'Posix' is held"
    pthread_mutex_unlock(&Posix);
    sleep(1);
  }
  void c11() {
    mtx_lock(&C11);
    sleep(1); // want "'sleep' sleeps while 'C11' is held"
    mtx_unlock(&C11);
    sleep(1);
  }
  void tries() {
    if (pthread_mutex_trylock(&Posix) != 0) {
      sleep(1);
      return;
    }
    sleep(1); // want "'sleep' sleeps while 'Posix' is held"
    pthread_mutex_unlock(&Posix);
  }
  void both() {
    std::scoped_lock Lock(Mu, Outer);
    sleep(1); // want "'sleep' sleeps while 'Mu' and 'Outer' are held"
  }

  // --- Exceptions: what they lead to is rare.
  void handlerUnderLock() {
    std::lock_guard<std::mutex> Lock(Mu);
    try {
      work();
    } catch (const std::exception &) {
      sleep(1);
    }
  }
  void handlerOutside() {
    try {
      std::lock_guard<std::mutex> Lock(Mu);
      work();
    } catch (const std::exception &) {
      sleep(1);
    }
    sleep(1);
  }
  // Who throws may have it locked, or not.
  void handlerByHand() {
    try {
      Mu.lock();
      work();
      Mu.unlock();
    } catch (const std::exception &) {
      sleep(1);
    }
    sleep(1);
  }
  void handlerNested() {
    std::lock_guard<std::mutex> First(Outer);
    try {
      std::lock_guard<std::mutex> Lock(Mu);
      try {
        work();
      } catch (const std::runtime_error &) {
        sleep(1);
      }
    } catch (...) {
      sleep(1);
    }
  }
  void handlerLocks() {
    try {
      work();
    } catch (...) {
      std::lock_guard<std::mutex> Lock(Mu);
      sleep(1);
    }
    sleep(1);
  }
  void inTry() {
    try {
      std::lock_guard<std::mutex> Lock(Mu);
      sleep(1); // want "'sleep' sleeps while 'Mu' is held"
    } catch (...) {
    }
  }

  // --- Labels.
  void retries() {
  retry:
    Mu.lock();
    if (Count == 0) {
      Mu.unlock();
      sleep(1);
      goto retry;
    }
    sleep(1); // want "'sleep' sleeps while 'Mu' is held"
    Mu.unlock();
  }
  void jumps(bool Is) {
    if (Is)
      goto in;
    Mu.lock();
  in:
    sleep(1);
    if (!Is)
      Mu.unlock();
  }
  void jumpsOut() {
    {
      std::lock_guard<std::mutex> Lock(Mu);
      if (Count == 0)
        goto out;
      ++Count;
    }
  out:
    sleep(1);
  }
};
