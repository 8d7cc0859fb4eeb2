// check: whet-field-order
// std: c++20
// stdlib: libstdc++
// stdlib: libc++
#include <array>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct Token { // want "'Token' takes 24 bytes, 8 of them padding that another order of its fields saves"
  // note: 16 bytes with 'IsKeyword' behind 'Offset'
  bool IsKeyword;
  long Offset;
  bool IsLast;
};
std::vector<Token> Tokens;

// More than three moves are a list.
struct Mixed { // want "'Mixed' takes 80 bytes, 32 of them"
  char A;
  double B;
  char C;
  double D;
  char E;
  double F;
  char G;
  double H;
  char I;
  double J;
};
std::deque<Mixed> Mixeds;

// An array.
struct Cell { // want "'Cell' takes 24 bytes, 8 of them"
  char Kind;
  double Value;
  char Colour;
};
Cell Grid[64];
struct ArrayEntry { // want "'ArrayEntry' takes 24 bytes, 8 of them"
  char Kind;
  double Value;
  char Colour;
};
ArrayEntry *entries(size_t N) { return new ArrayEntry[N]; }

// A part of what there are many of.
struct Part { // want "'Part' takes 24 bytes, 8 of them"
  char Kind;
  double Value;
  char Colour;
};
struct Whole {
  Part First;
  std::array<Part, 2> Others;
};
std::map<int, Whole> Wholes;

// By itself on the heap, where the allocator does not swallow it.
struct Leaf { // want "'Leaf' takes 48 bytes, 16 of them"
  char Kind;
  double X;
  char Colour;
  double Y;
  char Weight;
  double Z;
};
void grow(std::vector<std::unique_ptr<Leaf>> &Leaves) {
  Leaves.push_back(std::make_unique<Leaf>());
}
struct Tree { // want "'Tree' takes 56 bytes, 16 of them"
  char Kind;
  std::unique_ptr<Tree> Left;
  char Colour;
  std::unique_ptr<Tree> Right;
  char Weight;
  double Value;
  double Other;
};
struct StartedJob { // want "'StartedJob' takes 56 bytes, 16 of them"
  char Kind;
  double X;
  char Colour;
  double Y;
  char Weight;
  double Z;
  double W;
};
void start(StartedJob *J);
void startAll(int N) {
  for (int I = 0; I < N; ++I)
    start(new StartedJob());
}

// Copies, clears and sorts whole objects.
struct Duplicated { // want "'Duplicated' takes 24 bytes, 8 of them"
  char Kind;
  double Value;
  char Colour;
};
int compare(const void *A, const void *B) {
  return static_cast<const Duplicated *>(A)->Kind -
         static_cast<const Duplicated *>(B)->Kind;
}
void use(std::vector<Duplicated> &All) {
  Duplicated One;
  memset(&One, 0, sizeof(One));
  memcpy(&All[0], &One, sizeof(Duplicated));
  qsort(All.data(), All.size(), sizeof(Duplicated), compare);
  memset(&One.Value, 0, sizeof(One.Value));
  free(static_cast<void *>(nullptr));
}

// A callback's datum is not looked into.
struct Listener { // want "'Listener' takes 24 bytes, 8 of them"
  char Kind;
  double Value;
  char Colour;
};
void listen(void (*Call)(void *), void *Datum);
void listenAll(std::vector<Listener> &Listeners) {
  for (Listener &L : Listeners)
    listen([](void *Datum) { static_cast<Listener *>(Datum)->Kind = 1; }, &L);
}

// Bases, nested records and records of functions.
struct Derived : Token { // want "'Derived' takes 56 bytes, 8 of them"
  std::string *A;
  char B;
  double C;
  char D;
};
std::vector<Derived> Deriveds;

class Table {
  struct Row { // want "'Row' takes 24 bytes, 8 of them"
    char Kind;
    double Value;
    char Colour;
  };
  std::vector<Row> Rows;
};

void local() {
  struct Pair { // want "'Pair' takes 24 bytes, 8 of them"
    char Kind;
    double Value;
    char Colour;
  };
  std::vector<Pair> Pairs;
  (void)Pairs;
}

// Comparing for equality has no order to be seen.
struct Key { // want "'Key' takes 24 bytes, 8 of them"
  char Kind;
  double Value;
  char Colour;
  bool operator==(const Key &) const = default;
};
std::vector<Key> Keys;
