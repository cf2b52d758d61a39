"""The calls that xlwings' Office.js runtimes must answer, each with what the cell then shows."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import Argument, Call, parse
from clv_xl.catalogue.run import run
from clv_xl.catalogue.spelling import underscored
from clv_xl.cells import Block, Cell
from clv_xl.errors import CALC, DIV, NA, NUM, REF, SPILL, VALUE, CellError
from clv_xl.orders.store import Store
from tests.conformance.calls import CASES
from tests.conformance.comparing import Rows, rows_of
from tests.hosts.xlwings_udf.office_js import formatted, request, sent


class Asked(NamedTuple):
    """One call and the rows that its cell shows."""

    said: str
    call: dict[str, Any]
    expected: Rows


def asked(said: str, name: str, args: list[Cell | Block], context: Context) -> Asked:
    """Return a call that must show what the runner answers; a blank is shown as an empty text."""
    answer = rows_of(run(CATALOGUE[name], args, context))
    call = request(underscored(name), *(None if a is None else sent(a) for a in args))
    return Asked(said, call, [["" if c is None else c for c in row] for row in answer])


def by_hand(said: str, name: str, expected: Any, *args: list[list[Any]] | None, **changed: Any) -> Asked:
    rows = expected if isinstance(expected, list) else [[expected]]
    return Asked(said, request(underscored(name), *args, **changed), rows)


def inner(args: tuple[Argument, ...]) -> Iterator[Call]:
    """Yield the calls within the arguments of a formula, the innermost first."""
    for arg in args:
        if isinstance(arg, Call):
            yield from inner(arg.args)
            yield arg


def calls() -> list[Asked]:
    """Return every call; columns are stored by a call before the one that names them."""
    with TemporaryDirectory() as folder:
        context = Context(store=Store(Path(folder)))
        found = []
        for function in CATALOGUE.values():
            for example in function.examples:
                formula = parse(example.formula)
                said = f"example {example.formula}"
                found += [
                    asked(f"{said}: {call.function.name}", call.function.name, call.values(context), context)
                    for call in inner(formula.args)
                ]
                found.append(asked(said, function.name, formula.values(context), context))
        found += [asked(f"case {case}", case.function.name, list(case.args), context) for case in CASES]
        found += large(context)
    return [*found, *CELLS]


def large(context: Context) -> list[Asked]:
    """Return calls on so many days and customers that other ways are taken than on a few.

    Customer numbers are wider than 32 bits, as an address of WebAssembly is not.
    """
    random, rows = Random(5), range(2000)
    columns: dict[str, list[Cell]] = {
        "customer_id": [7e9 + random.randrange(400) for _ in rows],
        "order_date": [random.randrange(42005, 46022) + random.random() for _ in rows],  # 2015 to 2025
        "amount": [random.randrange(-2000, 30000) / 100 for _ in rows],
        "order_id": [f"o{random.randrange(2000)}" for _ in rows],
        "segment": [random.choice(("new", "old", "Äly")) for _ in rows],
    }
    log = Block.from_rows([list(columns), *zip(*columns.values(), strict=True)])
    data: list[Cell | Block] = [Block.from_rows([[c] for c in column]) for column in columns.values()]
    text = run(CATALOGUE["CLV.DATA"], data, context)
    assert isinstance(text, str)
    wanted: list[tuple[str, list[Cell | Block]]] = [("CLV.DATA", data)]
    wanted += [(name, [text]) for name in ("CLV.AOV", "CLV.REPEATRATE", "CLV.CHECK", "CLV.RFM", "CLV.STATUS")]
    wanted += [("CLV.SUMMARY", [text, unit]) for unit in "DWMQY"]
    wanted += [("CLV.COHORT", [text, unit, "cumulative"]) for unit in "MQY"]
    wanted += [("CLV.SEGMENT", [log]), ("CLV.HISTORICAL", [log])]
    return [asked(f"large {name}", name, args, context) for name, args in wanted]


N = [[None]]


def error(code: str) -> list[list[Any]]:
    return sent(CellError(code, "input_error"))


IDS = [["A"], ["A"], ["A"], ["B"], ["B"], ["C"]]
DAYS = (45332, 45505, 45721, 45432, 45607, 45838)  # 2024-02-10 to 2025-06-30; 46022 is 2025-12-31
# What Excel sends: Microsoft's data types of Office.js. Values by hand: the catalogue's check values of
# CLV (50 x 3 x 3; 135 with margin 40% and cost 45) and CLV.LIFESPAN (four customer years of three
# customers), and 60, the mean of 50 and 70.
CELLS = (
    by_hand("arguments left out at the end", "CLV", 450.0, [[50]], [[3]], [[3]]),
    by_hand("a margin left out before a cost", "CLV", VALUE, [[50]], [[3]], [[3]], None, [[45]]),
    by_hand("blank cells of every platform", "CLV", 450.0, [[50]], [[3]], [[3]], N, [[""]]),
    by_hand("whole numbers and decimals", "CLV", 135.0, [[50]], [[3.0]], [[3]], [[0.4]], [[45]]),
    by_hand("a blank in a column", "CLV.AOV", 60.0, [[50], [None], [70], [""]]),
    by_hand("a formatted number", "CLV.AOV", 60.0, [[formatted(50, "0 €")], [formatted(70, "0 €")]]),
    by_hand("an empty value as an object", "CLV.AOV", 60.0, [
        [50], [{"type": "Empty", "basicType": "Empty", "basicValue": ""}], [70]
    ]),
    by_hand("an error in a column", "CLV.AOV", NA, [[50], *error(NA), [70]]),
    by_hand("a single error", "CLV", DIV, error(DIV), [[3]], [[3]]),
    by_hand("a single error as an optional argument", "CLV", REF, [[50]], [[3]], [[3]], error(REF)),
    by_hand("a data type of Excel, such as a stock", "CLV", VALUE, [
        [{"type": "LinkedEntity", "text": "Contoso", "basicType": "Error", "basicValue": "#VALUE!"}]
    ], [[3]], [[3]]),
    by_hand("a number below the domain", "CLV", NUM, [[50]], [[3]], [[-1]]),
    by_hand("a text", "CLV", VALUE, [["many"]], [[3]], [[3]]),
    by_hand("TRUE", "CLV", VALUE, [[True]], [[3]], [[3]]),
    by_hand("a column spills", "CLV", [[450.0], [NA], [540.0]], [[50], *error(NA), [60]], [[3]], [[3]]),
    by_hand("a row stays a row", "CLV", [[450.0, 540.0]], [[50, 60]], [[3]], [[3]]),
    by_hand("a code that xlwings makes no error of", "CLV", VALUE, error(SPILL), [[3]], [[3]]),
    by_hand("such a code in a column", "CLV", [[VALUE], [450.0]], [*error(CALC), [50]], [[3]], [[3]]),
    by_hand("dates as serial numbers", "CLV.LIFESPAN", 4 / 3,
            IDS, [[day] for day in DAYS], [["Y"]], [["observed"]], [[46022]]),
    by_hand("dates as formatted numbers", "CLV.LIFESPAN", 4 / 3,
            IDS, [[formatted(day)] for day in DAYS], [["Y"]], [["observed"]], [[formatted(46022)]]),
    by_hand("dates with a time of day", "CLV.LIFESPAN", 4 / 3,
            IDS, [[day + 0.75] for day in DAYS], [["Y"]], [["observed"]], [[46022]]),
    by_hand("Excel before data types", "CLV", 450.0, [[50]], [[3]], [[3]], runtime="1.1"),
)  # fmt: skip
