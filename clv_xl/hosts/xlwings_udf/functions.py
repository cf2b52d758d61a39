"""One Python function for each declaration of the catalogue, decorated for xlwings."""

import inspect
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.epoch import DAYS_1904, date_places
from clv_xl.catalogue.error_log import ErrorLog
from clv_xl.catalogue.function import Arg, Function
from clv_xl.catalogue.run import run
from clv_xl.catalogue.spelling import underscored
from clv_xl.cells import Block, Cell
from clv_xl.errors import VALUE, CellError, Text
from clv_xl.hosts.xlwings_udf import cells

if TYPE_CHECKING:
    from clv_xl.orders.store import Store

CATEGORY = "clv_xl"  # its heading in Excel's Insert Function
LANGUAGE = "CLV_XL_LANG"
WIZARD_LIMIT = 255  # characters of a description in Excel's function wizard


class Host:
    """The functions for one Python process that Excel talks to.

    Parameters
    ----------
    xlwings : module
        Whose ``func``, ``arg`` and ``ret`` decorate the functions; their names are the same in
        classic xlwings, Lite and Server.
    module : str
        Name of the module that holds the functions.
    write : callable
        What makes of a result what is handed to Excel.
    """

    def __init__(self, xlwings: Any, module: str, write: Callable[[Cell | Block], Any] = cells.write) -> None:
        self.xlwings = xlwings
        self.module = module
        self.write = write
        self.errors = ErrorLog()

    def functions(self, catalogue: Mapping[str, Function]) -> dict[str, Callable[..., Any]]:
        """Return the decorated functions by the name that VBA gives them."""
        return {underscored(name): self.decorated(function) for name, function in catalogue.items()}

    def decorated(self, function: Function) -> Callable[..., Any]:
        """Return the function of a declaration, known to xlwings with its arguments and help.

        The result keeps xlwings' default converter: it makes errors of error codes in Lite and
        Server, and Excel spills plain rows by itself (``expand="table"`` is the way of before 2020).
        ``call_in_wizard=False`` is not for us: its guard leaves a 0 in every cell that is calculated
        while some dialog is open.
        """
        xlwings, udf = self.xlwings, self.plain(function)
        for arg in function.args:
            udf = xlwings.arg(arg.name, convert="raw", doc=argument_help(function, arg))(udf)
        udf = xlwings.ret()(udf)
        # Lite and Server show the catalogue's name, dots and all; VBA has Python's, classic xlwings too.
        decorated: Callable[..., Any] = xlwings.func(category=CATEGORY, name=function.name)(udf)
        return decorated

    def plain(self, function: Function) -> Callable[..., Any]:
        """Return the function of a declaration with the signature that inspection shows.

        xlwings asks `inspect.signature`, which honours ``__signature__``, and the type hints, of
        which there must be none: one of them would choose the converter of an argument of its name.
        """
        signature = signature_of(function)

        def udf(*values: Any, **named: Any) -> Any:
            if named:
                bound = signature.bind(*values, **named)
                bound.apply_defaults()
                values = bound.args
            return self.write(self.answer(function, values))

        udf.__name__ = udf.__qualname__ = underscored(function.name)
        udf.__module__ = self.module
        udf.__doc__ = function_help(function)
        udf.__annotations__ = {}
        udf.__signature__ = signature  # type: ignore[attr-defined]
        return udf

    def answer(self, function: Function, values: Iterable[Any]) -> Cell | Block:
        """Answer one call with the values as COM hands them over; errors are noted and returned."""
        spoken = language()
        try:
            args, days = self.read(function, list(values))
            store = None if function.lifts else self.store
            result = run(function, args, Context(language=spoken, store=store, days=days))
        except Exception as fault:  # noqa: BLE001  a cell shows a code, never a traceback
            got = f"{type(fault).__name__}: {fault}"
            result = CellError(VALUE, "internal", function=function.name, got=got)
        self.errors.note(function.name, result, spoken)
        return result

    def read(self, function: Function, values: list[Any]) -> tuple[list[Cell | Block], float]:
        """Return the values as cells and blocks, and the days of `Context` where they matter."""
        dates = [i for i in date_places(function) if i < len(values)]
        asked = bool(function.dates) or any(holds_plain_number(values[i]) for i in dates)
        days = self.date_shift() if asked else 0.0
        return [cells.read(v, days if i in dates else 0.0) for i, v in enumerate(values)], days

    def date_shift(self) -> float:
        """Return the days from 30 December 1899 to day zero of the calling workbook: 1,462 if it is of 1904.

        Outside classic xlwings, and where Excel does not say which workbook calls, it is 0.
        """
        try:
            return DAYS_1904 if self.xlwings.Book.caller().api.Date1904 is True else 0.0
        except Exception:  # noqa: BLE001  xlwings raises a bare Exception where no workbook calls
            return 0.0

    @cached_property
    def store(self) -> "Store":
        """Where CLV.DATA keeps columns; made by the first call that may need it."""
        from clv_xl.orders.store import Store

        return Store()


def signature_of(function: Function) -> inspect.Signature:
    """Return the Python signature: names and defaults as declared, all of them positional."""
    kind, empty = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.empty
    return inspect.Signature(
        [inspect.Parameter(a.name, kind, default=empty if a.required else a.default) for a in function.args]
    )


def holds_plain_number(value: Any) -> bool:
    """Return whether a value is or contains a number that COM does not know as a date."""
    if not isinstance(value, (tuple, list)):
        return type(value) is float
    rows = value if value and isinstance(value[0], (tuple, list)) else (value,)
    return float in map(type, chain.from_iterable(rows))


def language() -> str:
    """Return the language of this process: ``CLV_XL_LANG``, or English."""
    return texts.language_of(os.environ.get(LANGUAGE, ""))


def function_help(function: Function, spoken: str = "") -> str:
    """Return what the wizard says of a function: what it answers, then by which convention."""
    return clipped(" ".join(docs.part(function, name, spoken or language()) for name in docs.PARTS))


def argument_help(function: Function, arg: Arg, spoken: str = "") -> str:
    """Return what the wizard says of an argument, with what an omitted one stands for."""
    spoken = spoken or language()
    words = docs.meaning(function, arg, spoken)
    if arg.required:
        return clipped(words)
    shown = docs.default(arg, spoken)
    tail = Text("explain.default", {"value": shown}) if shown else Text("explain.optional")
    return clipped(words, f" {texts.word(tail, spoken)}")


def clipped(text: str, tail: str = "") -> str:
    """Return a text and its tail in the wizard's room; too long a text loses words before its tail.

    >>> clipped("word " * 100, " Optional.")[-19:]
    ' word ... Optional.'
    """
    text = text.strip()
    room = WIZARD_LIMIT - len(tail)
    if len(text) > room:
        text = text[: room - 3].rsplit(" ", 1)[0].rstrip(",;: ") + " ..."
    return text[:room] + tail
