"""Compares a page's table of clang-tidy's findings and ours with both tools.

A table row `| cases | clang-tidy | whet |` names a case of the check; the numbers
are the findings of clang-tidy's own check, and the case's expectations, which
another test holds.
"""

import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_test

RIVALS = {"missing-reserve": ("allocation", "performance-inefficient-vector-operation")}
ROW = re.compile(r"^\| `([\w-]+)\.cpp` \| (\d+) \| (\d+) \|$", re.MULTILINE)


def theirs(path, check):
    done = subprocess.run(
        [check_test.LLVM_BIN + "/clang-tidy", "--config={}", "--checks=-*," + check, str(path),
         "--", "-std=c++20"], capture_output=True, text=True, check=True)
    return done.stdout.count(f"[{check}]")


def main():
    root = pathlib.Path(sys.argv[1])
    problems = []
    for page, (topic, rival) in RIVALS.items():
        rows = ROW.findall((root / f"docs/checks/{page}.md").read_text(encoding="utf-8"))
        if not rows:
            problems.append(f"{page}.md has no table")
        for name, rival_count, count in rows:
            path = root / f"test/checks/{topic}/{page}/{name}.cpp"
            actual = (theirs(path, rival), len(check_test.parse_case(str(path)).wants))
            if actual != (int(rival_count), int(count)):
                problems.append(f"{page}.md: {name} has {actual[0]} and {actual[1]} findings")
    return "\n".join(problems) or None


if __name__ == "__main__":
    sys.exit(main())
