// check: whet-blocking-under-lock
// std: c++17
// Locks of the project, with thread safety attributes and without.
#include <mutex>
#include <unistd.h>

#define CAPABILITY(x) __attribute__((capability(x)))
#define SCOPED __attribute__((scoped_lockable))
#define ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))

class CAPABILITY("mutex") Mutex {
public:
  void Lock() ACQUIRE() { Mu.lock(); }
  void Unlock() RELEASE() { Mu.unlock(); }

private:
  std::mutex Mu;
};

class SCOPED MutexLock {
public:
  explicit MutexLock(Mutex *M) ACQUIRE(M) : M(M) { M->Lock(); }
  ~MutexLock() RELEASE() { M->Unlock(); }

private:
  Mutex *M;
};

class Plain {
  std::mutex &M;

public:
  explicit Plain(std::mutex &M) : M(M) { M.lock(); }
  ~Plain() { M.unlock(); }
};

class Table {
  Mutex Mu;
  std::mutex Std;

  // Told of once, where it sleeps.
  void nap() REQUIRES(Mu) { // note "it has to be called with it held"
    sleep(1); // want "'sleep' sleeps while 'Mu' is held"
  }
  void napOutside() REQUIRES(Mu) {
    Mu.Unlock();
    sleep(1);
    Mu.Lock();
  }

public:
  void guarded() {
    MutexLock L(&Mu);
    nap();
    napOutside();
    sleep(1); // want "'sleep' sleeps while 'Mu' is held"
  }
  void byHand() {
    Mu.Lock();
    Mu.Unlock();
    Mu.Lock(); // note "locked here"
    sleep(1); // want "'sleep' sleeps while 'Mu' is held"
    Mu.Unlock();
    sleep(1);
  }
  void plain() {
    Plain P(Std);
    sleep(1); // want "'sleep' sleeps while 'Std' is held"
  }
};
