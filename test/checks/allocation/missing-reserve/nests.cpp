// check: whet-missing-reserve
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

std::size_t several(const std::vector<int> &In, unsigned Width,
                    unsigned Height) {
  std::vector<int> Twice;
  for (int X : In) {
    Twice.push_back(X); // want "'Twice' grows 2 \* In\.size\(\) times"
    Twice.push_back(-X);
  }
  std::vector<int> Grid;
  for (unsigned I = 0; I < Width; ++I)
    for (unsigned J = 0; J < Height; ++J)
      Grid.push_back(1); // want "'Grid' grows Width \* Height times"
  std::vector<int> WithHeader;
  for (unsigned I = 0; I < Width; ++I) {
    WithHeader.push_back(0); // want "'WithHeader' grows Width \* \(Height \+ 1\) times"
    for (unsigned J = 0; J < Height; ++J)
      WithHeader.push_back(1);
  }
  std::vector<int> Either;
  for (int X : In) {
    if (X > 0)
      Either.push_back(X); // want "'Either' grows In\.size\(\) times"
    else
      Either.push_back(-X);
  }
  return Twice.size() + Grid.size() + WithHeader.size() + Either.size();
}
// A row is another one in each iteration.
std::vector<std::vector<int>> rows(unsigned Width, unsigned Height) {
  std::vector<std::vector<int>> Rows;
  for (unsigned I = 0; I < Height; ++I) {
    std::vector<int> Row;
    for (unsigned J = 0; J < Width; ++J)
      Row.push_back(1); // want "'Row' grows Width times"
    Rows.push_back(std::move(Row)); // want "'Rows' grows Height times"
  }
  return Rows;
}
void fillRows(std::vector<std::vector<int>> &Rows, const std::vector<int> &In) {
  for (std::vector<int> &Row : Rows) {
    Row.clear();
    for (int X : In)
      Row.push_back(X); // want "'Row' grows In\.size\(\) times"
  }
}
// A stride that is a quotient keeps its parentheses in a product.
std::string pairs(std::size_t N) {
  std::string Out;
  for (std::size_t I = 0; I < N; I += 2)
    Out += "| "; // want "'Out' grows 2 \* \(\(N \+ 1\) / 2\) times"
  return Out;
}
