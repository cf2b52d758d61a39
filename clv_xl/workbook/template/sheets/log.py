"""Sheet Assumptions log: what was decided and by whom, the assumptions of the sample first."""

from typing import Final

from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.cover import TEMPLATE_VERSION

WIDTHS = (6, 13, 24, 22, 62, 15, 42, 20)
_EMPTY, _EMPTY_VERSIONS = 30, 10
_AUTHOR: Final = "clv_xl"
# Text, sheet, value it is about, number format, text of the source, whether only the sample needs it
# (False: only orders of one's own; None: both).
_ASSUMED: Final = (
    ("margin", "inputs", "in_margin", "percent", "illustration", None),
    ("cac", "inputs", "in_cac", "money", "illustration", True),
    ("cac_own", "inputs", "in_cac", "money", "illustration", False),
    ("channel", "orders", "", "text", "illustration", True),
    ("discount", "inputs", "in_discount_rate", "percent", "illustration", None),
    ("timing", "settings", "set_timing", "decimal", "convention", None),
    ("segment", "orders", "", "text", "from_data", True),
    ("sample", "orders", "in_customers", "int", "from_data", True),
    ("as_of", "settings", "set_as_of", "date", "from_data", None),
    ("lifespan", "inputs", "in_lifespan", "decimal", "from_data", None),
    ("new", "inputs", "in_new_customers", "int", "from_data", None),
    ("vat", "settings", "set_vat", "text", "convention", None),
    ("target", "settings", "set_target_ratio", "multiple", "rule_of_thumb", None),
    ("scenarios", "scenarios", "", "text", "illustration", None),
    ("simulation", "simulation", "", "text", "illustration", None),
    ("budget", "allocation", "", "text", "illustration", None),
)


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin(verdict=3)
    row = _assumptions(leaf, HEAD_ROWS)
    row = _history(leaf, row + 1)
    leaf.sheet.freeze_panes(HEAD_ROWS + 2, 1)
    leaf.sheet.repeat_rows(HEAD_ROWS + 1)
    leaf.sheet.print_area(0, 0, row - 1, len(WIDTHS) - 1)


def _assumptions(leaf: Leaf, row: int) -> int:
    """Write the assumptions known, then yellow rows for more; return the next free row."""
    leaf.section(row, leaf.say("assumptions"))
    words = [leaf.say(name) for name in ("no", "date", "author", "sheet")]
    words += [leaf.kit.word("assumption"), leaf.say("value"), leaf.kit.word("source"), leaf.say("reviewed")]
    leaf.header(row + 1, words, numbers=(5,))
    row += 2
    known = [entry for entry in _ASSUMED if entry[-1] in (None, leaf.kit.lines.sample)]
    for number in range(1, len(known) + _EMPTY + 1):
        _number(leaf, row, number)
        if number <= len(known):
            _known(leaf, row, *known[number - 1][:-1])
        else:
            for column in (2, 3, 4, 5, 6, 7):
                leaf.input(row, column, None, "text", "text", text_wrap=True)
            leaf.input(row, 1, None, "date", "date")
        row += 1
    return row


def _known(leaf: Leaf, row: int, name: str, sheet: str, value: str, number: str, source: str) -> None:
    leaf.input(row, 1, leaf.kit.lines.as_of, "date", "date")
    leaf.input(row, 2, _AUTHOR, "text", "text")
    leaf.input(row, 3, leaf.kit.word(f"sheet.{sheet}"), "text", "text", text_wrap=True)
    leaf.input(row, 4, leaf.say(f"a_{name}"), "text", "text", text_wrap=True)
    if value:
        words = number == "text"
        leaf.calculate(row, 5, f"={value}", "link", number, align="right", text_wrap=words)
        if words:
            shown = leaf.kit.word(f"template.settings.vat_{leaf.kit.lines.vat}")
            leaf.hold(row, 5, shown, "link", align="right", text_wrap=True)
    else:
        leaf.input(row, 5, None, "text", "text")
    if name == "margin" and any(cost is not None for cost in leaf.kit.lines.costs):
        source = "from_data"
    leaf.input(row, 6, leaf.say(source), "text", "text", text_wrap=True, indent=1)
    leaf.input(row, 7, None, "text", "text")


def _number(leaf: Leaf, row: int, number: int) -> None:
    leaf.put(row, 0, float(number), "subtitle", "int", align="center")


def _history(leaf: Leaf, row: int) -> int:
    """Write the first version, then yellow rows for more; return the next free row."""
    leaf.section(row, leaf.say("history"))
    names = ("no", "date", "author", "version", "change", "sheet", "reason", "approved")
    leaf.header(row + 1, [leaf.say(name) for name in names])
    row += 2
    for number in range(1, _EMPTY_VERSIONS + 2):
        first = number == 1
        _number(leaf, row, number)
        leaf.input(row, 1, leaf.kit.lines.as_of if first else None, "date", "date")
        leaf.input(row, 2, _AUTHOR if first else None, "text", "text")
        leaf.input(row, 3, TEMPLATE_VERSION if first else None, "text", "text")
        leaf.input(row, 4, leaf.say("first_version") if first else None, "text", "text", text_wrap=True)
        for column in (5, 6, 7):
            leaf.input(row, column, None, "text", "text", text_wrap=True)
        row += 1
    return row
