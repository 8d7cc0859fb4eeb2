// check: whet-missing-reserve
// What is not instantiated is not known, and lists have no reserve.
#include <list>
#include <vector>

using Ints = std::vector<int>;
void use(Ints &);
bool test(int);
int get();

template <class T> void tmpl(const std::vector<T> &In) {
  std::vector<T> Out;
  for (auto &X : In)
    Out.push_back(X);
}
template <class C> void tmpl2(C &out, const Ints &In) {
  for (auto &X : In)
    out.push_back(X);
}
void inst(Ints &a, std::list<int> &List, const Ints &In) {
  tmpl2(a, In);
  tmpl2(List, In);
}
