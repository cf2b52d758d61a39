"""Senders of bodies who never end: told so, and nothing of theirs is kept."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress

import pytest
from starlette.requests import Request
from starlette.types import Message

from clv_xl.hosts.server import bodies
from clv_xl.hosts.server.bodies import Bodies
from clv_xl.hosts.server.refused import BusyError, SlowError

SHORT_S = 0.3


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have little patience, so that they end."""
    monkeypatch.setattr(bodies, "SILENCE_S", SHORT_S)


def received(pieces: Iterator[tuple[float, bytes]], most: int = 1) -> tuple[int, float, int]:
    """Return the bytes received (-1: refused), the seconds that took, and what is still held afterwards."""

    async def receive() -> Message:
        pause, piece = next(pieces, (0.0, b""))
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    async def read() -> tuple[int, float, int]:
        held = Bodies(most, most)
        begun = asyncio.get_running_loop().time()
        size = -1
        with suppress(SlowError):
            async with held.of(Request({"type": "http", "headers": []}, receive)) as body:
                size = len(body)
        return size, asyncio.get_running_loop().time() - begun, held.held

    return asyncio.run(read())


def test_a_byte_at_a_time_is_not_waited_for_without_end() -> None:
    size, seconds, held = received((SHORT_S / 10, b"a") for _ in range(1000))
    assert (size, held) == (-1, 0)
    assert SHORT_S * 0.9 < seconds < SHORT_S * 5


def test_silence_ends_it() -> None:
    size, seconds, held = received(iter([(0.0, b"a" * 1000), (60.0, b"a")]))
    assert (size, held) == (-1, 0)
    assert seconds < SHORT_S * 5


def test_a_slow_line_that_goes_on_has_all_the_time_it_needs() -> None:
    """8 KB every 0.1 s is slower than any network, and takes three times the patience here."""
    pieces = 10
    size, seconds, held = received((SHORT_S / 3, b"a" * 8192) for _ in range(pieces))
    assert (size, held) == (pieces * 8192, 0)
    assert seconds > SHORT_S * 3


def test_the_refusal_is_told_as_a_request_that_may_be_sent_again() -> None:
    assert SlowError.status == 408  # RFC 9110, section 15.5.9


def test_what_came_fast_pays_for_no_slowness_later() -> None:
    """A megabyte at once and then a byte at a time would hold the megabyte for a quarter of an hour."""
    begin = [(0.0, b"a" * 1_000_000)]
    size, seconds, held = received(iter(begin + [(SHORT_S / 10, b"a")] * 1000))
    assert (size, held) == (-1, 0)
    assert seconds < SHORT_S * 5


def test_one_user_leaves_room_for_the_others() -> None:
    """Of 4 MB one user holds 2 at most, in however many requests; and one body of the largest kind always."""

    async def held(*users: str) -> list[str]:
        bodies, refused = Bodies(1, 4), []
        async with AsyncExitStack() as open_ones:
            for user in users:
                try:
                    await open_ones.enter_async_context(bodies.of(megabyte(), user))
                except BusyError:
                    refused.append(user)
        assert bodies.held == 0
        return refused

    assert asyncio.run(held("a", "a", "a", "b", "b", "b", "c")) == ["a", "b", "c"]
    assert asyncio.run(held("a", "b", "c", "d", "a")) == ["a"]


def megabyte() -> Request:
    pieces = iter([b"a" * 1024**2, b""])

    async def receive() -> Message:
        piece = next(pieces)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    return Request({"type": "http", "headers": []}, receive)
