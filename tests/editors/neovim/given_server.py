"""A language server that knows nothing and answers what it was given, method by method.

For what the real one can be brought to say only with effort: several suggestions, a verified fix.
Run with a JSON file: ``{"commands": [names it announces], "answers": {method or command: [answers,
one after the other, the last one again and again]}}``. A method without answers gets null, one
whose answer is the word "never" waits until it is cancelled.
"""

import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer until ``exit``."""
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    answers: dict[str, list[Any]] = given["answers"]
    capabilities = {
        "textDocumentSync": 2,
        "inlineCompletionProvider": True,
        "codeActionProvider": True,
        "executeCommandProvider": {"commands": given["commands"]},
    }
    answers["initialize"] = [{"capabilities": capabilities}]
    while (message := _read()).get("method") != "exit":
        method, params = message.get("method", ""), message.get("params")
        if method == "initialized":
            _write({"method": "codegen/status", "params": {"state": "ready", "message": "given"}})
        elif method == "$/cancelRequest":
            error = {"code": -32800, "message": "cancelled"}
            _write({"id": params["id"], "error": error})
        elif "id" in message:
            key = params["command"] if method == "workspace/executeCommand" else method
            left = answers.get(key, [None])
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer != "never":
                _write({"id": message["id"], "result": answer})


def _read() -> dict[str, Any]:
    """Return the next message; at the end of input that is ``exit``."""
    length = 0
    while header := sys.stdin.buffer.readline().strip():
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = sys.stdin.buffer.read(length)
    message: dict[str, Any] = json.loads(body) if body else {"method": "exit"}
    return message


def _write(message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
