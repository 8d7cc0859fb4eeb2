// check: whet-wide-critical-section
// std: c++17
// stdlib: libstdc++
// Locks of all kinds, and what says what they guard.
#include <cstdlib>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <shared_mutex>
#include <string>
#include <threads.h>
#include <vector>

#define CAPABILITY(x) __attribute__((capability(x)))
#define SCOPED __attribute__((scoped_lockable))
#define ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define GUARDED_BY(x) __attribute__((guarded_by(x)))
#define PT_GUARDED_BY(x) __attribute__((pt_guarded_by(x)))

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
class SCOPED ReleasableMutexLock {
public:
  explicit ReleasableMutexLock(Mutex *M) ACQUIRE(M);
  ~ReleasableMutexLock() RELEASE();
  void Release() RELEASE();
};
} // namespace absl

class KindTable {
  pthread_mutex_t Posix = PTHREAD_MUTEX_INITIALIZER;
  pthread_rwlock_t ReadWrite = PTHREAD_RWLOCK_INITIALIZER;
  mtx_t C11;
  std::shared_mutex Shared;
  std::recursive_mutex Recursive;
  std::vector<std::string> Lines;
  std::vector<std::string> Others;
  std::vector<std::string> More;
  std::vector<std::string> Names;
  std::vector<std::string> Titles;

public:
  void clear() {
    pthread_mutex_lock(&Posix);
    Lines.clear();
    pthread_mutex_unlock(&Posix);
    mtx_lock(&C11);
    Others.clear();
    mtx_unlock(&C11);
    pthread_rwlock_wrlock(&ReadWrite);
    More.clear();
    pthread_rwlock_unlock(&ReadWrite);
    std::lock_guard<std::shared_mutex> Lock(Shared);
    Names.clear();
    std::lock_guard<std::recursive_mutex> Again(Recursive);
    Titles.clear();
  }
  void posix(int N) {
    pthread_mutex_lock(&Posix); // want "'Posix' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    pthread_mutex_unlock(&Posix);
  }
  std::string posixLast(std::string Line) {
    pthread_mutex_lock(&Posix); // want "'Posix' is held for too long"
    Lines.push_back(Line);
    for (char &C : Line)
      C = 'x';
    pthread_mutex_unlock(&Posix);
    return Line;
  }
  // A lock that may be there or not.
  void posixTries(int N) {
    if (pthread_mutex_trylock(&Posix) != 0)
      return;
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    pthread_mutex_unlock(&Posix);
  }
  // Who checks whether it is locked.
  void posixChecked(int N) {
    if (pthread_mutex_lock(&Posix) != 0)
      abort();
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    pthread_mutex_unlock(&Posix);
  }
  void posixAfter(std::string Line) {
    pthread_mutex_lock(&Posix);
    Lines.push_back(Line);
    pthread_mutex_unlock(&Posix);
    for (char &C : Line)
      C = 'x';
  }
  void posixUses() {
    pthread_mutex_lock(&Posix);
    std::string Line = "last: " + Lines.back();
    Lines.push_back(Line);
    pthread_mutex_unlock(&Posix);
  }
  void c11(int N) {
    mtx_lock(&C11); // want "'C11' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    Others.push_back(Line);
    mtx_unlock(&C11);
  }
  void c11Uses() {
    mtx_lock(&C11);
    std::string Line = "last: " + Others.back();
    Others.push_back(Line);
    mtx_unlock(&C11);
  }
  void writes(int N) {
    pthread_rwlock_wrlock(&ReadWrite); // want "'ReadWrite' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    More.push_back(Line);
    pthread_rwlock_unlock(&ReadWrite);
  }
  std::string reads(int N) {
    std::string Line;
    pthread_rwlock_rdlock(&ReadWrite); // want "'ReadWrite' is locked too early"
    std::string Name = "value: " + std::to_string(N);
    Line = More.back() + Name;
    pthread_rwlock_unlock(&ReadWrite);
    return Line;
  }
  std::string sharedReads(int N) {
    std::shared_lock<std::shared_mutex> Lock(Shared); // want "'Shared' is locked too early"
    std::string Name = "value: " + std::to_string(N);
    return Names.back() + Name;
  }
  void sharedWrites(int N) {
    std::unique_lock Lock(Shared); // want "'Shared' is locked too early"
    std::string Name = "value: " + std::to_string(N);
    Names.push_back(Name);
  }
  void recursive(int N) {
    std::lock_guard Lock(Recursive); // want "'Recursive' is locked too early"
    std::string Name = "value: " + std::to_string(N);
    Titles.push_back(Name);
  }
};

// A class whose only lock is one of C.
class KindPosix {
  pthread_mutex_t Mu = PTHREAD_MUTEX_INITIALIZER;
  std::vector<std::string> Lines;

public:
  void clear() {
    pthread_mutex_lock(&Mu);
    Lines.clear();
    pthread_mutex_unlock(&Mu);
  }
  void add(int N) {
    pthread_mutex_lock(&Mu); // want "'Mu' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    pthread_mutex_unlock(&Mu);
  }
};

// Guards without a name hold nothing.
class KindUnnamed {
  std::mutex Mu;
  std::vector<std::string> Lines;
  std::vector<std::string> Named;

public:
  void clear() {
    std::lock_guard<std::mutex> Lock(Mu);
    Lines.clear();
    Named.clear();
  }
  void unnamed(int N) {
    (void)std::lock_guard<std::mutex>(Mu);
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  void unnamedBraces(int N) {
    (void)std::unique_lock<std::mutex>{Mu};
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  // A guard whose name is never used again is the normal case.
  void named(int N) {
    std::lock_guard<std::mutex> _(Mu); // want "'Mu' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    Named.push_back(Line);
  }
  // It lives elsewhere.
  void onHeap(int N) {
    auto Lock = std::make_unique<std::lock_guard<std::mutex>>(Mu);
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  // One for the statement.
  void inStatement(int N) {
    std::string Line = "value: " + std::to_string(N);
    std::lock_guard<std::mutex>(Mu), Lines.push_back(Line);
    for (char &C : Line)
      C = 'x';
  }
};

// --- What attributes say, and nobody's practice.
class KindDeclared {
  mutable absl::Mutex Mu;
  std::vector<std::string> Lines GUARDED_BY(Mu);
  std::vector<std::string> Others;
  std::string *Current PT_GUARDED_BY(Mu) = nullptr;

public:
  void add(int N) {
    absl::MutexLock Lock(&Mu); // want "'Mu' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  void point(int N) {
    absl::MutexLock Lock(&Mu); // want "'Mu' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    *Current = Line;
  }
  // Used here alone, and guarded by nothing.
  void addOther(int N) {
    absl::MutexLock Lock(&Mu);
    std::string Line = "value: " + std::to_string(N);
    Others.push_back(Line);
  }
  void reads() {
    absl::MutexLock Lock(&Mu);
    std::string Line = "last: " + Lines.back();
    Lines.push_back(Line);
  }
  void releases(std::string Line) {
    absl::ReleasableMutexLock Lock(&Mu);
    Lines.push_back(Line);
    Lock.Release();
    for (char &C : Line)
      C = 'x';
  }
  void byHand(int N) {
    Mu.Lock(); // want "'Mu' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
    Mu.Unlock();
  }
  // The caller's lock is the caller's business.
  void needed(int N) REQUIRES(Mu) {
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
};

// --- What names say: `addLocked` is called under it, and so counts for nothing.
class KindNamed {
  std::mutex Mu;
  std::vector<std::string> Lines;
  std::vector<std::string> Loose;

public:
  void addLocked(const std::string &Line) { Lines.push_back(Line); }
  void clear_locked() { Lines.clear(); }
  void popLocked() { Lines.pop_back(); }
  void clear() {
    std::lock_guard<std::mutex> Lock(Mu);
    Lines.clear();
    Loose.clear();
  }
  void add(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early"
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  // By another name: it is used without the lock as often as with it.
  void addLoosely(const std::string &Line) { Loose.push_back(Line); }
  void clearLoosely() { Loose.clear(); }
  void addLoose(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(N);
    Loose.push_back(Line);
  }
};

// --- A global one, for globals.
static std::mutex KindGlobal;
static std::vector<std::string> KindLines;
void kindClear() {
  std::lock_guard<std::mutex> Lock(KindGlobal);
  KindLines.clear();
}
void kindAdd(int N) {
  std::lock_guard<std::mutex> Lock(KindGlobal); // want "'KindGlobal' is locked too early"
  std::string Line = "value: " + std::to_string(N);
  KindLines.push_back(Line);
}
void kindLast() {
  std::lock_guard<std::mutex> Lock(KindGlobal);
  std::string Line = "last: " + KindLines.back();
  KindLines.push_back(Line);
}
