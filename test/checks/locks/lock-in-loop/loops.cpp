// check: whet-lock-in-loop
// std: c++17
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

int compute(int);
int twice(int N) { return N * 2; }
int sum(int N) {
  int S = 0;
  for (int I = 0; I < N; ++I)
    S += I;
  return S;
}
void save(int);

class Table {
  std::mutex Mu;
  std::shared_mutex Shared;
  std::condition_variable Changed;
  std::map<std::string, int> Counts;
  std::vector<int> All;
  std::function<void(int)> OnEach;
  bool IsDone = false;

public:
  void addAll(const std::vector<std::string> &Names) {
    for (const std::string &Name : Names) { // note "the loop is here"
      std::lock_guard<std::mutex> L(Mu); // want "'Mu' is locked and unlocked Names.size\(\) times in this loop, for little work each time; once around it would do"
      ++Counts[Name];
    }
  }
  void addBoth(unsigned N) {
    for (unsigned I = 0; I < N; ++I) {
      std::scoped_lock L(Mu, Shared); // want "'Mu' and 'Shared' are locked and unlocked N times"
      All.push_back(1);
    }
  }
  void fill(unsigned N) {
    for (unsigned I = 0; I < N; ++I) {
      std::scoped_lock L(Mu); // want "'Mu' is locked and unlocked N times"
      All.push_back(twice(int(I)));
    }
  }
  int readAll(const std::vector<std::string> &Names) {
    int Sum = 0;
    for (const std::string &Name : Names) {
      std::shared_lock L(Shared); // want "'Shared' is locked"
      auto It = Counts.find(Name);
      if (It == Counts.end())
        continue;
      Sum += It->second;
    }
    return Sum;
  }
  void once(const std::vector<std::string> &Names) {
    std::lock_guard<std::mutex> L(Mu);
    for (const std::string &Name : Names)
      ++Counts[Name];
  }
  // Work outside of the lock.
  void outside(const std::vector<int> &In) {
    for (int X : In) {
      int Y = compute(X);
      std::lock_guard<std::mutex> L(Mu);
      All.push_back(Y);
    }
  }
  void unlocks(const std::vector<int> &In) {
    for (int X : In) {
      std::unique_lock<std::mutex> L(Mu);
      All.push_back(X);
      L.unlock();
      save(X);
    }
  }
  // Gives others a turn: what is done is unknown, or long, or a callback.
  void unknown(const std::vector<int> &In) {
    for (int X : In) {
      std::lock_guard<std::mutex> L(Mu);
      save(X);
    }
  }
  void isLong(const std::vector<int> &In) {
    for (int X : In) {
      std::lock_guard<std::mutex> L(Mu);
      All.push_back(sum(X));
    }
  }
  void nested(const std::vector<int> &In) {
    for (int X : In) {
      std::lock_guard<std::mutex> L(Mu);
      for (int &Y : All)
        Y += X;
    }
  }
  void callback(const std::vector<int> &In) {
    for (int X : In) {
      std::lock_guard<std::mutex> L(Mu);
      OnEach(X);
    }
  }
  // Workers, and those who wait.
  void work() {
    while (true) {
      std::lock_guard<std::mutex> L(Mu);
      if (IsDone)
        return;
      All.push_back(1);
    }
  }
  void waits(const std::vector<int> &In) {
    for (int X : In) {
      std::unique_lock<std::mutex> L(Mu);
      Changed.wait(L);
      All.push_back(X);
    }
  }
  void polls(unsigned N) {
    for (unsigned I = 0; I < N; ++I) {
      std::lock_guard<std::mutex> L(Mu);
      All.push_back(0);
      std::this_thread::yield();
    }
  }
  void few() {
    for (int I = 0; I < 3; ++I) {
      std::lock_guard<std::mutex> L(Mu);
      All.push_back(I);
    }
  }
};

// Another lock each time.
struct Shard {
  std::mutex Mu;
  std::vector<int> Items;
};
void clearAll(std::vector<Shard> &Shards, std::vector<Shard *> &Others,
              Shard *First) {
  for (Shard &S : Shards) {
    std::lock_guard<std::mutex> L(S.Mu);
    S.Items.clear();
  }
  for (unsigned I = 0; I < 100; ++I) {
    std::lock_guard<std::mutex> L(Shards[I].Mu);
    Shards[I].Items.clear();
  }
  for (unsigned I = 0; I < 100; ++I) {
    std::lock_guard<std::mutex> L(First->Mu);
    First->Items.clear();
    First = Others[I];
  }
}
