"""Compares offsets and sizes with those that pahole reads in debug information.

Where the two disagree, pahole is wrong, and KNOWN says how: the test fails when
there is another disagreement, and when one of these is gone.
"""

import json
import re
import subprocess
import sys

# Record and member: what pahole says of it, which is not so.
KNOWN = {
    # A pointer to a data member is a ptrdiff_t, and one to a function is two words.
    ("Owner", "member"): (768, 32),
    ("Owner", "method"): (832, 23279 * 8),
    # sizeof(std::nullptr_t) is that of void *.
    ("Owner", "null"): (960, 0),
}

RECORD = re.compile(r"^(?:struct|class|union) ([\w<>:, ]+?)(?: : [^{]*)? \{\n(.*?)^\}", re.M | re.S)
MEMBER = re.compile(r"^\t(?! )(?:[^\t/].*?\(\*(\w+)\)\(.*?\)|[^\t/].*?[\s*&](\w+)(?:\[[^]]*\])*|\} ?(\w*))"
                    r"(?::(\d+))?;\s*/\*\s+(\d+)(?::\s*(\d+))?\s+(\d+) \*/", re.M)
SIZE = re.compile(r"/\* size: (\d+),")


def theirs(path):
    """Offset and size in bits of each member, and of each record as a whole."""
    text = subprocess.run(["pahole", path], capture_output=True, text=True, check=True).stdout
    found = {}
    for name, body in RECORD.findall(text):
        found[name, None] = (0, int(SIZE.findall(body)[-1]) * 8)
        for match in MEMBER.finditer(body):
            member = match[1] or match[2] or match[3]
            width = int(match[4]) if match[4] else int(match[7]) * 8
            if member:
                found[name, member] = (int(match[5]) * 8 + int(match[6] or 0), width)
    return found


def ours(whet, path):
    done = subprocess.run([whet, "layout", "--all", "--format=json", "--quiet", path, "--",
                           "-std=c++20"], capture_output=True, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        found[record["name"], None] = (0, record["size"] * 8)
        for part in record["parts"]:
            if "name" in part:
                found[record["name"], part["name"]] = tuple(
                    part.get("bits", (part["offset"] * 8, part["size"] * 8)))
    return found


def main():
    whet, source, binary = sys.argv[1:]
    mine, others = ours(whet, source), theirs(binary)
    compared = mine.keys() & others.keys()
    problems = [f"{key}: ours {mine[key]}, pahole's {others[key]}" for key in sorted(compared, key=str)
                if mine[key] != others[key] and others[key] != KNOWN.get(key)]
    problems += [f"{key}: no disagreement any more" for key in KNOWN
                 if others.get(key) != KNOWN[key] or mine.get(key) == KNOWN[key]]
    missing = [key for key in mine if key[1] and key not in others]
    problems += [f"{key}: not read from pahole's output" for key in missing]
    print(f"{len(compared)} compared")
    return "\n".join(problems) or None


if __name__ == "__main__":
    sys.exit(main())
