// Smart pointers.
#include <memory>
#include <utility>
#include <vector>
struct Point { int x, y; Point *next; };
struct Deleter { void operator()(Point *p) const { delete p; } }; // ERROR "this does not escape" "p does not escape"
Point *g; int sink;
std::unique_ptr<Point> gu; std::shared_ptr<Point> gs;
std::vector<std::unique_ptr<Point>> gv;
void use(const Point &p) { sink = p.x; } // ERROR "p does not escape"
void take(std::unique_ptr<Point> p) { sink = p->x; } // ERROR "p does not escape"
void takeKept(std::unique_ptr<Point> p) { gu = std::move(p); } // ERROR "leaking param: p"
void u1() { auto p = std::make_unique<Point>(); p->x = 1; } // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
void u2() { std::unique_ptr<Point> p(new Point); use(*p); } // ERROR "new Point does not escape \(could live on the stack\)"
void u3() { auto p = std::make_unique<Point>(); g = p.get(); } // ERROR "make_unique<Point> escapes to heap"
void u4() { auto p = std::make_unique<Point>(); g = p.release(); } // ERROR "make_unique<Point> escapes to heap"
void u5() { auto p = std::make_unique<Point>(); gu = std::move(p); } // ERROR "make_unique<Point> escapes to heap"
void u6() { auto p = std::make_unique<Point>(); auto q = std::move(p); q->x = 1; } // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
std::unique_ptr<Point> u7() { auto p = std::make_unique<Point>(); return p; } // ERROR "make_unique<Point> escapes to heap"
std::unique_ptr<Point> u8() { return std::make_unique<Point>(); } // ERROR "make_unique<Point> escapes to heap"
void u9() { std::unique_ptr<Point> p; p.reset(new Point); use(*p); } // ERROR "new Point does not escape \(could live on the stack\)"
void u10() { auto p = std::make_unique<Point>(); p.swap(gu); } // ERROR "make_unique<Point> escapes to heap"
void u11() { auto p = std::make_unique<Point>(); delete p.release(); } // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
void u12() { gv.push_back(std::make_unique<Point>()); } // ERROR "make_unique<Point> escapes to heap"
void u13() { std::vector<std::unique_ptr<Point>> v; v.push_back(std::make_unique<Point>()); use(*v[0]); } // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
void u14() { take(std::make_unique<Point>()); } // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
void u15() { takeKept(std::make_unique<Point>()); } // ERROR "make_unique<Point> escapes to heap"
void u16() { std::unique_ptr<Point, Deleter> p(new Point); use(*p); } // ERROR "new Point does not escape \(could live on the stack\)"
void u17() { auto p = std::make_unique<Point>(); p->next = new Point; delete p->next; } // ERROR "make_unique<Point> does not escape \(could live on the stack\)" "new Point does not escape \(could live on the stack\)"
void u18() { auto p = std::make_unique<Point>(); p->next = new Point; g = p->next; } // ERROR "make_unique<Point> does not escape \(could live on the stack\)" "new Point escapes to heap"
void u19() { auto p = std::make_unique<Point>(); if (p) use(*p.get()); } // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
void u20() { auto p = std::make_unique<int[]>(4); p[0] = 1; }
void s1() { auto p = std::make_shared<Point>(); p->x = 1; } // ERROR "make_shared<Point> does not escape \(could live on the stack\)"
void s2() { std::shared_ptr<Point> p(new Point); use(*p); } // ERROR "new Point does not escape \(could live on the stack\)"
void s3() { auto p = std::make_shared<Point>(); gs = p; } // ERROR "make_shared<Point> escapes to heap"
void s4() { auto p = std::make_shared<Point>(); auto q = p; std::weak_ptr<Point> w = q; if (auto r = w.lock()) use(*r); } // ERROR "make_shared<Point> does not escape \(could live on the stack\)"
void s5() { auto p = std::make_shared<Point>(); g = p.get(); } // ERROR "make_shared<Point> escapes to heap"
void s6() { auto p = std::make_shared<Point>(); std::shared_ptr<int> q(p, &p->x); sink = *q; } // ERROR "make_shared<Point> does not escape \(could live on the stack\)"
std::shared_ptr<Point> s7() { return std::make_shared<Point>(); } // ERROR "make_shared<Point> escapes to heap"
Point *p1(const std::unique_ptr<Point> &p) { return p.get(); } // ERROR "leaking param: p to result level=1"
void p2(const std::unique_ptr<Point> &p) { g = p.get(); } // ERROR "leaking param content: p"
void p3(std::unique_ptr<Point> &p) { p.reset(); } // ERROR "p does not escape"
void p4(std::shared_ptr<Point> p) { use(*p); } // ERROR "p does not escape"
void p5(std::shared_ptr<Point> p) { gs = p; } // ERROR "leaking param: p"
