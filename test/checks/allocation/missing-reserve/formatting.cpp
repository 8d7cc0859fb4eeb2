// check: whet-missing-reserve
#include <vector>

void use(const std::vector<int> &);

void tabs(const std::vector<int> &In) {
	std::vector<int> Out;
	for (int X : In) {
		Out.push_back(X); // want "'Out' grows In\.size\(\) times"
	}
	use(Out);
}
void comments(const std::vector<int> &In) {
      std::vector<int> Out; // what comes out
      // All of them, in order.
      for (int X : In) /* each */
        Out.push_back(X); // one by one // want "'Out' grows In\.size\(\) times"
      use(Out);
}
// A statement in front of the loop would be the body of the `if`.
void loneBody(const std::vector<int> &In, bool Flag) {
  std::vector<int> Out;
  if (Flag)
    for (int X : In)
      Out.push_back(X); // want-nofix "'Out' grows In\.size\(\) times"
  use(Out);
}
void sameLine(const std::vector<int> &In) {
  std::vector<int> Out; for (int X : In)
    Out.push_back(X); // want-nofix "'Out' grows In\.size\(\) times"
  use(Out);
}
void cases(const std::vector<int> &In, int Kind) {
  std::vector<int> Out;
  switch (Kind) {
  case 1:
    for (int X : In)
      Out.push_back(X); // want-nofix "'Out' grows In\.size\(\) times"
    break;
  default:
    break;
  }
  use(Out);
}
void twoContainers(const std::vector<int> &In) {
  std::vector<int> A;
  std::vector<int> B;
  for (int X : In) {
    A.push_back(X); // want "'A' grows In\.size\(\) times"
    B.push_back(-X); // want "'B' grows In\.size\(\) times"
  }
  use(A);
  use(B);
}
