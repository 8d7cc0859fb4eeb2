// Records whose layouts trip up tools that read, or guess, them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

struct Plain {
  bool on;
  double x;
  bool off;
  int n;
};
struct Base {
  virtual ~Base();
  int i;
  char c;
};
struct Derived : Base {
  char d;
  long l;
};
struct Pod {
  int i;
  char c;
};
struct OverPod : Pod {
  char d;
};
struct Empty {};
struct Second {
  Second();
  short s;
};
struct Several : Empty, Base, Second {
  char tail;
};
struct Shared {
  int v;
};
struct Left : virtual Shared {
  char a;
};
struct Right : virtual Shared {
  char b;
};
struct Diamond : Left, Right {
  long l;
};
struct alignas(64) Padded {
  char a;
  long b;
  char c;
};
struct Bits {
  unsigned a : 3;
  unsigned b : 7;
  unsigned : 0;
  bool flag : 1;
  unsigned long wide : 40;
  char c;
};
struct Overlapping {
  [[no_unique_address]] Empty e;
  [[no_unique_address]] Second s;
  char d;
};
struct Inner {
  char c;
  union {
    int i;
    double d;
  };
  struct {
    short x;
    char y;
  } point;
};
#pragma pack(push, 1)
struct Packed {
  char c;
  int i;
};
#pragma pack(pop)
struct Flexible {
  int n;
  char data[];
};
template <class T> struct Pair {
  char c;
  T t;
  char d;
};
struct Owner {
  bool dirty;
  std::string name;
  std::vector<int> items;
  bool closed;
  int *volatile pointer;
  int &reference;
  void (*callback)(int);
  int Owner::*member;
  void (Owner::*method)();
  std::nullptr_t null;
  long double wide;
};

// Debug information has what is used.
std::size_t use(Plain &, Derived &, OverPod &, Several &, Diamond &, Padded &,
                Bits &, Overlapping &, Inner &, Packed &, Flexible &,
                Pair<int> &, Pair<long> &, Owner &) {
  return sizeof(Plain) + sizeof(Pair<int>) + sizeof(Pair<long>);
}
