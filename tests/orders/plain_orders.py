"""The rules of an order in plain Python, line by line, to hold the arrays against."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from clv_xl.orders.log import Coded, OrderLog

EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Line:
    customer: str
    moment: float
    amount: float
    order_id: str | None = None
    segment: str = "a"
    cost: float = 0.0


@dataclass(frozen=True)
class Entry:
    customer: str
    moment: float
    amount: float
    is_order: bool
    segment: str
    cost: float

    @property
    def day(self) -> int:
        return int(self.moment // 1)


def log_of(lines: Sequence[Line], ids: bool = True, costs: bool = False) -> OrderLog:
    def coded(values: list[str | None]) -> Coded:
        names = list(dict.fromkeys(v for v in values if v is not None))
        return Coded(np.array([-1 if v is None else names.index(v) for v in values], np.int32), names)

    return OrderLog(
        coded([line.customer for line in lines]),
        np.array([line.moment for line in lines], float),
        np.array([line.amount for line in lines], float),
        order_ids=coded([line.order_id for line in lines]) if ids else None,
        segments=coded([line.segment or None for line in lines]),
        channels=coded([line.segment.upper() or None for line in lines]),
        costs=np.array([line.cost for line in lines], float) if costs else None,
    )


def entries(lines: Sequence[Line], as_of: int | None = None) -> list[Entry]:
    """Orders and refunds of everybody with an order."""
    end = max(int(line.moment // 1) for line in lines) if as_of is None else as_of
    grouped: dict[Any, list[Line]] = defaultdict(list)
    for number, line in enumerate(lines):
        if line.moment // 1 <= end:
            grouped[number if line.order_id is None else line.order_id].append(line)
    found = []
    for group in grouped.values():
        top = min(group, key=lambda line: line.moment)
        net = sum(line.amount for line in group)
        free = all(line.amount == 0 for line in group)
        cost = sum(line.cost for line in group)
        found.append(Entry(top.customer, top.moment, net, net > 0 or free, top.segment, cost))
    buyers = {entry.customer for entry in found if entry.is_order}
    return [entry for entry in found if entry.customer in buyers]


def first_orders(found: Sequence[Entry]) -> dict[str, Entry]:
    first: dict[str, Entry] = {}
    for entry in found:
        if entry.is_order and (entry.customer not in first or entry.moment < first[entry.customer].moment):
            first[entry.customer] = entry
    return first


def add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    start = date(index // 12, index % 12 + 1, 1)
    after = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return start + timedelta(min(day.day, (after - start).days) - 1)


def window(day: int, as_of: int, unit: str) -> int:
    """Number of the window, counted back from as_of, that holds a day."""
    number = 0
    while day <= _boundary(as_of, unit, number + 1):
        number += 1
    return number


def _boundary(as_of: int, unit: str, back: int) -> int:
    if unit in "DW":
        return as_of - back * {"D": 1, "W": 7}[unit]
    end = EPOCH + timedelta(as_of)
    months = back * {"M": 1, "Q": 3, "Y": 12}[unit]
    moved = add_months(end, -months)
    if (end + timedelta(1)).month != end.month:
        moved = add_months(moved.replace(day=1), 1) - timedelta(1)
    return (moved - EPOCH).days


@st.composite
def order_lines(draw: st.DrawFn, ids: bool = True, refunds: bool = True) -> list[Line]:
    """Logs of few customers over three years, whole money, refunds with and without id."""
    least = -30 if refunds else 0
    number = draw(st.integers(1, 40))
    lines = []
    for _ in range(number):
        customer = draw(st.sampled_from("ABCDEFG"))
        mark = draw(st.sampled_from([None, "1", "2", "3"])) if ids else None
        lines.append(
            Line(
                customer,
                45_000 + draw(st.integers(0, 4400)) / 4,
                float(draw(st.integers(least, 60))),
                None if mark is None else customer + mark,
                draw(st.sampled_from(["a", "b", "c", ""])),
                float(draw(st.integers(0, 20))),
            )
        )
    return lines
