"""The child process beside LibreOffice: reads a call a line, answers a line of JSON.

It runs in the Python that has ``uno``, hence no import of this project.
"""

import importlib.util
import json
import sys
import time
import traceback
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


class Desk:
    """What a procedure works with: LibreOffice's desktop and services."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def service(self, name: str) -> Any:
        """Return a service of LibreOffice."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def properties(self, **values: Any) -> tuple[Any, ...]:
        """Return values as the API takes named arguments."""
        return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())

    def open(self, path: str = "", **settings: Any) -> Any:
        """Open a file, or an empty spreadsheet; hidden, macros allowed."""
        url = uno.systemPathToFileUrl(path) if path else "private:factory/scalc"
        wanted = {"Hidden": True, "MacroExecutionMode": 4, **settings}
        return self.desktop.loadComponentFromURL(url, "_blank", 0, self.properties(**wanted))


def connect(pipe: str, patience: float) -> Any:
    """Return the context of LibreOffice, or None when nothing answers in time."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.05)
    return None


def procedures(files: list[str]) -> dict[str, Any]:
    """Return the functions of the files by name."""
    found: dict[str, Any] = {}
    for number, file in enumerate(files):
        spec = importlib.util.spec_from_file_location(f"procedures{number}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.update({name: value for name, value in vars(module).items() if callable(value)})
    return found


def say(**answer: Any) -> None:
    """Answer the parent."""
    print(json.dumps(answer), flush=True)  # noqa: T201  the answer


def main(pipe: str, patience: str, *files: str) -> None:
    """Connect, then answer calls until the parent goes away."""
    context = None
    first = 8.0  # a fresh profile ends the first start; the parent starts again
    while context is None:
        context = connect(pipe, first)
        if context is None:
            say(error="no connection yet")
            if sys.stdin.readline() != "again\n":
                return
            first = float(patience)
    say(value="connected")
    desk, known = Desk(context), procedures(list(files))
    for line in sys.stdin:
        call = json.loads(line)
        try:
            say(value=known[call["do"]](desk, **call["with"]))
        except Exception:  # noqa: BLE001  the parent shows it
            say(error=traceback.format_exc())


main(*sys.argv[1:])
