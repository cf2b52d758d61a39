"""Runs the formula server: one process, or one that looks after several workers."""

import math
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from prometheus_client.multiprocess import mark_process_dead
from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from clv_xl.cli.parser import LANGUAGE
from clv_xl.cli.serving import FACTORY, application
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError
from clv_xl.hosts.server import logs
from clv_xl.hosts.server.protocol import BoundedProtocol
from clv_xl.hosts.server.settings import Settings, environment

METRICS: Final = "PROMETHEUS_MULTIPROC_DIR"
KEEP_ALIVE_S: Final = 75  # longer than proxies keep theirs (60): none is closed just as a request comes
HEALTHCHECK_S: Final = 60  # a worker deep in numpy answers late, and is not hung


def run_server(
    settings: Settings, sockets: list[socket.socket], announce: Callable[[], None], terminal: Terminal
) -> int:
    """Serve on open sockets until a signal comes; returns the exit status.

    Parameters
    ----------
    settings : Settings
        All settings, the port the one that is open.
    sockets : list of socket
        Sockets that listen.
    announce : callable
        Called when everything that can fail has been tried.
    terminal : Terminal
        Where the end is told.
    """
    logs.configure(settings.log_level, form=settings.log_format)
    if settings.workers > 1:
        _several(settings, sockets, announce, terminal.language)
    else:
        _one(settings, sockets, announce)
    terminal.note(terminal.say("serve.stopped"))
    return 0


def _one(settings: Settings, sockets: list[socket.socket], announce: Callable[[], None]) -> None:
    server = Server(_config(settings, application(settings)))
    with _signals(server):
        announce()
        server.run(sockets)
    if not server.started:
        raise UserError("serve.not_started")


def _several(
    settings: Settings, sockets: list[socket.socket], announce: Callable[[], None], language: str
) -> None:
    """Start workers; they read the settings from the environment."""
    application(settings)  # a mistake is told here once, and not by each worker
    folder = tempfile.mkdtemp(prefix="clv_xl-metrics-")
    try:
        os.environ.update(environment(settings))
        os.environ.update({METRICS: folder, LANGUAGE: language})
        workers = _Workers(_config(settings, FACTORY), sockets)
        announce()
        workers.run()
        if any(worker.exitcode == STARTUP_FAILURE for worker in workers.processes):
            raise UserError("serve.not_started")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Workers(Multiprocess):
    """Looks after the workers, and takes the figures of dead ones out of the sums."""

    def keep_subprocess_alive(self) -> None:
        """Start a worker anew that has died."""
        before = {worker.pid for worker in self.processes}
        super().keep_subprocess_alive()
        for gone in before - {worker.pid for worker in self.processes}:
            logs.logger().warning("a worker died, another takes its place", extra={"worker": gone})
            mark_process_dead(gone, os.environ[METRICS])  # type: ignore[no-untyped-call]


def _config(settings: Settings, served: object) -> Config:
    return Config(
        served,  # type: ignore[arg-type]  # an application, or where workers find the factory
        factory=served == FACTORY,
        workers=settings.workers,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=settings.forwarded_allow_ips,
        ssl_certfile=settings.certfile,
        ssl_keyfile=settings.keyfile,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=math.ceil(settings.shutdown_s),
        timeout_worker_healthcheck=HEALTHCHECK_S,
    )


@contextmanager
def _signals(server: Server) -> Iterator[None]:
    """Let a signal end the server, whenever it comes, and the process only when that has ended.

    uvicorn takes signals once it runs, and raises them a second time when it has finished: that
    would end the process as if it had been killed.
    """

    def ended(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, ended) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
