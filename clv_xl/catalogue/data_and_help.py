"""Data and help: carry an order log once, check it, explain a function."""

from typing import Any

import numpy as np

from clv_xl import __version__
from clv_xl.catalogue import arguments as a
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.domains import Keyword, Number, Word
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.listing import Catalogue
from clv_xl.catalogue.ranges import ColumnOf, ColumnsRead, OrderLogRange, store_of
from clv_xl.cells import Cells
from clv_xl.errors import VALUE, CellError, Text
from clv_xl.metrics.sums import exact_sum
from clv_xl.table import Table
from clv_xl.texts import LANGUAGES

FAMILY = "family.help"
OURS = "Catalogue of clv_xl"
FIELDS = (
    "customer_ids",
    "order_dates",
    "amounts",
    "order_ids",
    "segments",
    "channels",
    "costs",
    "currencies",
)
HALF_A_CENT = 0.005
SMALL_DATA = 'CLV.DATA({"A";"B"},{45332;45432},{50;30})'
_DATA_TEXT = Text("expect.data_text")


def raw(arg: Arg) -> Arg:
    """Return a column argument whose cells are kept as they are."""
    assert isinstance(arg.kind, ColumnOf)
    return arg.but(kind=ColumnOf(arg.kind.content, arg.name, raw=True))


def names(name: str, doc: str) -> Arg:
    """Return an optional column of names."""
    return Arg(name, ColumnOf("ids", name, raw=True), doc).optional()


def _data(*columns: Cells | None, context: Context, rows: ColumnsRead) -> str:
    from clv_xl.orders import data

    fields = {name: cells for name, cells in zip(FIELDS, columns, strict=True) if cells is not None}
    return data.upload(store_of(context), fields, first_row=int(rows.kept[0]) + 1)


def _check(order_log: Any, as_of: float | None) -> Table:
    from clv_xl.orders.check import check

    return check(order_log, as_of)


def _reconcile(amounts: Any, control_total: float, tolerance: float) -> float:
    gap = exact_sum(np.append(amounts, -control_total))
    return 0.0 if abs(gap) <= tolerance else gap


def _source_info(source: str, context: Context) -> Table:
    from clv_xl.orders import data

    try:
        data.key_of(source)  # words what the text is, before whether this host has a store
        return data.source_info(store_of(context), source)
    except CellError as error:
        if error.key == "order_log_expected":  # a range is no answer to what was uploaded
            raise CellError(VALUE, "expected", argument="source", expected=_DATA_TEXT, got=source) from None
        raise error.with_params(argument="source") from None


def _explain(function_name: str, language: str | None, context: Context, catalogue: Catalogue) -> Table:
    from clv_xl.catalogue.explain import explain_by_name

    return explain_by_name(catalogue, function_name, language or context.language)


def _version() -> str:
    return __version__


FUNCTIONS = (
    Function(
        name="CLV.DATA",
        family=FAMILY,
        body=_data,
        args=(
            raw(a.CUSTOMER_IDS),
            raw(a.ORDER_DATES),
            raw(a.AMOUNTS),
            raw(a.ORDER_IDS),
            names("segments", "Segment of the customer at each order line."),
            names("channels", "Acquisition channel at each order line."),
            Arg(
                "costs", ColumnOf("numbers", "costs", raw=True), "Cost of each order line, positive."
            ).optional(),
            names("currencies", "Currency of each order line; all must be one."),
        ),
        summary=(
            "Stores the columns of an order log once and returns a short text that other cells take instead."
        ),
        convention="The same columns give the same text; the data stays on this machine until it expires.",
        formula="text that names the columns by their content",
        source=OURS,
        examples=(Example(SMALL_DATA, "clv:orders:8bd81ee3aed49b2bb50f9b391ae1c901:2"),),
        returns="text",
        wants=("context", "rows"),
    ),
    Function(
        name="CLV.CHECK",
        family=FAMILY,
        body=_check,
        args=(a.ORDER_LOG.but(kind=OrderLogRange(strict=False)), a.AS_OF, a.HEADER_ROW),
        summary=(
            "Lists everything in an order log that was decided, merged, left out or is wrong, and how to"
            " mend it."
        ),
        convention="Every rule of an order that was applied or broken, with a count and the first row.",
        formula="one rule a row",
        source=OURS,
        examples=(Example(f"CLV.CHECK({a.EXAMPLE_LOG})", "lines_read"),),
        returns="table, a row a finding",
    ),
    Function(
        name="CLV.RECONCILE",
        family=FAMILY,
        body=_reconcile,
        args=(
            a.AMOUNTS,
            Arg(
                "control_total", a.MONEY, "Total from the ledger, without VAT like the amounts.", unit="money"
            ),
            Arg(
                "tolerance",
                Number(low=0.0, typical=(0.0, 10.0)),
                "Gap that still counts as none; half a cent if omitted.",
                unit="money",
            ).optional(HALF_A_CENT),
        ),
        summary="Gap between the orders and the ledger; 0 when they tie out.",
        convention="Positive when the orders are above the ledger.",
        formula="sum of amounts - control_total, 0 within the tolerance",
        source=OURS,
        examples=(
            Example("CLV.RECONCILE({50;70;30;-30},120)", 0),
            Example("CLV.RECONCILE({50;70;30;-30},100)", 20),
        ),
        returns="money",
    ),
    Function(
        name="CLV.SOURCEINFO",
        family=FAMILY,
        body=_source_info,
        args=(Arg("source", Word(), "Text of a CLV.DATA cell."), a.HEADER_ROW),
        summary="Describes stored data: rows, customers, first and last date, columns.",
        convention="Figures of the data as stored, before the rules of an order.",
        formula="one figure a row",
        source=OURS,
        examples=(Example(f"CLV.SOURCEINFO({SMALL_DATA})", "Rows"),),
        returns="table, a row a figure",
        wants=("context",),
        dates=("source_info.first_date", "source_info.last_date", "source_info.stored"),
    ),
    Function(
        name="CLV.EXPLAIN",
        family=FAMILY,
        body=_explain,
        args=(
            Arg("function_name", Word(("CLV", "CLV.AOV")), "Name of a function, such as CLV.AOV."),
            Arg("language", Keyword(LANGUAGES), "Language of the answer: en, fi, ka, pl or el.").optional(),
            a.HEADER_ROW,
        ),
        summary=(
            "Explains a function in cells: purpose, convention, formula, arguments, units, errors, example."
        ),
        convention="The words of this help are the words of the function wizard.",
        formula="one point a row",
        source=OURS,
        examples=(Example('CLV.EXPLAIN("CLV.AOV","en")', "Purpose"),),
        returns="table, a row a point",
        wants=("context", "catalogue"),
    ),
    Function(
        name="CLV.VERSION",
        family=FAMILY,
        body=_version,
        args=(),
        summary="Version of clv_xl that answers.",
        convention="A cell without an error shows that the functions are there.",
        formula="version",
        source=OURS,
        examples=(Example("CLV.VERSION()", __version__),),
        returns="text",
    ),
)
