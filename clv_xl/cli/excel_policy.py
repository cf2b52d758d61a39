"""What Windows and Office forbid macros, as the registry tells it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clv_xl.hosts.xlwings_udf.book.machine import Machine
    from clv_xl.hosts.xlwings_udf.book.windows import Windows

OFFICE: Final = r"Software\Microsoft\Office"
POLICIES: Final = r"Software\Policies\Microsoft\Office"
CLICK_TO_RUN: Final = rf"{OFFICE}\ClickToRun\Configuration"
VERSION: Final = "16.0"  # Office 2016, 2019, 2021, 2024 and Microsoft 365
# VBAWarnings: 1 all macros run, 2 Excel asks (so it is without a value), 3 only signed ones, 4 none.
_WARNINGS: Final = {3: "signed", 4: "none"}
_DEFENDER: Final = (
    r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
    r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
)
_DEFENDER_MANAGED: Final = r"SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
_BLOCKS: Final = frozenset(("1", "6"))  # block, and warn until the user lets it pass; 2 only records


@dataclass(frozen=True, slots=True)
class MacroSetting:
    """Why macros do not run.

    Parameters
    ----------
    what : {"signed", "none", "off"}
        Only signed ones run, none does, VBA is switched off in all of Office.
    where : str
        Place in the registry.
    by_policy : bool
        Whether only an administrator can change it.
    """

    what: str
    where: str
    by_policy: bool

    @property
    def everywhere(self) -> bool:
        """Whether a trusted location helps nothing."""
        return self.what == "off"


@dataclass(frozen=True, slots=True)
class Rule:
    """An attack surface reduction rule of Microsoft Defender that our workbook runs into.

    Parameters
    ----------
    guid : str
        Its number.
    title : str
        Its name in Microsoft's documents.
    advice : str
        Key of what to do.
    """

    guid: str
    title: str
    advice: str


RULES: Final = (
    Rule(
        "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b",
        "Block Win32 API calls from Office macros",
        "install.rule_win32",
    ),
    Rule(
        "d4f940ab-401b-4efc-aadc-ad5f3c50688a",
        "Block all Office applications from creating child processes",
        "install.rule_children",
    ),
)


def office_version(windows: "Windows") -> str | None:
    """Return the version of Excel and its bits as far as they are known; None without Excel."""
    named = windows.value("HKCR", r"Excel.Application\CurVer", "")
    if not named:
        return None
    number = str(named).rpartition(".")[2]
    # Click-to-Run tells its bits; Office from an installer package tells Outlook's, which are Excel's.
    platform = windows.value("HKLM", CLICK_TO_RUN, "Platform")
    platform = platform or windows.value("HKLM", rf"{OFFICE}\{VERSION}\Outlook", "Bitness")
    return f"{number}, {platform}" if platform else number


def macro_setting(windows: "Windows") -> MacroSetting | None:
    """Return what keeps macros from running, None if Excel runs them or asks."""
    for root in ("HKCU", "HKLM"):
        key = rf"{POLICIES}\{VERSION}\Common"
        if windows.value(root, key, "VBAOff") == 1:
            return MacroSetting("off", rf"{root}\{key}\VBAOff", by_policy=True)
    places = (("HKCU", POLICIES), ("HKLM", POLICIES), ("HKCU", OFFICE))
    for root, base in places:
        key = rf"{base}\{VERSION}\Excel\Security"
        value = windows.value(root, key, "VBAWarnings")
        if value is not None:  # the first that is set is in force: a policy goes before the user's choice
            what = _WARNINGS.get(int(value))
            where = rf"{root}\{key}\VBAWarnings"
            return MacroSetting(what, where, by_policy=base == POLICIES) if what else None
    return None


def trusted(workbook: Path, machine: "Machine") -> bool:
    """Return whether a workbook lies in a trusted location, where macros run without a question."""
    for base in (OFFICE, POLICIES):
        key = rf"{base}\{VERSION}\Excel\Security\Trusted Locations"
        for name in machine.windows.names("HKCU", key):
            path = machine.windows.value("HKCU", rf"{key}\{name}", "Path")
            if not path:
                continue
            folder = Path(machine.expanded(str(path)))
            below = machine.windows.value("HKCU", rf"{key}\{name}", "AllowSubfolders") == 1
            if workbook.parent == folder or (below and workbook.is_relative_to(folder)):
                return True
    return False


def rules_that_block(windows: "Windows") -> tuple[Rule, ...]:
    """Return the rules of Microsoft Defender that are on and stop the workbook."""
    managed = str(windows.value("HKLM", _DEFENDER_MANAGED, "ASRRules") or "").casefold()
    parts = (pair.partition("=") for pair in managed.split("|"))
    modes = {guid.strip("{} "): mode.strip() for guid, _, mode in parts}
    for rule in RULES:
        for key in _DEFENDER:
            found = windows.value("HKLM", key, rule.guid)
            if found is not None:
                modes.setdefault(rule.guid, str(found))
    return tuple(rule for rule in RULES if modes.get(rule.guid) in _BLOCKS)
