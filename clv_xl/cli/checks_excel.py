"""What ``clv-xl doctor`` looks at for classic Excel on Windows, and what it mends there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clv_xl.cli.checks import BAD, GOOD, MISSING, Check
from clv_xl.cli.excel_policy import Rule, macro_setting, office_version, rules_that_block, trusted
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import Text, UserError

if TYPE_CHECKING:
    from clv_xl.hosts.xlwings_udf.book.machine import Machine

INSTALL: Final = "clv-xl install excel"
MEND: Final = "clv-xl doctor --mend"
# What the process behind Excel imports: whatever fails there fails here, with its reason.
STARTS: Final = "import pythoncom, xlwings.com_server, clv_xl.hosts.xlwings_udf.book_udfs"
MARK: Final = "Zone.Identifier"
OVERRIDE: Final = "CLV_XL_PYTHON"
"""Environment variable that the workbook's VBA takes before the settings."""

_REPAIRS: Final = {
    "pywin32": "install.pywin32",
    "clv_xl": "install.pip_clv_xl",
}
_OF_PYWIN32: Final = re.compile(r"\b(pythoncom|pywintypes|_?win32\w*)\b")


def checks(terminal: Terminal, *, mend: bool = False, machine: "Machine | None" = None) -> Iterator[Check]:
    """Yield the checks of Excel; with `mend` what can be put right is put right before it is told."""
    from clv_xl.hosts.xlwings_udf.book.machine import this_machine

    machine = machine or this_machine()
    name = terminal.say("cli.doctor_excel")
    version = office_version(machine.windows) if machine.is_windows else None
    if version is None:
        yield _without_excel(name, machine, terminal)
        return
    yield Check(name, GOOD, terminal.say("install.excel_found", version=version))
    yield from _Excel(machine, terminal, mend).checks()


def _without_excel(name: str, machine: "Machine", terminal: Terminal) -> Check:
    elsewhere = terminal.say("cli.doctor_excel_else")
    if machine.platform == "darwin":
        return Check(name, MISSING, terminal.say("cli.doctor_excel_mac"), elsewhere)
    if not machine.is_windows:
        system = machine.platform.capitalize()
        return Check(name, MISSING, terminal.say("cli.doctor_excel_none", system=system), elsewhere)
    return Check(name, MISSING, terminal.say("cli.doctor_not_found"), elsewhere)


class _Excel:
    """The checks on a machine that has Excel."""

    def __init__(self, machine: "Machine", terminal: Terminal, mend: bool) -> None:
        self.machine, self.terminal, self.mend = machine, terminal, mend
        self.say = terminal.say

    def checks(self) -> Iterator[Check]:
        """Yield everything; a machine where nothing was installed is asked nothing more."""
        from clv_xl.hosts.xlwings_udf.book import bridge

        self.settings = bridge.found(self.machine)
        if self.settings is None and not self.machine.folder.exists():
            advice = self.say("cli.doctor_install", command=INSTALL)
            yield Check(self.say("install.check_bridge"), MISSING, self.say("install.not_installed"), advice)
        else:
            bridged = self.bridge()
            yield bridged
            if bridged.state == GOOD:
                yield self.start()
        yield self.macros()
        yield from map(self.rule, rules_that_block(self.machine.windows))
        for workbook in bridge.workbooks(self.machine):
            yield self.workbook(workbook)

    def bridge(self) -> Check:
        """Check the settings and the DLL copies, and renew them when asked."""
        from clv_xl.hosts.xlwings_udf.book import bridge

        name = self.say("install.check_bridge")
        try:
            wrong = self.wrong()
            if wrong and self.mend:
                language = self.settings.language if self.settings else self.terminal.language
                self.settings = bridge.put(self.machine, language).settings
                return Check(name, GOOD, self.say("install.mended", what=wrong))
        except UserError as error:  # what no mending helps: it says itself what to do
            return Check(name, BAD, str(self.machine.folder), self.say(error.key, **error.params))
        if wrong:
            return Check(
                name, BAD, self.say(wrong.key, **wrong.params), self.say("cli.doctor_install", command=MEND)
            )
        assert self.settings is not None
        found = self.say("install.bridge_found", python=self.settings.python, xlwings=self.settings.xlwings)
        return Check(name, GOOD, found)

    def wrong(self) -> Text | None:
        """Return what is wrong with settings and DLL copies, None if nothing is."""
        import clv_xl
        from clv_xl.hosts.xlwings_udf.book import bridge

        settings = self.settings
        if settings is None:
            return Text("install.settings_missing")
        if not Path(settings.python).is_file() or not self.machine.fits(settings.python):
            return Text("install.python_gone", {"path": settings.python})
        if stale := bridge.stale(self.machine):
            return Text("install.dll_stale", {"names": ", ".join(stale), "version": self.machine.xlwings})
        if (settings.xlwings, settings.clv_xl) != (self.machine.xlwings, clv_xl.__version__):
            return Text("install.settings_old", {"version": settings.clv_xl})
        self.machine.python_path()  # raises where this Python cannot be used at all
        return None

    def start(self) -> Check:
        """Start the Python of the settings and let it import what Excel's process imports."""
        assert self.settings is not None
        name = self.say("install.check_start")
        override = self.machine.environ.get(OVERRIDE)
        python = Path(override or self.settings.python)
        if override and not (python.is_absolute() and python.is_file()):  # the workbook takes no other
            found = self.say("install.override_gone", path=override)
            return Check(name, BAD, found, self.say("install.override_mend"))
        console = python.with_name("python.exe")  # pythonw.exe may have nowhere to write its reason
        why = self.machine.windows.run(str(console if console.is_file() else python), STARTS)
        if why is None:
            return Check(name, GOOD, self.say("install.starts"))
        kind = "pywin32" if _OF_PYWIN32.search(why) else "clv_xl"
        return Check(name, BAD, why, self.say(_REPAIRS[kind], python=str(console)))

    def macros(self) -> Check:
        """Check whether Excel would run macros at all."""
        from clv_xl.hosts.xlwings_udf.book import bridge

        name = self.say("install.check_macros")
        setting = macro_setting(self.machine.windows)
        if setting is None:
            return Check(name, GOOD, self.say("install.macros_ask"))
        books = bridge.workbooks(self.machine)
        if not setting.everywhere and books and all(trusted(book, self.machine) for book in books):
            return Check(name, GOOD, self.say("install.macros_trusted"))
        found = self.say(f"install.macros_{setting.what}")
        key = "install.ask_administrator" if setting.by_policy else "install.trust_center"
        folder = str(books[0].parent if books else self.machine.documents)
        advice = self.say(key, setting=setting.where)
        if not setting.everywhere:
            advice = f"{advice} {self.say('install.trusted_location', folder=folder)}"
        return Check(name, BAD, found, advice)

    def rule(self, rule: Rule) -> Check:
        """Return what a rule of Microsoft Defender forbids."""
        found = self.say("install.rule_blocks", rule=rule.title, guid=rule.guid)
        return Check(self.say("install.check_defender"), BAD, found, self.say(rule.advice, guid=rule.guid))

    def workbook(self, path: Path) -> Check:
        """Check one workbook that was written here: the mark of the web, and OneDrive."""
        name = self.say("install.check_workbook")
        mark = Path(f"{path}:{MARK}")  # a stream of the file on NTFS
        if _opens(mark):
            if not self.mend:
                advice = f"{self.say('install.unblock')} {self.say('cli.doctor_install', command=MEND)}"
                return Check(name, BAD, self.say("install.marked", path=str(path)), advice)
            mark.unlink()
            return Check(name, GOOD, self.say("install.unmarked", path=str(path)))
        if self.in_onedrive(path):
            return Check(name, GOOD, str(path), self.say("install.onedrive"))
        return Check(name, GOOD, str(path))

    def in_onedrive(self, path: Path) -> bool:
        """Return whether OneDrive keeps a file."""
        names = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
        roots = (self.machine.environ.get(name) for name in names)
        return any(root and path.is_relative_to(root) for root in roots)


def _opens(path: Path) -> bool:
    try:
        path.open("rb").close()
    except OSError:  # no such stream, or a disk without streams
        return False
    return True
