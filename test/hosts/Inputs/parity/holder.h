#include <vector>

struct Holder {
  std::vector<int> Numbers;
};
