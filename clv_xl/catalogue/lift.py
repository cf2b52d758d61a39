"""Lifting: a function of single cells over ranges, element by element, one error an element."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.catalogue.domains import Column, Domain
from clv_xl.catalogue.function import Arg, Function, lifts
from clv_xl.cells import BLANK, ERROR, Block, BoolArray, Cell, Cells, FloatArray
from clv_xl.errors import NA, NUM, CellError, Text

OVERFLOW = CellError(NUM, "overflow")
MOST_CALLS = 10_000  # each of them may read a million rows


def single(value: Cell | Block) -> Cell:
    """Return the cell of a block of one."""
    return value.columns[0].cell(0) if isinstance(value, Block) else value


def is_blank(cell: Cell | Block) -> bool:
    """Return whether a cell is blank; an empty text is, as formulas leave it, and so is NaN."""
    return cell is None or (isinstance(cell, str) and not cell) or (isinstance(cell, float) and cell != cell)


def read_cell(arg: Arg, cell: Cell) -> Any:
    """Return the value of one cell, None for a blank optional one."""
    assert lifts(arg.kind)
    if is_blank(cell):
        if not arg.required:
            return None
        cell = None
    try:
        return arg.kind.read(cell)
    except CellError as error:
        raise error.with_params(argument=arg.name) from None


class ElementErrors:
    """The errors of the elements of one lifted call; the first one of an element stays."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.refused: BoolArray = np.zeros(shape, np.bool_)
        self.found: NDArray[np.object_] = np.empty((0, 0), dtype=object)

    def note(self, where: BoolArray, error: CellError) -> None:
        """Give every element of `where` that has no error yet this one."""
        if not where.any():
            return
        if not self.found.size:
            self.found = np.empty(self.shape, dtype=object)
        new = where & ~self.refused
        self.found[new] = error
        self.refused |= new

    def note_each(self, block: Block, j: int, column: Column, name: str) -> None:
        """Give the elements of each refused cell of column `j` of an argument the error of that cell."""
        assert column.refused is not None
        blank = column.refused & block.columns[j].is_tag(BLANK)
        if blank.any():  # a whole column of blanks has one error a million times
            where = np.zeros((block.height, block.width), np.bool_)
            where[:, j] = blank
            self.note(where, column.error(int(np.argmax(blank))).with_params(argument=name))
        across = slice(None) if block.width == 1 else slice(j, j + 1)
        for row in np.flatnonzero(column.refused & ~blank).tolist():
            if not self.found.size:
                self.found = np.empty(self.shape, dtype=object)
            at = (slice(None) if block.height == 1 else slice(row, row + 1), across)
            self.found[at][~self.refused[at]] = column.error(row).with_params(argument=name)
            self.refused[at] = True

    def block(self, function: Function, result: FloatArray) -> Block:
        """Return the numbers as a block, errors in their place."""
        self.note(np.isnan(result), function.undefined)
        self.note(np.isinf(result), OVERFLOW)
        if not self.found.size:
            return Block(tuple(Cells(np.ascontiguousarray(column)) for column in result.T))
        parts = zip(result.T, self.refused.T, self.found.T, strict=True)
        return Block(tuple(_column(function, *part) for part in parts))


def _column(
    function: Function, numbers: FloatArray, refused: BoolArray, errors: NDArray[np.object_]
) -> Cells:
    bad = np.flatnonzero(refused)
    if not bad.size:
        return Cells(np.ascontiguousarray(numbers))
    tags = np.zeros(numbers.size, np.uint8)
    codes = np.full(numbers.size, -1, np.int32)
    tags[bad], codes[bad] = ERROR, np.arange(bad.size)
    rows = (bad + 1).tolist()
    named = tuple(
        e.with_params(function=function.name, row=row) for e, row in zip(errors[bad], rows, strict=True)
    )
    return Cells(np.where(refused, np.nan, numbers), tags, codes, (), named)


def lifted(function: Function, given: Sequence[Cell | Block]) -> Block:
    """Answer a call with ranges where single cells stand, with numpy's broadcasting.

    Parameters
    ----------
    function : Function
        A function all of whose arguments are cells.
    given : sequence
        One value an argument, None where not given.

    Returns
    -------
    Block
        Of the common shape; a single value repeats.
    """
    shape = _common_shape(function, dict(enumerate(given)))
    errors = ElementErrors(shape)
    values: list[Any] = []
    for arg, value, blank in zip(function.args, given, function.absent, strict=True):
        if isinstance(value, Block) and value.height * value.width > 1:
            values.append(_read_block(arg, value, blank, errors))
        else:
            read = read_cell(arg, single(value))
            values.append(blank if read is None else read)
    names = [a.name for a in function.args]
    with np.errstate(all="ignore"):
        for rule in function.rules:
            broken = rule.broken(*(values[names.index(u)] for u in rule.uses))
            errors.note(np.asarray(broken, np.bool_), rule.error)
        result = _by_keyword(function, values, shape)
    return errors.block(function, result)


def _by_keyword(function: Function, values: list[Any], shape: tuple[int, int]) -> FloatArray:
    """Call the body once, or once for each word where a keyword argument is itself a range."""
    words = [i for i, v in enumerate(values) if isinstance(v, np.ndarray) and v.dtype == object]
    if not words:
        result = np.asarray(function.body(*values), dtype=np.float64)
        return result if result.shape == shape else np.broadcast_to(result, shape)
    result = np.full(shape, np.nan)
    at = words[0]
    spread = [np.broadcast_to(v, shape) if isinstance(v, np.ndarray) else v for v in values]
    for word in {w for w in values[at].ravel().tolist() if isinstance(w, str)}:
        here = np.equal(spread[at], word)
        some = [v[here][:, None] if isinstance(v, np.ndarray) else v for v in spread]
        some[at] = word
        result[here] = _by_keyword(function, some, (int(here.sum()), 1))[:, 0]
    return result


def _common_shape(function: Function, given: Mapping[int, Cell | Block]) -> tuple[int, int]:
    height = width = 1
    for i, value in given.items():
        if isinstance(value, Block):
            fits = value.height in (1, height) or height == 1, value.width in (1, width) or width == 1
            if not all(fits):
                got, expected = f"{value.height} x {value.width}", f"{height} x {width}"
                raise CellError(
                    NA, "shapes_differ", argument=function.args[i].name, got=Text(got), expected=expected
                )
            height, width = max(height, value.height), max(width, value.width)
    return height, width


def call_by_call(
    function: Function,
    given: Sequence[Cell | Block],
    wide: Sequence[int],
    call: Callable[[Sequence[Cell | Block]], Cell | Block],
) -> Block:
    """Lift the arguments `wide` of a function that otherwise takes ranges: one call an element."""
    blocks = {i: block for i in wide if isinstance(block := given[i], Block)}
    height, width = _common_shape(function, blocks)
    if height * width > MOST_CALLS:
        raise CellError(NUM, "too_many_calls", most=MOST_CALLS, count=height * width)

    def element(row: int, column: int) -> Cell:
        cells = {
            i: b.columns[min(column, b.width - 1)].cell(min(row, b.height - 1)) for i, b in blocks.items()
        }
        return single(call([cells.get(i, value) for i, value in enumerate(given)]))

    return Block.from_rows([[element(i, j) for j in range(width)] for i in range(height)])


def _read_block(arg: Arg, block: Block, blank: Any, errors: ElementErrors) -> NDArray[Any]:
    """Return the values of a range argument and note the errors of its elements."""
    assert lifts(arg.kind)
    columns = [_read_cells(arg, arg.kind, cells, blank) for cells in block.columns]
    for j, column in enumerate(columns):
        if column.refused is not None:
            errors.note_each(block, j, column, arg.name)
    return columns[0].values[:, None] if len(columns) == 1 else np.column_stack([c.values for c in columns])


def _read_cells(arg: Arg, kind: Domain, cells: Cells, blank: Any) -> Column:
    column = kind.read_column(cells)
    blanks: BoolArray = cells.is_tag(BLANK)
    if arg.required or not blanks.any():
        return column
    values = column.values.copy()
    values[blanks] = blank
    refused = None if column.refused is None else column.refused & ~blanks
    return Column(values, refused if refused is not None and refused.any() else None, column.error)
