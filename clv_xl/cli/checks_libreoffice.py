"""What ``clv-xl doctor`` looks at for LibreOffice Calc: read from its files, nothing is started."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import clv_xl
from clv_xl.cli.checks import BAD, GOOD, MISSING, Check
from clv_xl.cli.install_calc import COMMAND, fault_of, lacks_server
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError

if TYPE_CHECKING:
    from clv_xl.hosts.libreoffice.install import Registered
    from clv_xl.hosts.libreoffice.offices import Machine, Office

NAME: Final = "LibreOffice Calc"


def checks(terminal: Terminal, *, mend: bool = False, machine: "Machine | None" = None) -> Iterator[Check]:
    """Yield the checks of every LibreOffice; with `mend` an extension that does not fit is put in again."""
    from clv_xl.hosts.libreoffice.offices import SETTING, offices

    found = offices(machine)
    if not found:
        advice = terminal.say("cli.doctor_get_libreoffice", setting=SETTING)
        yield Check(NAME, MISSING, terminal.say("cli.doctor_not_found"), advice)
    for office in found:
        yield from _Calc(office, terminal, mend).checks()


class _Calc:
    """The checks of one LibreOffice."""

    def __init__(self, office: "Office", terminal: Terminal, mend: bool) -> None:
        self.office, self.mend = office, mend
        self.say = terminal.say

    def checks(self) -> Iterator[Check]:
        """Yield the program, and then the functions in it."""
        from clv_xl.hosts.libreoffice.install import registered

        installed = registered(self.office)
        program = self.say("cli.doctor_libreoffice", path=str(self.office.soffice))
        yield Check(self.office.name, GOOD, program)
        fault = fault_of(self.office)
        name = self.say("calc_install.check_functions", name=self.office.name)
        if fault is not None:  # nobody needs them there, unless they were installed
            state = BAD if installed else MISSING
            advice = self.say(fault.key, **fault.params)
            yield Check(name, state, self.say("calc_install.not_possible"), advice)
        elif not installed:
            advice = self.say("cli.doctor_install", command=COMMAND)
            yield Check(name, MISSING, self.say("calc_install.not_installed"), advice)
        else:
            yield self.functions(name, installed[0])  # the user's own comes before that for all

    def functions(self, name: str, entry: "Registered") -> Check:
        """Return whether an installed extension fits the package, and how its functions are reached."""
        again = self.say("cli.doctor_install", command=COMMAND)
        wrong = self.wrong(entry)
        if wrong and self.mend:
            return self.mended(name, wrong, entry)
        if wrong:
            return Check(name, BAD, wrong, again)
        theirs, ours = str(self.office.python), _python_of(entry.settings)
        words: dict[str, Any] = {"version": entry.version, "theirs": theirs, "ours": ours}
        if not entry.settings:
            return Check(name, GOOD, self.say("calc_install.by_hand", **words))
        if theirs == ours:
            return Check(name, GOOD, self.say("calc_install.inside", **words))
        return self.over_server(name, str(entry.settings.get("python")), words)

    def over_server(self, name: str, python: str, words: dict[str, Any]) -> Check:
        """Return whether the formula server can be started, where LibreOffice runs another Python."""
        found = self.say("calc_install.by_server", **words)
        if not os.access(python, os.X_OK):  # another user's, as after an installation for all
            again = self.say("cli.doctor_install", command=COMMAND)
            return Check(name, BAD, self.say("calc_install.python_gone", path=python), again)
        if lacks_server():
            command = 'pip install "clv_xl[server]"'
            return Check(name, BAD, found, self.say("cli.doctor_install", command=command))
        return Check(name, GOOD, found)

    def mended(self, name: str, wrong: str, entry: "Registered") -> Check:
        """Put the extension in again, for whom it was, in the language it had."""
        from clv_xl.hosts.libreoffice import install
        from clv_xl.hosts.libreoffice.extension import build

        try:
            settings = install.settings(entry.settings.get("language"))
            install.add(self.office, build(settings), shared=entry.shared)
        except UserError as error:  # it is open, or not ours to write: it says itself what to do
            return Check(name, BAD, wrong, self.say(error.key, **error.params))
        return Check(name, GOOD, self.say("install.mended", what=wrong))

    def wrong(self, entry: "Registered") -> str:
        """Return what another installation would put right, empty if nothing."""
        if entry.version != clv_xl.__version__:
            version = {"version": entry.version, "ours": clv_xl.__version__}
            return self.say("calc_install.other_version", **version)
        python = entry.settings.get("python")
        if python and _gone(Path(python)):
            return self.say("calc_install.python_gone", path=str(python))
        paths = entry.settings.get("paths") or ()
        if paths and not any(os.access(Path(path, "clv_xl", "__init__.py"), os.R_OK) for path in paths):
            return self.say("calc_install.package_gone", paths=", ".join(paths))
        return ""


def _gone(path: Path) -> bool:
    """Return whether a file is not there; one that another user keeps to himself is."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _python_of(settings: Any) -> str:
    from clv_xl.hosts.libreoffice.offices import Python

    return str(Python(str(settings.get("cache_tag")), 8 * int(settings.get("pointer_bytes", 8))))
