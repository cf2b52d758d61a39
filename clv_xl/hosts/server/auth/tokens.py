"""Bearer tokens and the file that keeps them: who holds one, until when, and its hash.

A token is ``clv_`` and 43 characters of 256 random bits. Only its SHA-256 is kept. A slow hash, as
passwords need, would gain nothing: it makes guessing dear where people choose from few words, and
nobody guesses 256 random bits at any speed; it would cost every request time that a flood of wrong
tokens could take away from all.
"""

import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from clv_xl.errors import Text, UserError
from clv_xl.hosts.server.auth.filelock import locked
from clv_xl.hosts.server.places import config_directory, make_private_directory, write_private

FILE_NAME: Final = "tokens.json"
TENANT: Final = "local"
"""Whose data it is where nothing else is said: as without authentication, so nothing stored is lost."""
MOST_TOKENS: Final = 10_000
MOST_BYTES: Final = 16 * 1024**2
MOST_DAYS: Final = 3650
LONGEST_NAME: Final = 64
_PREFIX: Final = "clv_"
_VERSION: Final = 1
_SECRET: Final = re.compile(r"clv_[A-Za-z0-9_-]{43}")
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
# A tenant may become the name of a directory: no two may differ in case alone.
_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHAPES: Final = {
    "id": re.compile(r"[a-z2-7]{8}"),
    "tenant": _TENANT,
    "hash": re.compile(r"[0-9a-f]{64}"),
    "last": re.compile(r"[A-Za-z0-9_-]{4}"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself is not.

    Parameters
    ----------
    id : str
        Public name of the token, 8 characters; `revoke` takes it.
    name : str
        Who holds it: the user of its requests. Tokens of one name in a tenant are one user, so a new
        token takes over from an old one.
    tenant : str
        Whose data its holder sees.
    created, expires : str
        Seconds of time in UTC, ``2026-11-22T08:30:00Z``; `expires` is None for a token without end.
    hash : str
        SHA-256 of the token, hexadecimal.
    last : str
        Its last four characters, to recognise it by.
    """

    id: str
    name: str
    tenant: str
    created: str
    expires: str | None
    hash: str
    last: str

    def expired(self, now: datetime) -> bool:
        """Return whether the token has ended."""
        return self.expires is not None and now >= _read_time(self.expires)


class TokenFile:
    """The tokens of a server, in a file that several processes read and write.

    Parameters
    ----------
    path : Path, optional
        The file, made with the first token; ``tokens.json`` in the directory of the user's settings
        if left out.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = config_directory() / FILE_NAME if path is None else Path(path)

    def read(self) -> tuple[Token, ...]:
        """Return the tokens in the order they were made; none if there is no file yet.

        Raises
        ------
        UserError
            If the file cannot be read, is damaged, or may be changed by every user of the machine.
        """
        return parse(self.read_bytes(), self.path)

    def read_bytes(self) -> bytes:
        """Return the content of the file, empty if there is none; raises as `read`."""
        try:
            with self.path.open("rb") as file:
                facts = os.fstat(file.fileno())
                if os.name == "posix" and facts.st_mode & stat.S_IWOTH:
                    raise UserError("auth.tokens_open", path=str(self.path))
                data = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return b""
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UserError("auth.tokens_unreadable", path=str(self.path), reason=reason) from error
        if len(data) > MOST_BYTES:
            raise _damaged(self.path, Text("auth.too_large"))
        if not data:  # no list at all is no file; this is what a full disk leaves
            raise _damaged(self.path, Text("auth.no_json"))
        return data

    def create(self, name: str, tenant: str = TENANT, days: int | None = None) -> tuple[str, Token]:
        """Make a token.

        Parameters
        ----------
        name : str
            Who will hold it, at most 64 characters.
        tenant : str
            Whose data the holder sees: small letters, digits, ``.``, ``_`` and ``-``.
        days : int, optional
            Days until it ends; without, it has no end.

        Returns
        -------
        str
            The token, to be handed to its holder: it is kept nowhere.
        Token
            What is kept of it.
        """
        name = name.strip()
        if not _good_name(name):
            raise UserError("auth.bad_name", most=LONGEST_NAME)
        if not _TENANT.fullmatch(tenant):
            raise UserError("auth.bad_tenant", got=tenant)
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise UserError("auth.bad_days", got=days, most=MOST_DAYS)
        secret = _PREFIX + secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        with self._held():
            tokens = self.read()
            if len(tokens) >= MOST_TOKENS:
                raise UserError("auth.too_many", most=MOST_TOKENS)
            token = Token(
                id=_new_id({token.id for token in tokens}),
                name=name,
                tenant=tenant,
                created=now.strftime(_TIME),
                expires=None if days is None else (now + timedelta(days=days)).strftime(_TIME),
                hash=hash_of(secret),
                last=secret[-4:],
            )
            self._write((*tokens, token))
        return secret, token

    def revoke(self, token_id: str) -> Token:
        """Remove a token and return what was kept of it; a server refuses it from its next request on."""
        with self._held():
            tokens = self.read()
            found = next((token for token in tokens if token.id == token_id.strip().casefold()), None)
            if found is None:
                raise UserError("auth.unknown_id", command="clv-xl token list")
            self._write(tuple(token for token in tokens if token is not found))
        return found

    def _write(self, tokens: tuple[Token, ...]) -> None:
        content = {"version": _VERSION, "tokens": [asdict(token) for token in tokens]}
        write_private(self.path, json.dumps(content, indent=1).encode())

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Keep other processes from changing the file, so that no change of theirs is lost."""
        make_private_directory(self.path.parent)
        try:
            with locked(self.path.with_name(f".{self.path.name}.lock")):
                yield
        except TimeoutError as error:
            raise UserError("auth.tokens_locked", path=str(self.path)) from error


def looks_like_a_token(text: str) -> bool:
    """Return whether a text has the form of a token."""
    return _SECRET.fullmatch(text) is not None


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a token, as the file keeps it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def parse(data: bytes, path: Path) -> tuple[Token, ...]:
    """Return the tokens that the content of a file holds.

    Raises
    ------
    UserError
        If anything in it is not as this module writes it: half a list of who may call is no list.
        Nothing of the content is part of the sentence.
    """
    if not data:
        return ()
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, Text("auth.no_json")) from error
    if not isinstance(content, dict) or not isinstance(content.get("tokens"), list):
        raise _damaged(path, Text("auth.no_list"))
    if content.get("version") != _VERSION:
        raise _damaged(path, Text("auth.other_version"))
    found = tuple(_token(item, place, path) for place, item in enumerate(content["tokens"], 1))
    if len({token.id for token in found}) < len(found) or len({token.hash for token in found}) < len(found):
        raise _damaged(path, Text("auth.twice"))
    return found


def _token(item: Any, place: int, path: Path) -> Token:
    """Return one token of the file; `place` is 1 for the first."""
    wrong = _damaged(path, Text("auth.bad_entry", {"place": place}))
    if not isinstance(item, dict) or not set(Token.__dataclass_fields__) <= set(item):
        raise wrong
    texts = {name: item[name] for name in Token.__dataclass_fields__}
    named = (value for name, value in texts.items() if name != "expires" or value is not None)
    if not all(isinstance(value, str) for value in named) or not _good_name(texts["name"]):
        raise wrong
    if not all(shape.fullmatch(texts[name]) for name, shape in _SHAPES.items()):
        raise wrong
    try:
        for name in ("created", "expires"):
            if texts[name] is not None:
                _read_time(texts[name])
    except ValueError as error:
        raise wrong from error
    return Token(**texts)


def _good_name(name: str) -> bool:
    """Return whether a name can stand in a list and in a log: one line of visible letters."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()


def _read_time(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


def _new_id(taken: set[str]) -> str:
    while True:
        found = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(8))
        if found not in taken:
            return found


def _damaged(path: Path, reason: Text) -> UserError:
    return UserError("auth.tokens_damaged", path=str(path), reason=reason)
