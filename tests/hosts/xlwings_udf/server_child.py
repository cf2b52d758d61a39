"""The pasted module under the real xlwings.server, in an interpreter of its own.

Run by tests only, in CPython (test_server.py) and in Pyodide (test_pyodide.py). xlwings.server is not
free for commercial use: whoever runs it states a licence in the environment.
"""

import asyncio
import json
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any


def pasted(source: str) -> ModuleType:
    """Return the module ``main`` that holds what a page says to paste."""
    module = ModuleType("main")
    module.__file__ = "main.py"
    sys.modules["main"] = module
    exec(compile(source, "main.py", "exec"), module.__dict__)  # noqa: S102  our own page
    return module


async def answer_one(asked: dict[str, Any], main: ModuleType) -> Any:
    import xlwings

    server: Any = import_module("xlwings.server")  # untyped
    try:
        if "meta" in asked:
            return {"meta": server.custom_functions_meta(main)}
        if "script" in asked:
            book = xlwings.Book(json=asked["book"])
            await server.custom_scripts_call(main, asked["script"], None, {xlwings.Book: book})
            return {"book": book.json()}
        if "setting" in asked:
            os.environ.update(asked["setting"])
            return {}
        call = dict(asked["call"])
        call["version"] = call["version"] or xlwings.__version__
        return {"result": await server.custom_functions_call(call, main)}
    except Exception as fault:  # noqa: BLE001  the test judges it
        return {"fault": f"{type(fault).__name__}: {fault}"}


async def answers(asked: dict[str, Any]) -> str:
    """Return the answers to all requests, and what was imported, as JSON."""
    os.environ["XLWINGS_ON_SERVER"] = "true"  # as Lite and Server set it: it chooses the decorators
    main = pasted(asked["main"])
    found = [await answer_one(one, main) for one in asked["requests"]]
    import xlwings

    return json.dumps({"answers": found, "python": sys.version, "xlwings": xlwings.__version__})


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(answers(json.load(sys.stdin))))
