// check: whet-wide-critical-section
// std: c++17
#include <atomic>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

struct Message {
  std::string Topic;
  std::vector<char> Payload;
  int Id = 0;
};
struct Small {
  int X = 0;
  int Y = 0;
};
struct Fixed {
  const std::string Name;
};
void touch(std::string &S);
static int Copied = 0;
struct Counted {
  std::string Text;
  Counted() = default;
  Counted(const Counted &Other) : Text(Other.Text) { ++Copied; }
  Counted(Counted &&Other) = default;
  Counted &operator=(const Counted &) = default;
};

// --- What is stored is copied under the lock.
class CopyQueue {
  std::mutex Mu;
  std::deque<Message> Queue;
  std::queue<Message> Waiting;
  std::vector<std::string> Lines;
  std::map<int, Message> ById;
  std::set<std::string> Names;
  std::vector<std::shared_ptr<Small>> Points;
  std::vector<Small> Smalls;
  std::vector<Counted> Counteds;

  std::list<Fixed> Fixeds;
  std::map<std::string, std::string> Settings;
  std::string Last;
  int Depth = 0;
  std::atomic<bool> IsReady{false};

public:
  void push(const Message &M) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "'Mu' is locked too early: copying 'M', up to 2 allocations, touches nothing that others can see"
    Queue.push_back(M); // note "this is copied here"
  }
  void wait(const Message &M) {
    std::unique_lock<std::mutex> lock(Mu); // want-nofix "copying 'M'"
    Waiting.push(M);
    ++Depth;
  }
  // A part of it.
  void line(const Message &M) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "copying 'M.Topic', an allocation"
    Lines.emplace_back(M.Topic);
  }
  void all(const std::map<std::string, std::string> &New) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "copying 'New', an allocation"
    Settings = New;
  }
  void at(int Id, const Message &M) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "copying 'M'"
    ById[Id] = M;
  }
  // What precedes it does not matter to it.
  void later(const Message &M) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "copying 'M'"
    ++Depth;
    Queue.push_back(M);
  }
  void laterValue(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want "'Mu' is locked too early: a value that is computed under it, an allocation, touches nothing"
    ++Depth;
    Lines.push_back("value: " + std::to_string(N));
  }
  // It is a statement of its own.
  void laterLine(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want "a value that is computed under it"
    ++Depth;
    std::string Line = "value: " + std::to_string(N);
    Lines.push_back(std::move(Line));
  }
  void laterLines(int N) {
    std::lock_guard<std::mutex> Lock(Mu); // want "a value that is computed under it"
    ++Depth;
    std::vector<std::string> Made(N, "value");
    Lines.swap(Made);
  }
  void constant(int N) {
    const std::string Line = "value: " + std::to_string(N);
    std::lock_guard<std::mutex> Lock(Mu); // want "copying 'Line', an allocation"
    Lines.push_back(Line);
  }
  void byHand(const Message &M) {
    Mu.lock(); // want-nofix "copying 'M'"
    Queue.push_back(M);
    Mu.unlock();
  }

  // --- It can be moved, and needs no copy.
  void own(Message M) {
    std::lock_guard<std::mutex> Lock(Mu);
    Queue.push_back(M);
  }
  // --- Nothing that costs anything.
  void point(const std::shared_ptr<Small> &P) {
    std::lock_guard<std::mutex> Lock(Mu);
    Points.push_back(P);
  }
  void small(const Small &S) {
    std::lock_guard<std::mutex> Lock(Mu);
    Smalls.push_back(S);
  }
  // What is there has room.
  void last(const std::string &S) {
    std::lock_guard<std::mutex> Lock(Mu);
    Last = S;
  }
  // --- Nothing may be copied at all.
  void name(const std::string &S) {
    std::lock_guard<std::mutex> Lock(Mu);
    Names.insert(S);
    ++Depth;
  }
  void mayBe(const Message &M) {
    std::lock_guard<std::mutex> Lock(Mu);
    if (Depth > 8)
      return;
    Queue.push_back(M);
  }
  void choose(const Message &M) {
    std::lock_guard<std::mutex> Lock(Mu);
    if (Depth > 8)
      Queue.push_back(M);
  }
  // --- Moving it is copying it.
  void fixed(const Fixed &F) {
    std::lock_guard<std::mutex> Lock(Mu);
    Fixeds.push_back(F);
  }
  // --- Copies are counted.
  void count(const Counted &C) {
    std::lock_guard<std::mutex> Lock(Mu);
    Counteds.push_back(C);
  }
  // --- It is guarded, or comes from what is.
  void again() {
    std::lock_guard<std::mutex> Lock(Mu);
    Queue.push_back(Queue.front());
  }
  void numbered() {
    std::lock_guard<std::mutex> Lock(Mu);
    int Id = ++Depth;
    Lines.push_back("value: " + std::to_string(Id));
  }
  void first() {
    std::lock_guard<std::mutex> Lock(Mu);
    const Message &M = Queue.front();
    Queue.push_back(M);
  }
  // --- It may be waited for.
  void tells(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    IsReady = true;
    Lines.push_back("value: " + std::to_string(N));
  }
  void calls(int N) {
    std::lock_guard<std::mutex> Lock(Mu);
    touch(Last);
    Lines.push_back("value: " + std::to_string(N));
  }
  void changed(std::string S) {
    std::lock_guard<std::mutex> Lock(Mu);
    touch(S);
    Lines.push_back("value: " + S);
  }
  void read(std::string &S) {
    std::lock_guard<std::mutex> Lock(Mu);
    S = Last;
    Lines.push_back("value: " + S);
  }

  void clear() {
    std::lock_guard<std::mutex> Lock(Mu);
    Queue.clear();
    Lines.clear();
    ById.clear();
    Names.clear();
    Points.clear();
    Smalls.clear();
    Counteds.clear();
    Fixeds.clear();
    Settings.clear();
    Last.clear();
    Waiting = {};
  }
};

// --- Callers are all here, and one of them lends it what is guarded.
namespace {
class Board {
  std::mutex Mu;
  std::vector<Message> Posts;
  Message Kept;

public:
  void post(const Message &M) {
    std::lock_guard<std::mutex> Lock(Mu); // want "copying 'M'"
    Posts.push_back(M);
  }
  void repost(const Message &M) {
    std::lock_guard<std::mutex> Lock(Mu); // want-nofix "copying 'M'"
    Posts.push_back(M);
  }
  void keep(Message M) {
    std::lock_guard<std::mutex> Lock(Mu);
    Kept = std::move(M);
  }
  const Message &kept() const { return Kept; }
};
} // namespace
void use(int Id) {
  Board B;
  Message M;
  M.Id = Id;
  B.post(M);
  B.repost(M);
  B.repost(B.kept());
  B.keep(M);
}
