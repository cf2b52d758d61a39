"""Sheet Function gallery: every function with an example that shows whether it answers as it should."""

from typing import Any, Final

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import evaluate
from clv_xl.catalogue.formula_text import localised
from clv_xl.catalogue.function import Example, Function
from clv_xl.cells import Block, Cell
from clv_xl.workbook.formulas import joined, text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import BAD, BAD_FILL, GOOD, GOOD_FILL
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf

WIDTHS = (20, 44, 44, 52, 18, 18, 12, 12)
_COLUMNS: Final = ("function", "syntax", "answers", "example", "answer", "expected", "tolerance", "match")
_ANSWER, _EXPECTED, _TOLERANCE, _MATCH = 4, 5, 6, 7
# What they keep stays on the computer: a workbook that is only opened must not do that.
STORING: Final = frozenset(("CLV.DATA", "CLV.SOURCEINFO"))
_ROOM: Final = 4  # indents: what lines of code leave free at their ends
_HALF: Final = 0.5000001  # of the last digit stated, and the rounding of the number itself


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin(verdict=3)
    counted = HEAD_ROWS
    leaf.put(counted + 1, 0, leaf.say("table_note"), "subtitle")
    header = counted + 3
    leaf.header(header, [leaf.say(name) for name in _COLUMNS], numbers=(_ANSWER, _EXPECTED, _TOLERANCE))
    leaf.put(header, _MATCH, leaf.say("match"), "header", align="center")
    row = header
    for function in CATALOGUE.values():
        row += 1
        _line(leaf, row, function)
    matches = Area(header + 1, _MATCH, row, _MATCH)
    _verdict(leaf, counted, matches)
    leaf.sheet.freeze_panes(header + 1, 1)
    leaf.sheet.repeat_rows(header)
    leaf.sheet.print_area(0, 0, row, len(_COLUMNS) - 1)


def _line(leaf: Leaf, row: int, function: Function) -> None:
    """Write a function: how it is typed, what it answers, and whether it does."""
    book, language = leaf.book, leaf.book.language
    name = book.stored(f"{function.name}(")[:-1] if book.host == "xlwings" else function.name
    signature = texts.show(function.notation, language).replace(function.name, name, 1)
    leaf.put(row, 0, name, "strong", valign="top", indent=0)
    code(leaf, row, 1, f"={signature}")
    leaf.put(row, 2, docs.part(function, "summary", language), "note", valign="top", indent=1)
    example = function.examples[0] if function.examples else None
    if example is None or function.name in STORING:
        leaf.put(row, 3, leaf.say("stores"), "note", valign="top", indent=1)
        return
    typed = book.stored(example.formula) if book.host == "xlwings" else example.formula
    code(leaf, row, 3, f"={localised(typed, language)}")
    expected = _expected(function, example, language)
    missing = leaf.kit.word("addin_missing").partition(":")[0]
    leaf.hold(row, _ANSWER, missing, "addin", align="right")
    # In a cell of the older kind Excel would put an @ before a function that may answer with a table.
    formula = f"=IF(set_addin,{_shown(function, example)},{text(missing)})"
    if isinstance(expected, str):
        leaf.hold(row, _ANSWER, expected, "addin", align="right", text_wrap=True)
    look: dict[str, Any] = {"align": "right", "valign": "top", "text_wrap": True, **_as_stated(expected)}
    leaf.renew(row, _ANSWER, formula, "addin", **look)
    leaf.put(row, _EXPECTED, expected, "label", **look)
    answer, wanted = address(row, _ANSWER), address(row, _EXPECTED)
    if isinstance(expected, str):
        same = f"{joined(answer)}={joined(wanted)}"
    else:
        tolerance = _HALF * 10**-example.digits
        leaf.put(row, _TOLERANCE, tolerance, "subtitle", "exact", align="right", valign="top")
        same = f"IF(ISNUMBER({answer}),ABS({answer}-{wanted})<={address(row, _TOLERANCE)},FALSE)"
    met = f'=IF(set_addin,IF(ISERROR({answer}),FALSE,{same}),"")'
    leaf.calculate(row, _MATCH, met, "check", "truth", valign="top")


def _as_stated(expected: Cell) -> dict[str, Any]:
    """Return the number format with the decimals that the example states: no fifteen digits of an answer."""
    if not isinstance(expected, float):
        return {}
    decimals = f"{expected:.10f}".rstrip("0").partition(".")[2]
    return {"num_format": f"#,##0.{'0' * len(decimals)}" if decimals else "0"}


def code(leaf: Leaf, row: int, column: int, words: str) -> None:
    """Write a formula as it is typed, with room for lines that end before a long argument."""
    leaf.put(row, column, words, "code", valign="top", indent=1)
    leaf.hold(row, column, words, "code", indent=_ROOM)


def _shown(function: Function, example: Example) -> str:
    """Return the formula of the cell: of a table, its first cell below the header row."""
    if function.spills:
        return f"INDEX({example.formula},1+1,1)"
    return f"INDEX({example.formula},1,1)" if function.per_row else example.formula


def _expected(function: Function, example: Example, language: str) -> Cell:
    """Return what the declaration says; a text as it is worded in the language of the workbook."""
    if not isinstance(example.value, str) or language == "en":
        return example.value
    found = evaluate(example.formula, Context(language=language))
    return found.columns[0].cell(int(function.spills)) if isinstance(found, Block) else found


def _verdict(leaf: Leaf, row: int, matches: Area) -> None:
    """Write how many examples match, colour them, and let Checks look at those that do not."""
    book, sheet = leaf.book, leaf.sheet
    count, of = f"SUMPRODUCT(--({matches.absolute}=TRUE))", f'COUNTIF({matches.absolute},"<>")'
    leaf.put(row, 0, leaf.say("matches"), "strong")
    leaf.calculate(row, 3, f"={count}", "check", "int", align="left")
    leaf.calculate(row, 4, f"={of}", "check", "int", align="left")
    first = address(matches.top, matches.left).replace("$", "")
    for word, colour, fill in (("TRUE", GOOD, GOOD_FILL), ("FALSE", BAD, BAD_FILL)):
        style = book.workbook.add_format({"font_color": colour, "bg_color": fill})
        # A cell that is blank would be FALSE as well.
        rule = {"type": "formula", "criteria": f'=AND({first}<>"",{first}={word})', "format": style}
        sheet.conditional_format(matches.top, matches.left, matches.bottom, matches.right, rule)
    leaf.check("gallery", f'IF(set_addin,{leaf.at(row, 4)}-{leaf.at(row, 3)},"")', kind="addin", number="int")
