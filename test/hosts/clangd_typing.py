"""whet-clangd survives half-written code: a file as it looks while it is typed,
and with one word missing. Run by clangd-typing.test with the paths of
whet-clangd and of a source file."""

import pathlib
import re
import shutil
import sys
import tempfile

from lsp_client import LanguageServer

STEP = 12  # of the file's words; more would only take longer


def unfinished(text):
    """The text, cut off at a word or without it. Includes stay: they are read
    once."""
    words = list(re.finditer(r"\w+|[^\w\s]", text))
    begin = text.rfind("#include")
    words = [w for w in words if w.start() > text.index("\n", begin)]
    for word in words[::STEP]:
        yield text[:word.start()]
        yield text[:word.start()] + text[word.end():]


def main(clangd, source):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        shutil.copytree(pathlib.Path(source).parent, root, dirs_exist_ok=True)
        flags = ["--background-index=false", "-j=2"]
        with LanguageServer([clangd, *flags], root) as server:
            document = server.open(root / pathlib.Path(source).name)
            whole, before = document.text, document.diagnostics()
            versions = list(unfinished(whole))
            for text in versions:
                document.change(text)
                document.diagnostics()
            document.change(whole)
            assert document.diagnostics() == before
    print(f"{len(versions)} versions, then {len(before)} findings again")


main(*sys.argv[1:])
