// check: whet-string-concat-in-loop
#include <string>
#include <vector>

struct Node {
  virtual ~Node() = default;
  virtual std::string text() const = 0;
};
struct List : Node {
  std::vector<Node *> Children;
  std::string text() const override {
    std::string Out;
    for (const Node *Child : Children) {
      Out = Out + Child->text(); // want "appending to 'Out'"
      Out += Child->text() + ","; // want "made longer"
    }
    return Out;
  }
};
struct Cached : Node {
  std::vector<Node *> Children;
  mutable std::string Cache;
  std::string text() const override {
    for (const Node *Child : Children)
      Cache += "<" + Child->text(); // want-nofix "appended to 'Cache'"
    return Cache;
  }
};
