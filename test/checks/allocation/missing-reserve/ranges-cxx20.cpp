// check: whet-missing-reserve
// std: c++20 c++23
#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

std::vector<int> fromSpan(std::span<const int> In) {
  std::vector<int> Out;
  for (int X : In)
    Out.push_back(X); // want "'Out' grows In\.size\(\) times"
  return Out;
}
std::vector<int> fromRange(const std::vector<int> &In) {
  std::vector<int> Out;
  std::ranges::copy(In, std::back_inserter(Out)); // want "'Out' grows In\.size\(\) times"
  return Out;
}
// The bound is declared in the loop itself.
std::vector<int> withInit(const std::vector<std::vector<int>> &Rows) {
  std::vector<int> Out;
  for (const auto &Row = Rows.front(); int X : Row)
    Out.push_back(X); // want-nofix "'Out' grows Row\.size\(\) times"
  return Out;
}
