"""Files of orders: what is understood of a CSV or Excel export, and what is refused in one sentence."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.orders.files.asked import SHEET_ROWS, Asked
from clv_xl.orders.files.left import reason
from clv_xl.orders.files.lines import Lines, lines_of
from clv_xl.orders.files.read import OrderFile, read_orders

# Headers, names and the code page of each language; the words are those of clv_xl/orders/headers.csv.
LOCALES = {
    "en": (("Customer", "Order date", "Amount"), ("Zoë", "Bob"), "cp1252"),
    "fi": (("Asiakas", "Tilauspäivä", "Summa"), ("Äijä Öhman", "Åsa"), "cp1252"),
    "ka": (("მომხმარებელი", "თარიღი", "თანხა"), ("ნინო", "გიორგი"), "utf-8"),
    "pl": (("Klient", "Data zamówienia", "Kwota"), ("Łukasz Żółć", "Święty"), "cp1250"),
    "el": (("Πελάτης", "Ημερομηνία", "Ποσό"), ("Γιώργος", "Μαρία"), "cp1253"),
}
ISO_PAGES = {"fi": "iso8859_15", "pl": "iso8859_2", "el": "iso8859_7"}
DAY = 45689.0  # 2025-02-01: DATE(2025,2,1) in Excel


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "orders.csv"
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path, **said: Any) -> tuple[OrderFile, Lines]:
    asked = Asked(path, **said)
    found = read_orders(asked)
    return found, lines_of(asked, found)


def refused(path: Path, **said: Any) -> str:
    with pytest.raises(UserError) as caught:
        read(path, **said)
    for language in texts.LANGUAGES:
        sentence = texts.sentence(caught.value, language)
        assert str(path) in sentence
        assert "{" not in sentence
    return texts.sentence(caught.value)


def rows_of(headers: tuple[str, ...], names: tuple[str, ...], separator: str, *, comma: bool) -> str:
    """Two orders, 1,234.50 on 2025-02-01 and 5.25 on 2025-02-13, the day first."""
    big, small = ("1.234,50", "5,25") if comma else ("1,234.50", "5.25")
    rows = [headers, (names[0], "1.2.2025", f'"{big}"'), (names[1], "13.2.2025", f'"{small}"')]
    return "\r\n".join(separator.join(row) for row in rows) + "\r\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "page", "iso"]
)
@pytest.mark.parametrize("language", LOCALES)
def test_every_encoding_separator_and_decimal_mark_comes_back(
    tmp_path: Path, language: str, encoding: str, separator: str
) -> None:
    headers, names, page = LOCALES[language]
    code = {"page": page, "iso": ISO_PAGES.get(language, page)}.get(encoding, encoding)
    for comma in (True, False):
        found, lines = read(csv_file(tmp_path, rows_of(headers, names, separator, comma=comma), code))
        assert lines.customers == list(names)
        assert lines.days == [DAY, DAY + 12]
        assert lines.revenue == [1234.5, 5.25]
        assert (found.grid.separator, found.decimal) == (separator, "," if comma else ".")
        assert tuple(found.layout.headers.values()) == headers


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("fi", "cp1252", "Windows-1252"),
        ("pl", "cp1250", "Windows-1250"),
        ("el", "cp1253", "Windows-1253"),
        ("pl", "iso8859_2", "ISO 8859-2"),
    ],
)
def test_the_code_page_is_named(tmp_path: Path, language: str, code: str, name: str) -> None:
    headers, names, _ = LOCALES[language]
    found, _ = read(csv_file(tmp_path, rows_of(headers, names, ";", comma=True), code))
    assert found.grid.encoding == name


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("cp1252", ("Äijä Öhman", "Åsa", "Straße", "José", "Zoë", "Øster", "Sähköposti")),
        ("cp1250", ("Łódź", "Paweł", "Kraków", "Małgorzata", "ŻANETA", "Škoda")),
        ("cp1253", ("Γιώργος", "Άννα", "ΠΕΛΑΤΗΣ", "Ημ/νία", "Έλλη")),
        ("iso8859_2", ("Łódź", "Żółć", "Zaźółć gęślą jaźń")),
        ("iso8859_7", ("Άννα", "Γιώργος", "Ποσό")),
    ],
)
def test_one_name_is_enough_to_tell_the_code_page(tmp_path: Path, code: str, names: tuple[str, ...]) -> None:
    for name in names:
        text = f"Customer;Date;Amount\n{name};2025-02-01;5\nBob;2025-02-02;6\n"
        assert read(csv_file(tmp_path, text, code))[1].customers == [name, "Bob"]


def test_an_encoding_that_is_said_is_taken(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Customer,Date,Amount\nЖан,2025-02-01,5\n", "cp1251")
    _, lines = read(path, encoding="cp1251")
    assert lines.customers == ["Жан"]
    assert "--encoding" in refused(path, encoding="utf-8")
    assert "klingon" in refused(path, encoding="klingon")


def test_excels_line_that_names_the_separator_is_honoured(tmp_path: Path) -> None:
    found, lines = read(csv_file(tmp_path, "sep=|\nCustomer|Date|Amount\na;b,c|2025-02-01|5\n"))
    assert (lines.customers, found.header_row) == (["a;b,c"], 2)


def test_titles_above_the_headers_are_passed_over(tmp_path: Path) -> None:
    text = "Orders of the shop;;\n;;\nCustomer;Date;Amount\nAnna;2025-02-01;5\nBob;soon;6\nEva;2025-02-02;7\n"
    found, lines = read(csv_file(tmp_path, text))
    assert (found.header_row, lines.customers) == (3, ["Anna", "Eva"])
    assert [(issue.first_row, issue.count) for issue in found.left_out] == [(5, 1)]


def test_what_is_left_out_is_told_with_its_reason_and_first_row(tmp_path: Path) -> None:
    good = "".join(f"C{i},2025-02-{i:02d},10.50,x\n" for i in range(1, 11))
    bad = ",2025-02-03,5,x\nA,2025-02-30,5,x\nB,2025-02-03,five,x\nC,2025-02-03,,x\nD,2025-02-31,5,x\n"
    found, lines = read(csv_file(tmp_path, "Customer,Date,Amount,Note\n" + good + bad))
    assert len(lines) == 10
    assert (found.rows, len(found.log), found.ignored) == (15, 10, ("Note",))
    told = {issue.key: (issue.count, issue.first_row) for issue in found.left_out}
    # rows of the file, its header being row 1
    assert told == {"blank": (1, 15), "text_date": (2, 13), "text_in_numbers": (1, 14)}
    for issue in found.left_out:
        for language in texts.LANGUAGES:
            assert "{" not in texts.word(reason(issue), language)


def test_texts_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    names = ["=1+1", "+A1", "-cmd", "@SUM(A1)", "http://a.example"]
    rows = "".join(f'"{name}",2025-02-0{i},5,"{name}"\n' for i, name in enumerate(names, 1))
    _, lines = read(csv_file(tmp_path, "Customer,Date,Amount,Segment\n" + rows))
    assert lines.customers == names
    assert lines.segments == names


def test_ids_with_leading_zeros_stay_texts_and_others_become_numbers(tmp_path: Path) -> None:
    head = "Order,Customer,Date,Amount,Segment\n"
    _, lines = read(csv_file(tmp_path, f"{head}7,007,2025-02-01,5,1\n8,12,2025-02-02,5,2\n"))
    assert lines.order_ids == [7.0, 8.0]
    assert lines.customers == ["007", "12"]
    assert lines.segments == ["1", "2"]


def test_headers_that_are_not_recognised_are_named_by_options(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Konto,Kiedy,Ile,Grupa,Email\nA,2025-02-01,5,x,a@b.c\nB,2025-02-02,6,y,d@e.f\n")
    assert "--date" in refused(path)
    said = {"customer": "Konto", "date": "kiedy", "amount": "Ile", "segment": "Grupa"}
    found, lines = read(path, columns=said)
    assert (lines.customers, lines.segments) == (["A", "B"], ["x", "y"])
    assert found.ignored == ("Email",)
    sentence = refused(path, columns={**said, "channel": "Kanal"})
    assert "--channel" in sentence
    assert "Konto" in sentence


def test_a_column_that_is_named_beats_one_that_is_recognised(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "customer_id,Buyer,Date,Amount\n1,Anna,2025-02-01,5\n")
    assert read(path)[1].customers == [1.0]
    assert read(path, columns={"customer": "Buyer"})[1].customers == ["Anna"]


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("Customer,Customer,Date,Amount", "--customer"),
        ("Date,Amount", "--customer"),
        ("Customer,Amount,Note", "--date"),
        ("Customer,Date,Note", "--revenue"),
    ],
)
def test_headers_that_do_not_tell_are_refused_with_the_option_or_what_to_rename(
    tmp_path: Path, header: str, word: str
) -> None:
    path = csv_file(tmp_path, f"{header}\n" + ",".join("1" * (header.count(",") + 1)) + "\n")
    sentence = refused(path)
    assert word in sentence or "Rename" in sentence


@pytest.mark.parametrize("content", [b"", b"   \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    assert "is empty" in refused(path)


def test_headers_alone_are_refused(tmp_path: Path) -> None:
    assert "no row below" in refused(csv_file(tmp_path, "Customer,Date,Amount\n"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "no.csv")
    assert "cannot be read" in refused(tmp_path)


def test_bytes_that_are_nothing_known_are_no_file_of_orders(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(bytes(range(256)) * 4)
    assert "no text and no workbook" in refused(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_a_broken_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(content)
    assert "cannot be read as a workbook" in refused(path)


def test_a_row_with_more_cells_than_the_headers_is_named(tmp_path: Path) -> None:
    rows = "".join(f"C{i},2025-02-01,5\n" for i in range(400))
    sentence = refused(csv_file(tmp_path, f"Customer,Date,Amount\n{rows}D,2025-02-01,5,50\n"))
    assert "row 402 has 4 cells" in sentence


@pytest.mark.parametrize("rows", [1, 400])
def test_a_decimal_comma_between_commas_is_not_cut_off(tmp_path: Path, rows: int) -> None:
    """5,50 without quotation marks is two cells: read as 5, every sum would be short."""
    text = "Customer,Date,Amount\n" + "C,2025-02-01,5\n" * rows + "D,2025-02-01,5,50\n"
    assert f"row {rows + 2} has 4 cells, the headers 3" in refused(csv_file(tmp_path, text))


def test_a_quotation_mark_left_open_is_found(tmp_path: Path) -> None:
    text = 'Customer,Date,Amount\na,2025-02-01,5\n"b,2025-02-01,5\nc,2025-02-01,6\n'
    assert "row 3 is never closed" in refused(csv_file(tmp_path, text))


def test_more_rows_than_a_sheet_holds_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Customer,Date,Amount\n" + "C,2025-02-01,5\n" * (SHEET_ROWS + 1))
    assert f"{SHEET_ROWS}" in refused(path)


def test_a_file_of_which_most_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Customer,Date,Amount\nA,soon,5\nB,later,5\nC,2025-02-01,5\n")
    assert "2 of 3 rows" in refused(path)


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def test_real_dates_serials_and_texts_of_a_workbook_are_read(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Asiakas", "Päivä", "Summa", "Segmentti"],
        ["A", dt.datetime(2025, 2, 1, 18, 0), 5.5, "x"],  # noqa: DTZ001  as cells are
        ["B", dt.date(2025, 2, 2), 6, "y"],
        ["C", DAY + 2, "1 234,50 €", "z"],
        [1001, "2025-02-04", 7, None],
        [None, None, None, None],
        ["D", "#N/A", 7, None],
    ]
    found, lines = read(workbook(tmp_path / "Vienti.xlsx", Tiedot=[["huomautus"]], Tilaukset=rows))
    assert found.grid.sheet == "Tilaukset"
    assert lines.customers == ["A", "B", "C", "1001"]
    assert lines.days == [DAY, DAY + 1, DAY + 2, DAY + 3]
    assert lines.revenue == [5.5, 6.0, 1234.5, 7.0]
    assert (lines.currency, lines.segments) == ("EUR", ["x", "y", "z", None])


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Customer", "Date", "Amount"], ["A", dt.date(2025, 2, 1), 1]]
    other: list[list[Any]] = [["Customer", "Date", "Amount"], ["B", dt.date(2025, 2, 1), 2]]
    path = workbook(tmp_path / "x.xlsx", One=rows, Two=other)
    assert read(path)[1].customers == ["A"]
    assert read(path, sheet="two")[1].customers == ["B"]
    assert "One, Two" in refused(path, sheet="Three")
    assert "--sheet" in refused(csv_file(tmp_path, "Customer,Date,Amount\nA,2025-02-01,5\n"), sheet="One")


def test_dates_that_a_program_read_in_part_are_refused(tmp_path: Path) -> None:
    """A file of 1/2/2025 and 13/2/2025, opened in an American Excel: the first became a date in January."""
    rows: list[list[Any]] = [
        ["Customer", "Date", "Amount"],
        ["A", dt.date(2025, 1, 2), 5],
        ["B", "13/02/2025", 5],
    ]
    path = workbook(tmp_path / "x.xlsx", Orders=rows)
    assert "exchanged day and month" in refused(path)
    assert read(path, dates="dmy")[1].days == [45659.0, DAY + 12]


def test_the_sum_of_the_lines_is_the_sum_of_the_file(tmp_path: Path) -> None:
    amounts = [f"{n / 100:.2f}" for n in range(1, 2001)]
    text = "Customer,Date,Amount\n" + "".join(f"C{i % 70},2025-02-01,{a}\n" for i, a in enumerate(amounts))
    # 1 + 2 + ... + 2000 cents
    assert read(csv_file(tmp_path, text))[1].total == 20010.0


def test_further_lines_of_an_order_without_an_amount_are_no_fault(tmp_path: Path) -> None:
    """Shopify gives the total on the first line of an order only; its further lines are items."""
    head = "Name,Email,Financial Status,Paid at,Created at,Total,Lineitem name,Lineitem quantity\n"
    first = "#1001,a@b.c,paid,2025-02-01,2025-02-01 10:00:00 +0200,30.00,Cup,1\n"
    rest = "#1001,a@b.c,,,2025-02-01 10:00:00 +0200,,Plate,2\n" * 5
    found, lines = read(csv_file(tmp_path, head + first + rest))
    assert (found.layout.export, lines.revenue, found.lost, found.rows) == ("shopify", [30.0], 0, 1)
    assert found.dates.zones
