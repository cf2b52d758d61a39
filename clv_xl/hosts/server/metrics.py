"""Figures for monitoring, in the format of Prometheus; summed over the workers of one server.

Several workers share the directory that PROMETHEUS_MULTIPROC_DIR names; whoever is asked adds up.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clv_xl.hosts.server.auth.nobody import loopback

if TYPE_CHECKING:
    from starlette.requests import Request

    from clv_xl.hosts.server.lanes import Load

DIRECTORY: Final = "PROMETHEUS_MULTIPROC_DIR"
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
CALLS: Final = (1, 10, 100, 1_000, 5_000, 10_000, 20_000, 100_000)
# What a proxy adds; a request with one of them was made by somebody else than its sender.
_PROXIED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Metrics:
    """The figures of one application; nothing is shared with another one in the same process."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        made = CollectorRegistry()
        self._registry = made
        self._requests = Counter("clv_xl_requests", "Requests.", ("route", "status"), registry=made)
        self._seconds = Histogram(
            "clv_xl_request_seconds", "Time of requests.", ("route",), buckets=SECONDS, registry=made
        )
        self._received = Counter("clv_xl_received_bytes", "Bytes of bodies received.", registry=made)
        self._calls = Counter("clv_xl_calls", "Calls.", ("function", "outcome"), registry=made)
        self._batch = Histogram("clv_xl_batch_calls", "Calls of a batch.", buckets=CALLS, registry=made)
        self._ranges = Counter(
            "clv_xl_ranges", "Ranges asked for, by where they were found.", ("found",), registry=made
        )
        self._kept = Gauge(
            "clv_xl_kept_bytes",
            "Ranges and orders kept in memory.",
            registry=made,
            multiprocess_mode="livesum",
        )
        self._work = Gauge(
            "clv_xl_work",
            "Work by lane: waiting, running, abandoned (running with nobody waiting for it).",
            ("lane", "state"),
            registry=made,
            multiprocess_mode="livesum",
        )
        self._abandoned = Counter(
            "clv_xl_abandoned",
            "Work whose time was over, or whose client had gone.",
            ("lane",),
            registry=made,
        )

    def request(self, route: str, status: int, seconds: float, received: int) -> None:
        """Count a request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        self._received.inc(received)

    def batch(self, calls: int, outcomes: Mapping[tuple[str, str], int], found: Mapping[str, int]) -> None:
        """Count a batch: its calls by function and outcome, its ranges by where they were found."""
        self._batch.observe(calls)
        for labels, count in outcomes.items():
            self._calls.labels(*labels).inc(count)
        for where, count in found.items():
            self._ranges.labels(where).inc(count)

    def kept(self, size: int) -> None:
        """Note how many bytes are kept in memory."""
        self._kept.set(size)

    def lane(self, name: str, load: "Load") -> None:
        """Note what a lane has to do."""
        for state in ("waiting", "running", "abandoned"):
            self._work.labels(name, state).set(getattr(load, state))

    def abandoned(self, lane: str) -> None:
        """Count work that runs on with nobody waiting for it."""
        self._abandoned.labels(lane).inc()

    def exposition(self) -> tuple[bytes, str]:
        """Return all figures and their media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

        registry = self._registry
        if os.environ.get(DIRECTORY):
            from prometheus_client.multiprocess import MultiProcessCollector

            _forget_the_dead(Path(os.environ[DIRECTORY]))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST


def shown_to(request: "Request", setting: str) -> bool:
    """Return whether the figures are for the sender of a request; see `Settings.metrics`."""
    if setting == "loopback":
        client = request.client
        proxied = any(name in request.headers for name in _PROXIED)
        return client is not None and loopback(client.host) and not proxied
    return setting == "on"


def _forget_the_dead(directory: Path) -> None:
    """Leave out what workers held that ended without a word."""
    if os.name != "posix":
        return
    from prometheus_client.multiprocess import mark_process_dead

    for file in directory.glob("gauge_live*_*.db"):
        name = file.stem.rpartition("_")[2]
        if name.isdigit():
            try:
                os.kill(int(name), 0)
            except ProcessLookupError:
                with suppress(OSError):
                    mark_process_dead(int(name), str(directory))  # type: ignore[no-untyped-call]
            except PermissionError:
                pass
