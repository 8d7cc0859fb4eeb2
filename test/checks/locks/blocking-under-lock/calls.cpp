// check: whet-blocking-under-lock
// std: c++17
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using Guard = std::lock_guard<std::mutex>;

namespace {
void save(const char *Path) {
  std::FILE *F = std::fopen(Path, "w"); // note "'fopen' reads or writes a file"
  if (F)
    std::fclose(F);
}
void saveAll() {
  save("a"); // note "'save' is called here"
}
void twice(int N) {
  if (N > 0)
    twice(N - 1);
  sleep(1); // note "'sleep' sleeps"
}
// On some branches only: nobody knows whether these calls get there.
void saveIf(bool B) {
  if (B)
    save("a");
  switch (int(B)) {
  case 2:
    save("b");
  }
  B ? save("c") : void();
  (void)(B && (save("d"), true));
}
int tryAgain(int N) {
  for (int I = 0; I < N; ++I) {
    if (I * I == N)
      break;
    sleep(1);
  }
  return N;
}
// If there is anything to wait for.
struct Helper {
  std::thread Thread;
  bool IsStarted = false;
  void stop() {
    if (IsStarted)
      Thread.join(); // note "'join' waits for another thread"
  }
  void stopIfRunning() {
    bool IsRunning = IsStarted;
    if (IsRunning)
      stopNow(); // note "'stopNow' is called here"
  }
  void stopNow() { Thread.join(); } // note "'join' waits for another thread"
  // The caller says whether it waits.
  void stopAnd(bool Waits) {
    if (Waits)
      Thread.join();
  }
  void stopAnd(int Mode) {
    bool Waits = Mode == 1;
    if (IsStarted && Waits)
      Thread.join();
  }
  // One question after the other, or another kind of effect.
  void stopSomehow() {
    if (IsStarted)
      stop();
  }
  void nap() {
    if (IsStarted)
      sleep(1);
  }
  void stopLast() {
    while (IsStarted) {
      if (Thread.joinable())
        break;
      Thread.join();
    }
  }
  void stopOrThrow() {
    if (IsStarted) {
      Thread.join();
      throw 1;
    }
  }
};
int compute(int N) { return N * 2; }
void store(std::FILE *F) { std::fflush(F); } // note "'fflush' reads or writes a file"
struct Base {
  virtual ~Base() = default;
  virtual void run() { sleep(1); }
};
struct Last final : Base {
  void run() override { sleep(2); } // note "'sleep' sleeps"
};
} // namespace

struct Engine {
  Engine() { sleep(1); } // note "'sleep' sleeps"
};

class Table {
  Engine *Only = nullptr;
  std::mutex Mu;
  std::FILE *Mine = nullptr;
  int Count = 0;
  std::function<void()> OnChange;

  void closeMine() { std::fclose(Mine); }

public:
  void chain() {
    Guard G(Mu); // note "locked here"
    saveAll(); // want "'saveAll' reads or writes a file while 'Mu' is held"
  }
  void recursive() {
    Guard G(Mu);
    twice(Count); // want "'twice' sleeps while 'Mu' is held"
  }
  void branches() {
    Guard G(Mu);
    saveIf(Count > 0);
    Count = tryAgain(Count);
  }
  void stops(std::vector<Helper> &All) {
    Guard G(Mu);
    for (Helper &H : All) {
      H.stop(); // want "'stop' waits for another thread while 'Mu' is held"
      H.stopIfRunning(); // want "'stopIfRunning' waits for another thread while 'Mu' is held"
      H.stopAnd(true);
      H.stopAnd(1);
      H.stopSomehow();
      H.nap();
      H.stopLast();
      H.stopOrThrow();
    }
  }
  Engine *only() {
    Guard G(Mu);
    if (!Only)
      Only = new Engine();
    return Only;
  }
  Engine *another() {
    Guard G(Mu);
    return new Engine(); // want "'Engine' sleeps while 'Mu' is held"
  }
  void harmless() {
    Guard G(Mu);
    Count = compute(Count);
  }
  void passes(std::FILE *Theirs) {
    Guard G(Mu);
    store(Theirs); // want "'store' reads or writes a file while 'Mu' is held"
    ++Count;
  }
  void passesOwn() {
    Guard G(Mu);
    store(Mine);
    closeMine();
  }
  void later() {
    Guard G(Mu);
    OnChange = [] { sleep(1); };
  }
  void now() {
    Guard G(Mu);
    auto Nap = [] { sleep(1); }; // note "'sleep' sleeps"
    Nap(); // want "'operator\(\)' sleeps while 'Mu' is held"
  }
  // Nobody knows what these do.
  void unknown(Base &B, void (*F)()) {
    Guard G(Mu);
    B.run();
    F();
    OnChange();
  }
  void known(Last &L) {
    Guard G(Mu);
    L.run(); // want "'run' sleeps while 'Mu' is held"
  }
};

// --- To take one more lock is no waiting, whoever wrote that lock.
class Semaphore {
  std::mutex Mu;
  std::condition_variable Cv;
  int Value = 1;

public:
  void lock() {
    std::unique_lock<std::mutex> L(Mu);
    while (Value == 0)
      Cv.wait(L);
    --Value;
  }
  void unlock() {
    std::lock_guard<std::mutex> L(Mu);
    ++Value;
    Cv.notify_one();
  }
  void down() {
    std::unique_lock<std::mutex> L(Mu);
    while (Value == 0)
      Cv.wait(L);
    --Value;
  }
};
class SemaphoreGuard {
  Semaphore &S;

public:
  explicit SemaphoreGuard(Semaphore &S) : S(S) { S.lock(); }
  ~SemaphoreGuard() { S.unlock(); }
};
class ReadersAndWriters {
  std::mutex Turn;
  Semaphore Readers;
  int Count = 0;

public:
  void read() {
    std::lock_guard<std::mutex> G(Turn);
    SemaphoreGuard R(Readers);
    ++Count;
  }
  void readByHand() {
    std::lock_guard<std::mutex> G(Turn);
    Readers.lock();
    ++Count;
    Readers.unlock();
  }
  void down(Semaphore &Others) {
    std::lock_guard<std::mutex> G(Turn);
    Others.down(); // want "'down' waits for another thread while 'Turn' is held"
    ++Count;
  }
};
