// check: whet-large-by-value-param
// A copy constructor may do more than copy, and somebody may rely on it.
#include <string>
#include <vector>

struct Unit {
  Unit() = default;
  // The copy points into what it was copied from, and not into itself.
  Unit(const Unit &Other) : Name(Other.Name), Pointer(Other.Name.c_str()) {}
  std::string Name;
  const char *Pointer = nullptr;
};

static size_t one(Unit U) { // want-nofix "'U' is copied at each call"
  return U.Name.size() + (U.Pointer ? 1 : 0);
}
static const char *all(std::vector<Unit> Units) { // want-nofix "'Units'"
  return Units[0].Pointer;
}

int main() {
  Unit U;
  std::vector<Unit> Units{U};
  return one(U) + (all(Units) ? 1 : 0);
}
