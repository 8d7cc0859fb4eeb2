// check: whet-false-sharing
#include <atomic>
#include <cstddef>

#define RING(NAME)                                                             \
  struct NAME {                                                                \
    void push(long V) {                                                        \
      auto At = Head.load();                                                   \
      Slots[At & 63] = V;                                                      \
      Head.store(At + 1);                                                      \
    }                                                                          \
    long pop() {                                                               \
      auto At = Tail.load();                                                   \
      Tail.store(At + 1);                                                      \
      return Slots[At & 63];                                                   \
    }                                                                          \
    std::atomic<size_t> Head;                                                  \
    std::atomic<size_t> Tail;                                                  \
    long Slots[64];                                                            \
  }
RING(FromMacro);

// What the functions do in macros is still done.
#define ADVANCE(END, AT) END.store((AT) + 1)
#define INDEX std::atomic<size_t>
struct WithMacros {
  void push(long V) {
    auto At = Head.load();
    Slots[At & 63] = V;
    ADVANCE(Head, At); // note "'push' advances 'Head' here"
  }
  long pop() {
    auto At = Tail.load();
    ADVANCE(Tail, At); // note "'pop' advances 'Tail' here"
    return Slots[At & 63];
  }
  INDEX Head;
  INDEX Tail; // want-nofix "'Head' and 'Tail', which"
  long Slots[64];
};
