"""What all sheets of one template share: its book, where things are, names, checks, data tables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from clv_xl.workbook.book import Book
from clv_xl.workbook.template.order_lines import OrderLines

if TYPE_CHECKING:
    from clv_xl.workbook.formulas import Host
    from clv_xl.workbook.template.leaf import Leaf

T = TypeVar("T")
Build: TypeAlias = Literal["native", "addin", "xlwings", "calc"]
BUILDS: Final[tuple[Build, ...]] = ("native", "addin", "xlwings", "calc")
_PREFIXES = ("in_", "set_", "chk_")
# Formulas that look through the whole log in every row of it: beyond this only the functions answer.
NATIVE_ORDERS: Final = 10_000

Rule: TypeAlias = Literal["within", "at_most", "at_least"]
Kind: TypeAlias = Literal["integrity", "warning", "addin"]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that the sheet Checks holds a number against.

    Parameters
    ----------
    key : str
        Its description is the text ``template.check.KEY``, what to do is ``template.check.KEY.why``.
    value : str
        Formula of the number, without ``=``; it answers "" where the rule does not apply.
    rule : {"within", "at_most", "at_least"}
        Whether the number's size may reach the limit, the number may reach it, or must.
    limit : float or str
        The limit: a number (an input on Checks) or a formula without ``=``.
    kind : {"integrity", "warning", "addin"}
        Red, amber, or a comparison of function and native formula.
    sheet : str
        Name of the sheet that it is about.
    number : str
        Number format of both.
    """

    key: str
    value: str
    rule: Rule
    limit: float | str
    kind: Kind
    sheet: str
    number: str


@dataclass(frozen=True, slots=True)
class DataTable:
    """A what-if data table of Excel: a block, and the input cells of its row and column on the sheet."""

    sheet: str
    block: str
    row_input: str | None
    column_input: str | None


@dataclass(slots=True)
class Kit:
    """One template being written.

    Parameters
    ----------
    book : Book
        The workbook.
    build : {"native", "addin", "xlwings", "calc"}
        Whether it has functions of the add-in, and in whose spelling.
    lines : OrderLines
        The orders in it.
    """

    book: Book
    build: Build
    lines: OrderLines
    checks: list[Check] = field(default_factory=list)
    data_tables: list[DataTable] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    leaves: "list[Leaf]" = field(default_factory=list)
    _made: dict[str, Any] = field(default_factory=dict)
    _places: dict[str, str] = field(default_factory=dict)
    _later: list[Callable[[], None]] = field(default_factory=list)
    _last: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def begin(cls, path: Path, language: str, build: Build, lines: Callable[[Any], OrderLines]) -> "Kit":
        """Open the workbook; `lines` gets what words the texts."""
        host: Host = "addin" if build == "native" else build
        book = Book(path, language, host)
        return cls(book, build, lines(book.word))

    @property
    def functions(self) -> bool:
        """Whether the workbook has functions of the add-in."""
        return self.build != "native"

    @property
    def native(self) -> bool:
        """Whether formulas that look through the log are in it."""
        return len(self.lines) <= NATIVE_ORDERS or not self.functions

    def word(self, key: str, **params: Any) -> str:
        """Return a text in the language of the workbook."""
        return self.book.word(key, **params)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return what `make` makes, the same for all sheets: a look through a long log takes its time."""
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found

    def place(self, key: str, address: str) -> None:
        """Tell other sheets where something is, sheet included."""
        if key in self._places:
            raise KeyError(f"{key} has a place already")
        self._places[key] = address

    def at(self, key: str) -> str:
        """Return where something is; inside `later` every place is known."""
        return self._places[key]

    def known(self, key: str) -> str | None:
        """Return where something is, None where no sheet of this build has told."""
        return self._places.get(key)

    def later(self, write: Callable[[], None]) -> None:
        """Write once every sheet has told its places."""
        self._later.append(write)

    def last(self, write: Callable[[], None]) -> None:
        """Write once all else is written, what was put off included."""
        self._last.append(write)

    def finish(self) -> None:
        """Write what was put off, which may put off more."""
        while self._later or self._last:
            waiting = self._later or self._last
            if self._later:
                self._later = []
            else:
                self._last = []
            for write in waiting:
                write()

    def name(self, name: str, sheet: str, address: str) -> str:
        """Give a cell or range a name of the workbook, the same in every language."""
        if not name.startswith(_PREFIXES) or name in self.names:
            raise ValueError(f"{name}: names begin with {_PREFIXES} and are given once")
        self.names[name] = address
        self.book.name(name, sheet, address)
        return name
