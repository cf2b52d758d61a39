"""Servers that a benchmark starts on loopback and stops again: ours and the rival's."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PEER: Final = Path(__file__).resolve().parent.parent / "server_peer" / "start.py"
PATIENCE_S: Final = 60.0
UNLIMITED: Final = {"USER_REQUESTS": "1000", "USER_CALLS_PER_MINUTE": "1000000000"}
"""What one user may not ask for in earnest; here one user stands for all of them."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs.

    Parameters
    ----------
    port : int
        Where it listens, on 127.0.0.1.
    pid : int
        Its first process; workers are children of it.
    log : Path
        What it prints.
    """

    port: int
    pid: int
    log: Path

    @property
    def address(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def memory_mb(self) -> float:
        """Return the resident memory of all its processes in MB, NaN where /proc does not tell."""
        try:
            return sum(map(_resident_kb, _tree(self.pid))) / 1024
        except OSError:
            return float("nan")

    def processor_s(self) -> float:
        """Return the processor time that its processes have taken, NaN where /proc does not tell."""
        try:
            ticks = [
                Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _tree(self.pid)
            ]
        except OSError:
            return float("nan")
        return sum(int(t[11]) + int(t[12]) for t in ticks) / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def ours(*, workers: int = 1, settings: Mapping[str, str] = UNLIMITED) -> Iterator[Server]:
    """Run this package's server with an empty store."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="clv-bench-") as folder:
        environ = {
            **os.environ,
            "CLV_XL_SERVE_STORE_DIRECTORY": str(Path(folder) / "store"),
            **{f"CLV_XL_SERVE_{name}": value for name, value in settings.items()},
        }
        command = [sys.executable, "-m", "clv_xl", "serve", "--port", str(port), "--workers", str(workers)]
        with _running(command, environ, port, "/healthz", folder) as server:
            yield server


@contextmanager
def rival(python: str, *, patched: bool, workers: int = 1) -> Iterator[Server]:
    """Run the rival's server with the functions of server_peer."""
    port = free_port()
    command = [python, "-W", "ignore", str(PEER), str(port), str(workers), *(["patched"] if patched else [])]
    with (
        tempfile.TemporaryDirectory(prefix="clv-bench-") as folder,
        _running(command, dict(os.environ), port, "/", folder) as server,
    ):
        yield server


@contextmanager
def _running(
    command: list[str], environ: dict[str, str], port: int, path: str, folder: str
) -> Iterator[Server]:
    log = Path(folder) / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT, cwd=folder)
    try:
        _await(process, f"http://127.0.0.1:{port}{path}", log)
        yield Server(port, process.pid, log)
    finally:
        family = _tree(process.pid)[1:] if Path("/proc").is_dir() else []
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # the rival ends only after what it computes
            process.kill()
            process.wait()
        for pid in family:  # workers that outlive their parent
            _end(pid, command)


def _end(pid: int, command: list[str]) -> None:
    """End a worker that was seen as a child of ours and is still the same program."""
    try:
        if os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(shutil.which(command[0]) or command[0]):
            os.kill(pid, 9)
    except OSError:
        return


def _await(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  loopback
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    message = f"{' '.join(process.args)} does not answer:\n{log.read_text(errors='replace')[-2000:]}"  # type: ignore[arg-type]
    raise RuntimeError(message)
