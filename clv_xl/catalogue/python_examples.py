"""Examples in Python, made from the formulas of the declaration: what is typed and what comes back."""

from collections.abc import Sequence
from typing import Any

from clv_xl.catalogue.domains import HEADERS
from clv_xl.catalogue.formula import Argument, Call, parse
from clv_xl.catalogue.function import Example, Function
from clv_xl.catalogue.ranges import OrderLogRange
from clv_xl.catalogue.result import KEYS
from clv_xl.catalogue.run import run
from clv_xl.catalogue.small_ranges import ByName
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError

MOST = 3
ORDERS = (
    ("customer", "date", "amount", "segment", "channel"),
    ("A", 45332.0, 50.0, "home", "web"),
    ("A", 45505.0, 70.0, "home", "web"),
    ("B", 45432.0, 30.0, "office", "shop"),
    ("C", 45838.0, 40.0, "home", "shop"),
)
BY_NAME = (("web", 20.0), ("shop", 30.0))


def doctest(function: Function) -> list[str]:
    """Return the lines of a doctest; none where no example can be written in Python."""
    lines = on_orders(function)
    for example in () if lines else function.examples:
        shown = None if _is_error(example) else _shown(parse(example.formula), example)
        if shown is not None and len(lines) < 2 * MOST:
            lines += shown
    return [">>> import clv_xl", *lines] if lines else []


def _is_error(example: Example) -> bool:
    return isinstance(example.value, str) and example.value.startswith("#")


def _shown(call: Call, example: Example) -> list[str] | None:
    """Return a call and its result, or None where it has no words in Python."""
    typed = expression(call)
    result = python_result(call)
    if typed is None or isinstance(result, CellError):
        return None
    if call.function.spills and isinstance(result, Block):
        first = result.columns[0].cell(1)
        at = f"{typed}.iloc[0, 0]"
        return [f">>> {at if isinstance(first, str) else f'float({at})'}", repr(first)]
    if isinstance(result, Block):
        return [f">>> {typed}.tolist()", repr([row[0] for row in result.to_rows()])]
    if isinstance(result, float) and (example.digits < 9 or round(result, 9) != result):
        digits = min(example.digits, 9)
        return [f">>> round({typed}, {digits})", repr(round(result, digits))]
    return [f">>> {typed}", repr(result)]


def on_orders(function: Function) -> list[str]:
    """Return a call with a small order log and the columns of the table that comes back."""
    kinds = [type(arg.kind) for arg in function.args if arg.required]
    samples = {OrderLogRange: Block.from_rows(ORDERS), ByName: Block.from_rows(BY_NAME)}
    if not function.spills or OrderLogRange not in kinds or not set(kinds) <= set(samples):
        return []
    result = _run(function, [samples[kind] for kind in kinds])
    if not isinstance(result, Block):
        return []
    words = {
        OrderLogRange: "orders",
        ByName: f"{{{', '.join(f'{_literal(n)}: {_literal(v)}' for n, v in BY_NAME)}}}",
    }
    rows = [f"[{', '.join(map(_literal, row))}]" for row in ORDERS]
    lines = [">>> orders = [", *(f"...     {row}," for row in rows), "... ]"]
    call = f"clv_xl.{function.python_name}({', '.join(words[kind] for kind in kinds)})"
    return [*lines, f">>> list({call})", repr([column.cell(0) for column in result.columns])]


def python_result(call: Call) -> Cell | Block:
    """Return what the call gives in Python, where tables have stable names unless asked otherwise."""
    inner = [python_result(a) if isinstance(a, Call) else a for a in call.args]
    return _run(call.function, inner)


def _run(function: Function, args: Sequence[Cell | Block]) -> Cell | Block:
    values = [*args, *[None] * (len(function.args) - len(args))]
    worded = any(a.name == "language" and v is not None for a, v in zip(function.args, values, strict=True))
    for i, arg in enumerate(function.args):
        if arg.kind is HEADERS and values[i] is None:
            values[i] = 1.0 if worded else float(KEYS)
    return run(function, values)


def expression(call: Call) -> str | None:
    """Return a call as it is typed in Python, or None if an argument is an error value.

    >>> expression(parse('CLV.CONVERTRATE(5%,"M","Y","churn")'))
    'clv_xl.convertrate(0.05, "M", "Y", "churn")'
    """
    words = [_argument(a) for a in call.args]
    if any(w is None for w in words):
        return None
    return f"clv_xl.{call.function.python_name}({', '.join(str(w) for w in words)})"


def _argument(value: Argument) -> str | None:
    if isinstance(value, Call):
        return expression(value)
    if isinstance(value, CellError):
        return None
    if not isinstance(value, Block):
        return _literal(value)
    rows: list[list[Any]] = value.to_rows()
    if any(isinstance(cell, CellError) for row in rows for cell in row):
        return None
    if value.width == 1:
        return f"[{', '.join(_literal(row[0]) for row in rows)}]"
    return f"[{', '.join('[' + ', '.join(map(_literal, row)) + ']' for row in rows)}]"


def _literal(cell: Any) -> str:
    """Return a cell as a formatter writes it; whole numbers without their decimal point."""
    if isinstance(cell, str) and repr(cell)[1:-1] == cell:
        return f'"{cell}"'
    if isinstance(cell, float) and cell == int(cell) and abs(cell) < 1e15:
        return str(int(cell))
    return repr(cell)
