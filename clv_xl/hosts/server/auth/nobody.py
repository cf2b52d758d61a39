"""Authentication none: one user, on the machine of the server itself."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from clv_xl.hosts.server.auth.principal import AuthError, Principal

LOCAL = Principal("local", "local")


def loopback(host: str) -> bool:
    """Return whether a host name is this machine itself, without asking a name server.

    >>> [loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.com")]
    [True, True, True, False, False]
    """
    name = host.casefold().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


class Nobody:
    """Takes every caller from this machine for the same local user.

    Notes
    -----
    A page of another site can make its own name point to 127.0.0.1 and then counts as the same
    origin in the browser of the user (DNS rebinding). Its requests still carry its name in the Host
    header, so a name that is not this machine is refused.
    """

    async def identify(self, headers: Mapping[str, str]) -> Principal:
        """Return the local user; raises AuthError (403) for a request to another name."""
        host = headers.get("host") or headers.get("Host")
        if host is not None and not loopback(_name(host)):
            raise AuthError(403, "auth.host")
        return LOCAL


def _name(host: str) -> str:
    """Return the name in a Host header without its port; empty if it cannot be read."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
