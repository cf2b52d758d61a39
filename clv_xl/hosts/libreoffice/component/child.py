"""Runs the formula server in the Python that has clv_xl, until the process that started it is gone.

The parent holds the other end of standard input; the system closes it when the parent ends, killed or not.
On standard output it is told two lines: a token, made for this one server and written nowhere, and then as
JSON where the server listens. Others of this machine can reach its port, and cannot ask it.
"""

from __future__ import annotations

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


def main() -> None:
    """Serve."""
    from clv_xl.hosts.server.auth.tokens import TokenFile

    folder = tempfile.mkdtemp(prefix="clv_xl-calc-")  # of this user alone; holds a hash
    host, port = sys.argv[1:3]
    try:
        file = Path(folder, "tokens.json")
        token, _ = TokenFile(file).create("LibreOffice")
        print(token, flush=True)  # noqa: T201  the parent reads it from a pipe
        threading.Thread(target=end_with_parent, args=(folder,), daemon=True).start()
        words = ["--host", host, "--port", port, "--workers", "1", "--auth", "token", "--json"]
        words += ["--set", f"token_file={file}", "--set", "log_level=warning"]
        sys.argv = ["clv-xl", "serve", *words]
        runpy.run_module("clv_xl", run_name="__main__")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
