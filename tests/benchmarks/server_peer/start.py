"""Starts the rival, xlwings-server, on loopback with the functions of this folder: for comparison only.

Run by bench_server.py as ``PYTHON start.py PORT WORKERS [patched]`` with the interpreter of an environment
of its own. Under which licence it runs is told by XLWINGS_LICENSE_KEY, which whoever measures sets: a key,
or the rival's own word "noncommercial" where the use is that. With "patched", a function that it calls
for every cell of a range, and which tries to import a module each time, is answered at once; nothing else
of it is changed.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

os.environ["XLWINGS_PROJECT_DIR"] = str(HERE)
os.environ["XLWINGS_LOG_LEVEL"] = "WARNING"  # to its advantage: a line for each call is what it ships with


def app() -> object:
    """Return the rival's application, in each of its workers."""
    application: object = import_module("xlwings_server.main").main_app
    if os.environ.get("PEER_PATCHED"):
        utils: Any = import_module("xlwings.utils")
        utils.is_jsnull = lambda _value: False  # its answer everywhere but in a browser
    return application


if __name__ == "__main__":
    import uvicorn

    port, workers, *rest = sys.argv[1:]
    if rest:
        os.environ["PEER_PATCHED"] = "1"
    sys.path.insert(0, str(HERE))
    os.environ["PYTHONPATH"] = str(HERE)
    uvicorn.run(
        "start:app", factory=True, host="127.0.0.1", port=int(port), workers=int(workers),
        access_log=False, log_level="warning",
    )  # fmt: skip
