"""Answers to requests that are refused whole, and to those that failed."""

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from clv_xl import texts
from clv_xl.errors import NA, VALUE, ClvXlError, Text, UserError
from clv_xl.hosts.server.auth.principal import AuthError
from clv_xl.hosts.server.refused import RefusedError

API: Final = "/v1/"


def refusal(
    request: Request, status: int, error: ClvXlError, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a sentence as JSON: in the language of the body, of ``?language=``, or in English."""
    language = getattr(error, "language", None) or texts.language_of(request.query_params.get("language", ""))
    content = {
        "error": VALUE if status in {400, 405, 413, 415, 500} else NA,
        "key": error.key,
        "sentence": texts.sentence(error, language),
        "request": request.state.id,
    }
    return JSONResponse(content, status, dict(headers or {}))


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request that is refused whole."""
    assert isinstance(error, (RefusedError, AuthError))
    request.state.refused = error.key
    return refusal(request, error.status, error, error.headers)


async def not_here(request: Request, error: Exception) -> Response:
    """Answer a request for what there is not, or with a method that is not taken."""
    assert isinstance(error, HTTPException)
    keys = {404: "server.no_page", 405: "server.no_method"}
    key = keys.get(error.status_code, "server.no_request")
    if request.url.path.startswith(API):
        return refusal(request, error.status_code, UserError(key), error.headers)
    language = texts.language_of(request.query_params.get("language", ""))
    return PlainTextResponse(texts.word(Text(key), language), error.status_code, error.headers)


async def gone(_: Request, __: Exception) -> Response:
    """End a request whose client has gone; nobody reads this."""
    return Response(status_code=499)


def failed(request: Request) -> Response:
    """Answer a request that met a fault of the program."""
    return refusal(request, 500, UserError("server.internal", request=request.state.id))
