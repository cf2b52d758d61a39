"""CLV.ALLOCATE: where the next unit of the budget goes."""

from typing import Any

import numpy as np

from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.domains import Number
from clv_xl.catalogue.effort import Effort
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.what_if.channel_ranges import ChannelsRange, GivenChannels, HistoryRange
from clv_xl.cells import FloatArray
from clv_xl.errors import NA, NUM, CellError, Text
from clv_xl.metrics import response_fit
from clv_xl.metrics.allocation import Problem
from clv_xl.metrics.numbers import quotient
from clv_xl.metrics.response import HILL, RESPONSES, Responses
from clv_xl.metrics.response_fit import Fit
from clv_xl.metrics.sums import exact_sum
from clv_xl.table import Table

History = dict[str, tuple[FloatArray, FloatArray]]
_DIGITS = 1e-9  # share of the budget below which money is rounding


def _allocate(budget: float, channels: GivenChannels, history: History | None) -> Table:
    """Return the table: a row a channel in the order given, the budget as total row."""
    least = exact_sum(channels.low)
    if least > budget:
        raise CellError(NUM, "minima_above_budget", argument="channels", least=least, budget=budget)
    curves, fits = _curves(channels, history)
    problem = Problem(curves, channels.values, channels.low, channels.high)
    with np.errstate(over="ignore", invalid="ignore"):  # what no float holds is #NUM! in its cell
        return _split(problem, budget, channels.names, channels.now, fits if history is not None else None)


def _split(
    problem: Problem, budget: float, names: list[str], now: FloatArray | None, fits: list[Fit | None] | None
) -> Table:
    """Return the table of the best split."""
    curves, spend = problem.responses, problem.best(budget)
    if not np.isfinite(spend).all():
        raise CellError(NUM, "overflow")
    won, value = curves.customers(spend), problem.value(spend)
    slope = _finite(curves.marginal(spend))
    marginal, shadow = _finite(problem.marginal_value(spend)), problem.shadow_price(spend)
    columns: dict[str, Any] = {"channel": names, "spend": spend}
    spent, customers, worth = exact_sum(spend), exact_sum(won), exact_sum(value)
    total: dict[str, Any] = {"channel": Text("total"), "spend": spent}
    if now is not None:
        columns |= {"spend_now": now, "spend_change": spend - now}
        total |= {"spend_now": exact_sum(now), "spend_change": exact_sum(spend - now)}
    columns |= {
        "customers": won,
        "cac": _finite(quotient(spend, won)),
        "marginal_cac": _finite(quotient(1.0, slope)),
        "value_won": value,
    }
    total |= {"customers": customers, "cac": spent / customers if customers else None, "value_won": worth}
    if now is not None:
        before = problem.value(now)
        columns |= {"value_now": before, "value_change": value - before}
        total |= {"value_now": exact_sum(before), "value_change": exact_sum(value - before)}
    columns |= {
        "marginal_value": marginal,
        "roi": _finite(quotient(value - spend, spend)),
        "flag": [_bound(*one) for one in zip(spend, problem.low, problem.high, strict=True)],
    }
    total |= {
        "marginal_value": shadow if np.isfinite(shadow) else None,
        "roi": (worth - spent) / spent if spent else None,
        "flag": _note(problem, budget, spent),
    }
    return Table.of(columns | (_fitted(curves, fits) if fits is not None else {}), total)


def _finite(numbers: Any) -> FloatArray:
    """Return numbers with blanks where there is none: no spend, or a slope without end at 0."""
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _bound(spend: float, low: float, high: float) -> Text | None:
    if low == high:
        return Text("flag.fixed")
    return Text("flag.at_minimum") if spend == low else Text("flag.at_maximum") if spend == high else None


def _note(problem: Problem, budget: float, spent: float) -> Text | None:
    """Return what a planner should know of the whole: money left over, money that does not come back."""
    left, paying = budget - spent, exact_sum(problem.at_price(1.0))
    unspent = Text("budget.unspent", {"unspent": round(left, 2)}) if left > _DIGITS * budget else None
    beyond = Text("budget.beyond", {"paying": round(paying, 2)}) if spent > paying * (1 + _DIGITS) else None
    if unspent and beyond:
        return Text("budget.both", {"first": unspent, "second": beyond})
    return unspent or beyond


def _curves(channels: GivenChannels, history: History | None) -> tuple[Responses, list[Fit | None]]:
    """Return the response of each channel, and the fit where its parameters are not stated."""
    fits: list[Fit | None] = []
    for i in range(len(channels.names)):
        if history is None or channels.stated(i):
            channels.check_stated(i)
            fits.append(None)
        else:
            fits.append(_fit(channels, i, history))
    kinds = np.array([fit.kind if fit else kind for fit, kind in zip(fits, channels.kinds, strict=True)])
    scale, half, exponent = (
        np.array([getattr(fit, name) if fit else stated[i] for i, fit in enumerate(fits)])
        for name, stated in (
            ("scale", channels.scale),
            ("half", channels.half),
            ("exponent", channels.exponent),
        )
    )
    return Responses(kinds, scale, half, np.where((kinds == HILL) & np.isnan(exponent), 1.0, exponent)), fits


def _fit(channels: GivenChannels, i: int, history: History) -> Fit:
    from clv_xl.orders.ids import fold

    name, kind = channels.names[i], channels.kinds[i]
    if fold(name) not in history:
        raise CellError(NA, "history_missing", argument="history", channel=name)
    try:
        rows = history[fold(name)]
        return response_fit.fit(kind, *rows) if kind in RESPONSES else response_fit.best_fit(*rows)
    except response_fit.NoFitError as error:
        least = response_fit.LEAST_SPENDS
        raise CellError(NA, f"fit_{error.reason}", argument="history", channel=name, least=least) from None


def _fitted(curves: Responses, fits: list[Fit | None]) -> dict[str, Any]:
    """Return the columns of the parameters, and how well they fit."""
    return {
        "response": [Text(f"response.{kind}") for kind in curves.kind.tolist()],
        "scale": curves.scale,
        "half": curves.half,
        "exponent": curves.exponent,
        "r_squared": np.array([fit.r_squared if fit else np.nan for fit in fits]),
        "points": np.array([float(fit.points) if fit else np.nan for fit in fits]),
    }


FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="CLV.ALLOCATE",
        family="family.what_if",
        body=_allocate,
        args=(
            Arg(
                "budget",
                Number(low=0.0, typical=(0.0, 50000.0)),
                "Money to spend in one period.",
                unit="money",
            ),
            Arg(
                "channels",
                ChannelsRange(),
                "A row a channel under headers: channel, response (hill, log, power; best with a history),"
                " scale, half, exponent, value_per_customer, min_spend, max_spend, spend_now.",
            ),
            a.HEADER_ROW,
            Arg(
                "history",
                HistoryRange(),
                "A row a period and channel under headers channel, spend, customers; channels without"
                " parameters are fitted to it. Other columns, such as the month, are passed over.",
            ).optional(),
        ),
        summary="Best split of a budget over channels: where each unit of money wins the most value.",
        convention=(
            "The whole budget is spent unless maxima bind; the total row shows the shadow price, the value of"
            " one more unit of budget, and a note where the last unit does not come back. value_per_customer"
            " is CLV before acquisition cost. Of a hill, scale is the most customers it can win, and half the"
            " spend that wins half of them. A blank response is a hill, a blank exponent of it 1, a blank"
            " bound none."
        ),
        formula=(
            "maximise sum of value_per_customer x customers; hill scale s^e/(half^e+s^e), log"
            " scale LN(1+s/half), power scale s^e; at the best split the marginal values are equal"
        ),
        source=(
            "Karush-Kuhn-Tucker conditions; Little (1970), Models and managers: the concept of a decision"
            " calculus, Management Science 16(8)"
        ),
        examples=(
            Example(
                'CLV.ALLOCATE(10000,{"channel","response","scale","half","value_per_customer";'
                '"search","hill",400,4000,180;"email","hill",100,1000,180})',
                "search",
            ),
            Example(
                'CLV.ALLOCATE(10000,{"channel","value_per_customer";"search",180;"email",180},,'
                '{"channel","spend","customers";"search",1000,80;"search",4000,200;"search",12000,300;'
                '"email",1000,50;"email",3000,75;"email",4000,80})',
                "search",
            ),
            Example(
                'CLV.ALLOCATE(1000,{"channel","scale","half","value_per_customer","min_spend";'
                '"search",400,4000,180,800;"email",100,1000,180,300})',
                "#NUM!",
            ),
        ),
        returns="table, a row a channel",
        effort=Effort(500.0, ("channels",)),  # curves are searched, and fitted, many times
    ),
)
