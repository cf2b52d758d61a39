"""Native functions that the engine has but that answer otherwise than spreadsheet programs do."""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from clv_xl.hosts.headless import native_arrays as arrays

_NUM = {"type": "Error", "kind": "Num"}
_MANY = 255


class Corrected(NamedTuple):
    """A native function replaced: its name, what answers, and how many arguments it takes."""

    name: str
    answer: Callable[..., Any]
    fewest: int
    most: int


def text_of(value: Any) -> str:
    """Return a value as ``&`` joins it: fifteen digits, an exponent from 1E+20 and below 1E-9.

    Examples
    --------
    >>> text_of(1 / 3), text_of(1e20), text_of(1e-5), text_of(1234567.125), text_of(True)
    ('0.333333333333333', '1E+20', '0.00001', '1234567.125', 'TRUE')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, (int, float)):
        return str(value)
    digits, _, power = f"{value:.14e}".partition("e")
    if value and not -10 <= int(power) < 20:
        digits = digits.rstrip("0").rstrip(".")
        return f"{digits}E{'-' if int(power) < 0 else '+'}{abs(int(power)):02d}"
    plain = f"{Decimal(f'{digits}e{power}'):f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def _each(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """Return a function of one text that keeps errors and works through ranges cell by cell."""

    def answer(value: Any) -> Any:
        if isinstance(value, list):
            return [[answer(cell) for cell in row] for row in value]
        return value if isinstance(value, dict) else change(text_of(value))

    return answer


def _proper(text: str) -> str:
    """Return the text with a capital at the start of every run of letters."""
    letters = []
    inside = False
    for letter in text:
        letters.append(letter.lower() if inside else letter.upper())
        inside = letter.isalpha()
    return "".join(letters)


def joined(*parts: Any) -> Any:
    """``&`` and CONCATENATE, over arrays too."""
    if not any(isinstance(part, list) for part in parts):
        error = next((part for part in parts if isinstance(part, dict)), None)
        return "".join(map(text_of, parts)) if error is None else error
    tables = [arrays.table(part) for part in parts]
    height, width = max(map(len, tables)), max(len(rows[0]) for rows in tables)
    at = arrays.cell_at
    return [[joined(*(at(rows, i, j) for rows in tables)) for j in range(width)] for i in range(height)]


def _number(value: Any) -> float | dict[str, Any]:
    """Return an argument as a number, or the error that it is or makes."""
    if isinstance(value, dict):
        return value
    if value is None:
        return 0.0
    try:
        return float(value)
    except (TypeError, ValueError):
        return arrays.VALUE


def _numeric(body: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of numbers that passes on errors."""

    def answer(*values: Any) -> Any:
        numbers = [_number(value) for value in values]
        error = next((number for number in numbers if isinstance(number, dict)), None)
        return body(*numbers) if error is None else error

    return answer


def _steps(number: float, step: float, up: bool) -> float:
    """Return the multiple of `step` at or above (below) a number; a hair of rounding is no step."""
    count = number / step
    near = round(count)
    if abs(count - near) <= 1e-14 * max(abs(count), 1):
        return near * step
    return (math.ceil(count) if up else math.floor(count)) * step


def _ceiling(number: float, step: float) -> Any:
    """CEILING: away from zero when both are negative (Microsoft: CEILING(-2.5,-2) is -4)."""
    if not number or not step:
        return 0.0
    return _NUM if number > 0 > step else _steps(number, step, up=True)


def _floor(number: float, step: float) -> Any:
    """FLOOR: towards zero when both are negative (Microsoft: FLOOR(-2.5,-2) is -2)."""
    if not number:
        return 0.0
    if not step:
        return {"type": "Error", "kind": "Div"}
    return _NUM if number > 0 > step else _steps(number, step, up=False)


def _ceiling_math(number: float, step: float = 1.0, mode: float = 0.0) -> Any:
    return 0.0 if not step else _steps(number, abs(step), up=not (number < 0 and mode))


def _floor_math(number: float, step: float = 1.0, mode: float = 0.0) -> Any:
    return 0.0 if not step else _steps(number, abs(step), up=bool(number < 0 and mode))


def _declining(cost: float, salvage: float, life: float, period: float, month: float = 12.0) -> Any:
    """DB: the first and the last year count their months only."""
    month, period = int(month), int(period)
    last = life if month == 12 else life + 1
    if cost < 0 or salvage < 0 or life <= 0 or not 1 <= month <= 12 or not 1 <= period <= last:
        return _NUM
    if not cost:
        return 0.0
    rate = round(1 - (salvage / cost) ** (1 / life), 3)
    spent = 0.0
    value = cost * rate * month / 12
    for year in range(2, period + 1):
        spent += value
        value = (cost - spent) * rate * ((12 - month) / 12 if year > life else 1)
    return value


# formualizer 0.13: letters beyond A to Z keep their case; multiples of a negative number go the wrong
# way; the last year of DB is a whole one; texts and logical values count in SUMPRODUCT; SORT heeds one
# key, SORTBY too; UNIQUE tells "a" from "A"; VSTACK refuses unlike widths; LOOKUP stops at an error.
CORRECTED: Sequence[Corrected] = (
    Corrected("UPPER", _each(str.upper), 1, 1),
    Corrected("LOWER", _each(str.lower), 1, 1),
    Corrected("PROPER", _each(_proper), 1, 1),
    Corrected("CONCATENATE", joined, 1, _MANY),
    Corrected("CEILING", _numeric(_ceiling), 2, 2),
    Corrected("FLOOR", _numeric(_floor), 2, 2),
    Corrected("CEILING.MATH", _numeric(_ceiling_math), 1, 3),
    Corrected("FLOOR.MATH", _numeric(_floor_math), 1, 3),
    Corrected("DB", _numeric(_declining), 4, 5),
    Corrected("SUMPRODUCT", arrays.sum_of_products, 1, _MANY),
    Corrected("SORT", arrays.sort, 1, 4),
    Corrected("SORTBY", arrays.sort_by, 2, _MANY),
    Corrected("UNIQUE", arrays.unique, 1, 3),
    Corrected("VSTACK", arrays.stacked_down, 1, _MANY),
    Corrected("HSTACK", arrays.stacked_across, 1, _MANY),
    Corrected("LOOKUP", arrays.lookup, 2, 3),
)
