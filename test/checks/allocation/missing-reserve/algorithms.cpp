// check: whet-missing-reserve
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <vector>

int twice(int X) { return 2 * X; }
bool isOdd(int X) { return X % 2 != 0; }

std::size_t copies(const std::vector<int> &In, const std::set<int> &Set,
                   std::size_t N) {
  std::vector<int> A;
  std::copy(In.begin(), In.end(), std::back_inserter(A)); // want "'A' grows In\.size\(\) times"
  std::vector<int> B;
  std::transform(Set.begin(), Set.end(), std::back_inserter(B), twice); // want "'B' grows Set\.size\(\) times"
  std::vector<int> C;
  std::fill_n(std::back_inserter(C), N, 7); // want "'C' grows N times"
  std::vector<int> D;
  std::copy(In.begin(), In.end(), std::inserter(D, D.end())); // want "'D' grows In\.size\(\) times"
  return A.size() + B.size() + C.size() + D.size();
}
std::size_t filters(const std::vector<int> &In) {
  std::vector<int> A;
  std::copy_if(In.begin(), In.end(), std::back_inserter(A), isOdd);
  std::vector<int> B;
  B.reserve(In.size());
  std::copy(In.begin(), In.end(), std::back_inserter(B));
  return A.size() + B.size();
}
