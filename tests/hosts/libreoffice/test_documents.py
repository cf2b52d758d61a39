"""Files in a real LibreOffice with the extension: those of the Excel builds, and what is read again.

Each file holds the check values of the catalogue, with ranges on a sheet of their own.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clv_xl.catalogue import spelling
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.hosts.headless.address import a1
from clv_xl.orders.store import Store
from tests.conformance.calls import AS_OF, CASES, LOG
from tests.conformance.comparing import literal, rows_of
from tests.hosts.libreoffice.office import Office, office
from tests.hosts.libreoffice.with_extension import PROCEDURES, VERSIONS, Profiles, program

pytestmark = pytest.mark.slow
CACHED = 12345.0
"""A value that no function gives: whoever shows it has not asked one."""


def examples() -> list[tuple[Function, tuple[Cell | Block, ...]]]:
    """Return the first call of each function in the conformance suite: its check value."""
    found = {case.function.name: (case.function, case.args) for case in reversed(CASES)}
    return [found[name] for name in sorted(found)]


EXAMPLES = examples()


def spelled(function: Function, build: str) -> str:
    """Return the name of a function as the file of a build has it."""
    name = function.name
    return {
        "dotted": spelling.dotted(name),
        "bare": name,
        "xlwings": spelling.underscored(name),
        "add-in": spelling.stored(name),
        "add-in without namespace": spelling.stored(name, namespace=False),
    }[build]


def written(path: Path, build: str, value: float | str = "") -> Path:
    """Write the calls in the first column, as many cells as an array where the result has more."""
    book = xlsxwriter.Workbook(str(path))
    sheet, data = book.add_worksheet("Cases"), book.add_worksheet("Data")
    right = 0
    for row, (function, args) in enumerate(EXAMPLES):
        words = []
        for arg in args:
            if not isinstance(arg, Block):
                words.append(literal(arg))
                continue
            for i, cells in enumerate(arg.rows()):
                for j, cell in enumerate(cells):
                    if cell is not None:
                        data.write(i, right + j, cell)
            words.append(f"Data!{a1(1, right + 1)}:{a1(arg.height, right + arg.width)}")
            right += arg.width
        formula = f"={spelled(function, build)}({','.join(words)})"
        if function.spills:
            sheet.write_array_formula(row, 0, row, 1, "{" + formula + "}", None, value)
        else:
            sheet.write_formula(row, 0, formula, None, value)
    book.close()
    return path


def wanted(store: Path) -> list[Any]:
    """Return the first cell of each result, by the runner."""
    context = Context(store=Store(store))
    firsts = [rows_of(run(function, args, context))[0][0] for function, args in EXAMPLES]
    return ["" if first is None else first for first in firsts]


def codes(cells: list[Any]) -> list[Any]:
    return [c["error"] if isinstance(c, dict) else c for c in cells]


def same(found: list[Any], expected: list[Any]) -> None:
    assert len(found) == len(expected)
    for a, b in zip(codes(found), codes(expected), strict=True):
        assert a == (b if isinstance(b, str) else pytest.approx(b, rel=1e-9))


def first_column(contents: dict[str, Any], kind: str = "values") -> list[Any]:
    return [row[0] for row in contents["Cases"][kind]]


@pytest.fixture(scope="module", params=VERSIONS)
def calc(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, str, Path]]:
    store = tmp_path_factory.mktemp("store")
    environment = {"CLV_XL_STORE": str(store)}
    with Profiles(tmp_path_factory).calc(request.param, PROCEDURES, environment=environment) as started:
        yield started, request.param, store


@pytest.mark.parametrize("build", ["dotted", "bare", "xlwings", "add-in", "add-in without namespace"])
def test_a_file_of_the_builds_for_excel_opens_and_calculates(
    build: str, calc: tuple[Office, str, Path], tmp_path: Path
) -> None:
    """Of itself 7.4 reads dotted names only, 25.2 those of the add-in too; the rest is mended on opening."""
    started, _, store = calc
    path = written(tmp_path / "book.xlsx", build)
    found = started("contents", path=str(path))
    same(first_column(found), wanted(store))
    names = [formula.strip("{=").partition("(")[0] for formula in first_column(found, "formulas")]
    assert names == [spelled(function, "dotted") for function, _ in EXAMPLES]


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_a_saved_document_comes_back_with_its_formulas_and_numbers(
    kind: str, calc: tuple[Office, str, Path], tmp_path: Path
) -> None:
    started, _, store = calc
    path, saved = written(tmp_path / "book.xlsx", "dotted"), tmp_path / f"saved.{kind}"
    before = started("contents", path=str(path), save=str(saved))
    same(first_column(before), wanted(store))
    for recalculate in (False, True):
        after = started("contents", path=str(saved), recalculate=recalculate)
        assert first_column(after, "formulas") == first_column(before, "formulas")
        same(first_column(after), first_column(before))  # an .xlsx holds 15 digits of a number


def test_a_file_keeps_its_values_without_the_extension_and_lives_with_it(
    calc: tuple[Office, str, Path], tmp_path: Path
) -> None:
    """On opening a file of Excel LibreOffice calculates its array formulas, all else when it is asked to."""
    started, host, store = calc
    path, saved = written(tmp_path / "book.xlsx", "dotted", CACHED), tmp_path / "saved.xlsx"
    with office(program(host), tmp_path / "bare", procedures=(PROCEDURES,)) as bare:
        kept = bare("contents", path=str(path), recalculate=False, save=str(saved))
        lost = bare("contents", path=str(path))
    with_extension = started("contents", path=str(path), recalculate=False)
    lives, arrays = wanted(store), [function.spills for function, _ in EXAMPLES]
    same(first_column(kept), ["#NAME?" if array else CACHED for array in arrays])
    same(
        first_column(with_extension),
        [live if array else CACHED for live, array in zip(lives, arrays, strict=True)],
    )
    same(first_column(lost), ["#NAME?"] * len(EXAMPLES))
    for file in (path, saved):
        same(first_column(started("contents", path=str(file))), lives)


SINCE_1904 = {
    "CLV.FREQUENCY": 'A2:A13;B2:B13;"Y";{as_of}',
    "CLV.LIFESPAN": 'A2:A13;B2:B13;"M";;{as_of}',
    "CLV.COHORT": 'A1:G13;"Q";"customers";{as_of}',
}


@pytest.mark.parametrize("name", SINCE_1904)
def test_dates_of_a_document_of_1904_are_the_same_days(name: str, calc: tuple[Office, str, Path]) -> None:
    """A number is 1,462 less there (ECMA-376, part 1, 18.17.4.1); the first order is of its day 0.

    Without the move that order would be of a day before 1900, which no function takes.
    """
    started, _, _ = calc
    log, shown = [list(row) for row in LOG.rows()], []
    first = min(row[1] for row in log[1:] if isinstance(row[1], float)) - 1462.0
    for system, shift in ((1899, first), (1904, first + 1462.0)):
        rows = [
            [c - shift if j == 1 and isinstance(c, float) else c for j, c in enumerate(row)] for row in log
        ]
        formula = f"={name}({SINCE_1904[name].format(as_of=AS_OF - shift)})"
        shown.append(started("counted_from", year=system, rows=rows, formula=formula))
    assert shown[0] == shown[1]
    assert any(isinstance(c, float) and c for row in shown[0] for c in row)


def test_dates_in_results_of_a_document_of_1904_are_the_same_days(calc: tuple[Office, str, Path]) -> None:
    """CLV.STATUS shows the last order of each customer, which is 1,462 less there."""
    started, _, _ = calc
    days: list[list[float]] = []
    for system, shift in ((1899, 0.0), (1904, 1462.0)):
        rows = [
            [c - shift if j == 1 and isinstance(c, float) else c for j, c in enumerate(r)] for r in LOG.rows()
        ]
        shown = started("counted_from", year=system, rows=rows, formula="=CLV.STATUS(A1:G13;;100)")
        days.append(sorted(row[1] for row in shown[1:] if isinstance(row[1], float) and row[1]))
        stored = "CLV.DATA(A2:A13;B2:B13;C2:C13)"
        about = started("counted_from", year=system, rows=rows, formula=f"=CLV.SOURCEINFO({stored};2)")
        assert [row[1] + shift for row in about[4:6]] == [45332.0, 46000.0]  # first and last of LOG
    # The last purchase of each customer in LOG; o3 was given back whole, so that o2 is that of customer 1.
    assert days == [[45505.0, 45607.0, 45838.0, 46000.0], [44043.0, 44145.0, 44376.0, 44538.0]]


def test_a_trend_of_a_document_of_1904_has_its_days_and_a_refresh_is_due_on_the_same(
    calc: tuple[Office, str, Path],
) -> None:
    """Dates of CLV.TREND come back as the document counts; a day's distance is the same in both."""
    started, _, _ = calc
    quarters, figures = (45382.0, 45473.0, 45565.0, 45657.0, 45747.0), (120.0, 126.0, 129.0, 135.0, 150.0)
    shown, overdue = [], []
    for system, shift in ((1899, 0.0), (1904, 1462.0)):
        rows = [[day - shift, figure] for day, figure in zip(quarters, figures, strict=True)]
        trend = started("counted_from", year=system, rows=rows, formula="=CLV.TREND(B1:B5;A1:A5)")
        assert [row[0] for row in trend[1:6]] == [day - shift for day in quarters]
        shown.append([row[1:7] for row in trend[:7]])
        due = started("counted_from", year=system, rows=rows, formula="=CLV.REFRESHDUE(A4;A5)")
        overdue.append(due[0][0])
    assert shown[0] == shown[1]
    assert shown[0][5][4] == 0.25  # 150 against 120 of the same quarter a year before
    assert overdue == [0.0, 0.0]  # 2024-12-31 and three months are 2025-03-31
