// What is allocated: by new and its like, and where nobody wrote one.
#include <coroutine>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>
struct Point { int x, y; };
struct Large { long words[4]; };
void use(const std::string &); void take(std::function<int()>);
void o1() { auto p = std::make_shared<Point>(); } // ERROR "make_shared<Point>: 1 allocation, (24|32) bytes \((16|24) of them the control block\)"
void o2() { auto p = std::make_unique<Large>(); } // ERROR "make_unique<Large>: 1 allocation, 32 bytes"
void o3() { std::shared_ptr<Point> p(new Point); } // ERROR "shared_ptr<Point>: 1 allocation, (24|32) bytes \(control block\)" "new Point: 1 allocation, 8 bytes"
void o4() { std::shared_ptr<Point> p(new Point, [](Point *q) { delete q; }); } // ERROR "shared_ptr<Point>: 1 allocation \(control block\)" "new Point: 1 allocation, 8 bytes"
void o5(std::shared_ptr<Point> p) { std::shared_ptr<Point> q = p; }
void s1() { std::string s = "fits in it"; }
void s2() { std::string s = "this does not fit into any small string"; } // ERROR "std::string: 1 allocation, 39 characters do not fit in the (15|22) it holds itself"
void s3() { use("this does not fit into any small string"); } // ERROR "std::string: 1 allocation, 39 characters do not fit in the (15|22) it holds itself"
void s4() { std::string s("this text is cut before it grows too large", 4); }
void s5() { std::string s(64, '-'); } // ERROR "std::string: 1 allocation, 64 characters do not fit in the (15|22) it holds itself"
void s6(unsigned n) { std::string s(n, '-'); }
void s7() { std::string s("a\0 literal ends where its first zero is, for a string"); }
void s8(const char *p) { std::string s(p); }
void f1(int *a) { take([a] { return *a; }); }
void f2(int *a, int *b) { take([a, b] { return *a + *b; }); }
void f3(int *a, int *b, int *c, int *d) { take([a, b, c, d] { return *a + *b + *c + *d; }); } // ERROR "function: 1 allocation, its target is 32 bytes and (16|24) fit in the function"
void f4(const Large &l) { std::function<long()> f = [l] { return l.words[0]; }; } // ERROR "function: 1 allocation, its target is 32 bytes and (16|24) fit in the function"
void f5(const std::function<int()> &g) { std::function<int()> f = g; }
void f6(int (*g)()) { std::function<int()> f = g; }
void f7(std::function<long()> &f, Large l) { f = [l] { return l.words[1]; }; } // ERROR "function: 1 allocation, its target is 32 bytes and (16|24) fit in the function"
void f8(std::function<int()> &f) { f = nullptr; }
void v1(std::vector<int> &v) { v.push_back(1); } // ERROR "push_back: vector<int> allocates when it is full"
void v2(std::vector<Point> &v) { v.emplace_back(); } // ERROR "emplace_back: vector<Point> allocates when it is full"
void v3(std::vector<int> &v) { v.pop_back(); v.clear(); }
void v4(std::unordered_map<int, int> &m) { m.emplace(1, 2); } // ERROR "emplace: unordered_map<int, int> allocates when it is full"
void v5(std::string &s) { s += 'x'; }
void i1() { std::vector<int> v{1, 2, 3}; }
void i2(const std::string &a) { std::vector<std::string> v{a, a}; } // ERROR "initializer_list: 2 elements are made, and copied to vector<std::string>"
void i3(const std::shared_ptr<Point> &p) { std::vector<std::shared_ptr<Point>> v = {p, p, p}; } // ERROR "initializer_list: 3 elements are made, and copied to vector<std::shared_ptr<Point>>"
int e1() { throw Point{1, 2}; } // ERROR "throw Point: 1 allocation, 8 bytes \(exception object\)"
int e2() { throw std::runtime_error("bad"); } // ERROR "throw std::runtime_error: 1 allocation, 16 bytes \(exception object\)"
int e3() { try { return e1(); } catch (...) { throw; } }
struct Task { struct promise_type { Task get_return_object() { return {}; } std::suspend_never initial_suspend() { return {}; } std::suspend_never final_suspend() noexcept { return {}; } void return_void() {} void unhandled_exception() {} }; };
Task c1() { co_return; } // ERROR "coroutine frame: 1 allocation, unless the compiler finds that the caller can hold it"
auto lambda = [] { std::string s = "this does not fit into any small string"; }; // ERROR "std::string: 1 allocation, 39 characters do not fit in the (15|22) it holds itself"
template <class T> struct Holds { std::string name; Holds() : name("this does not fit into any small string") {} }; // ERROR "std::string: 1 allocation, 39 characters do not fit in the (15|22) it holds itself"
Holds<int> h1; Holds<long> h2;
