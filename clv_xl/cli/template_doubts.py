"""What ``clv-xl template --data`` asks about the money of a file: costs, taxes, repeated lines, units."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from clv_xl.cli.template_data import Orders
from clv_xl.cli.template_figures import money, percent
from clv_xl.errors import Text
from clv_xl.metrics.sums import exact_sum

_HIGHEST: Final = 0.9  # margin above which costs are hardly those of all goods
_SHOWN: Final = 6  # periods


def doubts(orders: Orders, language: str) -> Iterator[Text]:
    """Yield what may be wrong with the money of a file, and what to do about it."""
    found, lines = orders.found, orders.lines
    amount, currency = found.layout.headers["amount"], orders.currency(language)
    if lines.gap:
        gap = {
            "count": float(lines.gap.count),
            "orders": float(lines.gap.orders),
            "line": float(lines.gap.row),
        }
        yield Text("data.note_costs", {"column": found.layout.headers["cost"], **gap})
    yield from _margin_notes(orders, amount, language)
    twins = found.twins
    if twins.count:
        told = {"count": float(twins.count), "line": float(twins.row), "currency": currency}
        yield Text("data.note_twins", {**told, "money": money(twins.money, language)})
    from clv_xl.orders.files.units import unit_jump

    here = slice(lines.counted)
    jump = unit_jump(np.array(lines.days[here]), np.array(lines.revenue[here]))
    if jump:
        more = ", ..." if len(jump.periods) > _SHOWN else ""
        told_jump = {
            "column": amount, "periods": ", ".join(jump.periods[:_SHOWN]) + more, "currency": currency,
            "median": money(jump.median, language), "usual": money(jump.usual, language),
        }  # fmt: skip
        yield Text("data.note_jump", told_jump)


def _margin_notes(orders: Orders, amount: str, language: str) -> Iterator[Text]:
    """Yield what may be wrong with the margin that the costs of the file give."""
    from clv_xl.orders.files.taxes import INCLUDED, vat_of

    found, lines = orders.found, orders.lines
    costs = [cost for cost in lines.costs[: lines.counted] if cost is not None]
    if not costs or not lines.total:
        return
    margin = 1.0 - exact_sum(np.array(costs)) / lines.total
    header = found.layout.headers["cost"]
    told = {"amount": amount, "cost": header, "margin": percent(margin, language)}
    if not 0.0 <= margin <= _HIGHEST:
        yield Text("data.note_margin", told)
    elif found.taxes.vat == INCLUDED and vat_of(header) != INCLUDED:
        yield Text("data.note_vat_costs", told)
