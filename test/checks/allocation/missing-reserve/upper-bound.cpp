// check: whet-missing-reserve
// option: AllowUpperBound=true
#include <algorithm>
#include <iterator>
#include <vector>

bool isOdd(int X) { return X % 2 != 0; }

std::vector<int> filter(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In)
    if (isOdd(X))
      Out.push_back(X); // want "'Out' grows up to In\.size\(\) times"
  return Out;
}
std::vector<int> skip(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In) {
    if (isOdd(X))
      continue;
    Out.push_back(X); // want "'Out' grows up to In\.size\(\) times"
  }
  return Out;
}
std::vector<int> copyIf(const std::vector<int> &In) {
  std::vector<int> Out;
  std::copy_if(In.begin(), In.end(), std::back_inserter(Out), isOdd); // want "'Out' grows up to In\.size\(\) times"
  return Out;
}
std::vector<int> leave(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In) {
    if (isOdd(X))
      break;
    Out.push_back(X);
  }
  return Out;
}
