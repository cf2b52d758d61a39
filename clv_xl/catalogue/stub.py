"""The stub file of the package: the types of the functions as Python calls them."""

from collections.abc import Iterator

from clv_xl.catalogue import domains
from clv_xl.catalogue.function import Arg, Function, lifts
from clv_xl.catalogue.listing import Catalogue
from clv_xl.catalogue.numpydoc import python_returns
from clv_xl.catalogue.shapes import shape_of

HEAD = """\
# Made by python -m clv_xl.catalogue.pages --write. Do not edit.
# ruff: noqa: PYI021  editors show these lines as the help of a function
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clv_xl.errors import FormulaError as FormulaError

__all__ = {names}

__version__: str

_Number: TypeAlias = float | Decimal | np.number[Any] | np.bool_ | None
_Date: TypeAlias = dt.date | np.datetime64 | _Number
_Column: TypeAlias = Sequence[Any] | NDArray[Any] | pd.Series[Any] | pd.Index[Any]
_Rows: TypeAlias = pd.DataFrame | Sequence[Sequence[Any]] | NDArray[Any]
_Orders: TypeAlias = _Rows | Mapping[str, _Column] | str
_ByName: TypeAlias = Mapping[str, float] | _Column | _Rows
"""


def public_names(catalogue: Catalogue) -> list[str]:
    """Return what ``from clv_xl import *`` brings."""
    return sorted(["FormulaError", "__version__", *(f.python_name for f in catalogue.values())])


def stub(catalogue: Catalogue) -> str:
    """Return the stub file, laid out as the formatter would.

    Parameters
    ----------
    catalogue : Catalogue
        All functions.
    """
    names = "".join(f'    "{name}",\n' for name in public_names(catalogue))
    parts = [HEAD.replace("{names}", f"[\n{names}]")]
    for function in catalogue.values():
        parts += list(_definitions(function))
    return "\n".join(parts)


def _definitions(function: Function) -> Iterator[str]:
    """Yield one definition, or two where arrays may stand for single values."""
    gives = python_returns(function)
    if function.lifts:
        yield _definition(function, gives.split(",")[0], arrays=False, overloaded=True)
        yield _definition(function, "Any", arrays=True, overloaded=True)
    elif function.spills:
        yield _definition(function, "pd.DataFrame")
    else:
        yield _definition(function, "Any" if function.per_row else gives)


def _definition(function: Function, gives: str, *, arrays: bool = False, overloaded: bool = False) -> str:
    names = [_parameter(arg, arrays) for arg in function.args]
    if not any(arg.name == "language" for arg in function.args):
        names += ["*", "language: str | None = None"]
    head = "@overload\n" if overloaded else ""
    doc = f'    """{function.summary}"""\n'
    opening = f"def {function.python_name}("
    one_line = f"{opening}{', '.join(names)}) -> {gives}:"
    if len(one_line) <= 110:
        return f"{head}{one_line}\n{doc}"
    lines = "".join(f"    {name},\n" for name in names)
    return f"{head}{opening}\n{lines}) -> {gives}:\n{doc}"


def _parameter(arg: Arg, arrays: bool) -> str:
    of = _type(arg)
    if arrays and lifts(arg.kind):
        of = f"{of} | _Column | NDArray[Any]"
    if arg.required:
        return f"{arg.name}: {of}"
    of = of if "_Number" in of or "_Date" in of else f"{of} | None"
    default = None if arg.kind is domains.HEADERS else arg.default
    shown = f'"{default}"' if isinstance(default, str) else repr(default)
    return f"{arg.name}: {of} = {shown}"


def _type(arg: Arg) -> str:
    kind = arg.kind
    shape = shape_of(kind)
    if shape is not None:
        return shape.stub
    for of, words in (
        (domains.Keyword, "str"),
        (domains.Word, "str"),
        (domains.Date, "_Date"),
    ):
        if isinstance(kind, of):
            return words
    return "_Number"
