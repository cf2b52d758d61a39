"""What a function is called in LibreOffice: a method of a service, and the spellings of other hosts.

A file names an add-in function as service and method, joined by a dot; LibreOffice before 24 reads no
other name from a file. So the service of ``CLV.AOV`` is ``CLV`` and its method ``AOV``, and there is one
service for each word before the last dot. Each further spelling, as files of the Excel builds hold it,
is a method of the service `ALIASES`: a newer LibreOffice finds it by its compatibility name, shows it in
the cell by the display name of the function itself, and writes it back as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from clv_xl.catalogue import spelling
from clv_xl.catalogue.domains import Date
from clv_xl.catalogue.function import Arg, Function
from clv_xl.catalogue.ranges import ColumnOf, OrderLogRange

MODULE = "org.clvxl"
ALIASES = "CLVXL"
HIDDEN_DOCUMENT = "document"  # the argument in which LibreOffice hands over the calling document


@dataclass(frozen=True, slots=True)
class Method:
    """One way to call a function.

    Parameters
    ----------
    name : str
        The method; with its service it is the name in a file.
    function : Function
        What it calls.
    compatible : str
        The name under which a file of Excel holds it.
    alias : bool
        Whether it is there for such files only.
    """

    name: str
    function: Function
    compatible: str
    alias: bool = False

    @property
    def asks_document(self) -> bool:
        """Whether it needs the calling document: the days of dates are counted from a day of its own.

        All others are called without it: to hand it over takes longer than most of them.
        """
        return bool(date_places(self.function))


def date_places(function: Function) -> tuple[int, ...]:
    """Return the places of the arguments that hold dates."""
    return tuple(i for i, arg in enumerate(function.args) if takes_dates(arg))


def takes_log(function: Function) -> bool:
    """Return whether the first argument is an order log."""
    return bool(function.args) and isinstance(function.args[0].kind, OrderLogRange)


def takes_dates(arg: Arg) -> bool:
    """Return whether an argument holds dates: all its numbers, or a column of it."""
    return isinstance(arg.kind, (Date, OrderLogRange)) or (
        isinstance(arg.kind, ColumnOf) and arg.kind.content == "dates"
    )


@dataclass(frozen=True, slots=True)
class Service:
    """A service with its methods."""

    name: str
    methods: tuple[Method, ...]

    @property
    def interface(self) -> str:
        """Name of its interface within `MODULE`."""
        return "X" + self.name.replace(".", "")


def services(catalogue: Mapping[str, Function]) -> tuple[Service, ...]:
    """Return every service: those of the functions, then that of their other spellings.

    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> own, aliases = services(CATALOGUE)
    >>> [(own.name, m.name, m.compatible) for m in own.methods if m.function.name in ("CLV", "CLV.AOV")]
    [('CLV', 'AOV', 'CLV.AOV'), ('CLV', 'VALUE', 'CLV')]
    >>> [m.compatible for m in aliases.methods if m.function.name == "CLV.AOV"]
    ['CLV_AOV', '_xldudf_CLV_AOV']
    """
    named = [(*spelling.dotted(f.name).rpartition(".")[::2], f) for f in catalogue.values()]
    named.sort(key=lambda entry: entry[0])
    own = [
        Service(service, tuple(Method(name, f, f.name) for _, name, f in entries))
        for service, entries in groupby(named, key=lambda entry: entry[0])
    ]
    return (*own, Service(ALIASES, tuple(_aliases(catalogue.values()))))


def _aliases(functions: Iterable[Function]) -> Iterable[Method]:
    """Yield a method for each spelling of the Excel builds that is not the function's own."""
    for function in functions:
        for text in excel_spellings(function.name):
            name = text.strip("_").rpartition(".")[2].upper()  # "_" stands between capitals only, "." nowhere
            yield Method(name, function, text, alias=True)


def excel_spellings(name: str) -> tuple[str, ...]:
    """Return the spellings that files of the Excel builds hold and that are not the catalogue's.

    >>> excel_spellings("CLV")
    ('CLV.VALUE', 'CLV_VALUE', '_xldudf_CLV_VALUE', '_xldudf_CLV')
    """
    plain = (spelling.dotted(name), spelling.underscored(spelling.dotted(name)), spelling.underscored(name))
    stored = (spelling.stored(name), spelling.stored(name, namespace=False))
    return tuple(dict.fromkeys(text for text in (*plain, *stored) if text != name))
