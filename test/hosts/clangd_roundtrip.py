"""What a person does in an editor: open a file, see a finding, apply its fix,
see it gone; see a header's findings in the header only. Run by
clangd-roundtrip.test with the path of whet-clangd."""

import json
import pathlib
import sys
import tempfile

from lsp_client import LanguageServer

CHECK = "whet-missing-reserve"

# The comment makes columns in bytes differ from those of the protocol.
SOURCE = """\
#include "copy.h"
#include <stddef.h>
#include <vector>

std::vector<int> copy(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In)
    /* \N{GREEK SMALL LETTER MU}\N{ROCKET} */ Out.push_back(X);
  return Out;
}
"""
HEADER = """\
#pragma once
#include <vector>

inline std::vector<long> widen(const std::vector<int> &In) {
  std::vector<long> Out;
  for (int X : In)
    Out.push_back(X);
  return Out;
}
"""
FIXED = SOURCE.replace("  for (int", "  Out.reserve(In.size());\n  for (int")


def main(clangd):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        source = root / "copy.cpp"
        source.write_text(SOURCE)
        source.with_suffix(".h").write_text(HEADER)
        (root / "compile_commands.json").write_text(json.dumps([{
            "directory": str(root), "file": "copy.cpp",
            "arguments": ["c++", "-std=c++17", "-c", "copy.cpp"]}]))
        with LanguageServer([clangd], root) as server:
            check_session(server, source)


def check_session(server, source):
    version = server.info["serverInfo"]["version"]
    assert "with whet" in version, version

    document = server.open(source)
    diagnostics = document.diagnostics()
    assert [d["code"] for d in diagnostics] == [CHECK], diagnostics
    finding = diagnostics[0]
    start = finding["range"]["start"]
    assert SOURCE.splitlines()[start["line"]].endswith("Out.push_back(X);")
    print(f"{start['line'] + 1}: {finding['message']} [{finding['code']}]")

    fixes = [a for a in document.code_actions(finding)
             if a["kind"] == "quickfix" and "NOLINT" not in a["title"]]
    assert len(fixes) == 1, fixes
    print(f"action: {fixes[0]['title']}")
    document.apply(fixes[0])
    assert document.text == FIXED, document.text
    assert document.diagnostics() == [], document.diagnostics()
    print("gone after the fix")

    document.change(SOURCE)
    assert document.diagnostics() == diagnostics, "undo brings it back"
    print("back after undo")

    header = server.open(source.with_suffix(".h"))
    assert [d["code"] for d in header.diagnostics()] == [CHECK]
    print("the header's own, once it is open")


main(sys.argv[1])
