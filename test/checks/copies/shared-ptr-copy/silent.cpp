// check: whet-shared-ptr-copy
// Copies that keep the object alive, or are needed for themselves.
#include <algorithm>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

struct Node {
  int Value = 0;
  std::function<void()> Done;
  std::shared_ptr<Node> Next;
};
using NodePtr = std::shared_ptr<Node>;
void elsewhere();
NodePtr Global;

// The function, or what it calls, may release the caller's.
static int resets(NodePtr N) {
  Global.reset();
  return N->Value;
}
static int callsBack(NodePtr N) {
  N->Done();
  return N->Value;
}
static int unknown(NodePtr N) {
  elsewhere();
  return N->Value;
}

// Kept, changed, moved on, handed out.
static NodePtr last(NodePtr N) {
  while (N->Next)
    N = N->Next;
  return N;
}
static std::function<int()> captured(NodePtr N) {
  return [N] { return N->Value; };
}
static void inThread(NodePtr N) {
  std::thread([N] { (void)N->Value; }).detach();
}
static NodePtr returned(NodePtr N) { return N; }
static void released(NodePtr N) { N.reset(); }
static int made(NodePtr N) { return N->Value; }

class Holder {
public:
  int viaMember() {
    auto Local = N;
    N.reset();
    return Local->Value;
  }
  int viaCallback() {
    auto Local = N;
    Local->Done();
    return Local->Value;
  }
  int viaUnknown() {
    for (auto Each : All) {
      elsewhere();
      return Each->Value;
    }
    return 0;
  }
  int viaErase() {
    int Sum = 0;
    while (!All.empty()) {
      auto First = All.front();
      All.erase(All.begin());
      Sum += First->Value;
    }
    return Sum;
  }
  NodePtr out() const {
    auto Local = N;
    return Local;
  }

private:
  NodePtr N;
  std::vector<NodePtr> All;
};

// Closures that may live on, and references.
static void closures(std::vector<std::function<int()>> &Out,
                     const std::vector<int> &Values) {
  auto Own = std::make_shared<Node>();
  Out.push_back([Own] { return Own->Value; });
  std::for_each(Values.begin(), Values.end(), [&Own](int Value) {
    Own->Value += Value;
  });
  std::for_each(Values.begin(), Values.end(), [Own](int) mutable {
    Own.reset();
  });
}

// Raw pointers and unique ones count nothing.
static int others(Node *N, const std::unique_ptr<Node> &U, const NodePtr &S) {
  return N->Value + U->Value + S->Value;
}

int use(const NodePtr &N, const std::vector<int> &Values) {
  std::vector<std::function<int()>> Out;
  closures(Out, Values);
  inThread(N), released(N);
  Holder H;
  return resets(Global) + callsBack(Global) + unknown(Global) + last(N)->Value +
         captured(N)() + returned(N)->Value + made(std::make_shared<Node>()) +
         H.viaMember() + H.viaCallback() + H.viaUnknown() + H.viaErase() +
         H.out()->Value + others(N.get(), nullptr, N);
}
