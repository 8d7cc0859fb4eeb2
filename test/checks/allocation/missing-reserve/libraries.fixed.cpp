// check: whet-missing-reserve
// std: c++17
// stdlib: libstdc++
// option: Containers=my::Array;my::Table=hash
// Containers of other libraries, by their names.
#include "Inputs/libraries.h"
#include <vector>

void use(...);

void sequences(const std::vector<int> &In) {
  absl::InlinedVector<int, 4> A;
  A.reserve(In.size());
  for (int X : In)
    A.push_back(X); // want "'A' grows In\.size\(\) times"
  boost::container::vector<int> B;
  B.reserve(In.size());
  for (int X : In)
    B.push_back(X); // want "'B' grows In\.size\(\) times"
  llvm::SmallVector<int, 4> C;
  C.reserve(In.size());
  for (int X : In)
    C.push_back(X); // want "'C' grows In\.size\(\) times"
  QList<int> D;
  D.reserve(In.size());
  for (int X : In)
    D.append(X); // want "'D' grows In\.size\(\) times"
  QList<int> E;
  E.reserve(In.size());
  for (int X : In)
    E << X; // want "'E' grows In\.size\(\) times"
  folly::fbvector<int> F;
  F.reserve(In.size());
  for (int X : In)
    F.push_back(X); // want "'F' grows In\.size\(\) times"
  my::Array<int> G;
  G.reserve(In.size());
  for (int X : In)
    G.push_back(X); // want "'G' grows In\.size\(\) times"
}
void hashes(const std::vector<int> &In) {
  absl::flat_hash_map<int, int> A;
  A.reserve(In.size());
  for (int X : In)
    A[X] = 1; // want "'A' grows up to In\.size\(\) times"
  QHash<int, int> B;
  B.reserve(In.size());
  for (int X : In)
    B.insert(X, 1); // want "'B' grows up to In\.size\(\) times"
  my::Table<int, int> C;
  C.reserve(In.size());
  for (int X : In)
    C[X] = 1; // want "'C' grows up to In\.size\(\) times"
}
QString string(const std::vector<int> &In) {
  QString Out;
  Out.reserve(In.size());
  for (int X : In)
    Out += QChar(X); // want "'Out' grows In\.size\(\) times"
  return Out;
}
// Its size is signed in Qt, and never negative.
std::vector<int> fromQt(const QList<int> &In) {
  std::vector<int> Out;
  Out.reserve(In.size());
  for (int I = 0; I < In.size(); ++I)
    Out.push_back(I); // want "'Out' grows In\.size\(\) times"
  return Out;
}
