// check: whet-missing-reserve
#include <array>
#include <deque>
#include <initializer_list>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

static const int Table[] = {1, 2, 3, 4, 5, 6, 7};

int containers(const std::map<int, int> &Map, const std::list<int> &List,
               const std::deque<int> &Deque, std::string_view View,
               std::initializer_list<int> Init) {
  std::vector<int> A;
  A.reserve(Map.size());
  for (auto [Key, Value] : Map)
    A.push_back(Key + Value); // want "'A' grows Map\.size\(\) times"
  std::vector<int> B;
  B.reserve(List.size());
  for (int X : List)
    B.push_back(X); // want "'B' grows List\.size\(\) times"
  std::vector<int> C;
  C.reserve(Deque.size());
  for (int X : Deque)
    C.push_back(X); // want "'C' grows Deque\.size\(\) times"
  std::vector<int> D;
  D.reserve(View.size());
  for (char X : View)
    D.push_back(X); // want "'D' grows View\.size\(\) times"
  std::vector<int> E;
  E.reserve(Init.size());
  for (int X : Init)
    E.push_back(X); // want "'E' grows Init\.size\(\) times"
  return A[0] + B[0] + C[0] + D[0] + E[0];
}
int arrays() {
  std::vector<int> A;
  A.reserve(std::size(Table));
  for (int X : Table)
    A.push_back(X); // want "'A' grows std::size\(Table\) times"
  std::array<int, 9> Array{};
  std::vector<int> B;
  B.reserve(Array.size());
  for (int X : Array)
    B.push_back(X); // want "'B' grows Array\.size\(\) times"
  std::vector<int> C;
  C.reserve(6);
  for (int X : {1, 2, 3, 4, 5, 6})
    C.push_back(X); // want "'C' grows 6 times"
  return A[0] + B[0] + C[0];
}
struct Store {
  std::vector<int> Items;
  std::vector<std::vector<int>> Rows;
  std::unique_ptr<std::vector<int>> Owned;
  const std::vector<int> &items() const;
  std::vector<int> copyOfItems() const;
};
int places(const Store &S, const Store *P, const std::vector<int> *V,
           const std::shared_ptr<std::vector<int>> &Shared) {
  std::vector<int> A;
  A.reserve(S.Items.size());
  for (int X : S.Items)
    A.push_back(X); // want "'A' grows S\.Items\.size\(\) times"
  std::vector<int> B;
  B.reserve(P->Items.size());
  for (int X : P->Items)
    B.push_back(X); // want "'B' grows P->Items\.size\(\) times"
  std::vector<int> C;
  C.reserve(V->size());
  for (int X : *V)
    C.push_back(X); // want "'C' grows V->size\(\) times"
  std::vector<int> D;
  D.reserve(Shared->size());
  for (int X : *Shared)
    D.push_back(X); // want "'D' grows Shared->size\(\) times"
  std::vector<int> E;
  E.reserve(S.Owned->size());
  for (int X : *S.Owned)
    E.push_back(X); // want "'E' grows S\.Owned->size\(\) times"
  std::vector<int> F;
  F.reserve(S.Rows[3].size());
  for (int X : S.Rows[3])
    F.push_back(X); // want "'F' grows S\.Rows\[3\]\.size\(\) times"
  std::vector<int> G;
  G.reserve(S.items().size());
  for (int X : S.items())
    G.push_back(X); // want "'G' grows S\.items\(\)\.size\(\) times"
  std::vector<int> H;
  H.reserve(S.Items.size());
  for (int X : std::as_const(S.Items))
    H.push_back(X); // want "'H' grows S\.Items\.size\(\) times"
  return A[0] + B[0] + C[0] + D[0] + E[0] + F[0] + G[0] + H[0];
}
