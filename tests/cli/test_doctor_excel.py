"""``clv-xl doctor`` on a machine with Excel: each usual failure, what it says of it and what it mends."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import clv_xl as package
from clv_xl import texts
from clv_xl.cli.checks import Check
from clv_xl.cli.checks_excel import MARK, OVERRIDE, STARTS, checks
from clv_xl.cli.terminal import Terminal
from clv_xl.hosts.xlwings_udf.book import bridge
from clv_xl.hosts.xlwings_udf.book.machine import Machine
from clv_xl.hosts.xlwings_udf.book.modules import shipped
from clv_xl.hosts.xlwings_udf.book.settings import NAME
from clv_xl.hosts.xlwings_udf.book.windows import Value
from tests.cli.program import clv_xl
from tests.hosts.xlwings_udf.book.windows_like import FakeWindows, computer, filled

EXCEL: dict[str, Value] = {r"HKCR\Excel.Application\CurVer" + "\\": "Excel.Application.16"}
SECURITY = r"Microsoft\Office\16.0\Excel\Security"
CHOICE = rf"HKCU\Software\{SECURITY}"
POLICY = rf"HKCU\Software\Policies\{SECURITY}"
MACHINE_POLICY = rf"HKLM\Software\Policies\{SECURITY}"
DEFENDER = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender"
BY_HAND = r"HKLM\SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
# Microsoft, "Attack surface reduction rules reference": the numbers of the two rules
WIN32 = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
CHILDREN = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"


def fake(machine: Machine) -> FakeWindows:
    assert isinstance(machine.windows, FakeWindows)
    return machine.windows


def with_excel(root: Path, registry: dict[str, Value] | None = None, **changed: Any) -> Machine:
    """Return a machine with Excel where ``clv-xl install excel`` was done."""
    machine = computer(root, windows=FakeWindows({**EXCEL, **(registry or {})}))
    book = filled(machine.documents / "clv-xl.xlsm")
    bridge.put(machine, "fi")
    bridge.remember(machine, book)
    return computer(root, windows=machine.windows, **changed)


def examined(machine: Machine, *, mend: bool = False) -> dict[str, Check]:
    return {c.name: c for c in checks(Terminal("en"), mend=mend, machine=machine)}


@pytest.mark.skipif(sys.platform == "win32", reason="there Excel may be")
def test_here_it_is_one_plain_line() -> None:
    done = clv_xl("doctor", "--json")
    found = [c for c in json.loads(done.stdout)["checks"] if "Excel" in c["name"] and c["section"] == "hosts"]
    excel = next(c for c in found if "xlwings" in c["name"])
    assert (excel["state"], [c["name"] for c in found if c["name"].startswith("Excel:")]) == ("missing", [])
    assert "no Excel on" in excel["found"] or "Windows only" in excel["found"]


@pytest.mark.parametrize(
    ("platform", "said"), [("linux", "Linux"), ("darwin", "Windows only"), ("win32", "not found")]
)
def test_without_excel_there_is_one_line_with_another_way(tmp_path: Path, platform: str, said: str) -> None:
    found = list(checks(Terminal("en"), machine=computer(tmp_path, platform=platform)))
    assert [(c.state, said in c.found, "clv-xl calc" in c.advice) for c in found] == [("missing", True, True)]


def test_where_all_is_well_nothing_is_advised(tmp_path: Path) -> None:
    machine = with_excel(tmp_path)
    found = examined(machine)
    assert list(found) == [
        "Functions in the cells of Excel (xlwings)",
        "Excel: way to Python",
        "Excel: start of Python",
        "Excel: macros",
        "Excel: workbook",
    ]
    assert [(c.state, c.advice) for c in found.values()] == [("ok", "")] * 5
    assert fake(machine).started == [str(machine.prefix / "Scripts" / "python.exe")]


def test_what_is_started_imports_what_the_process_behind_excel_imports() -> None:
    assert "clv_xl.hosts.xlwings_udf.book_udfs" in STARTS  # the module that the workbook's VBA calls
    assert {"pythoncom", "xlwings.com_server"} <= set(STARTS.replace(",", " ").split())


def test_a_python_that_the_environment_names_is_the_one_to_start(tmp_path: Path) -> None:
    machine = with_excel(tmp_path)
    environ = {**machine.environ, OVERRIDE: str(filled(tmp_path / "Other" / "pythonw.exe"))}
    assert examined(computer(tmp_path, windows=machine.windows, environ=environ))
    assert fake(machine).started == [environ[OVERRIDE]]
    assert f'Environ("{OVERRIDE}")' in shipped("ClvSettings.bas")


def test_an_environment_that_names_no_python_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = with_excel(tmp_path)
    monkeypatch.chdir(tmp_path)
    filled(tmp_path / "python.exe")
    for named in (str(tmp_path / "gone" / "pythonw.exe"), "python.exe"):  # a bare name may be anybody's
        other = computer(tmp_path, windows=machine.windows, environ={**machine.environ, OVERRIDE: named})
        check = examined(other)["Excel: start of Python"]
        assert (check.state, OVERRIDE in check.found, named in check.found) == ("problem", True, True)
        assert "full path" in check.advice
    assert fake(machine).started == []


@pytest.mark.parametrize(
    ("registry", "said"),
    [
        ({r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration\Platform": "x64"}, "Excel 16, x64;"),
        ({r"HKLM\Software\Microsoft\Office\16.0\Outlook\Bitness": "x86"}, "Excel 16, x86;"),
        ({}, "Excel 16;"),
    ],
)
def test_excel_of_either_bits_is_served(tmp_path: Path, registry: dict[str, Value], said: str) -> None:
    found = examined(with_excel(tmp_path, registry))["Functions in the cells of Excel (xlwings)"]
    assert (found.state, found.found.startswith(said)) == ("ok", True)


def test_before_install_it_says_how_and_mends_nothing(tmp_path: Path) -> None:
    machine = computer(tmp_path, windows=FakeWindows(EXCEL))
    found = examined(machine, mend=True)["Excel: way to Python"]
    assert (found.state, found.advice) == ("missing", "Type: clv-xl install excel")
    assert not machine.folder.exists()


def gone_python(machine: Machine) -> None:
    settings = (machine.folder / NAME).read_text("cp1252")
    (machine.folder / NAME).write_text(settings.replace("pythonw.exe", "gone.exe"), "cp1252")


def other_letters(machine: Machine) -> None:
    settings = (machine.folder / NAME).read_text("cp1252")
    (machine.folder / NAME).write_text(settings.replace("Anna", "100%A%"), "cp1252")


def no_settings(machine: Machine) -> None:
    (machine.folder / NAME).unlink()


def old_dll(machine: Machine) -> None:
    filled(machine.folder / "clv_xl_xlwings32.dll", b"MZ31")


def no_dll(machine: Machine) -> None:
    (machine.folder / "clv_xl_xlwings64.dll").unlink()


def old_version(machine: Machine) -> None:
    settings = (machine.folder / NAME).read_text("cp1252")
    changed = settings.replace(f"clv_xl={package.__version__}", "clv_xl=0.0.1")
    (machine.folder / NAME).write_text(changed, "cp1252")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (gone_python, "gone.exe"),
        (other_letters, "100%A%"),
        (no_settings, "settings.ini is missing"),
        (old_dll, "clv_xl_xlwings32.dll"),
        (no_dll, "clv_xl_xlwings64.dll"),
        (old_version, "clv_xl 0.0.1"),
    ],
)
def test_a_broken_way_to_python_is_told_and_then_mended(tmp_path: Path, damage: Any, said: str) -> None:
    machine = with_excel(tmp_path)
    damage(machine)
    found = examined(machine)
    assert (found["Excel: way to Python"].state, said in found["Excel: way to Python"].found) == (
        "problem",
        True,
    )
    assert found["Excel: way to Python"].advice == "Type: clv-xl doctor --mend"
    assert "Excel: start of Python" not in found  # no use to start what cannot be found
    mended = examined(machine, mend=True)["Excel: way to Python"]
    assert (mended.state, mended.found.startswith("mended: "), said in mended.found) == ("ok", True, True)
    assert examined(machine)["Excel: way to Python"].state == "ok"
    language = "en" if damage is no_settings else "fi"  # of the run, unless the settings say another
    assert f"language={language}" in (machine.folder / NAME).read_text("cp1252")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base_prefix": Path("/WindowsApps/PythonSoftwareFoundation.Python.3.12_3.12")}, "Microsoft Store"),
        ({"xlwings": "0.38.0"}, "xlwings64-0.38.0.dll"),
        ({"executable": Path("/no/x.exe"), "prefix": Path("/no")}, "pythonw.exe"),
    ],
)
@pytest.mark.parametrize("mend", [False, True])
def test_what_cannot_be_mended_from_here_says_what_to_do(
    tmp_path: Path, changed: dict[str, Any], said: str, mend: bool
) -> None:
    found = examined(with_excel(tmp_path, **changed), mend=mend)["Excel: way to Python"]
    assert (found.state, said in found.advice) == ("problem", True)


@pytest.mark.parametrize(
    ("why", "package_named"),
    [
        # what Python says with pywin32 missing, and with DLLs of another version of Python
        ("ModuleNotFoundError: No module named 'pythoncom'", "pywin32"),
        ("ImportError: DLL load failed while importing win32api: not found.", "pywin32"),
        ("ModuleNotFoundError: No module named 'numpy'", "clv_xl"),
        ("ImportError: DLL load failed while importing _ufuncs: not a Win32 application.", "clv_xl"),
    ],
)  # fmt: skip
def test_a_python_that_does_not_start_says_why(tmp_path: Path, why: str, package_named: str) -> None:
    machine = with_excel(tmp_path)
    fake(machine).failure = why
    found = examined(machine)["Excel: start of Python"]
    assert (found.state, found.found) == ("problem", why)
    assert found.advice.endswith(package_named)
    assert str(machine.prefix / "Scripts" / "python.exe") in found.advice


@pytest.mark.parametrize(
    ("registry", "said", "advice"),
    [
        ({rf"{POLICY}\VBAWarnings": 4}, "no macros run", "administrator"),
        ({rf"{POLICY}\VBAWarnings": 3, rf"{CHOICE}\VBAWarnings": 1}, "signed", "administrator"),
        ({rf"{MACHINE_POLICY}\VBAWarnings": 4}, "no macros run", "administrator"),
        ({rf"{CHOICE}\VBAWarnings": 4}, "no macros run", "Trust Center"),
        ({r"HKCU\Software\Policies\Microsoft\Office\16.0\Common\VBAOff": 1}, "switched off", "administrator"),
    ],
)
def test_macros_that_are_switched_off(
    tmp_path: Path, registry: dict[str, Value], said: str, advice: str
) -> None:
    found = examined(with_excel(tmp_path, registry))["Excel: macros"]
    assert (found.state, said in found.found, advice in found.advice) == ("problem", True, True)
    assert ("trusted location" in found.advice) == (said != "switched off")


@pytest.mark.parametrize(
    "registry",
    [
        {rf"{CHOICE}\VBAWarnings": 2},
        {rf"{CHOICE}\VBAWarnings": 1},
        # a policy that lets Excel ask goes before the choice of the user
        {rf"{POLICY}\VBAWarnings": 2, rf"{CHOICE}\VBAWarnings": 4},
    ],
)
def test_macros_that_run_or_are_asked_for(tmp_path: Path, registry: dict[str, Value]) -> None:
    assert examined(with_excel(tmp_path, registry))["Excel: macros"].state == "ok"


@pytest.mark.parametrize(
    ("path", "below", "state"),
    [
        ("%USERPROFILE%/Documents", 0, "ok"),
        ("%USERPROFILE%", 1, "ok"),
        ("%USERPROFILE%", 0, "problem"),
        ("%USERPROFILE%/Other", 1, "problem"),
    ],
)
def test_in_a_trusted_location_macros_run_all_the_same(
    tmp_path: Path, path: str, below: int, state: str
) -> None:
    place = rf"{CHOICE}\Trusted Locations\Location3"
    registry: dict[str, Value] = {
        rf"{POLICY}\VBAWarnings": 4,
        rf"{place}\Path": path,
        rf"{place}\AllowSubfolders": below,
    }
    assert examined(with_excel(tmp_path, registry))["Excel: macros"].state == state


@pytest.mark.parametrize(
    ("registry", "rules"),
    [
        ({rf"{DEFENDER}\Windows Defender Exploit Guard\ASR\Rules\{WIN32}": "1"}, [WIN32]),
        ({rf"{DEFENDER}\Windows Defender Exploit Guard\ASR\Rules\{CHILDREN}": "6"}, [CHILDREN]),
        ({rf"{DEFENDER}\Policy Manager\ASRRules": f"{WIN32.upper()}=1|{CHILDREN}=1"}, [WIN32, CHILDREN]),
        ({rf"{DEFENDER}\Policy Manager\ASRRules": f"{WIN32}=2|{CHILDREN}=0"}, []),  # recorded; off
        (
            {rf"{BY_HAND}\{WIN32}": 1},
            [WIN32],
        ),
    ],
)
def test_rules_of_defender_that_stop_the_workbook(
    tmp_path: Path, registry: dict[str, Value], rules: list[str]
) -> None:
    found = [
        c for c in checks(Terminal("en"), machine=with_excel(tmp_path, registry)) if "Defender" in c.name
    ]
    assert [c.state for c in found] == ["problem"] * len(rules)
    assert all(guid in c.found and guid in c.advice for guid, c in zip(rules, found, strict=True))


def test_the_mark_of_the_web_is_told_and_then_removed(tmp_path: Path) -> None:
    machine = with_excel(tmp_path)
    (book,) = bridge.workbooks(machine)
    # NTFS keeps it as a stream of the file, named after a colon
    mark = filled(book.with_name(f"{book.name}:{MARK}"), b"[ZoneTransfer]\r\nZoneId=3\r\n")
    found = examined(machine)["Excel: workbook"]
    assert (found.state, "Unblock" in found.advice, "--mend" in found.advice) == ("problem", True, True)
    mended = examined(machine, mend=True)["Excel: workbook"]
    assert (mended.state, str(book) in mended.found, mark.exists()) == ("ok", True, False)
    assert examined(machine)["Excel: workbook"].found == str(book)


def test_a_workbook_in_onedrive_is_named_as_such(tmp_path: Path) -> None:
    machine = with_excel(tmp_path)
    environ = {**machine.environ, "OneDriveCommercial": str(machine.documents)}
    found = examined(computer(tmp_path, windows=machine.windows, environ=environ))["Excel: workbook"]
    assert (found.state, "OneDrive" in found.advice) == ("ok", True)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_sentence_is_in_the_language_of_the_run(tmp_path: Path, language: str) -> None:
    registry: dict[str, Value] = {rf"{POLICY}\VBAWarnings": 4}
    machine = with_excel(tmp_path, registry)
    old_dll(machine)
    found = list(checks(Terminal(language), machine=machine))
    assert len(found) == 4
    assert not any("install." in f"{c.name}{c.found}{c.advice}" for c in found)
    said = texts.word("install.macros_none", language)
    assert said in {c.found for c in found}
