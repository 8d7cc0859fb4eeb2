// check: whet-wide-critical-section
// std: c++17
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <numeric>
#include <shared_mutex>
#include <string>
#include <vector>

void log(const std::string &);
struct SuffixCloser {
  explicit SuffixCloser(int &N) : N(N) {}
  ~SuffixCloser() { --N; }
  int &N;
};

class SuffixTable {
  std::mutex Mu;
  std::shared_mutex Shared;
  std::condition_variable Changed;
  std::vector<int> Numbers;
  std::vector<std::string> Names;
  std::vector<std::shared_ptr<std::string>> Texts;
  int Users = 0;
  std::atomic<int> Hits{0};
  using Guard = std::lock_guard<std::mutex>;

public:
  void set(std::vector<int> All, std::vector<std::string> Others) {
    std::lock_guard<std::mutex> Lock(Mu);
    Numbers.swap(All);
    Names.swap(Others);
    Changed.notify_all();
  }
  void setShared(std::vector<int> All, std::vector<std::string> Others) {
    std::lock_guard<std::shared_mutex> Lock(Shared);
    Numbers.swap(All);
    Names.swap(Others);
  }
  // The copy is declared before: a block.
  std::vector<int> sorted() {
    std::vector<int> Copy;
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is held for too long: the work after its last use, a loop, touches nothing that others can see"
    Copy = Numbers; // note "'Numbers' is the first it may guard" note "'Numbers' is the last it may guard"

    std::sort(Copy.begin(), Copy.end()); // note "the work begins here"
    return Copy;
  }
  // It is declared there: given back early.
  std::string joined() {
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is held for too long"
    std::vector<std::string> Copy = Names;
    std::string All;
    for (const std::string &Name : Copy)
      All += Name;
    return All;
  }
  std::string joinedUnique() {
    std::unique_lock<std::mutex> Lock{Mu}; // want "'Mu' is held for too long"
    auto Copy = Names; // All of them.
    // Join them.
    std::string All;
    for (const std::string &Name : Copy)
      All += Name;
    return All;
  }
  int sum() {
    std::scoped_lock Lock(Mu); // want "'Mu' is held for too long"
    const std::vector<int> Copy = Numbers;
    return std::accumulate(Copy.begin(), Copy.end(), 0);
  }
  int sumByHand() {
    int Sum = 0;
    std::vector<int> Copy;
    Mu.lock(); // want "'Mu' is held for too long"
    Copy = Numbers;
    for (int N : Copy)
      Sum += N;
    Mu.unlock();
    return Sum;
  }
  // Before and after.
  std::string between(int N) {
    std::string Result;
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is held for too long: the work before its first use, up to 2 allocations, and after its last, a loop and an allocation, touches"
    std::string Name = "the name of " + std::to_string(N) + " is: ";
    for (const std::string &Other : Names)
      Result += Other;
    Names.push_back(Name);
    for (char &C : Result)
      C = C == '\n' ? ' ' : C;
    Result += '\n';
    return Result;
  }
  // A name of its own for the guard's type: no fix.
  int sumAlias() {
    Guard Lock(Mu); // want-nofix "held for too long"
    const std::vector<int> Copy = Numbers;
    return std::accumulate(Copy.begin(), Copy.end(), 0);
  }
  // A destructor that touches state: only in the block.
  int closes() {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "held for too long"
    SuffixCloser C(Users);
    std::vector<int> Copy = Numbers;
    return std::accumulate(Copy.begin(), Copy.end(), 0);
  }
  void closesInBlock(std::vector<int> Copy) {
    std::lock_guard<std::mutex> Lock(Mu); // want "held for too long"
    SuffixCloser C(Users);
    Numbers = Copy;
    for (int &N : Copy)
      N *= 2;
  }

  // --- What may still be guarded.
  const std::string &first() {
    std::lock_guard<std::mutex> Lock(Mu);
    const std::string &Name = Names.front();
    return Name;
  }
  std::string copies() {
    std::lock_guard<std::mutex> Lock(Mu);
    return Names.front();
  }
  std::string copiesAll() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string All;
    for (const std::string &Name : Names)
      All += Name;
    return All;
  }
  std::string throughPointers() {
    std::lock_guard<std::mutex> Lock(Mu);
    auto Copy = Texts;
    std::string All;
    for (const auto &Text : Copy)
      All += *Text;
    return All;
  }
  std::string throughReference() {
    std::lock_guard<std::mutex> Lock(Mu);
    const auto &Others = Names;
    std::string All;
    for (const std::string &Name : Others)
      All += Name;
    return All;
  }
  std::string throughView() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string_view Last = Names.back();
    std::string Copy(Last);
    return Copy;
  }
  std::vector<int>::const_iterator iterators() {
    std::lock_guard<std::mutex> Lock(Mu);
    auto It = Numbers.begin();
    for (int I = 0; I < 3; ++I)
      ++It;
    return It;
  }
  // --- What others see.
  void notifies(std::vector<int> All) {
    std::lock_guard<std::mutex> Lock(Mu);
    Numbers.swap(All);
    Changed.notify_all();
  }
  void counts(std::vector<int> All) {
    std::lock_guard<std::mutex> Lock(Mu);
    Numbers = All;
    for (int N : All)
      Hits += N;
  }
  void logs() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::vector<std::string> Copy = Names;
    for (const std::string &Name : Copy)
      log(Name);
  }
  // Who locked may go on.
  void locks() {
    std::vector<int> Copy;
    Mu.lock();
    Copy = Numbers;
    std::sort(Copy.begin(), Copy.end());
  }
  void unlocks() { Mu.unlock(); }
  // Nothing to gain.
  int cheap() {
    std::lock_guard<std::mutex> Lock(Mu);
    int N = Numbers.empty() ? 0 : Numbers.front();
    return N + 1;
  }
};
