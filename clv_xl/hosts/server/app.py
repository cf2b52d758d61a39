"""The application: routes, and what every request passes through."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import clv_xl
from clv_xl import texts
from clv_xl.errors import NA
from clv_xl.hosts.server.auth.principal import Authenticator, AuthError
from clv_xl.hosts.server.limits import UserLimits
from clv_xl.hosts.server.ranges import Shelves
from clv_xl.hosts.server.refused import BusyError, MediaTypeError, RefusedError, TooLargeError
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.wire import BINARY, JSON
from clv_xl.hosts.server.work import LARGE_BODY, Job, Lanes, Limits


class Asset(Protocol):
    """A page or a file that the server hands out as it is."""

    @property
    def body(self) -> bytes:
        """Its bytes."""

    @property
    def media_type(self) -> str:
        """Its type."""

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes with it: who may frame it, what it may load."""


@dataclass(eq=False, slots=True)
class State:
    """What the server holds while it runs."""

    settings: Settings
    authenticator: Authenticator
    shelves: Shelves
    users: UserLimits
    limits: Limits
    lanes: Lanes | None = None
    stopping: bool = False
    running: int = field(default=0)


def create_app(settings: Settings, authenticator: Authenticator, assets: Mapping[str, Asset]) -> Starlette:
    """Return the application.

    Parameters
    ----------
    settings : Settings
        Everything that can be set.
    authenticator : Authenticator
        Who may call.
    assets : mapping
        Path -> page or file of the add-in.
    """
    state = State(
        settings,
        authenticator,
        Shelves(settings.store_directory, settings.memory_mb, settings.store_mb, settings.store_days),
        UserLimits(settings.user_requests, settings.user_calls_per_minute),
        Limits.of(settings),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        state.lanes = Lanes(settings.quick_threads, settings.heavy_threads)
        yield
        state.stopping = True
        state.lanes.close()

    routes = [
        Route("/v1/batch", batch, methods=["POST"]),
        Route("/v1/me", me, methods=["GET"]),
        Route("/healthz", health, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        *(Route(path, partial(page, asset), methods=["GET"]) for path, asset in assets.items()),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={RefusedError: refused, AuthError: refused, ClientDisconnect: gone},
    )
    app.state.clv = state
    return app


async def batch(request: Request) -> Response:
    """Answer a batch of calls."""
    state: State = request.app.state.clv
    assert state.lanes is not None
    if state.stopping:
        raise BusyError("server.stopping")
    principal = await state.authenticator.identify(request.headers)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (JSON, BINARY):
        raise MediaTypeError("server.media_type", got=media_type)
    body = await _body(request, state.settings.max_body_mb)
    async with state.users.turn(str(principal)):
        deadline = time.monotonic() + state.limits.seconds
        shelf = state.shelves.of(principal)
        reading = partial(Job.of, body, media_type, principal, shelf, state.limits, deadline)
        job = await state.lanes.do(reading, heavy=len(body) > LARGE_BODY)
        if job.batch.calls > state.limits.calls:
            raise TooLargeError("server.too_many_in_batch", count=job.batch.calls, most=state.limits.calls)
        state.users.spend(str(principal), job.batch.calls)
        found = await _performed(request, state, job, deadline)
    return Response(found, media_type=JSON)


async def _performed(request: Request, state: State, job: Job, deadline: float) -> bytes:
    """Return the answer of a job, of what is done when its time is over or its client gone."""
    assert state.lanes is not None
    name = getattr(request.state, "id", "")

    def work() -> bytes:
        job.perform()
        return job.finish(name)

    doing = asyncio.ensure_future(state.lanes.do(work, heavy=job.heavy))
    gone = asyncio.ensure_future(request.receive())
    try:
        left = deadline - time.monotonic()
        await asyncio.wait((doing, gone), timeout=left, return_when=asyncio.FIRST_COMPLETED)
    finally:
        job.cancelled.set()
        gone.cancel()
    if doing.done():
        return doing.result()
    doing.cancel()
    return job.finish(name)


async def _body(request: Request, most_mb: int) -> bytes:
    """Read a body up to the limit."""
    most = most_mb * 1024**2
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > most:
        raise TooLargeError("server.body_too_large", most=most_mb)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise TooLargeError("server.body_too_large", most=most_mb)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request that is refused whole, with a sentence."""
    assert isinstance(error, (RefusedError, AuthError))
    language = texts.language_of(request.query_params.get("language", "en"))
    content = {"error": NA, "key": error.key, "sentence": texts.sentence(error, language)}
    return JSONResponse(content, error.status, error.headers)


async def gone(_: Request, __: Exception) -> Response:
    """End a request whose client has gone; nobody reads this."""
    return Response(status_code=499)


async def me(request: Request) -> Response:
    """Say who calls."""
    state: State = request.app.state.clv
    principal = await state.authenticator.identify(request.headers)
    return JSONResponse(
        {
            "tenant": principal.tenant,
            "user": principal.user,
            "version": clv_xl.__version__,
            "languages": texts.LANGUAGES,
        }
    )


async def health(_: Request) -> Response:
    """Say that the process lives."""
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    """Say whether requests are taken."""
    state: State = request.app.state.clv
    return PlainTextResponse("stopping" if state.stopping else "ok", 503 if state.stopping else 200)


async def page(asset: Asset, _: Request) -> Response:
    """Hand out a page or a file."""
    return Response(asset.body, media_type=asset.media_type, headers=dict(asset.headers))
