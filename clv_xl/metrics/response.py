"""What a channel's spend brings: curves that rise ever more slowly, and their slopes both ways.

hill: ``scale u / (1 + u)`` with ``u = (spend / half)^exponent``; log: ``scale ln(1 + spend / half)``;
power: ``scale spend^exponent``. All are concave, so that the best split of a budget is unique.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clv_xl.cells import FloatArray

HILL, LOG, POWER = "hill", "log", "power"
RESPONSES = (HILL, LOG, POWER)
_MOST_STEPS = 200
_CLOSE = 4 * np.finfo(np.float64).eps


@dataclass(frozen=True, eq=False, slots=True)
class Responses:
    """The response curves of several channels.

    Parameters
    ----------
    kind : ndarray of str, shape (n,)
        "hill", "log" or "power".
    scale : ndarray, shape (n,)
        hill: customers at most, whatever is spent; log and power: what multiplies the curve. Above 0.
    half : ndarray, shape (n,)
        hill: spend that wins half of them; log: spend from which the curve bends. Above 0; power
        has none (NaN).
    exponent : ndarray, shape (n,)
        hill: above 0, at most 1; power: above 0, below 1; log has none (NaN).

    Examples
    --------
    >>> curve = Responses(np.array(["hill"]), np.array([400.0]), np.array([4000.0]), np.array([1.0]))
    >>> curve.customers(np.array([4000.0])), curve.marginal(np.array([4000.0]))
    (array([200.]), array([0.025]))
    """

    kind: NDArray[np.str_]
    scale: FloatArray
    half: FloatArray
    exponent: FloatArray

    def customers(self, spend: FloatArray) -> FloatArray:
        """Return the customers that each channel's spend wins.

        Parameters
        ----------
        spend : ndarray, shape (n,)
            Money, 0 or more.
        """
        with np.errstate(all="ignore"):
            u = (spend / self.half) ** self.exponent
            hill = self.scale * (u / (1 + u))
            log = self.scale * np.log1p(spend / self.half)
            power = self.scale * spend**self.exponent
        return self._chosen(hill, log, power)

    def marginal(self, spend: FloatArray) -> FloatArray:
        """Return the customers that the next unit of money wins: the slope of each curve.

        Parameters
        ----------
        spend : ndarray, shape (n,)
            Money, 0 or more. At 0 the slope of a power, and of a hill with an exponent below 1, is
            infinite.
        """
        n = self.exponent
        with np.errstate(all="ignore"):
            ratio = spend / self.half
            steep = np.where(n == 1, 1.0, ratio ** (n - 1))
            hill = self.scale * n / self.half * steep / (1 + ratio**n) ** 2
            log = self.scale / (self.half + spend)
            power = self.scale * n * spend ** (n - 1)
        return self._chosen(hill, log, power)

    def spend_at(self, slope: FloatArray) -> FloatArray:
        """Return the spend at which each curve has fallen to a slope; 0 where it never was so steep.

        Parameters
        ----------
        slope : ndarray, shape (n,)
            Customers per unit of money, above 0; where it is infinite, the spend is 0.
        """
        n = self.exponent
        with np.errstate(all="ignore"):  # where a curve is of another kind, and at slopes of 0 or infinity
            hill = self.half * self._hill_ratio(np.log(self.scale * n / self.half / slope))
            log = self.scale / slope - self.half
            power = (self.scale * n / slope) ** (1 / (1 - n))
        return np.maximum(self._chosen(hill, log, power), 0.0)

    def _hill_ratio(self, steepness: FloatArray) -> FloatArray:
        """Return spend / half where ``ln((1+u)^2 u^(1/n-1))`` is `steepness`.

        For n = 1 that is a square root. For n < 1 the left side is convex and rises in ``v = ln u``,
        so Newton's steps from the right of the root go down to it and never past it.
        """
        ratio = np.expm1(steepness / 2)
        bent = (self.kind == HILL) & (self.exponent < 1) & np.isfinite(steepness)
        if not bent.any():
            return ratio
        n, goal = self.exponent[bent], steepness[bent]
        v = np.minimum(goal / (1 / n - 1), goal / (1 / n + 1))  # the left side is above both lines
        for _ in range(_MOST_STEPS):
            gap = (1 / n - 1) * v + 2 * np.logaddexp(0.0, v) - goal
            step = gap / (1 / n - 1 + 2 / (1 + np.exp(-v)))
            v = v - step
            if not (np.abs(step) > _CLOSE * np.maximum(1.0, np.abs(v))).any():
                break
        ratio[bent] = np.exp(v / n)
        return ratio

    def _chosen(self, hill: FloatArray, log: FloatArray, power: FloatArray) -> FloatArray:
        return np.where(self.kind == HILL, hill, np.where(self.kind == LOG, log, power))
