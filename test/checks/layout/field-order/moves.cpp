// check: whet-field-order
// std: c++20
// stdlib: libstdc++
// stdlib: libc++
#include <utility>
#include <vector>

namespace {
// Comments, attributes and what is behind the declaration go along.
struct Commented { // want "'Commented' takes 40 bytes, 16 of them"
  /// What it is.
  /// In two lines.
  bool Kind; // behind it
  double Value; /* of which
                   there are two */
  // Its colour, by name.
  [[maybe_unused]] bool Colour;
  /** The other value. */
  double Other;
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
  int Count;
  double Weight = 0;

  bool IsSorted = false;
  bool IsUnique = false;

  void sort();
};
class Table {
  std::vector<Sections> Rows;
};

// Types over several lines, arrays, pointers to functions, initialisers.
struct Long { // want "'Long' takes 72 bytes, 16 of them"
  char Tag[3] = {'a', 'b',
                 'c'};
  void (*Callback)(int,
                   char) = nullptr;
  bool IsUsed{false};
  std::pair<long,
            long>
      Range{0, 0};
  double Last = 1.0;
  double Others[2] = {};
  bool IsLast = false;
};
std::vector<Long> Longs;

// What constructors do follows, where nobody sees in which order it happens.
struct Token { // want "'Token' takes 48 bytes, 8 of them"
  Token() : IsKeyword(false), Offset(0), IsLast(false), Text() {}
  Token(std::vector<char> T, long O)
      : IsKeyword(!T.empty()),
        Offset(O),
        IsLast(false),
        Text(std::move(T)) {}
  Token(long O);

  bool IsKeyword;
  long Offset;
  bool IsLast;
  std::vector<char> Text;
};
Token::Token(long O) : IsKeyword{O != 0}, Offset{O}, IsLast{true} {}
std::vector<Token> Tokens;

// Bases stay in front.
struct Base {
  virtual ~Base() = default;
  int Id = 0;
};
struct Derived : Base { // want "'Derived' takes 48 bytes, 8 of them"
  Derived(int K) : Base(), Value(K), IsKnown(K > 0), Other(K) {}
  double Value;
  bool IsKnown;
  double Other;
  int Count = 0;
};
std::vector<Derived> Deriveds;
} // namespace
