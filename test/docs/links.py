"""Checks that relative links in the project's Markdown lead to files."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
broken = []
for page in pages:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target and not (page.parent / target).exists():
            broken.append(f"{page.relative_to(root)}: {target} does not exist")
sys.exit("\n".join(broken) or None)
