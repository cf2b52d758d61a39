"""The planning sheets of the demonstration: each block is its function, in every language."""

import re
import zipfile
from typing import Any

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.workbook.formulas import Host
from tests.workbook.demo_book import Books, Made, block, same

SHEETS = ("demo.sheet_what_if", "sheet.simulation", "demo.sheet_plan")
CONDITIONS = ("set_what_if", "set_simulation", "set_plan")


def planning(made: Made, language: str = "en") -> dict[str, Any]:
    """Return the planning sheets by the key of their name, with values."""
    return {key: made.values[texts.word(key, language)] for key in SHEETS}


def spilled(made: Made, function: str) -> list[list[list[Cell]]]:
    """Return what stands in the cells of each spilled call of a function, blanks as None."""
    found = []
    for sheet in made.formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                formula = cell.value
                if isinstance(formula, ArrayFormula) and f"_xldudf_{function}(" in str(formula.text):
                    area = made.values[sheet.title][formula.ref]
                    found.append([[c.value if c.value != "" else None for c in line] for line in area])
    return found


def agree(shown: list[list[Cell]], answer: Any) -> None:
    """Assert that the cells of a sheet are those of a block."""
    assert isinstance(answer, Block)
    rows = answer.to_rows()
    assert (len(shown), len(shown[0])) == (len(rows), len(rows[0]))
    for line, wanted in zip(shown, rows, strict=True):
        assert all(map(same, wanted, line)), (line, wanted)


def values_of(made: Made, name: str) -> dict[str, float]:
    """Return the two columns of a named range, names and numbers."""
    rows = block(made.values, name).to_rows()
    return {str(word): float(value) for word, value in rows if isinstance(value, (int, float))}


def test_the_drivers_are_those_of_the_summary(made: Made) -> None:
    drivers = values_of(made, "in_drivers")
    summary = made.values[made.demo.summary]
    # Rows of the sheet Summary: margin, the three basics, net CLV and CAC.
    assert [drivers[name] for name in ("Average order value", "Purchase rate", "Customer lifespan")] == [
        summary.cell(row, 2).value for row in (27, 28, 29)
    ]
    assert drivers["Profit margin"] == summary["B17"].value
    assert drivers["Customer acquisition cost"] == summary["B36"].value
    base = run(CATALOGUE["CLV"], list(drivers.values()))
    assert same(base, summary["B32"].value)


@pytest.mark.parametrize(
    ("function", "names", "tail"),
    [
        ("SCENARIO", ("in_drivers", "in_scenarios"), ()),
        ("SENSITIVITY", ("in_drivers", "lifespan", "in_lifespans", "margin", "in_margins"), ()),
        ("TORNADO", ("in_drivers", "in_change"), ()),
        ("BRIDGE", ("in_drivers", "in_plan"), ()),
        ("ALLOCATE", ("in_budget", "in_channels"), ()),
        ("SIMULATE", ("in_distributions", "in_trials", "in_seed"), (None,) * 5 + (3.0,)),
    ],
)
def test_a_table_is_what_its_function_gives_for_the_cells_it_names(
    function: str, names: tuple[str, ...], tail: tuple[Cell, ...], made: Made
) -> None:
    args = [block(made.values, name) if name.startswith("in_") else name for name in names]
    shown = spilled(made, f"CLV_{function}")
    assert len(shown) == 1
    agree(shown[0], run(CATALOGUE[f"CLV.{function}"], [*args, *tail]))


def test_the_levers_are_what_the_function_gives_for_the_list(made: Made) -> None:
    sheet = planning(made)["demo.sheet_what_if"]
    typed = next(c for row in sheet.iter_rows() for c in row if str(c.value).startswith("=CLV.LEVER("))
    places = re.findall(r"[A-Z]+\d+:[A-Z]+\d+", typed.value)
    columns = [Block.from_rows([[cell.value for cell in row] for row in sheet[place]]) for place in places]
    assert len(columns) == 4
    answer = run(CATALOGUE["CLV.LEVER"], [block(made.values, "in_drivers"), *columns])
    agree(spilled(made, "CLV_LEVER")[0], answer)
    assert [row[0] for row in answer.to_rows()][1:] == [  # type: ignore[union-attr]
        texts.word(f"lever.{name}")
        for name in ("loyalty", "upsell", "cross_sell", "service", "onboarding", "referral", "price")
    ]


def test_the_forecast_starts_from_the_customers_of_the_sample(made: Made) -> None:
    drivers = values_of(made, "in_drivers")
    revenue = drivers["Average order value"] * drivers["Purchase rate"]
    plan = [block(made.values, name) for name in ("in_customers", "in_new_customers", "in_retention")]
    assert plan[0].to_rows() == [[2357.0]]
    args: list[Cell | Block] = [
        *plan,
        revenue,
        5.0,
        drivers["Profit margin"],
        drivers["Customer acquisition cost"],
    ]
    whole, waves = spilled(made, "CLV_FORECAST")
    agree(whole, run(CATALOGUE["CLV.FORECAST"], args))
    agree(waves, run(CATALOGUE["CLV.FORECAST"], [*args, None, "revenue"]))


def test_what_goal_seek_finds_reaches_the_target(made: Made) -> None:
    sheet = planning(made)["demo.sheet_what_if"]
    words = {texts.word(word): word for word in ("status_ok", "status_check")}
    rows = [row for row in sheet.iter_rows() if str(row[7].value).startswith("=CLV.GOALSEEK(")]
    assert len(rows) == 5
    drivers = values_of(made, "in_drivers")
    for row in rows:
        assert words[row[6].value] == "status_ok"
        driver = str(row[0].value).split(",")[0]
        assert driver in drivers
        changed = {**drivers, driver: row[3].value}
        net = run(CATALOGUE["CLV"], list(changed.values()))
        assert isinstance(net, float)
        cac = changed["Customer acquisition cost"]
        reached = (net + cac) / cac if '"ratio"' in row[7].value else net
        assert same(reached, row[1].value), row[0].value


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_cell_shows_an_error_and_all_checks_pass(language: str, books: Books) -> None:
    made = books.made(language)
    assert made.report.errors == []
    assert made.named("chk_master") == texts.word("status_ok", language)
    assert [made.named(name) for name in CONDITIONS] == [True, True, True]
    for sheet in planning(made, language).values():
        assert len(sheet.title) <= 21
        for row in sheet.iter_rows(values_only=True):
            assert not any(str(value).startswith("#") for value in row)


@pytest.mark.parametrize("host", ["xlwings", "calc"])
def test_the_other_spellings_give_the_same_planning_sheets(host: Host, made: Made, books: Books) -> None:
    other = books.made("en", host)
    for key, sheet in planning(other).items():
        ours = planning(made)[key]
        for row in sheet.iter_rows():
            for cell in row:
                value = ours[cell.coordinate].value
                if host == "xlwings" and "=CLV" in str(value):
                    assert str(cell.value).replace("CLV_", "CLV.") == value.replace("CLV_", "CLV.")
                else:
                    assert same(value, cell.value), (sheet.title, cell.coordinate, value, cell.value)


@pytest.mark.parametrize(
    ("change", "stale"),
    [
        ("in_change=20%", "set_what_if"),
        ("in_lifespans=2.5", "set_what_if"),
        ("in_target=25", "set_what_if"),
        ("in_trials=2000", "set_simulation"),
        ("in_target_ratio=4", "set_simulation"),
        ("in_budget=15000", "set_plan"),
        ("in_new_customers=500", "set_plan"),
    ],
)
def test_a_yellow_cell_is_followed_and_outdates_the_stored_tables_of_its_sheet(
    change: str, stale: str, books: Books
) -> None:
    changed = books.made("en", "addin", change)
    assert changed.report.errors == []
    assert {name: changed.named(name) for name in CONDITIONS} == {n: n != stale for n in CONDITIONS}
    assert changed.named("set_stored") is True
    assert changed.named("chk_master") == texts.word("status_ok")


def test_another_margin_moves_every_block(made: Made, books: Books) -> None:
    changed = books.made("en", "addin", "in_margin=30%")
    assert [changed.named(name) for name in CONDITIONS] == [False, False, False]
    for function in ("SCENARIO", "TORNADO", "LEVER", "SIMULATE", "FORECAST", "BRIDGE"):
        assert spilled(changed, f"CLV_{function}") != spilled(made, f"CLV_{function}")
    assert spilled(changed, "CLV_ALLOCATE") == spilled(made, "CLV_ALLOCATE")  # its values are stated


def test_inputs_are_blue_on_yellow_and_the_drivers_green(made: Made) -> None:
    book = made.formulas
    for name in ("in_change", "in_target", "in_lifespans", "in_trials", "in_budget", "in_new_customers"):
        sheet, area = next(iter(book.defined_names[name].destinations))
        cells = book[sheet][area]
        for row in cells if isinstance(cells, tuple) else ((cells,),):
            for cell in row:
                assert (cell.font.color.rgb, cell.fill.fgColor.rgb) == ("FF0000FF", "FFFFFFCC")
                limited = (str(r.sqref) for r in book[sheet].data_validations.dataValidation)
                assert any(cell.coordinate in found.split() for found in limited)
    sheet, area = next(iter(book.defined_names["in_drivers"].destinations))
    assert {row[1].font.color.rgb for row in book[sheet][area]} == {"FF008000"}


def test_every_series_of_a_chart_has_numbers_and_names(made: Made) -> None:
    drawn = 0
    with zipfile.ZipFile(made.path) as package:
        charts = [n for n in package.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
        for name in charts:
            text = package.read(name).decode()
            for kind, numeric in (("cat", False), ("val", True)):
                for found in re.findall(rf"<c:{kind}>.*?<c:f>(.*?)</c:f>", text):
                    sheet, _, area = found.replace("&apos;", "'").rpartition("!")
                    cells = [c.value for row in made.values[sheet.strip("'")][area] for c in row]
                    shown = [value for value in cells if value is not None and value != ""]
                    assert shown, found
                    assert not numeric or all(isinstance(value, (int, float)) for value in shown), found
                    drawn += numeric
    assert drawn > 20


def test_the_median_of_the_simulation_lies_between_the_cases(made: Made) -> None:
    rows = {row[0]: row for row in spilled(made, "CLV_SIMULATE")[0]}
    scenario = {row[0]: row for row in spilled(made, "CLV_SCENARIO")[0]}["Net CLV"]
    _, _, best, worst, _ = scenario
    assert worst < rows["P50"][1] < best  # type: ignore[operator]
