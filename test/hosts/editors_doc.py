"""docs/editors.md works as written: its commands run and find something, and
its configuration files do what the text says. Run by editors-doc.test with the
paths of the page and of whet-clangd."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from lsp_client import LanguageServer

CHECK = "whet-missing-reserve"
CMAKE = """\
cmake_minimum_required(VERSION 3.25)
project(example LANGUAGES CXX)
add_library(example STATIC copy.cpp)
"""
SOURCE = """\
#include <vector>
std::vector<int> copy(const std::vector<int> &In) {
  std::vector<int> Out;
  for (int X : In)
    Out.push_back(X);
  return Out;
}
"""
SHORT = """\
#include <vector>
std::vector<int> short() {
  std::vector<int> Out;
  for (int I = 0; I < 9; ++I)
    Out.push_back(I);
  return Out;
}
""".replace("short", "nine")


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.S | re.M)


def check_commands(page, build, root):
    (root / "CMakeLists.txt").write_text(CMAKE)
    (root / "copy.cpp").write_text(SOURCE)
    (root / "whet").mkdir()
    (root / "whet" / "build").symlink_to(build)
    environment = dict(os.environ, HOME=str(root))
    exports, *scripts = blocks(page, "sh")
    assert len(scripts) == 3, scripts
    run_script(exports, root, environment)
    exports = exports.splitlines()[0] + "\n"
    for script in scripts:
        output = run_script(exports + script, root, environment)
        assert f"[{CHECK}]" in output, f"{script}\n{output}"
        print(f"finds: {script.splitlines()[-1].strip()}")


def run_script(script, root, environment):
    done = subprocess.run(["bash", "-e", "-c", script], cwd=root, text=True,
                          env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert done.returncode == 0, f"{script}\n{done.stdout}"
    return done.stdout


def check_configuration(page, clangd, root):
    files = blocks(page, "yaml")
    assert len(files) == 2, files
    for text in files:
        name = text.splitlines()[0].removeprefix("# ")
        assert name in (".clang-tidy", ".clangd"), text
        (root / name).write_text(text)
    (root / "third_party").mkdir()
    with LanguageServer([clangd, "--background-index=false"], root) as server:
        found = {name: [d["code"] for d in open_file(server, root / name, text)]
                 for name, text in {"a.cpp": SOURCE, "nine.cpp": SHORT,
                                    "third_party/a.cpp": SOURCE}.items()}
    assert found == {"a.cpp": [CHECK], "nine.cpp": [],
                     "third_party/a.cpp": []}, found
    for name in (".clang-tidy", ".clangd"):
        (root / name).unlink()
    with LanguageServer([clangd, "--background-index=false"], root) as server:
        codes = [d["code"]
                 for d in open_file(server, root / "nine.cpp", SHORT)]
    assert codes == [CHECK], codes
    print("configuration files do what the page says")


def open_file(server, path, text):
    path.write_text(text)
    return server.open(path).diagnostics()


def main(page, clangd):
    page = pathlib.Path(page).read_text()
    for text in blocks(page, "json"):
        assert "clangd.path" in json.loads(text), text
    clangd = pathlib.Path(clangd).resolve()
    for check in (lambda root: check_commands(page, clangd.parents[1], root),
                  lambda root: check_configuration(page, clangd, root)):
        with tempfile.TemporaryDirectory() as folder:
            check(pathlib.Path(folder).resolve())


main(*sys.argv[1:])
