"""The Authorization header, and how a refusal is told (RFC 6750)."""

from collections.abc import Mapping
from typing import Any, Final

from clv_xl.hosts.server.auth.principal import AuthError

LONGEST: Final = 16_384
"""Characters of a token; one of Entra ID with 200 groups takes about 10,000."""
_CHALLENGE: Final = 'Bearer realm="clv_xl"'


def bearer(headers: Mapping[str, str]) -> str:
    """Return the token of a request.

    Parameters
    ----------
    headers : mapping
        Headers of the request.

    Raises
    ------
    AuthError
        401 without a token, with another scheme than Bearer, or with a token that is too long.

    Examples
    --------
    >>> bearer({"authorization": "Bearer abc"})
    'abc'
    """
    given = headers.get("authorization") or headers.get("Authorization") or ""
    scheme, _, token = given.strip().partition(" ")
    token = token.strip()
    if not scheme or (scheme.casefold() == "bearer" and not token):
        raise AuthError(401, "auth.missing", {"WWW-Authenticate": _CHALLENGE})
    if scheme.casefold() != "bearer":
        raise AuthError(401, "auth.scheme", {"WWW-Authenticate": _CHALLENGE})
    if len(token) > LONGEST:
        raise refused("auth.too_long", most=LONGEST)
    return token


def refused(key: str, **params: Any) -> AuthError:
    """Return the refusal of a token that is not valid."""
    return AuthError(401, key, {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'}, **params)


def not_allowed(key: str, scope: str | None = None, **params: Any) -> AuthError:
    """Return the refusal of a caller who is known; signing in again as the same one does not help."""
    asked = f', error="insufficient_scope", scope="{scope}"' if scope else ""
    return AuthError(403, key, {"WWW-Authenticate": f"{_CHALLENGE}{asked}"} if asked else {}, **params)


def unavailable(key: str, seconds: int, **params: Any) -> AuthError:
    """Return the answer while nobody can be identified; the caller may try again in `seconds`."""
    return AuthError(503, key, {"Retry-After": str(seconds)}, **params)
