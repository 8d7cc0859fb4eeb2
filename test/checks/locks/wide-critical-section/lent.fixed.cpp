// check: whet-wide-critical-section
// std: c++17
// stdlib: libstdc++
#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

struct Request {
  std::string Name;
  int Id = 0;
};
struct LentShared {
  std::mutex Mu;
  int N = 0;
};

namespace {
// All that call it are here.
class LentQueue {
  std::mutex Mu;
  std::vector<std::string> Lines;
  std::string Prefix;
  int Limit;

public:
  explicit LentQueue(int N) : Limit(N) {}
  void add(const std::string &Name) {
    std::lock_guard<std::mutex> Lock(Mu); // want "locked too early"
    std::string Line = "name: " + Name;
    Lines.push_back(Line);
  }
  void addNumbered(const std::string &Name) { add(Name); }
  void addRequest(const Request &R) {
    std::lock_guard<std::mutex> Lock(Mu); // want "locked too early"
    std::string Line = R.Name + std::to_string(R.Id);
    Lines.push_back(Line);
  }
  void addText(const char *Text) {
    std::lock_guard<std::mutex> Lock(Mu); // want "locked too early"
    std::string Line(Text);
    Lines.push_back(Line);
  }
  void pad() {
    std::string Line;
    for (int I = 0; I < Limit; ++I)
      Line += '-';
    std::lock_guard<std::mutex> Lock(Mu); // want "locked too early"
    Lines.push_back(Line);
  }
  // One caller lends it what is guarded.
  void addAny(const std::string &Name) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "locked too early"
    std::string Line = "any: " + Name;
    Lines.push_back(Line);
  }
  void addView(std::string_view Name) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "locked too early"
    std::string Line(Name);
    Lines.push_back(Line);
  }
  const std::string &prefix() const { return Prefix; }
  void setPrefix(const std::string &P) {
    std::lock_guard<std::mutex> Lock(Mu);
    Prefix = P;
  }
  // A class of the project is likely to be shared.
  void take(LentShared &S) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = "n: " + std::to_string(S.N);
    Lines.push_back(Line);
  }
  void fill(Request *R) {
    std::lock_guard<std::mutex> Lock(Mu);
    for (int I = 0; I < 10; ++I)
      R->Id += I;
    Lines.push_back(R->Name);
  }
  void merge(const LentQueue &Other) {
    std::lock_guard<std::mutex> Lock(Mu);
    std::string Line = Other.Prefix + "merged";
    Lines.push_back(Line);
  }
};
// A set that others keep, and that this class's lock guards.
class LentPolls {
  std::mutex Mu;
  std::map<int, std::string> Polls;
  friend class LentSocket;

public:
  void add(int Id) {
    std::lock_guard<std::mutex> Lock(Mu);
    Polls[Id] = "new";
  }
  void update(std::vector<int> &Ids) {
    std::lock_guard<std::mutex> Lock(Mu);
    Polls.erase(Ids.front());
    for (unsigned I = 0; I < 10; ++I)
      Ids.push_back(1);
  }
  // All that call it lend what is theirs.
  void collect(std::vector<int> &Ids) {
    {
      std::lock_guard<std::mutex> Lock(Mu); // want "held for too long"
      Polls.erase(4);
    }
    for (unsigned I = 0; I < 10; ++I)
      Ids.push_back(1);
  }
};

class LentSocket {
  LentPolls &Polls;
  std::vector<int> Ids;

public:
  explicit LentSocket(LentPolls &P) : Polls(P) {}
  void remove() {
    std::lock_guard<std::mutex> Lock(Polls.Mu);
    Ids.clear();
  }
  void update() { Polls.update(Ids); }
  void collect() {
    std::vector<int> All;
    Polls.collect(All);
  }
};
} // namespace

void run(LentQueue &Q, int N) {
  std::string Local = std::to_string(N);
  Q.add(Local);
  Q.add("literal");
  Q.addNumbered(Local + "!");
  Request R;
  Q.addRequest(R);
  Q.addText("text");
  Q.addText(Local.c_str());
  Q.pad();
  Q.addAny(Local);
  Q.addAny(Q.prefix());
  Q.addView(Q.prefix());
  Q.setPrefix(Local);
  LentShared S;
  Q.take(S);
  Q.fill(&R);
  LentQueue Other(1);
  Q.merge(Other);
}
