// check: whet-missing-reserve
// A bound that every call in the file makes small is small.
#include <string>
#include <vector>

char next();

static std::string escape(int Length) {
  std::string Digits;
  for (int I = 0; I < Length; ++I)
    Digits += next();
  return Digits;
}
std::string use(char Kind) {
  return Kind == 'x' ? escape(2) : Kind == 'u' ? escape(4) : escape(8);
}

static std::vector<char> take(unsigned Count) {
  std::vector<char> Result;
  Result.reserve(Count);
  for (unsigned I = 0; I < Count; ++I)
    Result.push_back(next()); // want "'Result' grows Count times"
  return Result;
}
std::vector<char> few() { return take(3); }
std::vector<char> many(unsigned Count) { return take(Count); }
