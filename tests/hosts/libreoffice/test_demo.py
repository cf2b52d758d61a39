"""The demonstration workbook in a real LibreOffice with the extension, calculated wholly."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from clv_xl.workbook.formulas import Host
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.with_extension import PROCEDURES, VERSIONS, Profiles
from tests.workbook.demo_book import Books


class Calculated(Protocol):
    """A workbook that the headless host has calculated."""

    @property
    def values(self) -> Any:
        """Its cached values, as openpyxl reads it."""


pytestmark = pytest.mark.slow
DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a day of a sheet has no zone
MASTER_CHECK, FUNCTIONS_ANSWER = (6, 1), (7, 1)
ROUNDING = 1e-8  # of differences of two sums of a quarter of a million, which Calc rounds to 0


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return Books(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module", params=VERSIONS)
def calc(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, str]]:
    with Profiles(tmp_path_factory).calc(request.param, PROCEDURES) as started:
        yield started, request.param


def number(value: Any) -> Any:
    """Return a cell of openpyxl as Calc has it."""
    if isinstance(value, dt.datetime):
        return float((value - DAY_ZERO).days)
    return float(value) if isinstance(value, (bool, int)) else "" if value is None else value


def compared(made: Calculated, found: dict[str, Any], *, leave_out: tuple[str, ...] = ()) -> int:
    """Assert that each cell is what the headless calculation gave; return the number of numbers."""
    numbers = 0
    for sheet in made.values.worksheets:
        if sheet.title in leave_out:
            continue
        theirs = found[sheet.title]["values"]
        for i, row in enumerate(sheet.iter_rows(values_only=True)):
            for j, value in enumerate(row):
                ours = number(value)
                shown = theirs[i][j] if i < len(theirs) and j < len(theirs[i]) else ""
                numbers += isinstance(ours, float)
                if isinstance(ours, float):
                    assert shown == pytest.approx(ours, rel=1e-9, abs=ROUNDING), (sheet.title, i + 1, j + 1)
                else:
                    assert shown == ours, (sheet.title, i + 1, j + 1)
    return numbers


@pytest.mark.parametrize("build", ["calc", "addin", "xlwings"])
def test_every_cell_is_that_of_the_headless_calculation(
    build: Host, books: Books, calc: tuple[Office, str]
) -> None:
    """From the file as it was written, nothing calculated."""
    started, _ = calc
    found = started("contents", path=str(books.written("en", build).path))
    assert found["Summary"]["values"][FUNCTIONS_ANSWER[0]][FUNCTIONS_ANSWER[1]] == 1.0
    assert compared(books.made("en", build), found) > 40_000


def test_another_margin_gives_the_numbers_of_the_headless_calculation(
    books: Books, calc: tuple[Office, str]
) -> None:
    """No stored value holds then, so that each came from a function; RFM asks for CHOOSECOLS besides."""
    started, _ = calc
    path = str(books.written("en", "calc").path)
    changed = started("contents", path=path, names={"in_margin": 0.3})
    made = books.made("en", "calc", "in_margin=30%")
    assert changed["Summary"]["values"][MASTER_CHECK[0]][MASTER_CHECK[1]] != "OK"  # no segments to count
    changed["Summary"]["values"][MASTER_CHECK[0]][MASTER_CHECK[1]] = "OK"
    assert compared(made, changed, leave_out=("RFM", "Checks")) > 30_000
    assert started("contents", path=path)["Net CLV"] != changed["Net CLV"]
