"""The best split of a budget over channels: equal marginal value wherever a channel is free to move.

For concave responses the conditions of Karush, Kuhn and Tucker are enough for the optimum: there is
one price of money (the shadow price), a channel between its bounds has exactly that marginal value,
one at its maximum has more and one at its minimum less. The spends at a price fall as the price
rises, so the price is found by bisection down to two neighbouring floats ("water filling"); between
those two the budget is met by mixing the two splits, whose marginal values agree to the last digits.
"""

import math
from dataclasses import dataclass

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.metrics.response import Responses
from clv_xl.metrics.sums import exact_sum

_WIDEST = 700.0  # exp of it is a float, and no price of money lies beyond
_ROUNDING = 4 * np.finfo(np.float64).eps
_DIGITS = 1e-12  # to which two prices are the same


@dataclass(frozen=True, eq=False, slots=True)
class Problem:
    """Channels among which a budget is split.

    Parameters
    ----------
    responses : Responses
        Customers by spend, one curve a channel.
    values : ndarray, shape (n,)
        Value of one customer of each channel before acquisition cost, 0 or more.
    low, high : ndarray, shape (n,)
        Least and most spend, ``0 <= low <= high``; `high` may be infinite.
    """

    responses: Responses
    values: FloatArray
    low: FloatArray
    high: FloatArray

    def value(self, spend: FloatArray) -> FloatArray:
        """Return the value of the customers that each spend wins."""
        return self.values * self.responses.customers(spend)

    def marginal_value(self, spend: FloatArray) -> FloatArray:
        """Return the value that the next unit of money brings; 0 where a customer is worth nothing."""
        worth = self.values > 0
        return np.where(worth, np.where(worth, self.values, 1.0) * self.responses.marginal(spend), 0.0)

    def at_price(self, price: float) -> FloatArray:
        """Return the spend of each channel at a price of money above 0, its bounds kept."""
        with np.errstate(divide="ignore", over="ignore"):
            wanted = self.responses.spend_at(price / self.values)
        return np.clip(wanted, self.low, self.high)

    def shadow_price(self, spend: FloatArray) -> float:
        """Return the value of one more unit of budget; 0 where no channel could take it."""
        free = spend < self.high
        return float(self.marginal_value(spend)[free].max(initial=0.0))

    def best(self, budget: float) -> FloatArray:
        """Return the spends of most value.

        The whole budget is spent, unless every channel whose customers are worth anything is at its
        maximum before.

        Parameters
        ----------
        budget : float
            Money to spend, at least the sum of the minima.

        Returns
        -------
        ndarray, shape (n,)
            Spend of each channel, within its bounds; the sum is `budget` to the last digit.

        Examples
        --------
        >>> both = np.array(["hill", "hill"])
        >>> curves = Responses(both, np.array([400.0, 100.0]), np.array([4000.0, 1000.0]), np.ones(2))
        >>> shop = Problem(curves, np.full(2, 180.0), np.zeros(2), np.full(2, np.inf))
        >>> spend = shop.best(10000.0)
        >>> spend.round(6), shop.marginal_value(spend).round(9)
        (array([8000., 2000.]), array([2., 2.]))
        """
        room = budget - exact_sum(self.low)
        # Nobody can have more than the room; twice that is a bound that rounding cannot make bind.
        most = np.where(self.values > 0, np.minimum(self.high, self.low + 2 * room), self.low)
        capped = Problem(self.responses, self.values, self.low, most)
        if exact_sum(most) <= budget:
            return most
        cheap, dear = -_WIDEST, _WIDEST
        while cheap < (middle := (cheap + dear) / 2) < dear:
            if _over(capped.at_price(math.exp(middle)), budget) > 0:
                cheap = middle
            else:
                dear = middle
        least, mixed = capped.at_price(math.exp(dear)), capped.at_price(math.exp(cheap))
        short, over = -_over(least, budget), _over(mixed, budget)
        share = short / (over + short) if over + short > 0 else 0.0
        spend = np.clip(least + share * (mixed - least), self.low, most)
        return _to_the_last_digit(capped._onto_bounds(spend, budget, math.exp(dear)), budget, capped)

    def _onto_bounds(self, spend: FloatArray, budget: float, price: float) -> FloatArray:
        """Return spends with those moved onto a bound that only rounding keeps off it.

        A slope without end at 0 shows that a tiny spend there is none of rounding.
        """
        near = _ROUNDING * budget
        lowest, highest = self.marginal_value(self.low), self.marginal_value(self.high)
        spend = np.where((spend - self.low <= near) & (lowest <= price * (1 + _DIGITS)), self.low, spend)
        return np.where((self.high - spend <= near) & (highest >= price * (1 - _DIGITS)), self.high, spend)


def _over(spend: FloatArray, budget: float) -> float:
    """Return by how much spends exceed the budget, to the last digit.

    Beside a channel that takes almost all of it, the others share what a rounded sum cannot see.
    """
    return exact_sum(np.append(spend, -budget))


def _to_the_last_digit(spend: FloatArray, budget: float, problem: Problem) -> FloatArray:
    """Give what rounding left over to the largest channel between its bounds."""
    room = np.where((problem.low < spend) & (spend < problem.high), spend, -1.0)
    largest = int(room.argmax())
    if room[largest] > 0:
        spend[largest] = np.clip(
            spend[largest] - _over(spend, budget), problem.low[largest], problem.high[largest]
        )
    return spend
