"""Sockets: every address of a host, one port, and sentences for what the system refuses."""

import errno
import os
import socket
from typing import Any

import pytest

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.hosts.server import listening
from clv_xl.hosts.server.listening import listen


def refused(host: str, port: int) -> str:
    with pytest.raises(UserError) as caught:
        listen(host, port)
    return texts.sentence(caught.value)


def close(sockets: list[socket.socket]) -> None:
    for one in sockets:
        one.close()


def test_localhost_is_heard_on_every_address_at_one_port() -> None:
    sockets = listen("localhost", 0)
    try:
        ports = {one.getsockname()[1] for one in sockets}
        assert len(ports) == 1
        for one in sockets:
            socket.create_connection(one.getsockname()[:2], 5).close()
    finally:
        close(sockets)


def test_a_port_that_is_taken_is_told() -> None:
    first = listen("127.0.0.1", 0)
    try:
        port = first[0].getsockname()[1]
        assert refused("127.0.0.1", port).startswith(f"Port {port} of 127.0.0.1 is taken")
    finally:
        close(first)
    close(listen("127.0.0.1", port))


def test_a_host_that_is_not_this_machine_is_told() -> None:
    assert "cannot listen on 192.0.2.1" in refused("192.0.2.1", 0)  # RFC 5737: nobody's
    assert "cannot listen on no.such.invalid" in refused("no.such.invalid", 0)  # RFC 2606


@pytest.mark.parametrize(
    ("number", "said"), [(errno.EACCES, "may not open port 80"), (errno.EADDRINUSE, "is taken")]
)
def test_nothing_stays_open_after_a_refusal(number: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second address of a host is refused, as where another server has only one of them."""
    made: list[socket.socket] = []

    def bound(*_: Any) -> socket.socket:
        if made:
            raise OSError(number, os.strerror(number))
        made.append(socket.socket(socket.AF_INET))
        made[0].bind(("127.0.0.1", 0))
        return made[0]

    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)),
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 80, 0, 0)),
    ]
    monkeypatch.setattr(listening, "_bound", bound)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert said in refused("localhost", 80)
    assert made[0].fileno() == -1


def test_a_machine_without_ipv6_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    real = listening._bound

    def bound(family: int, address: tuple[Any, ...]) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
        return real(family, address)

    both = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(listening, "_bound", bound)
    for found in (both, both[::-1]):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        sockets = listen("localhost", 0)
        assert [one.family for one in sockets] == [socket.AF_INET]
        close(sockets)
