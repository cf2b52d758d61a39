"""``--set`` and ``--get`` as a shell and a person hand them over, made what a calculation reads."""

import re
from typing import Final

from clv_xl import texts
from clv_xl.cells import Cell
from clv_xl.errors import UserError

_LOCAL_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?\s*%?")
_LIKE_A_NUMBER: Final = re.compile(r"[+-]?[\d.,\s']*\d[\d.,\s']*%?")
_QUOTED_SHEET: Final = re.compile(r"'(?:[^']|'')+'!")


def unwrapped(word: str) -> str:
    """Return a word without the pair of quotation marks around it that cmd.exe leaves there.

    >>> unwrapped("'Summary!B17=30%'"), unwrapped("''My sheet'!B3=1'"), unwrapped("'My sheet'!B3='x'")
    ('Summary!B17=30%', "'My sheet'!B3=1", "'My sheet'!B3='x'")
    """
    if len(word) > 2 and word[0] == word[-1] and word[0] in "'\"" and not _QUOTED_SHEET.match(word):
        return word[1:-1]
    return word


def setting(word: str, language: str) -> str | tuple[str, Cell]:
    """Return what ``--set`` asks for: a number in the form of the language as a number.

    Parameters
    ----------
    word : str
        Address, ``=`` and value, such as ``Inputs!B3=0,85``.
    language : str
        A comma is the decimal mark in all but English.

    Returns
    -------
    str or (address, value)
        The word itself where its value reads alike in every language.

    Raises
    ------
    UserError
        When it is no setting, or its value looks like a number and cannot be read as one.

    Examples
    --------
    >>> setting("B3=30,5%", "fi"), setting("B3=0.3", "fi"), setting("B3=many, few", "fi")
    (('B3', 0.305), 'B3=0.3', 'B3=many, few')
    """
    from clv_xl.hosts.headless.set_get import assignment, value_of

    word = unwrapped(word)
    address, value = assignment(word)
    if not isinstance(value, str) or not word.endswith(value):  # a text in double quotes is one
        return word
    plain = value.strip()
    if language in texts.DECIMAL_COMMA and _LOCAL_NUMBER.fullmatch(plain):
        return address, value_of(plain.replace(",", "."))
    if _LIKE_A_NUMBER.fullmatch(plain):
        raise UserError("cli.set_not_number", value=plain, example=1234.5)
    return word
