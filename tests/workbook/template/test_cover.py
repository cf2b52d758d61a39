"""Sheet Cover: state, dates and sign-off of the pack."""

import datetime as dt

import pytest

import clv_xl
from tests.workbook.template.built import Built
from tests.workbook.template.front import cell_of, with_sheets

OVERDUE = "1997-01-01"  # with three months to a refresh due on 1 April 1997, 455 days before 30 June 1998


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A workbook that was last refreshed long ago."""
    folder = tmp_path_factory.mktemp("cover")
    serial = (dt.date.fromisoformat(OVERDUE) - dt.date(1899, 12, 30)).days
    return with_sheets(folder, f"set_refreshed={serial}", keys=("cover",), build="addin")


def said(built: Built, name: str, beside: int = 1) -> object:
    return cell_of(built, "cover", built.kit.word(f"template.cover.{name}"), beside)


def test_the_day_of_the_next_refresh_is_shown_and_no_verdict_that_nobody_can_give(native: Built) -> None:
    """EDATE: three months after 30 June 1998 is 30 September, 92 days later."""
    assert said(native, "until") == dt.datetime(1998, 6, 30)  # noqa: DTZ001
    assert said(native, "refresh") == dt.datetime(1998, 9, 30)  # noqa: DTZ001
    assert said(native, "overdue") == -92
    assert said(native, "next_refresh") == dt.datetime(1998, 9, 30)  # noqa: DTZ001


def test_a_refresh_that_is_late_is_due_and_raises_a_question(late: Built) -> None:
    days = (dt.date(1998, 6, 30) - dt.date(1997, 4, 1)).days
    assert said(late, "refresh") == late.kit.word("template.cover.refresh_due")
    assert said(late, "overdue") == days
    rule = cell_of(late, "checks", late.kit.word("template.check.refresh_late"), 4)
    assert rule == late.kit.word("status_check")
    assert late.named("chk_warnings") >= 1


def test_the_function_agrees_on_the_days_past_due(late: Built) -> None:
    assert cell_of(late, "checks", late.kit.word("template.check.refresh_due"), 4) == "OK"


def test_the_cover_names_versions_currency_and_language(native: Built, late: Built) -> None:
    assert said(native, "version") == f"{clv_xl.__version__} | 1.0"
    assert said(late, "loaded_version") == clv_xl.__version__
    assert said(native, "currency") == "USD"
    assert said(native, "addin") == "not loaded"
    assert said(late, "addin") == "loaded"


def test_the_cover_counts_the_log(native: Built) -> None:
    lines = native.kit.lines
    assert said(native, "lines") == len(lines) == 2370  # every third customer of the CDNOW sample
    assert said(native, "first_order") == dt.datetime(1899, 12, 30) + dt.timedelta(min(lines.days))  # noqa: DTZ001


def test_names_and_days_of_the_sign_off_are_typed_in(native: Built) -> None:
    sheet = native.sheet("cover")
    first = next(
        c.row for r in sheet.iter_rows() for c in r if c.value == native.kit.word("template.cover.prepared")
    )
    cells = [sheet.cell(first + i, column) for i in range(3) for column in (2, 3, 4)]
    assert [cell.coordinate for cell in cells if cell.protection.locked or cell.value is not None] == []
    checked = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert {cell.coordinate for cell in cells} <= set(" ".join(checked).split())


def test_the_master_check_is_shown_with_its_lights(native: Built) -> None:
    assert said(native, "master") == native.named("chk_master") == "OK"
    ranges = {str(area.sqref) for area in native.sheet("cover").conditional_formatting}
    assert {"B6", "B7", "B9", "B10"} <= ranges  # B8 is the last day of the data
