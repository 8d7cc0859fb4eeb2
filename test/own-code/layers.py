"""Checks that includes point down the layers, and that checks stay apart."""

import pathlib
import re
import sys

LAYERS = ["support", "facts", "analysis", "checks", "tools"]
INCLUDE = re.compile(r'^\s*#\s*include\s+"whet/(\w+)/', re.MULTILINE)


def layer_of(path):
    """The layer of a source file, and None for what is in none."""
    for part in path.parts:
        if part in LAYERS:
            return part
    return None


def problems_of(root):
    files = [p for top in ("include", "lib", "checks", "tools")
             for p in (root / top).rglob("*") if p.suffix in (".h", ".cpp", ".inc")]
    if not files:
        yield f"{root} has no sources; is it the project's root?"
    for path in sorted(files):
        relative = path.relative_to(root)
        layer = layer_of(relative)
        text = path.read_text(encoding="utf-8")
        for included in INCLUDE.findall(text):
            if LAYERS.index(included) > LAYERS.index(layer):
                yield f"{relative}: {layer} must not include {included}"
        if layer == "checks" and re.search(r'#\s*include\s+"(?!whet/|clang|llvm)', text):
            yield f"{relative}: a check includes no file but those of lower layers"
        if "utils" in relative.as_posix().lower():
            yield f"{relative}: name it after what it is"


def main():
    problems = list(problems_of(pathlib.Path(sys.argv[1])))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
