// check: whet-wide-critical-section
// std: c++17
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct Point {
  int X = 0;
  int Y = 0;
};
std::string measured();
static int Made = 0;
class Entry {
  std::string Name;
  int Size;

public:
  Entry(const std::string &N, int S) : Name(N), Size(S) {}
  Entry(const Entry &) = default;
  Entry &operator=(const Entry &) = default;
  Entry(Entry &&Other) : Name(std::move(Other.Name)), Size(Other.Size) {}
  ~Entry() {}
};
struct Counted {
  int N = 0;
  Counted() { ++Made; }
  ~Counted() = default;
};
struct Traced {
  int N = 0;
  Traced() = default;
  ~Traced() { --Made; }
};

class OperandTable {
  std::mutex Mu;
  std::vector<std::string> Lines;
  std::map<std::string, int> Counts;
  std::map<int, std::shared_ptr<Point>> Points;
  std::string Last;
  std::vector<Entry> Entries;
  std::vector<std::shared_ptr<Counted>> Counteds;
  std::vector<std::shared_ptr<Traced>> Traceds;
  int Depth = 0;

public:
  void add(int N) {
    auto Value = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early: computing what its first use is given, an allocation, touches nothing that others can see"
    Lines.push_back(std::move(Value)); // note "this is computed here"
  }
  void addPoint(int N) {
    auto value = std::make_shared<Point>();
    std::unique_lock<std::mutex> lock(Mu); // want "computing what its first use is given, an allocation"
    Points.emplace(N, std::move(value));
    ++Depth;
  }
  void assign(int N) {
    auto Value = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "computing what"
    Last = std::move(Value);
  }
  void atKey(int Key) {
    auto Value = std::make_shared<Point>();
    std::lock_guard<std::mutex> Lock(Mu); // want "computing what"
    Points[Key] = std::move(Value);
  }
  int find(int N) {
    auto Value = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "computing what"
    auto It = Counts.find(Value);
    return It == Counts.end() ? 0 : It->second;
  }
  bool has(int N) {
    auto Value = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "computing what"
    if (Counts.count(Value) > 0)
      return true;
    ++Counts["none"];
    return false;
  }
  std::size_t count(int N) {
    auto Value = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "computing what"
    return Counts.erase(Value);
  }
  void byHand(int N) {
    auto value = "value: " + std::to_string(N);
    Mu.lock(); // want "computing what"
    Lines.emplace_back(std::move(value));
    Mu.unlock();
  }
  // A class of the project that does nothing unseen.
  void entry(int N) {
    auto Value = Entry("value: " + std::to_string(N), N);
    std::lock_guard<std::mutex> Lock(Mu); // want "computing what"
    Entries.push_back(std::move(Value));
  }
  // What precedes it costs nothing.
  void afterOthers(int N) {
    auto Value = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "computing what"
    int Twice = N * 2;
    Lines.push_back(std::move(Value));
    Depth = Twice;
  }
  // Names are taken.
  void named(int Value, const int NewValue) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "computing what"
    Lines.push_back(std::to_string(Value + NewValue) + " is a value");
  }
  void namedOnce(int Value) {
    auto NewValue = std::to_string(Value) + " is a value";
    std::lock_guard<std::mutex> Lock(Mu); // want "computing what"
    Lines.push_back(std::move(NewValue));
  }
  // It needs what precedes it.
  void needs(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "computing what"
    int Twice = N * 2;
    Lines.push_back("value: " + std::to_string(Twice));
  }
  // Who knows which comes first.
  void changes(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "computing what"
    Points[N++] = std::make_shared<Point>(Point{N, N});
  }
  // Two of them.
  void two(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "up to 2 allocations"
    Lines.insert(Lines.end(), {"a" + std::to_string(N), "b" + std::to_string(N)});
  }
  void commented(int N) {
    // One at a time.
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "computing what"
    Lines.push_back("value: " + std::to_string(N));
  }

  void clear() {
    std::lock_guard<std::mutex> Lock(Mu);
    Entries.clear();
    Counteds.clear();
    Traceds.clear();
  }

  // --- Nothing that costs anything.
  void cheap(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Lines.push_back(std::to_string(N));
    Lines.push_back(std::string("short"));
  }
  // --- What is guarded, or may be.
  void usesState() {
    std::lock_guard<std::mutex> Lock(Mu);
    Lines.push_back("value: " + std::to_string(Depth));
  }
  void unknown() {
    std::lock_guard<std::mutex> Lock(Mu);
    Lines.push_back("value: " + measured());
  }
  // It is counted.
  void counted() {
    std::lock_guard<std::mutex> Lock(Mu);
    Counteds.push_back(std::make_shared<Counted>());
  }
  void traced() {
    std::lock_guard<std::mutex> Lock(Mu);
    Traceds.push_back(std::make_shared<Traced>());
  }
  // On a condition.
  void mayBe(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    if (Depth > 0 && Counts.count("value: " + std::to_string(N)) > 0)
      ++Depth;
    Last = Depth > 1 ? "value: " + std::to_string(N) : Last;
  }
  void later(int N) {
    auto Value = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "a value that is computed under it"
    ++Depth;
    Lines.push_back(std::move(Value));
  }
};
