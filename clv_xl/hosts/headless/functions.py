"""The catalogue as the engine sees it: every spelling of every function, answered by the one runner."""

from collections.abc import Iterable
from functools import partial

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.catalogue.spelling import spellings
from clv_xl.hosts.headless.engine import Answer


class CatalogueFunctions:
    """The functions of the catalogue in one context.

    Parameters
    ----------
    context : Context
        Language, store and the like of this calculation.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._functions = {spelling: f for f in CATALOGUE.values() for spelling in spellings(f.name)}

    def names(self) -> Iterable[str]:
        """Return every spelling that a formula may use."""
        return self._functions

    def bind(self, name: str) -> Answer:
        """Return what answers a call of one spelling."""
        return partial(run, self._functions[name], context=self._context)
