// check: whet-missing-reserve
#include <iterator>
#include <list>
#include <vector>

int loops(const std::vector<int> &In, const std::list<int> &List,
          const int *First, const int *Last, const std::vector<int> *P) {
  std::vector<int> A;
  A.reserve(In.size());
  for (auto It = In.begin(); It != In.end(); ++It)
    A.push_back(*It); // want "'A' grows In\.size\(\) times"
  std::vector<int> B;
  B.reserve(List.size());
  for (auto It = List.cbegin(); It != List.cend(); It++)
    B.push_back(*It); // want "'B' grows List\.size\(\) times"
  std::vector<int> C;
  C.reserve(In.size());
  for (auto It = In.begin(), End = In.end(); It != End; ++It)
    C.push_back(*It); // want "'C' grows In\.size\(\) times"
  std::vector<int> D;
  D.reserve(In.size());
  for (auto It = In.rbegin(); It != In.rend(); ++It)
    D.push_back(*It); // want "'D' grows In\.size\(\) times"
  std::vector<int> E;
  E.reserve(In.size());
  for (auto It = std::begin(In); It != std::end(In); ++It)
    E.push_back(*It); // want "'E' grows In\.size\(\) times"
  std::vector<int> F;
  F.reserve(P->size());
  for (std::vector<int>::const_iterator It = P->begin(); It != P->end(); ++It)
    F.push_back(*It); // want "'F' grows P->size\(\) times"
  std::vector<int> G;
  G.reserve(Last - First);
  for (; First != Last; ++First)
    G.push_back(*First); // want "'G' grows Last - First times"
  return A[0] + B[0] + C[0] + D[0] + E[0] + F[0] + G[0];
}
