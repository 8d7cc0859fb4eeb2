"""Runs random programs before and after the fixes of whet-wide-critical-section.

    soundness.py WHET [--programs N] [--seed S] [--keep]

Makes N small programs, in files of many each: a class with a mutex and what it
guards, members that lock it, do random work, some of it private, some not, some on
what only looks private, and two to four threads that call them. All that is done to
the guarded state commutes, so that it ends up the same in each run. Each file is built
as it is and with whet's safe fixes, and both run under ThreadSanitizer. A race or
another result after the fixes is a wrong fix: the files are kept, and the exit status
is 1.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAMS_PER_FILE = 25
CXX = "clang++-22"
FLAGS = ["-std=c++17"]

PRELUDE = """\
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
struct Node { long V = 0; };
struct Pair { long A = 0; std::string B; };
static thread_local long Sink = 0;
static long twice(long N) { return N * 2; }
static std::string padded(long N) {
  std::string S;
  for (long I = 0; I < N % 9; ++I)
    S += "......";
  return S;
}
static void fill(std::vector<long> &To, long N) {
  for (long I = 0; I < N % 9; ++I)
    To.push_back(I);
}
static long *keep(long *P) { return P; }
"""

STATE = """\
namespace %(name)s {
static long Calls = 0;
static long counted(long N) {
  ++Calls;
  return N;
}
class State {
public:
  // What is viewed stays where it is.
  explicit State(long N) : Limit(N) {
    Text.reserve(1 << 14);
    Items.reserve(1 << 14);
  }
  std::mutex Mu;
  long Sum = 0;
  long Depth = 1;
  long Limit;
  const long Width = 5;
  std::vector<long> Items;
  std::map<long, long> Counts;
  std::string Text;
  std::vector<std::string> Lines;
  std::vector<std::shared_ptr<Node>> Nodes;
  std::set<long *> Waiters;
  struct Scope {
    explicit Scope(State &S) : S(S) {}
    ~Scope() { ++S.Sum; }
    State &S;
  };
  long depth() const { return Depth; }
  long limit() const { return Limit; }
  void add(long N) { Sum += N; }
%(members)s
  void report() {
    std::lock_guard<std::mutex> Lock(Mu);
    std::sort(Items.begin(), Items.end());
    std::sort(Text.begin(), Text.end());
    long All = 0;
    for (const auto &N : Nodes)
      All += N->V;
    std::cout << "%(name)s " << Sum << ' ' << Text.size() << ' ' << Nodes.size() << ' ' << All << ' ' << Calls;
    for (long N : Items)
      std::cout << ' ' << N;
    for (const auto &[K, V] : Counts)
      std::cout << ' ' << K << ':' << V;
    std::sort(Lines.begin(), Lines.end());
    for (const std::string &Line : Lines)
      std::cout << ' ' << Line;
    std::cout << ' ' << Text << '\\n';
  }
};
static void run() {
  State S(7);
  std::vector<std::thread> Threads;
  for (long T = 0; T < %(threads)d; ++T)
    Threads.emplace_back([&S, T] {
      for (long I = 0; I < 20; ++I) {
        const std::string Name = "name" + std::to_string(I);
%(calls)s
      }
    });
  for (std::thread &T : Threads)
    T.join();
  S.report();
}
} // namespace %(name)s
"""


class Member:
    """One member function: statements after a guard."""

    def __init__(self, rng, name):
        self.rng = rng
        self.name = name
        self.fresh = 0
        # Names by what can be done with them.
        self.numbers = ["X"]
        self.strings = ["Own"] * 9 + ["Name"]
        self.vectors = []
        self.nodes = []
        self.views = []
        self.pointers = []
        self.references = []
        self.iterators = []
        # Strings that depend on nothing that is read.
        self.constants = ["Name"]
        self.growing = []

    def new(self, prefix):
        self.fresh += 1
        return f"{prefix}{self.fresh}"

    def number(self):
        return self.rng.choice(self.numbers + ["X", "3", "Limit", "Width"])

    def private(self):
        kind = self.rng.randrange(12)
        if kind == 10:
            name = self.new("K")
            text = f'const std::string {name} = "kkkkkkkkkkkkkkkkkk" + std::to_string(X);'
            self.constants.append(name)
        elif kind == 11:
            name = self.new("G")
            text = f'std::string {name} = "gggggggggggggggggg" + std::to_string(X);'
            self.growing.append(name)
        elif kind == 0:
            name = self.new("S")
            text = f'std::string {name} = "a" + std::to_string({self.number()}) + "bbbbbbbbbbbbbbbbbb";'
            self.strings.append(name)
        elif kind == 1:
            name = self.new("N")
            text = f"long {name} = 0;\nfor (long I = 0; I < 9; ++I)\n  {name} += twice(I) + {self.number()};"
            self.numbers.append(name)
        elif kind == 2:
            name = self.new("V")
            text = f"std::vector<long> {name}(6, {self.number()});"
            self.vectors.append(name)
        elif kind == 3 and self.vectors:
            text = "std::sort({0}.begin(), {0}.end(), [](long A, long B) {{ return A > B; }});".format(self.rng.choice(self.vectors))
        elif kind == 4:
            name = self.new("P")
            # It may become state, which must not depend on what is read.
            text = f"auto {name} = std::make_shared<Node>();\n{name}->V = {self.rng.choice(['X', '3', 'Limit', 'Width'])};"
            self.nodes.append(name)
        elif kind == 5:
            name = self.new("S")
            text = f"std::string {name} = padded({self.number()});"
            self.strings.append(name)
        elif kind == 6:
            name = self.new("Q")
            text = f"Pair {name};\n{name}.A = {self.number()};\n{name}.B = {self.rng.choice(self.strings)} + \"cccccccccccccccccc\";"
            self.numbers.append(name + ".A")
            self.strings.append(name + ".B")
        elif kind == 7 and self.vectors:
            name = self.new("N")
            text = "long {1} = std::accumulate({0}.begin(), {0}.end(), 0L);".format(self.rng.choice(self.vectors), name)
            self.numbers.append(name)
        elif kind == 8 and self.vectors:
            text = f"fill({self.rng.choice(self.vectors)}, {self.number()});"
        else:
            name = self.new("S")
            text = f"std::string {name};\nfor (char C : {self.rng.choice(self.strings)})\n  {name}.push_back(C == 'a' ? 'b' : C);"
            self.strings.append(name)
        return text

    def guarded(self):
        # What is written must not depend on what is read.
        kind = self.rng.randrange(14)
        if kind == 11:
            return f"Lines.push_back({self.rng.choice(self.constants)});"
        if kind == 12 and self.growing:
            return f"{self.rng.choice(self.growing)} += std::to_string(X);"
        if kind == 13 and self.growing:
            return f'Lines.push_back("z" + {self.rng.choice(self.growing)});'
        if kind == 9:
            return 'Text += "y" + std::to_string(X);'
        if kind == 10:
            return "Nodes.insert(Nodes.end(), std::make_shared<Node>());"
        if kind == 0:
            return "Sum += X;"
        if kind == 1:
            return "Items.push_back(X);"
        if kind == 2:
            return "Counts[X % 4] += X;"
        if kind == 3:
            return "Text += 'x';"
        if kind == 4:
            return "Nodes.push_back(std::make_shared<Node>());"
        if kind == 5:
            return "for (auto &N : Nodes)\n  Sink += N->V;"
        if kind == 6:
            return "for (long *W : Waiters)\n  *W += 1;"
        if kind == 7:
            return "add(X);"
        return "Sum += counted(X);"

    def reads(self):
        kind = self.rng.randrange(12)
        if kind == 0:
            name = self.new("R")
            self.numbers.append(name)
            return f"long {name} = Sum;"
        if kind == 1:
            name = self.new("C")
            self.vectors.append(name)
            return f"std::vector<long> {name} = Items;"
        if kind == 2:
            name = self.new("F")
            self.references.append(name)
            return f"const std::vector<long> &{name} = Items;"
        if kind == 3:
            name = self.new("W")
            self.views.append(name)
            return f"std::string_view {name} = Text;"
        if kind == 4:
            name = self.new("A")
            self.pointers.append(name)
            return f"long *{name} = &Depth;"
        if kind == 5:
            name = self.new("A")
            self.pointers.append(name)
            return f"long *{name} = keep(&Depth);"
        if kind == 6:
            name = self.new("I")
            self.iterators.append(name)
            return f"auto {name} = Items.cbegin();"
        if kind == 7:
            name = self.new("R")
            self.numbers.append(name)
            return f"const long &{name} = Depth;"
        if kind == 8:
            name = self.new("R")
            self.numbers.append(name)
            return f"long {name} = depth() + limit();"
        if kind == 9:
            return "++Depth;"
        if kind == 10:
            name = self.new("S")
            self.strings.append(name)
            return f"std::string {name} = Text;"
        name = self.new("S")
        self.strings.append(name)
        return f"const std::string &{name} = Text;"

    def uses(self):
        """Of what only looks private."""
        choices = []
        if self.references:
            choices.append(f"for (long N : {self.rng.choice(self.references)})\n  Sink += N;")
        if self.views:
            choices.append(f"for (char C : {self.rng.choice(self.views)})\n  Sink += C;")
            choices.append(f"Sink += static_cast<long>(std::string({self.rng.choice(self.views)}).size());")
            name = self.new("S")
            choices.append(f"std::string {name}({self.rng.choice(self.views)});")
        if self.pointers:
            choices.append(f"for (long I = 0; I < 3; ++I)\n  *{self.rng.choice(self.pointers)} += I;")
        if self.iterators:
            name = self.rng.choice(self.iterators)
            choices.append(f"for (; {name} != Items.cend(); ++{name})\n  Sink += *{name};")
        if self.nodes:
            name = self.rng.choice(self.nodes)
            choices.append(f"Nodes.push_back({name});")
            choices.append(f"for (long I = 0; I < 3; ++I)\n  {name}->V += X;")
            other = self.new("N")
            choices.append(f"Node *{other} = {name}.get();\nfor (long I = 0; I < 3; ++I)\n  {other}->V += X;")
        name = self.new("N")
        choices.append(f"long {name} = 0;\nfor (char C : {self.rng.choice(self.strings)})\n  {name} += C;\nSink += {name};")
        text = self.rng.choice(choices)
        return text

    def statements(self):
        parts = []
        for _ in range(self.rng.randrange(0, 4)):
            parts.append(self.private())
        for _ in range(self.rng.randrange(1, 4)):
            parts.append(self.rng.choice([self.guarded, self.guarded, self.reads])())
        for _ in range(self.rng.randrange(0, 3)):
            parts.append(self.rng.choice([self.uses, self.private, self.guarded])())
        for _ in range(self.rng.randrange(0, 4)):
            parts.append(self.rng.choice([self.private, self.private, self.uses])())
        return parts

    def text(self):
        rng = self.rng
        before = []
        if rng.random() < 0.15:
            name = self.new("V")
            before.append(f"std::vector<long> &{name} = Items;")
            self.references.append(name)
        if rng.random() < 0.3:
            before.append(self.private())
        waits = rng.random() < 0.15
        if waits:
            before.append("long Mine = 0;\n{\n  std::lock_guard<std::mutex> L(Mu);\n  Waiters.insert(&Mine);\n}")
        by_hand = rng.random() < 0.2
        guard = rng.choice([
            "std::lock_guard<std::mutex> Lock(Mu);",
            "std::lock_guard Lock{Mu};",
            "std::unique_lock<std::mutex> Lock(Mu);",
            "std::scoped_lock Lock(Mu);",
        ])
        if by_hand:
            guard = "Mu.lock();"
        inside = self.statements()
        if rng.random() < 0.15 and not by_hand:
            inside.insert(rng.randrange(len(inside) + 1), "Scope Scoped(*this);")
        if waits:
            inside.insert(rng.randrange(len(inside) + 1), "for (long I = 0; I < 3; ++I)\n  Mine += I;")
        last = ""
        if not by_hand and not waits and rng.random() < 0.5:
            last = rng.choice([f"return {rng.choice(self.numbers)};", f"return static_cast<long>(({rng.choice(self.strings)} + \"d\").size());"])
        lines = [guard] + inside
        if by_hand:
            lines.append("Mu.unlock();")
        if waits:
            lines = ["{"] + ["  " + l for l in "\n".join(lines).split("\n")] + ["}"]
            lines.append("{\n  std::lock_guard<std::mutex> L(Mu);\n  Waiters.erase(&Mine);\n}")
        elif rng.random() < 0.25:
            lines = ["for (int Round = 0; Round < 2; ++Round) {"] + ["  " + l for l in "\n".join(lines).split("\n")] + ["}"]
            last = ""
        body = "\n".join(before + lines + [last or "return 0;"])
        body = "\n".join("    " + l for l in body.split("\n") if l)
        return f"  long {self.name}(long X, const std::string &Name, std::string Own) {{\n    (void)Name;\n    (void)Own;\n{body}\n  }}"


def program(rng, number):
    members = [Member(rng, f"f{i}") for i in range(rng.randrange(2, 5))]
    calls = "\n".join(f"        Sink += S.{m.name}(T * 100 + I, Name, Name);" for m in members)
    return STATE % {
        "name": f"p{number}",
        "members": "\n".join(m.text() for m in members),
        "threads": rng.randrange(2, 5),
        "calls": calls,
    }, len(members)


def build(source, binary):
    return subprocess.run([CXX, *FLAGS, "-O0", "-g1", "-fsanitize=thread", "-pthread", source, "-o", binary],
                          capture_output=True, text=True)


def execute(binary, options):
    env = dict(os.environ, TSAN_OPTIONS="halt_on_error=0 exitcode=66 report_signal_unsafe=0")
    done = subprocess.run([binary], capture_output=True, text=True, env=env, timeout=options.timeout)
    return done.returncode, done.stdout, done.stderr


def run_file(options, seed, count, folder):
    rng = random.Random(seed)
    source = os.path.join(folder, f"programs{seed}.cpp")
    fixed = os.path.join(folder, f"programs{seed}.fixed.cpp")
    sections = 0
    with open(source, "w") as out:
        out.write(PRELUDE)
        for number in range(count):
            text, members = program(rng, number)
            sections += members
            out.write(text)
        out.write("int main() {\n" + "".join(f"  p{n}::run();\n" for n in range(count)) + "}\n")
    shutil.copyfile(source, fixed)
    done = subprocess.run([options.whet, "fix", "--checks=-*,whet-wide-critical-section", fixed, "--", *FLAGS],
                          capture_output=True, text=True)
    if done.returncode not in (0, 1):
        return sections, 0, f"seed {seed}: whet fix: {done.stderr}"
    count = re.search(r"^fixed (\d+) finding", done.stderr, re.MULTILINE)
    moved = int(count.group(1)) if count else 0
    for path in (source, fixed):
        built = build(path, path + ".exe")
        if built.returncode != 0:
            return sections, moved, f"seed {seed}: {path} does not compile:\n{built.stderr[:3000]}"
    status, output, races = execute(source + ".exe", options)
    if status != 0:
        return sections, moved, f"seed {seed}: the program itself has a race:\n{races[:3000]}"
    status, again, races = execute(fixed + ".exe", options)
    if status != 0:
        return sections, moved, f"seed {seed}: {fixed} has a race:\n{races[:3000]}"
    if output != again:
        return sections, moved, f"seed {seed}: {fixed} ends up otherwise"
    if not options.keep:
        for path in (source, fixed, source + ".exe", fixed + ".exe"):
            os.remove(path)
    return sections, moved, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("whet")
    parser.add_argument("--programs", type=int, default=PROGRAMS_PER_FILE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=int, default=300)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--folder")
    options = parser.parse_args()
    options.whet = os.path.abspath(options.whet)
    folder = options.folder or tempfile.mkdtemp(prefix="locks-")
    os.makedirs(folder, exist_ok=True)
    programs = sections = fixed = wrong = 0
    seed = options.seed
    while programs < options.programs:
        count = min(PROGRAMS_PER_FILE, options.programs - programs)
        more, moved, problem = run_file(options, seed, count, folder)
        programs += count
        sections += more
        fixed += moved
        if problem:
            wrong += 1
            print(problem, flush=True)
        seed += 1
    print(f"{programs} programs, {sections} sections, {fixed} fixed, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
