// check: whet-wide-critical-section
// std: c++17
// stdlib: libstdc++
// What is shared although it does not look so.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

struct Counted {
  static int Made;
  explicit Counted(int N) : N(N) { ++Made; }
  int N;
};
struct Plain {
  explicit Plain(int N) : N(N) {}
  int N;
};
struct Elsewhere {
  explicit Elsewhere(int N);
  int N;
};

class HiddenTable {
  std::mutex Mu;
  std::vector<int> Numbers;
  std::vector<std::string> Lines;
  std::vector<const char *> Texts;
  std::vector<std::shared_ptr<Counted>> All;
  std::vector<std::shared_ptr<Plain>> Plains;
  std::vector<std::shared_ptr<Elsewhere>> Others;
  std::string_view Current;
  const int *First = nullptr;

public:
  void add(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    Numbers.push_back(N);
    Lines.clear();
  }
  // Constructors that a library calls.
  void counted(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    auto C = std::make_shared<Counted>(N);
    All.push_back(C);
    Numbers.clear();
  }
  void elsewhere(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    auto C = std::make_shared<Elsewhere>(N);
    Others.push_back(C);
    Numbers.clear();
  }
  void plain(int N) {
    auto C = std::make_shared<Plain>(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "an allocation"
    Plains.push_back(C);
    Numbers.clear();
  }
  // What views do with what they view.
  int finds() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string_view Last = Lines.back();
    int N = 0;
    for (int I = 0; I < 3; ++I)
      N += int(Last.find('a'));
    return N;
  }
  int findsInRange() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::vector<std::string_view> Views;
    Views.push_back(Lines.back());
    int N = 0;
    for (std::string_view V : Views)
      N += int(V.find('a'));
    return N;
  }
  // Somebody has a view of a local.
  void shows(std::string Name) {
    std::lock_guard<std::mutex> Lock(Mu);
    Current = Name;
    for (char &C : Name)
      C = 'x';
  }
  void pointsTo(std::vector<int> More) {
    std::lock_guard<std::mutex> Lock(Mu);
    First = More.data();
    std::sort(More.begin(), More.end());
  }
  void keeps(std::string Name) {
    std::lock_guard<std::mutex> Lock(Mu);
    Texts.push_back(Name.data());
    for (char &C : Name)
      C = 'x';
  }
  // Held on the way out.
  bool locksIf(std::vector<int> More) {
    Mu.lock();
    Numbers = More;
    for (int N : More)
      if (N == 3)
        return true;
    Mu.unlock();
    return false;
  }
};

// An object that is assigned as a whole.
class Handle {
  std::mutex *Mu;
  int Limit = 3;
  std::vector<int> *Numbers;
  int Count = 0;

public:
  explicit Handle(std::mutex &M, std::vector<int> &N) : Mu(&M), Numbers(&N) {}
  void add() {
    std::lock_guard<std::mutex> Lock(*Mu);
    std::vector<int> More(Limit);
    ++Count;
    Numbers->swap(More);
  }
  int count() {
    std::lock_guard<std::mutex> Lock(*Mu);
    return Count;
  }
};
