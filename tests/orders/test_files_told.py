"""What a file says beside its orders: VAT, total lines, impossible dates, and that it is no table at all."""

import io
import zipfile
from pathlib import Path

import pytest

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.orders.files.asked import Asked
from clv_xl.orders.files.read import read_orders
from clv_xl.orders.files.taxes import vat_of
from tests.orders.files_read import lines_of_text

MARCH_2025 = 45747.0  # DATE(2025,3,31)
WEEKLY = "".join(f"C{i % 7},2024-{1 + i // 2:02d}-{10 + i % 2},10\n" for i in range(24))


@pytest.mark.parametrize(
    ("header", "vat"),
    [
        ("Wartość brutto", "included"),
        ("Wartość netto", "excluded"),
        ("Kwota z VAT", "included"),
        ("Kwota bez VAT", "excluded"),
        ("Summa sis. ALV 25,5 %", "included"),
        ("Summa (ALV 0 %)", "excluded"),
        ("Veroton summa", "excluded"),
        ("Verollinen summa", "included"),
        ("თანხა დღგ-ით", "included"),
        ("თანხა დღგ-ის გარეშე", "excluded"),
        ("Ποσό με ΦΠΑ", "included"),
        ("Ποσό χωρίς ΦΠΑ", "excluded"),
        ("Καθαρή αξία", "excluded"),
        ("Gross amount", "included"),
        ("Total incl. VAT", "included"),
        ("total_excl_vat", "excluded"),
        ("Net sales", "excluded"),
        ("Gross sales", "not_stated"),  # before discounts and returns
        ("Amount", "not_stated"),
        ("Summa", "not_stated"),
        ("Planet total", "not_stated"),
        ("Internet", "not_stated"),
    ],
)
def test_a_header_tells_of_vat_what_it_says_and_no_more(header: str, vat: str) -> None:
    assert vat_of(header) == vat


@pytest.mark.parametrize(("tax", "vat"), [("10.00", "included"), ("0", "not_stated")])
def test_the_total_of_shopify_holds_taxes_and_shipping(tax: str, vat: str, tmp_path: Path) -> None:
    text = (
        "Name,Email,Financial Status,Paid at,Created at,Subtotal,Shipping,Taxes,Total,Lineitem name\n"
        f"#1,a@x.io,paid,2025-01-31,2025-01-31,50,4.90,{tax},64.90,Cup\n#1,a@x.io,,,2025-01-31,,,,,Plate\n"
    )
    found, _ = lines_of_text(tmp_path, text)
    taxes = found.taxes
    assert (taxes.vat, taxes.header, taxes.taxes, taxes.shipping) == (vat, "Total", float(tax), 4.9)
    assert lines_of_text(tmp_path, text, columns={"amount": "Subtotal"})[0].taxes.vat == "not_stated"


@pytest.mark.parametrize(
    "label",
    [
        "Total",
        "Grand total:",
        "Yhteensä",
        "ჯამი",
        "სულ",
        "Razem",
        "Suma",
        "Razem: 2 zam.",
        "Σύνολο",
        "Γενικό σύνολο",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_total_line_is_left_out_as_one_in_five_languages(label: str, place: int, tmp_path: Path) -> None:
    cells = ["", "", ""]
    cells[place] = label
    text = f"No,Customer,Date,Amount\n1,A,2025-01-05,5\n2,B,2025-01-31,6\n{','.join(cells)},11\n"
    found, lines = lines_of_text(tmp_path, text)
    assert [(one.row, one.amount) for one in found.totals] == [(4, 11.0)]
    assert (lines.revenue, found.lost, found.read) == ([5.0, 6.0], 0, 3)


def test_a_customer_named_like_a_total_is_a_customer(tmp_path: Path) -> None:
    found, lines = lines_of_text(tmp_path, "Customer,Date,Amount\nTotal,2025-01-05,5\nSuma,2025-01-31,6\n")
    assert (lines.customers, found.totals) == (["Total", "Suma"], ())


def test_each_row_left_out_is_named_once_with_all_its_reasons(tmp_path: Path) -> None:
    text = "Customer,Date,Amount\n" + "A,2025-01-05,5\n" * 4 + ",soon,5\nB,2025-02-30,much\n,later,6\n"
    found, _ = lines_of_text(tmp_path, text)
    assert [(left.row, len(left.reasons)) for left in found.left] == [(6, 2), (7, 2), (8, 2)]
    assert "2025-02-30" in texts.word(found.left[1].reasons[0])


def test_rows_left_out_are_told_from_further_items_of_an_order(tmp_path: Path) -> None:
    head = "Name,Email,Financial Status,Paid at,Created at,Total,Lineitem name\n"
    first, item = "#{0},a@x.io,paid,,{1},5,Cup\n", "#{0},a@x.io,,,2025-01-31,,Plate\n"
    text = head + "".join(
        first.format(i, "soon" if i == 3 else "2025-01-31") + item.format(i) for i in range(1, 7)
    )
    found, lines = lines_of_text(tmp_path, text)
    assert [left.row for left in found.left] == [6]
    assert (len(lines), found.read, found.lost) == (5, 12, 1)


def test_many_rows_left_out_are_not_listed_one_by_one(tmp_path: Path) -> None:
    text = "Customer,Date,Amount\n" + "A,2025-01-05,5\n" * 12 + ",2025-01-05,5\n" * 11
    found, _ = lines_of_text(tmp_path, text)
    assert (found.left, found.lost) == ((), 11)


def test_a_date_after_today_is_named_and_decides_nothing(tmp_path: Path) -> None:
    text = "Customer,Date,Amount\nA,2025-01-05,5\nB,2204-03-31,6\nC,2025-03-31,7\nD,2025-04-01,8\n"
    _, lines = lines_of_text(tmp_path, text, today=MARCH_2025)
    late = lines.late["future"]
    # of 2025-04-01 the clock of another time zone may be the reason
    assert (late.row, late.count, lines.as_of) == (3, 1, MARCH_2025 + 1)
    assert (lines.counted, lines.counts["after"], lines.total) == (3, 1, 20.0)


def test_where_all_dates_are_after_today_the_clock_is_wrong(tmp_path: Path) -> None:
    text = "Customer,Date,Amount\nA,2025-01-05,5\nC,2025-03-31,7\n"
    _, lines = lines_of_text(tmp_path, text, today=40000.0)
    assert (lines.as_of, lines.late) == (MARCH_2025, {})


def test_a_lone_date_far_beyond_the_others_is_named_and_decides_nothing(tmp_path: Path) -> None:
    text = "Customer,Date,Amount\n" + WEEKLY + "X,2026-06-30,10\n"
    _, lines = lines_of_text(tmp_path, text)
    late = lines.late["lone"]
    assert (late.row, late.count, lines.as_of) == (26, 1, 45637.0)  # DATE(2024,12,11), the last of the others
    _, said = lines_of_text(tmp_path, text, as_of=46203.0)  # DATE(2026,6,30)
    assert (said.as_of, said.late, said.counts["after"]) == (46203.0, {}, 0)


def test_dates_that_end_soon_after_the_others_are_no_mistake(tmp_path: Path) -> None:
    text = "Customer,Date,Amount\n" + WEEKLY + "X,2025-06-30,10\n"
    assert lines_of_text(tmp_path, text)[1].late == {}


def test_what_is_told_counts_to_the_last_day_asked(tmp_path: Path) -> None:
    text = "Customer,Date,Amount,Segment\nA,2025-01-05,5,x\nB,2025-01-31,6,x\nC,2025-03-31,7,y\n"
    _, lines = lines_of_text(tmp_path, text, as_of=45688.0)  # DATE(2025,1,31)
    assert (lines.counted, lines.total) == (2, 11.0)
    assert (lines.counts["customers"], lines.counts["segments"], lines.counts["after"]) == (2, 1, 1)


def package(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for part in parts:
            zipped.writestr(part, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 50, "PNG"),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n\0\0", "PDF"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"\n<!DOCTYPE html><html><table></table></html>", "HTML"),
        (package("[Content_Types].xml", "word/document.xml"), "Word (.docx)"),
        (package("ppt/presentation.xml"), "PowerPoint (.pptx)"),
        (package("orders.csv"), "ZIP"),
        (
            b"# Title\n\nWords, and words; more, words.\nSo it goes on, and on\n\n- one\n- two, three\n",
            "",
        ),
        (b"Just one line of names\nAnna\nBob\n", ""),
    ],
)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_is_no_table_is_told_so_with_what_is_needed(
    content: bytes, kind: str, language: str, tmp_path: Path
) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_orders(Asked(path))
    sentence = texts.sentence(caught.value, language)
    assert caught.value.key == ("data.no_table" if kind else "data.no_table_text")
    assert "README.md" in sentence
    assert kind in sentence
    assert "CSV" in sentence
