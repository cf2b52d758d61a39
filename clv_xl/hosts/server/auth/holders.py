"""Authentication token: whoever holds a token of the token file."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from clv_xl.errors import UserError
from clv_xl.hosts.server.auth.bearer import bearer, refused, unavailable
from clv_xl.hosts.server.auth.principal import AuthError, Principal
from clv_xl.hosts.server.auth.tokens import Token, TokenFile, hash_of, looks_like_a_token, parse

_LOG = logging.getLogger(__name__)
_SETTLED_NS = 2_000_000_000
"""A file changed twice within one tick of its file system's clock can look unchanged."""
_AGAIN_SECONDS = 30


class Holders:
    """Identifies callers by the tokens of a file, which is read again whenever it changes.

    Parameters
    ----------
    file : TokenFile
        The tokens. Every worker process looks at the file itself, with one `stat` a request, so that
        a token revoked anywhere is refused everywhere at the next request.
    now : callable
        The time, in UTC.

    Notes
    -----
    A token is found by its SHA-256 in a dictionary and compared with nothing else. How long that
    takes could tell something about hashes of which the caller would have to know a preimage; it
    tells nothing about a token, so a comparison in constant time has nothing to hide here.
    """

    def __init__(self, file: TokenFile, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._file = file
        self._now = now
        self._seen: tuple[int, int, int] | None = None
        self._data: bytes | None = None
        self._tokens: dict[str, Token] = {}
        self._failed = False

    async def identify(self, headers: Mapping[str, str]) -> Principal:
        """Return the holder of the token of a request.

        Raises
        ------
        AuthError
            401 without a valid token, 503 while the token file cannot be used.
        """
        secret = bearer(headers)
        self._refresh()
        token = self._tokens.get(hash_of(secret)) if looks_like_a_token(secret) else None
        if token is None:
            raise refused("auth.token_unknown")
        if token.expired(self._now()):
            raise refused("auth.token_expired", date=(token.expires or "")[:10])
        return Principal(token.tenant, token.name)

    def _refresh(self) -> None:
        """Read the file again if it has changed; a file that cannot be used lets nobody in."""
        try:
            seen = self._stamp()
            if seen is None or seen != self._seen or self._failed:
                data = self._file.read_bytes()
                if data != self._data or self._failed:
                    self._tokens = {token.hash: token for token in parse(data, self._file.path)}
                    self._data = data
                self._seen, self._failed = seen, False
        except UserError as error:
            raise self._unusable(error) from error

    def _stamp(self) -> tuple[int, int, int] | None:
        """Return what changes with the file; None while that cannot be relied on."""
        try:
            facts = self._file.path.stat()
        except OSError:  # missing or closed to us: reading it says which
            return None
        if time.time_ns() - facts.st_mtime_ns < _SETTLED_NS:
            return None
        return facts.st_mtime_ns, facts.st_size, facts.st_ino

    def _unusable(self, error: UserError) -> AuthError:
        """Return the answer to callers; whoever runs the server finds the cause in its log, once."""
        if not self._failed:
            _LOG.error("%s: %s", error.key, error.params.get("path"))
        self._failed = True  # until it is read and understood again, whatever its time says
        return unavailable("auth.tokens_unavailable", _AGAIN_SECONDS)
