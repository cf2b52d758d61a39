"""``clv-xl template``: where the workbook goes, what is asked of a file, and what is told about it."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from clv_xl import texts
from clv_xl.cli import main
from clv_xl.cli.template import build_of, output_of
from clv_xl.errors import UserError
from clv_xl.hosts.headless import calc
from clv_xl.workbook.template import kit
from tests.cli.program import clv_xl
from tests.cli.template_orders import data_file, orders, printed, words


def test_an_earlier_template_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert output_of(words(), "calc", "fi") == Path("clv-xl-template-calc-fi.xlsx")
    assert output_of(words(), "xlwings", "en") == Path("clv-xl-template-xlwings-en.xlsm")
    Path("clv-xl-template-native-en.xlsx").touch()
    assert output_of(words(), "native", "en") == Path("clv-xl-template-native-en-2.xlsx")
    assert output_of(words("--force"), "native", "en") == Path("clv-xl-template-native-en.xlsx")


def test_a_log_too_long_for_native_formulas_is_built_for_the_functions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = orders(tmp_path)
    assert (build_of(None, None), build_of(None, found), build_of("calc", found)) == (
        "native",
        "native",
        "calc",
    )
    monkeypatch.setattr(kit, "NATIVE_ORDERS", len(found.lines) - 1)
    assert (build_of(None, found), build_of("calc", found)) == ("addin", "calc")
    with pytest.raises(UserError, match="too_long"):
        build_of("native", found)


@pytest.mark.slow
@pytest.mark.parametrize("limit", [2, 3])
def test_what_answers_without_the_functions_is_told(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kit, "NATIVE_ORDERS", limit)
    book = tmp_path / "T.xlsx"
    main(["template", "--build", "addin", "--data", str(data_file(tmp_path)), "-o", str(book)])
    told = " ".join(capsys.readouterr().out.split())
    assert ("The log has 3 lines" in told) == (limit == 2)
    assert ("Without the functions the native formulas answer." in told) == (limit == 3)
    # The file has no costs, so that margin and CAC are those of the quick start: 40% and 45.
    assert "Margin 40%, discount rate 10%;" in told
    assert "margin 40% and CAC 45.00 are examples, not yours" in told
    assert "--vary in_margin=30%:50%:5%" in told
    assert "at margins of 30% to 50%" in told


def test_a_file_that_is_there_is_replaced_only_by_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "Plan.xlsx"
    book.write_text("mine")
    assert main(["template", "-o", str(book)]) == 2
    assert "--force" in capsys.readouterr().err
    assert book.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "Plan.xlsm"], ".xlsx"),
        (["--build", "xlwings", "-o", "Plan.xlsx"], ".xlsm"),
        (["--sheet", "Orders"], "--data"),
        (["--customer", "Konto"], "--data"),
        (["--as-of", "2025-01-31"], "--data"),
        (["--data", "no.csv"], "no.csv"),
        (["--data", "x.csv", "--as-of", "soon"], "2025-01-31"),
        (["--dates", "ydm", "--data", "x.csv"], "dmy"),
        (["--build", "exel"], "native"),
    ],
)
def test_words_that_make_no_sense_are_one_sentence_and_leave_no_file(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["template", *arguments]) == 2
    assert told in capsys.readouterr().err.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_the_orders_cannot_be_overwritten_by_the_workbook_made_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    for row in (["Customer", "Date", "Amount"], ["A", dt.date(2025, 1, 31), 5]):
        book.worksheets[0].append(row)
    path = tmp_path / "Orders.xlsx"
    book.save(path)
    before = path.read_bytes()
    assert main(["template", "--data", str(path), "-o", str(path), "--force"]) == 2
    assert path.read_bytes() == before
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_was_understood_is_told_in_every_language(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(orders(tmp_path), language, capsys)
    mark = "," if language in texts.DECIMAL_COMMA else "."
    assert "{" not in text
    for part in (
        "Windows-1252",
        "Tilaukset.csv",
        texts.word("data.separator_semicolon", language),
        texts.word("data.decimal_comma", language),
        texts.word("date_order.dmy", language),
        f"Asiakas = {texts.word('field.customer', language)}",
        "Huom",
        "31.2.2025",
        f"1249{mark}00 EUR",  # 1,234.50 + 5.50 + 9
        "2024-02-01",
        "2025-02-28",
    ):
        assert part in text


def test_the_counts_and_the_row_of_what_is_left_out_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(orders(tmp_path), "en", capsys)
    for part in (
        "Rows with content below the headers: 4 3 orders, one row each in the workbook 1 rows that could",
        "Customers: 2",
        "Segments: 2; channels: 0",
        "Left out: 1",
        "Row 4. Tilauspäivä: 31.2.2025 is no date.",
    ):
        assert part in text


def test_the_period_is_locked_at_the_last_date_or_at_the_day_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Customer,Date,Amount\nA,2025-01-05,5\nB,2025-02-13,6\n"
    found = orders(tmp_path, text=text)
    assert found.lines.as_of == 45701.0  # DATE(2025,2,13)
    assert "--as-of 2025-01-31" in printed(found, "en", capsys)
    locked = orders(tmp_path, "--as-of", "2025-01-31", text=text)
    assert locked.lines.as_of == 45688.0
    told = printed(locked, "en", capsys)
    assert "1 orders up to 2025-01-31, the last day that counts 1 orders after 2025-01-31" in told
    assert "Customers: 1; orders from 2025-01-05 to 2025-01-05; revenue 5.00 USD" in told
    assert "ends no month" not in told
    path = data_file(tmp_path, text)
    assert main(["template", "--data", str(path), "--as-of", "2024-12-31"]) == 2
    assert "2025-01-05" in capsys.readouterr().err


def test_rows_that_are_left_out_are_counted_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row with a wrong date and a wrong amount is one row left out, for two reasons."""
    text = "Customer,Date,Amount\nA,2025-01-05,5\nB,2025-01-05,5\nC,soon,much\nD,2025-01-31,6\n"
    assert "Left out: 1 " in printed(orders(tmp_path, text=text), "en", capsys)


def test_a_currency_that_nobody_names_is_assumed_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Customer,Date,Amount\nA,2025-01-31,5\n"
    found = orders(tmp_path, text=text)
    assert [found.currency(language) for language in texts.LANGUAGES] == ["USD", "EUR", "GEL", "PLN", "EUR"]
    assert "--currency" in printed(found, "en", capsys)
    told = orders(tmp_path, "--currency", "sek", text=text)
    assert told.currency("en") == "SEK"


def test_ctrl_c_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(calc, "calculate", interrupted)
    for build, name in (("native", "T.xlsx"), ("xlwings", "T.xlsm")):
        assert main(["template", "--build", build, "-o", str(tmp_path / name)]) == 130
    assert list(tmp_path.iterdir()) == []
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.slow
def test_somebodys_orders_come_out_as_a_calculated_workbook(tmp_path: Path) -> None:
    book = tmp_path / "Malli.xlsx"
    done = clv_xl("template", "--lang", "fi", "--data", str(data_file(tmp_path)), "-o", str(book))
    assert done.returncode in (0, 1), done.stderr  # 1: a check of so few orders may ask to be looked at
    rows = {m[1]: m[2] for m in re.finditer(r"^(=A|B|\S+)  +(\d+)  +\d+,\d\d", done.stdout, re.MULTILINE)}
    assert (rows["=A"], rows["B"]) == ("1", "1")
    assert str(book) in done.stdout
    name = texts.word("sheet.orders", "fi")
    page = openpyxl.load_workbook(book, data_only=True)[name]
    table = page.tables["Orders"]
    header, *lines = [[cell.value for cell in row[:7]] for row in page[table.ref]]
    assert header[:4] == ["order_id", "customer_id", "order_date", "revenue"]
    assert [(line[1], line[3], line[5]) for line in lines] == [
        ("Äijä", 1234.5, "=A"),
        ("Bo", 5.5, "B"),
        ("Bo", 9, "B"),
    ]
    assert [line[2].date() for line in lines] == [
        dt.date(2024, 2, 1),
        dt.date(2025, 2, 13),
        dt.date(2025, 2, 28),
    ]


@pytest.mark.slow
def test_the_build_for_excel_on_windows_carries_the_functions_as_macros(tmp_path: Path) -> None:
    book = tmp_path / "Template.xlsm"
    done = clv_xl("template", "--build", "xlwings", "-o", str(book))
    assert done.returncode in (0, 1), done.stderr
    with zipfile.ZipFile(book) as package:
        assert "xl/vbaProject.bin" in package.namelist()
        types = package.read("[Content_Types].xml").decode()
    assert "macroEnabled" in types
    # 786 customers with an order: every third customer of the sample, counted by the workbook itself
    assert re.search(r"786  ", done.stdout)


def test_every_text_of_the_command_is_there_and_used() -> None:
    folder = Path(texts.__file__).parent.parent
    code = "\n".join(
        p.read_text("utf-8") for p in [*folder.glob("cli/template*.py"), *folder.glob("orders/files/*.py")]
    )
    named = set(re.findall(r'"((?:data|template_command)\.[a-z_]+)"', code))
    assert {key for key in named if texts.find(key) is None} == set()
    # a key may be put together: data.note_KEY, data.left_KEY, data.separator_KEY, template_command.OPTION
    stems = [
        *re.findall(r'f"((?:data|template_command)\.[a-z_]*)\{', code),
        "data.missing_",
        "data.ambiguous_",
    ]
    kept = {key for name in ("template_command", "template_data") for key in texts.table(name)}
    unused = {
        key for key in kept - named if not key.startswith(tuple(stem for stem in stems if stem != "data."))
    }
    assert unused <= {"cli.template_about", "date_order.mdy", "data.duplicate_column"}
