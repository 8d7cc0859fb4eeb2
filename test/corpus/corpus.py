#!/usr/bin/env python3
"""Runs whet on real projects: Debian's source packages, pinned by version.

    corpus.py fetch NAME       get and unpack the sources, once
    corpus.py check NAME       configure, and print whet's findings
    corpus.py snapshot NAME    compare the findings with snapshots/NAME.txt
    corpus.py fix NAME         in a copy: fix, build, run the project's own tests,
                               and see that a second run has nothing left to fix;
                               --checks, --unsafe and --sanitize choose what is fixed
                               and how it is built
    corpus.py reorder NAME     in a copy: move the fields of all records that get
                               smaller, build, run the project's own tests, and
                               compare the sizes that DWARF has, before and after

Sources are kept in $WHET_CORPUS, or $XDG_CACHE_HOME/whet/corpus (~/.cache by
default). Package
lists of the system are neither used nor changed.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SOURCES = [
    f"deb-src [signed-by={KEYRING}] http://deb.debian.org/debian bookworm main",
    f"deb-src [signed-by={KEYRING}] http://deb.debian.org/debian-security bookworm-security main",
]


class Failure(Exception):
    pass


def run(command, folder, quiet=True):
    """Runs a command or a shell line; its output is shown if it fails."""
    done = subprocess.run(command, cwd=folder, shell=isinstance(command, str), text=True,
                          errors="replace",
                          stdout=subprocess.PIPE if quiet else None,
                          stderr=subprocess.STDOUT if quiet else None)
    if done.returncode != 0:
        raise Failure(f"in {folder}: {command}\n{done.stdout or ''}\n"
                      f"ended with status {done.returncode}")


def cache():
    if "WHET_CORPUS" in os.environ:
        return pathlib.Path(os.environ["WHET_CORPUS"])
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "whet" / "corpus"


def fetch(project):
    """The folder of the unpacked sources; downloads them if they are not there."""
    target = cache() / f"{project['source']}-{project['version']}"
    if target.exists():
        return target
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache()) as scratch:
        lists = pathlib.Path(scratch) / "lists"
        (lists / "partial").mkdir(parents=True)
        sources = pathlib.Path(scratch) / "sources.list"
        sources.write_text("\n".join(SOURCES) + "\n", encoding="utf-8")
        apt = ["apt-get", "-q", "-o", f"Dir::Etc::SourceList={sources}",
               "-o", "Dir::Etc::SourceParts=-", "-o", f"Dir::State::Lists={lists}",
               "-o", "APT::Sandbox::User=root"]
        run(apt + ["update"], scratch)
        run(apt + ["source", f"{project['source']}={project['version']}"], scratch)
        unpacked = [p for p in pathlib.Path(scratch).iterdir()
                    if p.is_dir() and p.name != "lists"]
        if len(unpacked) != 1:
            raise Failure(f"{project['source']} unpacked to {unpacked}")
        unpacked[0].rename(target)
    return target


def commands(project, step, folder):
    for command in project[step]:
        run(command.format(jobs=os.cpu_count()), folder)


def configure(project):
    folder = fetch(project)
    stamp = folder / "build" / ".configured"
    if not stamp.exists():
        shutil.rmtree(folder / "build", ignore_errors=True)
        commands(project, "configure", folder)
        stamp.touch()
    return folder


def whet(build, folder, *arguments, quiet=False):
    """Runs whet on the project in `folder`; its status and its stdout."""
    command = [build + "/bin/whet", *arguments, "-p", "build"]
    done = subprocess.run(command, cwd=folder, text=True,
                          stdout=subprocess.PIPE if quiet else None)
    if done.returncode not in (0, 1):
        raise Failure(f"{' '.join(command)} ended with status {done.returncode}")
    return done.returncode, done.stdout


def findings(build, folder, *arguments):
    _, output = whet(build, folder, "check", "--format=json", "--quiet", *arguments, quiet=True)
    return [json.loads(line) for line in output.splitlines()]


def snapshot_text(build, folder):
    lines = []
    for f in findings(build, folder):
        path = os.path.relpath(f["file"], os.path.realpath(folder))
        fix = "safe" if f["safeFix"] else "unsafe" if f["unsafeFix"] else "none"
        lines.append(f"{path}:{f['line']}:{f['column']}: {f['message']} [{f['check']}] "
                     f"fix: {fix}\n")
    return "".join(sorted(lines))


def snapshot(project, name, build, update):
    text = snapshot_text(build, configure(project))
    path = HERE / "snapshots" / f"{name}.txt"
    if update:
        path.write_text(text, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != text:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as now:
            now.write(text)
            now.flush()
            subprocess.run(["diff", "-u", str(path), now.name], check=False)
        raise Failure(f"the findings on {name} are not those of {path}; judge each "
                      "difference, then update it with --update")
    print(f"{name}: {len(text.splitlines())} findings, as in {path.name}")


def sanitize(name):
    """Has what is built from now on checked at run time, as clang's -fsanitize=NAME does."""
    os.environ["CFLAGS"] = os.environ["CXXFLAGS"] = f"-O1 -g -fsanitize={name}"
    os.environ["LDFLAGS"] = f"-fsanitize={name}"
    # Many programs leave what they allocate to the system when they end.
    os.environ["ASAN_OPTIONS"] = "detect_stack_use_after_return=1:detect_leaks=0"


def fix(project, name, build, checks, unsafe):
    """Fixes a copy, whose build and own tests must pass before and after."""
    chosen = ["--checks", f"-*,{checks}"] if checks else []

    def is_fixable(finding):
        return finding["safeFix"] or (unsafe and finding["unsafeFix"])

    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / name
        shutil.copytree(fetch(project), copy, symlinks=True,
                        ignore=shutil.ignore_patterns("build"))
        commands(project, "configure", copy)
        before = findings(build, copy, *chosen)
        fixable = [f for f in before if is_fixable(f)]
        if not fixable:
            raise Failure(f"{name} has nothing to fix; choose another project")
        whet(build, copy, "fix", "--quiet", *chosen, *(["--unsafe"] if unsafe else []),
             quiet=True)
        left = [f for f in findings(build, copy, *chosen) if is_fixable(f)]
        if left:
            raise Failure(f"a second run would fix {len(left)} more: {left[0]}")
        commands(project, "build", copy)
        commands(project, "test", copy)
        print(f"{name}: fixed {len(fixable)} of {len(before)} findings; it builds, "
              "its own tests pass, and nothing is left to fix")


RECORD = re.compile(r"'(?P<name>[^']+)' takes (?P<now>\d+) bytes, (?P<saved>\d+) of them")


def dwarf_sizes(folder, names):
    """Sizes of the records called so, as the objects below `folder` have them."""
    sizes = {}
    objects = [str(path) for path in folder.rglob("*.o")]
    for name in sorted(names):
        done = subprocess.run(["/usr/lib/llvm-22/bin/llvm-dwarfdump", "--name", name, *objects],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for entry in re.split(r"\n(?=0x)", done.stdout):
            size = re.search(r"DW_AT_byte_size\s+\((0x\w+)\)", entry)
            if size and re.search("DW_TAG_(class|structure)_type", entry):
                sizes.setdefault(name, set()).add(int(size.group(1), 16))
    return sizes


def reorder(project, name, build):
    """All that get smaller, by however little, however few there are of them."""
    config = ("Checks: '-*,whet-field-order'\nCheckOptions:\n"
              "  whet-field-order.AlsoFew: true\n"
              "  whet-field-order.MinBytesSaved: 1\n  whet-field-order.MinPercent: 0\n")
    os.environ["CXXFLAGS"] = "-g -Wreorder -Wreorder-init-list -Werror=reorder " \
                             "-Werror=reorder-init-list"
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / name
        shutil.copytree(fetch(project), copy, symlinks=True,
                        ignore=shutil.ignore_patterns("build"))
        (copy / ".clang-tidy").write_text(config, encoding="utf-8")
        for step in ("configure", "build"):
            commands(project, step, copy)
        fixable = [f for f in findings(build, copy) if f["safeFix"] or f["unsafeFix"]]
        names = {RECORD.match(f["message"])["name"] for f in fixable}
        before = dwarf_sizes(copy, names)
        whet(build, copy, "fix", "--unsafe", "--quiet", quiet=True)
        after = findings(build, copy)
        left = [f for f in after if f["safeFix"] or f["unsafeFix"]]
        if left:
            raise Failure(f"a second run would fix {len(left)} more: {left[0]}")
        for step in ("build", "test"):
            commands(project, step, copy)
        now = dwarf_sizes(copy, names)
        kept = {f["message"] for f in after}
        for record in (RECORD.match(f["message"]) for f in fixable
                       if f["message"] not in kept):
            old = int(record["now"])
            new = old - int(record["saved"])
            # Others may have the same name; some only headers that no object uses; one
            # whose fields are records that shrink, too, gets smaller than foretold.
            seen = before.get(record["name"], set()), now.get(record["name"], set())
            if any(seen) and (old not in seen[0] or not any(size <= new for size in seen[1])):
                raise Failure(f"{record['name']} was to shrink from {old} to {new} bytes; "
                              f"DWARF has {seen[0]}, then {seen[1]}")
            print(f"{name}: {record['name']}: {old} to {new} bytes"
                  + ("" if any(seen) else " (in no object)"))
        print(f"{name}: reordered {len(fixable)} of {len(fixable) + len(after)} records; "
              "it builds without warnings of -Wreorder, and its own tests pass")


def main():
    projects = yaml.safe_load((HERE / "projects.yaml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["fetch", "check", "snapshot", "fix", "reorder"])
    parser.add_argument("name", choices=sorted(projects))
    parser.add_argument("--build", default=str(HERE.parents[1] / "build"),
                        help="whet's build folder")
    parser.add_argument("--update", action="store_true", help="write the snapshot")
    parser.add_argument("--checks", help="globs of the checks whose findings are fixed")
    parser.add_argument("--unsafe", action="store_true", help="apply unsafe fixes, too")
    parser.add_argument("--sanitize", help="build with clang's -fsanitize=THIS: address")
    args = parser.parse_args()
    project = projects[args.name]
    build = os.path.abspath(args.build)
    if args.sanitize:
        sanitize(args.sanitize)
    try:
        if args.command == "fetch":
            print(fetch(project))
        elif args.command == "check":
            whet(build, configure(project), "check")
        elif args.command == "snapshot":
            snapshot(project, args.name, build, args.update)
        elif args.command == "fix":
            fix(project, args.name, build, args.checks, args.unsafe)
        else:
            reorder(project, args.name, build)
    except Failure as failure:
        print(f"corpus.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
