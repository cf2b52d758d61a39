"""What every request passes through: a name, the log, figures, safe headers, no foreign pages."""

import logging
import re
import secrets
import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clv_xl.hosts.server import logs
from clv_xl.hosts.server.answers import API, failed, refusal
from clv_xl.hosts.server.auth.nobody import loopback
from clv_xl.hosts.server.metrics import Metrics
from clv_xl.hosts.server.refused import ForeignError
from clv_xl.hosts.server.settings import Settings

PROBES: Final = ("/healthz", "/readyz")
OTHER: Final = "other"  # the route of what is not there: addresses that clients make up fill no log
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_YEAR: Final = 31_536_000
_SAFE: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


class Watched:
    """Names each request, logs and counts it, and answers what fails unexpectedly.

    Parameters
    ----------
    app : ASGI application
        What answers.
    routes : collection of str
        The paths there are.
    metrics : Metrics
        What counts.
    quiet : collection of str
        Paths of which a success is logged at level debug only: files that are handed out.
    """

    def __init__(
        self, app: ASGIApp, routes: Collection[str], metrics: Metrics, quiet: Collection[str] = ()
    ) -> None:
        self.app = app
        self.routes = frozenset(routes)
        self.metrics = metrics
        self.quiet = frozenset(quiet)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        given = Headers(scope=scope).get("x-request-id", "")
        state["id"] = given if _NAME.fullmatch(given) else secrets.token_hex(8)
        seen = _Seen()

        async def received() -> Message:
            message = await receive()
            seen.received += len(message.get("body", b""))
            return message

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = state["id"]
            seen.sent += len(message.get("body", b""))
            await send(message)

        begun = time.perf_counter()
        try:
            await self.app(scope, received, sent)
        except Exception as error:  # noqa: BLE001  whatever it is, the client gets a sentence
            extra = {"request": state["id"], "traceback": logs.trace(error)}
            logs.logger().error("a fault of the program", extra=extra)
            if not seen.status:
                await failed(Request(scope))(scope, received, sent)
        finally:
            self._note(scope, seen, time.perf_counter() - begun)

    def _note(self, scope: Scope, seen: "_Seen", seconds: float) -> None:
        """Write the line of a request and count it."""
        state = scope["state"]
        route = scope["path"] if scope["path"] in self.routes else OTHER
        self.metrics.request(route, seen.status, seconds, seen.received)
        handed_out = route in self.quiet and 0 < seen.status < 400
        level = logging.DEBUG if route in PROBES or handed_out else logging.INFO
        logger = logs.logger()
        if not logger.isEnabledFor(level):
            return
        functions: Mapping[str, int] = state.get("functions", {})
        logger.log(
            level,
            "request",
            extra={
                "request": state["id"],
                "method": scope["method"],
                "route": route,
                "status": seen.status,
                "ms": round(seconds * 1e3, 2),
                "received": seen.received,
                "sent": seen.sent,
                "user": state.get("user"),
                "calls": sum(functions.values()),
                "functions": functions,
                **({"refused": state["refused"]} if "refused" in state else {}),
            },
        )


class _Seen:
    """What went in and out of one request; status 0 while nothing was answered."""

    __slots__ = ("received", "sent", "status")

    def __init__(self) -> None:
        self.received = self.sent = self.status = 0


class Safe:
    """Gives every answer the headers that keep browsers from doing more with it than is meant."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        host = urlsplit(settings.public_address).hostname or ""
        self._secure = not loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAFE.items():
                    headers.setdefault(name, value)
                if self._secure and scope["scheme"] == "https":
                    headers.setdefault("strict-transport-security", f"max-age={_YEAR}")
            await send(message)

        await self.app(scope, receive, sent)


class Own:
    """Refuses requests that pages of others make.

    A browser sends them with the name of the page (Origin), or of its kind (Sec-Fetch-Site). Without
    authentication the name of the host is looked at too: a foreign page may have made its own name
    point to this machine (DNS rebinding), and its requests count as its own then.
    Pages and files of the add-in are for everybody: Excel loads them into pages of its own.
    """

    def __init__(self, app: ASGIApp, settings: Settings, assets: Collection[str]) -> None:
        self.app = app
        self._address = urlsplit(settings.public_address)
        self._any_host = settings.auth != "none"
        self._open = frozenset(assets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self.app(scope, receive, send)
            return
        for key in self._wrong(scope["path"], Headers(scope=scope)):
            request = Request(scope)
            request.state.refused = key
            error = ForeignError(key, address=self._address.geturl())
            await refusal(request, error.status, error)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _wrong(self, path: str, headers: Headers) -> Iterator[str]:
        """Yield the keys of what is foreign in a request."""
        host = headers.get("host", "")
        if not self._any_host and not self._is_own_name(host):
            yield "server.foreign_host"
        if path in self._open:
            return
        origin = headers.get("origin")
        if origin is not None and not self._is_own_origin(origin, host):
            yield "server.foreign_origin"
        if path.startswith(API) and headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            yield "server.foreign_origin"

    def _is_own_name(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return loopback(name) or name == self._address.hostname

    def _is_own_origin(self, origin: str, host: str) -> bool:
        own = {f"{self._address.scheme}://{self._address.netloc}".casefold()}
        own |= {f"http://{host}".casefold(), f"https://{host}".casefold()} if host else set()
        return origin.casefold() in own
