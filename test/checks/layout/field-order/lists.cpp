// check: whet-field-order
// std: c++20
// stdlib: libstdc++
// stdlib: libc++
#include <string>
#include <vector>

#pragma clang diagnostic ignored "-Wmissing-field-initializers"
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers"
#pragma clang diagnostic ignored "-Wmissing-braces"

namespace {
// Lists, bindings and values in parentheses follow.
struct Row { // want "'Row' takes 24 bytes, 8 of them"
  bool IsUsed;
  double Value;
  char Colour;
};
#define NONE 0
static const Row Rows[] = {
    {true,  1.5,  'r'},
    {false, 22.5, 'g'},
    {true,  NONE, 'b'},
    {.IsUsed = false, .Value = 2, .Colour = 'y'},
    {.Colour = 'y'},
    {},
    {true},
    {false, 3},
};
std::vector<Row> More = {{true, 1, 'a'}, Row{false, 2, 'b'}};
Row make(bool B) { return {B, 1, 'c'}; }
Row parens(bool B) { return Row(B, 1, 'c'); }
void add(std::vector<Row> &To, double V) {
  To.push_back({V > 0, V,
                'x'});
  To.push_back(Row{
      .IsUsed = true,
      .Value = V,
      .Colour = 'z',
  });
}
// A name for a value goes with it.
Row named(double V) {
  return {/*IsUsed=*/V > 0, /*Value=*/V, /*Colour=*/'r'};
}
double sum(const std::vector<Row> &All) {
  double Sum = 0;
  for (const auto &[IsUsed, Value, Colour] : All)
    Sum += IsUsed ? Value : Colour;
  auto [A, B, C] = All.front();
  return Sum + A + B + C;
}

// Of one with a base, the base's value stays in front.
struct Header {
  int Id;
};
struct Entry : Header { // want "'Entry' takes 32 bytes, 8 of them"
  double Value;
  bool IsUsed;
  double Other;
};
std::vector<Entry> Entries = {{{1}, 2.0, true, 3.0}, {{2}, 2.0}};

// Values without braces of their own are those of the record, too.
struct Inner { // want "'Inner' takes 24 bytes, 8 of them"
  char A;
  double C;
  char D;
};
struct Outer {
  Inner First;
  int Second;
};
std::vector<Outer> Outers = {{1, 2, 3, 4}};

// What was left out is {} where it is no longer at the end.
struct Point { // want "'Point' takes 24 bytes, 8 of them"
  char Kind;
  double X;
  char Colour;
  int Id;
};
std::vector<Point> Points = {{1, 2.0}, {1, 2.0, 3, 4}, {1}};

// In a function template, the text stands for one type.
template <class T> Row ofTemplate(T Value) {
  Row R{true, 1.0, 'c'};
  auto [U, V, C] = R;
  R.Value = V + static_cast<double>(Value);
  return R;
}
Row One = ofTemplate(1);
} // namespace
