"""Applications that servers of tests run: with pages, with a fault, with calls that take their time."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from clv_xl.catalogue.run import run, run_many
from clv_xl.hosts.server import work
from clv_xl.hosts.server.app import create_app
from clv_xl.hosts.server.auth import authenticator_of
from clv_xl.hosts.server.settings import load

PAGED = "tests.hosts.server.apps:paged"
SLOW = "tests.hosts.server.apps:slow"
POLICY = "default-src 'self'; frame-ancestors https://*.officeapps.live.com"
SECRET = "cell-4711"  # noqa: S105  a cell, and no password


@dataclass(frozen=True)
class Asset:
    body: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)
    cache_seconds: int = 0


def paged() -> Starlette:
    """Return a server with two pages and an address that fails."""
    settings = load(None, os.environ, {})
    assets = {
        "/": Asset(b"<p>start</p>" * 200, "text/html; charset=utf-8", {"Content-Security-Policy": POLICY}),
        "/icon-16.png": Asset(bytes(2000), "image/png", cache_seconds=60),
    }
    app = create_app(settings, authenticator_of(settings), assets)

    async def fault(_: Request) -> Any:
        raise ValueError(SECRET)

    app.router.routes.append(Route("/v1/fault", fault))
    return app


def slow() -> Starlette:
    """Return a server whose calls wait first where their first argument says ``sleep 0.5``."""
    settings = load(None, os.environ, {})
    vars(work).update(
        run=_slowly(run, lambda args: args),
        run_many=_slowly(run_many, lambda calls: calls[0] if calls else ()),
    )
    return create_app(settings, authenticator_of(settings), {})


def _slowly(answer: Callable[..., Any], first: Callable[[Any], Sequence[Any]]) -> Callable[..., Any]:
    def slowly(function: Any, given: Any, context: Any) -> Any:
        begin = first(given)
        if begin and isinstance(begin[0], str) and begin[0].startswith("sleep "):
            sys.stderr.write("asleep\n")
            sys.stderr.flush()
            time.sleep(float(begin[0].split()[1]))
        return answer(function, given, context)

    return slowly
