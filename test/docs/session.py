"""Runs a page as a session: what it shows is what happens, in the page's order.

    <!-- file: NAME -->      the fenced block is written to NAME
    <!-- contents: NAME -->  NAME is the fenced block
    <!-- run: whet ARGS -->  prints the fenced block, on stdout and then stderr, and
                             ends with 0; `<!-- run 1: whet ARGS -->` ends with 1
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

STEP = re.compile(r"<!-- (file|contents|run)(?: (\d))?: (.*?) -->\n```\w*\n(.*?)```",
                  re.DOTALL)


def problem_of(whet, folder, kind, status, what, block):
    path = pathlib.Path(folder) / what
    if kind == "file":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")
        return None
    if kind == "contents":
        text = path.read_text(encoding="utf-8")
        return None if text == block else f"{what} is:\n{text}"
    program, *arguments = shlex.split(what)
    if program != "whet":
        return f"'{program}' is not whet"
    done = subprocess.run([whet, *arguments], cwd=folder, text=True,
                          capture_output=True, check=False)
    printed = done.stdout + done.stderr
    if done.returncode != int(status or 0):
        return f"{what} ends with {done.returncode}, and prints:\n{printed}"
    return None if printed == block else f"{what} prints:\n{printed}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("whet", type=os.path.abspath)
    parser.add_argument("page", type=pathlib.Path)
    args = parser.parse_args()
    steps = STEP.findall(args.page.read_text(encoding="utf-8"))
    if not any(kind == "run" for kind, *_ in steps):
        sys.exit(f"{args.page} shows no run")
    with tempfile.TemporaryDirectory() as folder:
        # The session's own project, wherever the temporary folder is.
        (pathlib.Path(folder) / ".git").mkdir()
        for step in steps:
            problem = problem_of(args.whet, folder, *step)
            if problem:
                sys.exit(f"{args.page}: {problem}")


if __name__ == "__main__":
    main()
