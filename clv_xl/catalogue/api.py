"""The functions in Python: real signatures over the one runner, numpy and pandas in and out."""

import inspect
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl import texts
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import HEADERS
from clv_xl.catalogue.function import SLOW, Function, lifts
from clv_xl.catalogue.given import Given, given
from clv_xl.catalogue.lift import single
from clv_xl.catalogue.numpydoc import numpydoc
from clv_xl.catalogue.ranges import ColumnOf, OrderLogRange
from clv_xl.catalogue.result import KEYS, NO_HEADERS
from clv_xl.catalogue.run import run
from clv_xl.cells import BLANK, ERROR, NUMBER, TEXT, Block, Cell, Cells
from clv_xl.errors import NUM, VALUE, CellError, FormulaError, Text

LANGUAGE = "language"
IN_PYTHON = MappingProxyType({"mend.text_number": "mend.python_number", "mend.text_date": "mend.python_date"})


def build(function: Function) -> Callable[..., Any]:
    """Return the function for Python.

    Parameters
    ----------
    function : Function
        Its declaration.

    Returns
    -------
    callable
        Takes the arguments of the declaration by place or by name, and ``language``.

    Examples
    --------
    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> clv = build(CATALOGUE["CLV"])
    >>> clv(50, 3, [3, 2.5], margin=0.4, cac=45)
    array([135., 105.])
    """
    signature = signature_of(function)
    quick = function.quick

    def call(*args: Any, **named: Any) -> Any:
        if quick is not None and not named:
            result = quick(args)
            if result is not SLOW:
                return result
        return _answer(function, signature.bind(*args, **named).arguments)

    call.__name__ = call.__qualname__ = function.python_name
    call.__module__ = "clv_xl"
    call.__doc__ = numpydoc(function)
    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def signature_of(function: Function) -> inspect.Signature:
    """Return the signature in Python; ``language`` is added unless the function has it already."""
    place, name = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    parameters = []
    for arg in function.args:
        default = None if arg.kind is HEADERS else arg.default
        shown = inspect.Parameter.empty if arg.required else default
        parameters.append(inspect.Parameter(arg.name, place, default=shown))
    if not has_language(function):
        parameters.append(inspect.Parameter(LANGUAGE, name, default=None))
    return inspect.Signature(parameters)


def has_language(function: Function) -> bool:
    """Return whether the function itself takes a language."""
    return any(arg.name == LANGUAGE for arg in function.args)


def _answer(function: Function, named: dict[str, Any]) -> Any:
    language = named.get(LANGUAGE) if has_language(function) else named.pop(LANGUAGE, None)
    spoken = texts.language_of(language) if isinstance(language, str) else "en"
    inputs = []
    for arg in function.args:
        value = named.get(arg.name)
        if arg.kind is HEADERS and value is None:
            value = 1 if language is not None else KEYS
        try:
            inputs.append(given(arg.kind, value))
        except CellError as error:
            raise _raised(error.with_params(function=function.name, argument=arg.name), spoken) from None
        except OverflowError:
            large = CellError(NUM, "overflow", function=function.name, argument=arg.name)
            raise _raised(large, spoken) from None
    index = _common_index(function, inputs, spoken)
    lifted = [i for i, arg in zip(inputs, function.args, strict=True) if lifts(arg.kind) and i.shape]
    if any(0 in i.shape for i in lifted):
        return _as_given(np.empty(0), index, function)
    result = run(function, [i.value for i in inputs], _context(function, inputs, spoken))
    if isinstance(result, CellError):
        raise _raised(result, spoken)
    if function.spills and isinstance(result, Block):
        headers = [
            single(i.value) for i, arg in zip(inputs, function.args, strict=True) if arg.kind is HEADERS
        ]
        return _frame(result, header=headers != [NO_HEADERS])
    if function.per_row:
        return _as_given(_padded(_rows(result), inputs[0].shape), index, function)
    if lifted or isinstance(result, Block):
        block = result if isinstance(result, Block) else Block((Cells.of([result]),))
        _refuse_errors(block, function, spoken)
        if any(len(i.shape) == 2 for i in lifted):
            return np.column_stack([values(c) for c in block.columns])
        return _as_given(values(block.columns[0]), index, function)
    return result


def _context(function: Function, inputs: Sequence[Given], language: str) -> Context:
    """Return the context; the store is opened for a call that may read or fill it."""
    reads = (ColumnOf, OrderLogRange)
    if "context" not in function.wants and not any(
        isinstance(arg.kind, reads) and isinstance(i.value, str)
        for i, arg in zip(inputs, function.args, strict=True)
    ):
        return Context(language=language)
    from clv_xl.orders.store import Store

    return Context(language=language, store=Store())


def _common_index(function: Function, inputs: Sequence[Given], language: str) -> Any:
    """Return the index of the Series given; rows are taken in their order, so the indexes must agree."""
    first = None
    for arg, one in zip(function.args, inputs, strict=True):
        if one.index is None or not (lifts(arg.kind) or isinstance(arg.kind, ColumnOf)):
            continue
        if first is None:
            first = one.index
        elif len(one.index) == len(first) and not one.index.equals(first):
            error = CellError(VALUE, "index_differs", function=function.name, argument=arg.name)
            raise _raised(error, language)
    return first


def _raised(error: CellError, language: str, row: int | None = None) -> FormulaError:
    """Return the exception for an error of a cell; its sentence names the row.

    What mends a text in a cell is a command of Excel's menu; in Python another type is passed.
    """
    mend = error.params.get("mend")
    if isinstance(mend, Text) and mend.key in IN_PYTHON:
        error = CellError(error.code, error.key, **{**error.params, "mend": Text(IN_PYTHON[mend.key])})
    sentence = texts.sentence(error, language)
    if row is not None and "row" not in error.params:
        error = error.with_params(row=row)
        sentence = f"{sentence} {texts.word(Text('at_row', {'row': row}), language)}"
    return FormulaError(error, sentence)


def _refuse_errors(block: Block, function: Function, language: str) -> None:
    """Raise the first error of a lifted result, row by row."""
    bad = [int(np.argmax(found)) for c in block.columns if (found := c.is_tag(ERROR)).any()]
    if bad:
        row = min(bad)
        error = next(cell for c in block.columns if isinstance(cell := c.cell(row), CellError))
        raise _raised(error.with_params(function=function.name), language, row + 1)


def values(cells: Cells) -> NDArray[Any]:
    """Return a column as an array: float64 where all are numbers or blank (NaN), else of objects.

    An error is NaN beside numbers and None beside texts, as pandas has no error values.
    """
    if cells.tags is None:
        return cells.numbers
    if np.isin(cells.tags, (NUMBER, BLANK, ERROR)).all():
        return cells.numbers
    if cells.codes is not None and np.isin(cells.tags, (TEXT, BLANK)).all():
        return np.array([*cells.labels, None], dtype=object)[cells.codes]  # -1, a blank, is the last
    array = np.empty(len(cells), dtype=object)
    array[:] = [None if isinstance(cell, CellError) else cell for cell in cells]
    return array


def _rows(result: Cell | Block) -> NDArray[Any]:
    return values(result.columns[0] if isinstance(result, Block) else Cells.of([result]))


def _padded(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return one element a row of the input: the runner cuts trailing blanks of very long columns."""
    height = max(shape, default=1)
    if array.size >= height:
        return array
    blank = np.full(height - array.size, np.nan if array.dtype.kind == "f" else None)
    return np.concatenate([array, blank])


def _as_given(array: NDArray[Any], index: Any, function: Function) -> Any:
    """Return a Series where a Series came in."""
    if index is None or len(index) != array.size:
        return array
    import pandas as pd

    return pd.Series(array, index=index, name=function.python_name)


def _frame(block: Block, *, header: bool) -> Any:
    """Return a table as a DataFrame, its total row last."""
    import pandas as pd

    names = [c.cell(0) for c in block.columns] if header else list(range(block.width))
    data = [values(c[int(header) :]) for c in block.columns]
    frame = pd.DataFrame(dict(enumerate(data)))
    frame.columns = pd.Index(names)
    return frame
