"""Sheet Summary, read first: what the workbook is, the assumptions, the four basics, unit economics."""

from dataclasses import dataclass, field
from typing import Any

from clv_xl.workbook import assumptions as a
from clv_xl.workbook.page import Page, address
from clv_xl.workbook.segments_sheet import Segments
from clv_xl.workbook.status import status_formula
from clv_xl.workbook.styles import BAD, BAD_FILL, GOOD, GOOD_FILL

WIDTHS = (50, 14, 25, 58, 62)
_STATE_ROW = 5
_LEGEND = ("input", "calculation", "addin", "link")


@dataclass(slots=True)
class Summary:
    """Where the numbers of the sheet are: key to absolute address, the sheet's name before it."""

    ref: str
    at: dict[str, str] = field(default_factory=dict)

    def here(self, key: str) -> str:
        """Return the address as a formula of the sheet itself has it, without ``$``."""
        return self.at[key].removeprefix(self.ref).replace("$", "")


def write(page: Page, segments: Segments, same: str) -> Summary:
    """Write the sheet and return where its numbers are; `same` tells whether stored values hold."""
    book = page.book
    found = Summary(page.ref)
    page.head(
        book.word("demo.title"), [book.word("demo.what"), book.word("demo.origin"), book.word("demo.edit")]
    )
    row = _state(page, _STATE_ROW, same)
    row = _inputs(page, row + 1, found)
    row = _basics(page, row + 1, found, segments)
    page.sheet.freeze_panes(1, 1)
    page.sheet.print_area(0, 0, row, len(WIDTHS) - 1)
    page.sheet.fit_to_pages(1, 1)
    return found


def write_convention(page: Page, formula: str) -> None:
    """Write which convention the numbers follow, once it is known where that stands."""
    page.calculate(_STATE_ROW + 4, 1, formula, "link")


def _state(page: Page, row: int, same: str) -> int:
    """Write the state of the workbook and the legend of its colours; return the next free row."""
    book = page.book
    page.section(row, book.word("demo.state"))
    page.put(row + 1, 0, book.word("demo.master_check"), "strong")
    page.calculate(row + 1, 1, "=chk_master", "check")
    _traffic_light(page, row + 1, 1)
    page.put(row + 1, 2, book.word("demo.master_check_note"), "unit")
    page.put(row + 2, 0, book.word("demo.addin_answers"), "strong")
    page.renew(row + 2, 1, "=NOT(ISERROR(CLV.VERSION()))", "addin", "truth", align="center")
    page.renew(row + 2, 2, status_formula(page), "addin", indent=1)
    page.put(row + 3, 0, book.word("demo.stored_hold"), "strong")
    page.renew(row + 3, 1, same, "calculation", "truth", align="center")
    page.put(row + 3, 2, book.word("demo.stored_hold_note"), "unit")
    page.put(row + 4, 0, book.word("demo.convention"), "strong")
    book.name("set_addin", page.name, address(row + 2, 1))
    book.name("set_stored", page.name, address(row + 3, 1))
    page.put(row + 5, 0, book.word("demo.legend"), "strong")
    for i, role in enumerate(_LEGEND):
        page.put(row + 5, 1 + i, book.word(f"demo.legend_{role}"), role, indent=int(i > 0), text_wrap=True)
    return row + 6


def _traffic_light(page: Page, row: int, column: int) -> None:
    book = page.book
    looks = ((book.word("status_ok"), GOOD, GOOD_FILL), (book.word("status_check"), BAD, BAD_FILL))
    for words, colour, fill in looks:
        page.hold(row, column, words, "check")
        style = book.workbook.add_format({"font_color": colour, "bg_color": fill})
        options = {"type": "cell", "criteria": "==", "value": f'"{words}"', "format": style}
        page.sheet.conditional_format(row, column, row, column, options)


def _header(page: Page, row: int) -> None:
    words = [page.book.word(f"demo.head_{key}") for key in ("item", "value", "unit", "formula", "note")]
    page.header(row, words, numbers=(1,))


def _inputs(page: Page, row: int, found: Summary) -> int:
    """Write the assumptions: yellow cells with names, units, notes and limits."""
    book = page.book
    page.section(row, book.word("demo.assumptions"))
    _header(page, row + 1)
    inputs = (
        ("as_of", a.AS_OF, "date", {"validate": "date", "criteria": ">", "value": 1}),
        ("unit", a.UNIT, "text", {"validate": "list", "source": list(a.UNITS)}),
        ("margin", a.MARGIN, "percent_input", _share(-1)),
        ("discount_rate", a.DISCOUNT_RATE, "percent_input", _share(0)),
        ("timing", a.TIMING, "tenth", _share(0)),
        ("target_ratio", a.TARGET_RATIO, "multiple", {"validate": "decimal", "criteria": ">", "value": 0}),
    )
    row += 2
    for key, value, number, rule in inputs:
        _input(page, row, 1, key, value, number, rule)
        page.put(row, 0, book.word(f"demo.in_{key}"))
        page.put(row, 2, book.word(f"demo.unit_in_{key}"), "unit")
        page.put(row, 3, f"in_{key}", "code", indent=1)
        page.put(row, 4, book.word(f"demo.note_{key}"), "note", indent=1)
        book.name(f"in_{key}", page.name, address(row, 1))
        found.at[f"in_{key}"] = f"{page.ref}{address(row, 1)}"
        row += 1
    first = row
    for i, (key, value) in enumerate(a.CAC.items()):
        page.put(row, 0, book.word(key))
        _input(page, row, 1, "cac", value, "money", {"validate": "decimal", "criteria": ">=", "value": 0})
        page.put(row, 2, book.word("demo.unit_in_cac"), "unit")
        note = book.word("demo.note_cac" if i == 0 else "demo.note_cac_also")
        page.put(row, 3, "in_cac", "code", indent=1)
        page.put(row, 4, note, "note", indent=1)
        row += 1
    book.name("in_cac", page.name, f"{address(first, 0)}:{address(row - 1, 1)}")
    book.name("in_cac_amounts", page.name, f"{address(first, 1)}:{address(row - 1, 1)}")
    return row


def _share(low: int) -> dict[str, Any]:
    return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": 1}


def _input(
    page: Page, row: int, column: int, key: str, value: float | str, number: str, rule: dict[str, Any]
) -> None:
    say = page.book.word
    page.put(row, column, value, "input", number, align="right")
    told = {
        "input_title": say(f"demo.short_{key}"),
        "input_message": say(f"demo.ask_{key}"),
        "ignore_blank": False,
    }
    told |= {"error_title": say(f"demo.short_{key}"), "error_message": say(f"demo.ask_{key}")}
    page.sheet.data_validation(row, column, row, column, {**rule, **told})


def _basics(page: Page, row: int, found: Summary, segments: Segments) -> int:
    """Write the four basics and unit economics, each with its formula as it is typed."""
    at = found.here
    dates = "Orders[customer_id],Orders[order_date],in_unit"
    basics = (
        ("aov", "=CLV.AOV(Orders[revenue])", "money"),
        ("frequency", f"=CLV.FREQUENCY({dates},in_as_of)", "decimal"),
        ("lifespan", f'=CLV.LIFESPAN({dates},"observed",in_as_of)', "decimal"),
        ("clv_revenue", "=CLV({aov},{frequency},{lifespan})", "money"),
        ("clv_margin", "=CLV({aov},{frequency},{lifespan},in_margin,,in_discount_rate,in_timing)", "money"),
        ("clv_net", "=CLV({aov},{frequency},{lifespan},in_margin,{cac},in_discount_rate,in_timing)", "money"),
    )
    economics = (
        ("cac", f"=CLV.CAC({segments.costs},{segments.customers})", "money"),
        ("ratio", "=CLV.RATIO({clv_margin},{cac})", "multiple"),
        ("months", '=IFS(in_unit="Y",12,in_unit="Q",3,in_unit="M",1)', "int"),
        ("payback", "=CLV.PAYBACK({cac},{aov}*{frequency}*in_margin/{months})", "tenth"),
        ("max_cac", "={clv_margin}/in_target_ratio", "money"),
        ("repeat_rate", "=CLV.REPEATRATE(Orders[customer_id])", "percent"),
    )
    starts = (row + 2, row + 2 + len(basics) + 3)
    for start, rows in zip(starts, (basics, economics), strict=True):
        for i, (key, _, _) in enumerate(rows):
            found.at[key] = f"{page.ref}{address(start + i, 1)}"
    places = {key: at(key) for key in found.at}
    titles = ("demo.basics", "demo.economics")
    for title, start, rows in zip(titles, starts, (basics, economics), strict=True):
        page.section(start - 2, page.book.word(title))
        _header(page, start - 1)
        for i, (key, formula, number) in enumerate(rows):
            _line(page, start + i, key, formula.format(**places), number)
    return starts[1] + len(economics)


def _line(page: Page, row: int, key: str, formula: str, number: str) -> None:
    book = page.book
    important = key in ("clv_net", "ratio", "payback")
    page.put(row, 0, book.word(f"demo.out_{key}"), "strong" if important else "label")
    page.calculate(row, 1, formula, "addin" if "CLV" in formula else "calculation", number, bold=important)
    page.put(row, 2, book.word(f"demo.unit_{key}"), "unit")
    page.put(row, 3, book.shown(formula), "code", indent=1)
    page.put(row, 4, book.word(f"demo.how_{key}"), "note", indent=1)
