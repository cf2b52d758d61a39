"""Where Python, xlwings and the user's folders are on a Windows machine."""

import sys
from pathlib import Path

import pytest

from clv_xl.errors import UserError
from clv_xl.hosts.xlwings_udf.book.machine import LONGEST, this_machine
from clv_xl.hosts.xlwings_udf.book.windows import ThisWindows
from tests.hosts.xlwings_udf.book.windows_like import DLL32, DLL64, FakeWindows, computer, filled

PERSONAL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders\Personal"


def refused(machine: object, what: str) -> str:
    with pytest.raises(UserError) as error:
        getattr(machine, what)()
    return error.value.key


def test_of_a_virtual_environment_its_own_python_is_taken(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    assert machine.python() == machine.prefix / "Scripts" / "pythonw.exe"


def test_an_installed_python_has_its_program_at_its_root(tmp_path: Path) -> None:
    base = tmp_path / "Python312"
    machine = computer(tmp_path, executable=base / "python.exe", prefix=base)
    assert machine.python() == base / "pythonw.exe"


def test_without_pythonw_the_python_with_a_console_is_taken(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    (machine.prefix / "Scripts" / "pythonw.exe").unlink()
    assert machine.python().name == "python.exe"


def test_no_python_at_all_is_a_sentence(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    machine = computer(tmp_path, executable=nowhere / "x.exe", prefix=nowhere)
    assert refused(machine, "python") == "install.no_python"


@pytest.mark.parametrize(
    ("base", "refusal"),
    [
        # Python's manual, "The Microsoft Store package" and "Python install manager": where each lives
        ("WindowsApps/PythonSoftwareFoundation.Python.3.12_3.12.2032.0_x64__qbz5n2kfra8p0", True),
        ("Users/Anna/AppData/Local/Python/pythoncore-3.14-64", False),
        ("WindowsApps/PythonSoftwareFoundation.PythonManager_25.0.240.0_x64__3847v3x7pw1km", False),
    ],
)  # fmt: skip
def test_a_python_whose_files_windows_hides_is_refused(tmp_path: Path, base: str, refusal: bool) -> None:
    machine = computer(tmp_path, base_prefix=tmp_path / base)
    assert machine.from_store == refusal
    if refusal:
        assert refused(machine, "python") == "install.store_python"


@pytest.mark.parametrize("user", ["Äijö", "100%OS%", "R&D (new) ^1", "O'Neil"])
def test_a_path_of_the_code_page_is_handed_over_as_it_is(tmp_path: Path, user: str) -> None:
    machine = computer(tmp_path, user)
    assert machine.python_path() == str(machine.python())


def test_a_path_of_other_letters_is_handed_over_in_its_short_form(tmp_path: Path) -> None:
    machine = computer(tmp_path, "ნინო")
    short = r"C:\Users\5C2B~1\clv\Scripts\pythonw.exe"
    machine = computer(tmp_path, "ნინო", windows=FakeWindows(shortened={str(machine.python()): short}))
    assert machine.python_path() == short


@pytest.mark.parametrize("user", ["ნინო", "$(CLSID)", 'x"y', "x" * 200])
def test_a_path_that_cannot_be_handed_over_is_a_sentence(tmp_path: Path, user: str) -> None:
    deep = tmp_path.joinpath(*["x" * 200] * (LONGEST // 200)) if len(user) == 200 else tmp_path
    assert refused(computer(deep, user), "python_path") == "install.python_path"


def test_the_dlls_are_those_that_the_installation_lists(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    assert machine.dlls() == {"64": machine.prefix / DLL64, "32": machine.prefix / DLL32}


def test_without_a_list_the_dlls_are_looked_for(tmp_path: Path) -> None:
    user = tmp_path / "Roaming"
    found = {"64": filled(user / "Python" / DLL64), "32": filled(user / "Python" / DLL32)}
    machine = computer(tmp_path, prefix=tmp_path, xlwings_files=(), environ={"APPDATA": str(user)})
    assert machine.dlls() == found  # where pip install --user puts data files


def test_dlls_of_another_version_are_not_taken(tmp_path: Path) -> None:
    machine = computer(tmp_path, xlwings="0.38.0")
    with pytest.raises(UserError) as error:
        machine.dlls()
    assert error.value == UserError("install.no_dll", name="xlwings64-0.38.0.dll")


def test_the_folder_is_in_the_local_profile_and_never_in_onedrive(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    assert machine.folder == machine.home / "AppData" / "Local" / "clv_xl" / "excel"
    assert computer(tmp_path, environ={}).folder == machine.folder


def test_documents_are_where_the_registry_says(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    assert machine.documents == machine.home / "Documents"
    moved = machine.home / "OneDrive" / "Asiakirjat"
    windows = FakeWindows({PERSONAL: "%USERPROFILE%/OneDrive/Asiakirjat"})
    assert computer(tmp_path, windows=windows).documents == machine.home / "Documents"  # it is not there
    moved.mkdir(parents=True)
    assert computer(tmp_path, windows=windows).documents == moved
    (machine.home / "Documents").rmdir()
    assert machine.documents == machine.home


@pytest.mark.skipif(sys.platform == "win32", reason="what Windows answers is another")
def test_here_is_no_windows() -> None:
    machine = this_machine()
    assert not machine.is_windows
    assert (machine.xlwings != "", machine.xlwings_files) == (True, ())
    assert machine.windows.value("HKCR", r"Excel.Application\CurVer", "") is None
    assert machine.windows.names("HKCU", "Software") == ()
    assert machine.windows.short("/x") == "/x"


def test_a_start_of_python_says_what_failed() -> None:
    windows = ThisWindows()
    assert windows.run(sys.executable, "import json") is None
    assert windows.run(sys.executable, "import no_such_module") == (
        "ModuleNotFoundError: No module named 'no_such_module'"
    )
    assert windows.run(sys.executable, "raise SystemExit(3)") == "exit status 3"
    assert "nowhere" in str(windows.run("/nowhere/python", ""))


def test_a_start_of_python_takes_no_module_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "planted.py").touch()
    monkeypatch.chdir(tmp_path)
    assert ThisWindows().run(sys.executable, "import planted") == (
        "ModuleNotFoundError: No module named 'planted'"
    )
