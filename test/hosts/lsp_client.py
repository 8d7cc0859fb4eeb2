"""A client of the language server protocol, over the server's stdin and stdout.

    with LanguageServer([clangd], root) as server:
        document = server.open(root / "a.cpp")
        for diagnostic in document.diagnostics():
            for action in document.code_actions(diagnostic):
                document.apply(action)          # the editor's buffer changes
        assert not document.diagnostics()       # of the changed buffer

Positions are in UTF-16 units, the protocol's default, unless the server is
started with encoding="utf-8". Every wait ends after TIMEOUT seconds with an
error that shows what the server wrote to stderr.
"""

import json
import os
import pathlib
import queue
import subprocess
import tempfile
import threading
import time
import urllib.parse

TIMEOUT = 120


class ServerError(Exception):
    pass


def path_of(uri):
    return pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(uri).path))


class LanguageServer:
    def __init__(self, command, root, encoding="utf-16"):
        self.encoding = encoding
        self._next_id = 0
        self._published = {}
        self._incoming = queue.Queue()
        self._log = tempfile.TemporaryFile()
        # The person's own configuration of clangd is no part of a test.
        self._home = tempfile.TemporaryDirectory()
        self._process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._log,
            env=dict(os.environ, XDG_CONFIG_HOME=self._home.name,
                     XDG_CACHE_HOME=self._home.name))
        threading.Thread(target=self._read, daemon=True).start()
        self.info = self.request("initialize", {
            "processId": os.getpid(),
            "rootUri": pathlib.Path(root).as_uri(),
            "capabilities": {
                "general": {"positionEncodings": [encoding]},
                "textDocument": {
                    "publishDiagnostics": {"relatedInformation": True,
                                           "versionSupport": True},
                    "codeAction": {"codeActionLiteralSupport": {
                        "codeActionKind": {"valueSet": ["quickfix"]}}}},
                "workspace": {"workspaceEdit": {"documentChanges": True}}}})
        self.notify("initialized", {})

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure:
            self._process.kill()
        else:
            self.request("shutdown", None)
            self.notify("exit", None)
        status = self._process.wait(TIMEOUT)
        self._home.cleanup()
        if not failure and status != 0:
            raise self._error(f"the server left with status {status}")

    def open(self, path):
        return Document(self, pathlib.Path(path))

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def request(self, method, params):
        self._next_id += 1
        self._send({"id": self._next_id, "method": method, "params": params})
        return self._wait(
            method, lambda message: message.get("id") == self._next_id
            and "method" not in message)

    def published(self, uri, version):
        """The diagnostics of this version of the document."""
        while (uri, version) not in self._published:
            self._wait("textDocument/publishDiagnostics",
                       lambda message: (uri, version) in self._published)
        return self._published[uri, version]

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self._process.stdin.write(
                b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._error("the server has left") from None

    def _read(self):
        stream = self._process.stdout
        while True:
            length = None
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if length is None:
                self._incoming.put(None)
                return
            self._incoming.put(json.loads(stream.read(length)))

    def _wait(self, what, is_it):
        end = time.monotonic() + TIMEOUT
        while True:
            try:
                message = self._incoming.get(
                    timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise self._error(f"no {what} in {TIMEOUT} s") from None
            if message is None:
                raise self._error(f"the server left instead of {what}")
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                key = params["uri"], params.get("version")
                self._published[key] = params["diagnostics"]
            elif "method" in message and "id" in message:
                self._send({"id": message["id"], "result": None})
            if not is_it(message):
                continue
            if "error" in message:
                raise self._error(f"{what}: {message['error']['message']}")
            return message.get("result")

    def _error(self, text):
        self._log.seek(0)
        log = self._log.read().decode(errors="replace")
        return ServerError(f"{text}; the server's stderr:\n{log}")


class Document:
    """A file as an editor shows it: a buffer that may differ from the disk."""

    def __init__(self, server, path):
        self.server = server
        self.uri = path.as_uri()
        # Line endings as they are: an editor's buffer has them too.
        self.text = path.read_bytes().decode()
        self.version = 1
        server.notify("textDocument/didOpen", {"textDocument": {
            "uri": self.uri, "languageId": "cpp", "version": self.version,
            "text": self.text}})

    def diagnostics(self):
        return self.server.published(self.uri, self.version)

    def code_actions(self, diagnostic):
        return self.server.request("textDocument/codeAction", {
            "textDocument": {"uri": self.uri},
            "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], "only": ["quickfix"]}})

    def edits(self, action):
        """The action's edits of this document; it must not edit another."""
        edit = action["edit"]
        changes = dict(edit.get("changes", {}))
        for change in edit.get("documentChanges", []):
            changes.setdefault(change["textDocument"]["uri"], []).extend(
                change["edits"])
        others = set(changes) - {self.uri}
        if others:
            raise ServerError(f"'{action['title']}' edits {sorted(others)} too")
        return changes.get(self.uri, [])

    def replacements(self, action):
        """The edits as (offset, length, text), in bytes, sorted."""
        result = []
        for edit in self.edits(action):
            begin = self.offset(edit["range"]["start"])
            end = self.offset(edit["range"]["end"])
            result.append((begin, end - begin, edit["newText"]))
        return sorted(result)

    def offset(self, position):
        """The offset in bytes of a position of the protocol."""
        lines = self.text.encode().splitlines(keepends=True)
        before = sum(map(len, lines[:position["line"]]))
        if position["line"] >= len(lines):
            return before
        line = lines[position["line"]].decode()
        if self.server.encoding == "utf-8":
            return before + position["character"]
        units = line.encode("utf-16-le")[:2 * position["character"]]
        return before + len(units.decode("utf-16-le").encode())

    def apply(self, action):
        data = self.text.encode()
        for begin, length, text in reversed(self.replacements(action)):
            data = data[:begin] + text.encode() + data[begin + length:]
        self.change(data.decode())

    def change(self, text):
        self.text = text
        self.version += 1
        self.server.notify("textDocument/didChange", {
            "textDocument": {"uri": self.uri, "version": self.version},
            "contentChanges": [{"text": text}]})
