#!/usr/bin/env python3
"""Measures what the fixes of whet-wide-critical-section buy.

    locks.py WHET [--calls N] [--runs N] [--write]

Takes the programs in test/bench/locks, each as it is and as `whet fix` makes it,
builds both with -O2, and runs them in turns: two threads on two cores. The fastest
of each count. Prints a Markdown table; --write puts it between markers in
docs/checks/wide-critical-section.md, unless the machine had no two cores to spare: a
smaller critical section shows nothing on one.
"""

import argparse
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "checks" / "wide-critical-section.md"
PROGRAMS = {
    "log": "a log that puts lines together",
    "cache": "a cache that builds what it keeps",
    "queue": "a queue of which a copy is sorted",
}
CXX = "clang++-22"
FLAGS = ["-std=c++17"]
SECTION = """\
## What it buys

`test/bench/locks.py build/bin/whet --write`: programs of two threads, before and after
whet's own fix, in turns on two cores.

"""
# CPU time by wall time of a fixed program that had two cores.
LEAST_CORES = 1.3


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(source):
    binary = source.with_suffix(".exe")
    run([CXX, *FLAGS, "-O2", "-pthread", source, "-o", binary])
    return binary


def fixed(whet, source):
    """The source after the safe fixes; it has to be another one."""
    copy = source.with_name("fixed-" + source.name)
    shutil.copyfile(source, copy)
    subprocess.run([whet, "fix", "-q", "--no-cache", "--checks=-*,whet-wide-critical-section",
                    copy, "--", *FLAGS], capture_output=True, text=True, check=False)
    if copy.read_bytes() == source.read_bytes():
        sys.exit(f"whet fix leaves {source.name} as it is")
    return copy


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(binary, calls):
    """Seconds, and the cores that were had on average."""
    before = cpu_of_children()
    seconds = float(run([binary, str(calls)]).split()[0])
    return seconds, (cpu_of_children() - before) / seconds


def row(whet, name, options, folder):
    source = folder / (name + ".cpp")
    binaries = [build(source), build(fixed(whet, source))]
    runs = [[], []]
    for _ in range(options.runs):
        for at, binary in enumerate(binaries):
            runs[at].append(measure(binary, options.calls))
    rates = [2 * options.calls / min(r)[0] for r in runs]
    text = (f"| {PROGRAMS[name]} | {rates[0] / 1e6:.2f} | {rates[1] / 1e6:.2f} | "
            f"{rates[1] / rates[0]:.2f} |")
    return text, min(runs[1])[1] >= LEAST_CORES


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("whet", type=pathlib.Path)
    parser.add_argument("--calls", type=int, default=300000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = ["| program | million calls a second, before | after | ratio |",
             "| --- | --- | --- | --- |"]
    were_free = True
    with tempfile.TemporaryDirectory() as folder:
        copies = pathlib.Path(folder) / "locks"
        shutil.copytree(HERE / "locks", copies)
        for name in PROGRAMS:
            line, had_cores = row(options.whet.resolve(), name, options, copies)
            lines.append(line)
            were_free &= had_cores
    table = "\n".join(lines)
    print(table)
    if not were_free:
        print("the machine had no two cores to spare: these are no figures", file=sys.stderr)
        sys.exit(1 if options.write else 0)
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        new = re.sub(r"(<!-- locks.py -->\n).*?(<!-- end of locks.py -->)",
                     lambda m: m.group(1) + SECTION + table + "\n" + m.group(2), text,
                     flags=re.DOTALL)
        PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
