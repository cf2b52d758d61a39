"""What ``--vary`` asks for: a cell and the values it takes, and the points that several make together."""

import datetime as dt
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, Inexact, InvalidOperation, localcontext
from typing import Final

from clv_xl.cells import Cell
from clv_xl.errors import UserError

MOST: Final = 1_000_000
_NUMBER: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*(%?)")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NEAR: Final = Decimal("1e-6")
_DIGITS: Final = 60


@dataclass(frozen=True, slots=True)
class Axis:
    """A cell that is varied.

    Parameters
    ----------
    address : str
        The cell or name as it was asked for.
    values : tuple
        Its values: each a cell, or a word still to be read (`Word`).
    """

    address: str
    values: "tuple[Cell | Word, ...]"


@dataclass(frozen=True, slots=True)
class Word:
    """A value as it was typed; what a date is depends on the workbook."""

    text: str


def numbers(first: str, last: str, step: str) -> tuple[float, ...]:
    """Return the numbers of ``FROM:TO:STEP``, each FROM + i STEP reckoned in decimals.

    Parameters
    ----------
    first, last, step : str
        Numbers with a decimal point or percentages.

    Returns
    -------
    tuple of float
        At most `MOST`; the last is `last` where the steps reach it within a millionth of a step.

    Raises
    ------
    UserError
        When the step is 0 or leads away from `last`, or there are too many points.

    Examples
    --------
    >>> numbers("0.6", "0.7", "0.02")
    (0.6, 0.62, 0.64, 0.66, 0.68, 0.7)
    >>> numbers("90%", "60%", "-15%")
    (0.9, 0.75, 0.6)
    """
    with localcontext(Context(prec=_DIGITS)) as context:
        context.traps[Inexact] = False
        start, end, each = map(_decimal, (first, last, step))
        count = _count(start, end, each, f"{first}:{last}:{step}")
        found = [start + i * each for i in range(count)]
        if abs(found[-1] - end) <= _NEAR * abs(each):
            found[-1] = end
        return tuple(map(float, found))


def days(first: str, last: str, step: str) -> tuple[Word, ...]:
    """Return the ISO dates of ``FROM:TO:STEP``, the step in days.

    Examples
    --------
    >>> [word.text for word in days("2025-01-30", "2025-02-03", "2")]
    ['2025-01-30', '2025-02-01', '2025-02-03']
    """
    text = f"{first}:{last}:{step}"
    try:
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError as error:
        raise UserError("headless_set_date", value=text) from error
    each = _decimal(step)
    if each != each.to_integral_value():
        raise UserError("whatif.step_days", values=text, step=step)
    count = _count(Decimal(start.toordinal()), Decimal(end.toordinal()), each, text)
    return tuple(Word((start + dt.timedelta(days=i * int(each))).isoformat()) for i in range(count))


def is_number(text: str) -> bool:
    """Return whether a text is a number with a decimal point or a percentage.

    Examples
    --------
    >>> is_number("-2.5%"), is_number("1,5")
    (True, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None


def is_day(text: str) -> bool:
    """Return whether a text is an ISO date without a time."""
    return _DAY.fullmatch(text.strip()) is not None


def _decimal(text: str) -> Decimal:
    found = _NUMBER.fullmatch(text.strip())
    assert found is not None, text
    try:
        number = Decimal(found[1]) / (100 if found[2] else 1)
    except InvalidOperation:
        number = Decimal("inf")
    if not math.isfinite(float(number)):
        raise UserError("whatif.too_large", value=text)
    return number


def _count(start: Decimal, end: Decimal, step: Decimal, text: str) -> int:
    """Return the number of points from start to end, both included."""
    if start == end:
        return 1
    if not step or (end - start) / step < 0:
        raise UserError("whatif.step_sign", values=text)
    steps = (end - start) / step
    if steps >= MOST:
        raise UserError("whatif.too_many", most=MOST)
    return int((steps + _NEAR).to_integral_value(ROUND_FLOOR)) + 1


def count_of(axes: Sequence[Axis], *, together: bool = False) -> int:
    """Return the number of points.

    Raises
    ------
    UserError
        When there are none or more than `MOST`, or axes that go together differ in length.
    """
    lengths = [len(axis.values) for axis in axes]
    for axis in axes:
        if not axis.values:
            raise UserError("whatif.empty", cell=axis.address)
    if together and len(set(lengths)) > 1:
        counts = ", ".join(f"{axis.address}: {len(axis.values)}" for axis in axes)
        raise UserError("whatif.unlike", counts=counts)
    count = lengths[0] if together else math.prod(lengths)
    if count > MOST:
        raise UserError("whatif.too_many", most=MOST)
    return count


def points(axes: "Sequence[tuple[Cell, ...]]", *, together: bool = False) -> Iterator[tuple[Cell, ...]]:
    """Return the value of each axis at every point; the first axis varies slowest.

    Examples
    --------
    >>> list(points([(1.0, 2.0), ("a", "b")]))
    [(1.0, 'a'), (1.0, 'b'), (2.0, 'a'), (2.0, 'b')]
    """
    return zip(*axes, strict=True) if together else itertools.product(*axes)
