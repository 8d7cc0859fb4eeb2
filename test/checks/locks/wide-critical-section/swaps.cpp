// check: whet-wide-critical-section
// std: c++17
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

class Session {
public:
  void close();
  int id() const;
};
void report(int);

class SwapTable {
  std::mutex Mu;
  std::vector<std::shared_ptr<Session>> Sessions;
  std::map<int, Session *> ById;
  std::deque<int> Jobs;
  std::vector<std::string> Lines;
  std::set<int> Ids;
  std::vector<Session *> Waiting;
  int Depth = 0;
  void step(int);

public:
  void add(std::shared_ptr<Session> S, int Id) {
    std::lock_guard<std::mutex> Lock(Mu);
    Sessions.push_back(S);
    ById[Id] = S.get();
    Jobs.push_back(Id);
    Lines.push_back("");
    Ids.insert(Id);
    Waiting.push_back(S.get());
    ++Depth;
  }
  // --- Emptied
  void closeAll() {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'Mu' is held while 'Sessions' is worked through, a loop, and left empty"
    for (const auto &S : Sessions) // note "the work begins here"
      S->close();
    Sessions.clear();
  }
  void closeLast() {
    std::unique_lock<std::mutex> lock(Mu); // want-nofix "'ById' is worked through"
    Depth = 0;
    for (auto It = ById.begin(); It != ById.end(); ++It) {
      It->second->close();
      delete It->second;
    }
    ById.clear();
  }
  void drain() {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'Jobs' is worked through"
    while (!Jobs.empty()) {
      report(Jobs.front());
      Jobs.pop_front();
    }
  }
  // One by one, from the first to the last.
  void eraseAll() {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'ById' is worked through, a loop, and left empty"
    for (auto It = ById.begin(); It != ById.end();) {
      delete It->second;
      It = ById.erase(It);
    }
  }
  void eraseFirst() {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'ById' is worked through"
    while (!ById.empty()) {
      delete ById.begin()->second;
      ById.erase(ById.begin());
    }
  }
  // An iterator of its own: no fix.
  void eraseFrom() {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'ById' is worked through"
    auto It = ById.begin();
    while (It != ById.end()) {
      delete It->second;
      It = ById.erase(It);
    }
  }
  // --- Some may stay.
  void eraseSome() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (auto It = ById.begin(); It != ById.end();) {
      if (It->second->id() > 0) {
        delete It->second;
        It = ById.erase(It);
      } else {
        ++It;
      }
    }
  }
  void eraseEverySecond() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (auto It = ById.begin(); It != ById.end(); ++It) {
      delete It->second;
      It = ById.erase(It);
    }
  }
  void skipOne() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (auto It = ById.begin(); It != ById.end();) {
      ++It;
      delete It->second;
      It = ById.erase(It);
    }
  }
  void eraseAbove(int Id) {
    std::lock_guard<std::mutex> Lock(Mu);
    for (auto It = ById.upper_bound(Id); It != ById.end();) {
      delete It->second;
      It = ById.erase(It);
    }
  }
  void eraseRest(int Id) {
    std::lock_guard<std::mutex> Lock(Mu);
    auto It = ById.upper_bound(Id);
    while (It != ById.end()) {
      delete It->second;
      It = ById.erase(It);
    }
  }
  // By hand, and with more to do: no fix.
  void byHand() {
    Mu.lock(); // want-nofix "worked through"
    for (const auto &S : Sessions)
      S->close();
    Sessions.clear();
    Mu.unlock();
  }
  void more() {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "worked through"
    for (const auto &S : Sessions)
      S->close();
    Sessions.clear();
    Depth = 0;
  }
  // --- Filled
  void fill(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'Mu' is held while 'Lines' is filled anew, a loop and up to 2 allocations, from what others cannot see"
    Lines.clear();
    for (int I = 0; I < N; ++I)
      Lines.push_back("line " + std::to_string(I));
    Depth = N;
  }
  void fillFrom(std::set<int> Given) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'Ids' is filled anew"
    Ids.clear();
    for (int Id : Given)
      Ids.insert(Id + 1);
  }

  // --- Not emptied, or not at once.
  void closeAndKeep() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (const auto &S : Sessions)
      S->close();
  }
  void clearAnother() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (const auto &S : Sessions)
      S->close();
    ById.clear();
  }
  void some() {
    std::lock_guard<std::mutex> Lock(Mu);
    while (!Jobs.empty()) {
      if (Jobs.front() > 3)
        break;
      report(Jobs.front());
      Jobs.pop_front();
    }
  }
  void keeps() {
    std::lock_guard<std::mutex> Lock(Mu);
    while (!Jobs.empty())
      report(Jobs.front());
  }
  bool leaves() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (const auto &S : Sessions) {
      if (S->id() == 3)
        return false;
      S->close();
    }
    Sessions.clear();
    return true;
  }
  // --- Others are used as well.
  void counts() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (const auto &S : Sessions) {
      S->close();
      --Depth;
    }
    Sessions.clear();
  }
  void steps() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (int Job : Jobs)
      step(Job);
    Jobs.clear();
  }
  void refill() {
    std::lock_guard<std::mutex> Lock(Mu);
    Lines.clear();
    for (int Job : Jobs)
      Lines.push_back("job " + std::to_string(Job));
  }
  // --- Somebody else's, who takes the lock to take it out and delete it.
  void wakeAll() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (Session *S : Waiting)
      S->close();
    Waiting.clear();
  }
  // --- Nothing that takes long.
  int sum() {
    std::lock_guard<std::mutex> Lock(Mu);
    int Sum = 0;
    for (int Job : Jobs)
      Sum += Job;
    Jobs.clear();
    return Sum;
  }
  // --- It was unlocked in between.
  void letsIn() {
    std::unique_lock<std::mutex> Lock(Mu);
    while (!Jobs.empty()) {
      int Job = Jobs.front();
      Jobs.pop_front();
      Lock.unlock();
      report(Job);
      Lock.lock();
    }
  }
  // Nobody waits for it.
  ~SwapTable() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (const auto &S : Sessions)
      S->close();
    Sessions.clear();
  }
};

// Nothing is guarded.
class Unshared {
  std::mutex Mu;
  std::vector<std::shared_ptr<Session>> Sessions;

public:
  std::vector<std::shared_ptr<Session>> &all() { return Sessions; }
  void closeAll() {
    std::lock_guard<std::mutex> Lock(Mu);
    for (const auto &S : Sessions)
      S->close();
    Sessions.clear();
  }
};
