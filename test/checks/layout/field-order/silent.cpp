// check: whet-field-order
// std: c++20
// stdlib: libstdc++
// stdlib: libc++
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

// There is one.
struct Single {
  bool A;
  long B;
  bool C;
};
Single TheOne;
Single *makeOne() { return new Single(); }

// As small as it gets.
struct Tight {
  long B;
  bool A, C;
};
std::vector<Tight> Tights;

// Less than MinPercent of it.
struct Large {
  char Name[400];
  bool A;
  long B;
  bool C;
};
std::vector<Large> Larges;

// What malloc takes for one by itself is 32 bytes either way.
struct Swallowed {
  bool A;
  long B;
  bool C;
};
std::vector<std::unique_ptr<Swallowed>> Owned;
std::vector<Swallowed *> Pointers;
struct SwallowedNode {
  bool A;
  SwallowedNode *Next;
  bool C;
};

// --- The record says that it is meant; test/layout/intent.test has them all.

#pragma pack(push, 8)
struct Packed {
  bool A;
  long B;
  bool C;
};
#pragma pack(pop)
std::vector<Packed> Packs;

struct Frozen { // whet: frozen
  bool A;
  long B;
  bool C;
};
std::vector<Frozen> Frozens;

// --- Somebody relies on its bytes.

struct Offset {
  bool A;
  long B;
  bool C;
};
std::vector<Offset> Offsets;
size_t offset() { return offsetof(Offset, B); }

struct OldOffset {
  bool A;
  long B;
  bool C;
};
std::vector<OldOffset> OldOffsets;
size_t oldOffset() { return (size_t)&((OldOffset *)0)->B; }

struct Asserted {
  bool A;
  long B;
  bool C;
};
std::vector<Asserted> Asserteds;
static_assert(sizeof(Asserted) == 24);

struct Compared {
  bool A;
  long B;
  bool C;
};
std::vector<Compared> Compareds;
typedef char ComparedIsSmall[sizeof(Compared) == 24 ? 1 : -1];

struct Written {
  bool A;
  long B;
  bool C;
};
std::vector<Written> Writtens;
void write(FILE *F) { fwrite(&Writtens[0], sizeof(Written), 1, F); }

struct Copied {
  bool A;
  long B;
  bool C;
};
std::vector<Copied> Copieds;
void copy(char *Buffer) { memcpy(Buffer, &Copieds[0], sizeof(Copied)); }

struct Sent {
  bool A;
  long B;
  bool C;
};
std::vector<Sent> Sents;
void send(const void *Data, size_t Size);
void sendAll() { send(Sents.data(), Sents.size() * sizeof(Sent)); }

struct Parsed {
  bool A;
  long B;
  bool C;
};
std::vector<Parsed> Parseds;
const Parsed *parse(const char *Buffer) {
  return reinterpret_cast<const Parsed *>(Buffer);
}

struct Stored {
  bool A;
  long B;
  bool C;
};
std::vector<Stored> Storeds;
alignas(Stored) unsigned char Storage[sizeof(Stored)];
Stored *stored() {
  return static_cast<Stored *>(static_cast<void *>(Storage));
}

struct Untyped {
  bool A;
  long B;
  bool C;
};
std::vector<Untyped> Untypeds;
bool untyped(const void *Data, size_t Size) {
  return Size > 24 && static_cast<const Untyped *>(Data)->C;
}

struct Cast {
  bool A;
  long B;
  bool C;
};
std::vector<Cast> Casts;
struct Words {
  long W[3];
};
Words words(const Cast &C) { return __builtin_bit_cast(Words, C); }

struct Punned {
  bool A;
  long B;
  bool C;
};
std::vector<Punned> Punneds;
union Pun {
  Punned P;
  char Raw[24];
};

struct Shared {
  bool A;
  long B;
  bool C;
};
std::vector<Shared> Shareds;
extern "C" void handle(Shared *S);

struct Assembled {
  bool A;
  long B;
  bool C;
};
std::vector<Assembled> Assembleds;
void assemble() { asm volatile("" : : "r"(&Assembleds[0])); }

struct Registers {
  bool A;
  long B;
  bool C;
};
std::vector<Registers> Saved;
auto *const Device = reinterpret_cast<Registers *>(0x4000);

struct Ordered {
  bool A;
  long B;
  bool C;
  auto operator<=>(const Ordered &) const = default;
};
std::vector<Ordered> Ordereds;

struct Cleared {
  bool A;
  long B;
  bool C;
};
std::vector<Cleared> Cleareds;
void clear(Cleared &C) {
  memset(&C.A, 0, reinterpret_cast<size_t>(&C.C) - reinterpret_cast<size_t>(&C.A));
}

struct Walked {
  bool A;
  long B;
  bool C;
};
std::vector<Walked> Walkeds;
long walk(Walked &W) { return *(&W.B + 1); }

struct Hashed {
  bool A;
  long B;
  bool C;
};
std::vector<Hashed> Hasheds;
bool IsUnique = std::has_unique_object_representations_v<Hashed>;

// --- What it is a part of is relied on.

struct Inner {
  bool A;
  long B;
  bool C;
};
struct Base {
  bool A;
  long B;
  bool C;
};
struct Outer : Base {
  Inner In[2];
};
std::vector<Outer> Outers;
void writeOuter(FILE *F) { fwrite(Outers.data(), sizeof(Outer), 1, F); }

// --- Nobody else's to order.

#define RECORD(NAME)                                                           \
  struct NAME {                                                                \
    bool A;                                                                    \
    long B;                                                                    \
    bool C;                                                                    \
  }
RECORD(Macro);
std::vector<Macro> Macros;

template <class T> struct Slot {
  bool A;
  T B;
  bool C;
};
std::vector<Slot<long>> Slots;

union Choice {
  bool A;
  long B;
};
std::vector<Choice> Choices;

// --- Fields that depend on one another.

struct Chained {
  bool A = false;
  long B = A ? 1 : 2;
  bool C = B == 1;
};
std::vector<Chained> Chaineds;
