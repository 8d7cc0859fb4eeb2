"""Checks the page of whet layout against what it prints for tools."""

import json
import re
import sys
import xml.dom.minidom


def drawn_bits(svg):
    """Bits of each row, by the boxes' widths and places."""
    rows = {}
    for box in xml.dom.minidom.parseString(svg).getElementsByTagName("rect"):
        row = rows.setdefault(int(box.getAttribute("y")), [])
        row.append((int(box.getAttribute("x")), int(box.getAttribute("width"))))
    total = 0
    for boxes in rows.values():
        boxes.sort()
        for (x, width), (after, _) in zip(boxes, boxes[1:]):
            assert x + width == after, f"boxes do not touch in {svg}"
        total += sum(width for _, width in boxes)
    return total // 5


def main():
    page = open(sys.argv[1], encoding="utf-8").read()
    records = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
    assert "<script" not in page and "http" not in page
    sections = page.split("<h2>")[1:]
    assert len(sections) == len(records)
    for section, record in zip(sections, records):
        name = record["name"].replace("<", "&lt;").replace(">", "&gt;")
        assert section.startswith(name + "</h2>"), (section[:80], record["name"])
        drawings = re.findall(r"<svg.*?</svg>", section, re.S)
        sizes = [record["size"]] + ([record["best"]["size"]] if "best" in record else [])
        assert [drawn_bits(svg) for svg in drawings] == [size * 8 for size in sizes], record["name"]


if __name__ == "__main__":
    main()
