"""Monitoring: why the value moved, its trend, when to act, when to refresh."""

from typing import Any

import numpy as np

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import Date, Keyword, Number
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.ranges import ColumnOf, ColumnsRead
from clv_xl.catalogue.what_if import arguments as what_if
from clv_xl.cells import FloatArray
from clv_xl.errors import DIV, NUM, VALUE, CellError, Text
from clv_xl.metrics import alerts, refresh, trend
from clv_xl.metrics.rolling import LONGEST
from clv_xl.table import Marks, Table

FAMILY = "family.forecast"
OURS = "Catalogue of clv_xl, section Forecast and monitoring"
SHAPLEY = "Shapley (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317"
PAGE = (
    "Page (1954), Continuous inspection schemes, Biometrika 41; Montgomery, Introduction to"
    " Statistical Quality Control, chapters 6 and 9"
)
CHANGED_SHOP = '{"avg_order_value",50;"frequency",2.8;"lifespan",3;"margin",0.45;"cac",45}'
SHARE_ABOVE = Number(low=0.0, high=1.0, above=True, share=True, typical=(0.05, 0.5))
MULTIPLE = Number(low=0.0, above=True, typical=(1.0, 6.0))
NO_BASE = CellError(DIV, "growth_from_zero", argument="values")
NEGATIVE_BASE = CellError(NUM, "growth_from_negative", argument="values")


def _bridge(drivers_from: Any, drivers_to: Any, output: str, method: str) -> Table:
    from clv_xl.catalogue.monitoring_bridge import bridge

    return bridge(drivers_from, drivers_to, output, method)


def growth(new: FloatArray, old: FloatArray) -> Any:
    """Return relative changes as cells: NaN where there is no old value, errors where it is not above 0."""
    with np.errstate(all="ignore"):
        shares = (new - old) / old
    if not (old <= 0).any():
        return shares
    zero, negative = (old == 0).tolist(), (old < 0).tolist()
    return [
        NO_BASE if none else NEGATIVE_BASE if below else share
        for share, none, below in zip(shares.tolist(), zero, negative, strict=True)
    ]


def _trend(values: FloatArray, dates: FloatArray, window: float, rows: ColumnsRead) -> Table:
    order = np.argsort(dates, kind="stable")
    values, days = values[order], dates[order].astype(np.int64)
    twice = np.flatnonzero(np.diff(days) == 0)
    if twice.size:
        first, second = (int(rows.kept[order[twice[0] + i]]) + 1 for i in (0, 1))
        raise CellError(VALUE, "date_twice", argument="dates", row=second, other=first)
    found = trend.trend(values, days, int(window))
    with np.errstate(over="ignore"):
        change = values - found.previous
        whole = values[-1:] - values[:1]
    single = values.size == 1
    return Table.of(
        {
            "date": days.astype(np.float64),
            "value": values,
            "change": change,
            "growth": growth(values, found.previous),
            "moving_average": found.average,
            "year_on_year": growth(values, found.last_year),
            "missing_periods": [None] * values.size if found.missing is None else found.missing,
        },
        total={
            "date": Text("total"),
            "change": None if single else whole[0],
            "growth": None if single else growth(values[-1:], values[:1])[0],
            "missing_periods": None if found.missing is None else found.missing.sum(),
        },
    )


MOVES, LEVELS = (
    tuple(Text(f"alert.{word}") for word in (low, "fine", high, "too_few"))
    for low, high in (("fall", "rise"), ("low", "high"))
)
"""The words of alerts.LOW, OK, HIGH and TOO_FEW, in this order."""


def _alert(values: FloatArray, threshold: float | None, method: str, window: float | None) -> Marks:
    way = alerts.METHODS[method]
    if threshold is None:
        if way.threshold is None:
            raise CellError(VALUE, "alert_target_missing", argument="threshold")
        threshold = way.threshold
    elif way.threshold is not None:
        threshold = _read(SHARE_ABOVE if way.share else MULTIPLE, "threshold", threshold)
    if window is not None and not way.window:
        raise CellError(VALUE, "alert_window_ignored", argument="window")
    rows = way.window if window is None else _read(Number(way.least, LONGEST, whole=True), "window", window)
    marks = way.marks(values, threshold, int(rows))
    return Marks(marks - alerts.LOW, MOVES if way.moves else LEVELS)


def _read(domain: Number, argument: str, number: float) -> float:
    """Read a number again where the method narrows its domain."""
    try:
        return domain.read(number)
    except CellError as error:
        raise error.with_params(argument=argument) from None


WINDOW = Number(low=1.0, high=LONGEST, whole=True, typical=(1.0, 12.0))
BRIDGE = Function(
    name="CLV.BRIDGE",
    family=FAMILY,
    body=_bridge,
    args=(
        what_if.DRIVERS.but(name="drivers_from", doc="Drivers before: two columns, name and value."),
        what_if.DRIVERS.but(
            name="drivers_to",
            doc="Drivers after: two columns, name and value. One that stands on one side only has its"
            " default on the other.",
        ),
        what_if.OUTPUT,
        what_if.METHOD,
        a.HEADER_ROW,
    ),
    summary="Why the value moved: the effect of each driver, adding up to the change without a rest.",
    convention=(
        "The effect of a driver is the mean over all orders in which the drivers could have changed, so"
        " it does not depend on the order of the rows, and going back gives the same effects with the"
        " other sign. A driver that stayed has the effect 0. Every mix of old and new drivers must have"
        " a value."
    ),
    formula=(
        "effect = mean, over all orders of the drivers, of what the change of this driver adds to the"
        " output; sum of effects = output to - output from; where two drivers of a product moved, each at the"
        " mean of the other: margin from 40% to 45%, frequency from 3 to 2.8: 150 x 5% x 2.9 = 21.75 and"
        " 150 x -0.2 x 42.5% = -12.75"
    ),
    source=SHAPLEY,
    examples=(
        Example(f"CLV.BRIDGE({what_if.EXAMPLE_SHOP},{CHANGED_SHOP})", "Average order value (AOV)"),
        Example(
            'CLV.BRIDGE({"avg_order_value",60;"retention_rate",0.8;"discount_rate",0.1},'
            '{"avg_order_value",60;"churn_rate",0.15;"discount_rate",0.1},"clv","contract")',
            "Average order value (AOV)",
        ),
    ),
    returns="table, a row a driver",
)
TREND = Function(
    name="CLV.TREND",
    family=FAMILY,
    body=_trend,
    args=(
        Arg("values", ColumnOf("numbers"), "Figure of each date, one column."),
        Arg("dates", ColumnOf("dates"), "Date of each figure, one column; in any order, each date once."),
        Arg("window", WINDOW, "Number of rows in the moving average.").optional(4.0),
        a.HEADER_ROW,
    ),
    summary="Dated figures in order of time with change, moving average and year-on-year change.",
    convention=(
        "Years, quarters, months or weeks are told by the smallest distance between dates; figures of"
        " every second quarter are half-yearly. Change is to the row before; year_on_year to the same"
        " calendar period a year before, blank if there is none; missing_periods counts the periods"
        " without a figure before the row, and no moving average spans one. Growth from 0 or from a"
        " negative figure is an error in its cell."
    ),
    formula=(
        "growth = value / previous value - 1; moving_average = AVERAGE of the last window values;"
        " year_on_year = value / value of the same period a year before - 1; total = last against first"
    ),
    source=OURS,
    examples=(
        Example("CLV.TREND({120;126;129;135;150},{45382;45473;45565;45657;45747})", 45382),
        Example("CLV.TREND({126;120},{45473;45382},1)", 45382),
    ),
    returns="table, a row a date",
    wants=("rows",),
    dates=("date",),
)
ALERT = Function(
    name="CLV.ALERT",
    family=FAMILY,
    body=_alert,
    args=(
        Arg("values", ColumnOf("numbers"), "Figures in order of time, oldest first, one column."),
        Arg(
            "threshold",
            Number(typical=(0.05, 1.0)),
            "How far is too far: a share (change, band), standard deviations (zscore, cusum) or the target"
            " itself. 10%, 10%, 3 and 5 if omitted; a target must be given.",
        ).optional(),
        Arg(
            "method",
            Keyword(tuple(alerts.METHODS)),
            '"change" against the figure window rows before; "zscore" and "band" against the mean of the'
            ' window rows before; "target" below a target; "cusum" a lasting shift from the first window'
            " rows.",
        ).optional("change"),
        Arg(
            "window",
            WINDOW,
            "Number of rows: 1 for change, 4 for band, 8 for zscore and cusum if omitted.",
        ).optional(),
    ),
    summary="When to act: each figure held against the ones before it, never against later ones.",
    convention=(
        "The words, in your language: OK; rise or fall (change, cusum); high or low (zscore, band); low"
        " (target); too few values where the window is not full. Exactly on the threshold is OK. A blank"
        " row stays blank and does not count. Standard deviations are those of a sample; after equal figures"
        " they are 0, and any other figure is beyond; cusum goes on after an alert until its sum is back"
        " within the threshold."
    ),
    formula=(
        "change: ABS(v - earlier) > threshold x ABS(earlier); band: ABS(v - mean) > threshold x ABS(mean);"
        " zscore: ABS(v - mean) > threshold x sd; target: v < threshold; cusum: C = MAX(0, C + distance -"
        " 0.5 sd) > threshold x sd, on either side of the first mean"
    ),
    source=PAGE,
    examples=(
        Example('CLV.ALERT({2.4;3.1;3.3},3,"target")', "low"),
        Example("CLV.ALERT({100;104;120})", "too few values"),
    ),
    returns="text, one for each row",
    per_row=True,
)
REFRESHDUE = Function(
    name="CLV.REFRESHDUE",
    family=FAMILY,
    body=refresh.days_overdue,
    args=(
        Arg("last_refresh", Date(), "Date of the last refresh."),
        Arg("as_of", Date(), "Date against which it is held."),
        Arg(
            "cycle",
            Number(low=1.0, high=1200.0, whole=True, typical=(1.0, 24.0)),
            "Months from one refresh to the next: 3 for quarterly, 12 for yearly.",
            unit="months",
        ).optional(3.0),
    ),
    summary="Days by which a refresh is overdue: 0 on the day it is due, negative while there is time.",
    convention=(
        "Due on the same day of the month, or the last day of a shorter month, as EDATE counts. The result"
        " is above 0 exactly where EDATE(last_refresh,cycle)<as_of; a refresh after as_of is not overdue."
    ),
    formula="as_of - EDATE(last_refresh, cycle)",
    source=OURS,
    examples=(
        Example("CLV.REFRESHDUE(45565,45662)", 6),
        Example("CLV.REFRESHDUE(45688,45716,1)", 0),
        Example("CLV.REFRESHDUE(45688,45716,12)", -337),
    ),
    returns="days",
)
FUNCTIONS = (BRIDGE, TREND, ALERT, REFRESHDUE)
