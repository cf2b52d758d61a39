"""The spelling of a function's name for every host, in one place.

The catalogue's names are ``CLV`` and ``CLV.NOUN``. Hosts spell them differently because VBA names
hold no dot, an Office.js file stores a prefix, and some programs have no bare ``CLV``.
"""

import re
from collections.abc import Iterable

BARE = "CLV"
BARE_DOTTED = "CLV.VALUE"
OFFICE_PREFIX = "_xldudf_"
XLL_PREFIX = "_xll."

_NOT_A_NAME = re.compile(r"[0-9]$|^[A-Z]{1,3}[0-9]+$")
_NAME = re.compile(r"CLV(\.[A-Z]+)*")


def check_name(name: str, taken: Iterable[str]) -> None:
    """Raise ValueError unless a host of every kind can hold the name.

    A name of the catalogue is ``CLV`` or ``CLV.NOUN``, does not end in a digit or read as a cell
    address, has three characters or more, and stays apart from the others once ``.`` becomes ``_``.
    """
    flat = underscored(name)
    if len(name) < 3 or not _NAME.fullmatch(name) or _NOT_A_NAME.search(flat):
        message = f"{name} is not CLV or CLV.NOUN in capital letters without digits"
        raise ValueError(message)
    clash = [other for other in taken if underscored(other).casefold() == flat.casefold()]
    if clash or name == BARE_DOTTED:
        message = f"{name} collides with {clash or BARE}"
        raise ValueError(message)


def dotted(name: str) -> str:
    """Return the name for a host without a bare ``CLV``.

    >>> dotted("CLV"), dotted("CLV.AOV")
    ('CLV.VALUE', 'CLV.AOV')
    """
    return BARE_DOTTED if name == BARE else name


def underscored(name: str) -> str:
    """Return the name for VBA, where no dot may stand: ``CLV.AOV`` is ``CLV_AOV``."""
    return name.replace(".", "_")


def stored(name: str, namespace: bool = True) -> str:
    """Return the name as an Excel file stores a call of the Office add-in.

    Within the namespace ``CLV``, the default, there is no bare ``CLV``.

    >>> stored("CLV.AOV"), stored("CLV"), stored("CLV", namespace=False)
    ('_xldudf_CLV_AOV', '_xldudf_CLV_VALUE', '_xldudf_CLV')
    """
    return OFFICE_PREFIX + underscored(dotted(name) if namespace else name)


def python_name(name: str) -> str:
    """Return the name in Python: drop ``CLV.``, lower case, ``.`` to ``_``.

    >>> python_name("CLV"), python_name("CLV.FIT.SPEND")
    ('clv', 'fit_spend')
    """
    return underscored(name.removeprefix("CLV.")).lower()


def spellings(name: str) -> tuple[str, ...]:
    """Return every spelling in which a formula of some host may call the function.

    >>> spellings("CLV.AOV")
    ('CLV.AOV', 'CLV_AOV', '_xldudf_CLV_AOV', '_xll.CLV.AOV', '_xll.CLV_AOV')
    """
    plain = [name, dotted(name)] if name == BARE else [name]
    flat = [underscored(n) for n in plain]
    with_prefix = [OFFICE_PREFIX + n for n in flat] + [XLL_PREFIX + n for n in (*plain, *flat)]
    return tuple(dict.fromkeys([*plain, *flat, *with_prefix]))


def canonical(text: str) -> str | None:
    """Return the catalogue's name for a spelling, or None if it is none of ours by form.

    >>> canonical("_xldudf_CLV_AOV"), canonical("clv_value"), canonical("SUM")
    ('CLV.AOV', 'CLV', None)
    """
    name = text.strip().upper()
    name = name.removeprefix(OFFICE_PREFIX.upper()).removeprefix(XLL_PREFIX.upper()).replace("_", ".")
    if name == BARE_DOTTED:
        return BARE
    return name if _NAME.fullmatch(name) else None
