"""The functions within LibreOffice's own Python."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import Date
from clv_xl.catalogue.error_log import ErrorLog
from clv_xl.catalogue.function import SLOW, Arg, Function
from clv_xl.catalogue.ranges import ColumnOf
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import NA, VALUE, CellError
from clv_xl.hosts.libreoffice import cells

if TYPE_CHECKING:
    from clv_xl.orders.store import Store

_DAY_ZERO = dt.date(1899, 12, 30).toordinal()


class Host:
    """The functions for one running LibreOffice.

    Parameters
    ----------
    language : str
        Language of header rows, labels and sentences; a locale such as ``pl_PL`` will do.
    catalogue : mapping, optional
        The functions by name.
    """

    def __init__(self, language: str = "en", catalogue: Mapping[str, Function] = CATALOGUE) -> None:
        self.language = texts.language_of(language)
        self.errors = ErrorLog()
        self._bare = Context(language=self.language)  # a function of single cells keeps nothing
        self._known = {name: _Known(function) for name, function in catalogue.items()}

    def answer(self, name: str, document: Any, values: Sequence[Any]) -> cells.Rows:
        """Answer one call; errors are noted and returned, never raised.

        Parameters
        ----------
        name : str
            The catalogue's name of the function.
        document : object
            The calling document; its ``NullDate`` is asked only where it matters.
        values : sequence
            What Calc hands over, one for each argument.
        """
        known = self._known.get(name)
        if known is None:
            return self._refused(name, CellError(NA, "calc.unknown_function", name=name))
        if known.quick is not None:  # 10,000 cells in a second: most calls end here
            result = known.quick(values)
            if result is not SLOW:
                return ((result,),)
        return self._answer(known, document, values)

    def _answer(self, known: "_Known", document: Any, values: Sequence[Any]) -> cells.Rows:
        function = known.function
        try:
            args = _read(known, document, values)
            context = self._bare if function.lifts else self._context
            result = run(function, args, context)
            written = cells.write(result)
        except Exception as fault:  # noqa: BLE001  a cell shows a code, never a traceback
            got = f"{type(fault).__name__}: {fault}"
            return self._refused(function.name, CellError(VALUE, "internal", function=function.name, got=got))
        self.errors.note(function.name, result, self.language)
        return written

    def _refused(self, name: str, error: CellError) -> cells.Rows:
        self.errors.note(name, error, self.language)
        return cells.write(error)

    @cached_property
    def _context(self) -> Context:
        return Context(language=self.language, store=self.store)

    @cached_property
    def store(self) -> "Store":
        """Where CLV.DATA keeps columns: the user's own."""
        from clv_xl.orders.store import Store

        return Store()


class _Known:
    """A function with what every call of it needs to know."""

    __slots__ = ("dates", "function", "quick")

    def __init__(self, function: Function) -> None:
        self.function = function
        self.quick: Callable[[Sequence[Any]], Any] | None = function.quick
        self.dates = date_places(function)


def _read(known: _Known, document: Any, values: Sequence[Any]) -> list[Cell | Block]:
    """Return the arguments as cells and blocks, without those left out at the end."""
    count = len(values)
    while count and values[count - 1] is None:
        count -= 1
    given = values[:count]
    dates = [i for i in known.dates if i < count and holds_number(given[i])]
    shift = date_shift(document) if dates else 0.0
    if not shift:
        return list(map(cells.read, given))
    return [cells.read(v, shift if i in dates else 0.0) for i, v in enumerate(given)]


def holds_number(value: Any) -> bool:
    """Return whether a value may hold a number: rows do, unless looked at closer."""
    return type(value) in {float, int, tuple}


def date_shift(document: Any) -> float:
    """Return the days from the day zero of our serial numbers to that of a document.

    It is 1,462 where the dates of a document begin in 1904, and 0 where nothing is known of it.
    """
    try:
        zero = document.NullDate
        return float(dt.date(zero.Year, zero.Month, zero.Day).toordinal() - _DAY_ZERO)
    except Exception:  # noqa: BLE001  a caller that is no spreadsheet, or none
        return 0.0


def date_places(function: Function) -> tuple[int, ...]:
    """Return the places of the arguments whose numbers are dates."""
    return tuple(i for i, arg in enumerate(function.args) if takes_dates(arg))


def takes_dates(arg: Arg) -> bool:
    """Return whether the numbers of an argument are dates."""
    return isinstance(arg.kind, Date) or (isinstance(arg.kind, ColumnOf) and arg.kind.content == "dates")
