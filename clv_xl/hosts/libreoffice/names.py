"""What a function is called in LibreOffice: a method of a service.

A file names an add-in function as service and method, joined by a dot; LibreOffice before 24 reads no
other name from a file. So the service of ``CLV.AOV`` is ``CLV`` and its method ``AOV``, and there is one
service for each word before the last dot. To a file of Excel it writes the compatibility name, which is
that of our add-in there, and a newer LibreOffice reads it too. The other spellings of the Excel builds are
put right when a file is opened (component/opened.py): were each a method of its own, the function wizard
would list every function three times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from clv_xl.catalogue import spelling
from clv_xl.catalogue.epoch import knows_dates
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.ranges import OrderLogRange

MODULE = "org.clvxl"
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
    """

    name: str
    function: Function

    @property
    def compatible(self) -> str:
        """The name under which it is written to a file of Excel."""
        return spelling.stored(self.function.name)

    @property
    def asks_document(self) -> bool:
        """Whether it needs the calling document: the days of dates are counted from a day of its own.

        All others are called without it: to hand it over takes longer than most of them.
        """
        return knows_dates(self.function)


def takes_log(function: Function) -> bool:
    """Return whether the first argument is an order log."""
    return bool(function.args) and isinstance(function.args[0].kind, OrderLogRange)


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
    """Return every service with its methods.

    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> own, *others = services(CATALOGUE)
    >>> [(own.name, m.name, m.compatible) for m in own.methods if m.function.name in ("CLV", "CLV.AOV")]
    [('CLV', 'AOV', '_xldudf_CLV_AOV'), ('CLV', 'VALUE', '_xldudf_CLV_VALUE')]
    """
    named = [(*spelling.dotted(f.name).rpartition(".")[::2], f) for f in catalogue.values()]
    named.sort(key=lambda entry: entry[0])
    return tuple(
        Service(service, tuple(Method(name, f) for _, name, f in entries))
        for service, entries in groupby(named, key=lambda entry: entry[0])
    )
