"""The DLL copies and settings.ini between Excel and Python: put, renewed and removed."""

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import clv_xl
from clv_xl.errors import UserError
from clv_xl.hosts.xlwings_udf.book import bridge
from clv_xl.hosts.xlwings_udf.book.modules import shipped
from clv_xl.hosts.xlwings_udf.book.settings import NAME, Settings, read
from tests.hosts.xlwings_udf.book.windows_like import VERSION, FakeWindows, computer, filled

COPIES = {"clv_xl_xlwings64.dll": b"MZ64", "clv_xl_xlwings32.dll": b"MZ32"}


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def refusing(name: str) -> Callable[..., Any]:
    """Return Path.replace or Path.unlink as Windows has it for a DLL that Excel has loaded."""
    real = getattr(Path, name)

    def refuse(self: Path, *args: Any, **named: Any) -> Any:
        if any(str(path).endswith(".dll") for path in (self, *args)):
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args, **named)

    return refuse


def test_what_is_put_is_two_dlls_under_fixed_names_and_the_settings(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    put = bridge.put(machine, "fi")
    python = str(machine.prefix / "Scripts" / "pythonw.exe")
    assert put.settings == Settings(python, VERSION, clv_xl.__version__, "fi")
    found = files(machine.folder)
    settings = found.pop(NAME)
    assert found == COPIES
    # VBA's Line Input reads it: ANSI, lines ended by CR LF
    assert settings.decode("cp1252").split("\r\n") == [
        "[clv_xl]",
        f"python={python}",
        f"xlwings={VERSION}",
        f"clv_xl={clv_xl.__version__}",
        "language=fi",
        "",
    ]
    assert bridge.found(machine) == put.settings
    assert bridge.stale(machine) == []


def test_a_python_of_the_code_page_comes_back_letter_by_letter(tmp_path: Path) -> None:
    machine = computer(tmp_path, "Äijö")
    bridge.put(machine, "fi")
    assert "Äijö".encode("cp1252") in (machine.folder / NAME).read_bytes()
    found = bridge.found(machine)
    assert found is not None
    assert Path(found.python).is_file()


def test_what_the_macros_look_for_is_what_is_put(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    settings = bridge.put(machine, "en").settings
    reads, starts = shipped("ClvSettings.bas"), shipped("ClvPython.bas")
    below = machine.folder.relative_to(machine.environ["LOCALAPPDATA"])
    assert f'"\\{below.parts[0]}\\{below.parts[1]}"' in starts
    assert '"LOCALAPPDATA"' in starts
    assert all(f'"{name}"' in starts for name in (*COPIES, NAME))
    asked = set(re.findall(r'ClvSetting\(settings, "(\w+)"\)', reads + starts))
    assert asked == {"python", "language"}
    assert asked <= set(asdict(settings))


def test_put_again_renews_what_another_xlwings_left(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    bridge.put(machine, "en")
    filled(machine.folder / "clv_xl_xlwings64.dll", b"MZ65")
    assert bridge.stale(machine) == ["clv_xl_xlwings64.dll"]
    bridge.put(machine, "pl")
    assert bridge.stale(machine) == []
    found = bridge.found(machine)
    assert found is not None
    assert found.language == "pl"


def test_a_dll_that_excel_holds_is_a_sentence_unless_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = computer(tmp_path)
    bridge.put(machine, "en")
    monkeypatch.setattr(Path, "replace", refusing("replace"))
    monkeypatch.setattr("clv_xl.orders.replacing.RETRIES", 1)
    bridge.put(machine, "fi")  # the same DLLs are left alone, the settings are new
    copy = filled(machine.folder / "clv_xl_xlwings64.dll", b"MZ65")
    with pytest.raises(UserError) as error:
        bridge.put(machine, "fi")
    assert error.value == UserError("install.dll_in_use", path=str(copy))
    assert sorted(files(machine.folder)) == sorted([*COPIES, NAME])  # and no temporary file


def test_nothing_is_written_where_something_is_missing(tmp_path: Path) -> None:
    machine = computer(tmp_path, xlwings="0.38.0")
    with pytest.raises(UserError):
        bridge.put(machine, "en")
    assert not machine.folder.exists()


def test_a_profile_of_other_letters_needs_its_short_form(tmp_path: Path) -> None:
    environ = {"LOCALAPPDATA": str(tmp_path / "ნინო")}
    machine = computer(tmp_path, environ=environ)
    with pytest.raises(UserError) as error:
        bridge.put(machine, "ka")
    assert error.value == UserError("install.folder_letters", path=str(machine.folder))
    assert list(machine.folder.iterdir()) == []
    windows = FakeWindows(shortened={str(machine.folder): r"C:\Users\5C2B~1\AppData\Local\clv_xl\excel"})
    bridge.put(computer(tmp_path, environ=environ, windows=windows), "ka")
    assert len(list(machine.folder.iterdir())) == 3


@pytest.mark.parametrize("text", ["", "[clv_xl]\r\npython=x\r\n", "\udcff"])
def test_settings_that_lack_something_are_none(tmp_path: Path, text: str) -> None:
    path = filled(tmp_path / NAME, text.encode("utf-8", "surrogateescape"))
    assert read(path, "utf-8") is None


def test_workbooks_are_remembered_once_and_as_long_as_they_are_there(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    assert bridge.workbooks(machine) == ()
    first, second = filled(tmp_path / "ნინო.xlsm"), filled(tmp_path / "b.xlsm")
    for path in (first, second, first):
        bridge.remember(machine, path)
    assert bridge.workbooks(machine) == (first, second)
    second.unlink()
    assert bridge.workbooks(machine) == (first,)


def test_remove_takes_away_exactly_what_was_put(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    book = filled(machine.documents / "clv-xl.xlsm")
    bridge.put(machine, "en")
    bridge.remember(machine, book)
    gone = bridge.remove(machine)
    assert {path.name for path in gone} == {*COPIES, NAME, "workbooks.txt"}
    assert not machine.folder.parent.exists()
    assert book.exists()
    assert bridge.remove(machine) == []


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    store = filled(machine.folder.parent / "store" / "x.npy")  # of CLV.DATA
    own = filled(machine.folder / "note.txt")
    bridge.put(machine, "en")
    bridge.remove(machine)
    assert (store.exists(), files(machine.folder)) == (True, {own.name: b"MZ"})


def test_a_dll_that_excel_holds_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = computer(tmp_path)
    bridge.put(machine, "en")
    monkeypatch.setattr(Path, "unlink", refusing("unlink"))
    with pytest.raises(UserError) as error:
        bridge.remove(machine)
    assert error.value.key == "install.dll_in_use"
