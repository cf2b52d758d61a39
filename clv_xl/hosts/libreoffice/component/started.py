"""The formula server as a child of LibreOffice: it ends when LibreOffice ends, however that ends."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 40.0  # for its first answer: the first start on a slow disk reads all of numpy and scipy
STEP_S = 0.1
GRACE_S = 5.0
OF_LIBREOFFICE = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP")  # set for its own Python, wrong for another
CHILD = Path(__file__).with_name("child.py")


class Started:
    """A formula server that this process started.

    Parameters
    ----------
    python : str
        The Python that has clv_xl.
    host, port : str, int
        Where it is to listen.
    """

    def __init__(self, python: str, host: str, port: int) -> None:
        self._output: Any = tempfile.TemporaryFile()  # noqa: SIM115  read when it fails; gone with this process
        kept = {name: value for name, value in os.environ.items() if name not in OF_LIBREOFFICE}
        try:
            self._process = subprocess.Popen(  # noqa: S603  the Python that the installation found
                [python, "-P", str(CHILD), host, str(port)],
                stdin=subprocess.PIPE,  # its end tells the child that LibreOffice is gone
                stdout=self._output,
                stderr=self._output,
                env=kept,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            self._output.close()
            raise

    def wait(self, answers: Callable[[], bool]) -> bool:
        """Return whether the server answers within the time it has to start."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self._process.poll() is None:
            if answers():
                return True
            time.sleep(STEP_S)
        return False

    def last_words(self) -> str:
        """Return the last line that it wrote."""
        self._output.seek(0)
        lines = self._output.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def end(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()
