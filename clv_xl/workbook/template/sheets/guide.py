"""Sheet Guide: how to start, what the colours mean, where things are, and what the numbers are not."""

from typing import Final

from clv_xl.workbook.styles import BAD, BAD_FILL, GOOD, GOOD_FILL, WARN, WARN_FILL
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf

WIDTHS = (6, 30, 112)
_STEPS: Final = ("inputs", "settings", "orders", "log", "checks")
_WARNINGS: Final = 7
_LAMPS: Final = {"ok": (GOOD, GOOD_FILL), "bad": (BAD, BAD_FILL), "warn": (WARN, WARN_FILL)}
_WORDS: Final = {"ok": "status_ok", "bad": "template.status_broken", "warn": "status_check"}
_EXAMPLE: Final = 0.25  # what the yellow cell of the legend shows; nothing follows from it


def write(leaf: Leaf) -> None:
    """Write the sheet once it is known which sheets there are."""
    leaf.head(leaf.say("title"), [leaf.say("what")])
    leaf.kit.later(lambda: _all(leaf))


def _all(leaf: Leaf) -> None:
    row = _steps(leaf, HEAD_ROWS)
    row = _legend(leaf, row + 1)
    row = _map(leaf, row + 1)
    row = _said(leaf, row + 1, "convention", [f"convention_{i}" for i in (1, 2)])
    row = _said(leaf, row + 1, "not", [f"not{i}" for i in range(1, _WARNINGS + 1)])
    row = _without(leaf, row + 1)
    leaf.sheet.repeat_rows(0, HEAD_ROWS - 2)
    leaf.sheet.freeze_panes(HEAD_ROWS, 0)
    leaf.sheet.print_area(0, 0, row - 1, len(WIDTHS) - 1)
    leaf.sheet.fit_to_pages(1, 2)


def link(leaf: Leaf, row: int, column: int, name: str) -> None:
    """Write a link to the first cell of a sheet."""
    style = leaf.book.styles.of("link", underline=1, indent=1)
    leaf.sheet.write_url(row, column, f"internal:'{name}'!A1", style, name)
    leaf.hold(row, column, name, "link", indent=1)


def _steps(leaf: Leaf, row: int) -> int:
    """Write the five steps, each with its sheet; return the next free row."""
    leaf.section(row, leaf.say("start"))
    for number, key in enumerate(_STEPS, 1):
        leaf.put(row + number, 0, float(number), "strong", "int", align="center")
        link(leaf, row + number, 1, leaf.kit.word(f"sheet.{key}"))
        own = "_own" if key == "orders" and not leaf.kit.lines.sample else ""
        leaf.put(row + number, 2, leaf.say(f"step{number}{own}"), "label", text_wrap=True, indent=1)
    return row + len(_STEPS) + 1


def _legend(leaf: Leaf, row: int) -> int:
    """Write a cell of each kind and what it means; return the next free row."""
    leaf.section(row, leaf.say("legend"))
    row += 1
    leaf.put(row, 1, _EXAMPLE, "input", "percent_input", align="center")
    leaf.put(row, 2, leaf.say("legend_input"), indent=1)
    leaf.calculate(row + 1, 1, f"=1-B{row + 1}", "calculation", "percent_input", align="center")
    leaf.put(row + 1, 2, leaf.say("legend_calculation"), indent=1)
    leaf.calculate(row + 2, 1, "=set_as_of", "link", "date", align="center")
    leaf.put(row + 2, 2, leaf.say("legend_link"), indent=1)
    if leaf.kit.functions:
        missing = leaf.kit.word("addin_missing").split(":")[0]
        leaf.calculate(row + 3, 1, f'=IF(set_addin,CLV.VERSION(),"{missing}")', "addin", align="center")
        leaf.hold(row + 3, 1, missing, "addin", align="center")
    else:
        leaf.put(row + 3, 1, "clv_xl", "addin", align="center")
    leaf.put(row + 3, 2, leaf.say("legend_addin"), indent=1)
    row += 4
    for name, (colour, fill) in _LAMPS.items():
        word = leaf.kit.word(_WORDS[name])
        leaf.put(row, 1, word, "check", font_color=colour, bg_color=fill)
        leaf.put(row, 2, leaf.say(f"legend_{name}"), indent=1)
        row += 1
    return row


def _map(leaf: Leaf, row: int) -> int:
    """Write every sheet with a link and what it is for; return the next free row."""
    leaf.section(row, leaf.say("map"))
    for number, other in enumerate(leaf.kit.leaves, 1):
        row += 1
        leaf.put(row, 0, float(number), "subtitle", "int", align="center")
        link(leaf, row, 1, other.name)
        leaf.put(row, 2, other.say("what"), "label", text_wrap=True, indent=1)
    return row + 1


def _said(leaf: Leaf, row: int, title: str, names: list[str]) -> int:
    """Write sentences below a title; return the next free row."""
    leaf.section(row, leaf.say(title))
    for name in names:
        row += 1
        leaf.put(row, 1, "•", "subtitle", align="right")
        leaf.put(row, 2, leaf.say(name), "label", text_wrap=True, indent=1)
    return row + 1


def _without(leaf: Leaf, row: int) -> int:
    """Write what answers without the functions; return the next free row."""
    leaf.section(row, leaf.say("without"))
    for name in ("full", "part", "none"):
        row += 1
        leaf.put(row, 1, leaf.say(f"without_{name}"), "strong", indent=1)
        leaf.put(row, 2, leaf.say(f"without_{name}_list"), "label", text_wrap=True, indent=1)
    return row + 1
