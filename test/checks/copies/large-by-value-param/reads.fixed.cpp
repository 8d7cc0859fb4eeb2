// check: whet-large-by-value-param
// std: c++11 c++17 c++20 c++23
#include <algorithm>
#include <array>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <vector>

// Values that allocate, and values that are large.
static size_t length(const std::string &Text) { // want "'Text' is copied at each call, .* and only read"
  return Text.size();
}

static int sum(const std::vector<int> &Values) { // want "'Values' is copied"
  int Sum = 0;
  for (int Value : Values)
    Sum += Value;
  return Sum;
}

struct Matrix {
  std::array<double, 16> Cells;
};

static double trace(const Matrix &M) { // want "'M' is copied at each call, 128 bytes.*"
  return M.Cells[0] + M.Cells[5] + M.Cells[10] + M.Cells[15];
}

static double first(const std::array<double, 100> &Row) { // want "800 bytes"
  return Row[0];
}

struct Person {
  std::string Name;
  int Age;
};

static bool isAdult(const Person &P) { return P.Age >= 18; } // want "'P' is copied"

static int second(const std::pair<const std::string, int> &P) { return P.second; } // want "'P'"

// A value that is const already.
static bool hasName(const Person &P) { return !P.Name.empty(); } // want "'P'"

static bool isEast(std::string const &Text) { return Text == "east"; } // want "'Text'"

// A non-const overload with a const twin.
static int find(const std::map<std::string, int> &Table, // want "'Table' is copied"
                const std::string &Key) {
  auto It = Table.find(Key);
  return It == Table.end() ? 0 : It->second;
}

static char at(const std::string &Text, size_t I) { return Text[I]; } // want "'Text'"

static int count(const std::vector<int> &Values) { // want "'Values'"
  return static_cast<int>(std::count(Values.begin(), Values.end(), 1)) +
         Values.front() + *Values.begin();
}

static void print(const std::vector<std::string> &Names) { // want "'Names'"
  for (const auto &Name : Names)
    std::cout << Name << '\n';
}

static int nested(const std::vector<std::vector<int>> &Rows) { // want "'Rows'"
  auto &Row = Rows[0];
  int Sum = 0;
  for (auto &Cell : Row)
    Sum += Cell;
  return Sum;
}

static void toBytes(const Matrix &M, char *Out) { // want "'M'"
  std::memcpy(Out, &M, sizeof(M));
}

// Declared and defined apart, with default arguments and other names.
size_t declared(std::string Text, std::string By = "x", int N = 3);
size_t declared(std::string, std::string, int);
size_t declared(std::string Input, std::string Separator, int N) { // want "'Input'" "'Separator'"
  return Input.size() + Separator.size() + static_cast<size_t>(N);
}

class Store {
public:
  bool has(std::string Key) const;
  static bool isKey(std::string Key) { return !Key.empty(); } // want "'Key'"
  friend bool same(Store A, Store B);

private:
  std::map<std::string, int> Table;
};

bool Store::has(std::string Key) const { // want "'Key'"
  return Table.count(Key) != 0;
}

bool same(Store A, Store B) { return A.Table == B.Table; } // want "'A'" "'B'"

// A constructor that does not keep the value.
struct Sized {
  explicit Sized(std::string Text) : Size(Text.size()) {} // want "'Text'"
  size_t Size;
};

// Handed on, and copied there.
static Person make(const std::string &Name, int N) { // want "'Name'"
  Person P;
  P.Name = "Mr. " + Name;
  P.Age = N;
  return P;
}

// Captured by reference, in a closure that is gone when the function is.
static bool any(const std::vector<std::string> &Names, const std::string &Wanted) { // want "'Names'" "'Wanted'"
  return std::any_of(Names.begin(), Names.end(), [&](const std::string &Name) {
    return Name == Wanted;
  });
}

// Closures that are called with elements, or right here.
static void closures(std::vector<std::string> &Names, const std::string &Own) {
  std::sort(Names.begin(), Names.end(),
            [](const std::string &A, const std::string &B) { return A.size() < B.size(); }); // want "'A'" "'B'"
  auto Shout = [](const std::string &Text) { return Text + "!"; }; // want "'Text'"
  std::cout << Shout(Own);
}

int main() {
  std::string Text = "text";
  std::vector<int> Values = {1, 2};
  std::vector<std::string> Names = {"a"};
  std::vector<std::vector<int>> Rows = {Values};
  std::map<std::string, int> Table;
  std::array<double, 100> Row{};
  Matrix M{};
  std::pair<const std::string, int> Pair;
  Person P;
  Store S;
  char Buffer[sizeof(Matrix)];
  toBytes(M, Buffer);
  print(Names);
  closures(Names, Text);
  Sized Size(Text);
  return static_cast<int>(length(Text)) + sum(Values) +
         static_cast<int>(trace(M)) + static_cast<int>(first(Row)) +
         isAdult(P) + hasName(P) + isEast(Text) + find(Table, Text) +
         at(Text, 1) + count(Values) + nested(Rows) +
         static_cast<int>(declared(Text, Text)) + S.has(Text) +
         Store::isKey(Text) + same(S, S) + any(Names, Text) +
         make(Text, 1).Age + second(Pair) + static_cast<int>(Size.Size);
}
