"""Sheet Settings: its periods are those of the functions, and its names hold what they say."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.explain import explain
from clv_xl.metrics.periods import UNIT_MONTHS, iso
from clv_xl.metrics.windows import windows
from clv_xl.workbook.template.order_lines import OrderLines, sample
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import at, few_sheets

SHEETS = ("settings", "orders", "checks")


def short(word: Callable[[str], str]) -> OrderLines:
    """The first 20 lines of the sample: these tests ask for the calendar alone."""
    lines = sample(word)
    cut: dict[str, Any] = {
        name: list(getattr(lines, name))[:20] for name in ("order_ids", "customers", "days", "revenue")
    }
    return replace(lines, **cut, costs=[None] * 20, segments=["s"] * 20, channels=[None] * 20)


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return few_sheets(tmp_path_factory.mktemp("native"), keys=SHEETS)


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return few_sheets(tmp_path_factory.mktemp("addin"), build="addin", language="fi", keys=SHEETS)


def day(value: Any) -> str:
    return iso(int(value)) if isinstance(value, (int, float)) else f"{value:%Y-%m-%d}"


# The end of a month, of February, a leap day, and days that EDATE shortens or not.
@pytest.mark.parametrize(
    ("unit", "as_of"), [("Y", 35_976), ("Q", 35_854), ("M", 36_585), ("M", 35_825), ("Y", 35_735)]
)
def test_periods_begin_where_the_windows_of_the_functions_begin(
    unit: str, as_of: int, tmp_path: Path
) -> None:
    built = few_sheets(tmp_path, f"set_unit={unit}", f"set_as_of={as_of}", lines=short, keys=SHEETS)
    wanted = [iso(int(start)) for start in windows(as_of - 10 * 365, as_of, unit).starts]
    found = [day(start) for start in built.named("set_starts")[: len(wanted)]]
    assert found[: len(wanted) - 1] == wanted[:-1]
    assert built.named("set_unit_months") == UNIT_MONTHS[unit]


def test_periods_before_the_calendar_begins_are_blank(tmp_path: Path) -> None:
    """EDATE and EOMONTH of Excel are #NUM! before 1900; 1998-06-30 is 97 years after 1901-06-30."""
    built = few_sheets(tmp_path, "set_unit=Y", f"set_as_of={35_976}", lines=short, keys=SHEETS)
    found = built.named("set_starts")
    assert len(found) == 120
    assert (day(found[0]), day(found[96])) == ("1997-07-01", "1901-07-01")
    assert [value for value in found[97:] if value not in (None, "")] == []


def test_months_of_a_fiscal_year_are_counted_from_its_first(tmp_path: Path) -> None:
    """As of 1998-06-30 a year from July is in its last month, one from June in its first."""
    for first, begins, month in ((1, "1998-01-01", 6), (6, "1998-06-01", 1), (7, "1997-07-01", 12)):
        folder = tmp_path / str(first)
        folder.mkdir()
        built = few_sheets(
            folder,
            at("settings.fiscal_start", first),
            lines=short,
            keys=SHEETS,
        )
        assert day(built.at("settings.fiscal_first")) == begins
        assert built.at("settings.fiscal_month") == month


def test_the_convention_stands_in_one_line(native: Built) -> None:
    line = native.at("settings.convention")
    for name in ("set_unit_word", "set_currency", "set_vat", "set_time_zone"):
        assert str(native.named(name)) in line


def test_the_convention_of_the_functions_is_told_with_and_without_them(native: Built, addin: Built) -> None:
    for built in (native, addin):
        language = built.kit.book.language
        table = explain(CATALOGUE["CLV.SUMMARY"], language)
        item = built.kit.word("explain.convention")
        words = table.column("text")[table.column("item").index(item)]
        cells = [row[2] for row in built.sheet("settings").iter_rows(values_only=True)]
        assert words in cells


def test_the_summary_of_the_log_is_shown_where_the_functions_are(native: Built, addin: Built) -> None:
    assert addin.at("settings.summary_customers") == native.at("orders.customers")
    assert addin.at("settings.summary_revenue") == pytest.approx(native.at("orders.revenue"), rel=1e-12)
    assert native.kit.known("settings.summary_customers") is None
    assert addin.named("set_addin") is True
    assert native.named("set_addin") is False


def test_functions_that_answer_in_another_language_are_not_asked(tmp_path: Path) -> None:
    """Formulas look for words of the answers, such as the total; native formulas need none."""
    keys = ("cover", *SHEETS)
    built = few_sheets(tmp_path, build="addin", keys=keys, lines=short, spoken="pl")
    assert built.named("set_addin") is False
    state = [row[1] for row in built.sheet("cover").iter_rows(values_only=True)]
    assert built.kit.word("template.cover.addin_other") in state
    assert built.kit.word("template.cover.addin_on") not in state


def test_the_head_of_a_sheet_says_the_currency_of_its_amounts(tmp_path: Path) -> None:
    """Tables have no room for a unit beside every amount; the head is on the sheet's first page."""
    keys = ("cover", *SHEETS)
    built = few_sheets(tmp_path, "set_currency=EUR", lines=short, keys=keys)
    heads = {key: [cell.value for cell in built.sheet(key)[3]] for key in keys}
    assert [key for key, head in heads.items() if "EUR" not in head] == []
