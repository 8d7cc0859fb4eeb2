// check: whet-range-loop-copy
// A copy constructor may do more than copy, and somebody may rely on it.
#include <string>
#include <vector>

struct Unit {
  Unit() = default;
  Unit(const Unit &Other) : Name(Other.Name), Pointer(Other.Name.c_str()) {}
  std::string Name;
  const char *Pointer = nullptr;
};

size_t all(const std::vector<Unit> &Units) {
  size_t Sum = 0;
  for (auto U : Units) // want-nofix "'U' is a copy of each element"
    Sum += U.Name.size() + (U.Pointer ? 1 : 0);
  return Sum;
}
