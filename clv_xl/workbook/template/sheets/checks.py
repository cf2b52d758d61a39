"""Sheet Checks: every rule with its number, limit and verdict, and the master check."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import address
from clv_xl.workbook.template.kit import Check, Kind
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import cross_checks

WIDTHS = (6, 56, 20, 11, 11, 14, 84)
_SIGNS: Final = {"within": "ABS({0})<={1}", "at_most": "{0}<={1}", "at_least": "{0}>={1}"}
KINDS: Final[tuple[Kind, ...]] = ("integrity", "addin", "warning")
_BAD: Final[Mapping[Kind, str]] = MappingProxyType(
    {"integrity": "template.status_broken", "addin": "template.status_broken", "warning": "status_check"}
)
_STATUS: Final = 5
# Below a limit as small as this a number is what reckoning with 15 digits leaves, and is shown as 0.
_ROUNDING: Final = 1e-6
_SUMMARY: Final = ("master", "broken", "warned", "unanswered", "held")
_FIRST: Final = HEAD_ROWS + len(_SUMMARY) + 2


def write(leaf: Leaf) -> None:
    """Write the sheet once every other has said what it wants checked."""
    leaf.begin(verdict=2)
    leaf.kit.last(lambda: _rules(leaf))


def _rules(leaf: Leaf) -> None:
    cross_checks.register(leaf)
    row, verdicts = _FIRST, {}
    for kind in KINDS:
        rules = [check for check in leaf.kit.checks if check.kind == kind]
        if not rules:
            continue
        leaf.section(row, leaf.say(kind))
        words = [leaf.say(k) for k in ("no", "rule", "sheet", "value", "limit", "status", "why")]
        leaf.header(row + 1, words, numbers=(3, 4))
        leaf.put(row + 1, _STATUS, words[_STATUS], "header", align="center")
        first = row + 2
        for i, check in enumerate(rules):
            _rule(leaf, first + i, i + 1, check)
        last = first + len(rules) - 1
        verdicts[kind] = f"{address(first, _STATUS)}:{address(last, _STATUS)}"
        leaf.lights(first, _STATUS, last, amber=kind == "warning")
        row = last + 2
    _summary(leaf, verdicts)
    leaf.sheet.freeze_panes(HEAD_ROWS, 2)
    leaf.sheet.repeat_rows(0, HEAD_ROWS - 2)
    leaf.sheet.print_area(0, 0, row - 2, len(WIDTHS) - 1)


def _rule(leaf: Leaf, row: int, number: int, check: Check) -> None:
    leaf.put(row, 0, float(number), "subtitle", "int", align="left")
    leaf.put(row, 1, leaf.kit.word(f"template.check.{check.key}"), "label", text_wrap=True, indent=1)
    link = leaf.book.styles.of("link", underline=1, indent=1)
    leaf.sheet.write_url(row, 2, f"internal:'{check.sheet}'!A1", link, check.sheet)
    leaf.hold(row, 2, check.sheet, "link", align="center", indent=1)
    role = "addin" if check.kind == "addin" else "calculation"
    # None is an answer here: a 0, no dash.
    form = "count" if check.number in ("int", "money_whole") else check.number
    leaf.calculate(row, 3, f"={check.value}", role, form, align="right")
    if isinstance(check.limit, str):
        leaf.calculate(row, 4, f"={check.limit}", "link", form)
    else:
        leaf.input(row, 4, check.limit, form, "not_negative")
    value, limit = f"D{row + 1}", f"E{row + 1}"
    if isinstance(check.limit, float) and check.limit <= _ROUNDING:
        nothing = leaf.book.workbook.add_format({"num_format": "0"})
        tiny = f"=AND(ISNUMBER({value}),ABS({value})<={limit})"
        leaf.sheet.conditional_format(
            row, 3, row, 3, {"type": "formula", "criteria": tiny, "format": nothing}
        )
    # Words apart, not only colours: what is broken must be mended, what is asked may be right.
    ok, bad, none = (text(leaf.kit.word(k)) for k in ("status_ok", _BAD[check.kind], "not_available"))
    sign = _SIGNS[check.rule].format(value, limit)
    found = f"=IF(ISNUMBER({value}),IF({sign},{ok},{bad}),IF(ISERROR({value}),{bad},{none}))"
    leaf.calculate(row, _STATUS, found, "check", text_wrap=True)
    leaf.hold(row, _STATUS, leaf.kit.word("not_available"), "check", text_wrap=True)
    leaf.put(row, 6, leaf.kit.word(f"template.check.{check.key}.why"), "note", indent=1)


def _summary(leaf: Leaf, verdicts: dict[Kind, str]) -> None:
    """Write how many rules of each kind are broken; the master check is of integrity and add-in."""
    ok, none = (text(leaf.kit.word(k)) for k in ("status_ok", "not_available"))
    bad: dict[Kind, str] = {kind: text(leaf.kit.word(word)) for kind, word in _BAD.items()}

    def counted(kinds: tuple[Kind, ...], verdict: str = "") -> str:
        counts = (f"COUNTIF({verdicts[k]},{verdict or bad[k]})" for k in kinds if k in verdicts)
        return "+".join(counts) or "0"

    leaf.section(HEAD_ROWS, leaf.say("summary"))
    formulas = {
        "master": f"IF(chk_broken=0,{ok},{bad['integrity']})",
        "broken": counted(("integrity", "addin")),
        "warned": counted(("warning",)),
        "unanswered": counted(KINDS, none),
        "held": counted(KINDS, ok),
    }
    for row, key in enumerate(_SUMMARY, HEAD_ROWS + 1):
        leaf.put(row, 1, leaf.say(key), "strong", indent=1)
        leaf.calculate(row, 2, f"={formulas[key]}", "check", "text" if key == "master" else "count")
        if key in ("broken", "warned"):
            leaf.put(row, 3, leaf.say(f"{key}_note"), "subtitle")
    leaf.lights(HEAD_ROWS + 1, 2)
    for row, name in enumerate(("chk_master", "chk_broken", "chk_warnings"), HEAD_ROWS + 1):
        leaf.kit.name(name, leaf.name, address(row, 2))
