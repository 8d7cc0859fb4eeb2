// check: whet-false-sharing
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>

// A ring: each end has an index of its own.
class Ring {
public:
  bool push(long Value) {
    const size_t At = Head.load(std::memory_order_relaxed);
    if (At - Tail.load(std::memory_order_acquire) > Mask)
      return false;
    Slots[At & Mask] = Value;
    Head.store(At + 1, std::memory_order_release); // note "'push' advances 'Head' here"
    return true;
  }
  bool pop(long &Value) {
    const size_t At = Tail.load(std::memory_order_relaxed);
    if (At == Head.load(std::memory_order_acquire))
      return false;
    Value = Slots[At & Mask];
    Tail.store(At + 1, std::memory_order_release); // note "'pop' advances 'Tail' here"
    return true;
  }
  void clear() {
    Head.store(0);
    Tail = 0;
  }

private:
  size_t Mask = 1023;
  std::unique_ptr<long[]> Slots{new long[1024]};
  std::atomic<size_t> Head{0};
  std::atomic<size_t> Tail{0}; // want "'Head' and 'Tail', which different threads write, are in one cache line in 7 of 8 places that an object may have in it: each write takes the 64 bytes from the other one's core"
};

// Of many producers and consumers.
struct Bounded {
  struct Cell {
    std::atomic<size_t> Sequence;
    int Value;
  };
  void enqueue(int Value) {
    size_t At = In.fetch_add(1); // note "'enqueue' advances 'In' here"
    while (Cells[At & 63].Sequence.load() != At)
      ;
    Cells[At & 63].Value = Value;
  }
  int dequeue() {
    size_t At = Out.load();
    while (!Out.compare_exchange_weak(At, At + 1)) // note "'dequeue' advances 'Out' here"
      ;
    return Cells[At & 63].Value;
  }
  Cell *Cells = nullptr;
  std::atomic<size_t> In;
  int Capacity = 64;
  std::atomic<size_t> Out; // want "'In' and 'Out', which"
};

// A template, and what only its instantiations tell.
template <typename T> class Queue {
public:
  void push(T Value) {
    auto At = Last.load();
    Data[At % 128] = Value;
    Last = At + 1; // note "'push' advances 'Last' here"
  }
  T pop() {
    auto At = First++; // note "'pop' advances 'First' here"
    return Data[At % 128];
  }

private:
  T Data[128] = {};
  std::atomic<unsigned> First{0};
  std::atomic<unsigned> Last{0}; // want "'First' and 'Last', which"
};
void useQueues(Queue<int> &I, Queue<char> &C) {
  I.push(1);
  I.pop();
  C.push('c');
  C.pop();
}

// A list with a pointer to each end.
struct Node {
  std::atomic<Node *> Next{nullptr};
  int Value = 0;
};
class List {
public:
  void push(Node *New) {
    Node *Old = Back.load();
    Old->Next.store(New);
    Back.store(Old->Next.load()); // note "'push' advances 'Back' here"
  }
  Node *pop() {
    Node *Old = Front.load();
    Node *Next = Old->Next.load();
    Front.store(Next); // note "'pop' advances 'Front' here"
    return Old;
  }

private:
  std::atomic<Node *> Front;
  std::atomic<Node *> Back; // want "'Front' and 'Back', which"
};

// Elements are reached by a pointer and an index.
struct Pointers {
  void put(int Value) {
    int At = PutIndex.load();
    *(Data.get() + At) = Value;
    PutIndex.store(next(At)); // note "'put' advances 'PutIndex' here"
  }
  int take() {
    int At = TakeIndex.load();
    TakeIndex.store(next(At)); // note "'take' advances 'TakeIndex' here"
    return *(Data.get() + At);
  }
  static int next(int At) { return At == 63 ? 0 : At + 1; }
  std::unique_ptr<int[]> Data;
  std::atomic<int> PutIndex;
  std::atomic<int> TakeIndex; // want "'PutIndex' and 'TakeIndex', which"
};
