"""Distributions of a driver, each by the inverse of its distribution function.

One uniform makes one draw, for every distribution alike: a draw can be checked by hand, and drivers are
correlated through their uniforms whatever their distributions are.
"""

from dataclasses import dataclass, field
from math import log, log1p, sqrt
from typing import Protocol

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.metrics.beta_inverse import BetaInverse, beta_inverse

PERT_WEIGHT = 4.0
"""Weight of the mode in a PERT distribution."""


class Law(Protocol):
    """A distribution."""

    @property
    def mean(self) -> float:
        """Its mean, as stated."""

    def at(self, shares: FloatArray) -> FloatArray:
        """Return the values below which these shares of it lie; shares above 0 and below 1."""


class Unbounded(Law, Protocol):
    """A distribution that may leave the domain of a driver."""

    def below(self, value: float) -> float:
        """Return the share of it below a value, infinite ones included."""


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal: mean + sd z.

    Examples
    --------
    >>> Normal(50.0, 10.0).at(np.array([0.5])).tolist()
    [50.0]
    """

    mean: float
    sd: float

    def at(self, shares: FloatArray) -> FloatArray:
        """Return the values below which these shares lie."""
        found = _normal_score(shares)
        found *= self.sd
        found += self.mean
        return found

    def below(self, value: float) -> float:
        """Return the share below a value."""
        return _normal_share((value - self.mean) / self.sd)


@dataclass(frozen=True, slots=True)
class LogNormal:
    r"""Lognormal by the mean and standard deviation of the value itself, not of its logarithm.

    The logarithm has variance :math:`s^2 = \ln(1 + (sd/mean)^2)` and mean
    :math:`\ln(mean) - s^2/2`.

    Examples
    --------
    >>> round(float(LogNormal(50.0, 20.0).at(np.array([0.5]))[0]), 6)  # 50 / sqrt(1 + 0.4^2)
    46.423835
    """

    mean: float
    sd: float

    @property
    def _of_logarithm(self) -> tuple[float, float]:
        variance = log1p((self.sd / self.mean) ** 2)
        return log(self.mean) - variance / 2, sqrt(variance)

    def at(self, shares: FloatArray) -> FloatArray:
        """Return the values below which these shares lie."""
        centre, spread = self._of_logarithm
        found = _normal_score(shares)
        found *= spread
        found += centre
        with np.errstate(over="ignore"):
            return np.exp(found, out=found)

    def below(self, value: float) -> float:
        """Return the share below a value."""
        centre, spread = self._of_logarithm
        return _normal_share((log(value) - centre) / spread) if value > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Triangular:
    """Triangular: rises straight from low to the mode and falls straight to high.

    Examples
    --------
    >>> Triangular(0.0, 1.0, 2.0).at(np.array([0.125, 0.5, 0.875])).tolist()
    [0.5, 1.0, 1.5]
    """

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        """Mean."""
        return self.low / 3 + self.mode / 3 + self.high / 3

    def at(self, shares: FloatArray) -> FloatArray:
        """Return the values below which these shares lie."""
        width = self.high - self.low
        turn = (self.mode - self.low) / width
        rising = np.sqrt(shares * (width * (self.mode - self.low)))
        falling = np.sqrt((1 - shares) * (width * (self.high - self.mode)))
        return np.where(shares < turn, self.low + rising, self.high - falling)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform: every value between low and high alike.

    Examples
    --------
    >>> Uniform(2.0, 4.0).at(np.array([0.25])).tolist()
    [2.5]
    """

    low: float
    high: float

    @property
    def mean(self) -> float:
        """Mean."""
        return self.low / 2 + self.high / 2

    def at(self, shares: FloatArray) -> FloatArray:
        """Return the values below which these shares lie."""
        return np.minimum(self.low + shares * (self.high - self.low), self.high)


@dataclass(frozen=True, slots=True)
class Beta:
    """Beta between low and high.

    Examples
    --------
    >>> Beta(1.0, 1.0, 0.0, 10.0).at(np.array([0.25])).round(12).tolist()
    [2.5]
    """

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0
    inverse: BetaInverse = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Make the table of the inverse."""
        object.__setattr__(self, "inverse", beta_inverse(self.a, self.b))

    @property
    def mean(self) -> float:
        """Mean."""
        return self.low + (self.high - self.low) * self.a / (self.a + self.b)

    def at(self, shares: FloatArray) -> FloatArray:
        """Return the values below which these shares lie."""
        found = self.inverse.at(shares)
        found *= self.high - self.low
        found += self.low
        return np.minimum(found, self.high, out=found)


def pert(low: float, mode: float, high: float) -> Beta:
    """Return the PERT distribution: a beta whose mean is (low + 4 mode + high) / 6.

    Notes
    -----
    Source: Malcolm, Roseboom, Clark, Fazar (1959), Application of a technique for research and
    development program evaluation, Operations Research 7(5); shapes 1 + 4 (mode - low) / (high - low)
    and 1 + 4 (high - mode) / (high - low) as in Vose, Risk Analysis (2008).

    Examples
    --------
    >>> round(pert(2.0, 3.0, 10.0).mean, 12)
    4.0
    """
    width = high - low
    return Beta(
        1 + PERT_WEIGHT * ((mode - low) / width), 1 + PERT_WEIGHT * ((high - mode) / width), low, high
    )


@dataclass(frozen=True, eq=False, slots=True)
class Empirical:
    """Observed values, each as likely as the others: no value in between is ever drawn.

    Parameters
    ----------
    values : ndarray, shape (n,)
        In ascending order.

    Examples
    --------
    >>> Empirical(np.array([1.0, 5.0])).at(np.array([0.3, 0.5, 0.7])).tolist()
    [1.0, 1.0, 5.0]
    """

    values: FloatArray

    @property
    def mean(self) -> float:
        """Mean."""
        return float(self.values.mean())

    def at(self, shares: FloatArray) -> FloatArray:
        """Return the smallest value that at least these shares do not exceed."""
        rank = np.ceil(shares * self.values.size).astype(np.intp) - 1
        return self.values[rank]


@dataclass(frozen=True, slots=True)
class Within:
    """A distribution cut to a range: shares are taken of the part that lies within it.

    Parameters
    ----------
    law : Unbounded
        The distribution as stated.
    low, high : float
        The range, finite.

    Examples
    --------
    >>> half = Within(Normal(0.0, 1.0), 0.0, 1e308)
    >>> round(half.cut, 12), round(float(half.at(np.array([0.5]))[0]), 6)
    (0.5, 0.67449)
    """

    law: Unbounded
    low: float
    high: float

    @property
    def mean(self) -> float:
        """Mean of the distribution as stated, not of the part."""
        return self.law.mean

    @property
    def cut(self) -> float:
        """Share of the distribution that lies outside."""
        return self.law.below(self.low) + (1 - self.law.below(self.high))

    def at(self, shares: FloatArray) -> FloatArray:
        """Return the values below which these shares of the part lie."""
        first = self.law.below(self.low)
        kept = self.law.below(self.high) - first
        inner = shares if kept == 1 else first + shares * kept
        found = self.law.at(inner)
        return np.clip(found, self.low, self.high, out=found)


def copula(shares: list[FloatArray], factor: FloatArray) -> list[FloatArray]:
    """Return shares whose normal scores have the correlations of a Cholesky factor.

    Parameters
    ----------
    shares : list of ndarray, each of shape (n,)
        Independent uniforms, one array a driver.
    factor : ndarray, shape (k, k)
        Lower triangle L of the correlation matrix L L'.

    Returns
    -------
    list of ndarray
        Uniforms, the first one unchanged.

    Notes
    -----
    A Gaussian copula: the matrix holds Pearson correlations of the normal scores. Where both drivers
    are normal these are the correlations of the drivers; the rank correlation is
    6/pi asin(r/2), within 0.02 of r.

    Examples
    --------
    >>> moved = copula([np.array([0.3]), np.array([0.5])], np.array([[1.0, 0.0], [0.6, 0.8]]))
    >>> moved[0].tolist(), moved[1].round(6).tolist()
    ([0.3], [0.376517])
    """
    from scipy.special import ndtr

    from clv_xl.metrics.uniforms import LEAST

    scores = [_normal_score(column) for column in shares]
    found = []
    for i, column in enumerate(shares):
        if not factor[i, :i].any():
            found.append(column)  # independent of those before: the share itself, to the last digit
            continue
        mixed = sum(factor[i, j] * scores[j] for j in range(i + 1) if factor[i, j])
        found.append(np.clip(ndtr(mixed), LEAST, 1 - LEAST))
    return found


def _normal_score(shares: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    found: FloatArray = ndtri(shares)
    return found


def _normal_share(score: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(score))
