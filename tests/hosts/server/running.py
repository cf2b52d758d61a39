"""A formula server in a process of its own on a free port, as tests call it; and bodies to send it.

As a program (``python -m tests.hosts.server.running FACTORY FD``) it is that process.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from clv_xl.cells import Block
from clv_xl.hosts.server.settings import Settings, environment, load
from clv_xl.hosts.server.wire import BINARY, JSON, MAGIC
from clv_xl.orders.columnfile import encode

if TYPE_CHECKING:
    from starlette.applications import Starlette

ROOT = Path(__file__).parents[3]
BARE = "tests.hosts.server.running:bare"
"""The server without the pages of the add-in."""
FULL = "clv_xl.cli.serving:app"
"""The server as ``clv-xl serve`` starts it."""
START_S, STOP_S = 30.0, 30.0


@dataclass(eq=False)
class Running:
    """A server that runs.

    Parameters
    ----------
    settings : Settings
        Its settings, the port the one it listens on.
    client : httpx.Client
        A client whose base address is the server's.
    process : subprocess.Popen
        Its process; with several workers, the one that looks after them.
    log_file : Path
        What it wrote to standard output and standard error.
    """

    settings: Settings
    client: httpx.Client
    process: "subprocess.Popen[bytes]"
    log_file: Path

    @property
    def address(self) -> str:
        """Where it listens, without a slash at the end."""
        scheme = "https" if self.settings.certfile else "http"
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"{scheme}://{host}:{self.settings.port}"

    def batch(self, *groups: tuple[str, Sequence[Any]], ranges: Sequence[bytes] = (), **more: Any) -> Any:
        """Return the answer to groups (function, calls) that is expected to come; `more` is headers."""
        sent: list[dict[str, Any]] = [{"function": name, "calls": calls} for name, calls in groups]
        content = body(sent, ranges) if ranges else json.dumps({"groups": sent}).encode()
        headers = {"content-type": BINARY if ranges else JSON, **more}
        answer = self.client.post("/v1/batch", content=content, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def log(self) -> str:
        """Return what it wrote so far."""
        return self.log_file.read_text("utf-8")

    def memory_kb(self) -> int:
        """Return the resident memory of the process (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    def stop(self, how: int = signal.SIGTERM, wait_s: float = STOP_S) -> int:
        """End the process and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def running(
    values: Mapping[str, Any] | None = None,
    *,
    factory: str = BARE,
    workers: int = 1,
    env: Mapping[str, str] | None = None,
    verify: Any = True,
) -> Iterator[Running]:
    """Start a server on a free port, wait until it is ready, and stop it at the end.

    Parameters
    ----------
    values : mapping, optional
        Settings that differ from the defaults; the store is a directory of its own unless named.
    factory : str
        ``module:function`` that makes the application from the environment; `BARE` or `FULL`.
    workers : int
        Number of processes that answer.
    env : mapping, optional
        Variables of the environment beside the settings.
    verify : bool or ssl.SSLContext
        What the client makes of certificates.
    """
    if os.name != "posix":
        pytest.skip("the socket of a test server is handed over as a file descriptor, on POSIX only")
    settings = Settings(**{"workers": workers, **(values or {})})
    with tempfile.TemporaryDirectory(prefix="clv_xl-server-", ignore_cleanup_errors=True) as folder:
        if settings.store_directory is None:
            settings = replace(settings, store_directory=Path(folder, "store"))
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((settings.host, settings.port if values and "port" in values else 0))
            listening.listen(2048)
            settings = replace(settings, port=listening.getsockname()[1])
            log_file = Path(folder, "server.log")
            with log_file.open("wb") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "tests.hosts.server.running", factory, str(listening.fileno())],
                    cwd=ROOT,
                    env={**os.environ, **environment(settings), **(env or {})},
                    pass_fds=(listening.fileno(),),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
        with httpx.Client(verify=verify, timeout=60, trust_env=False) as client:
            found = Running(settings, client, process, log_file)
            client.base_url = httpx.URL(found.address)
            try:
                _wait(found)
                yield found
            finally:
                found.stop()


def _wait(found: Running) -> None:
    """Wait until requests are taken."""
    end = time.monotonic() + START_S
    while True:
        try:
            if found.client.get("/healthz", timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if found.process.poll() is not None or time.monotonic() > end:
            raise AssertionError("the server did not start:\n" + found.log())
        time.sleep(0.05)


def body(groups: Sequence[Mapping[str, Any]], ranges: Sequence[bytes] = (), **more: Any) -> bytes:
    """Return a binary body: groups as JSON, then the sections; `more` goes into the header."""
    header = json.dumps({**more, "groups": list(groups), "sections": [len(r) for r in ranges]}).encode()
    header += b" " * (-len(header) % 8)
    return MAGIC + len(header).to_bytes(8, "little") + header + b"".join(ranges)


def section(block: Block) -> bytes:
    """Return a range as it travels; its name is the SHA-256 of these bytes."""
    return b"".join(map(bytes, encode({str(i): cells for i, cells in enumerate(block.columns)})))


def bare() -> "Starlette":
    """Return the server without pages, for the settings in the environment."""
    from clv_xl.hosts.server.app import create_app
    from clv_xl.hosts.server.auth import authenticator_of

    settings = load(None, os.environ, {})
    return create_app(settings, authenticator_of(settings), {})


def main(factory: str, handle: int) -> None:
    """Serve on an open socket, as ``clv-xl serve`` does."""
    from uvicorn import Config, Server
    from uvicorn.supervisors import Multiprocess

    from clv_xl.hosts.server.protocol import BoundedProtocol

    settings = load(None, os.environ, {})
    config = Config(
        factory,
        factory=True,
        workers=settings.workers,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=settings.forwarded_allow_ips,
        ssl_certfile=settings.certfile,
        ssl_keyfile=settings.keyfile,
        timeout_graceful_shutdown=int(settings.shutdown_s) + 1,
    )
    sockets = [socket.socket(fileno=handle)]
    if settings.workers > 1:
        sockets[0].set_inheritable(True)
        Multiprocess(config, sockets).run()
    else:
        Server(config).run(sockets)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
