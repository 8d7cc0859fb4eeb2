#!/usr/bin/env python3
"""Runs one case of a check.

A case is a C++ file with a head that says how it is run, and expectations on
the lines that they are about:

    // check: whet-missing-reserve
    // std: c++17 c++20             default: c++17 c++20 c++23
    // stdlib: libstdc++ libc++     default: both; `none` includes nothing
    // option: AllowUpperBound=true
    // flags: -Wsign-conversion

    V.push_back(X); // want "'V' grows"
    V.push_back(X); // want-nofix "'V' grows"
    int N;          // note "may be negative"

`want` is a regular expression that the one finding on its line matches, two of
them are two findings; `want-nofix` says in addition that the finding has no
safe fix. `note` is a regular expression that some note on its line matches.

A case passes if
 1. it compiles, for each standard and library,
 2. it has all findings that it wants, and no other, for each of them,
 3. its safe fixes, applied, give `case.fixed.cpp` byte for byte, and its unsafe
    ones `case.unsafe.cpp`; the file is there if and only if there are fixes,
 4. that file compiles with -Werror, for each standard and library,
 5. a second run finds nothing left to fix in it,
 6. no fix promises more than the check's declaration does.

With --update, golden files are written instead of compared.
"""

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import yaml

LLVM_BIN = "/usr/lib/llvm-22/bin"
WANT = re.compile(r'//.*?\b(want-nofix|want|note)((?:\s+"(?:[^"\\]|\\.)*")+)')
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Failure(Exception):
    pass


@dataclass
class Case:
    path: str
    check: str = ""
    stds: list = field(default_factory=lambda: ["c++17", "c++20", "c++23"])
    stdlibs: list = field(default_factory=lambda: ["libstdc++", "libc++"])
    options: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)
    # Lists of (line, regex), (line, regex, must have no fix).
    wants: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def variants(self):
        return [(std, lib) for lib in self.stdlibs for std in self.stds]

    def precompiled(self, build, std, lib):
        """Flags for the precompiled standard library, where it is to be used.

        Most of a case's time goes into parsing the standard library. Its first
        and last variants parse it as it stands, and so show which includes are
        missing; the others begin with all of it, as files do in builds that
        precompile headers.
        """
        plain = (self.variants[0], self.variants[-1])
        pch = f"{build}/test/pch/{std}-{lib}.pch"
        if (std, lib) in plain or self.flags or not os.path.exists(pch):
            return []
        return ["-include-pch", pch]


@dataclass
class Edit:
    offset: int
    length: int
    text: bytes


@dataclass
class Finding:
    line: int
    message: str
    notes: list
    safe: list
    unsafe: list


def read(path):
    with open(path, "rb") as file:
        return file.read()


def parse_case(path):
    case = Case(path)
    text = read(path).decode("utf-8", "surrogateescape")
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"// (check|std|stdlib|option|flags): (.*)", line)
        if head:
            key, value = head.group(1), head.group(2).strip()
            if key == "check":
                case.check = value
            elif key == "std":
                case.stds = value.split()
            elif key == "stdlib":
                case.stdlibs = value.split()
            elif key == "option":
                name, _, setting = value.partition("=")
                case.options[name] = setting
            else:
                case.flags += value.split()
            continue
        for match in WANT.finditer(line):
            for regex in QUOTED.findall(match.group(2)):
                if match.group(1) == "note":
                    case.notes.append((number, regex))
                else:
                    case.wants.append((number, regex, match.group(1) == "want-nofix"))
    if not case.check:
        raise Failure("the head names no check; add '// check: whet-...'")
    return case


def compile_flags(build, case, std, lib):
    flags = ["-std=" + std, "-I" + os.path.dirname(case.path)] + case.flags
    if lib != "none":
        flags.append("-stdlib=" + lib)
    return flags + case.precompiled(build, std, lib)


def compile_file(build, case, path, std, lib, extra=()):
    command = [LLVM_BIN + "/clang++", "-fsyntax-only", "-x", "c++"]
    command += compile_flags(build, case, std, lib) + list(extra) + [path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"{path} does not compile as {std}, {lib}:\n{done.stderr}")


def edits_of(replacements, path):
    edits = []
    for r in replacements or []:
        if os.path.realpath(r["FilePath"]) != os.path.realpath(path):
            raise Failure("a fix edits another file: " + r["FilePath"])
        edits.append(Edit(r["Offset"], r["Length"],
                          r["ReplacementText"].encode("utf-8", "surrogateescape")))
    return sorted(edits, key=lambda e: e.offset)


def find(build, case, path, std, lib):
    """All findings of the case's check in `path`, in order of their places."""
    options = {f"{case.check}.{k}": v for k, v in case.options.items()}
    config = json.dumps({"Checks": "-*," + case.check, "CheckOptions": options})
    with tempfile.TemporaryDirectory() as folder:
        fixes = os.path.join(folder, "fixes.yaml")
        command = [LLVM_BIN + "/clang-tidy", f"--load={build}/lib/WhetTidy.so",
                   "--config=" + config, "--export-fixes=" + fixes, "--quiet", path,
                   "--", "-x", "c++"] + compile_flags(build, case, std, lib)
        done = subprocess.run(command, capture_output=True, text=True)
        if "[clang-diagnostic-error]" in done.stdout:
            raise Failure(f"{path} does not compile as {std}, {lib}:\n{done.stdout}")
        if "error:" in done.stdout or done.returncode != 0:
            raise Failure(f"clang-tidy failed on {path}:\n{done.stdout}{done.stderr}")
        if not os.path.exists(fixes):
            return []
        with open(fixes, encoding="utf-8") as file:
            diagnostics = yaml.safe_load(file)["Diagnostics"]
    text = read(path)

    def line_of(message):
        return text[: message["FileOffset"]].count(b"\n") + 1

    findings = []
    for d in diagnostics:
        message = d["DiagnosticMessage"]
        notes = d.get("Notes") or []
        unsafe = [r for n in notes for r in n.get("Replacements") or []]
        in_file = [n for n in notes if os.path.realpath(n["FilePath"] or "") ==
                   os.path.realpath(path)]
        findings.append(
            (message["FileOffset"],
             Finding(line_of(message), message["Message"],
                     [(line_of(n), n["Message"]) for n in in_file],
                     edits_of(message.get("Replacements"), path),
                     edits_of(unsafe, path))))
    return [f for _, f in sorted(findings, key=lambda f: f[0])]


def check_expectations(case, findings, variant):
    problems = []
    open_wants = list(case.wants)
    for f in findings:
        match = next((w for w in open_wants
                      if w[0] == f.line and re.search(w[1], f.message)), None)
        if not match:
            problems.append(f"{case.path}:{f.line}: unexpected finding: {f.message}")
            continue
        open_wants.remove(match)
        if match[2] and f.safe:
            problems.append(f"{case.path}:{f.line}: has a safe fix, and is not to have one")
    for line, regex, _ in open_wants:
        problems.append(f'{case.path}:{line}: no finding matches "{regex}"')
    notes = [n for f in findings for n in f.notes]
    for line, regex in case.notes:
        if not any(n[0] == line and re.search(regex, n[1]) for n in notes):
            problems.append(f'{case.path}:{line}: no note matches "{regex}"')
    if problems:
        raise Failure(f"as {variant[0]}, {variant[1]}:\n" + "\n".join(problems))


def apply_edits(text, fixes):
    """Applies fixes in order; insertions at one place follow each other."""
    edits = [e for fix in fixes for e in fix]
    unique = []
    for e in edits:
        if e not in unique:
            unique.append(e)
    result, at = b"", 0
    for e in sorted(unique, key=lambda e: e.offset):
        if e.offset < at:
            raise Failure("fixes overlap at offset " + str(e.offset))
        result += text[at:e.offset] + e.text
        at = e.offset + e.length
    return result + text[at:]


def compare_golden(golden, expected, update):
    if update:
        with open(golden, "wb") as file:
            file.write(expected)
        return
    if not os.path.exists(golden):
        raise Failure(f"there are fixes, but no {golden}; see what they do with --update")
    actual = read(golden)
    if actual == expected:
        return
    diff = difflib.unified_diff(
        actual.decode("utf-8", "replace").splitlines(True),
        expected.decode("utf-8", "replace").splitlines(True), golden, "after the fixes")
    raise Failure("the fixes do not give the golden file:\n" + "".join(diff))


def check_fixes(build, case, findings, kind, suffix, update):
    golden = case.path[: -len(".cpp")] + suffix
    fixes = [getattr(f, kind) for f in findings if getattr(f, kind)]
    if not fixes:
        if os.path.exists(golden):
            if not update:
                raise Failure(f"{golden} exists, but there are no {kind} fixes")
            os.remove(golden)
        return
    compare_golden(golden, apply_edits(read(case.path), fixes), update)
    for std, lib in case.variants:
        compile_file(build, case, golden, std, lib,
                     ["-Wall", "-Wextra", "-Wno-unused", "-Werror"])
    std, lib = case.variants[0]
    left = [f for f in find(build, case, golden, std, lib) if getattr(f, kind)]
    if left:
        raise Failure(f"{golden}:{left[0].line}: a second run would fix: {left[0].message}")


def declared_fix(build, check):
    done = subprocess.run([build + "/bin/whet", "checks", "--json"],
                          capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        info = json.loads(line)
        if info["id"] == check:
            return info["fix"]
    raise Failure(f"no check is called {check}")


def check_promise(build, case, findings):
    declared = declared_fix(build, case.check)
    if declared != "safe" and any(f.safe for f in findings):
        raise Failure(f"{case.check} declares fixes to be '{declared}', but makes safe ones")
    if declared == "none" and any(f.unsafe for f in findings):
        raise Failure(f"{case.check} declares no fixes, but makes some")


def fixes_of(findings):
    return [(f.safe, f.unsafe) for f in findings]


def run(build, path, update):
    case = parse_case(path)
    findings = None
    for std, lib in case.variants:
        found = find(build, case, path, std, lib)
        check_expectations(case, found, (std, lib))
        if findings is not None and fixes_of(found) != fixes_of(findings):
            raise Failure(f"as {std}, {lib} the fixes are others than before")
        findings = found
    check_promise(build, case, findings)
    check_fixes(build, case, findings, "safe", ".fixed.cpp", update)
    check_fixes(build, case, findings, "unsafe", ".unsafe.cpp", update)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="the build folder")
    parser.add_argument("--update", action="store_true", help="write golden files")
    parser.add_argument("cases", nargs="+")
    args = parser.parse_args()
    failed = False
    for path in args.cases:
        try:
            run(os.path.abspath(args.build), os.path.abspath(path), args.update)
        except Failure as failure:
            print(f"FAIL: {path}: {failure}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
