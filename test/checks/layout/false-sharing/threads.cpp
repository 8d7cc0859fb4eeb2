// check: whet-false-sharing
#include <atomic>
#include <future>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

void work();

// Two threads, each with a counter.
class Pipeline {
public:
  void start() {
    Reader = std::thread([this] { // note "a lambda runs on a thread started here"
      while (!Stop)
        Read.fetch_add(1); // note "a lambda writes 'Read' here"
    });
    Writer = std::thread(&Pipeline::write, this); // note "'write' runs on a thread started here"
  }
  void stop() { Stop = true; }

private:
  void write() {
    while (!Stop)
      countWritten();
  }
  void countWritten() {
    ++Written; // note "'countWritten' writes 'Written' here"
  }

  std::thread Reader, Writer;
  std::atomic<bool> Stop{false};
  std::atomic<long> Read{0};
  std::atomic<long> Written{0}; // want "'Read' and 'Written', which different threads write"
};

// One thread of its own, and whoever calls.
class Server {
public:
  Server() : Worker([this] { run(); }) {} // note "a lambda runs on a thread started here"
  void submit() {
    Submitted.fetch_add(1, std::memory_order_relaxed); // note "'submit' writes 'Submitted' here"
  }

private:
  void run() {
    for (;;) {
      work();
      Done.fetch_add(1, std::memory_order_relaxed); // note "'run' writes 'Done' here"
    }
  }
  std::atomic<long> Submitted{0};
  std::atomic<long> Done{0}; // want "'Submitted' and 'Done', which"
  std::thread Worker;
};

// Variables.
static std::atomic<long> Produced;
static std::atomic<long> Consumed; // want "'Produced' and 'Consumed', which different threads write, are defined one after the other, mostly in one cache line"
static void consume() {
  while (Produced.load() > Consumed.load())
    ++Consumed;
}
void startAll() {
  std::vector<std::thread> All;
  All.emplace_back(consume);
  All.emplace_back([] {
    for (int I = 0; I < 1000000; ++I)
      ++Produced;
  });
  for (std::thread &T : All)
    T.join();
}

// Locks that two threads take, each its own.
struct Loops {
  void readAll() {
    for (;;) {
      std::lock_guard<std::mutex> Guard(ReadLock); // note "'readAll' takes 'ReadLock' here"
      work();
    }
  }
  void writeAll() {
    for (;;) {
      std::unique_lock<std::mutex> Guard(WriteLock); // note "'writeAll' takes 'WriteLock' here"
      work();
    }
  }
  void start() {
    auto A = std::async(std::launch::async, &Loops::readAll, this);
    auto B = std::async(std::launch::async, [this] { writeAll(); });
  }
  std::mutex ReadLock;
  std::mutex WriteLock; // want "'ReadLock' and 'WriteLock', which"
};
