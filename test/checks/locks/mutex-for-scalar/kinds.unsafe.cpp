// check: whet-mutex-for-scalar
// std: c++17
// stdlib: libstdc++
// Locks of POSIX and C11, and what attributes say.
#include <atomic>
#include <mutex>
#include <pthread.h>
#include <threads.h>

#define CAPABILITY(x) __attribute__((capability(x)))
#define SCOPED __attribute__((scoped_lockable))
#define ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define EXCLUDES(...) __attribute__((locks_excluded(__VA_ARGS__)))
#define GUARDED_BY(x) __attribute__((guarded_by(x)))

namespace absl {
class CAPABILITY("mutex") Mutex {
public:
  void Lock() ACQUIRE();
  void Unlock() RELEASE();
};
class SCOPED MutexLock {
public:
  explicit MutexLock(Mutex *M) ACQUIRE(M);
  ~MutexLock() RELEASE();
};
} // namespace absl

static pthread_mutex_t ScalarPosix = PTHREAD_MUTEX_INITIALIZER; // want "'ScalarPosix' guards nothing but 'ScalarUsers'"
static int ScalarUsers = 0;
void scalarEnter() {
  pthread_mutex_lock(&ScalarPosix);
  ++ScalarUsers;
  pthread_mutex_unlock(&ScalarPosix);
}
int scalarUsers() {
  int N;
  pthread_mutex_lock(&ScalarPosix);
  N = ScalarUsers;
  pthread_mutex_unlock(&ScalarPosix);
  return N;
}

class ScalarC11 {
  mtx_t Mu; // want "'Mu' guards nothing but 'Level'"
  int Level = 0;

public:
  void set(int N) {
    mtx_lock(&Mu);
    Level = N;
    mtx_unlock(&Mu);
  }
  int get() {
    int N = 0;
    mtx_lock(&Mu);
    N = Level;
    mtx_unlock(&Mu);
    return N;
  }
};
class ScalarInit {
  pthread_mutex_t Mu; // want "'Mu' guards nothing but 'Level'"
  int Level = 0;

public:
  ScalarInit() { pthread_mutex_init(&Mu, nullptr); }
  ~ScalarInit() { pthread_mutex_destroy(&Mu); }
  void set(int N) {
    pthread_mutex_lock(&Mu);
    Level = N;
    pthread_mutex_unlock(&Mu);
  }
  int get() {
    pthread_mutex_lock(&Mu);
    int N = Level;
    pthread_mutex_unlock(&Mu);
    return N;
  }
};
class ScalarWaits {
  pthread_mutex_t Mu = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t Changed = PTHREAD_COND_INITIALIZER;
  int Level = 0;

public:
  void set(int N) {
    pthread_mutex_lock(&Mu);
    Level = N;
    pthread_mutex_unlock(&Mu);
  }
  void wait() {
    pthread_mutex_lock(&Mu);
    while (Level == 0)
      pthread_cond_wait(&Changed, &Mu);
    pthread_mutex_unlock(&Mu);
  }
};

class ScalarAnnotated {
  absl::Mutex Mu; // want "'Mu' guards nothing but 'Level'"
  int Level GUARDED_BY(Mu) = 0;

public:
  void set(int N) EXCLUDES(Mu) {
    absl::MutexLock Lock(&Mu);
    Level = N;
  }
  int get() {
    absl::MutexLock Lock(&Mu);
    return Level;
  }
};
// It is said to guard another one, too.
class ScalarAnnotatedTwo {
  absl::Mutex Mu;
  int Level GUARDED_BY(Mu) = 0;
  int Other GUARDED_BY(Mu) = 0;

public:
  void set(int N) {
    absl::MutexLock Lock(&Mu);
    Level = N;
  }
  int get() {
    absl::MutexLock Lock(&Mu);
    return Level;
  }
};
// A function is called under it.
class ScalarNeeded {
  absl::Mutex Mu;
  int Level GUARDED_BY(Mu) = 0;

public:
  void flush() REQUIRES(Mu);
  void set(int N) {
    absl::MutexLock Lock(&Mu);
    Level = N;
  }
  int get() {
    absl::MutexLock Lock(&Mu);
    return Level;
  }
};

// --- Templates, whose members are not all at hand.
template <typename T> class ScalarCell {
  std::mutex Mu;
  T Value{};

public:
  void set(T N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Value = N;
  }
  T get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Value;
  }
};
int scalarCell(ScalarCell<int> &C) {
  C.set(1);
  return C.get();
}

// --- Macros may be others in other builds.
#define CHECK(X) ((void)0)
class ScalarMacro {
  std::mutex Mu;
  int Level = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    CHECK(Level < N);
    Level = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Level;
  }
};

class ScalarDirective {
  std::mutex Mu;
  int Level = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Level = N;
#ifdef VERBOSE
    log(Level);
#endif
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Level;
  }
};

// --- Lambdas are functions of their own.
class ScalarLambda {
  std::atomic<int> Level = 0;

public:
  auto setter() {
    return [this](int N) {
      Level = N;
    };
  }
  auto getter() {
    return [this] {
      return Level.load();
    };
  }
};
class ScalarLambdaLoose {
  std::mutex Mu;
  int Level = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Level = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Level;
  }
  auto getter() {
    return [this] { return Level; };
  }
};
