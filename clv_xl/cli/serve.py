"""``clv-xl serve``: the formula server and the Excel add-in."""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clv_xl.cli.calc import missing_extra
from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError

if TYPE_CHECKING:
    from clv_xl.hosts.server.settings import Loaded, Settings
    from clv_xl.hosts.server.tls import DevTls

EXAMPLES = (
    ("clv-xl serve --dev", "serve.example_dev"),
    ("clv-xl serve --config server.toml", "serve.example_config"),
    ("clv-xl serve --settings", "serve.example_settings"),
)
_FLAGS: Final = ("host", "port", "workers", "certfile", "keyfile", "address", "auth", "templates")
_PATHS: Final = {"certfile": "file", "keyfile": "file", "templates": "directory"}


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    file = parser.say("cli.file_metavar")
    for name in _FLAGS:
        parser.add(
            f"--{name}",
            text=f"setting.{name}",
            metavar=file if _PATHS.get(name) == "file" else name.upper(),
            complete=_PATHS.get(name),
        )
    parser.add("--no-namespace", text="serve.no_namespace_help", action="store_true")
    parser.add("--set", text="serve.set_help", metavar="NAME=VALUE", action="append", default=[])
    parser.add("--config", text="serve.config_help", metavar=file, type=Path, complete="file")
    parser.add("--dev", text="serve.dev_help", action="store_true")
    parser.add("--trust", text="serve.trust_help", action="store_true")
    parser.add("--settings", text="serve.settings_help", action="store_true")
    parser.add_common()


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until told to stop; or show the settings, or how to trust the local authority."""
    if args.trust:
        _show_trust(_dev_tls(), terminal)
        return 0
    files = _dev_tls() if args.dev and not args.settings else None
    loaded = _loaded(args, files)
    if args.settings:
        _show_settings(loaded, args, terminal)
        return 0
    return _serve(loaded.settings, files, args, terminal)


def given(args: argparse.Namespace) -> dict[str, object]:
    """Return what the flags set: name of a setting -> text or value."""
    values: dict[str, object] = {}
    for item in args.set:
        name, equals, value = item.partition("=")
        if not equals:
            raise UserError("serve.set_form", got=item)
        values[name.strip().replace("-", "_")] = value
    values |= {name: getattr(args, name) for name in _FLAGS if getattr(args, name) is not None}
    if args.no_namespace:
        values["namespace"] = False
    return values


def _loaded(args: argparse.Namespace, files: "DevTls | None") -> "Loaded":
    from clv_xl.hosts.server.setting_kinds import is_loopback
    from clv_xl.hosts.server.settings import load_with_origins

    values = given(args)
    if args.dev:
        host = str(values.setdefault("host", "localhost"))
        if not is_loopback(host):
            raise UserError("serve.dev_host", host=host)
        if {"certfile", "keyfile"} & values.keys():
            raise UserError("serve.dev_pair")
    if files is not None:
        values |= {"certfile": files.certfile, "keyfile": files.keyfile}
    return load_with_origins(args.config, os.environ, values)


def _dev_tls() -> "DevTls":
    from clv_xl.hosts.server.tls import dev_tls

    try:
        return dev_tls()
    except ImportError as error:
        raise missing_extra(error, "server") from error


def _serve(settings: "Settings", files: "DevTls | None", args: argparse.Namespace, terminal: Terminal) -> int:
    try:
        from clv_xl.cli.running import run_server
    except ImportError as error:
        raise missing_extra(error, "server") from error
    from clv_xl.hosts.server.listening import listen
    from clv_xl.hosts.server.tls import check_pair

    if settings.certfile is not None and settings.keyfile is not None:
        check_pair(settings.certfile, settings.keyfile)
    sockets = listen(settings.host, settings.port)
    try:
        settings = replace(settings, port=sockets[0].getsockname()[1])
        if files is not None:
            settings = replace(
                settings, address=args.address or replace(settings, address=None).public_address
            )

        def announce() -> None:
            _announce(settings, files, args, terminal)

        return run_server(settings, sockets, announce, terminal)
    finally:
        for one in sockets:
            one.close()


def _announce(
    settings: "Settings", files: "DevTls | None", args: argparse.Namespace, terminal: Terminal
) -> None:
    """Tell where the server is, who may call it and how to stop it."""
    import clv_xl
    from clv_xl.hosts.server.settings import warnings

    address = settings.public_address
    if args.json:
        terminal.json(
            {
                "address": address,
                "start_page": f"{address}/",
                "manifest": f"{address}/manifest.xml",
                "auth": settings.auth,
                "workers": settings.workers,
                "authority": str(files.authority) if files else None,
                "version": clv_xl.__version__,
            },
            indent=None,
        )
        terminal.flush()
        return
    terminal.line(terminal.styled(terminal.say("serve.title", version=clv_xl.__version__), "strong"))
    lines = {
        "serve.start_page": f"{address}/",
        "serve.manifest": f"{address}/manifest.xml",
        "serve.callers": terminal.say(f"serve.auth_{settings.auth}"),
        "serve.stop": terminal.say("serve.stop_how"),
    }
    wide = max(len(terminal.say(key)) for key in lines)
    for key, text in lines.items():
        terminal.line(f"  {terminal.say(key):<{wide}}  {text}")
    if files is not None and files.made:
        _show_first_trust(files, terminal)
    if address.startswith("https:"):
        terminal.paragraph(terminal.say("serve.install_how"), "  ")
    else:
        terminal.paragraph(terminal.say("serve.plain_http"), "  ")
    if files is not None and not files.made:
        terminal.paragraph(terminal.say("serve.trust_again"), "  ")
    terminal.flush()
    for warning in warnings(settings):
        terminal.note(terminal.say(warning.key, **warning.params))


def _show_first_trust(files: "DevTls", terminal: Terminal) -> None:
    """Tell what is to be done once, and where to read how to undo it."""
    from clv_xl.hosts.server.tls import trust_steps

    what, commands = trust_steps(files.authority, sys.platform)[0]
    terminal.line()
    terminal.paragraph(terminal.say("serve.trust_once", path=str(files.authority)), "  ")
    terminal.paragraph(terminal.say(what.key, **what.params), "  ")
    for command in commands:
        terminal.line(f"    {command}")
    terminal.paragraph(terminal.say("serve.trust_undo"), "  ")
    terminal.line()


def _show_trust(files: "DevTls", terminal: Terminal) -> None:
    from clv_xl.hosts.server.tls import trust_steps

    terminal.line()
    terminal.paragraph(terminal.say("serve.authority", path=str(files.authority)))
    for what, commands in trust_steps(files.authority, sys.platform):
        terminal.paragraph(terminal.say(what.key, **what.params))
        for command in commands:
            terminal.line(f"    {command}")
    terminal.line()


def _show_settings(loaded: "Loaded", args: argparse.Namespace, terminal: Terminal) -> None:
    """Show every setting: its value, where that comes from, and what it means."""
    from clv_xl.hosts.server.settings_table import settings_table

    rows = settings_table(terminal.language, loaded)
    if args.json:
        terminal.json([row.as_json() for row in rows])
        return
    for row in rows:
        value = terminal.styled(f"{row.name} = {row.value}", "strong")
        terminal.line(f"{value}  ({row.origin})")
        for text in _meaning(row.meaning, row.expected, row.default, terminal):
            terminal.paragraph(text, "    ")


def _meaning(meaning: str, expected: str, default: str, terminal: Terminal) -> Iterator[str]:
    yield meaning
    yield terminal.say("serve.expected_default", expected=expected, default=default)
