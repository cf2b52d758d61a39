"""Calls drawn from the declarations: the domains draw their own inputs."""

from collections.abc import Iterator
from random import Random

from hypothesis import strategies as st

from clv_xl.catalogue import domains
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.domains import Domain
from clv_xl.catalogue.function import Function, lifts
from clv_xl.cells import Block, Cell
from clv_xl.errors import VALUE, CellError

DOMAINS: tuple[Domain, ...] = (
    domains.ANY_NUMBER,
    domains.COUNT,
    domains.SHARE,
    domains.POSITIVE,
    domains.HEADERS,
    domains.UNIT,
    domains.Number(low=1, high=12, whole=True),
    domains.Number(low=0.0, high=40.0, above=True),
    domains.Date(),
    domains.Flag(),
    domains.Keyword(("churn", "retention")),
    domains.Word(("CLV", "CLV.AOV")),
)
LIFTING = tuple(f for f in CATALOGUE.values() if f.lifts)

dirt: st.SearchStrategy[Cell] = st.one_of(
    st.floats(allow_nan=False),
    st.sampled_from(
        ["", "abc", "1 234,50", "1.2.2025", "2025-02-01", "02/01/25", "80 %", "=cmd|' /C calc'!A0", "ΑΩ", "№"]
    ),
    st.text(max_size=8).filter(lambda text: "{" not in text),  # so that an unfilled place in a sentence shows
    st.booleans(),
    st.none(),
    st.sampled_from([80.0, -3.0, 0.0, 1e308, 45000.5, 1e-320]),
    st.sampled_from(
        [
            CellError("#N/A", "input_error"),
            CellError("#DIV/0!", "input_error"),
            CellError(VALUE, "input_error"),
        ]
    ),
)


def randoms() -> st.SearchStrategy[Random]:
    """Draw seeds that shrink."""
    return st.randoms(use_true_random=False)


def valid_cells(function: Function, random: Random) -> list[Cell]:
    """Draw one valid cell an argument of a function of cells."""
    cells = []
    for arg in function.args:
        assert lifts(arg.kind)
        cells.append(None if not arg.required and random.random() < 0.2 else arg.kind.draw(random))
    return cells


def texts_of(result: object) -> Iterator[CellError]:
    """Return the errors in a result."""
    if isinstance(result, CellError):
        yield result
    elif isinstance(result, Block):
        for row in result.rows():
            for cell in row:
                yield from texts_of(cell)
