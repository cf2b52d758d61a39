"""Margins and costs as the order tables take them, and what their cells show."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from clv_xl.cells import FloatArray
from clv_xl.errors import DIV, NA, VALUE, CellError, Text
from clv_xl.metrics.numbers import Number, quotient
from clv_xl.metrics.periods import months_in
from clv_xl.metrics.segments import Value
from clv_xl.orders.ids import fold
from clv_xl.texts import LANGUAGES, word

Per: TypeAlias = float | Mapping[str, float]
"""One number for all, or one a segment; names are trimmed and case-folded."""


def spread(per: Per, names: Sequence[str], argument: str) -> FloatArray:
    """Return one number a name, names being equal under `clv_xl.orders.ids.fold`.

    Raises
    ------
    CellError
        #VALUE! when the range has no row for a name.

    Examples
    --------
    >>> spread({"new": 1.0, "old": 2.0}, ("Old", "New"), "cac").tolist()
    [2.0, 1.0]
    """
    if not isinstance(per, Mapping):
        return np.full(len(names), float(per))
    return np.array([_of_name(per, name, argument) for name in names], np.float64)


def _of_name(per: Mapping[str, float], name: str, argument: str) -> float:
    key = fold(name)
    # A range cannot name a blank segment but by the word that the tables show for it.
    keys = (key,) if key else ("", *(fold(word("segment.(none)", language)) for language in LANGUAGES))
    for candidate in keys:
        if candidate in per:
            return float(per[candidate])
    raise CellError(VALUE, "segment_missing", argument=argument, segment=name or Text("segment.(none)"))


def margins(
    margin: Per | None, cac: Per | None, revenue: FloatArray, costs: FloatArray | None, names: Sequence[str]
) -> FloatArray:
    """Return the share of revenue kept: as given, else from the costs of the log, else all of it.

    Parameters
    ----------
    margin, cac : float or mapping, optional
        As given in the call.
    revenue, costs : ndarray of float64, shape (s,)
        Sums of each segment; `costs` is None where the log has none.
    names : sequence of str
        Names of the segments.

    Raises
    ------
    CellError
        #VALUE! when an acquisition cost would be set against revenue; #DIV/0! when a margin is to
        come from the costs of a segment without revenue.
    """
    if margin is not None:
        return spread(margin, names, "margin")
    if costs is None:
        if cac is not None and (spread(cac, names, "cac") > 0).any():
            raise CellError(VALUE, "margin_required", argument="margin")
        return np.ones(len(names))
    barren = (revenue == 0) & (costs != 0)
    if barren.any():
        raise CellError(DIV, "no_revenue", segment=names[int(np.argmax(barren))] or Text("segment.(none)"))
    return 1.0 - np.where(revenue == 0, 0.0, quotient(costs, np.where(revenue == 0, 1.0, revenue)))


def value_kept(revenue: FloatArray, costs: FloatArray | None, margin: float | None) -> FloatArray:
    """Return revenue times the margin, less the log's costs where no margin is given.

    Examples
    --------
    >>> value_kept(np.array([100.0]), np.array([60.0]), None).tolist()
    [40.0]
    """
    if margin is not None:
        return revenue * margin
    return revenue if costs is None else revenue - costs


def cost_cells(values: Number, stated: bool) -> list[Any]:
    """Return the acquisition cost, or what is left after it: blank where no cost was given.

    A cost that nobody stated is not 0, and a value less nothing is not net.
    """
    return [float(value) if stated else None for value in np.atleast_1d(values)]


def ratio_cells(value: Value, stated: bool) -> list[Any]:
    """Return CLV:CAC: blank where no acquisition cost was given, #DIV/0! where it is 0."""
    return [
        (CellError(DIV, "cac_zero") if stated else None) if cost == 0 else float(ratio)
        for ratio, cost in zip(np.atleast_1d(value.ratio), np.atleast_1d(value.cac), strict=True)
    ]


def payback_cells(value: Value, unit: str, stated: bool) -> list[Any]:
    """Return the months until the acquisition cost is back: blank without one, #N/A for never."""
    if not stated:
        return [None] * np.atleast_1d(value.cac).size
    return [
        months_in(unit, float(periods)) if np.isfinite(periods) else CellError(NA, "never_pays_back")
        for periods in np.atleast_1d(value.payback)
    ]
