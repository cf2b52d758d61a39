"""The tokens of a formula as a workbook file stores it: English names, comma separators."""

import re
from collections.abc import Iterable
from typing import NamedTuple

TEXT = "text"  # "a ""quoted"" text"
SHEET = "sheet"  # Inputs!  'My sheet'!  [1]Sheet1!
STRUCT = "struct"  # Orders[[#All],[amount]]  or  [@amount]  or  [1] of an external link
ERROR = "error"  # #N/A
NUMBER = "number"
CALL = "call"  # SUM(   the parenthesis is part of the token
NAME = "name"  # a cell, a column, a defined name, a table, TRUE
SPACE = "space"
MARK = "mark"  # operators, separators, brackets

_BRACKETED = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.|\[[^\[\]]*\])*\])*\]"
_WORD = r"(?:[^\W\d]|[\\$])[\w.\\?$]*"
_LEXER = re.compile(
    rf"""
    (?P<text>"(?:[^"]|"")*")
  | (?P<sheet>'(?:[^']|'')*'!|(?:\[[^\[\]]*\])?[\w.\\]+!|\[\d+\]!)
  | (?P<struct>(?:{_WORD})?{_BRACKETED})
  | (?P<error>\#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!|SPILL!|CALC!|GETTING_DATA|FIELD!|BUSY!))
  | (?P<call>{_WORD}\()
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w]))
  | (?P<name>{_WORD}|\d[\w.]*)
  | (?P<space>[ \t\r\n\u00a0]+)
  | (?P<mark><>|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL | re.UNICODE,
)


class Token(NamedTuple):
    """One piece of a formula; the texts of all tokens joined are the formula."""

    kind: str
    text: str


def tokens(formula: str) -> list[Token]:
    """Split a formula, without its leading ``=``, into tokens.

    Examples
    --------
    >>> [t.text for t in tokens('SUM(Orders[a],"x,(")')]
    ['SUM(', 'Orders[a]', ',', '"x,("', ')']
    """
    return [Token(m.lastgroup or MARK, m.group()) for m in _LEXER.finditer(formula)]


def text_of(parts: Iterable[Token]) -> str:
    """Return the formula that `parts` spell."""
    return "".join([part.text for part in parts])


def bare_name(call: str) -> str:
    """Return the upper-case function name of a CALL token, without the prefixes of the file format.

    Examples
    --------
    >>> bare_name("_xlfn._xlws.FILTER(")
    'FILTER'
    """
    name = call[:-1].upper()
    for prefix in ("_XLFN.", "_XLWS.", "_XLUDF."):
        name = name.removeprefix(prefix)
    return name
