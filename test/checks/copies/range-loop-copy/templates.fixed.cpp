// check: whet-range-loop-copy
#include <string>
#include <utility>
#include <vector>

template <typename T> size_t sizes(const std::vector<std::vector<T>> &Rows) {
  size_t Sum = 0;
  for (const auto &Row : Rows) // want "'Row'"
    Sum += Row.size();
  return Sum;
}

// Cheap in one instantiation.
template <typename T> size_t bytes(const std::vector<T> &Values) {
  size_t Sum = 0;
  for (auto Value : Values)
    Sum += sizeof(Value);
  return Sum;
}

// One instantiation moves.
inline size_t use(std::vector<char> &&) { return 1; }
inline size_t use(const std::vector<int> &) { return 2; }
template <typename T> size_t uses(const std::vector<std::vector<T>> &Rows) {
  size_t Sum = 0;
  for (auto Row : Rows)
    Sum += use(std::move(Row));
  return Sum;
}

// Nobody knows.
template <typename T> size_t never(const std::vector<std::vector<T>> &Rows) {
  size_t Sum = 0;
  for (auto Row : Rows)
    Sum += Row.size();
  return Sum;
}

template <typename T> struct Table {
  std::vector<std::vector<T>> Rows;
  size_t cells() const {
    size_t Sum = 0;
    for (const auto &Row : Rows) // want "'Row'"
      Sum += Row.size();
    return Sum;
  }
};

size_t all(const std::vector<std::string> &Names, const std::vector<int> &Ints,
           const std::vector<std::vector<int>> &A,
           const std::vector<std::vector<char>> &B) {
  return sizes(A) + sizes(B) + bytes(Names) + bytes(Ints) + uses(A) + uses(B) +
         Table<int>().cells() + Table<char>().cells();
}
