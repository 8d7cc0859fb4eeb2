// check: whet-missing-reserve
// flags: -Wsign-conversion
// Where the compiler would speak of the conversion, the fix makes it.
#include <vector>

std::vector<int> copy(const std::vector<int> &In) {
  const int Size = static_cast<int>(In.size());
  std::vector<int> Out;
  for (int I = 0; I < Size; ++I)
    Out.push_back(I); // want "'Out' grows Size times"
  return Out;
}
