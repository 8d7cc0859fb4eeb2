// check: whet-heap-could-be-stack
// std: c++17 c++23
#include <csetjmp>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

struct Point {
  int X = 0, Y = 0;
  int sum() const noexcept { return X + Y; }
};
struct Plain {
  int X, Y;
};
struct Named {
  explicit Named(std::string Name) : Name(std::move(Name)) {}
  ~Named() { ++Count; }
  int size() const noexcept { return static_cast<int>(Name.size()); }
  std::string Name;
  static int Count;
};
struct Base {
  virtual ~Base() = default;
};
struct Derived : Base {
  int X = 0;
};
struct Large {
  char Bytes[5000];
};
struct alignas(64) Aligned {
  int X;
};
struct Pooled {
  static void *operator new(std::size_t Size);
  static void operator delete(void *P);
  int X = 0;
};
struct Quiet {
  Quiet() noexcept {}
  ~Quiet() { ++Named::Count; }
  int X = 0;
};
struct Guard {
  ~Guard();
};

int use(const Point &P);
int usePointer(const Point *P);
int usePlain(Plain *P) noexcept;
int quiet(const Point *P) noexcept;
void keep(Point *P);
void fill(int *Values, int Count) noexcept;
void store(char *Text);
bool flag();

int deleted() {
  Point *P = new Point; // want "'Point' of 8 bytes is allocated, 1 allocation per call, and deleted on each way out of the scope of 'P'"
  P->X = 1;
  (*P).Y = 2;
  int Sum = P->sum() + quiet(P);
  delete P;
  return Sum;
}

int initialised() {
  auto *P = new Point(); // want "'Point' of 8 bytes"
  Plain *const Q = new Plain{1, 2}; // want "'Plain' of 8 bytes"
  auto N = new int(3); // want "'int' of 4 bytes"
  *N += P->X + Q->Y;
  delete Q;
  int Result = *N;
  delete N;
  Result += Result;
  delete P;
  return Result;
}

int twoWays(bool Flag) {
  Point *P = new Point(); // want "deleted on each way out"
  if (Flag) {
    delete P;
    return 1;
  }
  int Sum = P->sum();
  delete P;
  return Sum;
}

int inLoop(int Count) {
  int Sum = 0;
  for (int I = 0; I < Count; ++I) {
    Point *P = new Point; // want "1 allocation per iteration"
    P->X = I;
    Sum += P->sum();
    delete P;
  }
  return Sum;
}

int array() {
  int *Values = new int[8]; // want "'int.8.' of 32 bytes is allocated"
  fill(Values, 8);
  for (int I = 0; I < 8; ++I)
    Values[I] += *Values;
  int First = Values[0];
  delete[] Values;
  return First;
}

int zeroedArray() {
  constexpr int Size = 4;
  Plain *Values = new Plain[Size](); // want "'Plain.4.' of 32 bytes"
  Values->X = 1;
  int Sum = Values[1].X + usePlain(Values + 1);
  delete[] Values;
  return Sum;
}

int allocated() {
  Plain *P = static_cast<Plain *>(std::malloc(sizeof(Plain))); // want "'Plain' of 8 bytes is allocated, 1 allocation per call, and freed on each way"
  P->X = 1;
  P->Y = 2;
  int Sum = usePlain(P);
  std::free(P);
  return Sum;
}

int buffer(const char *In) {
  char *Buffer = (char *)malloc(64); // want "'char.64.' of 64 bytes"
  strncpy(Buffer, In, 63);
  Buffer[63] = 0;
  int Length = static_cast<int>(strlen(Buffer));
  free(Buffer);
  return Length;
}

// A test for null has to go by hand.
int tested() {
  Plain *P = static_cast<Plain *>(malloc(sizeof(Plain))); // want-nofix "'Plain' of 8 bytes"
  if (P == nullptr)
    return 0;
  P->X = 1;
  int X = P->X;
  free(P);
  return X;
}
int testedInDelete() {
  Point *P = new Point; // want-nofix "'Point' of 8 bytes"
  int X = P->X;
  if (P)
    delete P;
  return X;
}

// An exception, or what comes after the deletion, could tell.
int mayThrow() {
  Point P; // want-nofix "'Point' of 8 bytes"
  int Sum = usePointer(&P);
  return Sum;
}
int destroysNot() {
  Named N("name"); // want-nofix "'Named' of"
  int Size = N.size() + (flag() ? 1 : 0);
  return Size;
}
int destroysLater() {
  Named N("name"); // want-nofix "'Named' of"
  int Size = N.size();
  Named::Count = 0;
  return Size;
}

// It may look at what is deleted next, as it goes.
int destroysBeforeOther(Guard *G) {
  Named *N = new Named("name"); // want-nofix "'Named' of"
  int Size = N->size();
  if (Size == 0) {
    delete N;
    return 0;
  }
  delete N;
  delete G;
  return Size;
}
int destroysBeforeFree(char *Text) {
  Named *N = new Named(Text); // want-nofix "'Named' of"
  int Size = N->size();
  delete N;
  free(Text);
  return Size;
}
int destroysAfterOther(Guard *G) {
  Named N("name"); // want-nofix "'Named' of"
  int Size = N.size();
  delete G;
  return Size;
}
int cannotLook(Guard *G) {
  Point *P = new Point; // want "'Point' of 8 bytes"
  int Sum = P->sum();
  delete P;
  delete G;
  return Sum;
}

// A local object is not destroyed at all then.
int destroysBeforeExit() {
  Named N("name"); // want-nofix "'Named' of"
  if (N.size() == 0) {
    std::exit(1);
  }
  return 0;
}

// Objects that are declared later are destroyed before it, and not after it.
int destroysInOtherOrder() {
  Named N("name"); // want-nofix "'Named' of"
  Guard G;
  int Size = N.size();
  return Size;
}

// Nothing could.
int destroysAtEnd() {
  int Size = 0;
  std::string Before("text");
  {
    Quiet *N = new Quiet; // want "'Quiet' of"
    {
      Quiet Inner;
      Size += Inner.X;
    }
    Size += N->X;
    delete N;
  }
  Quiet After;
  return Size + After.X;
}
int mayThrowUnseen() {
  Point *P = new Point; // want "'Point' of 8 bytes"
  int Sum = flag() ? P->sum() : 0;
  delete P;
  return Sum;
}

// Not on every way, or not once.
int leaks(bool Flag) {
  Point *P = new Point;
  if (Flag)
    return 1;
  delete P;
  return 0;
}
int leaksInLoop(int Count) {
  for (int I = 0; I < Count; ++I) {
    Point *P = new Point;
    if (P->X == I)
      continue;
    delete P;
  }
  return 0;
}
void sometimes(bool Flag) {
  Point *P = new Point;
  if (Flag)
    delete P;
}
Point *handedOut() {
  Point *P = new Point;
  return P;
}
int keptByCaller() {
  Point *P = new Point;
  keep(P);
  return P->X;
}
int deletedByOther() {
  Point *P = new Point;
  Point *Q = P;
  int X = P->X;
  delete Q;
  return X;
}
int thrown(bool Flag) {
  Point *P = new Point;
  if (Flag)
    throw 1;
  delete P;
  return 0;
}
int caught() {
  Point *P = new Point;
  try {
    use(*P);
    delete P;
  } catch (...) {
    delete P;
  }
  return 0;
}

// Another object later, or another name.
int renewed() {
  Point *P = new Point;
  delete P;
  P = new Point;
  delete P;
  return 0;
}
int cleared() {
  Point *P = new Point;
  delete P;
  P = nullptr;
  return 0;
}
int lent(void (*Lend)(Point *&)) {
  Point *P = new Point;
  Lend(P);
  delete P;
  return 0;
}
int captured() {
  Point *P = new Point;
  auto F = [&] { return P->X; };
  int X = F();
  delete P;
  return X;
}
int destroyed() {
  Named *N = new Named("name");
  N->~Named();
  new (N) Named("other");
  delete N;
  return 0;
}

// Objects that are better where they are.
int polymorphic() {
  Base *P = new Derived;
  delete P;
  return 0;
}
int large() {
  Large *P = new Large;
  int X = P->Bytes[0];
  delete P;
  return X;
}
int largeArray() {
  int *P = new int[4000];
  int X = P[0];
  delete[] P;
  return X;
}
int aligned() {
  Aligned *P = new Aligned;
  int X = P->X;
  delete P;
  return X;
}
int pooled() {
  Pooled *P = new Pooled;
  int X = P->X;
  delete P;
  return X;
}
int runTime(int Count) {
  int *P = new int[Count];
  int X = P[0];
  delete[] P;
  return X;
}
int placed(void *Where) {
  Point *P = new (Where) Point;
  return P->X;
}
int noThrow() {
  Point *P = new (std::nothrow) Point;
  int X = P->X;
  delete P;
  return X;
}
int recursive(int N) {
  Point *P = new Point;
  P->X = N ? recursive(N - 1) : 0;
  int X = P->X;
  delete P;
  return X;
}

// A local variable that changes has no certain value after longjmp.
std::jmp_buf Buffer;
int jumpedTo() {
  Point *P = new Point;
  if (setjmp(Buffer) == 0) {
    P->X = 1;
    flag();
  }
  int X = P->X;
  delete P;
  return X;
}

// Which way the stack grows, or what an allocator does.
bool growsToHeap() {
  char OnStack = 0;
  char *OnHeap = (char *)malloc(1);
  bool Result = &OnStack < OnHeap;
  free(OnHeap);
  return Result;
}
unsigned long asNumber() {
  Point *P = new Point;
  auto Result = reinterpret_cast<unsigned long>(P);
  delete P;
  return Result;
}
int which(const Point *Other) {
  Point *P = new Point; // want "'Point' of 8 bytes"
  int Result = P == Other ? 1 : P->X;
  delete P;
  return Result;
}

// Where it would be a problem to write it.
#define DROP(P) delete P
int macro() {
  Point *P = new Point; // want-nofix "'Point' of 8 bytes"
  int X = P->X;
  DROP(P);
  return X;
}
int commented() {
  Point *P = new Point; // want-nofix "'Point' of 8 bytes"
  int X = P->X;
  delete P; // gone
  return X;
}

// Once in a program is not often.
int main(int Count, char **) {
  Point *P = new Point;
  int Sum = P->X;
  delete P;
  for (int I = 0; I < Count; ++I) {
    Point *Q = new Point; // want "1 allocation per iteration"
    Sum += Q->X;
    delete Q;
  }
  return Sum;
}
