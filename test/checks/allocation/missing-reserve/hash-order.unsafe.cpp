// check: whet-missing-reserve
// Another number of buckets is another order of iteration, which somebody may
// see: such a fix is for a person to decide.
#include <unordered_map>
#include <unordered_set>
#include <vector>

void show(int);

void iterated(const std::vector<int> &In) {
  std::unordered_set<int> Seen;
  Seen.reserve(In.size());
  for (int X : In)
    Seen.insert(X); // want "'Seen' grows up to In\.size\(\) times"
  for (int X : Seen)
    show(X);
}
std::unordered_set<int> returned(const std::vector<int> &In) {
  std::unordered_set<int> Seen;
  Seen.reserve(In.size());
  for (int X : In)
    Seen.insert(X); // want "'Seen' grows up to In\.size\(\) times"
  return Seen;
}
