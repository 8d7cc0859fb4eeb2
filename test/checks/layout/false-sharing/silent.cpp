// check: whet-false-sharing
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <new>
#include <thread>

void work();
void post(std::function<void()> F);

// Neighbours, and that is all.
struct Statistics {
  void hit() { ++Hits; }
  void miss() { ++Misses; }
  std::atomic<long> Hits{0};
  std::atomic<long> Misses{0};
};

// One thread writes both.
class Both {
  void start() {
    T = std::thread([this] {
      for (;;) {
        ++A;
        ++B;
      }
    });
  }
  std::thread T;
  std::atomic<long> A{0}, B{0};
};

// Flags, each set once.
class Flags {
  void start() {
    T = std::thread([this] {
      while (!Stop)
        work();
      Done = true;
    });
  }
  void stop() { Stop = true; }
  std::thread T;
  std::atomic<bool> Stop{false};
  std::atomic<bool> Done{false};
};

// Kept apart already.
struct Apart {
  void push(long V) {
    auto At = Head.load();
    Slots[At & 63] = V;
    Head.store(At + 1);
  }
  long pop() {
    auto At = Tail.load();
    Tail.store(At + 1);
    return Slots[At & 63];
  }
  long Slots[64];
  alignas(64) std::atomic<size_t> Head;
  alignas(64) std::atomic<size_t> Tail;
};
struct Padded {
  void push(long V) {
    auto At = Head.load();
    Slots[At & 63] = V;
    Head.store(At + 1);
  }
  long pop() {
    auto At = Tail.load();
    Tail.store(At + 1);
    return Slots[At & 63];
  }
  std::atomic<size_t> Head;
  char Pad[56];
  std::atomic<size_t> Tail;
  long Slots[64];
};
struct Far {
  void push(long V) {
    auto At = Head.load();
    Slots[At & 63] = V;
    Head.store(At + 1);
  }
  long pop() {
    auto At = Tail.load();
    Tail.store(At + 1);
    return Slots[At & 63];
  }
  std::atomic<size_t> Head;
  long Slots[64];
  std::atomic<size_t> Tail;
};

// Somebody relies on the size.
struct Mapped {
  void push(long V) {
    auto At = Head.load();
    Slots[At & 63] = V;
    Head.store(At + 1);
  }
  long pop() {
    auto At = Tail.load();
    Tail.store(At + 1);
    return Slots[At & 63];
  }
  std::atomic<size_t> Head;
  std::atomic<size_t> Tail;
  long Slots[64];
};
static_assert(sizeof(Mapped) == 528, "shared with another process");

// A thief writes both ends, or one end helps the other.
struct Stealing {
  void push(long V) {
    auto At = Bottom.load();
    Slots[At & 63] = V;
    Bottom.store(At + 1);
  }
  long pop() {
    auto At = Bottom.load() - 1;
    Bottom.store(At);
    auto First = Top.load();
    if (At == First)
      Top.compare_exchange_strong(First, First + 1);
    return Slots[At & 63];
  }
  long steal() {
    auto First = Top.load();
    Top.compare_exchange_strong(First, First + 1);
    return Slots[First & 63];
  }
  std::atomic<size_t> Top;
  std::atomic<size_t> Bottom;
  long Slots[64];
};
struct Overwriting {
  void push(long V) {
    auto At = Head.load();
    if (At - Tail.load() > 63)
      pop();
    Slots[At & 63] = V;
    Head.store(At + 1);
  }
  long pop() {
    auto At = Tail.load();
    Tail.store(At + 1);
    return Slots[At & 63];
  }
  std::atomic<size_t> Head;
  std::atomic<size_t> Tail;
  long Slots[64];
};

// What runs it is not known: a pool, a virtual function.
class Posted {
  void start() {
    T = std::thread([this] {
      for (;;)
        ++A;
    });
    post([this] {
      for (;;)
        ++B;
    });
  }
  std::thread T;
  std::atomic<long> A{0};
  std::atomic<long> B{0};
};

// The thread itself may call what others call.
class Reentrant {
public:
  void submit() { ++Submitted; }
  void start() {
    T = std::thread([this] {
      for (;;) {
        ++Done;
        submit();
      }
    });
  }

private:
  std::thread T;
  std::atomic<long> Submitted{0};
  std::atomic<long> Done{0};
};

// Ends with one lock; two locks that one function takes; a setting.
struct OneLock {
  void put(int V) {
    std::lock_guard<std::mutex> G(M);
    Data[Put++] = V;
  }
  int take() {
    std::lock_guard<std::mutex> G(M);
    return Data[Take++];
  }
  std::mutex M, Other;
  unsigned Put = 0;
  unsigned Take = 0;
  int Data[9];
};
struct TakenTogether {
  void put(int V) {
    std::lock_guard<std::mutex> G(A);
    Data[Put++] = V;
  }
  int take() {
    std::lock_guard<std::mutex> G(B);
    return Data[Take++];
  }
  unsigned count() {
    std::lock_guard<std::mutex> G(A);
    std::lock_guard<std::mutex> H(B);
    return Put - Take;
  }
  std::mutex A;
  unsigned Put = 0;
  unsigned Take = 0;
  std::mutex B;
  int Data[9];
};
struct Settings {
  void setLevel(int L) {
    std::lock_guard<std::mutex> G(A);
    Level = L;
  }
  void setWidth(int W) {
    std::lock_guard<std::mutex> G(B);
    Width = W;
  }
  std::mutex A;
  int Level = 0;
  int Width = 0;
  std::mutex B;
};

// Readers and writers that count: no index leads anywhere.
struct Counting {
  void lockShared() {
    Readers.fetch_add(1);
    while (Writers.load() != 0)
      ;
  }
  void lock() {
    Writers.fetch_add(1);
    while (Readers.load() != 0)
      ;
  }
  std::atomic<int> Readers;
  std::atomic<int> Writers;
};

// A template of which there is no instance.
template <typename T> struct NoInstance {
  void push(T V) {
    auto At = Head.load();
    Slots[At & 63] = V;
    Head.store(At + 1);
  }
  T pop() {
    auto At = Tail.load();
    Tail.store(At + 1);
    return Slots[At & 63];
  }
  std::atomic<size_t> Head;
  std::atomic<size_t> Tail;
  T Slots[64];
};

// A table that grows at times, and an index into a pool: no two ends.
struct Table {
  Table *Previous = nullptr;
  size_t Capacity = 32;
};
struct TableAndPool {
  void grow() {
    Table *Old = Current.load();
    Table *New = new Table();
    New->Previous = Old;
    New->Capacity = Old->Capacity * 2;
    Current.store(New);
  }
  long take() { return Pool[Next.fetch_add(1)]; }
  std::atomic<Table *> Current;
  std::atomic<size_t> Next;
  long Pool[64];
};
