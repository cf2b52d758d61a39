"""Runs the formula server in the Python that has clv_xl, until the process that started it is gone.

The parent holds the other end of standard input; the system closes it when the parent ends, killed or not.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

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
    words = ["serve", "--host", host, "--port", port, "--workers", "1", "--set", "log_level=warning"]
    sys.argv = ["clv-xl", *words]
    runpy.run_module("clv_xl", run_name="__main__")


if __name__ == "__main__":
    main()
