"""The pasted module in Pyodide, called by our stand-in for the runtime of xlwings Lite.

Run by test_pyodide.py. Only the parts of xlwings that are free for every use run here: without a licence its
decorators leave the functions as they are. server_child.py is the same with the runtime itself.
"""

import json
import sys
from types import ModuleType
from typing import Any

from tests.hosts.xlwings_udf.like_lite import LikeLite


def pasted(source: str) -> ModuleType:
    """Return the module ``main`` that holds what a page says to paste."""
    module = ModuleType("main")
    module.__file__ = "main.py"
    sys.modules["main"] = module
    exec(compile(source, "main.py", "exec"), module.__dict__)  # noqa: S102  our own page
    return module


async def answers(asked: dict[str, Any]) -> str:
    """Return the answers to all requests as JSON."""
    runtime = LikeLite()
    runtime.functions = vars(pasted(asked["main"]))
    found = [{"result": runtime.call(one["call"])} for one in asked["requests"]]
    return json.dumps({"answers": found, "python": sys.version})
