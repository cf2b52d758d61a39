"""The formula server as a child of LibreOffice: it ends when LibreOffice ends, however that ends."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

PATIENCE_S = 40.0  # for its first answer: the first start on a slow disk reads all of numpy and scipy
GRACE_S = 5.0
OF_LIBREOFFICE = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP")  # set for its own Python, wrong for another
OF_SERVERS = "CLV_XL_SERVE_"  # settings of a server for others
CHILD = Path(__file__).with_name("child.py")


class Started:
    """A formula server that this process started.

    Parameters
    ----------
    python : str
        The Python that has clv_xl.
    host, port : str, int
        Where it is to listen; port 0 for one that is free.

    Attributes
    ----------
    token : str
        What it wants to hear with each request; empty until it told.
    address : str
        Where it listens; empty until it told.
    """

    def __init__(self, python: str, host: str, port: int) -> None:
        self._output: Any = tempfile.TemporaryFile()  # noqa: SIM115  read when it fails; gone with this process
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in OF_LIBREOFFICE and not name.startswith(OF_SERVERS)
        }
        self.token = self.address = ""
        try:
            self._process: Any = subprocess.Popen(  # noqa: S603  the Python that the installation found
                [python, "-P", str(CHILD), host, str(port)],
                stdin=subprocess.PIPE,  # its end tells the child that LibreOffice is gone
                stdout=subprocess.PIPE,  # the token is for nobody else
                stderr=self._output,
                env=kept,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            self._output.close()
            raise

    def wait(self) -> bool:
        """Return whether the server told where it is within the time it has to start."""
        reader = threading.Thread(target=self._listen, daemon=True)
        reader.start()
        reader.join(PATIENCE_S)
        return bool(self.address)

    def _listen(self) -> None:
        """Read the two lines that the child writes."""
        try:
            token = self._process.stdout.readline().decode().strip()
            told = json.loads(self._process.stdout.readline())
            self.token, self.address = token, str(told["address"])
        except (OSError, ValueError, TypeError, KeyError):
            return  # it ended; what it said is in its output

    def last_words(self) -> str:
        """Return the last line that it wrote."""
        self._output.seek(0)
        lines = self._output.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def end(self) -> None:
        """End it."""
        self._process.stdin.close()  # it ends itself then
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._output.close()
