"""Sheet Checks: every rule with its number, limit and verdict, and the master check."""

from typing import Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import address
from clv_xl.workbook.template.kit import Check
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf

WIDTHS = (6, 54, 20, 16, 16, 14, 64)
_SIGNS: Final = {"within": "ABS({0})<={1}", "at_most": "{0}<={1}", "at_least": "{0}>={1}"}
_KINDS: Final = ("integrity", "addin", "warning")


def write(leaf: Leaf) -> None:
    """Write the sheet once every other has said what it wants checked."""
    leaf.begin()
    leaf.kit.later(lambda: _rules(leaf))


def _rules(leaf: Leaf) -> None:
    row, verdicts = HEAD_ROWS, {}
    for kind in _KINDS:
        rules = [check for check in leaf.kit.checks if check.kind == kind]
        if not rules:
            continue
        leaf.section(row, leaf.say(kind))
        words = [leaf.say(k) for k in ("no", "rule", "sheet", "value", "limit", "status", "why")]
        leaf.header(row + 1, words, numbers=(3, 4))
        first = row + 2
        for i, check in enumerate(rules):
            _rule(leaf, first + i, i + 1, check)
        last = first + len(rules) - 1
        verdicts[kind] = f"{address(first, 5)}:{address(last, 5)}"
        leaf.lights(first, 5, last)
        row = last + 2
    _masters(leaf, row, verdicts)
    leaf.sheet.freeze_panes(HEAD_ROWS, 2)
    leaf.sheet.print_area(0, 0, row + len(_KINDS), len(WIDTHS) - 1)


def _rule(leaf: Leaf, row: int, number: int, check: Check) -> None:
    leaf.put(row, 0, float(number), "subtitle", "int", align="left")
    leaf.put(row, 1, leaf.kit.word(f"template.check.{check.key}"), "label", text_wrap=True, indent=1)
    link = leaf.book.styles.of("link", underline=1)
    leaf.sheet.write_url(row, 2, f"internal:'{check.sheet}'!A1", link, check.sheet)
    role = "addin" if check.kind == "addin" else "calculation"
    leaf.calculate(row, 3, f"={check.value}", role, check.number)
    if isinstance(check.limit, str):
        leaf.calculate(row, 4, f"={check.limit}", "link", check.number)
    else:
        leaf.input(row, 4, check.limit, check.number, "not_negative")
    value, limit = f"D{row + 1}", f"E{row + 1}"
    ok, bad, none = (text(leaf.kit.word(k)) for k in ("status_ok", "status_check", "not_available"))
    sign = _SIGNS[check.rule].format(value, limit)
    leaf.calculate(
        row, 5, f"=IF(ISNUMBER({value}),IF({sign},{ok},{bad}),IF(ISERROR({value}),{bad},{none}))", "check"
    )
    leaf.put(row, 6, leaf.kit.word(f"template.check.{check.key}.why"), "note", indent=1)


def _masters(leaf: Leaf, row: int, verdicts: dict[str, str]) -> None:
    """Write how many rules of each kind are broken; the master check is of integrity and add-in."""
    ok, bad = (text(leaf.kit.word(k)) for k in ("status_ok", "status_check"))
    broken = [f"COUNTIF({verdicts[kind]},{bad})" for kind in ("integrity", "addin") if kind in verdicts]
    leaf.put(row, 1, leaf.say("broken"), "strong", indent=1)
    leaf.calculate(row, 5, f"={'+'.join(broken) or '0'}", "check", "int")
    leaf.kit.name("chk_broken", leaf.name, address(row, 5))
    leaf.put(row + 1, 1, leaf.say("warned"), "strong", indent=1)
    warned = f"COUNTIF({verdicts['warning']},{bad})" if "warning" in verdicts else "0"
    leaf.calculate(row + 1, 5, f"={warned}", "check", "int")
    leaf.kit.name("chk_warnings", leaf.name, address(row + 1, 5))
    leaf.put(row + 2, 1, leaf.say("master"), "strong", indent=1)
    leaf.calculate(row + 2, 5, f"=IF(chk_broken=0,{ok},{bad})", "check")
    leaf.lights(row + 2, 5)
    leaf.kit.name("chk_master", leaf.name, address(row + 2, 5))
