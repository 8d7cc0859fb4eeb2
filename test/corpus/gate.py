#!/usr/bin/env python3
"""Begins to use whet on a real project, as docs/gate.md says: everything is known,
then some findings are fixed, and the baseline follows.

    gate.py NAME --build BUILD

In a copy of the sources, which is fixed but not built.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

from corpus import HERE, Failure, commands, fetch, findings


def check(build, folder, status, *arguments):
    command = [f"{build}/bin/whet", "check", "-q", "-p", "build",
               "--baseline", "baseline.yaml", *arguments]
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False)
    if done.returncode != status:
        raise Failure(f"{' '.join(command)} ended with status {done.returncode}, not "
                      f"{status}:\n{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def expect(condition, text):
    if not condition:
        raise Failure(text)


def counted(baseline):
    return sum(count for files in yaml.safe_load(baseline)["findings"].values()
               for declarations in files.values() for count in declarations.values())


def gate(build, folder):
    path = folder / "baseline.yaml"
    before = findings(build, folder)
    fixable = [f for f in before if f["safeFix"]]
    expect(fixable, "nothing to fix; choose another project")

    check(build, folder, 0, "--update-baseline")
    first = path.read_text(encoding="utf-8")
    expect(counted(first) == len(before), f"{counted(first)} of {len(before)} are counted")
    expect(check(build, folder, 0) == ("", ""), "what is counted is reported")
    check(build, folder, 0, "--prune-baseline")
    expect(path.read_text(encoding="utf-8") == first, "pruning changes a fresh baseline")

    subprocess.run([f"{build}/bin/whet", "fix", "-q", "-p", "build"], cwd=folder,
                   stdout=subprocess.DEVNULL, check=False)
    after = findings(build, folder)
    output, errors = check(build, folder, 1)
    expect(not output, f"code that moved is reported as new:\n{output}")
    for finding in fixable:
        expect(os.path.basename(finding["file"]) in errors, f"not said to be gone: {finding}")

    check(build, folder, 0, "--prune-baseline")
    pruned = path.read_text(encoding="utf-8")
    expect(counted(pruned) == len(after), f"{counted(pruned)} of {len(after)} are left")
    expect(check(build, folder, 0) == ("", ""), "a pruned baseline does not fit")
    path.unlink()
    check(build, folder, 0, "--update-baseline")
    expect(path.read_text(encoding="utf-8") == pruned, "pruned and fresh baselines differ")

    excluded = sorted({os.path.relpath(f["file"], os.path.realpath(folder)).split("/")[0]
                       for f in after})[0]
    (folder / ".whet.yaml").write_text(f"exclude: ['{excluded}']\n", encoding="utf-8")
    left = findings(build, folder)
    expect(left == [f for f in after if not os.path.relpath(
        f["file"], os.path.realpath(folder)).startswith(excluded + "/")],
           f"excluding {excluded} leaves {len(left)} of {len(after)}")
    check(build, folder, 1)
    return len(before), len(after), len(left)


def main():
    projects = yaml.safe_load((HERE / "projects.yaml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(projects))
    parser.add_argument("--build", required=True, type=os.path.abspath)
    args = parser.parse_args()
    project = projects[args.name]
    try:
        with tempfile.TemporaryDirectory() as scratch:
            copy = pathlib.Path(scratch) / args.name
            shutil.copytree(fetch(project), copy, symlinks=True,
                            ignore=shutil.ignore_patterns("build"))
            commands(project, "configure", copy)
            before, after, left = gate(args.build, copy)
    except Failure as failure:
        sys.exit(f"gate.py: {failure}")
    print(f"{args.name}: all of {before} findings are known, {after} after fixing, {left} "
          "with a folder excluded")


if __name__ == "__main__":
    main()
