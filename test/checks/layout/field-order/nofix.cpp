// check: whet-field-order
// std: c++20
// stdlib: libstdc++
// stdlib: libc++
#include <memory>
#include <string>
#include <vector>

namespace {
int next();
int Counter;

// --- The text of the record.

struct Declarators { // want-nofix "'Declarators' takes 24 bytes, 8 of them"
  bool A, B; // note "no fix: 'A' shares its declaration with others"
  double C;
  bool D;
};
std::vector<Declarators> V1;

struct Conditional { // want-nofix "'Conditional' takes 24 bytes, 8 of them"
  bool A;
#ifdef NDEBUG // note "no fix: a preprocessor directive is among the fields"
  int Checks;
#endif
  double C;
  bool D;
};
std::vector<Conditional> V2;

#define UNUSED [[maybe_unused]]
struct OfMacro { // want-nofix "'OfMacro' takes 24 bytes, 8 of them"
  UNUSED bool A; // note "no fix: 'A' .*"
  double C;
  UNUSED bool D;
};
std::vector<OfMacro> V3;

struct Headed { // want-nofix "'Headed' takes 24 bytes, 8 of them"
  // The flags.
  bool A;
  bool B;
  double C; // note "no fix: 'C' would leave, or come under, a comment that is about several fields"
  bool D;
};
std::vector<Headed> V4;

class Access { // want-nofix "'Access' takes 24 bytes, 8 of them"
public:
  bool A; // note "no fix: 'A' would have another access"

private:
  double C;

protected:
  bool D;
};
std::vector<Access> V5;

// --- What constructors do.

struct Computed { // want-nofix "'Computed' takes 24 bytes, 8 of them"
  Computed() // note "what the constructor does for 'A' and 'C' may depend on their order"
      : A(next()), C(next()), D(0) {}
  int A;
  double C;
  int D;
};
std::vector<Computed> V6;

// --- Lists.

struct Listed { // want-nofix "'Listed' takes 24 bytes, 8 of them"
  int A;
  double C;
  int D;
};
std::vector<Listed> V7 = {{next(), double(next()), 1}}; // note "the values of 'A' and 'C' here may depend on the order"

struct Captured { // want-nofix "'Captured' takes 24 bytes, 8 of them"
  int A;
  double C;
  int D;
};
Captured captured() {
  int N = 0;
  auto Step = [&] { return ++N; };
  return {Step(), double(N), 1}; // note "the values of 'A' and 'C' here may depend on the order"
}
std::vector<Captured> V8;

struct Inner {
  char A, B;
};
struct Elided { // want-nofix "'Elided' takes 24 bytes, 8 of them"
  Inner A;
  double C;
  char D;
};
std::vector<Elided> V9 = {{'a', 'b', 2.0, 'd'}}; // note "leaves out inner braces"

#define ELEMENT(X) {X, 2.0, 'c'}
struct Macro { // want-nofix "'Macro' takes 24 bytes, 8 of them"
  char A;
  double C;
  char D;
};
std::vector<Macro> V10 = {ELEMENT('a')}; // note "a macro is in the list of values here"

struct WithComment { // want-nofix "'WithComment' takes 24 bytes, 8 of them"
  char A;
  double C;
  char D;
};
std::vector<WithComment> V11 = {
    {'a', 2.0, // note "a comment is among the values here"
     'c'}};

struct Default { // want-nofix "'Default' takes 24 bytes, 8 of them"
  char A;
  double C = 2;
  char D = 3;
};
std::vector<Default> V12 = {{'a'}}; // note "the list here leaves the value of 'C' to its default"

struct Generic { // want-nofix "'Generic' takes 24 bytes, 8 of them"
  char A;
  double C;
  char D;
};
struct Other {
  char A;
  double C;
  char D;
};
Other TheOther;
template <class T> T build() {
  return T{'a', 2.0, 'c'}; // note "a template names its fields by position here"
}
std::vector<Generic> V13 = {build<Generic>()};
Other V13b = build<Other>();

struct Taken { // want-nofix "'Taken' takes 24 bytes, 8 of them"
  char A;
  double C;
  char D;
};
template <class T> double takeApart(const T &All) {
  const auto &[A, C, D] = All; // note "a template names its fields by position here"
  return A + C + D;
}
std::vector<Taken> V14;
double TheTaken = takeApart(Taken()) + takeApart(Other());

struct Built { // want-nofix "'Built' takes 24 bytes, 8 of them"
  char A;
  double C;
  char D;
};
std::vector<Built> V15;
void build15() { V15.push_back(*std::make_unique<Built>('a', 2.0, 'c')); } // note "built from values by position here"

// --- What fields' own constructors do.

struct Numbered {
  Numbered() : Number(Counter++) {}
  char Number;
};
struct NumberedLong {
  NumberedLong() : Number(Counter++) {}
  double Number;
};
struct Implicit { // want-nofix "'Implicit' takes 24 bytes, 8 of them" note "constructors of its fields may do what others notice"
  Numbered A;
  NumberedLong C;
  Numbered D;
};
std::vector<Implicit> V16(3); // note "a container of them is here"
} // namespace
