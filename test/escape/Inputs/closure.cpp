// Lambdas: captures by copy, by reference, by initialiser; and what becomes of them.
#include <functional>
int *g; int sink;
std::function<int()> gf;
template <class F> int call(F f) { return f(); } // ERROR "f does not escape" "leaking param: f"
template <class F> int callRef(const F &f) { return f(); } // ERROR "f does not escape"
void c1(int *p) { auto f = [p] { return *p; }; sink = f(); } // ERROR "p does not escape"
void c2(int *p) { auto f = [p] { g = p; }; f(); } // ERROR "leaking param: p"
void c3(int *p) { auto f = [&p] { g = p; }; f(); } // ERROR "leaking param: p"
void c4(int *p) { auto f = [&] { sink = *p; }; f(); } // ERROR "p does not escape"
void c5(int *p) { [q = p] { g = q; }(); } // ERROR "leaking param: p"
void c6(int *p) { [q = p] { sink = *q; }(); } // ERROR "p does not escape"
int *c7(int *p) { return [p] { return p; }(); } // ERROR "leaking param: p to result level=0"
void c8(int *p) { auto f = [p] { g = p; }; (void)f; } // ERROR "p does not escape"
void c9() { int *p = new int; auto f = [p] { return *p; }; sink = f(); delete p; } // ERROR "new int does not escape \(could live on the stack\)"
void c10() { int *p = new int; auto f = [&] { g = p; }; f(); } // ERROR "new int escapes to heap"
void c11() { int *p = nullptr; auto f = [&] { p = new int; }; f(); delete p; } // ERROR "new int escapes to heap"
void c12() { int *p = new int; int *q = nullptr; auto f = [&] { q = p; }; f(); g = q; } // ERROR "new int escapes to heap"
void c13() { int *p = new int; int *q = nullptr; auto f = [&] { q = p; }; f(); delete q; } // ERROR "new int escapes to heap"
void c14() { int *p = new int; sink = call([p] { return *p; }); delete p; } // ERROR "new int does not escape \(could live on the stack\)"
void c15() { int *p = new int; sink = callRef([&] { return *p; }); delete p; } // ERROR "new int does not escape \(could live on the stack\)"
void c16() { int *p = new int; sink = call([p] { g = p; return 1; }); } // ERROR "new int escapes to heap"
void c17(int *p) { gf = [p] { return *p; }; } // ERROR "leaking param: p"
void c18(int *p) { std::function<int()> f = [p] { return *p; }; sink = f(); } // ERROR "leaking param: p"
auto c19(int *p) { return [p] { return *p; }; } // ERROR "leaking param: p to result level=0"
void c20() { int *p = new int; auto f = c19(p); sink = f(); delete p; } // ERROR "new int does not escape \(could live on the stack\)"
void c21() { int *p = new int; auto f = [](int *q) { return *q; }; sink = f(p); delete p; } // ERROR "new int does not escape \(could live on the stack\)" "q does not escape"
void c22() { int *p = new int; auto f = [](int *q) { g = q; }; f(p); } // ERROR "new int escapes to heap" "leaking param: q"
void c23() { int *p = new int; int (*f)(int *) = [](int *q) { return *q; }; sink = f(p); delete p; } // ERROR "new int escapes to heap" "q does not escape"
void c24() { int *p = new int; auto f = [p]() mutable { p = g; }; f(); } // ERROR "new int does not escape \(could live on the stack\)"
void c25() { int *p = new int; auto f = [p] { auto h = [p] { return *p; }; return h(); }; sink = f(); delete p; } // ERROR "new int does not escape \(could live on the stack\)"
void c26() { int *p = new int; auto f = [&] { auto h = [&] { g = p; }; h(); }; f(); } // ERROR "new int escapes to heap"
struct S {
  int *f;
  void m() { auto l = [this] { return *f; }; sink = l(); } // ERROR "this does not escape"
  void n() { auto l = [this] { g = f; }; l(); } // ERROR "leaking param content: this"
  void o() { auto l = [*this] { g = f; }; l(); } // ERROR "leaking param content: this"
  void p() { auto l = [this] { return this; }; gs = l(); } // ERROR "leaking param: this"
  static S *gs;
};
auto generic = [](auto *p) { return p; }; // ERROR "leaking param: p to result level=0"
int *c27(int *p) { return generic(p); } // ERROR "leaking param: p to result level=0"
