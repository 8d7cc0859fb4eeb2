// Unknown bodies, attributes, C functions, threads, exceptions, casts and atomics.
#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <future>
#include <thread>
int *g; int sink;
void unknown(int *p);
void quiet([[clang::noescape]] int *p);
int *bound(int *p [[clang::lifetimebound]]);
void variadic(int n, ...);
void u1(int *p) { unknown(p); } // ERROR "leaking param: p"
void u2(int *p) { quiet(p); } // ERROR "p does not escape"
int *u3(int *p) { return bound(p); } // ERROR "leaking param: p to result level=0"
int u4(int *p) { return *bound(p); } // ERROR "p does not escape"
void u5(int *p) { variadic(1, p); } // ERROR "leaking param: p"
void u6(void (*f)(int *), int *p) { f(p); } // ERROR "f does not escape" "leaking param: p"
void u7(const std::function<void(int *)> &f, int *p) { f(p); } // ERROR "leaking param content: f" "leaking param: p"
void u8() { int *p = new int; quiet(p); delete p; } // ERROR "new int does not escape \(could live on the stack\)"
void u9() { int *p = new int; unknown(p); delete p; } // ERROR "new int escapes to heap"
struct C { void m(int *); int x; void (C::*f)(int *); };
void u10(C &c, int *p) { c.m(p); } // ERROR "leaking param: c" "leaking param: p"
void u11(C &c, int *p) { (c.*c.f)(p); } // ERROR "leaking param: c" "leaking param: p"
int l1(const char *s) { return std::strlen(s); } // ERROR "s does not escape"
char *l2(char *s) { return std::strchr(s, 'x'); } // ERROR "leaking param: s to result level=0"
void l3(int *p) { std::printf("%d %p", *p, (void *)p); } // ERROR "p does not escape"
void *l4(void *d, const void *s) { return std::memcpy(d, s, 8); } // ERROR "leaking param: d to result level=0" "leaking param: s to \*d level=1"
void l5() { int *p = (int *)std::malloc(4); *p = 1; std::free(p); } // ERROR "malloc does not escape \(could live on the stack\)"
void l6() { g = (int *)std::malloc(4); } // ERROR "malloc escapes to heap"
void l7(unsigned n) { void *p = std::malloc(n); std::free(p); } // ERROR "malloc does not escape \(but is on the heap: non\-constant size\)"
void l8(int *p) { int *q; std::memcpy(&q, &p, sizeof p); g = q; } // ERROR "leaking param: p"
void l9(int *p) { int *q; std::memcpy(&q, &p, sizeof p); sink = *q; } // ERROR "p does not escape"
void t1(int *p) { std::thread t([p] { sink = *p; }); t.join(); } // ERROR "leaking param: p"
void t2(int *p) { auto f = std::async([p] { return *p; }); sink = f.get(); } // ERROR "leaking param: p"
void t3() { int *p = new int; std::thread t([&] { sink = *p; }); t.join(); } // ERROR "new int escapes to heap"
void e1(int *p) { throw p; } // ERROR "leaking param: p"
void e2(int *p) { try { throw p; } catch (int *q) { sink = *q; } } // ERROR "p does not escape"
void e3() { try { throw new int; } catch (int *q) { delete q; } } // ERROR "new int escapes to heap"
struct Error { int *p; };
void e4(int *p) { throw Error{p}; } // ERROR "leaking param: p"
std::uintptr_t i1(int *p) { return reinterpret_cast<std::uintptr_t>(p); } // ERROR "leaking param: p"
int *i2(std::uintptr_t n) { return reinterpret_cast<int *>(n); }
long *i3(int *p) { return reinterpret_cast<long *>(p); } // ERROR "leaking param: p to result level=0"
void *i4(int *p) { return static_cast<void *>(p); } // ERROR "leaking param: p to result level=0"
bool i5(int *p) { return p; } // ERROR "p does not escape"
const int *i6(int *p) { return const_cast<const int *>(p); } // ERROR "leaking param: p to result level=0"
union Pun { int *p; std::uintptr_t n; };
std::uintptr_t i7(int *p) { Pun u; u.p = p; return u.n; } // ERROR "leaking param: p"
void i8(int *p) { char b[sizeof p]; for (unsigned i = 0; i < sizeof p; ++i) b[i] = reinterpret_cast<char *>(&p)[i]; } // ERROR "leaking param: p"
void a1(std::atomic<int *> &a, int *p) { a.store(p); } // ERROR "a does not escape" "leaking param: p to \*a level=0"
int *a2(std::atomic<int *> &a) { return a.load(); } // ERROR "leaking param: a to result level=0"
int *a3(std::atomic<int *> &a, int *p) { return a.exchange(p); } // ERROR "leaking param: a to result level=0" "leaking param: p to \*a level=0" "leaking param: p to result level=0"
bool a4(std::atomic<int *> &a, int *&e, int *p) { return a.compare_exchange_strong(e, p); } // ERROR "leaking param: a to \*e level=1" "leaking param: e to \*a level=1" "leaking param: p to \*a level=0" "leaking param: p to \*e level=0"
void a5(int *p) { std::atomic<int *> a(p); sink = *a.load(); } // ERROR "p does not escape"
void a6(int **a, int *p) { __atomic_store_n(a, p, __ATOMIC_SEQ_CST); } // ERROR "leaking param content: a" "leaking param: p"
int *a7(int **a) { return __atomic_load_n(a, __ATOMIC_SEQ_CST); } // ERROR "leaking param content: a"
void a8() { std::atomic<int *> a(new int); g = a.load(); } // ERROR "new int escapes to heap"
void a9(std::atomic<int> &a) { a.fetch_add(1); } // ERROR "a does not escape"
void s1(int *p) { static int *kept = p; sink = *kept; } // ERROR "leaking param: p"
void s2(int *p) { thread_local int *kept = nullptr; kept = p; } // ERROR "leaking param: p"
int *v1(int n, ...) { va_list l; va_start(l, n); int *p = va_arg(l, int *); va_end(l); return p; }
void p1(int *p) { alignas(int *) char b[sizeof(int *)]; int **q = new (b) int *(p); sink = **q; } // ERROR "p does not escape"
void p2(int *p) { alignas(int *) char b[sizeof(int *)]; int **q = new (b) int *(p); g = *q; } // ERROR "leaking param: p"
void p3(void *m, int *p) { new (m) int *(p); } // ERROR "m does not escape" "leaking param: p to \*m level=0"
template <class T> T pass(T t) { return t; } // ERROR "leaking param: t to result level=0"
int *x1(int *p) { return pass(p); } // ERROR "leaking param: p to result level=0"
int x2(int *p) { return *pass<int *&>(p); } // ERROR "p does not escape"
template <class... A> void all(A... a) { ((g = a), ...); } // ERROR "leaking param: a"
void x3(int *p, int *q) { all(p, q); } // ERROR "leaking param: p" "leaking param: q"
void b1(int *p) { auto f = std::bind([](int *q) { return *q; }, p); sink = f(); } // ERROR "p does not escape" "q does not escape"
void e5(int *p) { try { throw p; } catch (int *q) { g = q; } } // ERROR "leaking param: p"
int *e6(int *p) { try { throw p; } catch (int *&q) { return q; } return nullptr; } // ERROR "leaking param: p to result level=0"
void e7(int *p) { try { throw p; } catch (int *q) { u1(q); } } // ERROR "leaking param: p"
void e8(int *p) { try { throw p; } catch (...) { throw; } } // ERROR "leaking param: p"
void e9(int *p) { try { throw p; } catch (...) { sink = 1; } } // ERROR "p does not escape"
void e10(int *p) { try { throw p; } catch (...) { unknown(nullptr); } } // ERROR "leaking param: p"
void e11(int *p) { try { throw p; } catch (long *) { sink = 1; } } // ERROR "leaking param: p"
void e12(int *p) { try { throw p; } catch (void *q) { g = (int *)q; } catch (int *q) { sink = *q; } } // ERROR "leaking param: p"
void e13(int *p) { try { throw Error{p}; } catch (const Error &e) { sink = *e.p; } } // ERROR "p does not escape"
void e14(int *p) { try { throw Error{p}; } catch (const Error &e) { g = e.p; } } // ERROR "leaking param: p"
void e15(int *p) { try { throw Error{p}; } catch (Error e) { sink = *e.p; } } // ERROR "leaking param: p"
void e16(int *p) { try { try { throw p; } catch (long *) { } } catch (int *q) { sink = *q; } } // ERROR "leaking param: p"
void e17() { for (;;) { int *q = new int; try { throw q; } catch (int *r) { sink = *r; } delete q; } } // ERROR "new int does not escape \(could live on the stack\)"
void e18() { try { for (;;) { int *q = new int; if (sink) throw q; delete q; } } catch (int *r) { sink = *r; } } // ERROR "new int escapes to heap"
struct Rethrows { int *p; Rethrows(int *q) try : p(q) { throw p; } catch (int *) {} }; // ERROR "leaking param content: this" "leaking param: q to \*this level=0"
void e19(int *p) { int *q = nullptr; try { throw &q; } catch (int **r) { *r = p; } sink = *q; } // ERROR "leaking param: p"
void e20(int *p) { int *q = nullptr; try { throw &q; } catch (int **r) { *r = p; } g = q; } // ERROR "leaking param: p"
bool n1(int *p) { return reinterpret_cast<std::uintptr_t>(p) % 8 == 0; } // ERROR "p does not escape"
bool n2(int *p) { if (reinterpret_cast<std::uintptr_t>(p) & 7) return false; return true; } // ERROR "p does not escape"
int *n3(int *p) { return reinterpret_cast<int *>(reinterpret_cast<std::uintptr_t>(p) | 1); } // ERROR "leaking param: p to result level=0"
int *n4(int *p) { auto n = reinterpret_cast<std::uintptr_t>(p); return reinterpret_cast<int *>(n & ~7UL); } // ERROR "leaking param: p to result level=0"
int n5(int *p) { auto n = reinterpret_cast<std::uintptr_t>(p); return *reinterpret_cast<int *>(n); } // ERROR "p does not escape"
void n6(int *p) { auto n = reinterpret_cast<std::uintptr_t>(p); sink = n; } // ERROR "leaking param: p"
void n7(int *p) { auto n = reinterpret_cast<std::uintptr_t>(p); auto f = [n] { return reinterpret_cast<int *>(n); }; g = f(); } // ERROR "leaking param: p"
void n8(int *p) { auto n = reinterpret_cast<std::uintptr_t>(p); n += 8; sink = n == 8; } // ERROR "leaking param: p"
void n9(int *p) { auto n = reinterpret_cast<std::uintptr_t>(p); g = reinterpret_cast<int *>(n); } // ERROR "leaking param: p"
bool n10(int *p, int *q) { auto n = reinterpret_cast<std::uintptr_t>(p); return n < reinterpret_cast<std::uintptr_t>(q); } // ERROR "p does not escape" "q does not escape"
void n11(int *p) { int *q = nullptr; auto n = reinterpret_cast<std::uintptr_t>(&q); *reinterpret_cast<int **>(n) = p; g = q; } // ERROR "leaking param: p"
void n12() { int *p = new int; if (reinterpret_cast<std::uintptr_t>(p) % alignof(int) != 0) std::abort(); delete p; } // ERROR "new int does not escape \(could live on the stack\)"
