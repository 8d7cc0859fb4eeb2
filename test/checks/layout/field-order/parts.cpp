// check: whet-field-order
// stdlib: none

namespace parts {
template <int N> struct Filler {
  long Value;
};
#define FOUR(N) Filler<N> A##N; Filler<N + 1> B##N; Filler<N + 2> C##N; Filler<N + 3> D##N;
#define SIXTEEN(N) FOUR(N##0) FOUR(N##4) FOUR(N##8) FOUR(N##12)

struct Part { // want "'Part' takes 24 bytes, 8 of them"
  bool First;
  long Middle;
  bool Last;
};

// A record of many others, of which there are many.
struct Whole {
  SIXTEEN(1)
  SIXTEEN(2)
  SIXTEEN(3)
  SIXTEEN(4)
  SIXTEEN(5)
  SIXTEEN(6)
  SIXTEEN(7)
  SIXTEEN(8)
  Part P;
};

Whole All[1000];
} // namespace parts
