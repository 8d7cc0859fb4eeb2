// check: whet-string-concat-in-loop
#include <string>
#include <vector>

template <typename C>
std::basic_string<C> joined(const std::vector<std::basic_string<C>> &In) {
  std::basic_string<C> Out;
  for (const auto &Name : In)
    Out += Name; // want "appending to 'Out'"
  return Out;
}

// A sum of numbers in one instantiation.
template <typename T> T sum(const std::vector<T> &In) {
  T Out = T();
  for (const auto &Each : In)
    Out = Out + Each;
  return Out;
}

template <typename T> std::string never(const std::vector<T> &In) {
  std::string Out;
  for (const auto &Each : In)
    Out = Out + Each.name();
  return Out;
}

void use(const std::vector<std::string> &A, const std::vector<std::wstring> &B,
         const std::vector<int> &C) {
  joined(A), joined(B), sum(A), sum(C);
}
