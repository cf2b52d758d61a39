"""What people call a driver: its key, the words of the field in five languages, and other names in use."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from clv_xl import texts
from clv_xl.metrics.drivers import ORDER
from clv_xl.orders.headers import fold

_PARENTHESES = re.compile(r"\s*\(([^)]*)\)")


def _spellings(driver: str) -> Iterator[str]:
    yield driver
    for language in texts.LANGUAGES:
        term = texts.word(driver, language)
        yield term
        yield _PARENTHESES.sub("", term)
        yield from texts.word(f"driver.also.{driver}", language).split("|")


@cache
def known() -> Mapping[str, str]:
    """Return every folded spelling with its driver."""
    return MappingProxyType({fold(name): driver for driver in ORDER for name in _spellings(driver)})


def driver_of(name: str) -> str | None:
    """Return the driver that a name means in any of the five languages, None if it means none.

    What stands in parentheses, such as a unit, is passed over where the whole is no name.

    >>> driver_of("Purchase rate"), driver_of("Marża (rok)"), driver_of("weather")
    ('frequency', 'margin', None)
    """
    return known().get(fold(name)) or known().get(fold(_PARENTHESES.sub("", name)))


def is_header_word(cell: object, *keys: str) -> bool:
    """Return whether a cell holds one of the catalogue's words, in any of the five languages.

    >>> is_header_word(" Ajuri ", "driver"), is_header_word("margin", "driver"), is_header_word(3.0, "driver")
    (True, False, False)
    """
    words = (texts.word(key, language) for key in keys for language in texts.LANGUAGES)
    return isinstance(cell, str) and fold(cell) in map(fold, words)


def nearest(name: str) -> str | None:
    """Return the driver whose name is nearest to a name that none has.

    >>> nearest("retension"), nearest("xyz")
    ('retention_rate', None)
    """
    close = get_close_matches(fold(name), known(), n=1, cutoff=0.6)
    return known()[close[0]] if close else None
