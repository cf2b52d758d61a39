"""The keys of Entra ID: fetched once for all who wait, seldom, renewed when they change, kept in need."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from clv_xl.hosts.server.auth import key_set
from clv_xl.hosts.server.auth.entra import Entra
from clv_xl.hosts.server.auth.key_set import KeySetError, fetch, keys_of
from clv_xl.hosts.server.auth.principal import AuthError, Principal
from clv_xl.hosts.server.auth.signing_keys import FIRST_PAUSE_S, FRESH_S, KEPT_S, PAUSE_S
from tests.hosts.server.auth.microsoft import CLIENT, SCOPE, STRANGER, TENANT, USER, Key, Microsoft

ME = Principal(TENANT, USER)


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Server:
    """What identifies callers, its Microsoft, and its time."""

    def __init__(self, microsoft: Microsoft) -> None:
        self.microsoft = microsoft
        self.clock = Clock()
        self.entra = Entra(microsoft.authority, (TENANT,), (CLIENT,), SCOPE, self.clock)

    async def ask(self, token: str) -> Principal | str:
        """Return the caller, or the key of the refusal with its status."""
        try:
            return await self.entra.identify({"authorization": f"Bearer {token}"})
        except AuthError as error:
            return f"{error.status} {error.key}"

    async def settle(self) -> None:
        """Wait for the fetch that runs behind the requests."""
        task = self.entra._tenants[TENANT].keys._task
        assert task is not None
        await task

    @property
    def asked(self) -> int:
        return len(self.microsoft.paths)


def scene(microsoft: Microsoft, play: Callable[[Server], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(play(Server(microsoft)))


def test_a_hundred_requests_at_once_fetch_once(microsoft: Microsoft, key: Key) -> None:
    microsoft.delay = 0.2

    async def play(server: Server) -> None:
        token = microsoft.token(key)
        assert await asyncio.gather(*(server.ask(token) for _ in range(100))) == [ME] * 100
        assert server.asked == 1

    scene(microsoft, play)


def test_waiting_for_keys_stops_nobody_else(microsoft: Microsoft, key: Key) -> None:
    """The event loop turns while a thread waits for Microsoft."""
    microsoft.delay = 0.5

    async def play(server: Server) -> None:
        asked = asyncio.create_task(server.ask(microsoft.token(key)))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0.01)
            turns += 1
        assert await asked == ME
        assert turns > 10  # 50 in half a second on an idle machine; 1 if the loop were stopped

    scene(microsoft, play)


def test_who_gives_up_waiting_takes_the_keys_from_nobody(microsoft: Microsoft, key: Key) -> None:
    microsoft.delay = 0.3

    async def play(server: Server) -> None:
        first = asyncio.create_task(server.ask(microsoft.token(key)))
        second = asyncio.create_task(server.ask(microsoft.token(key)))
        await asyncio.sleep(0.1)
        first.cancel()
        assert await second == ME
        assert server.asked == 1

    scene(microsoft, play)


def test_a_new_key_is_found_and_an_old_one_forgotten(microsoft: Microsoft, key: Key, new_key: Key) -> None:
    async def play(server: Server) -> None:
        old, new = microsoft.token(key), microsoft.token(new_key)
        assert await server.ask(old) == ME
        microsoft.keys = [new_key.entry()]
        server.clock.now += PAUSE_S
        assert await server.ask(new) == ME
        server.clock.now += PAUSE_S
        assert await server.ask(old) == "401 auth.entra_key"
        assert server.asked == 3

    scene(microsoft, play)


def test_a_flood_of_unknown_keys_reaches_microsoft_once_a_minute(microsoft: Microsoft, key: Key) -> None:
    async def play(server: Server) -> None:
        assert await server.ask(microsoft.token(key)) == ME
        tokens = [microsoft.token(key, header={"kid": f"unknown-{i}"}) for i in range(50)]
        for minute in range(3):
            answers = await asyncio.gather(*map(server.ask, tokens))
            assert set(answers) == {"401 auth.entra_key"}
            assert server.asked == 1 + minute
            server.clock.now += PAUSE_S
        assert await server.ask(microsoft.token(key)) == ME

    scene(microsoft, play)


def test_fresh_keys_are_not_asked_for_again(microsoft: Microsoft, key: Key) -> None:
    async def play(server: Server) -> None:
        assert await server.ask(microsoft.token(key)) == ME
        server.clock.now += FRESH_S
        assert await server.ask(microsoft.token(key)) == ME
        assert server.asked == 1

    scene(microsoft, play)


def test_old_keys_are_renewed_while_the_caller_goes_on(microsoft: Microsoft, key: Key) -> None:
    async def play(server: Server) -> None:
        assert await server.ask(microsoft.token(key)) == ME
        server.clock.now += FRESH_S + 1
        microsoft.delay = 1.0
        began = time.monotonic()
        assert await server.ask(microsoft.token(key)) == ME
        assert time.monotonic() - began < 0.9
        await server.settle()
        assert server.asked == 2

    scene(microsoft, play)


def test_without_microsoft_at_the_start_nobody_enters_and_then_all_do(
    microsoft: Microsoft, key: Key, caplog: pytest.LogCaptureFixture
) -> None:
    microsoft.status = 500

    async def play(server: Server) -> None:
        token = microsoft.token(key)
        assert (
            await asyncio.gather(*(server.ask(token) for _ in range(20)))
            == ["503 auth.entra_unreachable"] * 20
        )
        assert await server.ask(token) == "503 auth.entra_unreachable"
        assert server.asked == 1
        microsoft.status = 200
        server.clock.now += FIRST_PAUSE_S
        assert await server.ask(token) == ME

    scene(microsoft, play)
    assert [record.message for record in caplog.records] == [
        f"signing keys of {microsoft.authority}/{TENANT}/discovery/v2.0/keys: HTTP 500"
    ]


def test_the_answer_without_keys_says_when_to_come_again(microsoft: Microsoft, key: Key) -> None:
    microsoft.status = 503

    async def play(server: Server) -> None:
        with pytest.raises(AuthError) as refused:
            await server.entra.identify({"authorization": f"Bearer {microsoft.token(key)}"})
        assert refused.value.headers == {"Retry-After": "5"}  # FIRST_PAUSE_S

    scene(microsoft, play)


def test_known_keys_stay_for_a_day_without_microsoft(microsoft: Microsoft, key: Key, new_key: Key) -> None:
    async def play(server: Server) -> None:
        token = microsoft.token(key)
        assert await server.ask(token) == ME
        microsoft.status = 500
        server.clock.now += FRESH_S + 1
        assert await server.ask(token) == ME
        await server.settle()
        assert await server.ask(token) == ME
        # A key that came meanwhile cannot be known: that is no fault of its token.
        assert await server.ask(microsoft.token(new_key)) == "503 auth.entra_unreachable"
        assert server.asked == 2
        server.clock.now += KEPT_S
        assert await server.ask(token) == "503 auth.entra_unreachable"
        microsoft.status = 200
        server.clock.now += FIRST_PAUSE_S
        assert await server.ask(token) == ME

    scene(microsoft, play)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"keys": {}}', b'{"keys": []}', b"[" * 200_000, b"\xff"]
)
def test_what_is_no_key_set_takes_no_key_away(microsoft: Microsoft, key: Key, body: bytes) -> None:
    async def play(server: Server) -> None:
        assert await server.ask(microsoft.token(key)) == ME
        microsoft.body = body
        server.clock.now += FRESH_S + 1
        assert await server.ask(microsoft.token(key)) == ME
        await server.settle()
        assert (await server.ask(microsoft.token(key)), server.asked) == (ME, 2)

    scene(microsoft, play)


def test_a_key_set_of_unbounded_size_is_not_read(microsoft: Microsoft) -> None:
    microsoft.body = b" " * (key_set.MOST_BYTES + 1)
    with pytest.raises(KeySetError, match="too large"):
        fetch(f"{microsoft.authority}/x", "issuer")


def test_a_key_set_that_trickles_is_given_up(microsoft: Microsoft) -> None:
    """Every piece comes in time, the whole never: a time-out of the socket alone would wait 50 s."""
    microsoft.body, microsoft.trickle = b" " * 64 * 500, 0.1
    began = time.monotonic()
    with pytest.raises(KeySetError, match="TimeoutError"):
        fetch(f"{microsoft.authority}/x", "issuer", timeout=1.5)
    assert time.monotonic() - began < 20


def test_a_server_that_says_nothing_is_given_up(microsoft: Microsoft) -> None:
    microsoft.delay = 2.0
    with pytest.raises(KeySetError, match="TimeoutError"):
        fetch(f"{microsoft.authority}/x", "issuer", timeout=0.2)


@pytest.mark.parametrize(
    "address", ["http://login.example.com/keys", "file:///etc/passwd", "ftp://127.0.0.1/k"]
)
def test_keys_come_over_https_or_from_this_machine(address: str) -> None:
    with pytest.raises(KeySetError, match="neither https nor this machine"):
        fetch(address, "issuer")


def test_a_redirection_is_not_followed(microsoft: Microsoft) -> None:
    microsoft.status, microsoft.headers = 302, {"Location": f"{microsoft.authority}/elsewhere"}
    with pytest.raises(KeySetError, match="HTTP 302"):
        fetch(f"{microsoft.authority}/here", "issuer")
    assert microsoft.paths == ["/here"]


def test_a_proxy_is_not_asked_for_this_machine(
    microsoft: Microsoft, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert set(fetch(f"{microsoft.authority}/x", "issuer")) == {key.kid}


AUTHORITY = "https://login.microsoftonline.com"
ISSUER = f"{AUTHORITY}/{TENANT}/v2.0"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"alg": "RS256"},
        {"issuer": ISSUER},
        {"issuer": f"{AUTHORITY}/{{tenantid}}/v2.0"},
        {"x5c": ["MII"], "x5t": "t", "cloud_instance_name": "microsoftonline.com"},
    ],
)
def test_a_signing_key_is_taken(key: Key, changes: dict[str, Any]) -> None:
    """The forms of Microsoft's own key sets; {tenantid} stands in keys that sign for every tenant."""
    found = keys_of({"keys": [key.entry(**changes)]}, ISSUER)
    assert {kid: k.public_numbers() for kid, k in found.items()} == {
        key.kid: key.private.public_key().public_numbers()
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"kty": "EC"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"use": "enc"},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"kid": ""},
        {"kid": 1},
        {"kid": "k" * 257},
        {"n": "AAAA"},
        {"n": None},
        {"e": "!"},
        {"e": "AA"},
        {"issuer": f"{AUTHORITY}/{STRANGER}/v2.0"},
        {"issuer": 1},
    ],
)
def test_what_is_no_signing_key_is_passed_over(key: Key, new_key: Key, changes: dict[str, Any]) -> None:
    offered = [key.entry(**changes), new_key.entry(), "no key", None]
    assert set(keys_of({"keys": offered}, ISSUER)) == {new_key.kid}


def test_a_short_key_is_passed_over() -> None:
    """RFC 7518, section 3.3: 2,048 bits or more."""
    assert keys_of(json.loads(json.dumps({"keys": [Key("short", 1024).entry()]})), ISSUER) == {}
