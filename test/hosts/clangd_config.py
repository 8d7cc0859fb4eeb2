"""Which checks run in whet-clangd, for each way to configure it.

whet's are on unless .clang-tidy speaks of them or clangd's own configuration
removes them; the other checks are those that clangd would run. What .clang-tidy
says of whet's means the same to `whet check`. Run by clangd-config.test with the
paths of whet-clangd, clangd and whet.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from lsp_client import LanguageServer

WHET = "whet-missing-reserve"
# In clangd's default set, and not in it.
DEFAULT = "bugprone-integer-division"
OTHER = "performance-inefficient-vector-operation"

SOURCE = """\
#include <vector>
std::vector<double> halves(const std::vector<std::vector<int>> &In) {
  std::vector<double> Out;
  for (const std::vector<int> &X : In)
    Out.push_back(X.size() / 2);
  double Half = 1 / 2;
  Out.back() = Half;
  return Out;
}
"""

REMOVE = "Diagnostics: {ClangTidy: {Remove: %s}}"
ADD = "Diagnostics: {ClangTidy: {Add: %s}}"

# name: (.clang-tidy, .clangd, is whet's check on[, the case whose other checks
# run; by default, those that clangd runs in this one])
CASES = {
    "nothing": (None, None, True),
    "no-checks": ("HeaderFilterRegex: x", None, True),
    "empty": ("Checks: ''", None, True),
    "others": ("Checks: 'performance-*'", None, True),
    "others-only": ("Checks: '-*,performance-*'", None, True),
    "none-at-all": ("Checks: '-*'", None, True),
    "whet-too": ("Checks: '-*,performance-*,whet-*'", None, True),
    "whet-alone": ("Checks: 'whet-*'", None, True),
    "whet-off": ("Checks: 'performance-*,-whet-*'", None, False),
    "whet-off-alone": ("Checks: '-whet-*'", None, False, "nothing"),
    "another-off": ("Checks: '-whet-no-such-check'", None, True, "nothing"),
    "others-and-another": ("Checks: 'performance-*,whet-no-such-check'", None,
                           True),
    "another-of-whet": ("Checks: '-*,whet-no-such-check'", None, False),
    "removed": (None, REMOVE % "whet-*", False, "nothing"),
    "removed-by-id": (None, REMOVE % WHET, False, "nothing"),
    "all-removed": ("Checks: 'performance-*'", REMOVE % "'*'", False),
    "other-removed": (None, REMOVE % OTHER, True),
    "other-added": (None, ADD % OTHER, True),
    "off-then-added": ("Checks: '-whet-*'", ADD % WHET, True),
    "filter-loose": (None, "Diagnostics: {ClangTidy: "
                     "{FastCheckFilter: Loose}}", True),
    "filter-none": (None, "Diagnostics: {ClangTidy: "
                    "{FastCheckFilter: None}}", True),
}


def checks_run(command, root):
    """The checks that find something, for each case."""
    with LanguageServer(command, root) as server:
        documents = {name: server.open(root / name / "a.cpp")
                     for name in CASES}
        return {name: {d["code"] for d in document.diagnostics()}
                for name, document in documents.items()}


def files_with_findings(whet, root):
    """The cases in which `whet check` finds something."""
    (root / "compile_commands.json").write_text(json.dumps([
        {"directory": str(root / name), "file": "a.cpp",
         "arguments": ["c++", "-c", "a.cpp"]} for name in CASES]))
    done = subprocess.run([whet, "check", "--format=json", "--quiet", "-p",
                           root, root], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 1, done
    return {pathlib.Path(json.loads(line)["file"]).parent.name
            for line in done.stdout.splitlines()}


def main(whet_clangd, clangd, whet):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        for name, (tidy, config, *_) in CASES.items():
            (root / name).mkdir()
            (root / name / "a.cpp").write_text(SOURCE)
            if tidy is not None:
                (root / name / ".clang-tidy").write_text(tidy + "\n")
            if config is not None:
                (root / name / ".clangd").write_text(config + "\n")
        flags = ["--background-index=false", "-j=2"]
        ours = checks_run([whet_clangd, *flags], root)
        theirs = checks_run([clangd, *flags], root)
        in_terminal = files_with_findings(whet, root)

    failures = 0
    for name, (_, config, expected, *like) in CASES.items():
        wanted = theirs[(like or [name])[0]] | ({WHET} if expected else set())
        if ours[name] != wanted:
            failures += 1
            print(f"{name}: got {sorted(ours[name])}, not {sorted(wanted)}")
        elif config is None and expected != (name in in_terminal):
            failures += 1
            print(f"{name}: `whet check` differs")
    # The comparison says something only if clangd's choices do differ.
    assert theirs["nothing"] == {DEFAULT}, theirs
    assert OTHER in theirs["others-only"], theirs
    assert DEFAULT not in theirs["others-only"], theirs
    print(f"{len(CASES) - failures} of {len(CASES)} configurations as expected")
    return 1 if failures else 0


sys.exit(main(*sys.argv[1:]))
