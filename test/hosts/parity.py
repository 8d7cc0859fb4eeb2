"""The hosts of the checks agree: for the same file, clang-tidy with the plugin,
`whet check` and whet-clangd report the same findings with the same fixes.

    parity.py --clang-tidy COMMAND --whet-clangd PATH [--whet PATH] FOLDER...

Every .cpp below the folders is an input. They are copied to a project of their
own, so that no configuration above them has a say. A host runs once, over all
inputs. Only findings in the inputs themselves are compared: clangd shows a
header's when the header is opened.
"""

import argparse
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import yaml

from lsp_client import LanguageServer, path_of

FLAGS = ["-std=c++20", "-Wno-everything"]


@dataclass(frozen=True, order=True)
class Finding:
    file: str
    line: int
    column: int
    check: str
    message: str
    notes: tuple  # of (file, line, column, message)
    safe: tuple  # of (offset, length, text)
    unsafe: tuple

    def __str__(self):
        lines = [f"{self.file}:{self.line}:{self.column}: {self.message} "
                 f"[{self.check}]"]
        lines += ["  note %s:%d:%d: %s" % note for note in self.notes]
        lines += ["  safe edit at %d, length %d: %r" % e for e in self.safe]
        lines += ["  unsafe edit at %d, length %d: %r" % e for e in self.unsafe]
        return "\n".join(lines)


def place(message, root):
    """File, line and column of a message of clang-tidy's export."""
    file = pathlib.Path(message["FilePath"])
    before = file.read_bytes()[:message["FileOffset"]]
    return (str(file.relative_to(root)), before.count(b"\n") + 1,
            len(before) - before.rfind(b"\n"))


def is_evidence(message):
    """Whether a note is the check's own; clang adds some about macros."""
    return not message.startswith(("expanded from ", "in instantiation "))


def with_clang_tidy(command, root, inputs):
    report = root / "fixes.yaml"
    run(shlex.split(command) + ["-p", root, "--quiet", "--checks=-*,whet-*",
                                f"--export-fixes={report}", *inputs])
    if not report.exists():
        return set()
    found = set()
    for diagnostic in yaml.safe_load(report.read_text())["Diagnostics"]:
        if not diagnostic["DiagnosticName"].startswith("whet-"):
            sys.exit(f"an input does not compile: {diagnostic}")
        main = diagnostic["DiagnosticMessage"]
        if pathlib.Path(main["FilePath"]) not in inputs:
            continue
        notes = [n for n in diagnostic.get("Notes", [])
                 if is_evidence(n["Message"])]
        found.add(Finding(
            *place(main, root), diagnostic["DiagnosticName"], main["Message"],
            tuple((*place(n, root), n["Message"])
                  for n in notes if not n["Replacements"]),
            edits_of(main), edits_of(*notes)))
    return found


def edits_of(*messages):
    return tuple(sorted(
        (edit["Offset"], edit["Length"], edit["ReplacementText"])
        for message in messages for edit in message["Replacements"]))


def with_whet_clangd(clangd, root, inputs):
    found = set()
    command = [clangd, "--background-index=false", "-j=2",
               "--compile-commands-dir=" + str(root)]
    with LanguageServer(command, root, encoding="utf-8") as server:
        documents = {file: server.open(file) for file in inputs}
        for file, document in documents.items():
            for diagnostic in document.diagnostics():
                if diagnostic.get("severity") == 1:
                    sys.exit(f"{file} does not compile: {diagnostic}")
                if str(diagnostic.get("code")).startswith("whet-"):
                    found.add(finding_of(root, file, document, diagnostic))
    return found


def finding_of(root, file, document, diagnostic):
    fixes = {"safe": (), "unsafe": ()}
    for action in document.code_actions(diagnostic):
        kind = "safe"
        if action["title"].lower().startswith("unsafe fix:"):
            kind = "unsafe"
        fixes[kind] += tuple(document.replacements(action))
    start = diagnostic["range"]["start"]
    return Finding(
        str(file.relative_to(root)), start["line"] + 1, start["character"] + 1,
        diagnostic["code"], as_reported(diagnostic["message"]),
        tuple((str(path_of(note["location"]["uri"]).relative_to(root)),
               note["location"]["range"]["start"]["line"] + 1,
               note["location"]["range"]["start"]["character"] + 1,
               as_reported(note["message"]))
              for note in diagnostic.get("relatedInformation", [])),
        **fixes)


def as_reported(message):
    """A message without clangd's dressing: a capital, and the fixes' count."""
    for suffix in (" (fix available)", " (fixes available)"):
        message = message.removesuffix(suffix)
    return message[:1].lower() + message[1:]


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          check=False).stdout


def make_project(root, folders):
    inputs = []
    for folder in folders:
        copy = root / pathlib.Path(folder).name
        shutil.copytree(folder, copy)
        inputs += sorted(copy.rglob("*.cpp"))
    (root / ".clang-tidy").write_text("Checks: '-*,whet-*'\n")
    (root / "compile_commands.json").write_text(json.dumps([
        {"directory": str(file.parent), "file": str(file),
         "arguments": ["clang++", *FLAGS, "-c", str(file)]}
        for file in inputs]))
    return inputs


def compare(name, found, reference_name, reference):
    for finding in sorted(found - reference):
        print(f"only {name} says:\n{finding}")
    for finding in sorted(reference - found):
        print(f"only {reference_name} says:\n{finding}")
    return found == reference


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clang-tidy", required=True)
    parser.add_argument("--whet-clangd", required=True)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        inputs = make_project(root, args.folders)
        tidy = with_clang_tidy(args.clang_tidy, root, inputs)
        clangd = with_whet_clangd(args.whet_clangd, root, inputs)
    agree = compare("whet-clangd", clangd, "clang-tidy", tidy)
    print(f"{len(inputs)} files, {len(tidy)} findings, "
          f"{sum(bool(f.safe) for f in tidy)} with a fix")
    return 0 if agree else 1


sys.exit(main())
