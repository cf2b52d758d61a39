"""The functions within LibreOffice's own Python."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.epoch import date_places
from clv_xl.catalogue.error_log import ErrorLog
from clv_xl.catalogue.function import SLOW, Function
from clv_xl.catalogue.run import run
from clv_xl.errors import NA, VALUE, CellError
from clv_xl.hosts.libreoffice import cells
from clv_xl.hosts.libreoffice.dates import date_shift

if TYPE_CHECKING:
    from clv_xl.orders.store import Store

_MAY_BE_DATES = frozenset((float, tuple))  # a number, or rows that may hold some


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
            given = _without_omitted(values)
            context = self._bare if function.lifts else self._context
            days = date_shift(document) if known.asks_days(given) else 0.0
            if days:
                context = replace(context, days=days)
            result = run(function, list(map(cells.read, given)), context)
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

    def asks_days(self, given: Sequence[Any]) -> bool:
        """Return whether it matters to a call from which day the document counts."""
        return bool(self.function.dates) or any(
            type(given[i]) in _MAY_BE_DATES for i in self.dates if i < len(given)
        )


def _without_omitted(values: Sequence[Any]) -> Sequence[Any]:
    """Return the values without those left out at the end."""
    count = len(values)
    while count and values[count - 1] is None:
        count -= 1
    return values[:count]
