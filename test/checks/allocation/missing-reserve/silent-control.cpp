// check: whet-missing-reserve
// How often the loop adds is not known before it runs.
#include <cstddef>
#include <vector>

using Ints = std::vector<int>;
void use(Ints &);
bool test(int);
int get();

void filter(const Ints &In) {
  Ints Out;
  for (int X : In)
    if (test(X))
      Out.push_back(X);
  use(Out);
}
void filter2(const Ints &In) {
  Ints Out;
  for (int X : In) {
    if (test(X))
      continue;
    Out.push_back(X);
  }
  use(Out);
}
void filter3(const Ints &In) {
  Ints Out;
  for (int X : In)
    test(X) && (Out.push_back(X), true);
  use(Out);
}
void filter4(const Ints &In) {
  Ints Out;
  for (int X : In)
    switch (X) {
    case 1:
      Out.push_back(X);
    }
  use(Out);
}
void brk(const Ints &In) {
  Ints Out;
  for (int X : In) {
    Out.push_back(X);
    if (test(X))
      break;
  }
  use(Out);
}
void ret(const Ints &In) {
  Ints Out;
  for (int X : In) {
    Out.push_back(X);
    if (test(X))
      return;
  }
  use(Out);
}
void thr(const Ints &In) {
  Ints Out;
  for (int X : In) {
    Out.push_back(X);
    if (test(X))
      throw 1;
  }
  use(Out);
}
void gt(const Ints &In) {
  Ints Out;
  for (int X : In) {
    Out.push_back(X);
    if (test(X))
      goto e;
  }
e:
  use(Out);
}
void flag(const Ints &In) {
  Ints Out;
  bool done = false;
  for (std::size_t I = 0; I < In.size() && !done; ++I) {
    Out.push_back(1);
    done = test(I);
  }
  use(Out);
}
void tr(const Ints &In) {
  Ints Out;
  for (int X : In) {
    try {
      Out.push_back(get());
    } catch (...) {
      continue;
    }
  }
  use(Out);
}
void once(const Ints &) {
  Ints Out;
  do {
    Out.push_back(1);
  } while (false);
  use(Out);
}
void bound(int N) {
  Ints Out;
  for (int I = 0; I < N; ++I) {
    Out.push_back(I);
    if (test(I))
      --N;
  }
  use(Out);
}
void bound2() {
  Ints Out;
  for (int I = 0; I < get(); ++I) {
    Out.push_back(I);
  }
  use(Out);
}
Ints make();
void temp() {
  Ints Out;
  for (int X : make())
    Out.push_back(X);
  use(Out);
}
void four() {
  Ints Out;
  for (int I = 0; I < 4; ++I)
    Out.push_back(I);
  use(Out);
}
void tri(int N) {
  Ints Out;
  for (int I = 0; I < N; ++I)
    for (int J = 0; J < I; ++J)
      Out.push_back(J);
  use(Out);
}
