// check: whet-missing-reserve
#include <cstddef>
#include <vector>

int loops(std::size_t N, std::size_t M, const std::vector<int> &In,
          const int *First, const int *Last) {
  std::vector<int> A;
  std::size_t I = 0;
  A.reserve(N);
  while (I < N) {
    A.push_back(1); // want "'A' grows N times"
    ++I;
  }
  std::vector<int> B;
  std::size_t J = 0;
  B.reserve(In.size());
  while (J < In.size())
    B.push_back(In[J++]); // want "'B' grows In\.size\(\) times"
  std::vector<int> C;
  C.reserve(Last - First);
  while (First != Last)
    C.push_back(*First++); // want "'C' grows Last - First times"
  std::vector<int> D;
  D.reserve(M);
  while (M-- > 0)
    D.push_back(1); // want "'D' grows M times"
  std::vector<int> E;
  auto It = In.begin();
  E.reserve(In.size());
  while (It != In.end()) {
    E.push_back(*It); // want "'E' grows In\.size\(\) times"
    ++It;
  }
  return A[0] + B[0] + C[0] + D[0] + E[0];
}
