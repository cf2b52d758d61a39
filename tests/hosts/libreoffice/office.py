"""A real LibreOffice, started headless and driven over UNO.

pytest's own Python has no ``uno``; a child process of the Python that has it (Debian's ``python3``) connects
to LibreOffice and runs procedures of a file by name::

    with office(soffice, profile) as calc:
        calc("cells", formulas={"A1": "=1+1"})

A procedures file is plain Python for that child: every public function takes the `Desk` first and keywords
that JSON can hold, and returns what JSON can hold. `procedures.py` beside this file is the common one.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from clv_xl.hosts.libreoffice.offices import clean_environment
from tests.hosts_available import uno_python

HERE = Path(__file__).parent
START_AGAIN = 81  # what soffice exits with after it made a fresh profile
PATIENCE = 90.0
FAREWELL = 10.0


class OfficeError(Exception):
    """A procedure failed; the message is the traceback of the child."""


class Office:
    """One running LibreOffice.

    Parameters
    ----------
    soffice : Path
        The program.
    profile : Path
        Folder of its settings and extensions; made if missing.
    procedures : sequence of Path
        Files whose functions can be called, besides the common ones.
    environment : mapping
        Variables for LibreOffice besides those of this process.
    arguments : sequence of str
        More words for the command line, such as ``--language=fi``.
    """

    def __init__(
        self,
        soffice: Path,
        profile: Path,
        *,
        procedures: tuple[Path, ...] = (),
        environment: Mapping[str, str] | None = None,
        arguments: tuple[str, ...] = (),
        headless: bool = True,
    ) -> None:
        self.profile = profile
        pipe = f"clv{uuid.uuid4().hex}"
        head = ["--headless"] if headless else []
        self._command = [
            str(soffice), *head, "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
            f"--accept=pipe,name={pipe};urp;", f"-env:UserInstallation={profile.as_uri()}", *arguments,
        ]  # fmt: skip
        inherited = clean_environment()
        self._environment = {**inherited, **(environment or {})}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed with the office
        self.process = self._started()
        files = [str(p) for p in (HERE / "procedures.py", *procedures)]
        self._child = subprocess.Popen(
            [str(uno_python(soffice)), str(HERE / "child.py"), pipe, str(PATIENCE), *files],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env={**inherited, "PYTHONUTF8": "1"},
        )  # fmt: skip
        self._connect()

    def __call__(self, procedure: str, **keywords: Any) -> Any:
        """Run a procedure in the child and return what it returns."""
        self._line(self._child.stdin).write(json.dumps({"do": procedure, "with": keywords}) + "\n")
        self._line(self._child.stdin).flush()
        answer = self._answer()
        if "error" in answer:
            raise OfficeError(answer["error"])
        return answer["value"]

    def log(self) -> str:
        """Return what LibreOffice wrote to its terminal."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def close(self) -> None:
        """End LibreOffice as a user does who quits it."""
        try:
            self("terminate")
            self.process.wait(30)
        except (OfficeError, OSError, ValueError, subprocess.TimeoutExpired):
            pass
        finally:
            self._kill()
            for stream in (self._child.stdin, self._child.stdout):
                self._line(stream).close()
            self._child.wait(30)
            self._log.close()

    def _kill(self) -> None:
        """End whatever is left: soffice is a script that starts a program that starts LibreOffice."""
        until = time.monotonic() + (FAREWELL if self.process.poll() is not None else 0)
        with suppress(ProcessLookupError):
            while time.monotonic() < until:  # the last of them may still write its settings
                os.killpg(self.process.pid, 0)
                time.sleep(0.05)
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command, env=self._environment, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def _connect(self) -> None:
        """Wait for the child's word that it is connected; start again where a fresh profile asks for it."""
        for _ in range(3):
            answer = self._answer()
            if answer.get("value") == "connected":
                return
            time.sleep(0.2)
            status = self.process.poll()
            if status is None:
                break
            if status != START_AGAIN:
                break
            self.process = self._started()
            self._line(self._child.stdin).write("again\n")
            self._line(self._child.stdin).flush()
        log = self.log()
        self._kill()
        message = f"no connection to LibreOffice: {answer}; it wrote: {log}"
        raise OfficeError(message)

    def _answer(self) -> dict[str, Any]:
        line = self._line(self._child.stdout).readline()
        if not line:
            message = f"the child ended; LibreOffice wrote: {self.log()}"
            raise OfficeError(message)
        answer: dict[str, Any] = json.loads(line)
        return answer

    @staticmethod
    def _line(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream


@contextmanager
def office(soffice: Path, profile: Path, **settings: Any) -> Iterator[Office]:
    """Start LibreOffice for the body of a with statement."""
    started = Office(soffice, profile, **settings)
    try:
        yield started
    finally:
        started.close()
