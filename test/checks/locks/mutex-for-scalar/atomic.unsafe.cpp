// check: whet-mutex-for-scalar
// std: c++17 c++20
// What can become atomic, and what cannot.
#include <atomic>
#include <mutex>
#include <shared_mutex>

void log(int);

class AtomicCounter {
public:
  explicit AtomicCounter(int N) : Count(N) {
    if (Count.load() < 0)
      Count = 0;
  }
  ~AtomicCounter() { log(Count.load()); }
  void add(int N) {
    Count += N;
  }
  int next() {
    return ++Count;
  }
  long count() const {
    return Count.load();
  }

private:
  std::atomic<int> Count;
};

class AtomicFlag {
  std::atomic<bool> IsDone = false;
  const char *Name = nullptr;

public:
  void finish() {
    log(1);
    IsDone = true;
    log(2);
  }
  int state() {
    {
      if (this->IsDone.load())
        return 1;
    }
    return Name ? 2 : 0;
  }
};

static std::atomic<const char *> AtomicLast = nullptr;
void remember(const char *P) {
  AtomicLast = P;
}
const char *last() {
  return AtomicLast.load();
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
