"""``clv-xl token``: who may call the formula server with a bearer token."""

import argparse
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError

if TYPE_CHECKING:
    from clv_xl.hosts.server.auth.tokens import Token, TokenFile

EXAMPLES = (
    ("clv-xl token create Anna --days 365", "cli.token_example_create"),
    ("clv-xl token list", "cli.token_example_list"),
    ("clv-xl token revoke k3vq7xyd", "cli.token_example_revoke"),
)
ACTIONS = ("create", "list", "revoke")
_HEADER = (
    "cli.token_id",
    "cli.token_name",
    "cli.token_tenant",
    "cli.token_created",
    "cli.token_expires",
    "cli.token_last",
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    parser.add_common(json=False)
    actions = parser.add_subparsers(
        title=parser.say("cli.commands"), metavar=parser.say("cli.command_metavar"), dest="action"
    )
    for name in ACTIONS:
        about = f"cli.token_{name}_about"
        sub = actions.add_parser(name, help=parser.say(about), language=parser.language, key=about)
        if name == "create":
            sub.add("name", text="cli.token_name_help", metavar=parser.say("cli.name_metavar"))
            sub.add("--tenant", text="cli.token_tenant_help", metavar=parser.say("cli.name_metavar"))
            sub.add("--days", text="cli.token_days_help", metavar="N")
        elif name == "revoke":
            sub.add("id", text="cli.token_id_help", metavar="ID")
        file = parser.say("cli.file_metavar")
        sub.add("--file", text="cli.token_file_help", metavar=file, type=Path, complete="file")
        sub.add("--config", text="cli.token_config_help", metavar=file, type=Path, complete="file")
        sub.add_common()


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Make, list or revoke tokens."""
    from clv_xl.hosts.server.auth.tokens import TokenFile
    from clv_xl.hosts.server.settings import read

    if args.action is None:
        raise UserError("cli.token_needs_word")
    # The server's own settings, so that both look at one file.
    found = read(args.config, os.environ, {"token_file": None if args.file is None else str(args.file)})
    tokens = TokenFile(found.settings.token_file)
    actions = {"create": _create, "list": _list, "revoke": _revoke}
    return actions[args.action](tokens, args, terminal)


def _create(tokens: "TokenFile", args: argparse.Namespace, terminal: Terminal) -> int:
    """Make a token: it alone goes to standard output, so that a script can take it."""
    from clv_xl.hosts.server.auth.tokens import TENANT

    secret, token = tokens.create(
        args.name, TENANT if args.tenant is None else args.tenant, _days_of(args.days)
    )
    if args.json:
        terminal.json({**_public(token), "token": secret})
        return 0
    terminal.note(terminal.say("cli.token_made", name=token.name, tenant=token.tenant, id=token.id))
    terminal.note(_end_of(token, terminal))
    terminal.note(terminal.styled(terminal.say("cli.token_copy"), "strong"))
    terminal.line(secret)
    return 0


def _list(tokens: "TokenFile", args: argparse.Namespace, terminal: Terminal) -> int:
    found = tokens.read()
    if args.json:
        terminal.json([_public(token) for token in found])
    elif not found:
        terminal.note(terminal.say("cli.token_none", path=str(tokens.path)))
    else:
        now = datetime.now(UTC)
        rows = [[terminal.say(key) for key in _HEADER]]
        for token in found:
            end = (token.expires or "")[:10]
            end = terminal.say("cli.token_ended", date=end) if token.expired(now) else end
            rows.append([token.id, token.name, token.tenant, token.created[:10], end, f"...{token.last}"])
        terminal.table(rows)
    return 0


def _revoke(tokens: "TokenFile", args: argparse.Namespace, terminal: Terminal) -> int:
    token = tokens.revoke(args.id)
    if args.json:
        terminal.json({"revoked": _public(token)})
    else:
        terminal.line(terminal.say("cli.token_revoked", name=token.name, id=token.id))
    return 0


def _days_of(text: str | None) -> int | None:
    """Return the days that were written; raises UserError."""
    from clv_xl.hosts.server.auth.tokens import MOST_DAYS

    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise UserError("auth.bad_days", got=text, most=MOST_DAYS)
    return int(text)


def _end_of(token: "Token", terminal: Terminal) -> str:
    """Return the sentence of when a token ends."""
    if token.expires is None:
        return terminal.say("cli.token_no_end")
    return terminal.say("cli.token_end", date=token.expires[:10])


def _public(token: "Token") -> dict[str, Any]:
    """Return what a list may show: everything but the hash."""
    return {name: value for name, value in asdict(token).items() if name != "hash"}
