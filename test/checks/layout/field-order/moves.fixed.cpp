// check: whet-field-order
// std: c++20
// stdlib: libstdc++
// stdlib: libc++
#include <utility>
#include <vector>

namespace {
// Comments, attributes and what is behind the declaration go along.
struct Commented { // want "'Commented' takes 40 bytes, 16 of them"
  double Value; /* of which
                   there are two */
  /** The other value. */
  double Other;
  /// What it is.
  /// In two lines.
  bool Kind; // behind it
  // Its colour, by name.
  [[maybe_unused]] bool Colour;
  // The last one.
  bool IsLast;
};
std::vector<Commented> Commenteds;

// Access sections, methods and blank lines stay.
class Sections { // want "'Sections' takes 24 bytes, 8 of them"
public:
  explicit Sections(int N) : Count(N) {}

  int count() const { return Count; }

private:
  double Weight = 0;
  int Count;

  bool IsSorted = false;
  bool IsUnique = false;

  void sort();
};
class Table {
  std::vector<Sections> Rows;
};

// Types over several lines, arrays, pointers to functions, initialisers.
struct Long { // want "'Long' takes 72 bytes, 16 of them"
  void (*Callback)(int,
                   char) = nullptr;
  std::pair<long,
            long>
      Range{0, 0};
  double Last = 1.0;
  double Others[2] = {};
  char Tag[3] = {'a', 'b',
                 'c'};
  bool IsUsed{false};
  bool IsLast = false;
};
std::vector<Long> Longs;

// What constructors do follows, where nobody sees in which order it happens.
struct Token { // want "'Token' takes 48 bytes, 8 of them"
  Token() : IsKeyword(false), IsLast(false), Offset(0), Text() {}
  Token(std::vector<char> T, long O)
      : IsKeyword(!T.empty()),
        IsLast(false),
        Offset(O),
        Text(std::move(T)) {}
  Token(long O);

  bool IsKeyword;
  bool IsLast;
  long Offset;
  std::vector<char> Text;
};
Token::Token(long O) : IsKeyword{O != 0}, IsLast{true}, Offset{O} {}
std::vector<Token> Tokens;

// Bases stay in front.
struct Base {
  virtual ~Base() = default;
  int Id = 0;
};
struct Derived : Base { // want "'Derived' takes 48 bytes, 8 of them"
  Derived(int K) : Base(), Value(K), Other(K), IsKnown(K > 0) {}
  double Value;
  double Other;
  int Count = 0;
  bool IsKnown;
};
std::vector<Derived> Deriveds;
} // namespace
