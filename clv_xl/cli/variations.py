"""``--vary`` as a person writes it: ``Inputs!B4=0.6:0.9:0.02``, ``Settings!B2=Y;M``."""

import re
from typing import Final

from clv_xl import texts
from clv_xl.cells import Cell
from clv_xl.cli.requests import setting, unwrapped
from clv_xl.errors import UserError
from clv_xl.hosts.headless.axes import Axis, Word, days, is_day, is_number, numbers
from clv_xl.hosts.headless.set_get import divided

_PIECE: Final = re.compile(r'"(?:[^"]|"")*"|[^";,]+|[;,]|"')


def axis_of(word: str, language: str) -> Axis:
    """Return what one ``--vary`` asks for.

    Parameters
    ----------
    word : str
        Address, ``=`` and ``FROM:TO:STEP`` (both ends belong to it) or values with ``;`` or commas
        between them: numbers, percentages, ISO dates, texts.
    language : str
        In all but English a comma is the decimal mark, and values are parted by ``;``.

    Raises
    ------
    UserError
        When it is no such thing.

    Examples
    --------
    >>> axis_of("B4=0,6:0,7:0,05", "fi").values
    (0.6, 0.65, 0.7)
    >>> [word.text for word in axis_of("B2=Y;M", "en").values]
    ['Y', 'M']
    """
    address, given = divided(unwrapped(word))
    if not given.strip():
        raise UserError("whatif.empty", cell=address)
    ends = [_pointed(part, language) for part in given.split(":")]
    if len(ends) == 3 and all(map(is_number, ends)):
        return Axis(address, numbers(*ends))
    if len(ends) == 3 and is_day(ends[0]) and is_day(ends[1]) and is_number(ends[2]):
        return Axis(address, days(ends[0].strip(), ends[1].strip(), ends[2]))
    if len(ends) > 1 and any(map(is_number, ends)) and all(is_number(e) or not e.strip() for e in ends):
        raise UserError("whatif.range_form", values=given)
    return Axis(address, tuple(_value(address, item, language) for item in _items(given, language)))


def _value(address: str, item: str, language: str) -> Cell | Word:
    """Return one value of a list, in the forms that ``--set`` takes."""
    found = setting(f"{address}={item}", language)
    return Word(divided(found)[1]) if isinstance(found, str) else found[1]


def _pointed(text: str, language: str) -> str:
    return text.replace(",", ".") if language in texts.DECIMAL_COMMA else text


def _items(text: str, language: str) -> list[str]:
    """Part a list at its semicolons, else at its commas where these are no decimal marks."""
    pieces = _PIECE.findall(text)
    mark = ";" if ";" in pieces or language in texts.DECIMAL_COMMA else ","
    if mark not in pieces and language in texts.DECIMAL_COMMA:
        plain = [part.strip() for part in text.split(",")]
        if len(plain) > 1 and all("." in part and is_number(part) for part in plain):
            mark = ","  # 0.6,0.7: with points in them the commas can only part
    items = [""]
    for piece in pieces:
        if piece == mark:
            items.append("")
        else:
            items[-1] += piece
    return [item.strip() for item in items]
