// check: whet-mutex-for-scalar
// std: c++17
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

void log(int);
int measure();

// A counter.
class ScalarCounter {
  std::atomic<int> Count = 0; // note "'Count' is declared here"

public:
  explicit ScalarCounter(int N) : Count(N) {}
  ~ScalarCounter() { log(Count.load()); }
  void add(int N) {
    Count += N; // note "it is taken here for one read-modify-write"
  }
  int next() {
    return ++Count;
  }
  int count() const {
    return Count.load(); // note "it is taken here for one load"
  }
  void reset() {
    Count = 0; // note "it is taken here for one store"
  }
};

// A flag, in blocks.
class ScalarFlag {
  std::atomic<bool> IsDone = false;
  std::vector<int> Numbers;

public:
  void finish() {
    log(1);
    {
      IsDone = true;
    }
    log(2);
  }
  void run() {
    while (true) {
      bool Stop;
      {
        Stop = IsDone.load();
      }
      if (Stop)
        break;
      Numbers.push_back(1);
    }
  }
  bool isDone() {
    bool Result = IsDone.load();
    return Result;
  }
  int after() {
    if (IsDone.load())
      return 1;
    return 0;
  }
};

// A pointer; readers share the lock.
class ScalarPointer {
  std::atomic<const std::string *> Current = nullptr;

public:
  void set(const std::string *S) {
    Current = S;
  }
  const std::string *get() const {
    return Current.load();
  }
};

// A global one of this file.
static std::mutex ScalarGlobalMutex; // want "'ScalarGlobalMutex' guards nothing but 'ScalarLevel'"
static unsigned ScalarLevel = 0;
void setLevel(unsigned N) {
  std::lock_guard<std::mutex> Lock(ScalarGlobalMutex);
  ScalarLevel = N;
}
unsigned level() {
  std::lock_guard<std::mutex> Lock(ScalarGlobalMutex);
  return ScalarLevel;
}

// Of another object, by name.
struct ScalarShared {
  std::mutex Mu; // want "'Mu' guards nothing but 'Users'"
  long Users = 0;
};
void enter(ScalarShared &S) {
  std::lock_guard<std::mutex> Lock(S.Mu);
  ++S.Users;
}
void leave(ScalarShared &S) {
  std::lock_guard<std::mutex> Lock(S.Mu);
  --S.Users;
}

// --- More than one access at a time.
class ScalarChecked {
  std::mutex Mu;
  int Count = 0;

public:
  bool take() {
    std::lock_guard<std::mutex> Lock(Mu);
    if (Count == 0)
      return false;
    --Count;
    return true;
  }
  void give() {
    std::lock_guard<std::mutex> Lock(Mu);
    ++Count;
  }
};
class ScalarExchanged {
  std::mutex Mu;
  bool IsSet = false;

public:
  bool set() {
    std::lock_guard<std::mutex> Lock(Mu);
    bool Was = IsSet;
    IsSet = true;
    return Was;
  }
  bool get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return IsSet;
  }
};
// What no atomic does at once.
class ScalarScaled {
  std::mutex Mu;
  int Count = 1;

public:
  void scale(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count *= N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};
class ScalarSum {
  std::mutex Mu;
  double Sum = 0;

public:
  void add(double N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Sum += N;
  }
  double get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Sum;
  }
};
// --- More than one thing.
class ScalarPair {
  std::mutex Mu;
  int Width = 0;
  int Height = 0;

public:
  void set(int W, int H) {
    std::lock_guard<std::mutex> Lock(Mu);
    Width = W;
    Height = H;
  }
  int width() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Width;
  }
};
class ScalarEither {
  std::mutex Mu;
  int Width = 0;
  int Height = 0;

public:
  void setWidth(int W) {
    std::lock_guard<std::mutex> Lock(Mu);
    Width = W;
  }
  void setHeight(int H) {
    std::lock_guard<std::mutex> Lock(Mu);
    Height = H;
  }
  int width() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Width;
  }
};
class ScalarOfTwo {
  std::mutex Mu;
  std::mutex Other;
  int Count = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Other);
    return Count;
  }
};
// --- Something is called meanwhile.
class ScalarCalls {
  std::mutex Mu;
  int Count = 0;

public:
  void set() {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = measure();
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};
// --- Somebody waits for it.
class ScalarWaited {
  std::mutex Mu;
  std::condition_variable Changed;
  bool IsDone = false;

public:
  void finish() {
    {
      std::lock_guard<std::mutex> Lock(Mu);
      IsDone = true;
    }
    Changed.notify_all();
  }
  void wait() {
    std::unique_lock<std::mutex> Lock(Mu);
    Changed.wait(Lock, [this] { return IsDone; });
  }
};
// --- The mutex is for more.
class ScalarFence {
  std::mutex Mu;
  int Count = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
  // Until nobody has it any more.
  void wait() { std::lock_guard<std::mutex> Lock(Mu); }
};
class ScalarLent {
  std::mutex Mu;
  int Count = 0;

public:
  std::mutex &mutex() { return Mu; }
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};
class ScalarTries {
  std::mutex Mu;
  int Count = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
  bool isFree() {
    std::unique_lock<std::mutex> Lock(Mu, std::try_to_lock);
    return Lock.owns_lock();
  }
};
// --- The scalar is used otherwise, too.
class ScalarLoose {
  std::mutex Mu;
  int Count = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
  int guess() const { return Count; }
};
class ScalarAddress {
  std::mutex Mu;
  int Count = 0;

public:
  ScalarAddress(void (*Register)(int *)) { Register(&Count); }
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};
class ScalarReference {
  std::mutex Mu;
  int Count = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
  const int &get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};
// A member template that nobody instantiates.
class ScalarTemplate {
  std::mutex Mu;
  int Count = 0;

public:
  void set(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Count = N;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
  template <typename T> void run(T Then) {
    std::lock_guard<std::mutex> Lock(Mu);
    Then(Count);
  }
};
// --- Of another object.
class ScalarOther {
  std::mutex Mu;
  int Count = 0;

public:
  void copy(ScalarOther &Other) {
    std::lock_guard<std::mutex> Lock(Mu);
    Other.Count = 1;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
};
// --- Where it points to is guarded, too.
class ScalarPointee {
  std::mutex Mu;
  int *Current = nullptr;

public:
  void set(int *P) {
    std::lock_guard<std::mutex> Lock(Mu);
    Current = P;
  }
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return *Current;
  }
};
// --- It is hardly a scalar.
class ScalarText {
  std::mutex Mu;
  std::string Name;

public:
  void set(const std::string &N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Name = N;
  }
  std::string get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Name;
  }
};
// --- Nobody writes it, or one function alone has it.
class ScalarRead {
  std::mutex Mu;
  int Count;

public:
  explicit ScalarRead(int N) : Count(N) {}
  int get() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count;
  }
  int next() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Count + 1;
  }
};
int nextId() {
  static std::mutex Mu;
  static int Last = 0;
  std::lock_guard<std::mutex> Lock(Mu);
  return ++Last;
}
