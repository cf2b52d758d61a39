r"""A formula of constants, such as ``CLV(50,3,3,40%,45)``: read without a workbook and answered.

What is read: any spelling of our names, calls within calls, numbers (``1.5e3``, ``-2``, ``40%``),
texts, TRUE and FALSE, error values, ``{1,2;3,4}``, ``DATE(2025,12,31)``, and arguments left out.

Two forms are told apart by one rule. A formula with a ``;`` outside braces, or a ``\`` inside
them, is in the form of Finnish, Polish, Greek and Georgian Excel: ``;`` separates arguments,
``\`` stands before the next column of an array, a comma between two digits is a decimal mark, and
``TOSI``, ``PRAWDA`` and ``ΑΛΗΘΗΣ`` are TRUE, as their opposites are FALSE.
Any other formula is in the English form, where a comma separates and a point is the decimal mark.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import LARGEST_DATE
from clv_xl.catalogue.formula_text import BOOLEANS, ENGLISH, LOCAL, LOCAL_BOOLEANS
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.run import DEFAULT, run
from clv_xl.cells import Block, Cell
from clv_xl.errors import NAME, NUM, VALUE, CellError, Text, UserError
from clv_xl.metrics import periods

MOST_CHARACTERS = 8192  # what Excel takes in one cell
MOST_LEVELS = 64  # calls within calls, as in Excel

_LOOKS_LIKE_REFERENCE = re.compile(r"[$'@\[\w]")


@dataclass(frozen=True, eq=False, slots=True)
class Call:
    """A call of one function with constants; an argument may itself be a call.

    Parameters
    ----------
    function : Function
        Its declaration.
    args : tuple
        A cell, a `Block` or a `Call` for each argument; None where it is left out.
    """

    function: Function
    args: "tuple[Argument, ...]"

    def values(self, context: Context = DEFAULT) -> list[Cell | Block]:
        """Return the arguments as a host hands them over, inner calls answered."""
        return [a.answer(context) if isinstance(a, Call) else a for a in self.args]

    def answer(self, context: Context = DEFAULT) -> Cell | Block:
        """Return what the cell of the formula shows."""
        return run(self.function, self.values(context), context)


Argument: TypeAlias = Cell | Block | Call


def evaluate(text: str, context: Context = DEFAULT) -> Cell | Block:
    """Answer a formula of constants.

    Parameters
    ----------
    text : str
        The formula, with or without ``=`` before it.
    context : Context
        Language, store and the like.

    Returns
    -------
    float, str, bool, None, CellError or Block
        What a cell with the formula shows; an error of the function is a value here.

    Raises
    ------
    UserError
        It is not a formula: its sentence names the position.
    CellError
        No such function, a reference to a cell, or a date that does not exist.

    Examples
    --------
    >>> evaluate("=CLV(50,3,3,40%,45)"), evaluate("clv_value(50;3;2,5)")
    (135.0, 375.0)
    """
    return parse(text).answer(context)


def parse(text: str) -> Call:
    """Read a formula of constants; see `evaluate` for what it raises.

    Parameters
    ----------
    text : str
        The formula, with or without ``=`` before it.

    Returns
    -------
    Call

    Examples
    --------
    >>> call = parse("CLV(50, 3, 3, , 45)")
    >>> call.function.name, call.args
    ('CLV', (50.0, 3.0, 3.0, None, 45.0))
    """
    if len(text) > MOST_CHARACTERS:
        raise UserError("formula_too_long", count=len(text), most=MOST_CHARACTERS)
    return _Parser(text).formula()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int  # 1 is the first character


def _tokens(text: str, start: int, local: bool) -> Iterator[_Token]:
    pattern = LOCAL if local else ENGLISH
    while start < len(text):
        found = pattern.match(text, start)
        if found is None:
            raise _unreadable(text, start)
        kind = str(found.lastgroup)
        if kind != "space":
            yield _Token(kind, found.group(), start + 1)
        start = found.end()
    yield _Token("end", "", len(text) + 1)


def _unreadable(text: str, at: int) -> UserError | CellError:
    """Return the error for what is no token: an open text, a reference, a stray character."""
    if text[at] == '"':
        return UserError("formula_text_open", position=at + 1)
    if _LOOKS_LIKE_REFERENCE.match(text, at):
        found = re.compile(r"[^\s,;(){}]+").match(text, at)
        return _reference(found.group() if found else text[at], at + 1)
    if text[at] in "*/^&<>=:":
        return UserError("formula_operator", got=text[at], position=at + 1)
    return UserError("formula_unexpected", got=text[at], position=at + 1)


def _reference(got: str, position: int) -> CellError:
    return CellError(VALUE, "reference_in_call", got=got, position=position)


def _is_local(text: str) -> bool:
    """Return whether a ``;`` stands outside braces or a backslash within them; texts are passed over."""
    inside = False
    for mark in re.findall(r"[{};\\]", re.sub(r'"(?:[^"]++|"")*+"', "", text)):
        inside = mark == "{" or (inside and mark != "}")
        if (mark == ";" and not inside) or (mark == "\\" and inside):
            return True
    return False


class _Parser:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        begin = re.match(r"\s*=?\s*", text)
        assert begin is not None
        self.local = _is_local(text)
        self.separator = ";" if self.local else ","
        self.booleans = {**BOOLEANS, **LOCAL_BOOLEANS} if self.local else BOOLEANS
        self.column, self.row = ("\\" if self.local else ","), ";"
        self.rest = _tokens(text, begin.end(), self.local)
        self.token = next(self.rest)

    def formula(self) -> Call:
        if self.token.kind == "end":
            raise UserError("formula_empty")
        if self.token.kind != "name":
            known = self.token.kind == "word" and CATALOGUE.find(self.token.text)
            if known:
                signature = known.notation.local if self.local else known.notation
                raise UserError("formula_no_call", got=self.token.text, signature=signature)
            raise self.unexpected(_FUNCTION)
        name = self.take()
        call = self.call(name, 1)
        if not isinstance(call, Call):
            raise UserError("formula_expected", got=name.text, position=name.position, expected=_FUNCTION)
        if self.token.kind != "end":
            raise self.unexpected(Text("formula_expect.end"))
        return call

    def take(self) -> _Token:
        token = self.token
        if token.kind != "end":
            self.token = next(self.rest)
        return token

    def took(self, mark: str) -> bool:
        if self.token.kind == "mark" and self.token.text == mark:
            self.take()
            return True
        return False

    def unexpected(self, expected: Text) -> UserError | CellError:
        got, position = self.token.text, self.token.position
        if self.token.kind == "end":
            return UserError("formula_unfinished", position=position, expected=expected)
        if self.token.kind == "word":
            return _reference(got, position)
        if self.token.kind == "mark" and got in "+-":
            return UserError("formula_operator", got=got, position=position)
        return UserError("formula_expected", got=got, position=position, expected=expected)

    def call(self, name: _Token, level: int) -> Call | float:
        """Read the arguments of a call whose name was just taken."""
        function = CATALOGUE.find(name.text)
        is_date = function is None and name.text.upper() == "DATE"
        if function is None and not is_date:
            raise CellError(NAME, "unknown_function", got=name.text, position=name.position)
        if level > MOST_LEVELS:
            raise UserError("formula_too_deep", most=MOST_LEVELS, position=name.position)
        self.take()  # "(" is certain: a name is told from a word by it
        args: list[Argument] = []
        if not self.took(")"):
            args.append(self.argument(level))
            while not self.took(")"):
                if not self.took(self.separator):
                    raise self.unexpected(Text("formula_expect.separator", {"separator": self.separator}))
                args.append(self.argument(level))
        return _date(args, name.position) if function is None else Call(function, tuple(args))

    def argument(self, level: int) -> Argument:
        if self.token.kind == "mark" and self.token.text in (self.separator, ")"):
            return None
        if self.token.kind == "name":
            return self.call(self.take(), level + 1)
        if self.took("{"):
            return self.array()
        return self.constant()

    def constant(self) -> Cell:
        negative = signed = False
        while self.token.kind == "mark" and self.token.text in "+-":
            negative ^= self.take().text == "-"
            signed = True
        kind, text = self.token.kind, self.token.text
        if kind == "number":
            return self.number(negative)
        if signed:
            raise self.unexpected(Text("formula_expect.number"))
        if kind == "text":
            return self.take().text[1:-1].replace('""', '"')
        if kind == "word" and text.casefold() in self.booleans:
            return self.booleans[self.take().text.casefold()]
        if kind == "error":
            return CellError(self.take().text.upper(), "input_error")
        raise self.unexpected(Text("formula_expect.value"))

    def number(self, negative: bool) -> float:
        token = self.take()
        number = float(token.text.replace(",", "."))
        while self.took("%"):
            number /= 100
        if number in (float("inf"), float("-inf")):
            raise UserError("formula_number", got=token.text, position=token.position)
        return -number if negative else number

    def array(self) -> Block:
        """Read ``{1,2;3,4}`` after its brace: a comma before the next column, ``;`` before the next row."""
        position = self.token.position
        rows: list[list[Cell]] = [[self.constant()]]
        while not self.took("}"):
            if self.took(self.row):
                rows.append([self.constant()])
            elif self.took(self.column):
                rows[-1].append(self.constant())
            else:
                raise self.unexpected(Text("formula_expect.array", {"column": self.column, "row": self.row}))
        if len({len(row) for row in rows}) > 1:
            raise UserError("formula_ragged", position=position)
        return Block.from_rows(rows)


_FUNCTION = Text("formula_expect.function")


def _date(args: list[Argument], position: int) -> float:
    """Return the serial number of a date as DATE does: months and days carry over."""
    numbers = [int(a) for a in args if isinstance(a, float) and abs(a) < LARGEST_DATE]
    if len(args) != 3 or len(numbers) != 3:
        raise CellError(VALUE, "formula_date", position=position)
    year, month, day = numbers
    more, month = divmod(month - 1, periods.MONTHS_PER_YEAR)
    first = int(periods.serial((year + 1900 if 0 <= year < 1900 else year) + more, month + 1, 1))
    days = first + day - 1
    serial = days - 1 if days < 61 else days  # a spreadsheet knows a 29 February 1900
    if not 1 <= serial <= LARGEST_DATE:
        raise CellError(NUM, "formula_date", position=position)
    return float(serial)
