"""The templates as they are versioned in a real LibreOffice, every cell calculated and every cell held."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from clv_xl import texts
from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.workbook.formulas import quoted
from clv_xl.workbook.template.kit import Build
from tests.hosts.libreoffice.office import Office, office
from tests.hosts.libreoffice.with_extension import PROCEDURES, Profiles, program
from tests.workbook.template.shipped import cached, data_tables, differences, pairs, shipped

pytestmark = pytest.mark.slow
CELLS = 90_000  # less than any of the files has
EARLIER = 35_885.0  # 1998-03-31, three months before the last day of the sample
MORE = 100.0  # added to the revenue of the first order
MARGIN = texts.word("margin", "en")
# The calc build has the native formulas too, so the native one is held in few languages; the extension puts
# the names of Excel's add-in right. The English calc build is held where its inputs are changed.
HELD: Mapping[str, tuple[Build, ...]] = MappingProxyType(
    {"en": ("addin",), "fi": ("calc",), "ka": ("calc",), "pl": ("calc",), "el": ("native", "calc")}
)
# Sheets that have the same cells in the native build and in the others, so that they can be held together.
ALIKE = ("dashboard", "inputs", "orders", "customers", "cohorts", "retention", "forecast", "monitoring",
         "simulation", "allocation")  # fmt: skip


def sheet(key: str, language: str = "en") -> str:
    """Return the name of a sheet."""
    return str(texts.word(f"sheet.{key}", language))


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Profiles:
    return Profiles(tmp_path_factory)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Start a LibreOffice that knows nothing of our functions."""

    @contextmanager
    def started(host: str) -> Iterator[Office]:
        with office(program(host), tmp_path_factory.mktemp("bare"), procedures=(PROCEDURES,)) as calc:
            yield calc

    return started


def assert_right(state: dict[str, Any], path: Path, language: str = "en") -> None:
    """Assert that a state has every value of a file, no error and no broken check."""
    differ, cells = differences(cached(path), state["sheets"])
    assert differ[:10] == []
    assert cells > CELLS
    names = state["names"]
    assert (names["chk_broken"], names["chk_master"]) == (0, texts.word("status_ok", language))
    # Customers of the sample pause and come back: one rate a month does not give that of a year.
    assert names["chk_warnings"] == 1


def errors(state: dict[str, Any]) -> list[str]:
    """Return the cells that show an error."""
    return [
        f"{name}!{place} {value['error']}"
        for name, rows in state["sheets"].items()
        for place, value, _ in pairs(rows, ())
        if isinstance(value, dict)
    ]


@pytest.mark.calc_new
@pytest.mark.parametrize("language", HELD)
def test_every_cell_is_that_of_the_headless_calculation(language: str, profiles: Profiles) -> None:
    with profiles.calc("calc_new", PROCEDURES, environment={"CLV_XL_LANG": language}) as calc:
        for build in HELD[language]:
            path = shipped(build, language)
            (state,) = calc("states", path=str(path))
            assert errors(state) == []
            assert_right(state, path, language)
            assert state["names"]["set_addin"] == (build != "native")


@pytest.mark.uno
def test_the_native_build_is_calculated_alike_by_the_older_libreoffice(bare: Any) -> None:
    path = shipped("native", "en")
    with bare("uno") as calc:
        (state,) = calc("states", path=str(path))
    assert_right(state, path)


@pytest.mark.calc_new
def test_where_the_functions_are_missing_the_native_numbers_stand_and_no_error(bare: Any) -> None:
    native = cached(shipped("native", "en"))
    with bare("calc_new") as calc:
        (state,) = calc("states", path=str(shipped("addin", "en")))
    assert errors(state) == []
    names = state["names"]
    assert (names["set_addin"], names["chk_broken"], names["chk_master"]) == (0, 0, "OK")
    numbers = 0
    for key in ALIKE:
        name = sheet(key)
        for place, ours, theirs in pairs(native[name], state["sheets"][name]):
            if isinstance(ours, float):
                numbers += 1
                assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-9), (name, place)
    assert numbers > CELLS / 2


def moved(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the sheets of which a cell has another value."""
    one, other = before["sheets"], after["sheets"]
    return {name for name in one if any(a != b for _, a, b in pairs(one[name], other[name]))}


def broken(state: dict[str, Any]) -> set[str]:
    """Return the rules, warnings left out, that are not kept."""
    rows = state["sheets"][sheet("checks")]
    questions = next(i for i, row in enumerate(rows) if row[0] == texts.word("template.checks.warning", "en"))
    bad = texts.word("template.status_broken", "en")
    return {row[1] for row in rows[:questions] if isinstance(row[0], float) and row[5] == bad}


def at(place: str) -> str:
    """Return the address of a cell of Calc as ``--set`` takes it."""
    name, _, cell = place.rpartition(".")
    return f"{quoted(name)}{cell}" if name else cell


@pytest.mark.calc_new
def test_what_is_typed_moves_what_rests_on_it_as_in_the_headless_calculation(
    profiles: Profiles, tmp_path: Path
) -> None:
    path = shipped("calc", "en")
    values = cached(path)
    rows = values[sheet("orders")]
    head = next(i for i, row in enumerate(rows) if "order_date" in row)
    date, revenue = (rows[head].index(name) for name in ("order_date", "revenue"))
    lines = [(row[date], row[revenue]) for row in rows[head + 1 :] if isinstance(row[revenue], float)]
    drivers = values[sheet("inputs")]
    margin = next(i for i, row in enumerate(drivers, 1) if row[0] == MARGIN and isinstance(row[5], float))
    typed: list[dict[str, Any]] = [
        {
            f"{sheet('orders')}.{get_column_letter(revenue + 1)}{head + 2}": lines[0][1] + MORE,
            f"{sheet('inputs')}.D{margin}": 0.4,
        },
        {"set_as_of": EARLIER},
        {"set_scenario": 2.0},
        {"set_segment": "1 CD"},
    ]
    with profiles.calc("calc_new", PROCEDURES, environment={"CLV_XL_LANG": "en"}) as calc:
        states = calc("states", path=str(path), edits=typed)
    assert_right(states[0], path)
    plain, order, cut, best, shown = (state["names"] for state in states)

    assert order["in_aov"] - plain["in_aov"] == pytest.approx(MORE / len(lines), rel=1e-9)
    ledger = {texts.word("template.check.monitoring_ledger", "en")}
    assert broken(states[1]) == ledger  # it does not know of the money
    assert (plain["in_margin"], order["in_margin"]) == (0.25, 0.4)
    earlier = [money for day, money in lines if day <= EARLIER]
    assert cut["in_aov"] == pytest.approx((sum(earlier) + MORE) / len(earlier), rel=1e-9)
    assert moved(states[2], states[3]) == {sheet(k) for k in ("scenarios", "forecast", "dashboard", "checks")}
    assert {name for name in cut if cut[name] != best[name]} == {"set_scenario"}
    assert moved(states[3], states[4]) == {sheet("dashboard")}
    assert shown["set_segment"] == "1 CD"
    assert [broken(state) for state in states] == [set(), *[ledger] * 4]

    # Data tables, which Calc calculates as MULTIPLE.OPERATIONS, follow the margin.
    tables = [state["sheets"][sheet("sensitivity")] for state in states[:2]]
    cells_of_tables = list(data_tables(path))
    assert len(cells_of_tables) == 2 * 5 * 5  # two tables, each of five levels by five
    assert all(tables[0][i][j] != tables[1][i][j] for i, j in cells_of_tables)

    again = tmp_path / path.name
    words = [f"{at(place)}={value}" for edit in typed for place, value in edit.items()]
    calculate(path, again, CatalogueFunctions(Context(language="en")), sets=words)
    differ, cells = differences(cached(again), states[-1]["sheets"])
    assert differ[:10] == []
    assert cells > CELLS
