"""The sockets that the server listens on."""

import errno
import os
import socket
from typing import Final

from clv_xl.errors import UserError

BACKLOG: Final = 2048
_KEYS: Final = {errno.EADDRINUSE: "serve.port_taken", errno.EACCES: "serve.port_denied"}


def listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen on every address of a host, all on one port.

    ``localhost`` is two addresses, and browsers try both. Port 0 is any free port.

    Raises
    ------
    UserError
        If the port is taken or not allowed, or the host is none of this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise UserError("serve.no_host", host=host, reason=error.strerror or str(error)) from error
    sockets: list[socket.socket] = []
    refused: OSError | None = None
    for family, address in dict.fromkeys((item[0], item[4]) for item in found):
        wanted = sockets[0].getsockname()[1] if sockets else port
        try:
            sockets.append(_bound(family, (address[0], wanted, *address[2:])))
        except OSError as error:
            if sockets and error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                continue  # IPv6 is switched off on many machines
            if error.errno in _KEYS or refused is None:
                refused = error
    if refused is not None and (not sockets or refused.errno in _KEYS):
        for open_one in sockets:
            open_one.close()
        key = _KEYS.get(refused.errno or 0, "serve.no_host")
        reason = refused.strerror or str(refused)
        raise UserError(key, host=host, port=port, reason=reason) from refused
    return sockets


def _bound(family: int, address: tuple[str | int, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # on Windows this would let two servers take one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(BACKLOG)
        made.set_inheritable(True)
    except OSError:
        made.close()
        raise
    return made
