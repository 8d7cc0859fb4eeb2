"""Runs the example of the README: the files it shows give the output it shows."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FILE = re.compile(r"<!-- file: (\S+) -->\n```cpp\n(.*?)```", re.DOTALL)
RUN = re.compile(r"<!-- run: whet (.*?) -->\n```\n(.*?)```", re.DOTALL)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("whet", type=os.path.abspath)
    parser.add_argument("readme", type=pathlib.Path)
    args = parser.parse_args()
    text = args.readme.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for name, code in FILE.findall(text):
            (pathlib.Path(folder) / name).write_text(code, encoding="utf-8")
        runs = RUN.findall(text)
        for command, expected in runs:
            done = subprocess.run([args.whet, *command.split()], cwd=folder, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if done.stdout != expected:
                sys.exit(f"whet {command} prints:\n{done.stdout}{done.stderr}")
    if not runs:
        sys.exit("the README shows no run")


if __name__ == "__main__":
    main()
