// check: whet-mutex-for-scalar
// std: c++17 c++20
// What can become atomic, and what cannot.
#include <mutex>
#include <shared_mutex>

void log(int);

class AtomicCounter {
public:
  explicit AtomicCounter(int N) : Count(N) {
    if (Count < 0)
      Count = 0;
  }
  ~AtomicCounter() { log(Count); }
  void add(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count += N;
  }
  int next() {
    std::lock_guard<std::mutex> Lock(Mu);
    return ++Count;
  }
  long count() const {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }

private:
  mutable std::mutex Mu; // want "'Mu' guards nothing but 'Count'"
  int Count;
};

class AtomicFlag {
  bool IsDone = false;
  std::shared_mutex Mu; // want "'Mu' guards nothing but 'IsDone'"
  const char *Name = nullptr;

public:
  void finish() {
    log(1);
    Mu.lock();
    IsDone = true;
    Mu.unlock();
    log(2);
  }
  int state() {
    {
      std::shared_lock<std::shared_mutex> Lock(Mu);
      if (this->IsDone)
        return 1;
    }
    return Name ? 2 : 0;
  }
};

static std::mutex AtomicMutex; // want "'AtomicMutex' guards nothing but 'AtomicLast'"
static const char *AtomicLast = nullptr;
void remember(const char *P) {
  std::lock_guard<std::mutex> Lock(AtomicMutex);
  AtomicLast = P;
}
const char *last() {
  std::lock_guard<std::mutex> Lock(AtomicMutex);
  return AtomicLast;
}

// Others may name it.
struct AtomicPublic {
  std::mutex Mu; // want "'Mu' guards nothing but 'Count'"
  int Count = 0;
  void add() {
    std::lock_guard<std::mutex> Lock(Mu);
    ++Count;
  }
  void drop() {
    std::lock_guard<std::mutex> Lock(Mu);
    --Count;
  }
};

// Declared along with another, or a comment is about it.
class AtomicShared {
  std::mutex Mu; // want "'Mu' guards nothing but 'Count'"
  int Count = 0, Other = 0;

public:
  void add() {
    std::lock_guard<std::mutex> Lock(Mu);
    ++Count;
  }
  int count() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
  int other() const { return Other; }
};
class AtomicComment {
  // Guards Count.
  std::mutex Mu; // want "'Mu' guards nothing but 'Count'"
  int Count = 0;

public:
  void add() {
    std::lock_guard<std::mutex> Lock(Mu);
    ++Count;
  }
  int count() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};

// What the constructor does is none of an atomic's operations.
class AtomicScaled {
  std::mutex Mu; // want "'Mu' guards nothing but 'Level'"
  int Level = 0;

public:
  explicit AtomicScaled(int N) {
    Level = N;
    Level *= 2;
  }
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Level = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Level;
  }
};

// A macro takes the lock.
#define LOCKED(M) std::lock_guard<std::mutex> LockOfScope(M)
class AtomicMacro {
  std::mutex Mu; // want "'Mu' guards nothing but 'Count'"
  int Count = 0;

public:
  void add() {
    LOCKED(Mu);
    ++Count;
  }
  int count() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};

// Whether it is there depends on the build.
class AtomicBuild {
  std::mutex Mu; // want "'Mu' guards nothing but 'Count'"
  int Count = 0;
#ifdef _WIN32
  int both() { return Count; }
#endif

public:
  void add() {
    std::lock_guard<std::mutex> Lock(Mu);
    ++Count;
  }
  int count() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};

// Sums of what is no integer are rounded after they are made.
class AtomicRounded {
  std::mutex Mu;
  int Count = 0;

public:
  void add(double N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count += N;
  }
  int count() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};

// A reference leaves.
class AtomicHandedOut {
  std::mutex Mu;
  int Count = 0;

public:
  int &next() {
    std::lock_guard<std::mutex> Lock(Mu);
    return ++Count;
  }
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
};
