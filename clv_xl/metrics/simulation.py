"""Monte Carlo simulation of the driver model, and the figures that describe its trials."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.metrics.distributions import Law, copula
from clv_xl.metrics.drivers import outcome
from clv_xl.metrics.numbers import Number
from clv_xl.metrics.uniforms import Stream

AT_ONCE = 1 << 14  # trials of one step: its arrays stay in the cache of one core


@dataclass(frozen=True, eq=False, slots=True)
class Correlation:
    """Correlated drivers: their order and the lower Cholesky factor of the matrix."""

    drivers: tuple[str, ...]
    factor: FloatArray


@dataclass(eq=False, slots=True)
class Below:
    """How many of the trials that have a figure lie below a limit."""

    limit: float
    counted: int = 0
    of: int = 0

    def add(self, figures: FloatArray) -> None:
        """Count further trials; NaN is no figure."""
        self.counted += int(np.count_nonzero(figures < self.limit))
        self.of += figures.size - int(np.count_nonzero(np.isnan(figures)))

    @property
    def share(self) -> float | None:
        """Share of the trials that have a figure, None without any."""
        return self.counted / self.of if self.of else None


@dataclass(frozen=True, eq=False, slots=True)
class Trials:
    """Outcomes of a simulation.

    Parameters
    ----------
    values : ndarray
        The output of the trials that have one, in ascending order.
    without : int
        Number of trials that have none (not paid back, no end, a ratio to no cost).
    loss : Below
        Trials whose CLV after acquisition cost is below 0.
    missed : Below
        Trials whose ratio of CLV to acquisition cost is below the target.
    """

    values: FloatArray
    without: int
    loss: Below
    missed: Below


def simulate(
    method: str,
    output: str,
    fixed: Mapping[str, float],
    laws: Mapping[str, Law],
    trials: int,
    seed: int,
    *,
    correlation: Correlation | None = None,
    target: float = 3.0,
    step: Callable[[int], None] = lambda _: None,
) -> Trials:
    """Draw the drivers and value a customer, many times.

    Parameters
    ----------
    method, output : str
        As `clv_xl.metrics.drivers.outcome`.
    fixed : Mapping
        Driver to its one value.
    laws : Mapping
        Driver to its distribution, which lies within the driver's domain.
    trials : int
        Number of trials, 1 or more.
    seed : int
        0 or more; the same seed gives the same trials, whatever their number.
    correlation : Correlation, optional
        Of some or all of the drivers drawn.
    target : float
        Ratio that is wanted.
    step : callable
        Takes the number of trials done after each step; what it raises ends the simulation.

    Returns
    -------
    Trials

    Examples
    --------
    >>> from clv_xl.metrics.distributions import Uniform
    >>> shop = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "cac": 45.0}
    >>> found = simulate("simple", "net_clv", shop, {"margin": Uniform(0.3, 0.5)}, 1000, 1)
    >>> found.values.size, round(float(found.values.mean())), found.missed.share
    (1000, 137, 0.0)
    """
    streams = {driver: Stream(seed, driver) for driver in laws}
    values = np.empty(trials)
    loss, missed = Below(0.0), Below(target)
    for start in range(0, trials, AT_ONCE):
        rows = slice(start, min(start + AT_ONCE, trials))
        drivers: dict[str, Number] = {**fixed, **_drawn(streams, laws, correlation, rows.stop - start)}
        clv = np.broadcast_to(outcome(method, "clv", drivers), rows.stop - start)
        figures = {"clv": clv, **_beside_cost(clv, drivers.get("cac", 0.0))}
        loss.add(figures["net_clv"])
        missed.add(figures["ratio"])
        values[rows] = figures[output] if output in figures else outcome(method, output, drivers)
        step(rows.stop)
    valued = values[np.isfinite(values)]
    valued.sort()
    return Trials(valued, trials - valued.size, loss, missed)


def _beside_cost(clv: FloatArray, cac: Number) -> dict[str, FloatArray]:
    """Return the value after acquisition cost and the ratio to it, NaN where there is no cost."""
    with np.errstate(all="ignore"):
        ratio = np.divide(clv, cac)
    ratio[np.broadcast_to(np.equal(cac, 0), ratio.shape)] = np.nan
    return {"net_clv": clv - cac, "ratio": ratio}


def _drawn(
    streams: Mapping[str, Stream], laws: Mapping[str, Law], correlation: Correlation | None, count: int
) -> dict[str, FloatArray]:
    shares = {driver: stream.next(count) for driver, stream in streams.items()}
    if correlation is not None:
        moved = copula([shares[driver] for driver in correlation.drivers], correlation.factor)
        shares |= zip(correlation.drivers, moved, strict=True)
    return {driver: laws[driver].at(share) for driver, share in shares.items()}
