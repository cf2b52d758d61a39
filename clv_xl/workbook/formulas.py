"""A formula of a workbook: written once with the names of the catalogue, stored or shown per host."""

import re
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from clv_xl.catalogue import spelling
from clv_xl.texts import DECIMAL_COMMA

Host: TypeAlias = Literal["addin", "xlwings", "calc"]
HOSTS: Final = ("addin", "xlwings", "calc")
_CALL = re.compile(r"(?<![\w.!'])CLV(?:\.[A-Z]+)*(?=\()")
_NEW = re.compile(r"\b(?:CHOOSECOLS|SORT|TAKE)\(")
_NEWEST = "CHOOSECOLS({1,2},1)"  # whoever has it has the others as well
# Functions younger than the file format, which it holds with a prefix.
_YOUNG = re.compile(
    r"(?<![\w.])(?:BETA\.INV|CHOOSECOLS|CONCAT|GAMMA\.INV|GAMMALN\.PRECISE|IFNA|IFS|LOGNORM\.INV|MAXIFS|MINIFS|MODE\.SNGL"
    r"|NORM\.DIST|NORM\.INV|NORM\.S\.DIST|NORM\.S\.INV|NUMBERVALUE|PERCENTILE\.EXC|PERCENTILE\.INC|PERCENTRANK\.INC"
    r"|QUARTILE\.INC|RANK\.EQ|SORT|STDEV\.P|STDEV\.S|SWITCH|TAKE|TEXTJOIN|UNIQUE|VAR\.P|VAR\.S|XLOOKUP)(?=\()"
)
_PREFIX = {"SORT": "_xlfn._xlws."}
_KEPT = re.compile(r'("(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|\[[^\]]*\])')
_WHOLE = re.compile(r'("(?:[^"]|"")*")|\[#All\]')  # a text, or all of a table


def stored(formula: str, host: Host) -> str:
    """Return a formula with our functions spelled as the file of a host has them.

    Examples
    --------
    >>> stored("=CLV.AOV(Orders[revenue])", "addin"), stored("=CLV(50,3,3)", "xlwings")
    ('=_xldudf_CLV_AOV(Orders[revenue])', '=CLV(50,3,3)')
    >>> stored('=IF(set_addin,"=CLV.RFM(Orders[#All])",ROWS(Orders[#All]))', "calc")
    '=IF(set_addin,"=CLV.RFM(Orders[#All])",ROWS(Orders[[#All]]))'
    """
    names = {"addin": spelling.stored, "xlwings": spelling.underscored, "calc": spelling.dotted}[host]

    def spelled(part: str) -> str:
        young = _YOUNG.sub(lambda call: _PREFIX.get(call[0], "_xlfn.") + call[0], part)
        return _CALL.sub(lambda call: names(call[0]), young)

    found = _outside_texts(formula, spelled)
    # LibreOffice 7.4 reads this form of the whole table only; Excel shows both as the shorter one.
    return _WHOLE.sub(lambda part: part[1] or "[[#All]]", found) if host == "calc" else found


def shown(formula: str, language: str) -> str:
    """Return a formula as somebody types it: semicolons where the comma is the decimal mark.

    Examples
    --------
    >>> shown('=CLV.FREQUENCY(Orders[customer_id],Orders[order_date],"Y")', "fi")
    '=CLV.FREQUENCY(Orders[customer_id];Orders[order_date];"Y")'
    """
    if language not in DECIMAL_COMMA:
        return formula
    return _outside_texts(formula, lambda part: part.replace(",", ";"))


def text(words: str) -> str:
    """Return a text as a formula holds it.

    Examples
    --------
    >>> print(text('the "best" case'))
    "the ""best"" case"
    """
    return '"' + words.replace('"', '""') + '"'


def ready(call: str) -> str:
    """Return the condition under which a call is asked: the functions answer, and so do Excel's newer ones.

    Examples
    --------
    >>> ready("CLV.CHECK(Orders[#All])")
    'set_addin'
    >>> ready("TAKE(CLV.RFM(Orders[#All]),1)")
    'AND(set_addin,NOT(ISERROR(CHOOSECOLS({1,2},1))))'
    """
    return f"AND(set_addin,NOT(ISERROR({_NEWEST})))" if _NEW.search(call) else "set_addin"


def joined(cells: str) -> str:
    """Return cells with texts of our functions as a formula compares them.

    LibreOffice finds such a text unequal to any other until it is joined to an empty one.

    Examples
    --------
    >>> print(joined("A1:A9"))
    A1:A9&""
    """
    return f'{cells}&""'


def picked(labels: str, label: str, values: str, sign: str = "=") -> str:
    """Return the sum of the values beside a label of a spilled table, or beside all others (``<>``).

    Examples
    --------
    >>> print(picked("A1:A9", "Total", "B1:B9"))
    SUMPRODUCT(--(A1:A9&""="Total"),B1:B9)
    """
    return f"SUMPRODUCT(--({joined(labels)}{sign}{text(label)}),{values})"


def quoted(sheet: str) -> str:
    """Return a sheet name as a formula holds it, always quoted.

    Examples
    --------
    >>> quoted("Orders data")
    "'Orders data'!"
    """
    return "'" + sheet.replace("'", "''") + "'!"


def _outside_texts(formula: str, change: Callable[[str], str]) -> str:
    parts = _KEPT.split(formula)
    return "".join(part if i % 2 else change(part) for i, part in enumerate(parts))
