"""Cells replaced in the bytes of a sheet, everything else as it was."""

import pytest
from lxml import etree

from clv_xl.errors import NUM, SPILL, CellError, UserError
from clv_xl.hosts.headless.cell_text import CellText, Change, encoded, number_text
from clv_xl.hosts.headless.sheet_text import SheetText

SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://x" xmlns:z="u"><dimension ref="A1:B3"/>'
    b'<cols><col min="4" max="4" width="9" style="7"/></cols><sheetData z:odd="1">'
    b'<row r="1" spans="1:2"><c r="A1" s="3" t="str" cm="1">'
    b'<f t="array" ref="A1:A2">B1&amp;"&lt;"</f><v>old</v></c></row>'
    b"<!-- <c r='Z9'><f>1</f></c> -->"
    b'<row r="3"><c r="B3"><f  >A1</f><v>1.50</v><extLst><ext/></extLst></c></row></sheetData>'
    b"<x/></worksheet>"
)


def changed(data: bytes, changes: dict[tuple[int, int], Change]) -> bytes:
    sheet = SheetText(data)
    known = {(c.row, c.column): (c.start, c.end) for c in sheet.formulas()}
    return sheet.changed(known, changes)[0]


def test_formulas_are_found_where_they_stand() -> None:
    first, second = SheetText(SHEET).formulas()
    assert (first.row, first.column, first.kind, first.text, first.dynamic) == (1, 1, "array", 'B1&"<"', True)
    assert (str(first.ref), first.style, first.old_type, first.old_text) == ("A1:A2", 3, "str", "old")
    assert (second.text, second.old_type, second.old_text) == ("A1", "n", "1.50")


def test_no_change_no_byte() -> None:
    assert changed(SHEET, {}) == SHEET
    assert changed(SHEET, {(3, 2): Change(1.5), (1, 1): Change("old")}) == SHEET


def test_only_value_and_type_change() -> None:
    new = changed(SHEET, {(1, 1): Change(2.0), (3, 2): Change(CellError(NUM, "x"))})
    expected = SHEET.replace(b' t="str"', b"").replace(b"<v>old</v>", b"<v>2</v>")
    expected = expected.replace(
        b'<c r="B3"><f  >A1</f><v>1.50</v>', b'<c r="B3" t="e"><f  >A1</f><v>#NUM!</v>'
    )
    assert new == expected


def test_a_new_value_loses_the_metadata_of_the_old_one() -> None:
    """A cell in #SPILL! is stored as #VALUE! with an index into the rich values, which would win."""
    cell = b'<c r="A1" t="e" cm="1" vm="1"><f>B1#</f><v>#VALUE!</v></c>'
    data = b'<worksheet><sheetData><row r="1">' + cell + b"</row></sheetData></worksheet>"
    assert changed(data, {(1, 1): Change(CellError(SPILL, "x"))}) == data
    assert b'<c r="A1" cm="1"><f>B1#</f><v>4</v></c>' in changed(data, {(1, 1): Change(4.0)})


def test_a_spill_makes_cells_rows_and_room() -> None:
    changes = {
        (1, 1): Change("old", ref="A1:B4"),
        (1, 2): Change(5.0),
        (2, 1): Change("a b "),
        (4, 4): Change(True),
    }
    root = etree.fromstring(changed(SHEET, changes))
    rows = [(r.get("r"), [c.get("r") for c in r]) for r in root.iter("{http://x}row")]
    assert rows == [("1", ["A1", "B1"]), ("2", ["A2"]), ("3", ["B3"]), ("4", ["D4"])]
    assert root.find("{*}dimension").get("ref") == "A1:D4"  # type: ignore[union-attr]
    assert root.find(".//{*}f").get("ref") == "A1:B4"  # type: ignore[union-attr]


def test_new_cells_keep_the_order_of_columns() -> None:
    row = b'<row r="1" spans="2:4"><c r="B1"/><c r="D1"/></row><row r="2"/>'
    row = b"<worksheet><sheetData>" + row + b"</sheetData></worksheet>"
    new = changed(row, {(1, c): Change(float(c)) for c in (1, 3, 5, 6)} | {(2, 2): Change(1.0)})
    root = etree.fromstring(new)
    assert [c.get("r") for c in root.iter("c")] == ["A1", "B1", "C1", "D1", "E1", "F1", "B2"]
    assert root.find(".//row").get("spans") == "1:6"  # type: ignore[union-attr]


def test_an_empty_sheet_takes_rows() -> None:
    new = changed(b"<worksheet><sheetData/><x/></worksheet>", {(r, 1): Change(float(r)) for r in (2, 5)})
    assert [r.get("r") for r in etree.fromstring(new).iter("row")] == ["2", "5"]


def test_clearing_keeps_the_style_of_a_cell() -> None:
    data = (
        b'<worksheet><sheetData><row r="1"><c r="A1" s="4" t="s"><v>0</v></c></row></sheetData></worksheet>'
    )
    assert b'<c r="A1" s="4"/>' in changed(data, {(1, 1): Change(None)})


def test_a_namespace_prefix_is_kept() -> None:
    data = (
        b'<x:worksheet xmlns:x="http://x"><x:sheetData><x:row r="1"><x:c r="A1"><x:f>1+1</x:f></x:c></x:row>'
        b"</x:sheetData></x:worksheet>"
    )
    assert b'<x:c r="A1"><x:f>1+1</x:f><x:v>2</x:v></x:c>' in changed(data, {(1, 1): Change(2.0)})


def test_addresses_may_be_left_out() -> None:
    data = (
        b"<worksheet><sheetData><row><c><v>1</v></c><c><f>A1</f></c></row><row><c/><c/><c><f>B1</f></c></row>"
        b"</sheetData></worksheet>"
    )
    assert [(c.row, c.column) for c in SheetText(data).formulas()] == [(1, 2), (2, 3)]
    assert etree.fromstring(changed(data, {(2, 2): Change(7.0)})).find(".//c[@r='B2']/v").text == "7"  # type: ignore[union-attr]


def test_rows_out_of_order_are_refused() -> None:
    data = b'<worksheet><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>'
    with pytest.raises(UserError, match="headless_broken_file"):
        changed(data, {(1, 1): Change(1.0)})


def test_what_is_written_for_a_value() -> None:
    assert [encoded(v) for v in (None, True, 2.5, "a<b\x01_x0041_", CellError(SPILL, "x"), float("inf"))] == [
        (b"", None),
        (b"b", b"1"),
        (b"", b"2.5"),
        (b"str", b"a&lt;b_x0001__x005F_x0041_"),
        (b"e", b"#VALUE!"),
        (b"e", b"#NUM!"),
    ]
    assert [number_text(v) for v in (1e15, 1e300, -0.0, 1 / 3)] == [
        b"1000000000000000.0",
        b"1e+300",
        b"0",
        b"0.3333333333333333",
    ]


def test_last_row_and_column() -> None:
    sheet = SheetText(SHEET)
    assert (sheet.last_row, sheet.last_column) == (3, 2)


@pytest.mark.parametrize(
    ("old", "change", "new"),
    [
        ('s="3"><f>B1</f><v>0</v></c>', Change(1.5), 's="3"><f>B1</f><v>1.5</v></c>'),
        ('s="3"><f>B1</f><v>1.50</v></c>', Change(1.5), 's="3"><f>B1</f><v>1.50</v></c>'),
        ('s="3"><f>B1</f><v>0</v></c>', Change("a &"), 's="3" t="str"><f>B1</f><v>a &amp;</v></c>'),
        ('s="3"><f>B1</f><v>0</v></c>', Change(" a"),
         's="3" t="str"><f>B1</f><v xml:space="preserve"> a</v></c>'),
        ('s="3"><f>B1</f><v>0</v></c>', Change(""), 's="3" t="str"><f>B1</f><v></v></c>'),
        ('s="3" t="str"><f>B1</f><v>a</v></c>', Change(2.0), 's="3"><f>B1</f><v>2</v></c>'),
        ('s="3" t="str"><f>B1</f><v>a</v></c>', Change("a"), 's="3" t="str"><f>B1</f><v>a</v></c>'),
        ('s="3" t="str"><f>B1</f><v>1</v></c>', Change(1.0), 's="3"><f>B1</f><v>1</v></c>'),
        ('s="3"><f>B1</f><v>1</v></c>', Change(True), 's="3" t="b"><f>B1</f><v>1</v></c>'),
        ('s="3"><f>B1</f><v>0</v></c>', Change(None), 's="3"><f>B1</f></c>'),
        ('s="3"><f>B1</f><v>0</v></c>', Change(None, constant=True), 's="3"/>'),
        ('s="3"><f>B1</f><v>2</v></c>', Change(2.0, constant=True), 's="3"><v>2</v></c>'),
        ('s="3"><f>B1</f><v>0</v></c>', Change("b", constant=True), 's="3" t="str"><v>b</v></c>'),
    ],
)  # fmt: skip
def test_a_cell_written_in_the_usual_way_gets_its_value(old: str, change: Change, new: str) -> None:
    """As cells that are written otherwise."""
    texts = CellText()
    cell = f'<c r="A1" {old}'.encode()
    assert (texts.usual(cell, change) or b"").decode() == f'<c r="A1" {new}'
    assert texts.changed(cell, "A1", change).decode() == f'<c r="A1" {new}'


@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_a_usual_cell_is_changed_as_any_other(prefix: bytes) -> None:
    values = [None, 5.0, 1.5, True, "old", 'a <"b"> &', " a\r", "_x0041_", CellError(NUM, "x"), float("inf")]
    changes = [Change(value, constant=constant) for value in values for constant in (False, True)]
    changes += [Change(formula='A1&"<"'), Change()]
    tags = [b' r="B12"', b' r="B12" s="4"', b' r="B12" t="str"', b' r="AB1" s="4" t="e"', b' r="B12" t="b"']
    cached = [b"", b"<v>5</v>", b"<v>old</v>", b"<v>1</v>", b"<v>a &lt;&quot;b&quot;> &amp;</v>", b"<v></v>"]
    writer, seen = CellText(prefix), 0
    for tag in tags:
        for value in cached:
            old = b"<c%s><f>A1&amp;1</f>%s</c>" % (tag, value)
            old = old.replace(b"</", b"</" + prefix).replace(b"<c", b"<%sc" % prefix)
            old = old.replace(b"<f", b"<%sf" % prefix).replace(b"<v", b"<%sv" % prefix)
            for change in changes:
                quick = writer.usual(old, change)
                seen += quick is not None
                assert quick in (None, writer.changed(old, "B12", change)), (old, change)
    assert seen == len(tags) * len(cached) * (len(changes) - 1)  # all but a change of nothing


def test_formulas_are_read_alike_whatever_their_tags_look_like() -> None:
    cell = b'<c r="AB12" s="3" t="str"><f>=A1&amp;"&lt;"</f><v>x &amp; y</v></c>'
    page = b'<worksheet><sheetData><row r="12">%s</row></sheetData></worksheet>'
    usual, other = ((SheetText(page % c).formulas()) for c in (cell, cell.replace(b' s="3"', b" s = '3'")))
    one, two = next(usual), next(other)
    assert (one.text, one.old_type, one.old_text, one.style, one.row, one.column) == (
        'A1&"<"', "str", "x & y", 3, 12, 28,
    )  # fmt: skip
    two.end = one.end
    two.extra = one.extra
    assert one == two
