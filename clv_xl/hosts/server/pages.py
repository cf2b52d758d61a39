"""Pages and files that are handed out as they are: asked again by ETag, packed once."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import Response

SMALLEST_PACKED: Final = 1024  # bytes below which packing saves nothing
_TEXTS: Final = ("text/", "application/json", "application/xml", "image/svg+xml")


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


@dataclass(frozen=True)
class Page:
    """An asset as it is answered."""

    asset: Asset

    async def answer(self, request: Request) -> Response:
        """Answer with the asset, or with 304 where the client has it."""
        zipped = self._zipped if takes_gzip(request) else None
        tag = f'"{self._hash}{"-gz" if zipped else ""}"'
        headers = {
            "cache-control": _cached(getattr(self.asset, "cache_seconds", 0)),
            "cross-origin-resource-policy": "cross-origin",  # Excel loads them into pages of its own
            "etag": tag,
            "vary": "accept-encoding",
            **{name.lower(): value for name, value in self.asset.headers.items()},
        }
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        if zipped:
            headers["content-encoding"] = "gzip"
        return Response(zipped or self.asset.body, media_type=self.asset.media_type, headers=headers)

    @cached_property
    def _hash(self) -> str:
        return hashlib.sha256(self.asset.body).hexdigest()[:32]

    @cached_property
    def _zipped(self) -> bytes | None:
        kind = self.asset.media_type
        if not kind.startswith(_TEXTS) or len(self.asset.body) < SMALLEST_PACKED:
            return None
        return gzip.compress(self.asset.body, mtime=0)


def takes_gzip(request: Request) -> bool:
    """Return whether a client reads gzip.

    >>> from starlette.requests import Request
    >>> accepts = [(b"accept-encoding", b"br, gzip;q=0")]
    >>> takes_gzip(Request({"type": "http", "headers": accepts}))
    False
    """
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _cached(seconds: int) -> str:
    return f"public, max-age={seconds}" if seconds else "no-cache"


def _has(header: str, tag: str) -> bool:
    """Return whether If-None-Match names a tag, compared weakly."""
    return any(part.strip().removeprefix("W/") in {tag, "*"} for part in header.split(","))
