"""The whole server with pages for tests around it; see `running(factory=SERVED)`.

``/test/page`` loads the fake host, Microsoft's runtime and our functions.js. ``POST /test/weather`` sets
what befalls the batches that follow: {"delay_s", "status", "times", "retry_after"}.
``/functions.js?name=value`` is the script with other limits.
"""

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.hosts_available import NPM

SERVED = "tests.hosts.officejs.served:app"
HERE = Path(__file__).parent
RUNTIME = NPM / "@microsoft/office-js/dist/custom-functions-runtime.debug.js"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>functions</title>
<script src="/test/fakehost.js"></script>{runtime}<script src="/functions.js?{query}"></script>"""
FILES = {"/test/fakehost.js": HERE / "fakehost.js", f"/test/{RUNTIME.name}": RUNTIME}


class Around:
    """Test pages before the application, and weather on the way to it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.weather: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif answer := await self.own(Request(scope, receive)):
            await answer(scope, receive, send)
        elif scope["query_string"] and scope["path"] == "/functions.js":
            await self.limited(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def own(self, request: Request) -> Response | None:
        """Return the answer that is not the application's."""
        path = request.url.path
        if path in FILES:
            return Response(FILES[path].read_bytes(), media_type="text/javascript")
        if path == "/test/page":
            query = request.url.query
            runtime = (
                "" if "bare=" in query else '<script src="/test/custom-functions-runtime.debug.js"></script>'
            )
            return HTMLResponse(PAGE.format(runtime=runtime, query=query))
        if path == "/test/weather":
            self.weather = await request.json()
            return JSONResponse({})
        if path == "/v1/batch":
            await asyncio.sleep(self.weather.get("delay_s", 0))
            if self.weather.get("times", 0) > 0:
                self.weather["times"] -= 1
                said = {"error": "#N/A", "key": "test", "sentence": f"status {self.weather['status']}"}
                headers = (
                    {"Retry-After": str(self.weather["retry_after"])} if "retry_after" in self.weather else {}
                )
                return JSONResponse(said, self.weather["status"], headers)
        return None

    async def limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand out functions.js with the limits of the query in the place of the server's."""
        limits = {k: int(v) for k, v in parse_qsl(scope["query_string"].decode()) if v.isdigit()}

        async def changed(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [h for h in message["headers"] if h[0] != b"content-length"]
            elif limits:
                found = re.search(rb'"limits":(\{[^}]*\})', message["body"])
                assert found
                new = json.dumps({**json.loads(found[1]), **limits}).encode()
                message["body"] = message["body"].replace(found[1], new, 1)
            await send(message)

        plain = [h for h in scope["headers"] if h[0] not in {b"accept-encoding", b"if-none-match"}]
        await self.app({**scope, "headers": plain}, receive, changed)


def app() -> ASGIApp:
    """Return the application of `SERVED`."""
    from clv_xl.cli.serving import app as whole

    return Around(whole())
