"""Connections: a head without an end, a client that dawdles, and everybody else undisturbed."""

import asyncio
import ssl
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn import Config, Server

from clv_xl.hosts.server.listening import listen
from clv_xl.hosts.server.protocol import GOODBYE_S, BoundedProtocol, room

PATIENCE_S = 0.5
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n"


class Impatient(BoundedProtocol):
    """The same with little patience, since tests have little too."""

    head_s = PATIENCE_S


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def met(
    client: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Any]],
    http: type[BoundedProtocol] = Impatient,
) -> Any:
    """Let a client meet a server, and return what the client found out."""

    async def meeting() -> Any:
        app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
        config = Config(app, http=http, ws="none", log_config=None, lifespan="off", loop="asyncio")
        server = Server(config)
        sockets = listen("127.0.0.1", 0)
        running = asyncio.create_task(server._serve(sockets))
        reader, writer = await asyncio.open_connection(*sockets[0].getsockname())
        try:
            return await asyncio.wait_for(client(reader, writer), 20)
        finally:
            writer.close()
            server.should_exit = True
            await running

    return asyncio.run(meeting())


async def pour(writer: asyncio.StreamWriter, piece: bytes, most: int) -> int:
    """Send a piece over and over until the other side hangs up; returns the bytes sent."""
    sent = 0
    try:
        while sent < most:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
            await asyncio.sleep(0)
    except ConnectionError:
        pass
    return sent


async def rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionError:
        return b""


def test_a_header_without_an_end_is_refused() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, bytes]:
        writer.write(REQUEST + b"X: ")
        return await pour(writer, b"a" * 65_536, 64 * 1024**2), await rest(reader)

    sent, answer = met(client)
    assert sent < 32 * 1024**2
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")


def test_headers_without_number_are_refused() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(REQUEST + b"X: y\r\n" * 20_000)
        await writer.drain()
        await asyncio.sleep(0.2)  # all of it is read: what comes next is one piece too many
        writer.write(b"X: y\r\n")
        return await rest(reader)

    assert met(client).startswith(b"HTTP/1.1 400 ")


def test_trailers_without_an_end_are_refused() -> None:
    async def client(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n")
        return await pour(writer, b"X: y\r\n" * 10_000, 64 * 1024**2)

    assert met(client) < 32 * 1024**2


def test_whoever_says_nothing_is_hung_up_on() -> None:
    async def client(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> bytes:
        return await asyncio.wait_for(reader.read(), 10 * PATIENCE_S)

    assert met(client) == b""


def test_whoever_dawdles_over_the_head_is_hung_up_on() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float:
        began = asyncio.get_running_loop().time()
        for letter in REQUEST * 100:
            if reader.at_eof():
                break
            writer.write(bytes([letter]))
            await asyncio.sleep(PATIENCE_S / 20)
        return asyncio.get_running_loop().time() - began

    assert met(client) < 6 * PATIENCE_S


def test_blank_lines_between_requests_keep_nothing_open() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(REQUEST + b"\r\n")
        await reader.readuntil(b"\r\n\r\n0")
        writer.write(b"\r\n")
        return await asyncio.wait_for(reader.read(), 10 * PATIENCE_S)

    assert met(client) == b""


def test_large_bodies_and_slow_ones_pass() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        found = []
        for size, pause in ((20 * 1024**2, 0.0), (10, 1.5 * PATIENCE_S)):
            writer.write(
                b"POST / HTTP/1.1\r\nHost: x\r\nX: "
                + b"y" * 30_000
                + b"\r\nContent-Length: %d\r\n\r\n" % size
            )
            await asyncio.sleep(pause)
            writer.write(b"a" * size)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            found.append(await reader.readexactly(length))
        return found

    assert met(client) == [b"%d" % (20 * 1024**2), b"10"]


class Few(BoundedProtocol):
    """One that keeps two connections."""

    most = 2


def test_there_are_only_so_many_connections_and_those_go_on() -> None:
    async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(REQUEST + b"Connection: close\r\n\r\n")
        try:
            return (await rest(reader))[:12]
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        address = writer.get_extra_info("peername")
        second = await asyncio.open_connection(*address)
        found = [await asked(*await asyncio.open_connection(*address))]  # one too many
        found.append(await asked(*second))
        place = b""
        while not place:  # until the server has seen that the second one went
            place = await asked(*await asyncio.open_connection(*address))
        return [*found, place, await asked(reader, writer)]

    assert met(client, Few) == [b"", *[b"HTTP/1.1 200"] * 3]


def uvloop() -> asyncio.AbstractEventLoop:
    found = pytest.importorskip("uvloop").new_event_loop()
    assert isinstance(found, asyncio.AbstractEventLoop)
    return found


LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop])
LARGE = 20 * 1024**2  # more than sockets hold


async def large(_: Request) -> Response:
    return Response(bytes(LARGE))


async def late(_: Request) -> Response:
    await asyncio.sleep(1)
    return Response("late")


async def seen_to_end(path: bytes, *, tls: bool, deaf_s: float) -> tuple[float, bytes]:
    """Ask, let the server end, and read after `deaf_s`; returns how long the end took, and the answer."""
    theirs, ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority = trustme.CA()
    authority.issue_cert("localhost").configure_cert(theirs)
    authority.configure_trust(ours)
    app = Starlette(routes=[Route("/large", large), Route("/late", late)])
    config = Config(app, http=BoundedProtocol, ws="none", log_config=None, lifespan="off")
    config.load()
    config.ssl = theirs if tls else None
    server = Server(config)
    sockets = listen("127.0.0.1", 0)
    address = sockets[0].getsockname()[1]
    running = asyncio.create_task(server._serve(sockets))
    reader, writer = await asyncio.open_connection("localhost", address, ssl=ours if tls else None)
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # it hears no good-bye either
    writer.write(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path)
    await asyncio.sleep(0.5)
    server.should_exit = True
    began = asyncio.get_running_loop().time()
    await asyncio.wait((running,), timeout=deaf_s)
    took = asyncio.get_running_loop().time() - began
    writer.transport.resume_reading()  # type: ignore[attr-defined]
    answer = await asyncio.wait_for(rest(reader), 20)
    writer.close()
    await asyncio.wait_for(running, 20)
    return took, answer.partition(b"\r\n\r\n")[2]


@LOOPS
@pytest.mark.parametrize("tls", [True, False])
def test_at_the_end_a_slow_client_still_gets_its_whole_answer(
    loop: Callable[[], asyncio.AbstractEventLoop], tls: bool
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        _, answer = runner.run(seen_to_end(b"/large", tls=tls, deaf_s=3 * GOODBYE_S))
    assert len(answer) == LARGE


@LOOPS
def test_after_the_last_answer_no_good_bye_is_waited_for(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        took, _ = runner.run(seen_to_end(b"/late", tls=True, deaf_s=10))
    assert 0.4 < took < 5  # the answer takes half a second more


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(("files", "wanted"), [(1024, 768), (256, 128), (65_536, 4096), (-1, 4096)])
def test_files_can_still_be_opened(files: int, wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert room.__wrapped__() == wanted
