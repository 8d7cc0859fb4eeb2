// check: whet-heap-could-be-stack
// std: c++17 c++23
#include <cassert>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct Point {
  int X = 0, Y = 0;
  int sum() const { return X + Y; }
};
struct Shape {
  virtual ~Shape() = default;
  virtual int area() const = 0;
};
struct Square : Shape {
  explicit Square(int Side) : Side(Side) {}
  int area() const override { return Side * Side; }
  int Side;
};
struct Named {
  Named(std::string Name, int Count) : Name(std::move(Name)), Count(Count) {}
  explicit Named(int *P) : Count(*P) {}
  explicit Named(long N) : Count(static_cast<int>(N)) {}
  std::string Name;
  int Count;
};
struct Large {
  char Bytes[5000];
};
struct Half {
  char Bytes[3000];
};
struct alignas(64) Aligned {
  int X;
};
struct Pooled {
  static void *operator new(std::size_t Size);
  static void operator delete(void *P);
  int X = 0;
};
struct SharesItself : std::enable_shared_from_this<SharesItself> {
  int X = 0;
};
struct Address {
  Address *operator&() { return nullptr; }
  int X = 0;
};
struct Guard {
  explicit Guard(int &Depth) : Depth(Depth) { ++Depth; }
  Guard(const Guard &) = delete;
  ~Guard() { --Depth; }
  int &Depth;
};
struct Closer {
  void operator()(Point *P) const { delete P; }
};

int use(const Point &P);
int usePointer(const Point *P);
int take(std::unique_ptr<Point> P);
int share(std::shared_ptr<Point> P);
int look(const std::unique_ptr<Point> &P);

int made() {
  Point P{}; // want "'Point' of 8 bytes is allocated, 1 allocation per call, and dies with 'P'"
  P.X = 1;
  return P.sum() + use(P) + usePointer(&P) + P.Y;
}

int constructed() {
  Point P; // want "'Point' of 8 bytes"
  Named N("name", 3); // want "'Named' of (40|32) bytes"
  Square S(4); // want "'Square' of 16 bytes"
  Shape &Base = S;
  return P.sum() + N.Count + N.Count + Base.area() + static_cast<int>(N.Name.size());
}

int shared() {
  Point P{}; // want "dies with 'P', which is only looked through"
  Point Q{}; // want "dies with 'Q'"
  Q.Y = P.X;
  return Q.sum();
}

int inLoop(const std::vector<int> &Values) {
  int Sum = 0;
  for (int Value : Values) {
    Point P{}; // want "1 allocation per iteration"
    P.X = Value;
    Sum += P.sum();
  }
  return Sum;
}

int scalar() {
  int N(3); // want "'int' of 4 bytes"
  N += 2;
  int *Where = &N;
  std::memcpy(&N, Where, sizeof(N));
  return N;
}

void guarded(int &Depth) {
  Guard G(Depth); // want "'Guard' of 8 bytes"
  use(Point());
}

int inLambda() {
  auto F = [](int X) {
    Point P{}; // want "'Point' of 8 bytes"
    P.X = X;
    return P.sum();
  };
  return F(1);
}

int take(Point P);
int byValue() {
  Point P{}; // want "'Point' of 8 bytes"
  Point Copy = P;
  return take(P) + Copy.sum();
}

// What is copied or moved from where it is returned is a move from a local.
Point returned() {
  auto P = std::make_unique<Point>(); // want-nofix "'Point' of 8 bytes"
  P->X = 1;
  return *P;
}

// Another constructor might be called.
int zero() {
  auto N = std::make_unique<Named>(0); // want-nofix "'Named' of"
  return N->Count;
}

int overloaded() {
  auto A = std::make_unique<Address>(); // want-nofix "'Address' of 4 bytes"
  return A.get()->X + (A.get() ? 1 : 0);
}

#define MAKE(T) std::make_unique<T>()
int macro() {
  auto P = MAKE(Point);
  return P->sum();
}

// Owners that do something of their own.
int moved() {
  auto P = std::make_unique<Point>();
  return take(std::move(P));
}
int copied() {
  auto P = std::make_shared<Point>();
  return share(P);
}
int lent() {
  auto P = std::make_unique<Point>();
  return look(P);
}
int reset() {
  auto P = std::make_unique<Point>();
  P.reset();
  return 1;
}
int released() {
  auto P = std::make_unique<Point>();
  Point *Q = P.release();
  int Sum = Q->sum();
  delete Q;
  return Sum;
}
int tested() {
  auto P = std::make_unique<Point>();
  if (!P)
    return 0;
  return P->sum();
}
int captured() {
  auto P = std::make_unique<Point>();
  auto F = [&] { return P->sum(); };
  return F();
}
int compared() {
  auto P = std::make_unique<Point>();
  return P != nullptr;
}
int assigned(bool Flag) {
  auto P = std::make_unique<Point>();
  if (Flag)
    P = std::make_unique<Point>();
  return P->sum();
}
int named() {
  auto P = std::make_unique<Point>();
  decltype(*P) R = *P;
  return R.sum();
}
std::unique_ptr<Point> handedOut() {
  auto P = std::make_unique<Point>();
  P->X = 1;
  return P;
}

// Objects that are better where they are.
int large() {
  auto P = std::make_unique<Large>();
  return P->Bytes[0];
}
int aligned() {
  std::unique_ptr<Aligned> P(new Aligned);
  return P->X;
}
int pooled() {
  std::unique_ptr<Pooled> P(new Pooled);
  return P->X;
}
int polymorphic() {
  std::unique_ptr<Shape> P = std::make_unique<Square>(3);
  return P->area();
}
int sharing() {
  auto P = std::make_shared<SharesItself>();
  return P->X;
}
int deleted() {
  std::unique_ptr<Point, Closer> P(new Point);
  return P->sum();
}
int array() {
  auto P = std::make_unique<int[]>(4);
  return P[0];
}
int recursive(int N) {
  auto P = std::make_unique<Point>();
  P->X = N;
  return N ? recursive(N - 1) : P->sum();
}
int odd(int N);
int even(int N) {
  auto P = std::make_unique<Point>();
  return N ? odd(N - 1) : P->sum();
}
int odd(int N) { return N ? even(N - 1) : 0; }

// Together they would be too much.
int budget() {
  Half A{}; // want "'Half' of 3000 bytes"
  Half B{}; // want "'Half' of 3000 bytes"
  Half C{}; // want "'Half' of 3000 bytes"
  Half D{}; // want "'Half' of 3000 bytes"
  Half E{}; // want "'Half' of 3000 bytes"
  auto F = std::make_unique<Half>();
  return A.Bytes[0] + B.Bytes[0] + C.Bytes[0] + D.Bytes[0] + E.Bytes[0] + F->Bytes[0];
}

// Sizes that are not known yet, beside a pointer or not.
template <class T> int generic(T Value) {
  for (auto Next = Value; Next != Value; ++Next)
    return 1;
  auto F = [](auto X) {
    auto Y = X;
    return Y;
  };
  return F(1);
}
int instance() { return generic(2); }
