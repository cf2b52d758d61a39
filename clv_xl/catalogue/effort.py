"""What a call takes beyond reading its ranges: a few cells may ask for long work.

A host that keeps small work apart from large work asks beforehand. A function that declares none takes
what its ranges take.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clv_xl.catalogue.function import Function


@dataclass(frozen=True, slots=True)
class Effort:
    """How the work of a call grows with its arguments.

    Parameters
    ----------
    cells : float
        Cells of a range that take as long as one unit of the work.
    over : tuple of str
        Arguments whose sizes multiply to those units: a number itself, a range by its cells.
    """

    cells: float
    over: tuple[str, ...]

    def places(self, function: "Function") -> list[int]:
        """Return the places of these arguments."""
        names = [arg.name for arg in function.args]
        return [names.index(name) for name in self.over]

    def of(self, function: "Function", sizes: Sequence[float | None]) -> float:
        """Return the cells of a range that take as long as a call.

        Parameters
        ----------
        function : Function
            What is called.
        sizes : sequence of float or None
            Of each argument given: a number, the cells of a range, None for anything else.

        Examples
        --------
        >>> from clv_xl.catalogue.all import CATALOGUE
        >>> simulate = CATALOGUE["CLV.SIMULATE"]
        >>> simulate.effort.of(simulate, [30.0]), simulate.effort.of(simulate, [30.0, 1e6])
        (10000.0, 1000000.0)
        """
        found = self.cells
        for place in self.places(function):
            size = sizes[place] if place < len(sizes) else None
            if size is None or not math.isfinite(size):
                default = function.args[place].default
                size = default if isinstance(default, float) else 1.0
            found *= max(size, 0.0)
        return found
