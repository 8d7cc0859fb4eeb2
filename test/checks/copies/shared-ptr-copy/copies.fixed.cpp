// check: whet-shared-ptr-copy
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct Node {
  int Value = 0;
  std::string Name;
  int value() const { return Value; }
  void setValue(int To) { Value = To; }
};
using NodePtr = std::shared_ptr<Node>;

// Parameters.
static int byValue(const std::shared_ptr<Node> &N) { return N->Value; } // want "'N' is a copy of a shared pointer, 1 atomic increment and 1 decrement per call, and only looked through"
static int alias(const NodePtr &N) { return N ? N->value() : 0; } // want "'N'"
static int constant(const NodePtr &N) { return (*N).Value; } // want "'N'"
static void set(const NodePtr &N) { N->setValue(1); } // want "'N'"
static bool same(const NodePtr &A, const NodePtr &B) { return A == B; } // want "'A'"
static Node *raw(const NodePtr &N) { return N.get(); } // want "'N'"
static int weak(const std::weak_ptr<Node> &N) { return N.expired(); } // want "'N'"

template <typename T> int ofAny(std::shared_ptr<T> P) { return P->Value; } // want "'P'"

// Kept: the parameter is a copy already.
class Holder {
public:
  explicit Holder(NodePtr N) : N(std::move(N)) {} // want "'N' is copied here, .* at its last use; move it"
  void reset(NodePtr To) { N = std::move(To); } // want "'To' is copied here"

  // Locals that are made from a member and looked through.
  int value() const {
    const auto &Local = N; // want "'Local' is a copy of a shared pointer, .* per call"
    return Local->Value;
  }
  int sum() const {
    int Sum = 0;
    for (const auto &Each : All) // want "'Each' is a copy of each shared pointer, .* per iteration"
      Sum += Each->Value;
    for (const NodePtr &Each : All) // want "'Each'"
      Sum += Each->value();
    for (auto It = Named.begin(); It != Named.end(); ++It) {
      const NodePtr &Second = It->second; // want "'Second'"
      Sum += Second->Value;
    }
    for (auto [Name, Each] : Named) // a pair with a string is another check's
      Sum += Each->Value;
    return Sum;
  }

private:
  NodePtr N;
  std::vector<NodePtr> All;
  std::map<int, NodePtr> Named;
};

// Closures that are gone when the call is over.
static int counted(const std::vector<int> &Values, const NodePtr &N) { // want "'N' is a copy of a shared pointer"
  auto Own = std::make_shared<Node>();
  auto More = std::count_if(
      Values.begin(), Values.end(),
      [&Own](int Value) { return Value > Own->Value; }); // want "'Own' is captured by value, 1 atomic increment"
  return static_cast<int>(More) + N->Value;
}

int use(const NodePtr &N, const std::vector<int> &Values) {
  std::weak_ptr<Node> W = N;
  set(N);
  raw(N);
  Holder H(N);
  H.reset(N);
  return byValue(N) + alias(N) + constant(N) + same(N, N) + weak(W) + ofAny(N) +
         H.value() + H.sum() + counted(Values, N);
}
