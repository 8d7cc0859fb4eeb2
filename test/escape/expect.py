"""Compares what `whet escape` says with what a source expects, both ways.

    expect.py WHET SOURCE [--update] [--only=TOPIC] [FLAG...]

A line of the source ends in `// ERROR "regex" "regex"`, as in the tests of Go's
compiler: each regex is found in something that is said of that line, and each thing
that is said is expected by one. With --update, expectations are written anew: read
the diff.
"""

import re
import subprocess
import sys

EXPECTATION = re.compile(r'\s*// ERROR((?: "[^"]*")+)\s*$')


def said(whet, source, topic, flags):
    """What is said, by line."""
    done = subprocess.run([whet, "escape", "-q", "--no-cache", topic, source, "--",
                           "-std=c++20", *flags], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"whet escape failed on {source}:\n{done.stderr}")
    lines = {}
    for line in done.stdout.splitlines():
        found = re.match(r"[^:]+:(\d+):\d+: (.*)", line)
        lines.setdefault(int(found[1]), []).append(found[2])
    return lines


def main():
    whet, source, *flags = sys.argv[1:]
    update = "--update" in flags
    topic = next((f for f in flags if f.startswith("--only=")), "--only=escape")
    flags = [f for f in flags if f not in ("--update", topic)]
    actual = said(whet, source, topic, flags)
    with open(source, encoding="utf-8") as file:
        text = file.read().splitlines()
    if update:
        with open(source, "w", encoding="utf-8") as file:
            for number, line in enumerate(text, 1):
                line = EXPECTATION.sub("", line)
                texts = "".join(f' "{re.escape(t)}"' for t in actual.get(number, []))
                texts = texts.replace("\\ ", " ")
                file.write(line + (f" // ERROR{texts}" if texts else "") + "\n")
        return 0
    wrong = []
    count = 0
    for number, line in enumerate(text, 1):
        found = EXPECTATION.search(line)
        expected = re.findall(r'"([^"]*)"', found[1]) if found else []
        if "ERROR" in line and not found:
            wrong.append(f"{number}: an expectation that cannot be read: {line}")
        count += len(expected)
        for regex in expected:
            if not any(re.search(regex, t) for t in actual.get(number, [])):
                wrong.append(f"{number}: not said: {regex}")
        for t in actual.get(number, []):
            if not any(re.search(regex, t) for regex in expected):
                wrong.append(f"{number}: not expected: {t}")
    for line in wrong:
        print(f"{source}:{line}")
    print(f"{count} expectations, {len(wrong)} wrong")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
