"""The public keys of one tenant of Entra ID: a JSON Web Key Set (RFC 7517) read with care."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from clv_xl.hosts.server.auth.nobody import loopback

if TYPE_CHECKING:
    from typing import IO

MOST_BYTES: Final = 512 * 1024
MOST_KEYS: Final = 200
LONGEST_KID: Final = 256
TIMEOUT: Final = 10.0
_PIECE: Final = 16 * 1024
_BITS: Final = 2048


class KeySetError(Exception):
    """The keys could not be fetched, or what came holds none; says why without quoting it."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Stays at the address that was asked: another one has no say in who may call."""

    def redirect_request(
        self, req: urllib.request.Request, fp: "IO[bytes]", code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """Follow nothing; urllib then raises the status as an error."""


def fetch(address: str, issuer: str, timeout: float = TIMEOUT) -> dict[str, RSAPublicKey]:
    """Return the signing keys that an address offers, by their id. Blocks: for a thread.

    Parameters
    ----------
    address : str
        Address of the key set: https, or http on this machine.
    issuer : str
        Whom the keys must belong to where they say so.
    timeout : float
        Seconds for all of it.

    Raises
    ------
    KeySetError
        If no usable key came.
    """
    parts = urlsplit(address)
    local = loopback(parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise KeySetError("neither https nor this machine")
    # This machine is not asked through a proxy; Microsoft is, where the environment names one.
    proxies = [urllib.request.ProxyHandler({})] if local else []
    opener = urllib.request.build_opener(_NoRedirect, *proxies)
    request = urllib.request.Request(address, headers={"Accept": "application/json"})  # noqa: S310  checked above
    try:
        with opener.open(request, timeout=timeout) as response:
            data = _read(response, time.monotonic() + timeout)
        content = json.loads(data)
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise KeySetError(_why(error)) from error
    keys = keys_of(content, issuer)
    if not keys:
        raise KeySetError("no usable key")
    return keys


def keys_of(content: Any, issuer: str) -> dict[str, RSAPublicKey]:
    """Return the RSA keys of a key set by their id; what is no signing key of `issuer` is passed over.

    Parameters
    ----------
    content : object
        The key set as JSON.
    issuer : str
        ``{authority}/{tenant}/v2.0``. A key of Microsoft says whose tokens it signs, with the place
        ``{tenantid}`` where it signs those of every tenant.
    """
    offered = content.get("keys") if isinstance(content, dict) else None
    found = {}
    for item in offered[:MOST_KEYS] if isinstance(offered, list) else ():
        if isinstance(item, dict) and _meant(item, issuer):
            key = _public_key(item)
            if key is not None:
                found[item["kid"]] = key
    return found


def _meant(item: Mapping[str, Any], issuer: str) -> bool:
    """Return whether a key signs tokens of an issuer with RS256."""
    kid, owner = item.get("kid"), item.get("issuer")
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        return False
    if item.get("kty") != "RSA" or item.get("use", "sig") != "sig" or item.get("alg", "RS256") != "RS256":
        return False
    if owner is None:
        return True
    tenant = issuer.removesuffix("/v2.0").rpartition("/")[2]
    return isinstance(owner, str) and owner.replace("{tenantid}", tenant) == issuer


def _public_key(item: Mapping[str, Any]) -> RSAPublicKey | None:
    """Return the public key of an entry; None if it is none, or too short to trust."""
    public = {name: item.get(name) for name in ("kty", "n", "e")}
    try:
        key = jwt.PyJWK.from_dict(public, algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= _BITS else None


def _read(response: http.client.HTTPResponse, end: float) -> bytes:
    """Read an answer of bounded size within a bounded time, however slowly it trickles."""
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise KeySetError("too large")
        if time.monotonic() > end:
            raise TimeoutError
    return b"".join(pieces)


def _why(error: Exception) -> str:
    """Return the kind of an error; the text of one may quote what came."""
    return f"HTTP {error.code}" if isinstance(error, urllib.error.HTTPError) else type(error).__name__
