"""Goal seek: what one driver alone must be, by CLV.GOALSEEK and in closed form beside it."""

from collections.abc import Mapping

from clv_xl.workbook import planning as p
from clv_xl.workbook.formulas import text
from clv_xl.workbook.inputs import Held, Inputs, write_inputs
from clv_xl.workbook.page import Page, address
from clv_xl.workbook.planning_page import begin
from clv_xl.workbook.styles import BAD, BAD_FILL, GOOD, GOOD_FILL
from clv_xl.workbook.what_if_inputs import driver_word

_TOLERANCE = 1e-9
_WIDE = 3  # more columns that a typed formula runs over
_HEADS = ("changing", "wanted", "now", "needed", "move", "native", "match", "typed")
# Driver sought, output that must meet the target, closed form of cells.
_ROWS = (
    ("frequency", "net_clv", "=({target}+{cac})/({avg_order_value}*{margin}*{annuity})"),
    ("avg_order_value", "net_clv", "=({target}+{cac})/({frequency}*{margin}*{annuity})"),
    ("margin", "net_clv", "=({target}+{cac})/({avg_order_value}*{frequency}*{annuity})"),
    ("cac", "net_clv", "={avg_order_value}*{frequency}*{margin}*{annuity}-{target}"),
    ("cac", "ratio", "={avg_order_value}*{frequency}*{margin}*{annuity}/{target}"),
)
_ANNUITY = (
    "=(1+{discount_rate})^{timing}*(PV({discount_rate},INT({lifespan}),-1)"
    "+({lifespan}-INT({lifespan}))/(1+{discount_rate})^(INT({lifespan})+1))"
)


def write(
    page: Page, row: int, cells: Mapping[str, str], ratio: str, target: Inputs, held: Held
) -> tuple[str, str, int]:
    """Write the block; `cells` is where the drivers are, `ratio` the target CLV:CAC.

    Return where the solved and the native values are, and the next free row.
    """
    book = page.book
    row = begin(page, row, "goal", None)
    page.put(row, 0, book.word("demo.table_target"))
    goal = write_inputs(page, row, 1, target, held)
    page.put(row, 2, book.word("demo.unit_clv_net"), "unit")
    page.put(row + 1, 0, book.word("demo.in_target_ratio"))
    page.calculate(row + 1, 1, f"={ratio}", "link", "multiple")
    page.put(row + 1, 2, book.word("demo.unit_ratio"), "unit")
    page.put(row + 2, 0, book.word("demo.goal_annuity"))
    cells = {driver: cell.removeprefix(page.ref) for driver, cell in cells.items()}
    page.calculate(row + 2, 1, _ANNUITY.format(**cells), number="decimal")
    page.put(row + 2, 2, book.word("demo.goal_annuity_note"), "unit")
    page.put(row + 3, 0, book.word("demo.tolerance"))
    page.put(row + 3, 1, _TOLERANCE, "calculation", "exact")
    targets = {"net_clv": "in_target", "ratio": address(row + 1, 1)}
    cells["annuity"] = address(row + 2, 1)
    tolerance = address(row + 3, 1)
    head = row + 5
    words = [book.word(f"demo.goal_{key}") for key in _HEADS]
    page.header(head, words[:-1], numbers=(1, 2, 3, 4, 5))
    page.put(head, len(words) - 1, words[-1], "header", text_wrap=False)
    for column in range(len(words), len(words) + _WIDE):
        page.put(head, column, None, "header")
    for i, (driver, output, native) in enumerate(_ROWS, head + 1):
        name = book.word(f"demo.goal_row_{output}", driver=driver_word(book, driver))
        page.put(i, 0, name)
        number = p.NUMBERS[driver]
        tail = ',"ratio"' if output == "ratio" else ""
        formula = f'=CLV.GOALSEEK(in_drivers,{targets[output].replace("$", "")},"{driver}"{tail})'
        aim = goal.absolute if output == "net_clv" else targets[output]
        page.calculate(i, 1, f"={aim}", number="money" if output == "net_clv" else "multiple")
        page.calculate(i, 2, f"={cells[driver]}", number=number)
        page.calculate(i, 3, formula, "addin", number, bold=True)
        page.calculate(i, 4, f"=D{i + 1}/C{i + 1}-1", number="change")
        page.calculate(i, 5, native.format(target=aim, **cells), number=number)
        ok, bad = text(book.word("status_ok")), text(book.word("status_check"))
        page.calculate(i, 6, f"=IF(ABS(D{i + 1}-F{i + 1})<={tolerance},{ok},{bad})", "check")
        page.put(i, 7, book.shown(formula), "code_line")
    last = head + len(_ROWS)
    for word, colour, fill in (("status_ok", GOOD, GOOD_FILL), ("status_check", BAD, BAD_FILL)):
        style = book.workbook.add_format({"font_color": colour, "bg_color": fill})
        rule = {"type": "cell", "criteria": "==", "value": f'"{book.word(word)}"', "format": style}
        page.sheet.conditional_format(head + 1, 6, last, 6, rule)
        page.hold(head + 1, 6, book.word(word), "check")
    solved, native = (f"{page.ref}{address(head + 1, c)}:{address(last, c)}" for c in (3, 5))
    return solved, native, last + 2
