"""The words of ``--set`` and ``--get``: an address and what to put there, an address and what to show."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from clv_xl.cells import Cell
from clv_xl.errors import UserError
from clv_xl.hosts.headless.address import Area, quoted, unquoted
from clv_xl.hosts.headless.formula import MARK, NAME, SHEET, tokens
from clv_xl.hosts.headless.package import DefinedName
from clv_xl.hosts.headless.structured import Table, address_of

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(\s*%)?\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\Z")
_FIRST_DAY_1900 = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)
_FIRST_DAY_1904 = dt.datetime(1904, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Target:
    """Cells that a request names.

    Parameters
    ----------
    sheet : str
        Name of the sheet as the request spells it.
    area : Area
        The cells.
    spilled : bool
        Whether it is the spill of the first cell (``A1#``).
    """

    sheet: str
    area: Area
    spilled: bool = False


def value_of(text: str, uses_1904: bool = False) -> Cell:
    """Return the value that a word of the command line means.

    Parameters
    ----------
    text : str
        A number with a decimal point, a percentage, an ISO date, TRUE or FALSE, nothing (a blank),
        a text; a text in double quotes is a text whatever it looks like.
    uses_1904 : bool
        Whether a date becomes a serial number of the 1904 system.

    Raises
    ------
    UserError
        On a formula: nothing on the command line is evaluated.

    Examples
    --------
    >>> value_of("0.85"), value_of("40%"), value_of("2024-02-10"), value_of("true"), value_of('"12"')
    (0.85, 0.4, 45332.0, True, '12')
    """
    word = text.strip()
    if len(word) > 1 and word[0] == word[-1] == '"':
        return word[1:-1].replace('""', '"')
    if word[:1] in ("=", "@"):
        raise UserError("headless_set_formula", value=word)
    if word.casefold() in ("true", "false"):
        return word.casefold() == "true"
    number = _NUMBER.match(word)
    if number:
        return float(number[1]) if not number[2] else float(Decimal(number[1]) / 100)
    if _DATE.match(word):
        return _date(word, uses_1904)
    return text if word else None


def _date(word: str, uses_1904: bool) -> float:
    """Return the serial number of an ISO date; the 1900 system counts a 29 February 1900 that never was."""
    try:
        moment = dt.datetime.fromisoformat(word).replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise UserError("headless_set_date", value=word) from error
    days = (moment - (_FIRST_DAY_1904 if uses_1904 else _FIRST_DAY_1900)) / dt.timedelta(days=1)
    return days if uses_1904 or days >= 61 else days - 1


def assignment(text: str, uses_1904: bool = False) -> tuple[str, Cell]:
    """Split ``Inputs!B3=0.85`` into its address and its value.

    Raises
    ------
    UserError
        When there is no ``=`` or nothing before it.

    Examples
    --------
    >>> assignment("'a=b'!B3=1")
    ("'a=b'!B3", 1.0)
    """
    address, value = divided(text)
    return address, value_of(value, uses_1904)


def divided(text: str) -> tuple[str, str]:
    """Return the words before and after the ``=`` of a setting; raises as `assignment`."""
    quoted_part, at = False, -1
    for i, letter in enumerate(text):
        if letter == "'":
            quoted_part = not quoted_part
        elif letter == "=" and not quoted_part:
            at = i
            break
    if at <= 0 or not text[:at].strip():
        raise UserError("headless_set_form", text=text)
    return text[:at].strip(), text[at + 1 :]


class Addresses:
    """What a word may name in one workbook: cells, defined names, tables.

    Parameters
    ----------
    sheets : Mapping
        Sheet names by case-folded name, in tab order.
    names : tuple of DefinedName
        The defined names.
    tables : Mapping
        Tables by case-folded name.
    """

    def __init__(
        self, sheets: Mapping[str, str], names: tuple[DefinedName, ...], tables: Mapping[str, Table]
    ) -> None:
        self._sheets = sheets
        self._names = {(n.name.casefold(), n.sheet.casefold() if n.sheet else None): n for n in names}
        self._tables = tables

    def target(self, text: str) -> Target:
        """Return the cells that a request names.

        Raises
        ------
        UserError
            When the sheet, the name or the table does not exist, or the word is no address.
        """
        word = text.strip()
        found = self._direct(word, text) or self._structured(word) or self._named(word)
        if found is None:
            raise UserError("headless_no_such_name", name=text, sheets=", ".join(self._sheets.values()))
        return found

    def _direct(self, word: str, whole: str) -> Target | None:
        sheet, mark, cells = word.rpartition("!")
        spilled = cells.endswith("#")
        area = Area.parse(cells.removesuffix("#"))
        if area is None:
            return None
        if not mark:
            if len(self._sheets) != 1:
                raise UserError("headless_needs_sheet", text=whole, sheets=", ".join(self._sheets.values()))
            return Target(next(iter(self._sheets.values())), area, spilled)
        name = self._sheets.get(unquoted(sheet).casefold())
        if name is None:
            known = ", ".join(self._sheets.values())
            raise UserError("headless_no_such_sheet", sheet=unquoted(sheet), sheets=known)
        return Target(name, area, spilled)

    def _structured(self, word: str) -> Target | None:
        name = word.partition("[")[0]
        if name.casefold() not in self._tables:
            return None
        # A table asked for by name is shown with its header.
        address = address_of(word if "[" in word else f"{word}[#All]", self._tables, "", 0, 0)
        return None if address is None or address.startswith("#") else self._direct(address, word)

    def _named(self, word: str) -> Target | None:
        sheet, mark, name = word.rpartition("!")
        scope = unquoted(sheet).casefold() if mark else None
        entry = self._names.get((name.casefold(), scope))
        if entry is None and scope is None:
            scoped = [n for (known, where), n in self._names.items() if known == name.casefold() and where]
            entry = scoped[0] if len(scoped) == 1 else None
        if entry is None:
            return None
        parts = tokens(entry.formula)
        place = None
        if all(part.kind in (SHEET, NAME, MARK) for part in parts):
            place = self._direct(entry.formula, word)
        place = place or self._structured(entry.formula)
        if place is None:
            raise UserError("headless_name_is_formula", name=word, formula=entry.formula)
        return place


def spelled(target: Target) -> str:
    """Return a target as an address.

    Examples
    --------
    >>> spelled(Target("My sheet", Area(1, 1, 3, 2)))
    "'My sheet'!A1:B3"
    """
    return f"{quoted(target.sheet)}!{target.area}{'#' if target.spilled else ''}"
