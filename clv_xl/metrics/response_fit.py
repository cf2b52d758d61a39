"""A response curve through a history of spend and customers, by least squares.

Each curve has two parameters, one of which only multiplies it: for a given bend the best scale is a
quotient of two sums, so that one unknown is left (variable projection, Golub and Pereyra (1973),
SIAM Journal on Numerical Analysis 10(2)). It is bracketed on a grid, which no bad start can mislead,
and the root of the gradient is then found to machine precision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.metrics.numbers import distinct
from clv_xl.metrics.response import HILL, LOG, POWER, RESPONSES

LEAST_SPENDS = 3  # above 0: two parameters always pass through two points, and every curve through 0
_GRID = 121
_AT_ONCE = 1_000_000  # numbers of one step: a long history fits into memory
_FAR = 1e4  # a bend this far outside the spends seen cannot be told from none


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted curve.

    Parameters
    ----------
    kind : {"hill", "log", "power"}
        Its response.
    scale, half, exponent : float
        Its parameters, as in `Responses`; NaN where it has none.
    squares : float
        Sum of squared residuals.
    r_squared : float
        Share of the variance of the customers that the curve explains.
    points : int
        Number of rows.
    """

    kind: str
    scale: float
    half: float
    exponent: float
    squares: float
    r_squared: float
    points: int


class NoFitError(ValueError):
    """The history does not tell the curve.

    Parameters
    ----------
    reason : {"few", "flat", "straight"}
        Fewer than three different spends above 0; customers that do not rise with the spend; customers that
        rise in step with it, so that no bend can be seen.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def fit(kind: str, spend: FloatArray, customers: FloatArray) -> Fit:
    """Fit one curve.

    Parameters
    ----------
    kind : {"hill", "log", "power"}
        Which one.
    spend : ndarray, shape (n,)
        Money spent in each period, 0 or more.
    customers : ndarray, shape (n,)
        Customers won in each, 0 or more.

    Returns
    -------
    Fit

    Raises
    ------
    NoFitError
        If the history cannot tell it.

    Examples
    --------
    >>> spend = np.array([1000.0, 2000.0, 4000.0, 8000.0])
    >>> found = fit("hill", spend, 400 * spend / (4000 + spend))
    >>> round(found.scale, 6), round(found.half, 6), found.points
    (400.0, 4000.0, 4)
    """
    if distinct(spend[spend > 0]).size < LEAST_SPENDS:
        raise NoFitError("few")
    if float((spend - spend.mean()) @ (customers - customers.mean())) <= 0:
        raise NoFitError("flat")
    curve, grid = _curve(kind, spend)
    bend = _bend(curve, grid, customers)
    shape, _ = curve(np.float64(bend))
    scale = float(shape @ customers / (shape @ shape))
    residuals = customers - scale * shape
    squares, spread = float(residuals @ residuals), customers - customers.mean()
    explained = 1 - squares / float(spread @ spread)
    if explained <= 0:
        raise NoFitError("flat")
    half, exponent = (np.nan, bend) if kind == POWER else (float(np.exp(bend)), np.nan)
    return Fit(
        kind, scale, half, 1.0 if kind == HILL else exponent, squares, explained, int(np.size(customers))
    )


def best_fit(spend: FloatArray, customers: FloatArray) -> Fit:
    """Fit all three and return the closest; with two parameters each, that is the one of least AIC.

    Raises
    ------
    NoFitError
        If none can be told; the reason is that of the hill.
    """
    found: list[Fit] = []
    first: NoFitError | None = None
    for kind in RESPONSES:
        try:
            found.append(fit(kind, spend, customers))
        except NoFitError as error:
            first = first or error
    if not found:
        assert first is not None
        raise first
    return min(found, key=lambda one: one.squares)


Curve = Callable[[Any], tuple[FloatArray, FloatArray]]


def _curve(kind: str, spend: FloatArray) -> tuple[Curve, FloatArray]:
    """Return a curve of scale 1 with its slope in the bend, by the bend; and the bends to try.

    The bend is ln(half) of hill and log, the exponent of a power.
    """
    if kind == POWER:
        logs = np.log(np.where(spend > 0, spend, 1.0))

        def power(bend: Any) -> tuple[FloatArray, FloatArray]:
            shape = np.where(spend > 0, np.exp(bend * logs), 0.0)
            return shape, shape * logs

        return power, np.linspace(0.0, 1.0, _GRID)
    positive = spend[spend > 0]
    grid = np.linspace(np.log(positive.min() / _FAR), np.log(positive.max() * _FAR), _GRID)

    def hill(bend: Any) -> tuple[FloatArray, FloatArray]:
        half = np.exp(bend)
        shape = spend / (half + spend)
        return shape, -shape * half / (half + spend)

    def log(bend: Any) -> tuple[FloatArray, FloatArray]:
        ratio = spend / np.exp(bend)
        return np.log1p(ratio), -ratio / (1 + ratio)

    return {HILL: hill, LOG: log}[kind], grid


def _bend(curve: Curve, grid: FloatArray, customers: FloatArray) -> float:
    """Return the bend of least squares; at an end of the grid there is none to be seen."""
    from scipy.optimize import brentq

    def gradient(bend: float) -> float:
        shape, slope = curve(np.float64(bend))
        scale = shape @ customers / (shape @ shape)
        return float(-scale * ((customers - scale * shape) @ slope))

    best = int(np.argmin(_squares(curve, grid, customers)))
    if best in {0, grid.size - 1}:
        raise NoFitError("flat" if best == 0 else "straight")
    low, high = float(grid[best - 1]), float(grid[best + 1])
    while not gradient(low) < 0 < gradient(high):  # two valleys in one step of the grid: a finer one
        finer = np.linspace(low, high, _GRID)
        if finer[1] <= low:
            return low
        best = min(max(int(np.argmin(_squares(curve, finer, customers))), 1), _GRID - 2)
        low, high = float(finer[best - 1]), float(finer[best + 1])
    return float(brentq(gradient, low, high, xtol=1e-15, rtol=1e-15))


def _squares(curve: Curve, bends: FloatArray, customers: FloatArray) -> FloatArray:
    """Return the sum of squared residuals for each bend, the best scale taken."""
    found = []
    for some in np.array_split(bends, 1 + bends.size * customers.size // _AT_ONCE):
        shapes, _ = curve(some[:, None])
        scales = shapes @ customers / np.einsum("ij,ij->i", shapes, shapes)
        found.append(((customers - scales[:, None] * shapes) ** 2).sum(axis=1))
    return np.concatenate(found)
