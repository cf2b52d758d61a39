"""``clv-xl install calc``: the functions put into LibreOffice Calc, and taken out again."""

import argparse
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clv_xl.cli.parser import Parser
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError

if TYPE_CHECKING:
    from clv_xl.hosts.libreoffice.install import Seen
    from clv_xl.hosts.libreoffice.offices import Office

SUFFIX: Final = ".oxt"
TRY: Final = "=CLV(50;3;3)"  # Calc has semicolons in every language
COMMAND: Final = "clv-xl install calc"


def add_install(parser: Parser) -> None:
    """Declare the arguments of ``clv-xl install calc``."""
    metavar = parser.say("cli.file_metavar")
    parser.add("-o", "--output", text="calc_install.output_help", metavar=metavar, type=Path, complete="file")
    parser.add("--shared", text="calc_install.shared_help", action="store_true")
    parser.add_common()


def add_uninstall(parser: Parser) -> None:
    """Declare the arguments of ``clv-xl uninstall calc``."""
    parser.add_common()


def install(args: argparse.Namespace, terminal: Terminal) -> int:
    """Install into the user's LibreOffice, and let it calculate once; 1 if it does not show the number."""
    from clv_xl.hosts.libreoffice import install as host
    from clv_xl.hosts.libreoffice.extension import build

    if args.output is not None:
        return _write(args, terminal, build(None))
    every = _offices()
    office = _usable(every)
    language = terminal.language if getattr(args, "lang", None) else None
    shared = args.shared or host.as_root()
    if not args.json:
        if shared and not args.shared:
            terminal.paragraph(terminal.say("calc_install.as_root"))
        terminal.line(terminal.say("calc_install.into", name=office.name, path=str(office.soffice)))
        terminal.flush()
    host.add(office, build(host.settings(language)), shared=shared)
    seen = host.see(office, shared=shared)
    _report(every, office, seen, shared=shared, args=args, terminal=terminal)
    return int(not seen.works)


def _write(args: argparse.Namespace, terminal: Terminal, content: bytes) -> int:
    """Write the extension for other machines; what is there under another name is not touched."""
    output: Path = args.output.expanduser()
    if not output.suffix:
        output = output.with_name(f"{output.name}{SUFFIX}")
    if output.suffix.casefold() != SUFFIX:
        raise UserError("calc_install.wants_oxt", path=str(output), suffix=SUFFIX)
    output.write_bytes(content)
    if args.json:
        terminal.json({"extension": str(output), "bytes": len(content)})
    else:
        terminal.line(terminal.say("calc_install.written", path=str(output)))
        terminal.paragraph(terminal.say("calc_install.written_about"))
    return 0


def _offices() -> "tuple[Office, ...]":
    from clv_xl.hosts.libreoffice.offices import SETTING, offices

    found = offices()
    if not found:
        raise UserError("calc_install.none", setting=SETTING)
    return found


def _usable(every: "Sequence[Office]") -> "Office":
    """Return the LibreOffice to install into: the first that is not in a sandbox, if nothing is amiss."""
    office = next((office for office in every if not office.sandbox), every[0])
    fault = fault_of(office)
    if fault is not None:
        raise fault
    return office


def fault_of(office: "Office") -> UserError | None:
    """Return why the functions cannot run in a LibreOffice, None if they can."""
    from clv_xl.hosts.libreoffice.offices import OLDEST

    if office.sandbox:
        return UserError("calc_install.in_sandbox", name=office.name, kind=office.sandbox)
    if office.too_old:
        return UserError("calc_install.too_old", name=office.name, oldest=".".join(map(str, OLDEST)))
    if office.unopkg is None:
        return UserError("calc_install.no_unopkg", name=office.name)
    if office.python is None:
        return UserError("calc_install.no_python", name=office.name)
    return None


def lacks_server() -> bool:
    """Return whether this Python lacks what the formula server needs."""
    return any(importlib.util.find_spec(name) is None for name in ("starlette", "uvicorn"))


def _report(
    every: "Sequence[Office]", office: "Office", seen: "Seen", *, shared: bool, args: argparse.Namespace,
    terminal: Terminal,
) -> None:  # fmt: skip
    from clv_xl.hosts.libreoffice.offices import own_python

    fits = office.python == own_python()
    others = [o.name for o in every if o is not office and o.profile == office.profile and not o.sandbox]
    if args.json:
        terminal.json(_as_json(office, seen, shared=shared, fits=fits, others=others))
        return
    say = terminal.say
    if seen.works:
        seconds = f"{seen.seconds:.1f}"
        terminal.paragraph(say("calc_install.seen", formula=TRY, shown=seen.shown, seconds=seconds))
    else:
        shown = seen.shown or say("calc_install.nothing_shown")
        terminal.paragraph(say("calc_install.not_seen", formula=TRY, shown=shown, command="clv-xl doctor"))
        if seen.log:
            terminal.paragraph(seen.log, "  ")
    if not fits:
        terminal.paragraph(say("calc_install.over_server", name=office.name, theirs=str(office.python),
                               ours=str(own_python())))  # fmt: skip
        if lacks_server():
            terminal.paragraph(say("cli.doctor_install", command='pip install "clv_xl[server]"'))
    if others and not shared:
        terminal.paragraph(say("calc_install.same_profile", names=", ".join(others)))
    if seen.works:
        terminal.paragraph(say("calc_install.next", formula=TRY))


def _as_json(
    office: "Office", seen: "Seen", *, shared: bool, fits: bool, others: Sequence[str]
) -> dict[str, Any]:
    import clv_xl

    return {
        "libreoffice": str(office.soffice),
        "version": office.version,
        "profile": str(office.profile),
        "shared": shared,
        "also": list(others),
        "extension": clv_xl.__version__,
        "python": str(office.python),
        "in_process": fits,
        "shown": seen.shown,
        "works": seen.works,
        "seconds": round(seen.seconds, 2),
    }


def uninstall(args: argparse.Namespace, terminal: Terminal) -> int:
    """Take the functions out of every LibreOffice, for the user and for all; 1 if something stays."""
    from clv_xl.hosts.libreoffice import install as host

    removed: list[Path] = []
    left: list[Path] = []
    profiles: set[Path] = set()
    for office in _offices():
        if office.unopkg is None or office.sandbox:
            continue
        removed += [
            office.packages if entry.shared else office.profile
            for entry in host.registered(office)
            if host.remove(office, shared=entry.shared)
        ]
        if office.profile not in profiles:
            profiles.add(office.profile)
            left += host.clean(office)
        left += host.clean_shared(office)
    own = host.user_settings()
    if own.is_file():
        own.unlink()
        removed.append(own)
    if args.json:
        terminal.json({"removed": list(map(str, removed)), "left": list(map(str, left))})
        return int(bool(left))
    for path in removed:
        terminal.line(terminal.say("calc_install.removed", path=str(path)))
    if not removed:
        terminal.line(terminal.say("calc_install.nothing"))
    for path in left:
        terminal.line(terminal.say("calc_install.left", path=str(path)))
    return int(bool(left))
