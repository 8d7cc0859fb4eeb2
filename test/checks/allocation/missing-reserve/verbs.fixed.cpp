// check: whet-missing-reserve
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

struct Point {
  int X;
  int Y;
  Point(int X, int Y) : X(X), Y(Y) {}
};

std::vector<int> pushBack(const std::vector<int> &In) {
  std::vector<int> Out;
  Out.reserve(In.size());
  for (int X : In)
    Out.push_back(X); // want "'Out' grows In\.size\(\) times"
  return Out;
}
std::vector<Point> emplaceBack(const std::vector<int> &In) {
  std::vector<Point> Out;
  Out.reserve(In.size());
  for (int X : In)
    Out.emplace_back(X, X); // want "'Out' grows In\.size\(\) times"
  return Out;
}
std::vector<int> insertAtEnd(const std::vector<int> &In) {
  std::vector<int> Out;
  Out.reserve(In.size());
  for (int X : In)
    Out.insert(Out.end(), X); // want "'Out' grows In\.size\(\) times"
  return Out;
}
std::vector<bool> bits(const std::vector<int> &In) {
  std::vector<bool> Out;
  Out.reserve(In.size());
  for (int X : In)
    Out.push_back(X > 0); // want "'Out' grows In\.size\(\) times"
  return Out;
}
std::string characters(const std::vector<int> &In) {
  std::string Pushed;
  Pushed.reserve(In.size());
  for (int X : In)
    Pushed.push_back(static_cast<char>(X)); // want "'Pushed' grows In\.size\(\) times"
  std::string Added;
  Added.reserve(In.size());
  for (int X : In)
    Added += static_cast<char>(X); // want "'Added' grows In\.size\(\) times"
  std::string Appended;
  Appended.reserve(In.size());
  for (int X : In)
    Appended.append(1, static_cast<char>(X)); // want "'Appended' grows In\.size\(\) times"
  std::string Literals;
  Literals.reserve(3 * In.size());
  for (int X : In) {
    Literals += static_cast<char>(X); // want "'Literals' grows 3 \* In\.size\(\) times"
    Literals += ", ";
  }
  return Pushed + Added + Appended + Literals;
}
bool hashes(const std::vector<int> &In, int Key) {
  std::unordered_set<int> Inserted;
  for (int X : In)
    Inserted.insert(X); // want "'Inserted' grows up to In\.size\(\) times"
  std::unordered_map<int, int> Emplaced;
  for (int X : In)
    Emplaced.emplace(X, 1); // want "'Emplaced' grows up to In\.size\(\) times"
  std::unordered_map<int, int> Tried;
  for (int X : In)
    Tried.try_emplace(X, 1); // want "'Tried' grows up to In\.size\(\) times"
  std::unordered_map<int, int> Assigned;
  for (int X : In)
    Assigned[X] = 1; // want "'Assigned' grows up to In\.size\(\) times"
  std::unordered_multimap<int, int> Multi;
  for (int X : In)
    Multi.insert(std::make_pair(X, 1)); // want "'Multi' grows up to In\.size\(\) times"
  return Inserted.count(Key) && Emplaced.count(Key) && Tried.count(Key) &&
         Assigned.count(Key) && Multi.count(Key);
}
