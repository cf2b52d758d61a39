"""The application: routes, and what every request passes through."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import clv_xl
from clv_xl import texts
from clv_xl.hosts.server import logs
from clv_xl.hosts.server.answers import gone, not_here, refused
from clv_xl.hosts.server.auth.principal import Authenticator, AuthError
from clv_xl.hosts.server.batches import batch
from clv_xl.hosts.server.metrics import shown_to
from clv_xl.hosts.server.middleware import Own, Safe, Watched
from clv_xl.hosts.server.openapi import openapi_json
from clv_xl.hosts.server.pages import Asset, Page
from clv_xl.hosts.server.refused import RefusedError
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.state import State
from clv_xl.hosts.server.stopping import draining
from clv_xl.hosts.server.warmth import warm


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
    logs.configure(settings.log_level, form=settings.log_format)
    state = State.of(settings, authenticator)
    routes = [
        Route("/v1/batch", batch, methods=["POST"]),
        Route("/v1/me", me, methods=["GET"]),
        Route("/healthz", health, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/metrics", metrics, methods=["GET"]),
        Route("/openapi.json", openapi, methods=["GET"]),
        *(Route(path, Page(asset).answer, methods=["GET"]) for path, asset in assets.items()),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            with warm(), draining(state):
                yield
        finally:
            state.stopping.set()
            state.lanes.close()

    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(Safe, settings),
            Middleware(Watched, [route.path for route in routes], state.metrics, assets),
            Middleware(Own, settings, assets),
        ],
        exception_handlers={
            RefusedError: refused,
            AuthError: refused,
            ClientDisconnect: gone,
            HTTPException: not_here,
        },
    )
    app.router.redirect_slashes = False
    app.state.clv = state
    return app


async def me(request: Request) -> Response:
    """Say who calls."""
    state: State = request.app.state.clv
    principal = await state.authenticator.identify(request.headers)
    request.state.user = str(principal)
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
    if state.stopping.is_set():
        return PlainTextResponse("stopping", 503)
    if not await state.writable.look():
        return PlainTextResponse("the store cannot be written", 503)
    return PlainTextResponse("ok")


async def metrics(request: Request) -> Response:
    """Hand out the figures to who may see them."""
    state: State = request.app.state.clv
    if not shown_to(request, state.settings.metrics):
        raise HTTPException(404)
    content, media_type = state.metrics.exposition()
    return Response(content, headers={"content-type": media_type})


async def openapi(request: Request) -> Response:
    """Describe the interface."""
    state: State = request.app.state.clv
    return Response(openapi_json(state.settings), media_type="application/json")
