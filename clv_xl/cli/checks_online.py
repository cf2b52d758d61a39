"""What ``clv-xl doctor`` says of the Excel add-in, xlwings Lite and xlwings Server."""

import http.client
import ssl
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from clv_xl.cli.checks import GOOD, MISSING, Check
from clv_xl.cli.terminal import Terminal

START: Final = "clv-xl serve --dev"
EXTRA: Final = 'pip install "clv_xl[server]"'
HERE: Final = "127.0.0.1"
WAIT_S: Final = 0.3
ALIVE: Final = b"ok"
"""What the formula server answers at ``/healthz``."""


def checks(terminal: Terminal, *, mend: bool = False, port: int | None = None) -> Iterator[Check]:
    """Yield the checks of hosts whose functions come from elsewhere.

    `port` is where a formula server may run, its default if left out.
    """
    from clv_xl.hosts.server.settings import DEFAULTS

    del mend  # there is nothing to put right
    yield _addin(terminal, DEFAULTS.port if port is None else port)
    yield Check("xlwings Lite", GOOD, terminal.say("cli.doctor_lite"), _page("LITE.md", terminal))
    licensed = terminal.say("cli.doctor_xlwings_server")
    yield Check("xlwings Server", MISSING, licensed, _page("SERVER.md", terminal))


def _addin(terminal: Terminal, port: int) -> Check:
    """Check whether the add-in can be served, and whether it is at this moment."""
    from clv_xl.cli.install_calc import lacks_server

    name = terminal.say("cli.doctor_addin")
    if lacks_server():
        lacking = terminal.say("cli.doctor_lacks", names=terminal.say("cli.doctor_extra", extra="server"))
        return Check(name, MISSING, lacking, terminal.say("cli.doctor_install", command=EXTRA))
    scheme = answering(port)
    if scheme == "https":
        return Check(name, GOOD, terminal.say("cli.doctor_addin_runs", address=f"https://localhost:{port}/"))
    how = terminal.say("cli.doctor_addin_start", command=START)
    if scheme == "http":  # Excel loads no add-in from there; in front of it may be a proxy with https
        plain = terminal.say("cli.doctor_addin_plain", address=f"http://localhost:{port}/")
        return Check(name, GOOD, plain, how)
    if scheme == "":
        other = terminal.say("cli.doctor_addin_port", command=f"{START} --port {port + 1}")
        return Check(name, GOOD, terminal.say("cli.doctor_addin_taken", port=port), other)
    return Check(name, GOOD, terminal.say("cli.doctor_addin_none", port=port), how)


def answering(port: int) -> str | None:
    """Return how a formula server answers on this machine: "https" or "http".

    "" if there is one that does not answer as ours does, None if there is none.
    """
    trusting = ssl.create_default_context()  # nothing is told to whoever answers, and nothing believed
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    for scheme, connection in (
        ("https", http.client.HTTPSConnection(HERE, port, timeout=WAIT_S, context=trusting)),
        ("http", http.client.HTTPConnection(HERE, port, timeout=WAIT_S)),
    ):
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().read(len(ALIVE) + 1) == ALIVE:
                return scheme
        except ConnectionRefusedError:
            return None
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
    return ""


def _page(name: str, terminal: Terminal) -> str:
    """Return where the page of a host is, which says what to paste."""
    path = files("clv_xl.hosts.xlwings_udf").joinpath(name)
    return terminal.say("cli.doctor_page", path=str(path))
