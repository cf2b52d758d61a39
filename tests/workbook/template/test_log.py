"""Sheet Assumptions log: the sample's assumptions with their live values, and room for more."""

from pathlib import Path

from clv_xl.workbook.template.leaf import HEAD_ROWS
from clv_xl.workbook.template.sheets.cover import TEMPLATE_VERSION
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import SHEETS, few_sheets
from tests.workbook.template.test_segments import mixed

FIRST = HEAD_ROWS + 3


def entries(built: Built) -> list[list[object]]:
    sheet = built.sheet("log")
    found = []
    for row in sheet.iter_rows(min_row=FIRST):
        if not isinstance(row[0].value, (int, float)):
            break
        found.append([cell.value for cell in row[:8]])
    return found


def test_the_values_are_those_the_workbook_uses(native: Built) -> None:
    said = {row[4]: row[5] for row in entries(native) if row[4]}
    word = native.kit.word
    for text, name in (
        ("a_margin", "in_margin"), ("a_cac", "in_cac"), ("a_discount", "in_discount_rate"),
        ("a_lifespan", "in_lifespan"), ("a_target", "set_target_ratio"), ("a_as_of", "set_as_of"),
    ):  # fmt: skip
        assert said[word(f"template.log.{text}")] == native.named(name) is not None


def test_assumptions_of_the_sample_are_called_so(native: Built) -> None:
    rows = {row[4]: row[6] for row in entries(native)}
    for text in ("a_margin", "a_cac", "a_channel", "a_budget"):
        source = rows[native.kit.word(f"template.log.{text}")]
        assert source == native.kit.word("template.log.illustration")


def test_with_orders_of_your_own_the_log_holds_what_they_do_not_tell(tmp_path: Path) -> None:
    """A log with costs and without a spend: the margin is its own, the CAC nobody's yet."""
    built = few_sheets(tmp_path, lines=mixed, keys=(*SHEETS, "log"))
    rows = {row[4]: row for row in entries(built)}
    word = built.kit.word
    assert word("template.log.a_channel") not in rows
    assert word("template.log.a_cac") not in rows
    cac, margin = (rows[word(f"template.log.{key}")] for key in ("a_cac_own", "a_margin"))
    assert cac[5:7] == [built.named("in_cac"), word("template.log.illustration")]
    assert margin[5:7] == [built.named("in_margin"), word("template.log.from_data")]


def test_thirty_yellow_rows_wait_for_more(native: Built) -> None:
    blank = [row for row in entries(native) if not any(row[1:])]
    assert len(blank) == 30
    numbers = [row[0] for row in entries(native)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_open_cell_says_what_it_takes(native: Built) -> None:
    sheet = native.sheet("log")
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    checked = {cell for ranges in rules for cell in ranges.split()}
    open_ = {c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked}
    assert len(open_) > 30 * 7
    assert open_ <= checked | {c for c in open_ if any(_inside(c, ranges) for ranges in checked)}
    assert all(rule.prompt and rule.error for rule in rules.values())


def _inside(cell: str, ranges: str) -> bool:
    from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

    if ":" not in ranges:
        return cell == ranges
    row, column = coordinate_to_tuple(cell)
    left, top, right, bottom = range_boundaries(ranges)
    assert None not in (left, top, right, bottom)
    return left <= column <= right and top <= row <= bottom  # type: ignore[operator]


def test_the_history_begins_with_this_version(native: Built) -> None:
    found = [row for row in native.sheet("log").iter_rows(values_only=True) if row[3] == TEMPLATE_VERSION]
    assert [row[4] for row in found] == [native.kit.word("template.log.first_version")]
