"""The only runner: arity, defaults, blanks, coercion, lifting over ranges, one error an element.

`run` never raises: an error is a value that carries its code and what words its sentence.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from clv_xl.catalogue import epoch, ranges
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import HEADERS
from clv_xl.catalogue.function import SLOW, Arg, Function, Kind, is_range, lifts
from clv_xl.catalogue.lift import OVERFLOW, call_by_call, is_blank, lifted, read_cell, single
from clv_xl.catalogue.ranges import ColumnOf
from clv_xl.catalogue.result import shown
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import VALUE, CellError

DEFAULT = Context()


def run(function: Function, args: Sequence[Cell | Block], context: Context = DEFAULT) -> Cell | Block:
    """Answer one call.

    Parameters
    ----------
    function : Function
        Its declaration.
    args : sequence
        Cells and blocks as the host hands them over; None where an argument is omitted.
    context : Context
        Language, store and the like.

    Returns
    -------
    float, str, bool, None, CellError or Block
        A `CellError` is a value here; a `Block` is what a table or a lifted call spills.
    """
    quick = function.quick
    if quick is not None:
        result = quick(args)
        if result is not SLOW:
            return result  # type: ignore[no-any-return]
    try:
        return _run(function, args, context)
    except CellError as error:
        return error.with_params(function=function.name)
    except (OverflowError, MemoryError):
        return OVERFLOW.with_params(function=function.name)
    except Exception as fault:  # noqa: BLE001  a cell shows a sentence, never a traceback
        return CellError(VALUE, "internal", function=function.name, got=f"{type(fault).__name__}: {fault}")


def run_many(
    function: Function, calls: Sequence[Sequence[Cell | Block]], context: Context = DEFAULT
) -> list[Cell | Block]:
    """Answer many calls of one function; calls of single cells are one column call."""
    lengths = list(map(len, calls))
    most, fewest = max(lengths, default=0), min(lengths, default=0)
    single = function.lifts and all(not isinstance(c, Block) for call in calls for c in call)
    if not single or len(calls) < 2 or fewest < function.least or most > len(function.args):
        return [run(function, call, context) for call in calls]
    filled = [call if len(call) == most else [*call, *[None] * (most - len(call))] for call in calls]
    columns = [Block((Cells.of(list(cells)),)) for cells in zip(*filled, strict=True)]
    result = run(function, columns, context)
    if not isinstance(result, Block):
        return [result] * len(calls)
    return [_alone(cell) if isinstance(cell, CellError) else cell for cell in result.columns[0]]


def _alone(error: CellError) -> CellError:
    """Return an error of an element as the error of a call of its own, which has no row."""
    return CellError(error.code, error.key, **{k: v for k, v in error.params.items() if k != "row"})


def _run(function: Function, args: Sequence[Cell | Block], context: Context) -> Cell | Block:
    given = checked_arity(function, args)
    if context.days:
        given = epoch.shifted(function, given, context.days)
    if not function.lifts:
        return _run_ranges(function, given, context)
    if any(isinstance(value, Block) and value.height * value.width != 1 for value in given):
        return lifted(function, given)
    values = [read_cell(arg, single(v)) for arg, v in zip(function.args, given, strict=True)]
    values = [b if v is None else v for v, b in zip(values, function.absent, strict=True)]
    _check_rules(function, dict(zip((a.name for a in function.args), values, strict=True)))
    return shown(function, function.body(*values))


def checked_arity(function: Function, args: Sequence[Cell | Block]) -> list[Cell | Block]:
    """Return one value an argument, None where not given."""
    if len(args) > len(function.args):
        raise CellError(
            VALUE,
            "too_many_arguments",
            most=len(function.args),
            count=len(args),
            signature=function.notation,
        )
    if len(args) < function.least:
        missing = function.args[len(args)].name
        raise CellError(VALUE, "too_few_arguments", argument=missing, signature=function.notation)
    return [*args, *[None] * (len(function.args) - len(args))]


def _check_rules(function: Function, values: dict[str, Any]) -> None:
    for rule in function.rules:
        if rule.broken(*(values[name] for name in rule.uses)):
            raise rule.error


def _run_ranges(function: Function, given: Sequence[Cell | Block], context: Context) -> Cell | Block:
    """Answer a function that takes columns, an order log or other ranges."""
    wide = [
        i
        for i, (arg, value) in enumerate(zip(function.args, given, strict=True))
        if lifts(arg.kind) and isinstance(value, Block) and value.height * value.width > 1
    ]
    if wide and (function.spills or function.per_row):
        arg, block = function.args[wide[0]], given[wide[0]]
        assert isinstance(block, Block)
        raise CellError(VALUE, "one_cell", argument=arg.name, rows=block.height, columns=block.width)
    if wide:
        moved = replace(context, days=0.0) if context.days else context  # the dates of `given` are already
        return call_by_call(function, given, wide, lambda call: run(function, call, moved))
    values: dict[str, Any] = {}
    columns: dict[str, tuple[ColumnOf, Any]] = {}
    headers = 1.0
    for arg, value, blank in zip(function.args, given, function.absent, strict=True):
        if arg.kind is HEADERS:
            headers = read_cell(arg, single(value))
            headers = float(blank) if headers is None else headers
        elif isinstance(arg.kind, ColumnOf):
            if is_blank(value) and arg.required:
                raise CellError(VALUE, "blank_required", argument=arg.name, expected=arg.kind.expected)
            values[arg.name] = blank
            if not is_blank(value):
                columns[arg.name] = (arg.kind, value)
        else:
            read = _read_other(arg, arg.kind, value, context)
            values[arg.name] = blank if read is None else read
    kept = None
    if columns:
        kept = ranges.read_columns(columns, context)
        values.update(kept.values)
    _check_rules(function, values)
    known = {"context": context, "deadline": context.deadline, "rows": kept}
    extra = {name: known[name] for name in function.wants if name in known}
    result = function.body(*values.values(), **extra)
    if context.days and function.dates:
        result = epoch.shifted_back(function, result, context.days)
    return shown(function, result, headers=int(headers), language=context.language, kept=kept)


def _read_other(arg: Arg, kind: Kind, value: Cell | Block, context: Context) -> Any:
    if lifts(kind):
        return read_cell(arg, single(value))
    assert is_range(kind)
    if is_blank(single(value) if isinstance(value, Block) and value.height * value.width == 1 else value):
        if not arg.required:
            return None
        raise CellError(VALUE, "blank_required", argument=arg.name, expected=kind.expected)
    if isinstance(value, CellError):
        raise value.with_params(argument=arg.name)
    try:
        return kind.read_range(value, context)
    except CellError as error:
        raise error.with_params(argument=arg.name) from None
