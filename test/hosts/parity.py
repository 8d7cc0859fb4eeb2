"""The hosts of the checks agree: for the same file, clang-tidy with the plugin,
`whet check` and whet-clangd report the same findings with the same fixes. What
sees one unit only may lack a fix that `whet check` has, and never has another.

    parity.py --whet PATH --whet-clangd PATH --clang-tidy COMMAND FOLDER...

Every .cpp below the folders is an input, golden files of checks' cases aside;
what the head of a case says of its standard, library, options and flags holds.
Each input becomes a project of its own with its own .clang-tidy, so that no
configuration above it has a say. A host runs once, over all inputs. Only
findings in the inputs themselves are compared: clangd shows a header's when the
header is opened.
"""

import argparse
import dataclasses
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import yaml

from lsp_client import LanguageServer, path_of

UNSAFE = "unsafe fix: "

# check_test.py knows the same heads.
HEAD = re.compile(r"^// (check|std|stdlib|option|flags): (.*)$", re.M)


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
    caution: str  # what is said of the unsafe edits

    def __str__(self):
        lines = [f"{self.file}:{self.line}:{self.column}: {self.message} "
                 f"[{self.check}]"]
        lines += ["  note %s:%d:%d: %s" % note for note in self.notes]
        lines += ["  safe edit at %d, length %d: %r" % e for e in self.safe]
        lines += ["  unsafe edit at %d, length %d: %r" % e for e in self.unsafe]
        lines += [f"  {self.caution}"] if self.caution else []
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
    run(shlex.split(command) + ["-p", root, "--quiet",
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
            edits_of(main), edits_of(*notes),
            "".join(n["Message"] for n in notes if n["Replacements"])))
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
    safe, unsafe, caution = [], [], ""
    for action in document.code_actions(diagnostic):
        title = as_reported(action["title"])
        if title.startswith(UNSAFE):
            unsafe += document.replacements(action)
            caution += title
        else:
            safe += document.replacements(action)
    line, column = place_of(document, diagnostic, safe)
    return Finding(
        str(file.relative_to(root)), line, column,
        diagnostic["code"], as_reported(diagnostic["message"]),
        tuple((str(path_of(note["location"]["uri"]).relative_to(root)),
               note["location"]["range"]["start"]["line"] + 1,
               note["location"]["range"]["start"]["character"] + 1,
               as_reported(note["message"]))
              for note in diagnostic.get("relatedInformation", [])),
        tuple(sorted(safe)), tuple(sorted(unsafe)), caution)


def place_of(document, diagnostic, safe):
    """Line and column; nothing for both where clangd underlines what an edit takes
    away instead, and so leaves out where in it the finding is."""
    start = diagnostic["range"]["start"]
    offset = document.offset(start)
    if any(at == offset and length > 0 and "\n" in
           document.text.encode()[at:at + length].decode() for at, length, _ in safe):
        return None, None
    return start["line"] + 1, start["character"] + 1


def placed(found, reference):
    """What was found, at the places of the reference where it has none."""
    result = set()
    for finding in found:
        same = [r for r in reference if finding.line is None and
                dataclasses.replace(r, line=None, column=None) == finding]
        result.add(same[0] if len(same) == 1 else finding)
    return result


def as_reported(message):
    """A message without clangd's dressing: a capital, and the fixes' count."""
    for suffix in (" (fix available)", " (fixes available)"):
        message = message.removesuffix(suffix)
    return message[:1].lower() + message[1:]


def run(command, expected_status=(0,)):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in expected_status:
        sys.exit(f"{command} left with {done.returncode}:\n"
                 f"{done.stdout}{done.stderr}")
    return done.stdout


def with_whet(whet, root, inputs):
    output = run([whet, "check", "--format=json", "--quiet", "-j", "2",
                  "-p", root, root], expected_status=(0, 1))
    found = set()
    for line in output.splitlines():
        finding = json.loads(line)
        if pathlib.Path(finding["file"]) in inputs:
            notes = [n for n in finding["notes"] if is_evidence(n["message"])]
            found.add(Finding(
                *place_in_json(finding, root), finding["check"],
                finding["message"],
                tuple((*place_in_json(n, root), n["message"])
                      for n in notes if not n["message"].startswith(UNSAFE)),
                edits_in_json(finding["safeFix"]),
                edits_in_json(finding["unsafeFix"]),
                "".join(n["message"] for n in notes
                        if n["message"].startswith(UNSAFE))))
    return found


def place_in_json(value, root):
    file = pathlib.Path(value["file"]).relative_to(root)
    return str(file), value["line"], value["column"]


def edits_in_json(fix):
    return tuple(sorted((e["offset"], e["length"], e["text"]) for e in fix))


def make_project(root, folders):
    """The inputs; each is in a folder of its own, with the headers beside it."""
    inputs = []
    commands = []
    for folder in map(pathlib.Path, folders):
        for source in sorted(folder.rglob("*.cpp")):
            if source.name.endswith((".fixed.cpp", ".unsafe.cpp")):
                continue
            project = root / folder.resolve().name / source.relative_to(
                folder).with_suffix("")
            shutil.copytree(source.parent, project,
                            ignore=shutil.ignore_patterns("*.cpp", ".clang-*"))
            file = pathlib.Path(shutil.copy(source, project))
            head = HEAD.findall(source.read_text())
            (project / ".clang-tidy").write_text(json.dumps(
                {"Checks": "-*,whet-*", "CheckOptions": options_of(head)}))
            inputs.append(file)
            commands.append({
                "directory": str(project), "file": str(file),
                "arguments": ["clang++", *flags_of(head), "-c", str(file)]})
    (root / "compile_commands.json").write_text(json.dumps(commands))
    return inputs


def options_of(head):
    check = next((value for key, value in head if key == "check"), None)
    options = (value.partition("=") for key, value in head if key == "option")
    return {f"{check}.{name}": value for name, _, value in options}


def flags_of(head):
    values = {"std": "c++20", "stdlib": "none", "flags": "", **dict(head)}
    flags = ["-std=" + values["std"].split()[0], *values["flags"].split()]
    if (library := values["stdlib"].split()[0]) != "none":
        flags.append("-stdlib=" + library)
    return flags


def compare(name, found, reference_name, reference):
    for finding in sorted(found - reference, key=str):
        print(f"only {name} says:\n{finding}")
    for finding in sorted(reference - found, key=str):
        print(f"only {reference_name} says:\n{finding}")
    return found == reference


def without_fix(finding):
    return dataclasses.replace(finding, safe=(), unsafe=(), caution="")


def with_fixes_of(found, reference):
    """What was found, but without the fixes that the reference does not have."""
    return {without_fix(f) if f not in reference and without_fix(f) in reference else f
            for f in found}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--whet", required=True)
    parser.add_argument("--whet-clangd", required=True)
    parser.add_argument("--clang-tidy", required=True)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        inputs = make_project(root, args.folders)
        tidy = with_clang_tidy(args.clang_tidy, root, inputs)
        clangd = with_whet_clangd(args.whet_clangd, root, inputs)
        whet = with_whet(args.whet, root, inputs)
    agree = [compare("whet-clangd", placed(clangd, tidy), "clang-tidy", tidy),
             compare("whet check", with_fixes_of(whet, tidy), "clang-tidy", tidy)]
    print(f"{len(inputs)} files, {len(tidy)} findings, "
          f"{sum(bool(f.safe) for f in tidy)} with a fix")
    return 0 if all(agree) else 1


sys.exit(main())
