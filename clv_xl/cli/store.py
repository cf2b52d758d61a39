"""``clv-xl store``: the columns that CLV.DATA keeps on disk."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl import texts
from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import Text, UserError

if TYPE_CHECKING:
    from clv_xl.orders.store import Store, StoreInfo

EXAMPLES = (
    ("clv-xl store info", "cli.store_example_info"),
    ("clv-xl store clear --yes", "cli.store_example_clear"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments of the command."""
    parser.add("action", text="cli.store_action", nargs="?", choices=("info", "clear"))
    parser.add("--yes", text="cli.store_yes", action="store_true")
    parser.add_common()


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Show what the store holds, or empty it."""
    from clv_xl.orders.store import default_directory

    if args.action is None:
        raise UserError("cli.store_needs_word")
    stores = _stores_beneath(default_directory())  # a server keeps ranges and tenants in folders of their own
    return _clear(stores, args, terminal) if args.action == "clear" else _info(stores, args, terminal)


def _stores_beneath(directory: Path) -> "list[Store]":
    """Return the store of a directory and those of the folders beneath it that hold entries."""
    from clv_xl.orders.store import SUFFIX, Store

    folders = {file.parent for file in directory.rglob(f"*{SUFFIX}")} - {directory}
    return [Store(folder) for folder in (directory, *sorted(folders))]


def _sum(stores: "list[Store]") -> "StoreInfo":
    """Return what all stores hold together."""
    infos = [store.info() for store in stores]
    return replace(infos[0], entries=sum(i.entries for i in infos), size=sum(i.size for i in infos))


def size_text(size: int, language: str) -> str:
    """Return bytes as they are read.

    >>> size_text(512, "en"), size_text(3_300_000, "fi")
    ('512 B', '3,1 MB')
    """
    number, unit = float(size), "B"
    for larger in ("KB", "MB", "GB"):
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{texts.show(round(number, 1), language)} {unit}"


def _info(stores: "list[Store]", args: argparse.Namespace, terminal: Terminal) -> int:
    info = _sum(stores)
    if args.json:
        terminal.json(
            {
                "directory": str(info.directory),
                "entries": info.entries,
                "bytes": info.size,
                "quota_bytes": info.quota_bytes,
                "max_age_days": info.max_age_days,
            }
        )
        return 0
    size, quota = (size_text(n, terminal.language) for n in (info.size, info.quota_bytes))
    terminal.line(terminal.say("cli.store_where", directory=str(info.directory)))
    terminal.line(terminal.say("cli.store_holds", entries=info.entries, size=size, quota=quota))
    terminal.line(terminal.say("cli.store_age", days=info.max_age_days))
    return 0


def _clear(stores: "list[Store]", args: argparse.Namespace, terminal: Terminal) -> int:
    info = _sum(stores)
    if not args.yes and info.entries:
        if not terminal.interactive:
            raise UserError("cli.store_needs_yes", command="clv-xl store clear --yes")
        size = size_text(info.size, terminal.language)
        if not terminal.ask(terminal.say("cli.store_ask", entries=info.entries, size=size)):
            terminal.note(terminal.say("cli.store_kept"))
            return 1
    removed = sum(store.clear() for store in stores)
    left = _sum(stores).entries
    if args.json:
        terminal.json({"removed": removed, "left": left})
    else:
        terminal.line(terminal.say("cli.store_cleared", entries=removed))
    if left:  # a reader on Windows holds a file, or the directory may not be written
        raise UserError(
            "cli.store_left", entries=left, where=Text("cli.store_where", {"directory": str(info.directory)})
        )
    return 0
