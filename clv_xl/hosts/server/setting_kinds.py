"""What a setting may be: reads it from a text or a TOML value, and words what is expected."""

import ipaddress
import json
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from clv_xl.errors import Text

_TRUE = frozenset(("true", "yes", "on", "1"))
_FALSE = frozenset(("false", "no", "off", "0"))


class Kind(Protocol):
    """Reads one kind of setting. What it cannot read is a ValueError."""

    @property
    def expected(self) -> Text:
        """What a value may be."""

    def parse(self, text: str) -> Any:
        """Read the text of an environment variable or a flag."""

    def read(self, value: object) -> Any:
        """Read a value of a TOML file."""

    def write(self, value: Any) -> str:
        """Return the text that `parse` reads as `value`."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    low: int
    high: int

    @property
    def expected(self) -> Text:
        """What a value may be."""
        return Text("serve.expect_whole", {"low": self.low, "high": self.high})

    def parse(self, text: str) -> int:
        """Read a text."""
        return self.read(int(text))

    def read(self, value: object) -> int:
        """Read a TOML value."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise ValueError
        return value

    def write(self, value: int) -> str:
        """Return its text."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds."""

    low: float
    high: float

    @property
    def expected(self) -> Text:
        """What a value may be."""
        return Text("serve.expect_number", {"low": self.low, "high": self.high})

    def parse(self, text: str) -> float:
        """Read a text."""
        return self.read(float(text))

    def read(self, value: object) -> float:
        """Read a TOML value."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError  # noqa: TRY004  one class stands for every refusal
        if not (math.isfinite(value) and self.low <= value <= self.high):
            raise ValueError
        return float(value)

    def write(self, value: float) -> str:
        """Return its text."""
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    @property
    def expected(self) -> Text:
        """What a value may be."""
        return Text("serve.expect_flag")

    def parse(self, text: str) -> bool:
        """Read a text."""
        word = text.casefold()
        if word not in _TRUE | _FALSE:
            raise ValueError
        return word in _TRUE

    def read(self, value: object) -> bool:
        """Read a TOML value."""
        if not isinstance(value, bool):
            raise ValueError  # noqa: TRY004  one class stands for every refusal
        return value

    def write(self, value: bool) -> str:
        """Return its text."""
        return "true" if value else "false"


@dataclass(frozen=True, slots=True)
class Line:
    """A text of one line; `check` returns it as it is kept, or raises a ValueError."""

    expect: str = "serve.expect_text"
    check: Callable[[str], str] = str

    @property
    def expected(self) -> Text:
        """What a value may be."""
        return Text(self.expect)

    def parse(self, text: str) -> str:
        """Read a text."""
        return self.read(text)

    def read(self, value: object) -> str:
        """Read a TOML value."""
        if not isinstance(value, str) or not value.isprintable() or not value.strip():
            raise ValueError
        return self.check(value.strip())

    def write(self, value: str) -> str:
        """Return its text."""
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def expected(self) -> Text:
        """What a value may be."""
        return Text("serve.expect_choice", {"choices": ", ".join(self.words)})

    def parse(self, text: str) -> str:
        """Read a text."""
        return self.read(text)

    def read(self, value: object) -> str:
        """Read a TOML value."""
        if not isinstance(value, str) or value.casefold() not in self.words:
            raise ValueError
        return value.casefold()

    def write(self, value: str) -> str:
        """Return its text."""
        return value


@dataclass(frozen=True, slots=True)
class Several:
    """A list of texts; in one text they are parted by commas."""

    expect: str
    check: Callable[[str], str] = str

    @property
    def expected(self) -> Text:
        """What a value may be."""
        return Text(self.expect)

    def parse(self, text: str) -> tuple[str, ...]:
        """Read a text."""
        return self.read(text.split(","))

    def read(self, value: object) -> tuple[str, ...]:
        """Read a TOML value."""
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
            raise ValueError
        return tuple(self.check(item.strip()) for item in items if item.strip())

    def write(self, value: tuple[str, ...]) -> str:
        """Return its text."""
        return ",".join(value)


@dataclass(frozen=True, slots=True)
class FilePath:
    """A file or a directory; what begins with ``~`` lies in the home directory."""

    expect: str = "serve.expect_file"

    @property
    def expected(self) -> Text:
        """What a value may be."""
        return Text(self.expect)

    def parse(self, text: str) -> Path:
        """Read a text."""
        return self.read(text)

    def read(self, value: object) -> Path:
        """Read a TOML value."""
        if isinstance(value, Path):
            return value.expanduser()
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise ValueError
        try:
            return Path(value.strip()).expanduser()
        except RuntimeError as error:  # the home directory of a user who is not there
            raise ValueError from error

    def write(self, value: Path) -> str:
        """Return its text."""
        return str(value)


def toml(value: object) -> str:
    """Return a value as TOML spells it.

    >>> toml(True), toml(("a", "b")), toml(Path("x.pem"))
    ('true', '["a", "b"]', '"x.pem"')
    """
    if isinstance(value, Path):
        value = str(value)
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def web_address(text: str) -> str:
    """Return the address of a site without its last slash.

    >>> web_address("https://clv.example.com/clv/")
    'https://clv.example.com/clv'
    """
    parts = urlsplit(text)
    fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    if not fine or parts.query or parts.fragment or parts.username is not None or set(text) & set(" \"'<>\\"):
        raise ValueError
    return text.rstrip("/")


def secure_address(text: str) -> str:
    """Return the address of a site that is reached over TLS, or lies on this machine."""
    found = web_address(text)
    parts = urlsplit(found)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError
    return found


def identity(text: str) -> str:
    """Return a GUID in its usual form.

    >>> identity("{F3A7C0E2-1B5D-4E6F-8A90-123456789ABC}")
    'f3a7c0e2-1b5d-4e6f-8a90-123456789abc'
    """
    return str(uuid.UUID(text))


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a host.

    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def host_name(text: str) -> str:
    """Return a name or address of a machine; brackets around an IPv6 address go."""
    found = text.removeprefix("[").removesuffix("]")
    if "/" in found or " " in found or (":" in found and not _is_address(found)):
        raise ValueError
    return found


def proxies(text: str) -> str:
    """Return a comma list of addresses, networks or ``*``."""
    items = [item.strip() for item in text.split(",") if item.strip()]
    for item in items:
        if item != "*":
            ipaddress.ip_network(item, strict=False)
    return ",".join(items)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
