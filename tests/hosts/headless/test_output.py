"""The copy: all or nothing, and nothing but cached values changed."""

import errno
import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clv_xl.errors import UserError
from clv_xl.hosts.headless.calc import calculate
from tests.hosts.headless.books import Fake, cells, formulas, make, parts, run, without_values


def rich(book: xlsxwriter.Workbook) -> None:
    """Fill a workbook with what a careless writer would lose."""
    bold = book.add_format({"bold": True, "num_format": "0.00"})
    sheet = book.add_worksheet("Main")
    data = book.add_worksheet("Data")
    data.add_table("A1:B5", {"name": "Orders", "columns": [{"header": "id"}, {"header": "amount"}],
                             "data": [[1, 50], [1, 70], [2, 30], [3, 90]]})  # fmt: skip
    sheet.write_formula("B2", "=CLV.AOV(Orders[amount])", bold, 1)
    sheet.write_formula("B3", "=CLV(B2,3,3)", bold, 2)
    sheet.write_formula("B4", '="<&>"&B3', None, "")
    sheet.write_dynamic_array_formula("D2", "=CLV.TABLE(3)", bold)
    sheet.data_validation("B9", {"validate": "list", "source": ["a", "b"]})
    sheet.conditional_format("B2:B4", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_comment("B2", "Average order value")
    sheet.add_sparkline("C2", {"range": "Data!B2:B5"})
    sheet.insert_textbox("H2", "note")
    sheet.protect("secret")
    sheet.write_url("A9", "https://example.org/?a=1&b=2")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Data!$B$2:$B$5"})
    sheet.insert_chart("H5", chart)
    book.define_name("rate", "=0.1")


def test_only_cached_values_change(tmp_path: Path) -> None:
    source = make(tmp_path / "rich.xlsx", rich)
    report, output = run(source)
    before, after = parts(source), parts(output)
    assert list(before) == list(after)
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["xl/worksheets/sheet1.xml"]
    assert cells(output)["B3"] == ("n", "540")  # 60 x 3 x 3
    assert (report.errors, report.kept) == ([], [])
    # A spill makes cells; apart from them and the areas they widen, the sheet reads the same.
    old, new = without_values(before[changed[0]]), without_values(after[changed[0]])
    assert b'ref="D2:F5"' in new
    assert old == _without_members(new)


def _without_members(sheet: bytes) -> bytes:
    """Return the rich sheet without what the spill D2:F5 made."""
    sheet = re.sub(rb'<c r="(?!D2")[DEF][2-5]"(?: s="\d+")?(?:/>|></c>)', b"", sheet)
    sheet = sheet.replace(b'ref="D2:F5"', b'ref="D2"').replace(b'<row r="5"></row>', b"")
    return sheet.replace(b'<dimension ref="A2:F9"/>', b'<dimension ref="A2:D9"/>').replace(
        b'spans="1:6"', b'spans="1:4"'
    )


def test_without_a_spill_the_sheet_is_the_same_but_for_values(tmp_path: Path) -> None:
    source = formulas(
        tmp_path / "b.xlsx", {"A1": "=CLV(1,2,3)", "B2": '="x"&A1', "C3": "=1/0", "D4": "=A1>1"}
    )
    _, output = run(source)
    part = "xl/worksheets/sheet1.xml"
    assert without_values(parts(source)[part]) == without_values(parts(output)[part])
    assert cells(output) == {"A1": ("n", "6"), "B2": ("str", "x6"), "C3": ("e", "#DIV/0!"), "D4": ("b", "1")}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    _, output = run(make(tmp_path / "rich.xlsx", rich))
    report, again = run(output)
    assert parts(output) == parts(again)
    assert report.changed == 0


def test_macros_stay(tmp_path: Path) -> None:
    macros = tmp_path / "vbaProject.bin"
    macros.write_bytes(os.urandom(5000))

    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_vba_project(str(macros))
        book.add_worksheet("S").write_formula("A1", "=CLV(1,2,3)")

    source = make(tmp_path / "b.xlsm", fill)
    _, output = run(source)
    assert parts(output)["xl/vbaProject.bin"] == macros.read_bytes()
    assert cells(output)["A1"] == ("n", "6")


def test_the_source_is_never_touched(tmp_path: Path) -> None:
    source = make(tmp_path / "rich.xlsx", rich)
    before, time = source.read_bytes(), source.stat().st_mtime_ns
    run(source)
    assert (source.read_bytes(), source.stat().st_mtime_ns) == (before, time)


@pytest.mark.parametrize("kind", ["same", "dotted", "link", "hard link"])
def test_the_source_is_refused_as_output(tmp_path: Path, kind: str) -> None:
    source = formulas(tmp_path / "b.xlsx", {"A1": "=CLV(1,2,3)"})
    (tmp_path / "x").mkdir()
    output = {"same": source, "dotted": tmp_path / "x" / ".." / "b.xlsx"}.get(kind, tmp_path / "link.xlsx")
    if kind == "link":
        output.symlink_to(source)
    elif kind == "hard link":
        os.link(source, output)
    before = source.read_bytes()
    with pytest.raises(UserError, match="headless_output_is_source"):
        calculate(source, output, Fake())
    assert source.read_bytes() == before


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, output = formulas(tmp_path / "b.xlsx", {"A1": "=CLV(1,2,3)"}), tmp_path / "out.xlsx"
    output.write_bytes(b"the former one")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(UserError, match="headless_disk_full"):
        calculate(source, output, Fake())
    assert output.read_bytes() == b"the former one"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.xlsx", "out.xlsx"]


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = formulas(tmp_path / "b.xlsx", {"A1": "=CLV(1,2,3)"})

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "copyfileobj", interrupted)
    with pytest.raises(KeyboardInterrupt):
        calculate(source, tmp_path / "out.xlsx", Fake())
    assert [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]


def test_no_folder(tmp_path: Path) -> None:
    source = formulas(tmp_path / "b.xlsx", {"A1": "=1"})
    with pytest.raises(UserError, match="headless_no_folder"):
        calculate(source, tmp_path / "no" / "out.xlsx", Fake())


def test_a_folder_as_output(tmp_path: Path) -> None:
    source = formulas(tmp_path / "b.xlsx", {"A1": "=1"})
    (tmp_path / "out").mkdir()
    with pytest.raises(UserError, match="headless_cannot_write"):
        calculate(source, tmp_path / "out", Fake())


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = formulas(tmp_path / "b.xlsx", {"A1": "=1"})

    def denied(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("tempfile.mkstemp", denied)
    with pytest.raises(UserError, match="headless_cannot_write"):
        calculate(source, tmp_path / "out.xlsx", Fake())


def test_without_output_nothing_is_written(tmp_path: Path) -> None:
    source = formulas(tmp_path / "b.xlsx", {"A1": "=CLV(1,2,3)"})
    report = calculate(source, None, Fake(), gets=("S!A1",))
    assert report.results[0].rows == [[6.0]]
    assert [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]


def test_stored_entries_stay_stored_and_dates_stay(tmp_path: Path) -> None:
    source = formulas(tmp_path / "b.xlsx", {"A1": "=CLV(1,2,3)"})
    with zipfile.ZipFile(source, "a", zipfile.ZIP_STORED) as package:
        package.writestr(zipfile.ZipInfo("custom/data.bin", (2001, 2, 3, 4, 5, 6)), b"abc")
    _, output = run(source)
    with zipfile.ZipFile(output) as package:
        info = package.getinfo("custom/data.bin")
    assert (info.compress_type, info.date_time) == (zipfile.ZIP_STORED, (2001, 2, 3, 4, 5, 6))
