"""Sheet Checks: every rule explained, a mistake red, a question amber."""

import datetime as dt
from pathlib import Path

import pytest

from clv_xl import texts
from clv_xl.workbook.styles import WARN_FILL
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import verdict, verdicts
from tests.workbook.template.front import with_sheets


def serial(day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date(1899, 12, 30)).days


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return with_sheets(tmp_path_factory.mktemp("sound"), keys=("cover",))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The last day one before the end of its month, a text where a number belongs, a late refresh."""
    sets = (
        f"set_as_of={serial('1998-06-29')}",
        "set_year_months=twelve",
        f"set_refreshed={serial('1997-01-01')}",
    )
    return with_sheets(tmp_path_factory.mktemp("broken"), *sets, keys=("cover",))


def test_every_rule_says_what_it_is_and_what_to_do_in_every_language(native: Built, addin: Built) -> None:
    keys = {check.key for built in (native, addin) for check in built.kit.checks}
    assert len(keys) > 20
    wanted = [f"template.check.{key}{end}" for key in keys for end in ("", ".why")]
    rows = {key: row for name in texts.tables() for key, row in texts.table(name).items()}
    assert sorted(key for key in wanted if key not in rows) == []
    same = [key for key in wanted if len({rows[key][language] for language in texts.LANGUAGES}) == 1]
    assert same == [], "not translated"


def test_every_rule_of_the_sheets_is_there_and_holds(native: Built, addin: Built) -> None:
    for built in (native, addin):
        rows = [
            row
            for row in built.sheet("checks").iter_rows(values_only=True)
            if isinstance(row[0], (int, float))
        ]
        assert len(rows) == len(built.kit.checks)
        kinds = [
            c.kind for kind in ("integrity", "addin", "warning") for c in built.kit.checks if c.kind == kind
        ]
        wrong = [
            row[1:6] for row, kind in zip(rows, kinds, strict=True) if kind != "warning" and row[5] != "OK"
        ]
        assert wrong == []
        assert (built.named("chk_master"), built.named("chk_broken")) == ("OK", 0)


def test_the_counts_at_the_top_are_those_of_the_rows(native: Built) -> None:
    sheet, say = native.sheet("checks"), native.kit.word
    verdicts = [row[5] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], (int, float))]
    top = {row[1]: row[2] for row in sheet.iter_rows(max_row=10, values_only=True)}
    assert top[say("template.checks.held")] == verdicts.count("OK")
    assert top[say("template.checks.unanswered")] == verdicts.count(say("not_available"))
    assert verdicts.count(say("template.status_broken")) == native.named("chk_broken")
    asked = verdicts.count(say("status_check"))
    assert top[say("template.checks.warned")] == native.named("chk_warnings") == asked


def test_a_last_day_inside_a_month_is_a_question(sound: Built, broken: Built, tmp_path: Path) -> None:
    """Orders as they come end on any day: that is no mistake in the workbook."""
    assert verdict(sound, "period_end") == "OK"
    assert verdict(broken, "period_end") == "Check"
    inside = with_sheets(tmp_path / "inside", f"set_as_of={serial('1998-06-29')}", keys=("cover",))
    assert verdict(inside, "period_end") == "Check"
    assert (inside.named("chk_master"), inside.named("chk_broken")) == ("OK", 0)
    assert inside.named("chk_warnings") > sound.named("chk_warnings")


def test_the_log_is_looked_at_column_by_column_name(native: Built, addin: Built) -> None:
    """LibreOffice 7.4 counts one error in ``Orders[#Data]`` of a table without any."""
    for built in (native, addin):
        values = [check.value for check in built.kit.checks if "ISERROR(Orders" in check.value]
        assert values == ["SUMPRODUCT(--ISERROR(Orders[[order_id]:[repeated_id]]))"]


def errors(built: Built) -> dict[str, object]:
    """Return how many error cells each sheet has, as Checks counts them."""
    words = built.kit.word("template.check.errors")
    return {row[2]: row[3] for row in built.sheet("checks").iter_rows(values_only=True) if row[1] == words}


def test_error_cells_are_counted_sheet_by_sheet(sound: Built, broken: Built) -> None:
    assert set(errors(sound).values()) == {0}
    found = errors(broken)
    for name in ("Settings", "Inputs", "Segments"):
        cells = [c.value for row in broken.sheet(name.lower()).iter_rows(min_row=5) for c in row]
        counted = sum(isinstance(value, str) and value.startswith("#") for value in cells)
        assert found[name] == counted, name
    assert sum(int(str(n)) for n in found.values() if str(n).isdigit()) > 0


def test_a_question_does_not_turn_the_master_check_red(tmp_path: Path, sound: Built) -> None:
    late = with_sheets(tmp_path / "late", f"set_refreshed={serial('1997-01-01')}", keys=("cover",))
    assert verdict(late, "refresh_late") == "Check"
    assert late.named("chk_warnings") == sound.named("chk_warnings") + 1
    assert late.named("chk_master") == sound.named("chk_master")


def test_what_is_broken_and_what_is_asked_are_two_words_in_every_language(broken: Built) -> None:
    assert (broken.named("chk_master"), verdict(broken, "period_end")) == ("Broken", "Check")
    assert set(verdicts(broken).values()) == {"OK", "Broken", "Check"}
    words = ("status_ok", "status_check", "template.status_broken", "not_available")
    for language in texts.LANGUAGES:
        assert len({texts.word(word, language) for word in words}) == len(words), language


def test_what_rounding_leaves_is_shown_as_zero_and_no_more(addin: Built) -> None:
    """The shown number alone: a gap of 1.5E-16 within 1e-9 is a 0, one of 0.3 is not."""
    sheet = addin.sheet("checks")
    zeros = {
        str(area.sqref): rule.formula[0]
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.dxf is not None and rule.dxf.numFmt is not None and rule.dxf.numFmt.formatCode == "0"
    }
    for row in sheet.iter_rows():
        limit, cell = row[4].value, row[3]
        if isinstance(row[0].value, (int, float)) and limit == 1e-9:
            assert (
                zeros[cell.coordinate]
                == f"AND(ISNUMBER({cell.coordinate}),ABS({cell.coordinate})<=E{cell.row})"
            )
        elif isinstance(limit, (int, float)) and limit > 1e-6:
            assert cell.coordinate not in zeros
    assert len(zeros) > 50


def test_customers_before_and_in_the_last_period_are_all_of_them(native: Built) -> None:
    rule = next(check for check in native.kit.checks if check.key == "new_existing")
    assert verdict(native, "new_existing") == "OK"
    lines = native.kit.lines
    assert native.at("segments.total_customers") == len(set(lines.customers))
    assert "new_customer" in rule.value


def test_questions_are_amber(native: Built) -> None:
    sheet = native.sheet("checks")
    first = next(cell.row for cell in sheet["A"] if cell.value == native.kit.word("template.checks.warning"))
    fills = {
        rule.dxf.fill.bgColor.rgb
        for area in sheet.conditional_formatting
        for rule in area.rules
        if f"F{first + 2}" in str(area.sqref).split(":")[0]
    }
    assert f"FF{WARN_FILL.removeprefix('#')}" in fills


def test_every_link_leads_to_the_sheet_it_names(native: Built) -> None:
    sheet = native.sheet("checks")
    linked = {c.value: c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink}
    assert {name: f"'{name}'!A1" for name in linked} == linked
    assert set(linked) <= set(native.values.sheetnames)
