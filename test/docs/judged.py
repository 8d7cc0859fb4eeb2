"""Compares the tables of judged findings on checks' pages with the snapshots."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
ROW = re.compile(r"^\| ([\w-]+) [\d.]+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
problems = []
judged = {}
for page in sorted((root / "docs" / "checks").glob("*.md")):
    check = "whet-" + page.stem
    for project, total, right, few, wrong in ROW.findall(page.read_text(encoding="utf-8")):
        judged[check, project] = int(total)
        if int(right) + int(wrong) != int(total) or int(few) > int(right):
            problems.append(f"{page.name}: the row of {project} does not add up")
for snapshot in sorted((root / "test" / "corpus" / "snapshots").glob("*.txt")):
    lines = snapshot.read_text(encoding="utf-8").splitlines()
    for check in {key[0] for key in judged}:
        count = sum(f"[{check}]" in line for line in lines)
        if judged.get((check, snapshot.stem)) != count:
            problems.append(f"{snapshot.name} has {count} findings of {check}; its page says "
                            f"{judged.get((check, snapshot.stem))}")
if not judged:
    problems.append("no page has a table of judged findings")
sys.exit("\n".join(problems) or None)
