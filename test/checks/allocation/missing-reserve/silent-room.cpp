// check: whet-missing-reserve
// Somebody made room already, or may have.
#include <vector>

using Ints = std::vector<int>;
void use(Ints &);
bool test(int);
int get();

void reserved(const Ints &In) {
  Ints Out;
  Out.reserve(3);
  for (int X : In)
    Out.push_back(X);
  use(Out);
}
void reservedIf(const Ints &In, bool B) {
  Ints Out;
  if (B)
    Out.reserve(3);
  for (int X : In)
    Out.push_back(X);
  use(Out);
}
void sized(const Ints &In) {
  Ints Out(10);
  for (int X : In)
    Out.push_back(X);
  use(Out);
}
void resized(const Ints &In) {
  Ints Out;
  Out.resize(4);
  for (int X : In)
    Out.push_back(X);
  use(Out);
}
void callee() {
  Ints Out;
  use(Out);
  Ints In;
  for (int X : In)
    Out.push_back(X);
  use(Out);
}
void lam2(const Ints &In) {
  Ints Out;
  auto add = [&](int X) { Out.reserve(X); };
  for (int X : In) {
    Out.push_back(X);
    add(X);
  }
  use(Out);
}
struct M {
  Ints items;
  M() { items.reserve(10); }
  void add(const Ints &In) {
    for (int X : In)
      items.push_back(X);
  }
};
