"""The functions over the formula server, where LibreOffice's Python cannot hold clv_xl."""

from __future__ import annotations

import http.client
import json
import platform
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from . import files, values
from .started import Started
from .wording import Words  # noqa: TC001  as short as it can be

TIME_LIMIT_S = 60.0
REST_S = 10.0  # after a failure, in which no call tries again: 10,000 cells would wait for each
KEPT = 500
OF_ONE_CALL = 10
ADDRESS = "http://127.0.0.1:8765"
OWN = "http://127.0.0.1"  # of a server that is started here, at a port that is free then
MOST_BYTES = 256 * 1024**2  # of an answer: a sheet full of numbers has less
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
PATH = "/v1/batch"


class TroubleError(Exception):
    """No answer came; the message is the sentence for the user."""


class OverServer:
    """Answers calls over HTTP, one request a call; starts a server of its own unless one is named.

    Its own one listens at a free port and wants a token that only this process knows: what another user of
    the machine has put at a known port gets no orders, and none of them can ask it.

    Parameters
    ----------
    settings : dict
        ``server``, ``token``, ``python`` and ``cache_tag`` of the installation.
    words : Words
        Words its sentences.
    fault : str
        Why clv_xl could not be loaded here, if that was tried.
    """

    def __init__(
        self,
        settings: dict[str, Any],
        words: Words,
        fault: str = "",
        start: Callable[[str, str, int], Started] = Started,
    ) -> None:
        self.address = str(settings.get("server") or (OWN if settings.get("python") else ADDRESS))
        self.words = words
        self.version = str(settings.get("version") or "?")
        self.place = str(settings.get("python") or "")
        self._settings = settings
        self._fault = fault
        self._start = start
        self._started: Started | None = None
        names = files.data("names.json")
        self._dates: dict[str, list[int]] = names["dates"]
        self._logs = frozenset(names["logs"])
        self._dated = frozenset(names["dated"])
        self._headers = {"Content-Type": "application/json", "User-Agent": "clv_xl-libreoffice"}
        self._connection: http.client.HTTPConnection | None = None
        self._errors: deque[tuple[int, str, str, str]] = deque(maxlen=KEPT)
        self._number = count(1)
        self._resting: tuple[float, TroubleError] | None = None

    def answer(self, name: str, document: Any, given: Any) -> Any:
        """Answer one call; never raises."""
        try:
            rows, errors = values.received(self._asked(name, self._sent(name, document, given)))
        except TroubleError as trouble:
            rows, errors = ((values.error(values.NA),),), [(values.NA, str(trouble))]
        except Exception as fault:  # noqa: BLE001  a cell shows a code, never a traceback
            said = self.words.say("calc.server_odd", server=self.address, got=_shown(fault))
            rows, errors = ((values.error(values.NA),),), [(values.NA, said)]
        for code, sentence in errors[:OF_ONE_CALL]:
            self._errors.append((next(self._number), name, code, sentence))
        return rows

    def errors(self) -> list[tuple[int, str, str, str]]:
        """Return number, function, code and sentence of each error kept, the newest first."""
        return list(reversed(self._errors))

    def _sent(self, name: str, document: Any, given: Any) -> list[Any]:
        """Return the arguments as they travel, without those left out at the end."""
        last = len(given)
        while last and given[last - 1] is None:
            last -= 1
        dates = [i for i in self._dates.get(name, ()) if i < last and type(given[i]) in (float, tuple)]
        shift = values.date_shift(document) if dates or name in self._dated else 0.0
        if shift and name in self._logs and type(given[0]) is tuple:  # which column it is, is not known here
            raise TroubleError(self.words.say("calc.other_day_zero"))
        if shift and name in self._dated:  # nor which cells of the result are dates
            raise TroubleError(self.words.say("calc.other_day_zero_result"))
        return [values.sent(given[i], shift if i in dates else 0.0) for i in range(last)]

    def _asked(self, name: str, arguments: list[Any]) -> Any:
        """Return the result of a call, or raise `TroubleError`."""
        if self._resting is not None and time.monotonic() < self._resting[0]:
            raise self._resting[1]
        group = {"function": name, "calls": [arguments]}
        body = json.dumps({"language": self.words.language, "groups": [group]}).encode()
        try:
            status, answer = self._posted(body)
        except TroubleError as trouble:
            self._resting = (time.monotonic() + REST_S, trouble)
            raise
        self._resting = None
        found = json.loads(answer)
        if status == http.client.OK:
            return found["groups"][0]["results"][0]
        return found if "sentence" in found else self._odd(status)

    def _odd(self, status: int) -> Any:
        raise TroubleError(self.words.say("calc.server_odd", server=self.address, got=f"HTTP {status}"))

    def _posted(self, body: bytes) -> tuple[int, bytes]:
        """Return status and body of the answer; a server that is not there is started first."""
        if not trusted(self.address):
            raise TroubleError(self.words.say("calc.plain_http", server=self.address))
        if self.address == OWN:
            self._begin()
        try:
            return self._post(body)
        except (ConnectionError, http.client.HTTPException):
            self._close()  # the server ended, or it closed a connection that was idle for long
        except TimeoutError:
            self._close()
            raise TroubleError(
                self.words.say("calc.server_late", server=self.address, seconds=round(TIME_LIMIT_S))
            ) from None
        except OSError as fault:
            self._close()
            raise self._away(fault) from fault
        try:
            return self._post(body)
        except OSError as fault:
            self._close()
            if not isinstance(fault, ConnectionRefusedError):
                raise self._away(fault) from fault
        self._begin()
        try:
            return self._post(body)
        except (OSError, http.client.HTTPException) as fault:
            self._close()
            raise self._away(fault) from fault

    def _post(self, body: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            place = urlsplit(self.address)
            kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(place.hostname or "", place.port, timeout=TIME_LIMIT_S)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        token = self._started.token if self._started is not None else self._settings.get("token")
        headers = {**self._headers, "Authorization": f"Bearer {token}"} if token else self._headers
        self._connection.request("POST", urlsplit(self.address).path.rstrip("/") + PATH, body, headers)
        response = self._connection.getresponse()
        answer = response.read(MOST_BYTES + 1)
        if len(answer) > MOST_BYTES:
            self._close()
            self._odd(response.status)
        return response.status, answer

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Close the connection, and end the server that was started here."""
        self._close()
        self._end()

    def _end(self) -> None:
        if self._started is not None:
            self._started.end()
            self._started = None

    def _begin(self) -> None:
        """Start the server where that can be, and wait until it tells where it is."""
        place = urlsplit(self.address)
        python = self._settings.get("python")
        if place.hostname not in LOOPBACK or place.scheme != "http" or not python:
            raise self._away(None)
        self._end()
        port = (place.port or 80) if self._settings.get("server") else 0
        try:
            started = self._start(str(python), place.hostname or "", port)
        except OSError as fault:
            raise TroubleError(
                self.words.say("calc.server_no_start", python=python, got=_shown(fault))
            ) from fault
        if not started.wait():
            said = started.last_words()
            started.end()
            raise TroubleError(self.words.say("calc.server_no_start", python=python, got=said))
        self._started, self.address = started, started.address

    @property
    def where(self) -> str:
        """What calculates, in words."""
        return self.words.say("calc.about_server", server=self.address)

    @property
    def why(self) -> str:
        """Why clv_xl does not calculate in this Python."""
        return str(self._away(None))

    def _away(self, fault: OSError | http.client.HTTPException | None) -> TroubleError:
        """Return the trouble that no server answers, with the reason why one is needed."""
        wanted = self._settings.get("cache_tag")
        facts = {"running": platform.python_version(), "server": self.address}
        if wanted and wanted != sys.implementation.cache_tag:
            return TroubleError(self.words.say("calc.other_python", wanted=version(str(wanted)), **facts))
        if self._fault and self._settings:
            return TroubleError(self.words.say("calc.not_loaded", got=self._fault, **facts))
        if self._settings.get("server"):
            return TroubleError(self.words.say("calc.server_away", got=_shown(fault), **facts))
        return TroubleError(self.words.say("calc.not_installed", **facts))


def trusted(address: str) -> bool:
    """Return whether orders and a token may go to an address: read by nobody on the way.

    >>> [trusted(a) for a in ("http://localhost:8765", "https://clv.example", "http://clv.example")]
    [True, True, False]
    """
    try:
        place = urlsplit(address)
        return bool(place.hostname) and (
            place.scheme == "https" or (place.scheme == "http" and place.hostname in LOOPBACK)
        )
    except ValueError:
        return False


def version(cache_tag: str) -> str:
    """Return the version of Python that a cache tag names.

    >>> version("cpython-312")
    '3.12'
    """
    digits = cache_tag.rpartition("-")[2]
    return digits[:1] + "." + digits[1:] if digits.isdigit() and len(digits) > 1 else cache_tag


def _shown(fault: object) -> str:
    return str(fault) or type(fault).__name__ if fault is not None else ""
