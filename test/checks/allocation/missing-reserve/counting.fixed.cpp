// check: whet-missing-reserve
#include <cstddef>
#include <vector>

unsigned up(std::size_t N, unsigned U, const std::vector<int> &In) {
  std::vector<std::size_t> A;
  A.reserve(N);
  for (std::size_t I = 0; I < N; ++I)
    A.push_back(I); // want "'A' grows N times"
  std::vector<unsigned> B;
  B.reserve(U);
  for (unsigned I = 0; I != U; I++)
    B.push_back(I); // want "'B' grows U times"
  std::vector<std::size_t> C;
  C.reserve(N);
  for (std::size_t I = 1; I <= N; I++)
    C.push_back(I); // want "'C' grows N times"
  std::vector<std::size_t> D;
  D.reserve(N);
  for (std::size_t I = 0; N > I; ++I)
    D.push_back(I); // want "'D' grows N times"
  std::vector<std::size_t> E;
  E.reserve(In.size());
  for (auto I = 0U; I < In.size(); I += 1)
    E.push_back(I); // want "'E' grows In\.size\(\) times"
  std::vector<std::size_t> F;
  F.reserve(In.size());
  for (std::size_t I = 0, End = In.size(); I != End; ++I)
    F.push_back(I); // want "'F' grows In\.size\(\) times"
  std::vector<std::size_t> G;
  G.reserve((N + 1) / 2);
  for (std::size_t I = 0; I < N; I += 2)
    G.push_back(I); // want "'G' grows \(N \+ 1\) / 2 times"
  std::vector<std::size_t> H;
  H.reserve(N);
  for (std::size_t I = 1; I < N; ++I)
    H.push_back(I); // want "'H' grows up to N times"
  return A.size() + B.size() + C.size() + D.size() + E.size() + F.size() +
         G.size() + H.size();
}
std::size_t down(std::size_t N, const std::vector<int> &In) {
  std::vector<std::size_t> A;
  A.reserve(N);
  for (std::size_t I = N; I > 0; --I)
    A.push_back(I); // want "'A' grows N times"
  std::vector<std::size_t> B;
  B.reserve(In.size());
  for (std::size_t I = In.size(); I-- > 0;)
    B.push_back(I); // want "'B' grows In\.size\(\) times"
  std::vector<int> C;
  C.reserve(In.size());
  for (int I = static_cast<int>(In.size()) - 1; I >= 0; --I)
    C.push_back(I); // want "'C' grows In\.size\(\) times"
  return A.size() + B.size() + C.size();
}
int constants() {
  std::vector<int> A;
  A.reserve(100);
  for (int I = 0; I < 100; ++I)
    A.push_back(I); // want "'A' grows 100 times"
  std::vector<int> B;
  B.reserve(10);
  for (int I = 10; I < 20; ++I)
    B.push_back(I); // want "'B' grows 10 times"
  std::vector<int> C;
  C.reserve(5);
  for (int I = 20; I > 0; I -= 4)
    C.push_back(I); // want "'C' grows 5 times"
  constexpr int Count = 50;
  std::vector<int> D;
  D.reserve(Count);
  for (int I = 0; I < Count; ++I)
    D.push_back(I); // want "'D' grows Count times"
  return A[0] + B[0] + C[0] + D[0];
}
int signedBounds(int N, const std::vector<int> &In) {
  std::vector<int> A;
  A.reserve(In.size());
  for (int I = 0; I < static_cast<int>(In.size()); ++I)
    A.push_back(I); // want "'A' grows In\.size\(\) times"
  const int Size = static_cast<int>(In.size());
  std::vector<int> B;
  B.reserve(Size);
  for (int I = 0; I < Size; ++I)
    B.push_back(I); // want "'B' grows Size times"
  std::vector<int> C;
  for (int I = 0; I < N; ++I)
    C.push_back(I); // want-nofix "'C' grows N times"
  std::vector<int> D;
  for (int I = N - 1; I >= 0; --I)
    D.push_back(I); // want-nofix "'D' grows N times"
  return A[0] + B[0] + C[0] + D[0];
}
