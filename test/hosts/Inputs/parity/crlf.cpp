#include <vector>
std::vector<int> copy(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In)
    Out.push_back(X);
  return Out;
}
