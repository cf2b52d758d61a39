"""The distributions that a driver may have: their names in five languages and what they are made of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

import numpy as np

from clv_xl import texts
from clv_xl.metrics.distributions import Beta, Empirical, Law, LogNormal, Normal, Triangular, Uniform, pert
from clv_xl.orders.headers import fold

FIXED = "fixed"
SHAPES = ("standard_deviation", "alpha", "beta")
"""Parameters that are above 0; the others are values of the driver."""


def _no_law(*_: float) -> Law:
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution by name.

    Parameters
    ----------
    parameters : tuple of str
        What stands to the right of the name, in this order.
    make : callable
        Takes their values, returns the law.
    bounds : tuple of str
        Further parameters, all of them or none.
    many : bool
        Whether the last parameter stands for two values or more.
    """

    parameters: tuple[str, ...]
    make: Callable[..., Law] = _no_law
    bounds: tuple[str, ...] = ()
    many: bool = False

    def names(self, count: int) -> tuple[str, ...] | None:
        """Return the parameter that each of so many numbers is, None where their number is wrong."""
        if self.many:
            return self.parameters * count if count >= 2 else None
        for names in (self.parameters, (*self.parameters, *self.bounds)):
            if count == len(names):
                return names
        return None


DISTRIBUTIONS: Mapping[str, Distribution] = MappingProxyType(
    {
        FIXED: Distribution(("value",)),
        "normal": Distribution(("mean", "standard_deviation"), Normal),
        "lognormal": Distribution(("mean", "standard_deviation"), LogNormal),
        "triangular": Distribution(("low", "mode", "high"), Triangular),
        "pert": Distribution(("low", "mode", "high"), pert),
        "beta": Distribution(("alpha", "beta"), Beta, bounds=("low", "high")),
        "uniform": Distribution(("low", "high"), Uniform),
        "empirical": Distribution(("value",), lambda *values: Empirical(np.sort(values)), many=True),
    }
)


def _spellings(distribution: str) -> Iterator[str]:
    yield distribution
    for language in texts.LANGUAGES:
        yield from texts.word(f"distribution.{distribution}", language).split("|")


@cache
def known() -> Mapping[str, str]:
    """Return every plain spelling with its distribution."""
    return MappingProxyType({fold(name): key for key in DISTRIBUTIONS for name in _spellings(key)})


def distribution_of(name: str) -> str | None:
    """Return the distribution that a name means in any of the five languages, None if it means none.

    >>> distribution_of("Normaalijakauma"), distribution_of("Log-Normal"), distribution_of("weather")
    ('normal', 'lognormal', None)
    """
    return known().get(fold(name))


def nearest(name: str) -> str | None:
    """Return the distribution whose name is nearest to a name that none has.

    >>> nearest("nromal"), nearest("xyz")
    ('normal', None)
    """
    close = get_close_matches(fold(name), known(), n=1, cutoff=0.6)
    return known()[close[0]] if close else None
