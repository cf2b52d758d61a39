"""Sheet Dashboard: one page that follows the chosen segment."""

import datetime as dt
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clv_xl.workbook.template.kit import Build
from clv_xl.workbook.template.order_lines import OrderLines
from clv_xl.workbook.template.sheets import dashboard_layout as at
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import SHEETS, answer, few_sheets, verdict
from tests.workbook.template.few_sheets import at as place
from tests.workbook.template.front import with_sheets
from tests.workbook.template.shop import small

TILES = ("clv", "net", "ratio", "payback", "customers", "equity", "retention", "scenario")
SEGMENT = "2-3 CDs"


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dashboard")
    return with_sheets(folder, f"set_segment={SEGMENT}", keys=("dashboard", "scenarios"), build="addin")


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("gone")
    return with_sheets(folder, "set_segment=No such segment", keys=("dashboard", "scenarios"))


def tiles(built: Built) -> dict[str, Any]:
    row = built.sheet("dashboard")[at.TILES + 2]
    return {name: row[i].value for i, name in enumerate(TILES)}


def boxes(built: Built) -> list[Any]:
    return [cell.value for cell in built.sheet("dashboard")[at.TREE + 3][: at.PRINTED]]


def of_segment(built: Built, name: str) -> dict[str, Any]:
    row = built.at("segments.name").index(name)
    keys = ("aov", "frequency", "value", "margin", "clv", "cac", "net", "ratio", "payback", "customers")
    return {key: built.at(f"segments.{key}")[row] for key in keys}


def test_the_company_is_shown_at_first(native: Built) -> None:
    found = tiles(native)
    for name in ("clv", "net", "ratio", "payback", "customers"):
        assert found[name] == pytest.approx(native.at(f"segments.total_{name}"), rel=1e-12), name
    assert found["retention"] == native.named("in_retention_rate")
    assert found["scenario"] == native.at("scenarios.live_net")


def test_a_chosen_segment_moves_the_figures_and_the_way_to_them(chosen: Built) -> None:
    segment, found = of_segment(chosen, SEGMENT), tiles(chosen)
    for name in ("clv", "net", "ratio", "payback", "customers"):
        assert found[name] == pytest.approx(segment[name], rel=1e-12), name
    aov, frequency, value, years, margin, clv, cac, net = boxes(chosen)
    assert [aov, frequency, margin, cac] == [segment[k] for k in ("aov", "frequency", "margin", "cac")]
    assert value == pytest.approx(aov * frequency, rel=1e-12)
    assert clv == pytest.approx(value * years * margin, rel=1e-12)
    assert net == pytest.approx(clv - cac, rel=1e-12)


def test_equity_is_value_times_customers_and_the_function_agrees(chosen: Built) -> None:
    """CLV.EQUITY of catalogue.md: residual value x customers."""
    found = tiles(chosen)
    assert found["equity"] == pytest.approx(found["clv"] * found["customers"], rel=1e-12)
    assert verdict(chosen, "equity") == "OK"


SEEN = "life_seen", "note_equity_so_far"
TYPED = "life_typed", "note_equity_assumed"
QUICK = "life_quick", "note_equity_assumed"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((), SEEN),
        (("in_lifespan=3",), TYPED),
        ((place("inputs.segment_typed_lifespan", 4, 1),), TYPED),
        (("set_base=quick",), QUICK),
    ],
)
def test_the_page_says_which_lifespan_clv_counts_and_what_equity_is(
    change: tuple[Any, ...], told: tuple[str, str], tmp_path: Path
) -> None:
    """A lifespan typed over, of the company or of one segment, is an assumption, and nothing seen."""
    built = own(tmp_path, "set_vat=as invoiced", *change)
    word = built.kit.word
    line = f"{word(f'template.dashboard.{told[0]}')} {word('template.settings.vat')}: as invoiced"
    assert said(built, at.COUNTS) == line
    equity = TILES.index("equity")
    assert said(built, at.TILES + 2, equity) == word(f"template.dashboard.{told[1]}")


def test_equity_of_the_lifespan_seen_is_the_margin_that_customers_have_brought(tmp_path: Path) -> None:
    """The six orders of the small log sum to 300; nothing discounted, a margin of 40% of them is 120."""
    built = own(tmp_path, "in_discount_rate=0", place("inputs.typed_margin", 0.4))
    assert tiles(built)["equity"] == pytest.approx(0.4 * sum(small(str).revenue), rel=1e-12)


def test_a_segment_that_is_gone_shows_the_company_and_says_so(gone: Built) -> None:
    sheet = gone.sheet("dashboard")
    assert sheet.cell(at.CHOICE + 1, 3).value == gone.kit.word("template.dashboard.not_found")
    assert tiles(gone)["clv"] == pytest.approx(gone.at("segments.total_clv"), rel=1e-12)


def test_the_segments_stand_by_net_clv_and_none_is_lost(native: Built) -> None:
    sheet = native.sheet("dashboard")
    rows = [[cell.value for cell in sheet[row + 1][: at.PRINTED]] for row in range(at.FIRST, at.LAST + 1)]
    used = [row for row in rows if row[0]]
    assert {row[0] for row in used} == {name for name in native.at("segments.name") if name}
    nets = [row[at.COLUMNS.index("net")] for row in used]
    assert nets == sorted(nets, reverse=True)
    assert sum(row[at.COLUMNS.index("share")] for row in used) == pytest.approx(1, abs=1e-9)
    assert verdict(native, "dashboard_share") == "OK"


def test_the_list_of_segments_is_the_table_itself(native: Built) -> None:
    rules = native.sheet("dashboard").data_validations.dataValidation
    cell = native.formulas.defined_names["set_segment"].attr_text.rpartition("!")[2].replace("$", "")
    found = next(rule.formula1 for rule in rules if cell in str(rule.sqref))
    assert found.lstrip("=") == at.column("name")


def test_revenue_by_month_is_the_sum_of_the_lines(native: Built) -> None:
    """Summed from the log itself: calendar months up to 30 June 1998."""
    sheet, lines = native.sheet("dashboard"), native.kit.lines
    months = [sheet.cell(at.FIRST + 1 + i, at.MONTH + 1).value for i in range(at.MONTHS)]
    found = [sheet.cell(at.FIRST + 1 + i, at.MONEY + 1).value for i in range(at.MONTHS)]
    assert months[-1] == dt.datetime(1998, 6, 30)  # noqa: DTZ001
    day = [dt.datetime(1899, 12, 30) + dt.timedelta(serial) for serial in lines.days]  # noqa: DTZ001
    for month, money in zip(months, found, strict=True):
        lot = [
            m
            for d, m in zip(day, lines.revenue, strict=True)
            if (d.year, d.month) == (month.year, month.month)
        ]
        assert money == pytest.approx(sum(lot), rel=1e-12)


def test_the_page_is_one_sheet_of_paper_across(native: Built) -> None:
    sheet = native.sheet("dashboard")
    setup = sheet.page_setup
    assert (setup.orientation, int(setup.paperSize)) == ("landscape", 9)
    assert {setup.fitToWidth, setup.fitToHeight} <= {1, None}  # 1 is what a file need not say
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_three_charts_say_what_they_show(native: Built) -> None:
    number = native.values.sheetnames.index(native.kit.word("sheet.dashboard")) + 1
    with zipfile.ZipFile(native.path) as parts:
        links = parts.read(f"xl/worksheets/_rels/sheet{number}.xml.rels").decode()
        drawing = links.split("../drawings/")[1].split('"')[0]
        words = parts.read(f"xl/drawings/{drawing}").decode()
    assert words.count("<c:chart ") == 3
    assert words.count('descr="') == 3


def own(folder: Path, *sets: Any, lines: Any = small, build: Build = "native") -> Built:
    """Return the page on orders of somebody's own, who has told neither costs nor spend."""
    folder.mkdir(exist_ok=True)
    return few_sheets(folder, *sets, lines=lines, build=build, keys=(*SHEETS, "dashboard", "scenarios"))


def said(built: Built, row: int, column: int = 0) -> Any:
    return built.sheet("dashboard").cell(row + 1, column + 1).value or ""


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ({}, "both"),
        ({"margin": 0.3}, "cac"),
        ({"cac": 20}, "margin"),
        ({"margin": 0.3, "cac": 20}, None),
    ],
)
def test_a_margin_or_cac_that_nobody_gave_is_called_an_example(
    typed: dict[str, float], wanted: str | None, tmp_path: Path
) -> None:
    built = own(tmp_path, *(place(f"inputs.typed_{name}", value) for name, value in typed.items()))
    words = built.kit.word(f"template.dashboard.examples_{wanted}") if wanted else ""
    assert said(built, at.EXAMPLES) == words


def test_the_sample_and_the_quick_start_have_no_examples(native: Built, tmp_path: Path) -> None:
    assert said(native, at.EXAMPLES) == said(own(tmp_path, "set_base=quick"), at.EXAMPLES) == ""


@pytest.mark.parametrize("build", ["native", "addin"])
def test_the_page_stands_on_the_five_cells_when_they_are_chosen_and_says_so(
    build: Build, native: Built, tmp_path: Path
) -> None:
    """The example shop of the quick start: 50 x 3 x 3 x 40% = 180, less 45 = 135."""
    built = own(tmp_path, "set_base=quick", build=build)
    assert said(built, at.BASE) == built.kit.word("template.dashboard.base_quick")
    assert said(native, at.BASE) == built.kit.word("template.dashboard.base_orders")
    found = tiles(built)
    assert [found["clv"], found["net"], found["scenario"]] == pytest.approx([180, 135, 135], rel=1e-12)
    names = [said(built, row) for row in range(at.COMPANY, at.LAST + 1)]
    assert names[1] != ""
    assert set(names[2:]) == {""}
    assert said(built, at.MIX, at.PRINTED - 1) == ""  # one segment: nothing to explain


def test_the_mix_is_what_parts_the_company_from_its_averages(native: Built) -> None:
    """CLV of the catalogue at the company's averages, and the weighted sum of the segments."""
    names = ("aov", "frequency", "lifespan", "margin")
    averages = [native.at(f"segments.total_{name}") for name in names]
    plain = answer("CLV", *averages, 0.0, native.named("in_discount_rate"), native.named("set_timing"))
    mix = said(native, at.MIX, at.PRINTED - 1)
    assert abs(mix) > 0.005
    assert tiles(native)["clv"] - mix == pytest.approx(plain, rel=1e-9)
    assert said(native, at.MIX, at.PRINTED - 2) == native.kit.word("template.dashboard.mix")


def without_segments(word: Any) -> OrderLines:
    lines = small(word)
    return replace(lines, segments=(None,) * len(lines))


def partly(word: Any) -> OrderLines:
    """Return orders of which those of one customer have no segment."""
    lines = small(word)
    rows = zip(lines.customers, lines.segments, strict=True)
    return replace(lines, segments=tuple(None if who == "A" else name for who, name in rows))


@pytest.mark.parametrize("build", ["native", "addin"])
def test_a_log_without_segments_shows_all_customers(build: Build, tmp_path: Path) -> None:
    built = own(tmp_path / "none", lines=without_segments, build=build)
    everybody = built.kit.word("template.dashboard.everybody")
    assert [said(built, row) for row in range(at.FIRST, at.LAST + 1)] == [
        everybody,
        *[""] * (at.LAST - at.FIRST),
    ]
    some = own(tmp_path / "some", lines=partly, build=build)
    names = {said(some, row) for row in range(at.FIRST, at.LAST + 1)}
    assert some.kit.word("segment.(none)") in names
    assert everybody not in names


def test_the_day_of_the_next_refresh_is_shown_until_the_data_pass_it(native: Built, tmp_path: Path) -> None:
    """EDATE: three months after 30 June 1998."""
    assert said(native, at.STATE, 5) == dt.datetime(1998, 9, 30)  # noqa: DTZ001
    late = own(tmp_path, "set_refreshed=45332")  # 2024-02-10; the data end in December 2025
    assert said(late, at.STATE, 5) == late.kit.word("template.dashboard.refresh_due")
