// check: whet-missing-reserve
// Code that a macro makes is reported where it is used, and not edited.
#include <vector>

#define COUNT 64
#define FOR_EACH(X, IN) for (int X : IN)
#define ADD(V, X) V.push_back(X)

void use(const std::vector<int> &);

void macros(const std::vector<int> &In) {
  std::vector<int> A;
  FOR_EACH(X, In)
    A.push_back(X); // want-nofix "'A' grows In\.size\(\) times"
  use(A);
  std::vector<int> B;
  for (int X : In)
    ADD(B, X); // want-nofix "'B' grows In\.size\(\) times"
  use(B);
  // A constant by its name is no code.
  std::vector<int> C;
  for (int I = 0; I < COUNT; ++I)
    C.push_back(I); // want "'C' grows COUNT times"
  use(C);
}
