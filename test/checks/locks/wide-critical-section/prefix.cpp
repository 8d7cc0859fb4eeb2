// check: whet-wide-critical-section
// std: c++17
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <string>
#include <vector>

extern int Level;
extern const char *const Names[];
int measure();
void log(const char *);
static int twice(int N) { return N * 2; }
static int Calls = 0;
static int counted(int N) {
  ++Calls;
  return N;
}
static std::string padded(int N) {
  std::string S;
  for (int I = 0; I < N; ++I)
    S += ' ';
  return S;
}

struct Point {
  int X = 0;
  int Y = 0;
};
struct Traced {
  Traced();
  Traced(const Traced &);
  ~Traced();
  int N = 0;
};

class PrefixTable {
  std::mutex Mu;
  std::shared_mutex Shared;
  std::condition_variable Changed;
  std::vector<std::string> Lines;
  std::map<std::string, int> Counts;
  std::vector<std::shared_ptr<Point>> Points;
  std::vector<int> Numbers;
  const int Width = 8;
  std::atomic<int> Hits{0};
  int Limit;
  int Depth = 0;
  int *Out = nullptr;
  virtual int weight(int);

public:
  explicit PrefixTable(int N) : Limit(N) {}
  virtual ~PrefixTable();

  void add(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early: the work up to its first use, up to 2 allocations, touches nothing that others can see"
    std::string Line = "value: " + std::to_string(N) + " of this table"; // note "the work begins here"
    Lines.push_back(std::move(Line)); // note "'Lines' is the first it may guard" note "'Lines' is written here under the lock"
  }
  void addLoop(unsigned N) {
    // What is to be added.
    int Sum = 0;
    std::unique_lock Lock(Mu); // want "a loop, touches"
    for (unsigned I = 0; I < N; ++I)
      Sum += twice(I);
    // Now add it.
    Numbers.push_back(Sum);
  }
  void addPoint(int X, int Y) {
    std::scoped_lock<std::mutex> Lock(Mu); // For Points.  want "an allocation, touches"
    auto P = std::make_shared<Point>();
    P->X = X;
    P->Y = Y;
    Points.push_back(P);
  }
  // By hand.
  void byHand(unsigned N) {
    Mu.lock(); // want "'Mu' is locked too early"
    std::vector<int> All(N);
    std::sort(All.begin(), All.end(), [](int A, int B) { return A > B; });
    Numbers = All;
    Mu.unlock();
  }
  // What is never written once the object is made is nobody's.
  void widths() {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "a loop and an allocation, touches"
    std::string Line;
    for (int I = 0; I < Limit + Width; ++I)
      Line.push_back('-');
    Lines.push_back(Line);
  }
  // A function that is looked into.
  void calls() {
    std::lock_guard<std::mutex> Lock(Mu); // want "locked too early"
    std::string Line = padded(4);
    Lines.push_back(Line);
  }
  // In a block of its own.
  void nested(bool Adds) {
    if (Adds) {
      std::lock_guard<std::mutex> Lock(Mu); // want "locked too early"
      std::vector<int> More{1, 2, 3};
      Numbers.insert(Numbers.end(), More.begin(), More.end());
    }
  }
  // With a comment before it, which may be about anything: no fix.
  void commented(int N) {
    // One at a time.
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "locked too early"
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(std::move(Line));
  }
  // Two statements in one line: no fix.
  void oneLine(int N) {
    std::lock_guard<std::mutex> Lock(Mu); std::string Line = "a: " + std::to_string(N); // want-nofix "locked too early"
    Lines.push_back(std::move(Line));
  }

  // --- Nothing that costs anything.
  void cheap(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    int M = N * 2;
    std::string Name = "n";
    Numbers.push_back(M);
    Lines.push_back(Name);
  }
  // --- What is guarded, or may be.
  void usesState() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(Depth) + Lines.back();
    Lines.push_back(std::move(Line));
  }
  void throughReference(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::vector<int> &All = Numbers;
    for (int I = 0; I < N; ++I)
      All.push_back(I);
    Lines.clear();
  }
  void throughIterator() {
    std::lock_guard<std::mutex> Lock(Mu);
    auto It = Counts.find("a");
    for (int I = 0; I < 10; ++I)
      It->second += I;
    Lines.clear();
  }
  void throughPointer() {
    std::lock_guard<std::mutex> Lock(Mu);
    int *P = Out;
    for (int I = 0; I < 10; ++I)
      P[I] = I;
    Lines.clear();
  }
  void throughView() {
    std::string_view Last = Lines.back();
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Copy(Last);
    Lines.push_back(Copy);
  }
  void changes(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Depth = N;
    Lines.clear();
  }
  void global() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(Level);
    Lines.push_back(Line);
  }
  void counts(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(counted(N));
    Lines.push_back(Line);
  }
  void unknown() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(measure());
    Lines.push_back(Line);
  }
  void isVirtual(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(weight(N));
    Lines.push_back(Line);
  }
  void logs(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(N);
    log(Line.c_str());
    Lines.push_back(Line);
  }
  void atomics() {
    std::lock_guard<std::mutex> Lock(Mu);
    int Now = Hits.load();
    std::string Line = "value: " + std::to_string(Now);
    Lines.push_back(Line);
  }
  // The time is to be that of the line.
  void times() {
    std::lock_guard<std::mutex> Lock(Mu);
    auto Now = std::chrono::steady_clock::now();
    std::string Line = std::to_string(Now.time_since_epoch().count()) + " ms";
    Lines.push_back(Line);
  }
  void traced() {
    std::lock_guard<std::mutex> Lock(Mu);
    Traced T;
    std::vector<int> More(T.N);
    Numbers.swap(More);
  }
  // Somebody else may have the local's address.
  void lent(void (*Register)(int *)) {
    int N = 1000;
    Register(&N);
    std::lock_guard<std::mutex> Lock(Mu);
    std::vector<int> More(N);
    Numbers.swap(More);
  }
  void captured(std::vector<int> More) {
    auto Later = [&] { More.clear(); };
    std::lock_guard<std::mutex> Lock(Mu);
    std::sort(More.begin(), More.end());
    Numbers.swap(More);
    Later();
  }
  // A way out under the lock waits for those who have it.
  void leaves(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    for (unsigned I = 0; I < N; ++I)
      if (twice(I) == 14)
        return;
    Numbers.push_back(1);
  }
  // Made before, and seen by others since.
  void published(std::vector<std::shared_ptr<Point>> &To) {
    auto P = std::make_shared<Point>();
    To.push_back(P);
    std::lock_guard<std::mutex> Lock(Mu);
    for (int I = 0; I < 10; ++I)
      P->X += I;
    Points.push_back(P);
  }
  // Which lock it is depends on it.
  // Another lock is held as well.
  void both(int N) {
    std::lock_guard<std::shared_mutex> Outer(Shared);
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  // It is held in part only.
  void maybe(bool Is, int N) {
    std::unique_lock<std::mutex> Lock(Mu, std::defer_lock);
    if (Is)
      Lock.lock();
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
  void waits(int N) {
    std::unique_lock<std::mutex> Lock(Mu);
    Changed.wait(Lock);
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(Line);
  }
};

// A lock that makes threads take turns, and guards nothing.
class Turns {
  std::mutex Mu;

public:
  std::string format(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "value: " + std::to_string(N);
    log(Line.c_str());
    return Line;
  }
  int count(unsigned N) {
    std::lock_guard<std::mutex> Lock(Mu);
    int Sum = 0;
    for (unsigned I = 0; I < N; ++I)
      Sum += twice(I);
    return Sum;
  }
};
