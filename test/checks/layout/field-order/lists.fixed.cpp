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
  double Value;
  bool IsUsed;
  char Colour;
};
#define NONE 0
static const Row Rows[] = {
    {1.5,  true,  'r'},
    {22.5, false, 'g'},
    {NONE, true,  'b'},
    {.Value = 2, .IsUsed = false, .Colour = 'y'},
    {.Colour = 'y'},
    {},
    {{}, true},
    {3, false},
};
std::vector<Row> More = {{1, true, 'a'}, Row{2, false, 'b'}};
Row make(bool B) { return {1, B, 'c'}; }
Row parens(bool B) { return Row(1, B, 'c'); }
void add(std::vector<Row> &To, double V) {
  To.push_back({V, V > 0,
                'x'});
  To.push_back(Row{
      .Value = V,
      .IsUsed = true,
      .Colour = 'z',
  });
}
// A name for a value goes with it.
Row named(double V) {
  return {/*Value=*/V, /*IsUsed=*/V > 0, /*Colour=*/'r'};
}
double sum(const std::vector<Row> &All) {
  double Sum = 0;
  for (const auto &[Value, IsUsed, Colour] : All)
    Sum += IsUsed ? Value : Colour;
  auto [B, A, C] = All.front();
  return Sum + A + B + C;
}

// Of one with a base, the base's value stays in front.
struct Header {
  int Id;
};
struct Entry : Header { // want "'Entry' takes 32 bytes, 8 of them"
  bool IsUsed;
  double Value;
  double Other;
};
std::vector<Entry> Entries = {{{1}, true, 2.0, 3.0}, {{2}, {}, 2.0}};

// Values without braces of their own are those of the record, too.
struct Inner { // want "'Inner' takes 24 bytes, 8 of them"
  double C;
  char A;
  char D;
};
struct Outer {
  Inner First;
  int Second;
};
std::vector<Outer> Outers = {{2, 1, 3, 4}};

// What was left out is {} where it is no longer at the end.
struct Point { // want "'Point' takes 24 bytes, 8 of them"
  char Kind;
  char Colour;
  int Id;
  double X;
};
std::vector<Point> Points = {{1, {}, {}, 2.0}, {1, 3, 4, 2.0}, {1}};

// In a function template, the text stands for one type.
template <class T> Row ofTemplate(T Value) {
  Row R{1.0, true, 'c'};
  auto [V, U, C] = R;
  R.Value = V + static_cast<double>(Value);
  return R;
}
Row One = ofTemplate(1);
} // namespace
