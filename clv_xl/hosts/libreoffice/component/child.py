"""Runs the formula server in the Python that has clv_xl, until the process that started it is gone.

The parent holds the other end of standard input; the system closes it when the parent ends, killed or not.
On standard output it is told two lines: a token, made for this one server and written nowhere, and then as
JSON where the server listens. Others of this machine can reach its port, and cannot ask it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

GRACE_S = 5.0


def end_with_parent(folder: str) -> None:
    """Wait for the end of standard input, then end this process: in good order if that can be."""
    while os.read(0, 1024):
        pass
    shutil.rmtree(folder, ignore_errors=True)  # the signal may come before anybody takes it
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)


def command(*words: str) -> None:
    """Run ``clv-xl`` in this process; it ends with SystemExit."""
    sys.argv = ["clv-xl", *words]
    runpy.run_module("clv_xl", run_name="__main__")


def token_in(file: Path) -> str:
    """Make a token that a file lets in, and return it."""
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        command("token", "create", "LibreOffice", "--file", str(file), "--json")
    return str(json.loads(said.getvalue())["token"])


def main() -> None:
    """Serve."""
    folder = tempfile.mkdtemp(prefix="clv_xl-calc-")  # of this user alone; holds a hash
    host, port = sys.argv[1:3]
    try:
        file = Path(folder, "tokens.json")
        print(token_in(file), flush=True)  # noqa: T201  the parent reads it from a pipe
        threading.Thread(target=end_with_parent, args=(folder,), daemon=True).start()
        words = ["--host", host, "--port", port, "--workers", "1", "--auth", "token", "--json"]
        words += ["--set", f"token_file={file}", "--set", "log_level=warning"]
        command("serve", *words)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
