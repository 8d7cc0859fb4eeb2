// check: whet-missing-reserve
// Where the container comes from decides what may be said of its size.
#include <cstddef>
#include <memory>
#include <vector>

int next();

struct Store {
  std::vector<int> Items;
  std::vector<int> Other;

  explicit Store(const std::vector<int> &In) {
    for (int X : In)
      Items.push_back(X); // want "'Items' grows In\.size\(\) times"
  }
  Store(const std::vector<int> &In, int First) : Items{First} {
    Items.reserve(Items.size() + In.size());
    for (int X : In)
      Items.push_back(X); // want "'Items' grows In\.size\(\) times"
  }
  void add(const std::vector<int> &In) {
    Items.reserve(Items.size() + In.size());
    for (int X : In)
      Items.push_back(X); // want "'Items' grows In\.size\(\) times"
  }
  void set(const std::vector<int> &In) {
    Items.clear();
    for (int X : In)
      this->Items.push_back(X); // want "'this->Items' grows In\.size\(\) times"
  }
};
struct Result {
  std::vector<int> Values;
  int Count;
};
Result local(const std::vector<int> &In) {
  Result R;
  R.Count = 0;
  for (int X : In)
    R.Values.push_back(X); // want "'R\.Values' grows In\.size\(\) times"
  return R;
}
void fill(std::vector<int> &Out, const std::vector<int> &In) {
  Out.reserve(Out.size() + In.size());
  for (int X : In)
    Out.push_back(X); // want "'Out' grows In\.size\(\) times"
}
void fillPointer(std::vector<int> *Out, const std::vector<int> &In) {
  Out->reserve(Out->size() + In.size());
  for (int X : In)
    Out->push_back(X); // want "'Out' grows In\.size\(\) times"
}
void refill(std::vector<int> &Out, const std::vector<int> &In) {
  Out.clear();
  for (int X : In)
    Out.push_back(X); // want "'Out' grows In\.size\(\) times"
}
std::vector<int> between(const std::vector<int> &In) {
  std::vector<int> Out;
  int Sum = 0;
  for (int X : In)
    Sum += X;
  if (Out.empty() && Sum > 3)
    Sum = 0;
  for (int X : In)
    Out.push_back(X + Sum); // want "'Out' grows In\.size\(\) times"
  return Out;
}
std::vector<int> started(const std::vector<int> &In) {
  std::vector<int> Out{1, 2, 3};
  for (int X : In)
    Out.push_back(X); // want "'Out' grows In\.size\(\) times"
  for (int X : In)
    Out.push_back(-X); // want "'Out' grows In\.size\(\) times"
  return Out;
}
std::vector<int> byValue(std::vector<int> Out, const std::vector<int> &In) {
  for (int X : In)
    Out.push_back(X); // want "'Out' grows In\.size\(\) times"
  return Out;
}
auto Lambda = [](const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In)
    Out.push_back(X); // want "'Out' grows In\.size\(\) times"
  return Out;
};
