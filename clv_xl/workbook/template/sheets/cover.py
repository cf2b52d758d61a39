"""Sheet Cover: what the pack is, whose it is, what state it is in, and who signed it off."""

from typing import Final

import clv_xl
from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import address
from clv_xl.workbook.styles import BAD, BAD_FILL, GOOD, GOOD_FILL, WARN, WARN_FILL
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets.order_columns import TABLE

WIDTHS = (36, 26, 16, 72)
TEMPLATE_VERSION: Final = "1.0"
_ROLES: Final = ("prepared", "reviewed", "approved")
_LIGHTS: Final = {"good": (GOOD, GOOD_FILL), "warn": (WARN, WARN_FILL), "bad": (BAD, BAD_FILL)}
_DUE: Final = "EDATE(set_refreshed,set_cycle_months)"
_LATE: Final = f"set_as_of-{_DUE}"
_LATE_BY: Final = "CLV.REFRESHDUE(set_refreshed,set_as_of,set_cycle_months)"


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    row = _pack(leaf, HEAD_ROWS + 7)
    late = address(row, 1)
    row = _dates(leaf, row)
    _state(leaf, HEAD_ROWS, late)
    row = _data(leaf, row + 1)
    row = _sign_off(leaf, row + 1)
    leaf.sheet.print_area(0, 0, row - 1, len(WIDTHS) - 1)
    leaf.sheet.fit_to_pages(1, 1)


def _state(leaf: Leaf, row: int, late: str) -> None:
    """Write the traffic lights."""
    leaf.section(row, leaf.say("state"))
    on, off, other = (text(leaf.say(f"addin_{state}")) for state in ("on", "off", "other"))
    if leaf.kit.functions:
        off = f"IF(ISERROR(CLV.VERSION()),{off},{other})"
    due = text(leaf.say("refresh_due"))
    lamps = (
        ("master", "=chk_master", "text"),
        ("warnings", "=chk_warnings", "int"),
        ("until", "=set_as_of", "date"),
        # The day itself: whether it has passed only the reader knows, who knows today's date.
        ("refresh", f"=IF({late}>0,{due},{_DUE})", "date"),
        ("addin", f"=IF(set_addin,{on},{off})", "text"),
    )
    for name, formula, number in lamps:
        row += 1
        leaf.put(row, 0, leaf.say(name), "strong", indent=1)
        leaf.calculate(row, 1, formula, "check", number)
        leaf.put(row, 3, leaf.say(f"{name}_note"), "note")
        if name == "master":
            leaf.lights(row, 1)
        elif name == "warnings":
            _light(leaf, row, "==", "0", "good")
            _light(leaf, row, ">", "0", "warn")
        elif name == "refresh":
            _light(leaf, row, "==", due, "bad")
        elif name == "addin":
            _light(leaf, row, "==", on, "good")


def _light(leaf: Leaf, row: int, criteria: str, value: str, look: str) -> None:
    colour, fill = _LIGHTS[look]
    style = leaf.book.workbook.add_format({"font_color": colour, "bg_color": fill})
    rule = {"type": "cell", "criteria": criteria, "value": value, "format": style}
    leaf.sheet.conditional_format(row, 1, row, 1, rule)


def _pack(leaf: Leaf, row: int) -> int:
    """Write whose pack it is and what it covers; return the next free row."""
    leaf.section(row, leaf.say("pack"))
    entity = leaf.say("entity_sample") if leaf.kit.lines.sample else ""
    for name, value in (("entity", entity), ("owner", "")):
        row += 1
        leaf.put(row, 0, leaf.say(name), indent=1)
        leaf.input(row, 1, value, "text", "text")
    for name in ("purpose", "scope"):
        row += 1
        leaf.put(row, 0, leaf.say(name), indent=1)
        leaf.put(row, 1, leaf.say(f"{name}_value"))
    row += 1
    leaf.put(row, 0, leaf.say("convention"), indent=1)
    leaf.put(row, 1, leaf.say("convention_value"))
    row += 1
    leaf.put(row, 0, leaf.say("language"), indent=1)
    leaf.put(row, 1, leaf.say("language_name"))
    row += 1
    leaf.put(row, 0, leaf.say("currency"), indent=1)
    leaf.calculate(row, 1, "=set_currency", "link", align="left")
    row += 1
    leaf.put(row, 0, leaf.say("version"), indent=1)
    leaf.put(row, 1, f"{clv_xl.__version__} | {TEMPLATE_VERSION}")
    if leaf.kit.functions:
        row += 1
        leaf.put(row, 0, leaf.say("loaded_version"), indent=1)
        off = text(leaf.say("addin_off"))
        leaf.calculate(row, 1, f"=IF(ISERROR(CLV.VERSION()),{off},CLV.VERSION())", "addin", align="left")
    return row + 1


def _dates(leaf: Leaf, row: int) -> int:
    """Write the days of the pack, the days past the due refresh first; return the next free row."""
    leaf.put(row, 0, leaf.say("overdue"), indent=1)
    leaf.dual(row, 1, _LATE, _LATE_BY, "int", align="left")
    leaf.compare("refresh_due", _LATE, _LATE_BY)
    leaf.check("refresh_late", leaf.at(row, 1), rule="at_most", kind="warning", number="int")
    entries = (("next_refresh", f"={_DUE}"), ("refreshed", "=set_refreshed"), ("as_of", "=set_as_of"))
    for name, formula in entries:
        row += 1
        leaf.put(row, 0, leaf.say(name), indent=1)
        role = "calculation" if name == "next_refresh" else "link"
        leaf.calculate(row, 1, formula, role, "date", align="left")
    row += 1
    leaf.put(row, 0, leaf.say("issued"), indent=1)
    leaf.input(row, 1, leaf.kit.lines.as_of, "date", "date")
    return row + 1


def _data(leaf: Leaf, row: int) -> int:
    """Write how much of the log counts and where it is from; return the next free row."""
    leaf.section(row, leaf.say("data"))
    leaf.put(row + 1, 0, leaf.say("origin"), indent=1)
    leaf.put(row + 1, 3, leaf.kit.lines.origin, "note")
    day = f"{TABLE}[order_date]"
    until = f'{day},"<"&set_as_of+1'  # a time of the last day counts
    leaf.put(row + 2, 0, leaf.say("lines"), indent=1)
    counts = f'COUNTIFS({until},{TABLE}[revenue],"<>")'
    leaf.calculate(row + 2, 1, f"={counts}", "link", "int", align="left")
    leaf.calculate(row + 2, 2, f'=COUNTIF({day},"<>")', "link", "int", align="left")
    leaf.put(row + 3, 0, leaf.say("first_order"), indent=1)
    leaf.calculate(row + 3, 1, f"=MIN({day})", "link", "date", align="left")
    leaf.calculate(row + 3, 2, f"=MAXIFS({day},{until})", "link", "date", align="left")
    return row + 4


def _sign_off(leaf: Leaf, row: int) -> int:
    """Write who prepared, reviewed and approved; return the row after it."""
    leaf.section(row, leaf.say("sign_off"))
    leaf.header(row + 1, [leaf.say(name) for name in ("role", "name", "date", "comment")])
    row += 2
    for role in _ROLES:
        leaf.put(row, 0, leaf.say(role), indent=1)
        leaf.input(row, 1, None, "text", "text")
        leaf.input(row, 2, None, "date", "date")
        leaf.input(row, 3, None, "text", "text")
        row += 1
    return row
