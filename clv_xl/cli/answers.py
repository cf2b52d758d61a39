"""The catalogue as this program uses it: with the user's language and order store."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.run import run
from clv_xl.catalogue.spelling import spellings
from clv_xl.cells import Block, Cell
from clv_xl.cli.interrupts import Interrupts


def context_of(language: str) -> Context:
    """Return the surroundings of a call: the language of the run and the store of this user."""
    from clv_xl.orders.store import Store

    return Context(language=language, store=Store())


class Bound:
    """The functions of the catalogue under every spelling, for a calculation in one language.

    Parameters
    ----------
    context : Context
        The surroundings of every call.
    interrupts : Interrupts, optional
        Once Ctrl-C is noted there, no call is worked on any more.
    """

    def __init__(self, context: Context, interrupts: Interrupts | None = None) -> None:
        self._context = context
        self._interrupts = interrupts or Interrupts()
        self._functions = {name: f for f in CATALOGUE.values() for name in spellings(f.name)}

    def names(self) -> Iterable[str]:
        """Return every spelling that a formula may use."""
        return self._functions

    def bind(self, name: str) -> Callable[[Sequence[Cell | Block]], Cell | Block]:
        """Return what answers a call of one spelling."""
        return partial(_answer, self._functions[name], self._context, self._interrupts)


def _answer(
    function: Function, context: Context, interrupts: Interrupts, args: Sequence[Cell | Block]
) -> Cell | Block:
    return None if interrupts.asked else run(function, args, context)
