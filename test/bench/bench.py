#!/usr/bin/env python3
"""Measures whet against clang and run-clang-tidy, side by side in one run.

    bench.py projects NAME...     cold, warm and edited runs on corpus projects
    bench.py growth [COUNT...]    a generated project of so many files
    bench.py checks NAME...       each check's processor time, as clang-tidy profiles it, as a
                                  share of what clang needs to parse the same files
    bench.py escape [NAME]        what escape analysis adds to parsing some files, and how
                                  long the summaries of 100 take to join
    bench.py report [NAME]        what whet escape says of a project, counted
    bench.py WHAT ... --write     what is in the page between markers

Prints Markdown tables. Wall time and CPU time are those of a command and all its
children; figures of one row are from one run, one after the other.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LLVM = "/usr/lib/llvm-22/bin"


class Cost:
    def __init__(self, wall, cpu, stderr=""):
        self.wall = wall
        self.cpu = cpu
        self.stderr = stderr


def measure(command, folder, accepted=(0, 1)):
    with tempfile.TemporaryFile("w+") as err:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        err.seek(0)
        text = err.read()
    code = os.waitstatus_to_exitcode(status)
    if code not in accepted:
        sys.exit(f"{shlex.join(map(str, command))} ended with status {code}:\n{text[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, text)


def without_pch(words):
    """The command without a precompiled header, which the build has not made."""
    kept = []
    at = 0
    while at < len(words):
        if words[at:at + 2] == ["-Xclang", "-include-pch"]:
            at += 4
            continue
        kept.append(words[at])
        at += 1
    return kept


def database(folder):
    """Writes a database that all rivals can use; its files, with their commands."""
    with open(folder / "build" / "compile_commands.json", encoding="utf-8") as f:
        entries = json.load(f)
    kept = {}
    for entry in entries:
        name = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        if not name.endswith((".cpp", ".cc", ".cxx")) or f"{folder}/build/" in name:
            continue
        words = without_pch(entry.get("arguments") or shlex.split(entry["command"]))
        words[0] = f"{LLVM}/clang++"
        kept[name] = {"directory": entry["directory"], "file": name, "arguments": words}
    bench = folder / "build" / "bench"
    bench.mkdir(exist_ok=True)
    (bench / "compile_commands.json").write_text(json.dumps(list(kept.values())),
                                                 encoding="utf-8")
    return kept


def syntax_only(folder, files, workers):
    """A file of commands for xargs: clang -fsyntax-only over the same files."""
    lines = []
    for _, entry in sorted(files.items()):
        words = [w for w in entry["arguments"] if w != "-c"]
        if "-o" in words:
            at = words.index("-o")
            del words[at:at + 2]
        lines.append(f"cd {shlex.quote(entry['directory'])} && "
                     f"{shlex.join(words)} -w -fsyntax-only")
    script = folder / "build" / "bench" / "syntax-only.txt"
    script.write_text("\0".join(lines), encoding="utf-8")
    return ["xargs", "-0", "-a", str(script), "-P", str(workers), "-I{}", "sh", "-c", "{}"]


def whet(build, *arguments):
    return [f"{build}/bin/whet", "check", "-q", *map(str, arguments)]


def peak_memory(stderr):
    return max((int(m) for m in re.findall(r"at most (\d+) MiB", stderr)), default=0)


def spent(stderr):
    """What a cold run's time went into, for people."""
    parts = []
    built = re.search(r"(\d+) preambles of (\d+) MiB: ([\d.]+) s to see what files include, "
                      r"([\d.]+) s to build", stderr)
    if built:
        parts.append(f"seeing what files include {built[3]} s and building {built[1]} "
                     f"preambles ({built[2]} MiB) {built[4]} s of wall time")
    parsing, checks = (sum(map(float, re.findall(rf"{what} ([\d.]+)", stderr)))
                       for what in ("parsing", "checks"))
    again = len(re.findall("parsed again", stderr))
    parts.append(f"parsing {parsing:.0f} s and checks {checks:.0f} s of processor time")
    return f"Of the cold run: {'; '.join(parts)}; {again} files were parsed twice."


def preamble_size(stderr):
    built = re.search(r"preambles of (\d+) MiB", stderr)
    return int(built[1]) if built else 0


def seconds(value):
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def configured(name):
    """The folder of a corpus project."""
    sys.path.insert(0, str(ROOT / "test" / "corpus"))
    import corpus
    import yaml
    projects = yaml.safe_load((ROOT / "test/corpus/projects.yaml").read_text(encoding="utf-8"))
    return corpus.configure(projects[name])


def on_project(name, build, workers, rivals):
    folder = configured(name)
    files = database(folder)
    rows = []

    def row(what, cost, base):
        rows.append((what, seconds(cost.wall), f"{cost.wall / base.wall:.3f}",
                     seconds(cost.cpu), f"{cost.cpu / base.cpu:.3f}"))
        print(f"{name}: {what}: {cost.wall:.3f} s wall, {cost.cpu:.3f} s CPU", file=sys.stderr)

    with tempfile.TemporaryDirectory() as cache:
        where = ["-p", "build/bench", f"--cache-dir={cache}"]
        parse = measure(syntax_only(folder, files, workers), folder, accepted=(0,))
        row("`clang -fsyntax-only`", parse, parse)
        if rivals:
            tidy = measure([f"{LLVM}/run-clang-tidy", "-quiet", "-p", "build/bench",
                            f"-clang-tidy-binary={LLVM}/clang-tidy", "-checks=-*,performance-*",
                            f"-j{workers}"], folder)
            row("`run-clang-tidy`, `performance-*`", tidy, parse)
        cold = measure(whet(build, f"-j{workers}", *where, "--verbose"), folder)
        row("`whet check`, cold", cold, parse)
        warm = min((measure(whet(build, f"-j{workers}", *where), folder) for _ in range(5)),
                   key=lambda c: c.wall)
        row("`whet check`, nothing changed", warm, parse)
        edited = sorted(files, key=lambda f: os.path.getsize(f))[len(files) // 2]
        text = pathlib.Path(edited).read_bytes()
        try:
            pathlib.Path(edited).write_bytes(text + b"\n// edited\n")
            alone = measure(whet(build, "-p", "build/bench", edited, "--no-cache"), folder)
            one = measure(whet(build, f"-j{workers}", *where), folder)
        finally:
            pathlib.Path(edited).write_bytes(text)
        row(f"`whet check`, one file edited (it alone takes {alone.wall:.2f} s)", one, parse)
        single = measure(whet(build, "-p", "build/bench", "-j1", "--no-cache"), folder) if workers > 1 else cold
        row("`whet check`, cold, one worker", single, parse)
    lines = [f"**{name}**, {len(files)} files; peak memory per worker "
             f"{peak_memory(cold.stderr)} MiB; warm is {100 * warm.wall / cold.wall:.2f} % of cold",
             "", "| | wall, s | ratio | CPU, s | ratio |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += ["| " + " | ".join(r) + " |" for r in rows]
    lines += ["", spent(cold.stderr)]
    return "\n".join(lines) + "\n"


def generate(folder, count):
    """A project of `count` files, each of which reads some of its 40 headers."""
    source = folder / "src"
    source.mkdir()
    for n in range(40):
        (source / f"h{n}.h").write_text(
            f"#pragma once\n#include <map>\n#include <string>\n#include <vector>\n"
            f"struct S{n} {{ std::map<std::string, std::vector<int>> Items; void add(int N); }};\n",
            encoding="utf-8")
    entries = []
    for n in range(count):
        headers = "".join(f'#include "h{(n * 7 + k * 3) % 40}.h"\n' for k in range(5))
        (source / f"f{n}.cpp").write_text(
            headers + f"std::vector<int> copy{n}(const std::vector<int> &In) {{\n"
            "  std::vector<int> Out;\n  for (int X : In)\n    Out.push_back(X);\n"
            "  return Out;\n}\n", encoding="utf-8")
        entries.append({"directory": str(folder / "build"), "file": str(source / f"f{n}.cpp"),
                        "command": f"clang++ -std=c++17 -c {source}/f{n}.cpp"})
    (folder / "build").mkdir()
    (folder / "build/compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)


def growth(counts, build, workers):
    lines = ["| files | cold, s | per file, ms | warm, s | cache, MiB | preambles, MiB "
             "| a worker's memory, MiB | driver's memory, MiB |",
             "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for count in counts:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch).resolve() / "project"
            folder.mkdir()
            generate(folder, count)
            where = ["-p", "build", f"--cache-dir={scratch}/cache"]
            cold = measure(whet(build, f"-j{workers}", *where, "--verbose"), folder)
            warm = min((measure(whet(build, f"-j{workers}", *where), folder) for _ in range(5)),
                       key=lambda c: c.wall)
            probe = subprocess.run(
                [sys.executable, "-c", "import resource, subprocess, sys; "
                 "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
                 "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)",
                 *whet(build, *where)], cwd=folder, capture_output=True, text=True, check=True)
            size = sum(p.stat().st_size for p in pathlib.Path(scratch, "cache").rglob("*")
                       if p.is_file())
            lines.append(f"| {count} | {seconds(cold.wall)} | {1000 * cold.wall / count:.0f} | "
                         f"{warm.wall:.3f} | {size / 2**20:.1f} | {preamble_size(cold.stderr)} "
                         f"| {peak_memory(cold.stderr)} | {probe.stdout.strip()} |")
            print(lines[-1], file=sys.stderr)
    return "\n".join(lines) + "\n"


def check_costs(name, build, count):
    """By check, in percent of parsing some files."""
    folder = configured(name)
    files = database(folder)
    some = sorted(files)[::max(1, len(files) // count)][:count]
    parse = measure(syntax_only(folder, {f: files[f] for f in some}, 1), folder, accepted=(0,))
    profile = measure([f"{LLVM}/clang-tidy", f"--load={build}/lib/WhetTidy.so", "-checks=-*,whet-*",
                       "-p", "build/bench", "--enable-check-profile", "--quiet", *some], folder)
    costs = {}
    # User, system and both, wall; each with its share.
    row = re.compile(r"^\s*" + r"([\d.]+) \(\s*[\d.]+%\)\s+" * 4 + r"(whet-[\w-]+)$", re.M)
    for _, _, both, _, check in row.findall(profile.stderr):
        costs[check] = costs.get(check, 0) + 100 * float(both) / parse.cpu
    return costs


def checks(names, build, count):
    tables = [check_costs(name, build, count) for name in names]
    lines = ["| % of parsing | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]
    for check in sorted({c for table in tables for c in table},
                        key=lambda c: -max(table.get(c, 0) for table in tables)):
        lines.append(f"| {check} | " +
                     " | ".join(f"{table.get(check, 0):.2f}" for table in tables) + " |")
    lines.append("| all | " + " | ".join(f"{sum(t.values()):.1f}" for t in tables) + " |")
    return "\n".join(lines) + "\n"


def escape(name, build, workers, count):
    folder = configured(name)
    files = sorted(database(folder))
    some = files[::max(1, len(files) // count)][:count]
    program = [f"{build}/bin/whet", "escape", "-q", "-p", "build/bench", "--verbose"]
    alone = measure([*program, "-j1", "--no-cache", "--no-preamble", *some], folder).stderr
    costs = [(float(p), float(a)) for p, a in re.findall(r"parsing ([\d.]+), checks ([\d.]+)", alone)]
    parse, added = map(sum, zip(*costs))
    many = files[:100]
    command = [*program, f"-j{workers}", f"--cache-dir={folder}/build/bench/cache", *many]
    measure(command, folder)
    warm = min((measure(command, folder) for _ in range(5)), key=lambda c: c.cpu)
    found = re.search(r"(\d+) functions solved together in ([\d.]+) s", warm.stderr)
    rows = [(f"parsing {len(costs)} files, one in {len(files) // count}", f"{parse:.2f}"),
            ("reading the flow of pointers in them", f"{added:.2f}"),
            ("of parsing", f"{100 * added / parse:.1f} %"),
            ("of parsing, the most of one file", f"{max(100 * a / p for p, a in costs):.1f} %"),
            (f"solving the {found[1]} functions of {len(many)} files together", found[2]),
            ("the whole command, with these files in the cache", f"{warm.cpu:.2f}")]
    return "\n".join([f"| {name} | processor time, s |", "| --- | ---: |",
                      *("| " + " | ".join(r) + " |" for r in rows)]) + "\n"


# What lines of whet escape are about; the first that fits counts.
KINDS = [
    ("allocations that escape", r"escapes to heap"),
    ("allocations that do not, and could live on the stack", r"could live on the stack"),
    ("allocations that do not, of a size that is known at run time only", r"non-constant size"),
    ("strings that do not fit in their objects", r"characters do not fit"),
    ("`std::function` with a target that does not fit", r"^function: "),
    ("calls that may grow a container", r"allocates when it is full"),
    ("exceptions", r"exception object"),
    ("parameters that leak", r"^leaking param: \w+$"),
    ("parameters that lead to what leaks", r"^leaking param content"),
    ("parameters that go to the result or to another parameter", r"^leaking param: .* to "),
    ("parameters that do not escape", r"does not escape$"),
]


def report(name, build, workers, _):
    folder = configured(name)
    files = sorted(database(folder))
    done = subprocess.run([f"{build}/bin/whet", "escape", "-q", "-p", "build/bench",
                           f"-j{workers}", f"--cache-dir={folder}/build/bench/cache", *files],
                          cwd=folder, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    counts = dict.fromkeys((kind for kind, _ in KINDS), 0)
    for line in done.stdout.splitlines():
        text = line.split(": ", 1)[1]
        for kind, pattern in KINDS:
            if re.search(pattern, text):
                counts[kind] += 1
                break
    rows = [f"| {kind} | {count} |" for kind, count in counts.items() if count]
    return "\n".join([f"| {name}, {len(files)} files | |", "| --- | ---: |", *rows]) + "\n"


def write(section, text):
    page = ROOT / "docs" / ("escape.md" if section in ("escape", "report") else "performance.md")
    begin, end = f"<!-- measured: {section} -->\n", "<!-- end of measured -->"
    old = page.read_text(encoding="utf-8")
    before, rest = old.split(begin)
    _, after = rest.split(end, 1)
    page.write_text(before + begin + text + end + after, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["projects", "growth", "checks", "escape", "report"])
    parser.add_argument("arguments", nargs="*")
    parser.add_argument("--build", default=str(ROOT / "build"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--files", type=int, default=20,
                        help="how many files checks and escape analysis are measured on")
    parser.add_argument("--no-rivals", action="store_true", help="leave run-clang-tidy out")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md, or docs/escape.md")
    args = parser.parse_args()
    if args.what == "projects":
        text = "\n".join(on_project(name, args.build, args.jobs, not args.no_rivals)
                         for name in args.arguments or ["cppcheck", "draco"])
    elif args.what == "checks":
        text = checks(args.arguments or ["draco"], args.build, args.files)
    elif args.what in ("escape", "report"):
        measured = {"escape": escape, "report": report}[args.what]
        text = measured((args.arguments or ["draco"])[0], args.build, args.jobs, args.files)
    else:
        text = growth([int(n) for n in args.arguments] or [50, 100, 200, 500],
                      args.build, args.jobs)
    print(text, end="")
    if args.write:
        write(args.what, text)


if __name__ == "__main__":
    main()
