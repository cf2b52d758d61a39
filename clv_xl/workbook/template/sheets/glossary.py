"""Sheet Glossary: the terms in the language of the workbook and in English, with formula and convention."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.gallery import code

WIDTHS = (28, 26, 46, 19, 42, 64)
# Terms that a function answers: its formula and its convention are shown.
ANSWERED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "clv": "CLV",
        "avg_order_value": "CLV.AOV",
        "frequency": "CLV.FREQUENCY",
        "lifespan": "CLV.LIFESPAN",
        "cac": "CLV.CAC",
        "ltv_cac": "CLV.RATIO",
        "payback": "CLV.PAYBACK",
        "retention_rate": "CLV.RETENTION",
        "churn_rate": "CLV.CHURN",
        "survival": "CLV.RETENTIONCURVE",
        "customer_equity": "CLV.EQUITY",
        "segment": "CLV.SEGMENT",
        "channel": "CLV.CHANNELS",
        "cohort": "CLV.COHORT",
        "share_of_value": "CLV.PARETO",
        "recency": "CLV.RFM",
        "repeat_customer": "CLV.REPEATRATE",
        "forecast": "CLV.FORECAST",
        "trend": "CLV.TREND",
        "alert": "CLV.ALERT",
        "scenario": "CLV.SCENARIO",
        "sensitivity": "CLV.SENSITIVITY",
        "tornado": "CLV.TORNADO",
        "goal_seek": "CLV.GOALSEEK",
        "monte_carlo": "CLV.SIMULATE",
        "allocation": "CLV.ALLOCATE",
        "lever": "CLV.LEVER",
        "data_accuracy": "CLV.CHECK",
    }
)
_NO_TERMS: Final = ("sheet.", "status_", "per_", "not_available", "addin_missing")


def terms() -> list[str]:
    """Return the keys of the terms of the field; names of sheets and states are none."""
    return [key for key in texts.table("terms") if not key.startswith(_NO_TERMS)]


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.head(leaf.say("title"), [leaf.say("what")])
    leaf.put(2, 0, leaf.say("uncertain"), "subtitle")
    names = ("term", "english", "meaning", "function", "formula", "convention")
    leaf.header(HEAD_ROWS, [leaf.say(name) for name in names])
    row = HEAD_ROWS
    for key in terms():
        row += 1
        _term(leaf, row, key)
    leaf.sheet.freeze_panes(HEAD_ROWS + 1, 1)
    leaf.sheet.repeat_rows(HEAD_ROWS)
    leaf.sheet.autofilter(HEAD_ROWS, 0, row, len(names) - 1)
    leaf.sheet.print_area(0, 0, row, len(names) - 1)


def _term(leaf: Leaf, row: int, key: str) -> None:
    """Write a term; an asterisk marks wording that wants a native reader."""
    book, entry = leaf.book, texts.table("terms")[key]
    mark = " *" if book.language in entry["least_certain"].split() else ""
    leaf.put(row, 0, entry[book.language] + mark, "strong", text_wrap=True, valign="top")
    leaf.put(row, 1, entry["en"], "note", valign="top", indent=1)
    meaning = texts.find(f"template.glossary.def_{key}", book.language)
    leaf.put(row, 2, meaning or "", "label", text_wrap=True, valign="top", indent=1)
    if key not in ANSWERED:
        return
    function = CATALOGUE[ANSWERED[key]]
    name = book.stored(f"{function.name}(")[:-1] if book.host == "xlwings" else function.name
    leaf.put(row, 3, name, "code", valign="top", indent=1)
    code(leaf, row, 4, function.formula)
    leaf.put(row, 5, docs.part(function, "convention", book.language), "note", valign="top", indent=1)
