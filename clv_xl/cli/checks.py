"""The checks of ``clv-xl doctor``; each is done, not guessed from a version number."""

import importlib.util
import os
import platform
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from clv_xl import texts
from clv_xl.cli.parser import LANGUAGE
from clv_xl.cli.store import size_text
from clv_xl.cli.terminal import Terminal

GOOD, MISSING, BAD = "ok", "missing", "problem"
OLDEST_PYTHON: Final = (3, 11)
HOST_CHECKS: Final = tuple(f"clv_xl.cli.checks_{name}" for name in ("libreoffice", "excel", "online"))
"""Modules of hosts that are looked at more closely; each has ``checks(terminal, mend=...)``."""
_HIDDEN_EXTRAS: Final = frozenset(("all", "test", "bench"))
_NEEDED: Final = re.compile(
    r"(?P<name>[\w.-]+)(\[[^\]]*\])?(?P<versions>[^;]*)(;.*extra == ['\"](?P<extra>\w+)['\"])?"
)
_ELSEWHERE: Final = re.compile(r"sys_platform\s*!=\s*['\"](?P<platform>\w+)['\"]")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Parameters
    ----------
    name : str
        What.
    state : {"ok", "missing", "problem"}
        Usable; left out and not needed; should work and does not.
    found : str
        What was found.
    advice : str
        What to do, empty if nothing.
    """

    name: str
    state: str
    found: str
    advice: str = ""


def sections(terminal: Terminal, *, mend: bool = False) -> dict[str, list[Check]]:
    """Return all checks by section; with `mend` a host puts right what it can before it tells."""
    return {
        "python": list(_python(terminal)),
        "hosts": list(_hosts(terminal, mend=mend)),
        "store": list(_store(terminal)),
        "terminal": list(_terminal(terminal)),
    }


def _python(terminal: Terminal) -> Iterator[Check]:
    fine = sys.version_info[:2] >= OLDEST_PYTHON
    found = f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    advice = "" if fine else terminal.say("cli.doctor_old_python", oldest=".".join(map(str, OLDEST_PYTHON)))
    yield Check("Python", GOOD if fine else BAD, found, advice)
    for extra, needed in requirements().items():
        yield _packages(extra, needed, terminal)


def requirements() -> dict[str, list[tuple[str, str]]]:
    """Return what the package needs, by extra (``""`` is the base): name and versions."""
    found: dict[str, list[tuple[str, str]]] = {"": []}
    for line in metadata.requires("clv_xl") or []:
        parts = _NEEDED.match(line)
        extra = (parts and parts["extra"]) or ""
        elsewhere = _ELSEWHERE.search(line)
        if elsewhere and elsewhere["platform"] == sys.platform:
            continue
        if parts and extra not in _HIDDEN_EXTRAS and parts["name"].replace("-", "_") != "clv_xl":
            found.setdefault(extra, []).append((parts["name"], parts["versions"].strip()))
    return found


def _packages(extra: str, needed: list[tuple[str, str]], terminal: Terminal) -> Check:
    """Check the packages of the base or of one extra."""
    there, lacking = [], []
    for name, versions in needed:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            lacking.append(name)
            continue
        there.append(f"{name} {version}")
        if not satisfies(version, versions):
            lacking.append(f"{name}{versions}")
    label = terminal.say("cli.doctor_extra", extra=extra) if extra else "clv_xl " + metadata.version("clv_xl")
    if not lacking:
        return Check(label, GOOD, ", ".join(there))
    command = f'pip install "clv_xl[{extra}]"' if extra else "pip install --upgrade clv_xl"
    found = terminal.say("cli.doctor_lacks", names=", ".join(lacking))
    state = MISSING if extra and not there else BAD if not extra else MISSING
    return Check(label, state, found, terminal.say("cli.doctor_install", command=command))


def satisfies(version: str, versions: str) -> bool:
    """Return whether a version lies within bounds such as ``>=0.13,<1``.

    >>> satisfies("0.13.0", ">=0.13,<1"), satisfies("1.2", "<1,>=0.13"), satisfies("2.0", "")
    (True, False, True)
    """
    have = _numbers(version)
    for bound in filter(None, (b.strip() for b in versions.split(","))):
        if bound.startswith(">=") and have < _numbers(bound[2:]):
            return False
        if bound.startswith("<") and not bound.startswith("<=") and have >= _numbers(bound[1:]):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version, trailing zeros dropped."""
    found = re.match(r"\s*(\d+(?:\.\d+)*)", version)
    numbers = [int(n) for n in found[1].split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _hosts(terminal: Terminal, *, mend: bool) -> Iterator[Check]:
    yield _formula(terminal)
    yield _headless(terminal)
    yield _server(terminal)
    for module in HOST_CHECKS:
        if importlib.util.find_spec(module):
            yield from importlib.import_module(module).checks(terminal, mend=mend)


def _formula(terminal: Terminal) -> Check:
    """Answer the first formula of the README, as Python and the command line do."""
    from clv_xl.catalogue.formula import evaluate

    formula, expected = "CLV(50,3,3)", 450.0  # issue "1 of 7": the check value of CLV
    result = evaluate(formula)
    name = terminal.say("cli.doctor_api")
    if result == expected:
        return Check(name, GOOD, f"{formula} = {texts.show(result, terminal.language)}")
    advice = terminal.say("cli.doctor_install", command="pip install --force-reinstall clv_xl")
    return Check(name, BAD, f"{formula} = {result}", advice)


def _headless(terminal: Terminal) -> Check:
    name = terminal.say("cli.doctor_headless")
    return _loads("clv_xl.hosts.headless.calc", name, "workbook", "clv-xl calc, clv-xl demo", terminal)


def _server(terminal: Terminal) -> Check:
    name = terminal.say("serve.doctor")
    return _loads("clv_xl.cli.running", name, "server", "clv-xl serve", terminal)


def _loads(module: str, name: str, extra: str, commands: str, terminal: Terminal) -> Check:
    """Load a module that needs an extra, as the commands do that stand on it."""
    try:
        importlib.import_module(module)
    except ImportError as error:
        advice = terminal.say("cli.doctor_install", command=f'pip install "clv_xl[{extra}]"')
        known = error.name is not None and importlib.util.find_spec(error.name.split(".")[0]) is None
        return Check(
            name, MISSING if known else BAD, terminal.say("cli.doctor_lacks", names=str(error.name)), advice
        )
    return Check(name, GOOD, commands)


def _store(terminal: Terminal) -> Iterator[Check]:
    from clv_xl.orders.store import SETTING, Store

    info = Store().info()
    language = terminal.language
    sizes = {"size": size_text(info.size, language), "quota": size_text(info.quota_bytes, language)}
    place = _nearest(info.directory)
    name = terminal.say("cli.doctor_directory")
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        yield Check(name, BAD, str(info.directory), terminal.say("cli.doctor_unwritable", setting=SETTING))
    elif place == info.directory and os.name == "posix" and stat.S_IMODE(place.stat().st_mode) & 0o077:
        yield Check(
            name, BAD, str(info.directory), terminal.say("cli.doctor_open_to_others", directory=str(place))
        )
    else:
        yield Check(name, GOOD, str(info.directory))
    free = shutil.disk_usage(place).free
    holds = terminal.say("cli.store_holds", entries=info.entries, **sizes)
    free_text = terminal.say("cli.doctor_free", free=size_text(free, language))
    tight = free < 100 * 1024**2
    advice = terminal.say("cli.doctor_disk_full") if tight else ""
    yield Check(terminal.say("cli.doctor_space"), BAD if tight else GOOD, f"{holds} {free_text}", advice)


def _nearest(path: Path) -> Path:
    """Return the directory, or where it would be made."""
    return next(place for place in (path, *path.parents) if place.exists())


def _terminal(terminal: Terminal) -> Iterator[Check]:
    asked = os.environ.get(LANGUAGE, "")
    known = not asked or texts.language_of(asked) != "en" or asked.casefold().startswith("en")
    advice = (
        ""
        if known
        else terminal.say("cli.doctor_language", setting=LANGUAGE, languages=", ".join(texts.LANGUAGES))
    )
    yield Check(
        terminal.say("cli.doctor_language_name"), GOOD if known else BAD, asked or terminal.language, advice
    )
    sample = texts.word("clv", terminal.language)
    shows = sample.encode(terminal.encoding, "replace").decode(terminal.encoding, "replace") == sample
    advice = "" if shows else terminal.say("cli.doctor_encoding", command="PYTHONUTF8=1")
    yield Check(terminal.say("cli.doctor_encoding_name"), GOOD if shows else BAD, terminal.encoding, advice)
