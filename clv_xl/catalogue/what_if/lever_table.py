"""The table of CLV.LEVER: a row a lever, its rank last."""

from bisect import bisect_right
from typing import Any

import numpy as np

from clv_xl.catalogue.domains import Number
from clv_xl.catalogue.what_if.driver_ranges import DOMAINS, GivenDrivers, bounds, shown
from clv_xl.catalogue.what_if.lever_ranges import ReadColumn, rows
from clv_xl.catalogue.what_if.model import OVERFLOW, Model, model_of
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError, Text
from clv_xl.metrics.drivers import METHODS
from clv_xl.metrics.levers import LEVERS, break_even, moved, moves
from clv_xl.table import Table

KEYS = (
    "lever",
    "driver",
    "from",
    "to",
    "net_clv_from",
    "net_clv_to",
    "gain_per_customer",
    "customers",
    "total_gain",
    "cost",
    "net_gain",
    "roi",
    "break_even_uplift",
)
NO_COST = CellError(DIV, "lever_no_cost", argument="cost")
RELATIVE = Number(low=-1.0, high=1.0, share=True)
"""What a relative uplift may be: 10 is a slip for 10%, not ten times as much more."""
_ROUNDING = 1e-12

Result = float | CellError


def lever_table(
    drivers: GivenDrivers,
    lever_driver: ReadColumn,
    uplift: ReadColumn,
    cost: ReadColumn,
    customers: ReadColumn,
    kind: str,
    method: str,
) -> Table:
    """Return the levers in the order given, with a rank where there is more than one."""
    model = model_of(drivers, method)
    columns = {"lever_driver": lever_driver, "uplift": uplift, "cost": cost, "customers": customers}
    net = model.answers({}).single()
    found = [_row(model, net, values, kind, row) for row, values in rows(columns)]
    if len(found) == 1:
        return Table.of_rows(KEYS, found)
    ranks = _ranks(
        [row[KEYS.index("total_gain")] for row in found], [row[KEYS.index("cost")] for row in found]
    )
    return Table.of_rows((*KEYS, "rank"), [[*row, rank] for row, rank in zip(found, ranks, strict=True)])


def _row(model: Model, net: float, values: dict[str, Any], kind: str, row: int | None) -> list[Any]:
    lever, uplift, cost, customers = values.values()
    driver = moves(lever, model.method)
    where = {} if row is None else {"row": row}
    if driver not in METHODS[model.method].names:
        raise CellError(
            VALUE,
            "lever_ignored",
            argument="lever_driver",
            driver=driver,
            method=f'"{model.method}"',
            methods=", ".join(f'"{name}"' for name, way in METHODS.items() if driver in way.names),
            **where,
        )
    if kind == "relative":
        try:
            RELATIVE.read(uplift)
        except CellError as error:
            raise error.with_params(argument="uplift", **where) from None
    now = model.value(driver)
    to, net_to = _after(model, lever, uplift, kind, where)
    gain = net_to if isinstance(net_to, CellError) else net_to - net
    total = gain if isinstance(gain, CellError) else gain * customers
    left = total if isinstance(total, CellError) else total - cost
    if isinstance(left, CellError):
        roi: Result = left
    else:
        roi = left / cost if cost else NO_COST.with_params(**where)
    even = _break_even(model, lever, kind, cost, customers, where)
    name = Text(f"lever.{lever}") if lever in LEVERS else Text(driver)
    return [name, Text(driver), now, to, net, net_to, gain, customers, total, cost, left, roi, even]


def _after(
    model: Model, lever: str, uplift: float, kind: str, where: dict[str, int]
) -> tuple[Result, Result]:
    """Return the driver and the net CLV after the lever, an error in place of what has no value."""
    driver = moves(lever, model.method)
    now = model.value(driver)
    nothing = _nothing_to_move(lever, driver, now, kind, where)
    if nothing is not None:
        return nothing, nothing
    changes = {
        name: _rounded(name, value)
        for name, value in moved(lever, model.method, model.base, uplift, kind).items()
    }
    to = changes[driver]
    if np.isinf(to):
        return OVERFLOW, OVERFLOW
    low, high = bounds(driver)
    if not low <= to <= high:
        key = "lever_no_price" if lever == "price" else "lever_no_referral"
        error = CellError(NUM, key, argument="uplift", driver=driver, got=uplift, **where)
        if to == to:
            error = CellError(
                NUM,
                "lever_out_of_domain",
                argument="uplift",
                driver=driver,
                value=shown(driver, now),
                new=shown(driver, to),
                expected=DOMAINS[driver].expected,
                **where,
            )
        return error, error
    answers = model.answers(changes)
    return to, answers.error(()) or float(answers.values)


def _nothing_to_move(
    lever: str, driver: str, now: float, kind: str, where: dict[str, int]
) -> CellError | None:
    """Return the error of a lever that would move 0 by a share, which is no gain of 0."""
    if now or (kind == "points" and lever != "referral"):
        return None
    key = "lever_needs_cac" if lever == "referral" else "lever_from_zero"
    return CellError(VALUE, key, argument="lever_driver", driver=driver, **where)


def _rounded(driver: str, value: float) -> float:
    """Return a value at the end of its domain where it is beyond that for all rounding."""
    low, high = bounds(driver)
    inside = min(max(value, low), high)
    return inside if abs(value - inside) <= _ROUNDING * max(1.0, abs(inside)) else value


def _break_even(
    model: Model, lever: str, kind: str, cost: float, customers: float, where: dict[str, int]
) -> Result:
    driver = moves(lever, model.method)
    nothing = _nothing_to_move(lever, driver, model.value(driver), kind, where)
    if nothing is not None:
        return nothing
    needed = cost / customers if customers else (np.inf if cost else 0.0)
    uplift, failed = break_even(lever, model.method, model.base, needed, kind, bounds(driver))
    if failed is None:
        return uplift
    said = {"argument": "cost", "driver": driver, "cost": cost, "nearest": failed.nearest * customers}
    if failed.flat:
        return CellError(NA, "lever_no_effect", **said, **where)
    if np.isinf(failed.at):
        return CellError(NA, "lever_never_even", **said, **where)
    return CellError(NA, "lever_not_even", value=shown(driver, failed.at), **said, **where)


def _ranks(gains: list[Result], costs: list[float]) -> list[int | None]:
    """Return the place of each by gain per unit of cost; equals share one, a failed one has none.

    A gain that costs nothing is before all others, a loss that costs nothing behind them.

    >>> _ranks([90.0, 40.0, 90.0, CellError(NUM, "overflow"), 5.0], [30.0, 10.0, 30.0, 1.0, 0.0])
    [3, 2, 3, None, 1]
    """
    order: list[tuple[float, float] | None] = []
    for gain, cost in zip(gains, costs, strict=True):
        if isinstance(gain, CellError):
            order.append(None)
        elif cost:
            order.append((_digits(gain / cost), 0.0))
        else:
            order.append((float(np.sign(gain)) * np.inf if gain else 0.0, _digits(gain)))
    known = sorted(own for own in order if own is not None)
    return [None if own is None else 1 + len(known) - bisect_right(known, own) for own in order]


def _digits(number: float) -> float:
    """Return a number to 12 digits: two ways to one gain share a rank, whatever their rounding."""
    return float(f"{number:.12g}")
