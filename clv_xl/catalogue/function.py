"""What a worksheet function is: one declaration from which every host is derived."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeGuard

from clv_xl.catalogue import domains, spelling
from clv_xl.catalogue.domains import Domain
from clv_xl.catalogue.effort import Effort
from clv_xl.catalogue.reserved import VBA_RESERVED
from clv_xl.catalogue.shapes import Shape
from clv_xl.errors import NUM, CellError, Notation, Text

TAIL = ("margin", "cac", "discount_rate", "timing", "headers")


class Kind(Protocol):
    """What an argument may be: a cell's domain, or a range of some kind."""

    @property
    def expected(self) -> Text:
        """The words that stand after "must be"."""


class RangeKind(Kind, Protocol):
    """What a range argument may be: an order log, a table, a list of numbers."""

    @property
    def shape(self) -> Shape:
        """What it looks like from outside."""

    def read_range(self, value: Any, context: Any) -> Any:
        """Return what the body takes, or raise a CellError."""


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument: its name, what it may be and what it means.

    Parameters
    ----------
    name : str
        lower_snake_case, the same word for the same thing in every function.
    kind : Domain, ColumnOf or RangeKind
        What a cell or a range of it may be.
    doc : str
        One English sentence for the function wizard; translated in ``texts/help.csv``.
    required : bool
        Whether a blank or a missing one is an error.
    default : float or str or None
        What a blank or missing optional one stands for; None means "not given".
    unit : str
        Unit in words: "money", "share", "periods", "orders per customer and period", ...
    """

    name: str
    kind: Kind
    doc: str
    required: bool = True
    default: float | str | None = None
    unit: str = ""

    def but(self, **changes: Any) -> "Arg":
        """Return the same argument with other settings; the word keeps its meaning."""
        return Arg(**{**{n: getattr(self, n) for n in self.__slots__}, **changes})

    def optional(self, default: float | str | None = None) -> "Arg":
        """Return the same argument as an optional one."""
        return self.but(required=False, default=default)


def is_range(kind: object) -> TypeGuard[RangeKind]:
    """Return whether an argument of this kind is a range; faster than asking the protocol."""
    return hasattr(kind, "read_range")


def lifts(kind: object) -> TypeGuard[Domain]:
    """Return whether an argument of this kind is one cell, and so lifts over a range."""
    return hasattr(kind, "read_column")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule across arguments, for single values and whole columns alike.

    Parameters
    ----------
    uses : tuple of str
        Names of the arguments.
    broken : callable
        Takes their values (floats or arrays; NaN or None where not given) and returns where the
        rule is broken.
    error : CellError
        What an element that breaks it shows.
    """

    uses: tuple[str, ...]
    broken: Callable[..., Any]
    error: CellError


@dataclass(frozen=True, slots=True)
class Example:
    """A formula of constants and its value (a number, a text or the error code it shows).

    Parameters
    ----------
    formula : str
        The formula without ``=``, English names, commas.
    value : float or str
        What the cell shows; for a table, its upper left data cell.
    digits : int
        Decimals to which `value` is stated.
    """

    formula: str
    value: float | str
    digits: int = 9


NO_RESULT = CellError(NUM, "no_result")


@dataclass(frozen=True)
class Function:
    """The declaration of one worksheet function.

    Parameters
    ----------
    name : str
        ``CLV`` or ``CLV.NOUN``.
    family : str
        Family of the catalogue it is listed under; the key of a text.
    body : callable
        Takes one value an argument in their order (``headers`` left out) and returns a float, an
        array, a text or a `Table`. It holds no argument checks.
    args : sequence of Arg
        The arguments; append-only.
    summary, convention, formula, source : str
        What it answers; which of the disagreeing conventions it follows; the equation; where it
        is from.
    examples : sequence of Example
        Check values; each is a test, the first one is printed in the help.
    returns : str
        Unit of the result in words, or ``table`` and what a row is.
    rules : sequence of Rule
        Rules across arguments.
    undefined : CellError
        What an element shows for which the body returns NaN.
    wants : sequence of {"context", "deadline", "rows", "catalogue"}
        What the body takes besides its arguments, by keyword: the `Context`, only its deadline,
        which rows of the columns given were read (`ColumnsRead`), the catalogue the function is
        listed in.
    per_row : bool
        Whether the result has one cell for each row of the columns given.
    dates : sequence of str
        Which columns of its table hold dates; or which figures, where there is one a row.
    effort : Effort, optional
        What a call takes where that is not what its ranges take.
    """

    name: str
    family: str
    body: Callable[..., Any]
    args: Sequence[Arg]
    summary: str
    convention: str
    formula: str
    source: str
    examples: Sequence[Example]
    returns: str
    rules: Sequence[Rule] = ()
    undefined: CellError = NO_RESULT
    wants: Sequence[str] = ()
    per_row: bool = False
    dates: Sequence[str] = ()
    effort: Effort | None = None

    def __post_init__(self) -> None:
        """Check the names of the arguments and their order."""
        names = [a.name for a in self.args]
        for name in names:
            if not re.fullmatch(r"[a-z][a-z_]*|T|t_x|m_x|x", name) or name in VBA_RESERVED:
                message = f"{self.name}: argument {name} is not lower_snake_case or is a word of VBA"
                raise ValueError(message)
        tail = [a.name for a in self.args if a.name in TAIL and not a.required]
        required = [a.required for a in self.args]
        if len(set(names)) < len(names) or tail != sorted(tail, key=TAIL.index):
            message = f"{self.name}: arguments {names} repeat or break the order of the common tail {TAIL}"
            raise ValueError(message)
        if required != sorted(required, reverse=True):
            message = f"{self.name}: a required argument follows an optional one"
            raise ValueError(message)

    @cached_property
    def lifts(self) -> bool:
        """Whether every argument is one cell, so that the function lifts over ranges."""
        return bool(self.args) and not self.spills and all(lifts(a.kind) for a in self.args)

    @cached_property
    def spills(self) -> bool:
        """Whether the result is a table."""
        return self.returns.startswith("table")

    @cached_property
    def least(self) -> int:
        """Number of required arguments."""
        return sum(a.required for a in self.args)

    @cached_property
    def absent(self) -> tuple[Any, ...]:
        """What the body takes for each argument that is not given."""
        blank = math.nan if self.lifts else None
        return tuple(blank if a.default is None else a.default for a in self.args)

    @cached_property
    def quick(self) -> Callable[[Sequence[Any]], Any] | None:
        """The path of a call with plain numbers in their domains; see `quick_path`."""
        return quick_path(self)

    @property
    def python_name(self) -> str:
        """Its name in Python."""
        return spelling.python_name(self.name)

    def signature(self, separator: str = ", ") -> str:
        """Return the call as a user reads it, optional arguments in brackets.

        The separator is ``"; "`` where Excel uses a semicolon.
        """
        return f"{self.name}({separator.join(self._words())})"

    @property
    def notation(self) -> Notation:
        """How a sentence writes the call; its language, and so the separator, is known at the edge."""
        return Notation(self.signature(), f"{self.name}({'; '.join(self._words(','))})")

    def _words(self, mark: str = ".") -> Iterator[str]:
        """Yield the arguments of the signature with a decimal mark."""
        for a in self.args:
            shown = "" if a.default is None else f"={_typed(a, mark)}"
            yield a.name if a.required else f"[{a.name}{shown}]"


def _typed(arg: Arg, mark: str) -> str:
    """Return the default of an argument as it is typed in a formula."""
    if isinstance(arg.default, str):
        return f'"{arg.default}"'
    if isinstance(arg.kind, domains.Flag):
        return "TRUE" if arg.default else "FALSE"
    return f"{arg.default:g}".replace(".", mark)


SLOW = object()
_PLAIN = frozenset((float, int))


def _bounds(kind: Kind) -> tuple[Any, Any, bool]:
    """Return lowest, highest and wholeness of a number; the words of a keyword, None and False."""
    if isinstance(kind, domains.Number):
        return (*kind.closed, kind.whole)
    assert isinstance(kind, domains.Keyword)
    return frozenset(kind.choices), None, False


def quick_path(function: Function) -> Callable[[Sequence[Any]], Any] | None:
    """Return a path for the commonest call, plain numbers inside their domains, or None.

    It gives exactly what the long way gives, or `SLOW` when anything is out of the ordinary; a
    worksheet column of 10,000 single calls spends its time here.
    """
    kinds = [a.kind for a in function.args]
    if not function.lifts or not all(isinstance(k, (domains.Number, domains.Keyword)) for k in kinds):
        return None
    absent = function.absent
    places = tuple((*_bounds(a.kind), b, a.required) for a, b in zip(function.args, absent, strict=True))
    least, most, body = function.least, len(places), function.body
    names = [a.name for a in function.args]
    rules = tuple((r.broken, tuple(names.index(u) for u in r.uses)) for r in function.rules)

    def quick(cells: Sequence[Any]) -> Any:  # the hottest lines of the package, hence one function
        count = len(cells)
        if not least <= count <= most:
            return SLOW
        values = []
        for cell, (low, high, whole, blank, needed) in zip(cells, places, strict=False):
            if type(cell) in _PLAIN:
                if high is None or whole or not low <= cell <= high:
                    return SLOW
                values.append(cell + 0.0)
            elif cell is None and not needed:
                values.append(blank)
            elif high is None and type(cell) is str and cell in low:
                values.append(cell)
            else:
                return SLOW
        values += absent[count:]
        for broken, uses in rules:
            if broken(*[values[i] for i in uses]):
                return SLOW
        try:
            result = body(*values)
        except ArithmeticError:
            return SLOW
        return result if type(result) is float and result - result == 0.0 else SLOW

    return quick
