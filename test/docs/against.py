"""Compares pages' tables of clang-tidy's findings and ours with both tools.

A page's section "Against clang-tidy" names clang-tidy's check in its first code
span. A table row `| cases | clang-tidy | whet |` names a case of the check; the
numbers are the findings of clang-tidy's own check, and the case's expectations,
which another test holds.
"""

import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_test

SECTION = re.compile(r"^## Against clang-tidy\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
RIVAL = re.compile(r"`([a-z]+-[a-z-]+)`")
ROW = re.compile(r"^\| `([\w-]+)\.cpp` \| (\d+) \| (\d+) \|$", re.MULTILINE)


def theirs(path, check):
    done = subprocess.run(
        [check_test.LLVM_BIN + "/clang-tidy", "--config={}", "--checks=-*," + check, str(path),
         "--", "-std=c++20"], capture_output=True, text=True, check=True)
    return done.stdout.count(f"[{check}]")


def main():
    root = pathlib.Path(sys.argv[1])
    problems = []
    compared = 0
    for page in sorted((root / "docs/checks").glob("*.md")):
        section = SECTION.search(page.read_text(encoding="utf-8"))
        if not section:
            continue
        rival = RIVAL.search(section[1])[1]
        rows = ROW.findall(section[1])
        if not rows:
            problems.append(f"{page.name} has no table")
        for name, rival_count, count in rows:
            compared += 1
            path = next((root / "test/checks").glob(f"*/{page.stem}/{name}.cpp"))
            actual = (theirs(path, rival), len(check_test.parse_case(str(path)).wants))
            if actual != (int(rival_count), int(count)):
                problems.append(f"{page.name}: {name} has {actual[0]} and {actual[1]} findings")
    if not compared:
        problems.append("no page compares anything")
    return "\n".join(problems) or None


if __name__ == "__main__":
    sys.exit(main())
