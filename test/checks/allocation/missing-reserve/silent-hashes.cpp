// check: whet-missing-reserve
// Equal keys are expected: the number of trips says little of the size.
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

using Ints = std::vector<int>;
void use(Ints &);
bool test(int);
int get();

void cnt(const std::vector<std::string> &In) {
  std::unordered_map<std::string, int> Map;
  for (auto &X : In)
    ++Map[X];
  for (auto &X : In)
    Map[X] += 2;
}
void ded(const Ints &In) {
  std::unordered_set<int> Map;
  Ints out;
  for (auto &X : In)
    if (Map.insert(X).second)
      out.push_back(X);
}

// What overwrites the values of a table need not make it larger.
struct Memory {
  std::unordered_map<int, int> Values;
  void replace(const Memory &Other) {
    for (const auto &Entry : Other.Values)
      Values[Entry.first] = Entry.second;
  }
};
