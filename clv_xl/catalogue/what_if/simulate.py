"""CLV.SIMULATE: drivers with distributions, drawn many times."""

import time
from collections.abc import Iterator
from math import sqrt
from typing import Any

import numpy as np

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import POSITIVE, SHARE, Number
from clv_xl.catalogue.effort import Effort
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.small_ranges import Numbers
from clv_xl.catalogue.what_if.arguments import METHOD, OUTPUT
from clv_xl.catalogue.what_if.correlation_ranges import Correlations, GivenCorrelation, correlation_of
from clv_xl.catalogue.what_if.distribution_ranges import Distributions, GivenDistributions, cut_shares
from clv_xl.catalogue.what_if.model import NO_CAC, NO_END, NOT_PAID_BACK, OVERFLOW, Model, model_of
from clv_xl.cells import FloatArray
from clv_xl.errors import NA, VALUE, CellError, Text
from clv_xl.metrics.ascending import histogram, moments, percentiles
from clv_xl.metrics.drivers import METHODS
from clv_xl.metrics.simulation import Trials, simulate
from clv_xl.metrics.uniforms import STREAM
from clv_xl.table import Table

KEYS = ("measure", "value", "class_low", "class_high", "share_of_trials")
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
EXAMPLE = (
    '{"avg_order_value","normal",50,5,"";"frequency","triangular",2,3,4;"lifespan","pert",2,3,4;'
    '"margin","uniform",0.35,0.45,"";"cac","fixed",45,"",""}'
)
"""The example shop with doubts about all but the acquisition cost."""

Row = tuple[Any, ...]


def _simulate(
    distributions: GivenDistributions,
    trials: float,
    seed: float,
    output: str,
    shares: FloatArray | None,
    correlation: GivenCorrelation | None,
    method: str,
    target: float,
    *,
    deadline: float | None,
) -> Table:
    model = model_of(distributions.centres, method, output, "distributions")
    laws = distributions.laws
    if not laws:
        raise CellError(VALUE, "nothing_random", argument="distributions")
    joint = None if correlation is None else correlation_of(correlation, tuple(laws))
    found = simulate(
        method,
        output,
        distributions.fixed,
        laws,
        int(trials),
        int(seed),
        correlation=joint,
        target=target,
        step=lambda done: _look_at_the_clock(done, int(trials), deadline),
    )
    if not found.values.size:
        raise _no_value(model)
    cuts = cut_shares(laws)
    rows = [
        _row("trials", trials),
        _row("seed", seed),
        _row("stream", STREAM),
        _row("without_value", found.without, share=found.without / trials),
        _row("largest_cut", max(cuts.values(), default=0.0)),
        *_figures(found, np.array(SHARES) if shares is None else shares, model),
        _row("net_below_zero", found.loss.share),
        _row("ratio_below_target", found.missed.share),
        *_classes(found.values, int(trials)),
        *(_row(f"cut_{driver}", cut) for driver, cut in cuts.items()),
    ]
    return Table.of_rows(KEYS, rows)


def _row(
    measure: str, value: Any, low: float | None = None, high: float | None = None, share: float | None = None
) -> Row:
    return (Text(f"simulation.{measure}"), value, low, high, share)


def _figures(found: Trials, shares: FloatArray, model: Model) -> Iterator[Row]:
    """Yield what describes the output."""
    values = found.values
    base = model.answers({})
    yield _row("at_means", base.values.item() if base.errors is None else base.errors.item())
    mean, sd = moments(values)
    yield _row("mean", mean)
    yield _row("standard_error", None if sd is None else sd / sqrt(values.size))
    yield _row("standard_deviation", sd)
    yield _row("minimum", float(values[0]))
    for share, value in zip(shares.tolist(), percentiles(values, shares).tolist(), strict=True):
        yield (f"P{100 * share:g}", value, None, None, share)
    yield _row("maximum", float(values[-1]))


def _classes(values: FloatArray, trials: int) -> Iterator[Row]:
    edges, counts = histogram(values)
    for low, high, count in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True):
        yield _row("trials_in_class", count, low, high, count / trials)


def _look_at_the_clock(done: int, trials: int, deadline: float | None) -> None:
    if deadline is not None and done < trials and time.monotonic() > deadline:
        raise CellError(NA, "simulation_late", done=done, count=trials)


def _no_value(model: Model) -> CellError:
    """Return why not a single trial has a value."""
    if model.output == "payback":
        return NOT_PAID_BACK
    if model.output == "ratio" and model.value("cac") == 0:
        return CellError(NO_CAC.code, NO_CAC.key, argument="distributions")
    if METHODS[model.method].excess is not None:
        return NO_END
    return OVERFLOW


FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="CLV.SIMULATE",
        family="family.what_if",
        body=_simulate,
        args=(
            Arg(
                "distributions",
                Distributions(),
                "A row a driver: name, distribution, parameters: fixed value; normal, lognormal mean, sd;"
                " triangular, pert lowest, most likely, highest; uniform lowest, highest; beta alpha, beta,"
                " [lowest, highest]; empirical the values.",
            ),
            Arg(
                "trials",
                Number(low=100, high=1_000_000, whole=True, typical=(100, 500)),
                "Number of trials, 100 to 1,000,000.",
            ).optional(10_000.0),
            Arg(
                "seed",
                Number(low=0, high=2**32 - 1, whole=True, typical=(0, 9)),
                "Whole number that starts the random numbers; the same one gives the same result.",
            ).optional(1.0),
            OUTPUT,
            Arg(
                "percentiles",
                Numbers(SHARE),
                "Percentiles to show, such as 10%, 50%, 90%; 5%, 25%, 50%, 75% and 95% if omitted.",
                unit="share of trials",
            ).optional(),
            Arg(
                "correlation",
                Correlations(),
                "Correlations of the random drivers, in the order of their rows or named above or beside.",
            ).optional(),
            METHOD,
            a.HEADER_ROW,
            Arg(
                "target",
                POSITIVE,
                "CLV:CAC ratio that is wanted; the share of trials below it is shown.",
            ).optional(3.0),
        ),
        summary="Monte Carlo simulation: how uncertain CLV is when its drivers are.",
        convention=(
            "Mean and sd of a lognormal are those of the value itself; correlations are of the normal scores."
            " Normal and lognormal draws are confined to what a driver may be; the share cut is shown."
            " Figures are over the trials that have a value; the number of the others is shown."
            " Percentiles are those of PERCENTILE.INC; the first and the last class of the histogram take"
            " about 1% of the trials each."
        ),
        formula=(
            "each driver by the inverse of its distribution function at a uniform of PCG64(seed): normal and"
            " lognormal (mean, sd), triangular and pert (low, mode, high), beta (alpha, beta, [low, high]),"
            " uniform (low, high), empirical (values, each alike); correlated by a Gaussian copula"
        ),
        source="Glasserman (2003), Monte Carlo Methods in Financial Engineering, chapters 2 and 4",
        examples=(Example(f"CLV.SIMULATE({EXAMPLE})", "Trials"),),
        returns="table, a row a figure, then a row a class of the histogram",
        wants=("deadline",),
        effort=Effort(1.0, ("trials",)),  # 0.4 s for a million, as a cohort table of as many cells
    ),
)
