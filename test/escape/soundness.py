"""Runs random programs with what `whet escape` proves.

    soundness.py WHET [--programs N] [--seed S] [--recall]

Makes N small programs of functions that pass pointers around, in files of many
programs each; asks whet which of their allocations do not escape; and runs them
with these on the stack, in the innermost block that is a loop's or a function's,
under AddressSanitizer, which sees each use of a stack frame or scope that is no
more. Any report is a wrong verdict: the program is kept, and the exit status is 1.

With --recall, each allocation that runs and was not proven is moved alone, too. Those moves
that the sanitizer does not object to are an upper bound of what could be proven. Of
some, the address is still to be found when the object dies, in a global or in what
belongs to a caller, though nobody happens to look there: these have escaped, and are
counted apart.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAMS_PER_FILE = 50
COMPILER = shutil.which("clang++-22") or "clang++"

PRELUDE = """\
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>
inline unsigned Seed = 1;
inline bool bit() { Seed = Seed * 1664525u + 1013904223u; return (Seed >> 24) & 1; }
"""

# What programs share; each begins with empty globals.
COMMON = """\
struct Node {
  Node *a = nullptr; Node *b = nullptr; int v = 1;
  void set(Node *x) { a = x; }
  Node *get() const { return b; }
  Node &self() { return *this; }
};
struct Box {
  Node *p;
  explicit Box(Node *q) : p(q) {}
  Box(const Box &o) : p(o.p) {}
  Box &operator=(const Box &o) { p = o.p; return *this; }
  Node *get() const { return p; }
  Node *operator->() const { return p; }
};
struct Keeper { Node *p = nullptr; ~Keeper(); };
struct Plain { Node *x; Node *y; };
struct Shape { virtual ~Shape() = default; virtual Node *pass(Node *n) { return n; } };
struct Square final : Shape { Node *kept = nullptr; Node *pass(Node *n) override { kept = n; return kept; } };
inline Node *g0 = nullptr; inline Node *g1 = nullptr; inline Plain gp{};
inline std::vector<Node *> gv; inline std::function<Node *()> gf;
inline Keeper::~Keeper() { if (bit()) g1 = p; }
template <class F> Node *apply(F f, Node *n) { return f(n); }
inline Node *viaFunction(const std::function<Node *(Node *)> &f, Node *n) { return f(n); }
"""


# Of programs that run: an object that is moved asks, when it dies, whether its address
# can still be found. Roots are the variables that are alive then.
ROOTS = """\
#include <set>
inline std::set<const void *> Seen; inline bool LeftBehind = false, Asks = false;
struct Root;
inline std::vector<Root *> Roots; inline Node *Returned = nullptr;
struct Root {
  std::function<bool(const Node *)> Reaches;
  Root(Node *&n); Root(Plain &n); Root(Box &n); Root(std::vector<Node *> &n); Root(Node **&n);
  ~Root() { Roots.erase(std::find(Roots.begin(), Roots.end(), this)); }
};
inline bool reaches(Node *from, const Node *to) {
  if (!from || from == to) return from;
  return Seen.insert(from).second && (reaches(from->a, to) || reaches(from->b, to));
}
inline Root::Root(Node *&n) : Reaches([&n](const Node *to) { return reaches(n, to); }) { Roots.push_back(this); }
inline Root::Root(Node **&n) : Reaches([&n](const Node *to) { return n && reaches(*n, to); }) { Roots.push_back(this); }
inline Root::Root(Box &n) : Root(n.p) {}
inline Root::Root(Plain &n) : Reaches([&n](const Node *to) { return reaches(n.x, to) || reaches(n.y, to); }) { Roots.push_back(this); }
inline Root::Root(std::vector<Node *> &n) : Reaches([&n](const Node *to) {
  for (Node *e : n) if (reaches(e, to)) return true;
  return false; }) { Roots.push_back(this); }
inline bool isFound(const Node *n) {
  Seen.clear();
  for (Root *r : Roots) if (r->Reaches(n)) return true;
  for (Node *e : gv) if (reaches(e, n)) return true;
  return reaches(g0, n) || reaches(g1, n) || reaches(gp.x, n) || reaches(gp.y, n) || (gf && reaches(gf(), n));
}
template <bool IsOfFunction> struct Slot : Node {
  bool IsUsed = false;
  Node *use() { IsUsed = true; *static_cast<Node *>(this) = Node(); return this; }
  ~Slot() { if (IsUsed && Asks && !LeftBehind) LeftBehind = isFound(this) || (IsOfFunction && reaches(Returned, this)); }
};
"""

# Declarations of what outlives a line.
DECLARED = re.compile(r"(?:Node \*|Plain |std::vector<Node \*> )(\w+)(?: = [^;]*|{[^;]*});$")
STATIC = re.compile(r"static Node \*(\w+) = [^;]*;")


def with_roots(text):
    """A line of a function, with what is to be known of its variables."""
    found = DECLARED.match(text)
    if found:
        return f"{text} Root root_{found[1]}({found[1]});"
    text = STATIC.sub(lambda m: f"{m[0]} static Root root_{m[1]}({m[1]});", text)
    return re.sub(r"^(if \(!x\) )?return ([^;]*);$", r"\1return Returned = \2;", text)


def hash_of(name):
    """The group that a name belongs to; parameters are together."""
    return 0 if "x" in name or name == "y" else sum(map(ord, name))


class Function:
    """One function's text. Allocations stand alone in their lines."""

    KINDS = ["nn", "pn", "rn", "vn", "bn", "sn", "n"]

    def __init__(self, rng, index, callees):
        self.rng = rng
        self.index = index
        self.kind = rng.choice(self.KINDS)
        self.callees = callees
        self.lines = []
        self.count = 0
        self.blocks = []
        self.group = 0

    PARAMETERS = {
        "nn": "Node *x, Node *y",
        "pn": "Node **x, Node *y",
        "rn": "Node *&x, Node *y",
        "vn": "std::vector<Node *> &x, Node *y",
        "bn": "Box x, Node *y",
        "sn": "Plain &x, Node *y",
        "n": "Node *y",
    }

    def head(self):
        return f"inline Node *f{self.index}({self.PARAMETERS[self.kind]}, int d)"

    def fresh(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def pointer(self):
        """An lvalue of type Node *."""
        scope = [name for block in self.blocks for name in block]
        # Most of what a statement uses belongs together.
        group = [n for n in scope if hash_of(n) % 3 == self.group]
        return self.rng.choice(group if group and self.rng.random() < 0.9 else scope)

    def put(self, text):
        self.lines.append("  " * len(self.blocks) + text)

    def call(self):
        """A call of a function that comes later, or of this one."""
        f = self.rng.choice(self.callees + [self])
        p, q = self.pointer(), self.pointer()
        before = ""
        if f.kind == "nn":
            first = p + ", "
        elif f.kind == "pn":
            first = f"&{p}, "
        elif f.kind == "rn":
            first = p + ", "
        elif f.kind == "vn":
            v = self.fresh("v")
            self.put(f"std::vector<Node *> {v}{{{p}}};")
            first = v + ", "
            before = v
        elif f.kind == "bn":
            first = f"Box({p}), "
        elif f.kind == "sn":
            s = self.fresh("s")
            self.put(f"Plain {s}{{{p}, nullptr}};")
            first = s + ", "
            before = s
        else:
            first = ""
        self.put(f"if (d > 0) {self.pointer()} = f{f.index}({first}{q}, d - 1);")
        if f.kind == "vn":
            self.put(f"if (!{before}.empty()) {self.pointer()} = {before}.back();")
        if f.kind == "sn":
            self.put(f"{self.pointer()} = {before}.x;")

    def statement(self, depth):
        rng = self.rng
        self.group = rng.randrange(3)
        p, q, r = self.pointer(), self.pointer(), self.pointer()
        kinds = {
            "new": 10, "copy": 5, "load": 8, "store": 6, "call": 7, "method": 4,
            "global": 1, "fromglobal": 2, "address": 4, "loop": 2, "if": 3, "local": 3,
            "vector": 2, "box": 2, "plain": 3, "lambda": 4, "reference": 3, "swap": 2,
            "container": 2, "algorithm": 2, "memcpy": 1, "throw": 1, "virtual": 1,
            "static": 1, "integer": 1, "keeper": 1, "goto": 1, "function": 1, "array": 2,
            "union": 1, "binding": 1, "reset": 4, "list": 1, "shared": 1, "pair": 2,
        }
        kind = rng.choices(list(kinds), list(kinds.values()))[0]
        if depth <= 0 and kind in ("loop", "if", "goto"):
            kind = "copy"
        name = self.fresh("t")
        put = self.put
        if kind == "new":
            put(f"{p} =")
            put("ALLOCATE")
            put(";")
        elif kind == "copy":
            put(f"{p} = {q};")
        elif kind == "reset":
            put(f"{p} = nullptr;")
        elif kind == "load":
            put(f"if ({q}) {p} = {q}->{rng.choice('ab')};")
        elif kind == "store":
            put(f"if ({p}) {p}->{rng.choice('ab')} = {q};")
        elif kind == "call":
            self.call()
        elif kind == "method":
            put(rng.choice([f"if ({p}) {p}->set({q});", f"if ({p}) {q} = {p}->get();",
                            f"if ({p}) {{ Node &{name} = {p}->self(); {name}.b = {q}; }}",
                            f"if ({p}) {q} = &{p}->self();"]))
        elif kind == "global":
            put(rng.choice([f"g0 = {p};", f"gp.x = {p};", f"gv.push_back({p});",
                            f"gf = [{p}] {{ return {p}; }};", f"if (g0) g0->a = {p};"]))
        elif kind == "fromglobal":
            put(rng.choice([f"{p} = g0;", f"{p} = gp.x;", f"if (gf) {p} = gf();",
                            f"if (!gv.empty()) {p} = gv.front();"]))
        elif kind == "address":
            put(rng.choice([
                f"{{ Node **{name} = &{p}; *{name} = {q}; {r} = *{name}; }}",
                f"{{ Node **{name} = bit() ? &{p} : &{q}; *{name} = {r}; }}",
                f"{{ Node **{name} = &{p}; Node ***u = &{name}; **u = {q}; }}",
                f"if ({p}) {{ Node **{name} = &{p}->a; *{name} = {q}; }}"]))
        elif kind == "loop":
            put(rng.choice([f"for (int {name} = 0; {name} < 3; ++{name}) {{",
                            f"int {name} = 3; while ({name}-- > 0) {{",
                            f"for (int {name} : {{1, 2, 3}}) {{ (void){name};"]))
            self.block(depth - 1, loop=True)
            put("}")
        elif kind == "if":
            put("if (bit()) {")
            self.block(depth - 1)
            put("} else {")
            self.block(depth - 1)
            put("}")
        elif kind == "goto":
            label = self.fresh("again")
            put(f"{{ int {name} = 2; {label}: {{")
            self.block(depth - 1, loop=True)
            put(f"}} if (--{name} > 0) goto {label}; }}")
        elif kind == "local":
            name = self.fresh("p")
            put(f"Node *{name} = {rng.choice(['nullptr', q])};")
            self.blocks[-1].append(name)
        elif kind == "vector":
            put(rng.choice([
                f"{{ std::vector<Node *> {name}; {name}.push_back({p}); {name}.push_back({q}); {r} = {name}[bit()]; }}",
                f"{{ std::vector<Node *> {name}{{{p}, {q}}}; auto u = {name}; {r} = u.back(); }}",
                f"{{ std::vector<Node *> {name}; {name}.emplace_back({p}); for (Node *&e : {name}) {{ {q} = e; e = {r}; }} }}"]))
        elif kind == "box":
            put(rng.choice([
                f"{{ Box {name}({p}); {q} = {name}.get(); }}",
                f"{{ Box {name}({p}); Box u({q}); {name} = u; {r} = {name}.p; }}",
                f"{{ Box {name} = Box({p}); if ({p}) {name}->a = {q}; }}"]))
        elif kind == "keeper":
            put(f"{{ Keeper {name}; {name}.p = {p}; }}")
        elif kind == "plain":
            put(rng.choice([
                f"{{ Plain {name}{{{p}, {q}}}; {r} = {name}.y; }}",
                f"{{ Plain {name}{{}}; Plain *u = &{name}; u->x = {p}; {q} = {name}.x; }}",
                f"{{ Plain {name}{{{p}, {q}}}; Plain u = {name}; Plain &w = u; w.y = {r}; {p} = u.y; }}"]))
        elif kind == "lambda":
            put(rng.choice([
                f"{{ auto {name} = [&](Node *z) {{ {p} = z; }}; {name}({q}); }}",
                f"{{ auto {name} = [=] {{ return {p}; }}; {q} = {name}(); }}",
                f"{{ auto {name} = [c = {p}](Node *z) {{ if (c) c->a = z; return c; }}; {q} = {name}({r}); }}",
                f"{q} = apply([&](Node *z) {{ if (z) z->b = {p}; return z; }}, {r});",
                f"{{ auto {name} = [c = {p}]() mutable {{ Node *w = c; c = nullptr; return w; }}; {r} = {name}(); }}"]))
        elif kind == "function":
            put(rng.choice([
                f"{{ std::function<Node *(Node *)> {name} = [&](Node *z) {{ {p} = z; return z; }}; {q} = {name}({r}); }}",
                f"{q} = viaFunction([{p}](Node *z) {{ return z ? z : {p}; }}, {r});"]))
        elif kind == "reference":
            put(rng.choice([
                f"{{ Node *&{name} = {p}; {name} = {q}; {r} = {name}; }}",
                f"(bit() ? {p} : {q}) = {r};",
                f"if ({p}) {{ Node &{name} = *{p}; {name}.a = {q}; {r} = &{name}; }}",
                f"{{ Node *&{name} = bit() ? {p} : {q}; {name} = {r}; }}"]))
        elif kind == "swap":
            put(rng.choice([f"std::swap({p}, {q});", f"{r} = std::exchange({p}, {q});",
                            f"{r} = std::max({p}, {q}, [](Node *z, Node *w) {{ return z && w && z->v < w->v; }});"]))
        elif kind == "pair":
            put(rng.choice([
                f"{{ std::pair<Node *, int> {name}({p}, 1); {q} = {name}.first; }}",
                f"{{ auto {name} = std::make_pair({p}, {q}); {r} = {name}.second; }}",
                f"{{ std::tuple<Node *, Node *> {name}({p}, {q}); std::get<0>({name}) = {r}; {p} = std::get<0>({name}); }}",
                f"{{ Node *u = nullptr; std::tie(u, {p}) = std::make_tuple({q}, {r}); {r} = u; }}"]))
        elif kind == "container":
            put(rng.choice([
                f"{{ std::array<Node *, 2> {name}{{{p}, {q}}}; {r} = {name}[0]; }}",
                f"{{ std::map<int, Node *> {name}; {name}[1] = {p}; {q} = {name}[1]; }}",
                f"{{ std::optional<Node *> {name} = {p}; {q} = *{name}; }}",
                f"{{ std::reference_wrapper<Node *> {name} = std::ref({p}); {name}.get() = {q}; }}",
                f"{{ std::map<int, Plain> {name}; {name}[0].x = {p}; auto i = {name}.find(0); {q} = i->second.x; }}"]))
        elif kind == "algorithm":
            put(rng.choice([
                f"{{ Node *{name}[2] = {{{p}, {q}}}; std::for_each({name}, {name} + 2, [&](Node *z) {{ if (z) {r} = z; }}); }}",
                f"{{ std::vector<Node *> {name}{{{p}}}; std::vector<Node *> u; std::copy({name}.begin(), {name}.end(), std::back_inserter(u)); {q} = u[0]; }}",
                f"{{ std::vector<Node *> {name}{{{p}, {q}}}; std::transform({name}.begin(), {name}.end(), {name}.begin(), [&](Node *z) {{ return z ? z : {r}; }}); {r} = {name}[0]; }}"]))
        elif kind == "list":
            put(f"for (Node *{name} : {{{p}, {q}}}) if ({name}) {r} = {name}->a;")
        elif kind == "shared":
            put(f"{{ auto {name} = std::make_shared<Plain>(Plain{{{p}, {q}}}); auto u = {name}; u->x = {r}; {p} = {name}->x; }}")
        elif kind == "memcpy":
            put(f"std::memcpy(&{p}, &{q}, sizeof {p});")
        elif kind == "throw":
            put(f"try {{ if (bit()) throw {p}; }} catch (Node *{name}) {{ {q} = {name}; }}")
        elif kind == "virtual":
            put(rng.choice([f"{{ Square {name}; {q} = {name}.pass({p}); {r} = {name}.kept; }}",
                            f"{{ Square {name}; Shape &u = {name}; {q} = u.pass({p}); }}"]))
        elif kind == "static":
            put(f"{{ static Node *{name} = {p}; {q} = {name}; {name} = {r}; }}")
        elif kind == "integer":
            put(f"{{ std::uintptr_t {name} = reinterpret_cast<std::uintptr_t>({p}); {q} = reinterpret_cast<Node *>({name}); }}")
        elif kind == "array":
            put(rng.choice([
                f"{{ Node *{name}[2] = {{{p}, {q}}}; {name}[bit()] = {r}; {p} = {name}[0]; }}",
                f"{{ Node *{name}[2] = {{}}; Node **u = {name}; *u = {p}; u[1] = {q}; {r} = *(u + 1); }}"]))
        elif kind == "union":
            put(f"{{ union {{ Node *i; void *j; }} {name}; {name}.i = {p}; {q} = static_cast<Node *>({name}.j); }}")
        elif kind == "binding":
            put(rng.choice([f"{{ Plain u{{{p}, {q}}}; auto [i, j] = u; {r} = i; (void)j; }}",
                            f"{{ Plain u{{{p}, {q}}}; auto &[i, j] = u; i = {r}; {q} = u.x; (void)j; }}"]))

    def block(self, depth, loop=False):
        self.blocks.append([])
        if loop:
            self.put("SLOTS")
        for _ in range(self.rng.randint(2, 5)):
            self.statement(depth)
        self.blocks.pop()

    def text(self):
        self.put(self.head() + " {")
        first = {"nn": ["x"], "rn": ["x"], "bn": ["x.p"], "sn": ["x.x", "x.y"]}
        self.blocks.append(["y"] + first.get(self.kind, []))
        self.put("SLOTS")
        self.put("ROOTS" + ("" if self.kind == "n" else " x"))
        if self.kind == "pn":
            self.put("if (!x) return nullptr;")
            self.blocks[-1].append("(*x)")
        if self.kind == "vn":
            self.put("if (x.empty()) x.push_back(y);")
            self.blocks[-1].append("x[0]")
        for name in ("k", "l", "m", "n", "o", "p", "q"):
            self.put(f"Node *{name} = nullptr;")
            self.blocks[-1].append(name)
        for _ in range(self.rng.randint(5, 12)):
            self.statement(2)
        # Captures by copy need names.
        self.put(self.rng.choice([f"return {self.pointer()};", "return nullptr;"]))
        self.blocks.pop()
        self.put("}")
        return self.lines


def captures_expression(line):
    """Whether a lambda captures what is no variable."""
    return re.search(r"\[(\(\*x\)|x\[0\]|x\.[pxy])\]", line) is not None


def program(rng, index):
    """The lines of one program; of its functions, f0 is called by main."""
    count = rng.randint(1, 4)
    functions = []
    for i in reversed(range(count)):
        functions.insert(0, Function(rng, i, functions[:]))
    lines = [f"namespace p{index} {{"]
    lines += [f.head() + ";" for f in functions]
    for f in functions:
        lines += [l for l in f.text() if not captures_expression(l)]
    call = {"nn": "&a, &b", "pn": "&p, &b", "rn": "p, &b", "vn": "v, &b", "bn": "Box(&a), &b",
            "sn": "s, &b", "n": "&b"}[functions[0].kind]
    lines += f"""\
inline int sum(Node *n, int d) {{ return n && d > 0 ? n->v + sum(n->a, d - 1) + sum(n->b, d - 1) : 0; }}
inline int run() {{
  static Node a; static Node b;
  g0 = g1 = nullptr; gp = {{}}; gv.clear(); gf = nullptr;
  Node *p = &a; std::vector<Node *> v{{&a}}; Plain s{{&a, &b}};
  int total = 0;
  for (int i = 0; i < 4; ++i) {{
    Node *r = f0({call}, 3);
    total += sum(r, 4) + sum(p, 4) + sum(v.empty() ? nullptr : v[0], 4) + sum(s.x, 4) + sum(s.y, 4);
    total += sum(&a, 4) + sum(&b, 4) + sum(g0, 4) + sum(g1, 4) + sum(gp.x, 4) + sum(gp.y, 4);
    for (Node *n : gv) total += sum(n, 3);
    if (gf) total += sum(gf(), 3);
  }}
  return total;
}}
}}""".splitlines()
    return lines


def sources(lines, first):
    """The file that whet reads, and the one that runs; the sites in them."""
    plain, moved, sites = [], [], []
    # Slots of a block are declared at its beginning, so look ahead by nesting.
    stack = []
    slots = {}
    for number, line in enumerate(lines):
        text = line.strip()
        if text == "SLOTS":
            stack.append((number, line.count("  ")))
            slots[number] = []
        elif text == "ALLOCATE":
            depth = line.count("  ")
            while stack[-1][1] > depth:
                stack.pop()
            slots[stack[-1][0]].append(len(sites))
            sites.append(number + 1)
        elif stack and line and line.count("  ") < stack[-1][1] and text.startswith("}"):
            while stack and line.count("  ") < stack[-1][1]:
                stack.pop()
    k = 0
    is_body = False
    for number, line in enumerate(lines):
        text = line.strip()
        if text == "SLOTS":
            is_function = lines[number + 1].strip().startswith("ROOTS")
            is_body = is_body or is_function
            plain.append("")
            moved.append(" ".join(f"Slot<{str(is_function).lower()}> slot{i};"
                                  for i in slots[number]))
        elif text == "ROOTED":
            plain.append("")
            moved += ROOTS.splitlines()
        elif text.startswith("ROOTS"):
            plain.append("")
            moved.append(" ".join(f"Root root_{name}({name});" for name in ["y"] + text.split()[1:]))
        elif text == "ALLOCATE":
            plain.append("    new Node")
            moved.append(f"    (Moved[{k}] ? slot{k}.use() : made({k}))")
            k += 1
        else:
            plain.append(line)
            is_body = is_body and line != "}"
            moved.append(with_roots(text) if is_body else line)
    return plain, moved, sites


def run_file(options, seed, folder):
    """Returns counts: programs, sites, proven, movable; and what went wrong."""
    rng = random.Random(seed)
    lines = PRELUDE.splitlines() + COMMON.splitlines() + [
        "inline bool Moved[100000], Ran[100000];",
        "inline Node *made(int k) { Ran[k] = true; return new Node; }"]
    lines.append("ROOTED")
    count = min(options.per_file, options.programs)
    bounds = []
    for i in range(count):
        start = len(lines)
        lines += program(rng, i)
        bounds.append((start, len(lines)))
    plain, moved, sites = sources(lines, 0)
    calls = " ".join(f"case {i}: return p{i}::run();" for i in range(count))
    main = ["#include <cstdio>", "#include <cstdlib>",
            f"int runOne(int i) {{ switch (i) {{ {calls} }} return 0; }}",
            "int main(int argc, char **argv) {",
            "  Asks = argc == 4;",
            "  for (int i = 3; i < argc; ++i) Moved[std::atoi(argv[i])] = true;",
            "  for (int i = std::atoi(argv[1]); i < std::atoi(argv[2]); ++i) {",
            f"    for (int n = 0; n < {options.inputs}; ++n) {{",
            "      Seed = 7 * i + 1 + 7919 * n;",
            "      std::printf(\"%d: %d\\n\", i, runOne(i)); std::fflush(stdout); } }",
            "  for (int i = 0; i < 100000; ++i) if (Ran[i]) std::fprintf(stderr, \"%d\\n\", i);",
            "  return LeftBehind ? 3 : 0;",
            "}"]
    source = os.path.join(folder, f"plain{seed}.cpp")
    runnable = os.path.join(folder, f"moved{seed}.cpp")
    for path, text in ((source, plain), (runnable, moved + main)):
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(text) + "\n")
    flags = ["-std=c++20"] + (["-stdlib=libc++"] if options.libcxx else [])
    result = subprocess.run(
        [options.whet, "escape", "-q", "--no-cache", "--only=escape", os.path.basename(source), "--",
         *flags], cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"whet escape failed on {source}:\n{result.stderr}")
    verdicts = {}
    for line in result.stdout.splitlines():
        found = re.match(r"[^:]+:(\d+):\d+: new Node (does not escape|escapes)", line)
        if found:
            verdicts[int(found[1])] = found[2] == "does not escape"
    missing = [s for s in sites if s not in verdicts]
    if missing:
        sys.exit(f"{source}: no verdict for line {missing[0]}")
    proven = [k for k, line in enumerate(sites) if verdicts[line]]
    binary = os.path.join(folder, f"moved{seed}")
    subprocess.run([COMPILER, *flags, "-w", "-g1", "-O0", "-fsanitize=address",
                    "-fsanitize-address-use-after-return=always",
                    "-fsanitize-address-use-after-scope", runnable, "-o", binary], check=True)
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0:detect_stack_use_after_return=1")

    def run(first, last, which):
        return subprocess.run([binary, str(first), str(last), *map(str, which)], env=environment,
                              capture_output=True, text=True, check=False)

    expected = run(0, count, [])
    if expected.returncode:
        sys.exit(f"{runnable} fails as it is:\n{expected.stderr}")
    actual = run(0, count, proven)
    problem = ""
    if actual.returncode not in (0, 3) or actual.stdout != expected.stdout:
        problem = f"{runnable} with {proven} on the stack:\n{actual.stderr[:3000]}\n"
        for k in proven:
            if run(0, count, [k]).returncode not in (0, 3):
                problem += f"allocation {k}, {source}:{sites[k]}\n"
    movable = left = 0
    # What never runs could be moved by anybody.
    ran = set(map(int, expected.stderr.split()))
    if options.recall:
        for k, line in enumerate(sites):
            if k in proven or k not in ran:
                continue
            which = next(i for i, (a, b) in enumerate(bounds) if a < line <= b)
            alone = run(which, which + 1, [k])
            before = [l for l in expected.stdout.splitlines() if l.startswith(f"{which}:")]
            if alone.returncode not in (0, 3) or alone.stdout.splitlines() != before:
                continue
            movable += alone.returncode == 0
            left += alone.returncode == 3
            if options.verbose:
                print(f"  {'not proven' if alone.returncode == 0 else 'left behind'}: {source}:{line}")
    if not problem and not options.keep:
        for path in (source, runnable, binary):
            os.remove(path)
    return count, len(sites), len(proven), len(ran.intersection(proven)), movable, left, problem


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("whet")
    parser.add_argument("--programs", type=int, default=PROGRAMS_PER_FILE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-file", type=int, default=PROGRAMS_PER_FILE)
    parser.add_argument("--inputs", type=int, default=8, help="random choices each program is run with")
    parser.add_argument("--recall", action="store_true")
    parser.add_argument("--libcxx", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--folder")
    options = parser.parse_args()
    options.whet = os.path.abspath(options.whet)
    folder = options.folder or tempfile.mkdtemp(prefix="escape-")
    os.makedirs(folder, exist_ok=True)
    totals = [0, 0, 0, 0, 0, 0]
    problems = []
    seed = options.seed
    while totals[0] < options.programs:
        *counts, problem = run_file(options, seed, folder)
        totals = [a + b for a, b in zip(totals, counts)]
        if problem:
            problems.append(problem)
            print(problem, flush=True)
        if options.verbose:
            print(f"seed {seed}: {totals[0]} programs so far, {len(problems)} wrong", flush=True)
        seed += 1
    programs, sites, proven, ran, movable, left = totals
    print(f"{programs} programs, {sites} allocations, {proven} proven to stay, {len(problems)} wrong")
    if options.recall:
        print(f"of those that run, {ran} proven, {movable} more could be moved: recall "
              f"{100 * ran // max(1, ran + movable)} %")
        print(f"{left} more moved without an objection, though somebody still has their addresses: "
              f"with these, {100 * ran // max(1, ran + movable + left)} %")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
