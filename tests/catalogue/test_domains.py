"""A domain reads a column as it reads its cells, and refuses what it says it refuses."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.catalogue.domains import Domain
from clv_xl.cells import Cell, Cells
from clv_xl.errors import CODES, CellError
from clv_xl.texts import LANGUAGES, sentence
from tests.catalogue.drawing import DOMAINS, dirt, randoms


def read(domain: Domain, cell: Cell) -> object:
    try:
        return domain.read(None if cell == "" else cell)
    except CellError as error:
        return error


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@given(random=randoms(), more=st.lists(dirt, max_size=12))
def test_a_column_reads_as_its_cells(domain: Domain, random: Random, more: list[Cell]) -> None:
    cells = [domain.draw(random) for _ in range(3)] + more + [domain.draw(random)]
    column = domain.read_column(Cells.of(cells))
    for i, cell in enumerate(cells):
        expected = read(domain, cell)
        refused = column.refused is not None and bool(column.refused[i])
        assert refused == isinstance(expected, CellError), (i, cell)
        if refused:
            assert column.error(i) == expected
        else:
            assert column.values[i] == expected
    first = next((i for i, c in enumerate(cells) if isinstance(read(domain, c), CellError)), None)
    assert column.first_refused == first


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_refused_cells_have_the_stated_code(domain: Domain) -> None:
    for cell, code in domain.refused_cells():
        with pytest.raises(CellError) as caught:
            domain.read(cell)
        assert caught.value.code == code, cell
        assert code in CODES


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@given(random=randoms())
def test_a_drawn_cell_is_read(domain: Domain, random: Random) -> None:
    domain.read(domain.draw(random))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS, ids=str)
def test_every_refusal_is_a_whole_sentence(domain: Domain, language: str) -> None:
    for cell, _ in domain.refused_cells():
        with pytest.raises(CellError) as caught:
            domain.read(cell)
        text = sentence(caught.value.with_params(argument="lifespan", row=7), language)
        assert "{" not in text
        assert "lifespan" in text or caught.value.key == "input_error"
        assert len(text) > 15


def test_a_number_reads_numpy_scalars() -> None:
    assert DOMAINS[0].read(np.float64(2.5)) == 2.5  # what pandas hands over
