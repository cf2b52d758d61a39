"""``clv-xl install`` and ``uninstall``: the workbook for Excel, and what is put beside it on Windows."""

import argparse
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.spelling import underscored
from clv_xl.cli import main
from clv_xl.cli.excel_book import blank_book, with_functions
from clv_xl.cli.install_excel import install, output_of, uninstall
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import UserError
from clv_xl.hosts.xlwings_udf.book.machine import Machine
from tests.cli.program import clv_xl, python
from tests.hosts.xlwings_udf.book.windows_like import VERSION, computer, filled

elsewhere = pytest.mark.skipif(sys.platform == "win32", reason="there it goes to Documents")


def asked(**words: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"output": None, "demo": False, "force": False, "json": True, **words})


def on_windows(
    machine: Machine, capsys: pytest.CaptureFixture[str], language: str = "en", **words: Any
) -> Any:
    assert install(asked(**words), Terminal(language), machine) == 0
    return json.loads(capsys.readouterr().out)


def macros(path: Path) -> dict[str, str]:
    """Return the VBA of a workbook by the name of its module, as olevba reads it."""
    parser = pytest.importorskip("oletools.olevba").VBA_Parser(str(path))
    try:
        return {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    finally:
        parser.close()


def clean(path: Path) -> None:
    found = OpenXmlValidator().validate(path)
    assert list(found.errors) == []


@elsewhere
def test_on_a_machine_without_excel_the_workbook_alone_is_written(tmp_path: Path) -> None:
    book = tmp_path / "Plan.xlsm"
    done = clv_xl("install", "excel", "-o", str(book))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"Workbook written: {book}"
    assert "not Windows" in done.stdout
    assert "=CLV(50,3,3)" in done.stdout
    clean(book)
    found = macros(book)
    assert {"ThisWorkbook", "ClvFunctions"} <= set(found)
    missing = [n for n in CATALOGUE if f"Public Function {underscored(n)}(" not in found["ClvFunctions"]]
    assert missing == []


@elsewhere
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_next_steps_are_in_the_language_of_the_run(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["install", "excel", "--lang", language, "-o", str(tmp_path / "a.xlsm")]) == 0
    shown = capsys.readouterr().out
    assert texts.word("install.next", language) in shown
    assert ("=CLV(50;3;3)" if language in texts.DECIMAL_COMMA else "=CLV(50,3,3)") in shown


@elsewhere
def test_for_a_program_the_answer_is_json(tmp_path: Path) -> None:
    book = tmp_path / "Plan.xlsm"
    done = clv_xl("install", "excel", "--json", "--lang", "fi", "-o", str(tmp_path / "Plan"))
    assert json.loads(done.stdout) == {
        "workbook": str(book),
        "written": True,
        "demo": False,
        "language": "fi",
        "folder": None,
        "python": None,
        "xlwings": None,
    }


@pytest.mark.slow
def test_the_demo_has_macros_and_its_numbers(tmp_path: Path) -> None:
    book = tmp_path / "Demo.xlsm"
    done = clv_xl("install", "excel", "--demo", "-o", str(book))
    assert done.returncode == 0
    clean(book)
    assert "ClvFunctions" in macros(book)
    formulas = openpyxl.load_workbook(book, keep_vba=True)
    values = openpyxl.load_workbook(book, keep_vba=True, data_only=True)
    cells = [(cell, sheet.title) for sheet in formulas for row in sheet.iter_rows() for cell in row]
    # the formula of an array is the text of an object
    typed = [(str(getattr(cell.value, "text", cell.value)), cell, sheet) for cell, sheet in cells]
    ours = [(text, cell, sheet) for text, cell, sheet in typed if "CLV" in text and text.startswith("=")]
    live = [(text, cell, sheet) for text, cell, sheet in ours if cell.data_type == "f"]
    assert (len(live) > 10, len(ours) > len(live)) == (True, True)  # some are shown as texts, to be typed
    # VBA knows no dots in a name and no _xldudf_ of the add-in
    assert [text for text, _, _ in ours if "CLV." in text or "_xldudf" in text] == []
    assert [text for text, cell, sheet in live if values[sheet][cell.coordinate].value is None] == []


def test_a_workbook_that_is_there_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = filled(tmp_path / "Plan.xlsm", b"my work")
    assert main(["install", "excel", "-o", str(book)]) == 2
    shown = capsys.readouterr().err
    assert ("--force" in shown, "--output" in shown) == (True, True)
    assert book.read_bytes() == b"my work"
    assert main(["install", "excel", "-o", str(book), "--force"]) == 0
    assert zipfile.is_zipfile(book)


@elsewhere
def test_without_a_name_the_workbook_goes_into_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["install", "excel", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["workbook"] == str(tmp_path / "clv-xl.xlsm")
    assert main(["install", "excel", "--json"]) == 2


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["install"], "excel"),
        (["uninstall"], "excel"),
        (["install", "excel", "-o", "Plan.xlsx"], ".xlsm"),
        (["install", "excel", "-o", "no/such/folder/Plan.xlsm"], "folder: "),
        (["install", "word"], "excel"),
    ],
)
def test_a_mistake_is_a_sentence(words: list[str], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert part in capsys.readouterr().err.splitlines()[-1]


def test_the_blank_workbook_needs_the_base_only() -> None:
    code = (
        "import sys\n"
        "for name in ('xlsxwriter', 'lxml', 'formualizer', 'rich', 'openpyxl'): sys.modules[name] = None\n"
        "from clv_xl.cli.excel_book import blank_book\n"
        "sys.exit(blank_book('pl')[:2] != b'PK')"
    )
    done = python(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_demo_without_its_packages_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['xlsxwriter'] = None\nfrom clv_xl.cli import main\n"
        f"sys.exit(main(['install', 'excel', '--demo', '-o', {str(tmp_path / 'a.xlsm')!r}]))"
    )
    done = python(code)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "clv_xl[workbook]" in done.stderr


def test_functions_go_into_a_workbook_with_a_chart_sheet(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    plain, path = tmp_path / "plain.xlsx", tmp_path / "Plan.xlsm"
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet()
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Sheet1!$A$1:$A$2"})
        book.add_chartsheet().set_chart(chart)
    path.write_bytes(with_functions(plain.read_bytes(), "en"))
    clean(path)
    found = macros(path)  # classes of Excel's type library: 00020820 a worksheet, 00020821 a chart sheet
    assert "00020820" in found["Sheet1"]
    assert "00020821" in found["Chart1"]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_same_workbook_is_written_every_time(language: str) -> None:
    once = blank_book(language)
    assert once == blank_book(language)
    assert "xl/vbaProject.bin" in zipfile.ZipFile(io.BytesIO(once)).namelist()


def test_on_windows_it_goes_to_documents_and_excel_is_connected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = computer(tmp_path)
    found = on_windows(machine, capsys, "ka")
    assert found == {
        "workbook": str(machine.documents / "clv-xl.xlsm"),
        "written": True,
        "demo": False,
        "language": "ka",
        "folder": str(machine.folder),
        "python": str(machine.prefix / "Scripts" / "pythonw.exe"),
        "xlwings": VERSION,
    }
    clean(Path(found["workbook"]))
    assert (machine.folder / "clv_xl_xlwings32.dll").read_bytes() == b"MZ32"
    assert "language=ka" in (machine.folder / "settings.ini").read_text("cp1252")


def test_a_second_install_renews_the_connection_and_keeps_the_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = computer(tmp_path)
    book = Path(on_windows(machine, capsys)["workbook"])
    book.write_bytes(b"my work")
    filled(machine.folder / "settings.ini", b"old")
    assert not on_windows(machine, capsys, "pl")["written"]
    assert book.read_bytes() == b"my work"
    assert "language=pl" in (machine.folder / "settings.ini").read_text("cp1252")
    assert on_windows(machine, capsys, force=True)["written"]
    assert zipfile.is_zipfile(book)


def test_a_name_that_was_given_and_is_taken_changes_nothing(tmp_path: Path) -> None:
    machine = computer(tmp_path)
    book = filled(tmp_path / "Plan.xlsm", b"my work")
    with pytest.raises(UserError) as error:
        install(asked(output=book), Terminal("en"), machine)
    assert error.value == UserError("install.exists", path=str(book))
    assert not machine.folder.exists()


def test_a_workbook_open_in_excel_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = computer(tmp_path)
    book = filled(tmp_path / "Plan.xlsm", b"my work")
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        """Refuse as Windows does for a file that Excel has open."""
        if target == book:
            raise PermissionError(13, "Permission denied", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("clv_xl.orders.replacing.RETRIES", 1)
    with pytest.raises(UserError) as error:
        install(asked(output=book, force=True), Terminal("en"), machine)
    assert error.value == UserError("install.workbook_open", path=str(book))
    assert [path.name for path in tmp_path.glob("*.xlsm*")] == ["Plan.xlsm"]


def test_a_python_that_excel_cannot_use_is_told_before_anything_is_written(tmp_path: Path) -> None:
    store = tmp_path / "WindowsApps" / "PythonSoftwareFoundation.Python.3.12_3.12.2032.0_x64__qbz5n2kfra8p0"
    machine = computer(tmp_path, base_prefix=store)
    with pytest.raises(UserError) as error:
        install(asked(), Terminal("en"), machine)
    assert error.value.key == "install.store_python"
    assert list(machine.documents.iterdir()) == []


@elsewhere
@pytest.mark.parametrize(
    ("given", "demo", "name"), [(".", False, "clv-xl.xlsm"), ("..", True, "clv-xl-demo.xlsm")]
)
def test_where_a_folder_is_named_the_workbook_goes_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, demo: bool, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = output_of(asked(output=Path(given), demo=demo), computer(tmp_path / "user"))
    assert found.resolve() == (tmp_path / given / name).resolve()


def test_a_home_in_the_name_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    found = output_of(asked(output=Path("~/Plan.XLSM")), computer(tmp_path))
    assert found == tmp_path / "Plan.XLSM"


def test_uninstall_removes_what_install_put_and_names_the_workbooks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = computer(tmp_path)
    book = on_windows(machine, capsys)["workbook"]
    assert uninstall(asked(json=False), Terminal("en"), machine) == 0
    shown = capsys.readouterr().out
    assert f"Removed: {machine.folder / 'settings.ini'}" in shown
    assert f"Left: {book}" in shown
    assert (machine.folder.parent.exists(), Path(book).exists()) == (False, True)
    assert uninstall(asked(), Terminal("en"), machine) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": [], "left": []}


@elsewhere
def test_uninstall_where_nothing_was_installed() -> None:
    done = clv_xl("uninstall", "excel")
    assert (done.returncode, done.stdout) == (0, "Nothing was installed for Excel here.\n")


def test_a_shell_completes_the_words_of_install(capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    script = capsys.readouterr().out
    assert ("_install_excel_" in script, "_uninstall_excel_" in script) == (True, True)
    options = script.split("_install_excel_option_strings=")[1].split(")")[0]
    assert {"--output", "--demo", "--force"} <= set(options.replace("'", "").strip("(").split())
