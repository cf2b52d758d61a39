"""Runs the formula server in the Python that has clv_xl, until the process that started it is gone.

The parent holds the other end of standard input; the system closes it when the parent ends, killed or not.
On standard output it is told two lines: a token, made for this one server and written nowhere, and then as
JSON where the server listens. Others of this machine can reach its port, and cannot ask it.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

GRACE_S = 5.0


def end_with_parent() -> None:
    """Wait for the end of standard input, then end this process: in good order if that can be."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)


def main() -> None:
    """Serve."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    host, port = sys.argv[1:3]
    from clv_xl.hosts.server.auth.tokens import TokenFile

    with tempfile.TemporaryDirectory(prefix="clv_xl-calc-") as folder:  # of this user alone; holds a hash
        file = Path(folder, "tokens.json")
        token, _ = TokenFile(file).create("LibreOffice")
        print(token, flush=True)  # noqa: T201  the parent reads it from a pipe
        words = ["--host", host, "--port", port, "--workers", "1", "--auth", "token", "--json"]
        words += ["--set", f"token_file={file}", "--set", "log_level=warning"]
        sys.argv = ["clv-xl", "serve", *words]
        runpy.run_module("clv_xl", run_name="__main__")


if __name__ == "__main__":
    main()
