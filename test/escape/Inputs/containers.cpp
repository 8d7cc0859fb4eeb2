// Containers hold what is put into them, and hand it out.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>
int *g; int sink;
std::vector<int *> gv;
void v1(std::vector<int *> &v, int *p) { v.push_back(p); } // ERROR "v does not escape" "leaking param: p to \*v level=0"
void v2(std::vector<int *> &v, int *p) { v.insert(v.begin(), p); } // ERROR "leaking param: v" "leaking param: p to \*v level=0"
void v3(std::vector<int *> v, int *p) { v.push_back(p); } // ERROR "v does not escape" "p does not escape"
int *v4(const std::vector<int *> &v) { return v.back(); } // ERROR "leaking param: v to result level=1"
void v5(const std::vector<int *> &v) { g = v[0]; } // ERROR "leaking param content: v"
void v6(int *p) { gv.push_back(p); } // ERROR "leaking param: p"
void v7() { std::vector<int *> v; v.push_back(new int); delete v[0]; } // ERROR "new int does not escape \(could live on the stack\)"
void v8() { std::vector<int *> v{new int}; std::vector<int *> w = v; for (int *p : w) sink = *p; } // ERROR "new int does not escape \(could live on the stack\)"
void v9() { std::vector<int *> v{new int}; g = v.front(); } // ERROR "new int escapes to heap"
void v10() { std::vector<int *> v{new int}; gv = v; } // ERROR "new int escapes to heap"
void v11() { std::vector<int *> v{new int}; gv.swap(v); } // ERROR "new int escapes to heap"
void v12() { std::vector<int *> v{new int}; gv.insert(gv.end(), v.begin(), v.end()); } // ERROR "new int escapes to heap"
void v13() { std::vector<int *> v; for (int i = 0; i < 3; ++i) v.push_back(new int); } // ERROR "new int escapes to heap"
void v14() { std::vector<std::vector<int *>> v(1); v[0].push_back(new int); delete v[0][0]; } // ERROR "new int does not escape \(could live on the stack\)"
std::vector<int *> v15(int *p) { std::vector<int *> v; v.push_back(p); return v; } // ERROR "leaking param: p to result level=0"
std::vector<int *> v16(int *p) { return {p}; } // ERROR "leaking param: p to result level=0"
void m1(std::map<int, int *> &m, int *p) { m[1] = p; } // ERROR "m does not escape" "leaking param: p"
void m2(std::map<int *, int> &m, int *p) { m[p] = 1; } // ERROR "m does not escape" "leaking param: p to \*m level=0"
int *m3(std::map<int, int *> &m) { return m.find(1)->second; } // ERROR "leaking param: m to result level=0"
int m4(const std::map<int *, int> &m, int *p) { return m.count(p); } // ERROR "m does not escape" "p does not escape"
void m5() { std::map<int, int *> m; m.emplace(1, new int); delete m.at(1); } // ERROR "new int does not escape \(could live on the stack\)"
void m6() { std::map<int, int *> m; m.emplace(1, new int); g = m.begin()->second; } // ERROR "new int escapes to heap"
void m7() { std::unordered_map<int, int *> m; m.insert({1, new int}); for (auto &[k, p] : m) delete p; } // ERROR "new int does not escape \(could live on the stack\)"
void m8() { std::set<int *> s; s.insert(new int); sink = s.size(); } // ERROR "new int does not escape \(could live on the stack\)"
void t1(int *p) { std::pair<int *, int> x(p, 1); g = x.first; } // ERROR "leaking param: p"
int *t2(int *p) { auto x = std::make_pair(p, 1); return x.first; } // ERROR "leaking param: p to result level=0"
int t3(int *p) { auto x = std::make_tuple(p, 1); return *std::get<0>(x); } // ERROR "p does not escape"
void t4(int *p) { int *q = nullptr; std::tie(q, sink) = std::make_tuple(p, 1); g = q; } // ERROR "leaking param: p"
void o1(int *p) { std::optional<int *> o = p; g = *o; } // ERROR "leaking param: p"
int o2(int *p) { std::optional<int *> o(p); return o ? **o : 0; } // ERROR "p does not escape"
void s1(const std::string &s) { std::string t = s; sink = t.size(); } // ERROR "s does not escape"
std::string s2(const std::string &s) { return s + "x"; } // ERROR "s does not escape"
const char *s3(const std::string &s) { return s.c_str(); } // ERROR "leaking param: s to result level=0"
void s4(const char *s) { std::string t(s); sink = t.size(); } // ERROR "s does not escape"
std::string s5(const char *s) { return s; } // ERROR "leaking param: s to result level=0"
void x1() { int *a = new int; int *b = new int; std::swap(a, b); delete a; delete b; } // ERROR "new int does not escape \(could live on the stack\)" "new int does not escape \(could live on the stack\)"
void x2() { int *a = new int; int *b = std::exchange(a, nullptr); delete b; } // ERROR "new int does not escape \(could live on the stack\)"
void x3() { int *a = new int; g = std::exchange(a, nullptr); } // ERROR "new int escapes to heap"
