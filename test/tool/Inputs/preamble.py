"""A project whose files share system headers, some under conditions of their
own: what is found is the same with preambles and without.

preamble.py WHET"""

import json
import os
import pathlib
import re
import subprocess
import sys

WHET = sys.argv[1]
ROOT = pathlib.Path.cwd()

CONF = """#ifndef CONF_H
#define CONF_H
#include <nested.h>
#include <vector>
#ifdef WIDE
typedef long word;
#else
typedef short word;
#endif
#define LIMIT 64
struct Pair { char First; long Second; };
void use(std::vector<int> *);
#endif
"""
# Bytes in messages tell which meaning of conf.h a file saw.
USE = """
struct Words { TYPE Of[COUNT]; };
static long NAME(Words W) { return W.Of[0]READ + W.Of[1]READ; }
long callNAME(const Words &W) { return NAME(W); }
void growNAME(const std::vector<int> &From) {
  std::vector<int> V;
  for (int I : From)
    V.push_back(I);
  use(&V);
}
"""


def source(name, before="#include <conf.h>\n", type="word", count="40",
           after=""):
    text = USE.replace("NAME", name).replace("TYPE", type)
    return ("#include <vector>\n" + before + "#include <string>\n" +
            "namespace " + name + "_ {\n" + text.replace("COUNT", count).replace(
                "READ", ".Second" if type == "Pair" else "") +
            "}\n" + after)


FILES = {
    "plain1": source("plain1"),
    "plain2": source("plain2"),
    "plain3": source("plain3"),
    # None of the shared headers' macros, but one of the unit's.
    "defines": source("defines", "#define WIDE\n#include <conf.h>\n"),
    "asks": source("asks", "#ifdef LIMIT\nenum { N = 90 };\n#else\n"
                   "enum { N = 50 };\n#endif\n#include <conf.h>\n", count="N"),
    "braces": source("braces", "namespace wrapped {\n#include <conf.h>\n}\n"
                     "using namespace wrapped;\n"),
    "packs": source("packs", "#pragma pack(push, 1)\n#include <conf.h>\n"
                    "#pragma pack(pop)\n", type="Pair"),
    "harmless": source("harmless", "#pragma GCC diagnostic push\n"
                       "#include <conf.h>\n#pragma GCC diagnostic pop\n"),
    "commanded": source("commanded"),
    "wrong": source("wrong", after="int failing() { return none; }\n"),
}
# The sizes of words that each has to see.
BYTES = {"plain1": 80, "plain2": 80, "plain3": 80, "defines": 320, "asks": 100,
         "braces": 80, "packs": 360, "harmless": 80, "commanded": 320}
OBJECTIONS = {"asks": "LIMIT is asked for before",
              "braces": "is included inside of braces",
              "packs": "#pragma pack(push, 1) stands before"}


def write(path, text):
    file = ROOT / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def prepare(names):
    write("third/conf.h", CONF)
    write("third/nested.h", "")
    os.makedirs("inc", exist_ok=True)
    commands = []
    for name in names:
        write(name + ".cpp", FILES[name])
        define = ["-DWIDE"] if name == "commanded" else []
        commands.append({"directory": str(ROOT), "file": name + ".cpp",
                         "arguments": ["clang++", "-std=c++17", *define,
                                       "-Iinc", "-isystem", "third", "-c",
                                       name + ".cpp"]})
    write("compile_commands.json", json.dumps(commands))


def run(*arguments):
    done = subprocess.run(
        [WHET, "check", "--cache-dir", "cache", "-q", *arguments],
        capture_output=True, text=True)
    assert done.returncode in (1, 2), done
    return done


def costs(done):
    return dict(re.findall(r"^(\w+)\.cpp: [\d.]+ s(.*)$", done.stderr, re.M))


prepare(BYTES)
plain = run("--no-cache", "--no-preamble")
shared = run("-v")
assert shared.stdout == plain.stdout, (shared.stdout, plain.stdout)
for name, size in BYTES.items():
    assert re.search(rf"^{name}\.cpp:.* {size} bytes", plain.stdout, re.M), name

cost = costs(shared)
for name in ("plain1", "plain2", "plain3", "harmless"):
    assert "with a preamble" in cost[name], cost
for name, why in OBJECTIONS.items():
    assert "parsed again without its preamble: " in cost[name], cost
    assert why in cost[name], cost
# What directives tell is not tried first.
for name in ("defines", "commanded"):
    assert "preamble" not in cost[name], cost

# Nothing that is compared differs; and a comparison is made.
verified = run("--no-cache", "--verify-preamble", "-v")
assert verified.stdout == plain.stdout
assert "changes what is found" not in verified.stderr, verified.stderr
assert "with a preamble" in costs(verified)["plain1"]

# Headers in preambles are among what results depend on,
again = run("-v")
assert again.stdout == plain.stdout and not costs(again), again.stderr
write("third/nested.h", "typedef int unused;\n")
assert costs(run("-v")).keys() == BYTES.keys()
write("third/conf.h", CONF.replace("short", "long"))
wide = run("-v")
assert wide.stdout == run("--no-cache", "--no-preamble").stdout
assert wide.stdout != plain.stdout
# and so is where they would have been looked for first.
write("third/conf.h", CONF)
assert run().stdout == plain.stdout
write("inc/nested.h", "#define WIDE\n")
wide = run()
assert wide.stdout == run("--no-cache", "--no-preamble").stdout
assert wide.stdout != plain.stdout

# Errors are said as they are without.
prepare(FILES)
wrong = run("-v", "--no-cache")
assert "it has errors" in costs(wrong)["wrong"], wrong.stderr
assert "wrong.cpp could not be analysed: use of undeclared" in wrong.stderr
assert wrong.stdout == run("--no-cache", "--no-preamble").stdout
print("the same")
