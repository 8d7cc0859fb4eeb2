"""Runs the examples of the checks' pages.

A fenced block behind <!-- flagged -->, <!-- fixed --> or <!-- clean --> is a
source file: a flagged one has a finding of the page's check, a fixed one is what
the safe fixes make of the flagged one before it, and a clean one has no finding.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"<!-- (flagged|fixed|clean) -->\n```cpp\n(.*?)```", re.DOTALL)


def whet(build, folder, *arguments):
    command = [f"{build}/bin/whet", *arguments, "example.cpp", "-q", "--", "-std=c++20"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def findings(build, folder, check):
    done = whet(build, folder, "check", "--format=json", "--checks=-*," + check)
    if done.returncode > 1:
        return None, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], ""


def problems_of(build, page):
    check = "whet-" + page.stem
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    kinds = {kind for kind, _ in blocks}
    for kind in ("flagged", "clean"):
        if kind not in kinds:
            yield f"{page} has no {kind} example"
    after = None
    for kind, code in blocks:
        if kind == "fixed":
            if after != code:
                yield f"{page}: the fix of the flagged example gives:\n{after}"
            continue
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "example.cpp"
            source.write_text(code, encoding="utf-8")
            found, error = findings(build, folder, check)
            if found is None:
                yield f"{page}: a {kind} example does not compile: {error}"
            elif kind == "flagged" and not found:
                yield f"{page}: nothing is found in a flagged example:\n{code}"
            elif kind == "clean" and found:
                yield f"{page}: a clean example is flagged: {found[0]['message']}"
            whet(build, folder, "fix")
            after = source.read_text(encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=os.path.abspath)
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    pages = [p for p in sorted(args.folder.glob("*.md")) if p.name != "index.md"]
    problems = [p for page in pages for p in problems_of(args.build, page)]
    print("\n".join(problems) or f"{len(pages)} pages")
    return 1 if problems or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
