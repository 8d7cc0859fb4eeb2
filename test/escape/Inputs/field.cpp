// Fields are one with their record.
int *g;
struct Pair { int *a; int *b; };
struct Nested { Pair p; int *c; };
struct Holder { Pair *q; };
Pair gp;
void f1(int *x) { Pair p; p.a = x; } // ERROR "x does not escape"
int *f2(int *x) { Pair p; p.a = x; return p.a; } // ERROR "leaking param: x to result level=0"
int *f3(int *x, int *y) { Pair p; p.a = x; p.b = y; return p.a; } // ERROR "leaking param: x to result level=0" "leaking param: y to result level=0"
void f4(int *x) { Pair p{x, nullptr}; g = p.b; } // ERROR "leaking param: x"
Pair f5(int *x, int *y) { return {x, y}; } // ERROR "leaking param: x to result level=0" "leaking param: y to result level=0"
Pair f6(int *x) { Pair p; p.a = x; return p; } // ERROR "leaking param: x to result level=0"
void f7(int *x) { gp.a = x; } // ERROR "leaking param: x"
void f8(int *x) { gp = Pair{x, nullptr}; } // ERROR "leaking param: x"
void f9(Pair p) { g = p.a; } // ERROR "leaking param: p"
int *f10(Pair p) { return p.a; } // ERROR "leaking param: p to result level=0"
int *f11(Pair *p) { return p->a; } // ERROR "leaking param: p to result level=1"
void f12(Pair *p, int *x) { p->a = x; } // ERROR "p does not escape" "leaking param: x to \*p level=0"
void f13(Pair *p) { g = p->b; } // ERROR "leaking param content: p"
int **f14(Pair *p) { return &p->a; } // ERROR "leaking param: p to result level=0"
void f15(Nested n) { g = n.p.a; } // ERROR "leaking param: n"
int *f16(Nested *n) { return n->p.b; } // ERROR "leaking param: n to result level=1"
int **f17(Nested *n) { return &n->p.b; } // ERROR "leaking param: n to result level=0"
int *f18(Holder h) { return h.q->a; } // ERROR "leaking param: h to result level=1"
void f19(Holder h, int *x) { h.q->a = x; } // ERROR "h does not escape" "leaking param: x to \*h level=0"
void f20(Holder *h, int *x) { h->q->a = x; } // ERROR "h does not escape" "leaking param: x"
void f21() { Pair p{new int, new int}; delete p.a; delete p.b; } // ERROR "new int does not escape \(could live on the stack\)" "new int does not escape \(could live on the stack\)"
void f22() { Pair p{new int, nullptr}; gp = p; } // ERROR "new int escapes to heap"
void f23() { Pair *p = new Pair; p->a = new int; delete p->a; delete p; } // ERROR "new Pair does not escape \(could live on the stack\)" "new int does not escape \(could live on the stack\)"
void f24() { Pair *p = new Pair; p->a = new int; g = p->a; delete p; } // ERROR "new Pair does not escape \(could live on the stack\)" "new int escapes to heap"
void f25() { Holder h{new Pair{new int, nullptr}}; delete h.q->a; delete h.q; } // ERROR "new Pair does not escape \(could live on the stack\)" "new int does not escape \(could live on the stack\)"
void f26() { Holder h{new Pair{new int, nullptr}}; g = h.q->b; delete h.q; } // ERROR "new Pair does not escape \(could live on the stack\)" "new int escapes to heap"
Pair f27(Pair p) { return p; } // ERROR "leaking param: p to result level=0"
Pair f28(const Pair &p) { return p; } // ERROR "leaking param: p to result level=1"
Pair &f29(Pair &p) { return p; } // ERROR "leaking param: p to result level=0"
const int *const &f30(const Pair &p);
void f31() { Pair p{new int, nullptr}; Pair q = p; Pair r; r = q; delete r.a; } // ERROR "new int does not escape \(could live on the stack\)"
void f32() { Pair p{new int, nullptr}; Pair q = p; Pair r; r = q; g = r.a; } // ERROR "new int escapes to heap"
int *f33(int *x) { auto [a, b] = Pair{x, nullptr}; return a; } // ERROR "leaking param: x to result level=0"
void f34(Pair p) { auto &[a, b] = p; g = a; } // ERROR "leaking param: p"
struct Bits { unsigned a : 3; unsigned b : 5; int *p; };
void f35(Bits b) { unsigned x = b.a; (void)x; } // ERROR "b does not escape"
struct WithReference { int &r; };
int &f36(int &x) { WithReference w{x}; return w.r; } // ERROR "leaking param: x to result level=0"
void f37(int &x) { WithReference w{x}; g = &w.r; } // ERROR "leaking param: x"
int f38(WithReference w) { return w.r; } // ERROR "w does not escape"
