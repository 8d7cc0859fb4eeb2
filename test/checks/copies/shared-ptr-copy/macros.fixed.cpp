// check: whet-shared-ptr-copy
#include <memory>
#include <vector>

#define EACH(NAME, RANGE) for (auto NAME : RANGE)
#define PTR std::shared_ptr<int>
#define DECLARE(NAME) int NAME(std::shared_ptr<int> P)

static DECLARE(declared) { return *P; }
static int typed(PTR P) { return *P; } // want-nofix "'P'"

int use(std::vector<std::shared_ptr<int>> All) {
  int Sum = 0;
  EACH (P, All)
    Sum += *P;
  for (const auto &P : All) // want "'P'"
    Sum += declared(P) + typed(P);
  return Sum;
}
