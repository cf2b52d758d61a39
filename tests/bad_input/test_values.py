"""Infinite ids and results, cells as long as cells may be, dates as shops export them."""

import math
from typing import Any

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import NA, NUM, CellError
from clv_xl.texts import LANGUAGES, sentence

CELL = 32_767  # letters that a cell of a worksheet takes
HEADER: tuple[Cell, ...] = ("customer", "date", "amount")


def call(name: str, *args: Any, language: str = "en") -> Cell | Block:
    """Answer a call; lists of rows are ranges."""
    given = [Block.from_rows(a) if isinstance(a, list) else a for a in args]
    try:
        return run(CATALOGUE[name], given, Context(language=language))
    except CellError as error:
        return error


@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
@pytest.mark.parametrize("rows", [[], [["A"]], [[12.0]]])
def test_an_infinite_id_is_out_of_range(infinite: float, rows: list[list[Cell]]) -> None:
    for name in ("CLV.REPEATRATE", "CLV.FREQUENCY"):
        error = call(name, [*rows, [infinite]])
        assert isinstance(error, CellError)
        assert (error.code, error.key, error.params["row"]) == (NUM, "expected", len(rows) + 1)


def test_an_infinite_number_in_a_table_is_an_error() -> None:
    # CLV : CAC with the smallest number there is as CAC is beyond every float.
    log: list[list[Cell]] = [list(HEADER), ["A", 45000.0, 50.0], ["A", 45800.0, 50.0]]
    table = call("CLV.SUMMARY", log, "Y", None, 1.0, 5e-324)
    assert isinstance(table, Block)
    cells = [cell for row in table.rows() for cell in row]
    assert not [c for c in cells if isinstance(c, float) and not math.isfinite(c)]
    assert [c.key for c in cells if isinstance(c, CellError)] == ["overflow"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_check_says_of_the_longest_cells_fits_a_cell(language: str) -> None:
    long = "=" + "x" * (CELL - 1)
    columns = [f"column {i}" for i in range(16_381)]
    log: list[list[Cell]] = [[*HEADER, *columns], [long, long, long], ["A", 45000.0, 1.0]]
    log = [row + [None] * (len(HEADER) + len(columns) - len(row)) for row in log]
    table = call("CLV.CHECK", log, language=language)
    assert isinstance(table, Block)
    texts = [cell for row in table.rows() for cell in row if isinstance(cell, str)]
    assert max(map(len, texts)) < 2_000


def test_sentences_about_the_longest_cells_stay_readable() -> None:
    long = "x" * CELL
    logs: list[list[list[Cell]]] = [
        [["customer", f"column {long}"], ["A", 1.0]],
        [[*HEADER, "currency"], ["A", 45000.0, 1.0, "E" * CELL], ["A", 45001.0, 1.0, "F" * CELL]],
        [[f"customer ({long})", "date", "amount"], ["A", long, 1.0]],
    ]
    for log in logs:
        error = call("CLV.SUMMARY", log)
        assert isinstance(error, CellError)
        assert len(sentence(error)) < 2_000


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("2024-02-10 18:03:11 +0200", "mend.dates_stamped"),  # Shopify, orders_export.csv
        ("2024-02-10T18:03:11Z", "mend.dates_stamped"),  # Stripe, HubSpot's API
        ("2024-02-10T18:03:11.000+0000", "mend.dates_stamped"),  # Salesforce, Data Loader
        ("2024-02-10", "mend.dates_typed"),
        ("2024-02-10 18:03", "mend.dates_typed"),
        ("10.2.2024", "mend.dates_typed"),
    ],
)
def test_a_date_with_a_time_zone_is_mended_in_another_way(text: str, mend: str) -> None:
    error = call("CLV.SUMMARY", [list(HEADER), ["A", 45000.0, 1.0], ["B", text, 1.0]])
    assert isinstance(error, CellError)
    assert (error.key, error.params["row"], error.params["mend"].key) == ("column_cell", 3, mend)


def test_a_whole_column_beside_a_part_of_another_is_refused() -> None:
    # C:C has its header in row 1 and D2:D5 has not: padded, each id would belong to the amount above it.
    blanks: list[list[Cell]] = [[None]] * (1_048_576 - 5)
    amounts: list[list[Cell]] = [["amount"], [50.0], [70.0], [30.0], [10.0], *blanks]
    order_ids: list[list[Cell]] = [[1.0], [1.0], [2.0], [3.0]]
    error = call("CLV.AOV", amounts, order_ids)
    assert isinstance(error, CellError)
    assert (error.code, error.key) == (NA, "lengths_differ")
    # Orders of 120, 30 and 10 where both columns are whole.
    whole: list[list[Cell]] = [["order id"], *order_ids, *blanks]
    assert call("CLV.AOV", amounts, whole) == pytest.approx(160 / 3)
