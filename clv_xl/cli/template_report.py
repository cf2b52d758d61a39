"""What ``clv-xl template`` prints of a workbook: the segments, the checks, what to do next."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clv_xl.cells import Cell
from clv_xl.cli.demo import plain_address, segment_lines
from clv_xl.cli.shown import command_line
from clv_xl.cli.template_figures import money, percent
from clv_xl.cli.terminal import Terminal

if TYPE_CHECKING:
    from clv_xl.hosts.headless.report import Result
    from clv_xl.workbook.template.kit import Kit

# Column of the segment table as the terminal shows it -> its column on the sheet Segments.
_TABLE: Final = (
    ("segment", "name"),
    ("customers", "customers"),
    ("avg_order_value", "aov"),
    ("frequency", "frequency"),
    ("lifespan", "lifespan"),
    ("clv_to_date", "clv"),
    ("cac", "cac"),
    ("clv_net", "net"),
)
_NAMES: Final = (
    "chk_master", "chk_broken", "chk_warnings", "set_currency", "set_as_of", "set_unit_word",
    "in_margin", "in_cac", "in_discount_rate",
)  # fmt: skip
_RULES: Final = "$A$1:$G$400"  # of the sheet Checks: number, rule, sheet, value, limit, verdict, why
_STEP: Final = 5  # percent of margin
_MARGIN: Final = 0.3  # of a workbook that tells none
_OPENS: Final = {"native": "any", "addin": "addin", "xlwings": "xlwings", "calc": "calc"}


def wanted(kit: "Kit") -> dict[str, str]:
    """Return what is shown of the calculated workbook: a name -> its address."""
    from clv_xl.workbook.formulas import quoted

    found: dict[str, str] = {name: name for name in _NAMES if name in kit.names}
    for _, column in _TABLE:
        for key in (column, f"total_{column}"):
            if place := _place(kit, f"segments.{key}"):
                found[key] = place
    if "chk_master" in kit.names:
        found["rules"] = f"{quoted(kit.word('sheet.checks'))}{_RULES}"
    return found


def _place(kit: "Kit", key: str) -> str:
    """Return where something is, ``""`` in a workbook without it."""
    try:
        return kit.at(key)
    except KeyError:
        return ""


def show_made(
    output: Path, build: str, kit: "Kit", results: Mapping[str, "Result"], terminal: Terminal
) -> bool:
    """Show segments, checks and what to do next; return whether a check of integrity is broken."""
    say = terminal.say

    def one(name: str) -> Cell:
        return results[name].rows[0][0] if name in results else None

    rows = _segments(results, kit.word("total"))
    if rows:
        from clv_xl.metrics.periods import iso

        terminal.line(terminal.styled(say("template_command.segments"), "strong"))
        terminal.line()
        for line in segment_lines([key for key, _ in _TABLE], rows, terminal):
            terminal.line(line)
        terminal.line()
        as_of = one("set_as_of")
        last = iso(int(as_of)) if isinstance(as_of, float) else ""
        unit, currency = one("set_unit_word"), one("set_currency")
        terminal.paragraph(say("template_command.convention", currency=currency, last=last, unit=unit))
        _drivers(kit, one, terminal)
    broken, warned = one("chk_broken"), one("chk_warnings")
    good = broken == 0
    verdict = say("template_command.checks", master=one("chk_master"), broken=broken, warned=warned)
    terminal.line(terminal.styled(verdict, "good" if good else "bad"))
    marks = {kit.word("template.status_broken"): "  ! ", kit.word("status_check"): "  ? "}
    for row in results["rules"].rows if "rules" in results else ():
        if isinstance(row[0], float) and row[5] in marks:
            terminal.paragraph(f"{row[1]} ({row[2]})", marks[str(row[5])], "    ")
    terminal.line()
    terminal.line(say("template_command.where", path=str(output)))
    terminal.paragraph(say(f"template_command.opens_{_OPENS[build]}"))
    if kit.functions and kit.native:
        terminal.paragraph(say("template_command.without"))
    elif kit.functions:
        from clv_xl.workbook.template.kit import NATIVE_ORDERS

        count, limit = float(len(kit.lines)), float(NATIVE_ORDERS)
        terminal.paragraph(say("template_command.long_log", count=count, limit=limit))
    terminal.line(say("cli.demo_next"))
    spoken = () if terminal.language == "en" else ("--lang", terminal.language)
    commands, ends = [], dict[str, float]()
    if kit.lines.sample:
        commands.append((("template", *spoken, "--data", "orders.csv"), "template_command.try_data"))
    if net := _place(kit, "clv.net"):
        low, high = around(one("in_margin"))
        vary = ("--vary", f"in_margin={low}%:{high}%:{_STEP}%", "--read", plain_address(net))
        commands.append((("whatif", str(output), *vary), "template_command.try_whatif"))
        ends = {"low": float(low), "high": float(high)}
    for words, key in commands:
        terminal.line(f"  {command_line('clv-xl', *words)}")
        terminal.line(terminal.styled(f"      {say(key, **ends)}", "dim"))
    return not good


def _drivers(kit: "Kit", one: Callable[[str], Cell], terminal: Terminal) -> None:
    """Tell the drivers behind the table that no column of it shows, and which of them are nobody's."""
    margin, cac, rate = (one(name) for name in ("in_margin", "in_cac", "in_discount_rate"))
    if not (isinstance(margin, float) and isinstance(cac, float) and isinstance(rate, float)):
        return
    words = {name: kit.word(f"sheet.{name}") for name in ("settings", "inputs")}
    share = percent(margin, terminal.language)
    told = terminal.say(
        "template_command.drivers", margin=share, rate=percent(rate, terminal.language), **words
    )
    terminal.paragraph(told)
    if kit.lines.sample:
        terminal.paragraph(kit.lines.origin)
        return
    costs = any(cost is not None for cost in kit.lines.costs)
    key = f"template_command.{'cac_' if costs else ''}assumed"
    cost = money(cac, terminal.language)
    terminal.paragraph(terminal.say(key, margin=share, cac=cost, sheet=words["inputs"]), "! ", "  ")


def around(margin: Cell) -> tuple[int, int]:
    """Return margins in percent below and above the one in use, in whole steps.

    >>> around(0.45), around(0.98), around(0.02)
    ((35, 55), (80, 100), (0, 20))
    """
    share = margin if isinstance(margin, float) else _MARGIN
    middle = round(share * 100 / _STEP) * _STEP
    middle = min(max(middle, 2 * _STEP), 100 - 2 * _STEP)
    return middle - 2 * _STEP, middle + 2 * _STEP


def _segments(results: Mapping[str, "Result"], everybody: str) -> list[list[Cell]]:
    """Return the rows of the segment table: keys, the segments in use, the company."""
    if "name" not in results or any(column not in results for _, column in _TABLE[1:]):
        return []
    columns: list[Sequence[Cell]] = [[row[0] for row in results[column].rows] for _, column in _TABLE]
    rows = [list(row) for row in zip(*columns, strict=True) if row[0] not in (None, "")]
    total = [results[f"total_{c}"].rows[0][0] if f"total_{c}" in results else None for _, c in _TABLE]
    total[0] = total[0] or everybody
    return [[key for key, _ in _TABLE], *rows, total]
