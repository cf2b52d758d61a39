"""Sheet Dashboard: one page with the figures, the segments, the way from order to value, and three charts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.styles import BAD, BAD_FILL, GOOD, GOOD_FILL, GREY, LINE, NAVY, WARN, WARN_FILL
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import dashboard_charts as charts
from clv_xl.workbook.template.sheets import dashboard_layout as at
from clv_xl.workbook.template.sheets.dashboard_layout import WIDTHS as WIDTHS  # noqa: PLC0414

_TILES: Final = ("clv", "net", "ratio", "payback", "customers", "equity", "retention", "scenario")
_TILE_NUMBERS: Final = ("money", "money", "multiple", "tenth", "int", "money_whole", "percent", "money")
_TREE: Final = (
    ("aov", "money"), ("frequency", "decimal"), ("value", "money"), ("years", "decimal"),
    ("margin", "percent"), ("clv", "money"), ("cac", "money"), ("net", "money"),
)  # fmt: skip
_LIVES: Final = ("quick", "seen", "typed")  # whose lifespan CLV counts
_DUE: Final = "EDATE(set_refreshed,set_cycle_months)"
_BOX: Final[Mapping[str, Any]] = MappingProxyType({"border": 1, "border_color": LINE})
_SHOWN: Final = address(at.CHOICE, at.RANK)  # which row of the table is shown


def write(leaf: Leaf) -> None:
    """Write the sheet once segments and scenarios have told where they are."""
    leaf.head(leaf.say("title"), [leaf.say("what")])
    leaf.input(at.CHOICE, 1, leaf.say("company"), "text", "list", name="set_segment",
               choices=f"={at.column('name')}", bold=True)  # fmt: skip
    leaf.kit.later(lambda: _all(leaf))


def _all(leaf: Leaf) -> None:
    _state(leaf)
    _choice(leaf)
    _table(leaf)
    _tiles(leaf)
    _tree(leaf)
    _borrowed(leaf)
    _mix(leaf)
    charts.write(leaf)
    leaf.sheet.print_area(0, 0, at.LAST, at.PRINTED - 1)
    leaf.sheet.fit_to_pages(1, 1)
    leaf.sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.5)


def _light(leaf: Leaf, row: int, column: int, rule: dict[str, Any], colour: str, fill: str) -> None:
    style = leaf.book.workbook.add_format({"font_color": colour, "bg_color": fill})
    leaf.sheet.conditional_format(row, column, row, column, {**rule, "format": style})


def _state(leaf: Leaf) -> None:
    """Write what the workbook says of itself, in the rows above those that Checks looks at."""
    row = at.STATE
    # The day itself: whether it has passed only the reader knows, who knows today's date.
    due = text(leaf.say("refresh_due"))
    late = f"=IF({_DUE}<set_as_of,{due},{_DUE})"
    entries = (
        ("master", "=chk_master", "text"), ("warnings", "=chk_warnings", "int"), ("refresh", late, "date"),
        ("as_of", "=set_as_of", "date"),
    )  # fmt: skip
    for i, (name, formula, number) in enumerate(entries):
        leaf.put(row, 2 * i, leaf.say(name), "subtitle", align="right", indent=1)
        role = "link" if name == "as_of" else "check"
        leaf.calculate(row, 2 * i + 1, formula, role, number, align="left" if name == "as_of" else "center")
    leaf.lights(row, 1)
    for criteria, colour, fill in (("==", GOOD, GOOD_FILL), (">", WARN, WARN_FILL)):
        _light(leaf, row, 3, {"type": "cell", "criteria": criteria, "value": 0}, colour, fill)
    _light(leaf, row, 5, {"type": "cell", "criteria": "==", "value": due}, BAD, BAD_FILL)
    orders, quick = (text(leaf.say(f"base_{base}")) for base in ("orders", "quick"))
    leaf.calculate(at.BASE, 0, f'=IF(set_base="quick",{quick},{orders})', "subtitle")
    quick, seen, typed = (text(leaf.say(f"life_{life}")) for life in _LIVES)
    vat = text(f" {leaf.kit.word('template.settings.vat')}: ")
    counts = f'IF(set_base="quick",{quick},IF({_seen(leaf)},{seen},{typed}))'
    leaf.calculate(at.COUNTS, 0, f"={counts}&{vat}&set_vat", "subtitle")


def _seen(leaf: Leaf) -> str:
    """Return the condition that lifespans are those seen in the orders, nowhere typed over."""
    data, typed = (leaf.kit.at(f"inputs.{name}") for name in ("data_lifespan", "segment_typed_lifespan"))
    return f"AND(N({data})=in_lifespan,COUNT({typed})=0)"


def _choice(leaf: Leaf) -> None:
    """Write what is shown and under which scenario; a segment that is gone shows the company."""
    row, names = at.CHOICE, at.column("name")
    leaf.put(row, 0, leaf.say("shown"), "strong")
    place = f"MATCH(set_segment,{names},0)"
    leaf.calculate(row, at.RANK, f"=IF(ISNUMBER({place}),{place},1)", number="int")
    gone = text(leaf.say("not_found"))
    leaf.calculate(row, 2, f'=IF(ISNUMBER({place}),"",{gone})', "note", font_color=BAD, text_wrap=False)
    alert = leaf.kit.known("monitoring.alert")
    if alert:
        leaf.put(row, 3, leaf.say("alert"), "strong", align="right", indent=1)
        leaf.calculate(row, 4, f"={alert}", "link", text_wrap=True)
        for word in ("rise", "fall"):
            said = text(leaf.kit.word(f"alert.{word}"))
            _light(leaf, row, 4, {"type": "cell", "criteria": "==", "value": said}, WARN, WARN_FILL)
    leaf.put(row, 5, leaf.say("scenario"), "strong", align="right", indent=1)
    leaf.calculate(row, 6, f"={leaf.kit.at('scenarios.live_name')}", "link", bold=True)


def _table(leaf: Leaf) -> None:
    """Write the company and, from the best net CLV down, its segments."""
    leaf.section(at.TABLE, leaf.say("table"), at.PRINTED)
    words = [leaf.kit.word("segment"), leaf.say("tile_customers"), leaf.say("share"), leaf.say("tile_clv")]
    words += ["CAC", leaf.say("tile_net"), leaf.say("tile_ratio"), leaf.say("payback_months")]
    leaf.header(at.TABLE + 1, words, numbers=range(1, at.PRINTED))
    charts.feed_header(leaf)
    ranks = leaf.kit.at("segments.rank")
    for row in range(at.COMPANY, at.LAST + 1):
        company = row == at.COMPANY
        rank, place = f"$J{row + 1}", f"$K{row + 1}"
        if not company:
            leaf.calculate(row, at.RANK, "=1" if row == at.FIRST else f"=J{row}+1", number="int")
            leaf.calculate(
                row, at.PLACE, f'=IF({rank}>COUNT({ranks}),"",MATCH({rank},{ranks},0))', number="int"
            )
        for i, (name, number) in enumerate(zip(at.COLUMNS, at.NUMBERS, strict=True)):
            more: dict[str, Any] = {"bold": True, "bottom": 1, "bottom_color": NAVY} if company else {}
            if company and name == "name":
                leaf.put(row, i, leaf.say("company"), "strong", **more)
            elif company:
                leaf.calculate(row, i, f"={leaf.kit.at(f'segments.total_{name}')}", "link", number, **more)
            else:
                found = f'IF({place}="","",INDEX({leaf.kit.at(f"segments.{name}")},{place}))'
                if name == "name":  # a log without segments has all its customers in one without a name
                    none, all_ = text(leaf.kit.word("segment.(none)")), text(leaf.say("everybody"))
                    found = f"IF(AND(COUNT({ranks})=1,{found}={none}),{all_},{found})"
                leaf.calculate(row, i, f"={found}", "link", number)
    charts.feed(leaf)
    _looks(leaf)
    share = Area(at.FIRST, 2, at.LAST, 2).absolute
    total = f"{leaf.ref}{share}"
    leaf.check("dashboard_share", f"IF(COUNT({total})=0,0,SUM({total})-1)", limit=1e-9)


def _looks(leaf: Leaf) -> None:
    """Show the chosen row on a band, and in grey what rests on few customers."""
    book, area = leaf.book.workbook, (at.COMPANY, 0, at.LAST, at.PRINTED - 1)
    rule = {"type": "formula", "criteria": f"=ROW()-ROW({address(at.COMPANY, 0)})+1={_SHOWN}"}
    leaf.sheet.conditional_format(*area, {**rule, "format": book.add_format({"bg_color": "#DDEBF7"})})
    few = f"=AND(ISNUMBER($B{at.COMPANY + 1}),$B{at.COMPANY + 1}<set_few_customers)"
    grey = book.add_format({"font_color": GREY, "italic": True})
    leaf.sheet.conditional_format(*area, {"type": "formula", "criteria": few, "format": grey})


def _borrowed(leaf: Leaf) -> None:
    """Say beside the figures, in amber, that margin or CAC is an example of the quick start."""
    examples = leaf.kit.known("inputs.examples")
    if examples is None:
        return
    told, typed = (leaf.kit.at(f"inputs.{whose}_cac") for whose in ("data", "typed"))
    both, margin, cac = (text(leaf.say(f"examples_{which}")) for which in ("both", "margin", "cac"))
    no_cac = f'AND({typed}="",N({told})=0)'
    one = f"IF({no_cac},{cac},{margin})"
    formula = f'=IF({examples}=0,"",IF({examples}>1,{both},{one}))'
    leaf.calculate(at.EXAMPLES, 0, formula, "strong", font_color=WARN, text_wrap=False)
    leaf.sheet.set_row(at.EXAMPLES, 18)
    said = address(at.EXAMPLES, 0)
    amber = leaf.book.workbook.add_format({"font_color": WARN, "bg_color": WARN_FILL})
    line = (at.EXAMPLES, 0, at.EXAMPLES, at.PRINTED - 1)
    leaf.sheet.conditional_format(*line, {"type": "formula", "criteria": f'={said}<>""', "format": amber})
    names = [name for name, _ in _TREE]
    for name, others in (("margin", cac), ("cac", margin)):
        column = names.index(name)
        rule = f'=AND({said}<>"",{said}<>{others})'
        box = {"type": "formula", "criteria": rule, "format": amber}
        leaf.sheet.conditional_format(at.TREE + 2, column, at.TREE + 2, column, box)


def _mix(leaf: Leaf) -> None:
    """Write why CLV of the company is another one here than on the sheet CLV."""
    mix, last = leaf.kit.at("segments.mix"), at.PRINTED - 1
    leaf.calculate(at.MIX, last, f'=IF(ROUND(N({mix}),1+1)=0,"",{mix})', "link", "money", align="left")
    figure = address(at.MIX, last)
    said = f'=IF({figure}="","",{text(leaf.say("mix"))})'
    leaf.calculate(at.MIX, last - 1, said, "subtitle", align="right", text_wrap=False)


def _of_table(name: str) -> str:
    return f"INDEX({at.column(name)},{_SHOWN})"


def _tiles(leaf: Leaf) -> None:
    """Write the eight figures: name, number, and what it is."""
    row = at.TILES
    clv, customers = _of_table("clv"), _of_table("customers")
    equity = f"{clv}*{customers}"
    values = {name: _of_table(name) for name in ("clv", "net", "ratio", "payback", "customers")}
    values |= {"retention": "in_retention_rate", "scenario": leaf.kit.at("scenarios.live_net")}
    share = f"IF(INDEX({at.column('customers')},1)=0,0,{customers}/INDEX({at.column('customers')},1))"
    beside = {
        "ratio": "set_target_ratio", "payback": "set_target_payback", "customers": share,
        "retention": "set_unit_word",
    }  # fmt: skip
    for i, (name, number) in enumerate(zip(_TILES, _TILE_NUMBERS, strict=True)):
        top: dict[str, Any] = {"top": 2, "top_color": NAVY}
        sides: dict[str, Any] = {
            "left": 1,
            "right": 1,
            "left_color": LINE,
            "right_color": LINE,
            "align": "center",
        }
        leaf.put(row, i, leaf.say(f"tile_{name}"), "strong", font_color=NAVY, text_wrap=True, **top, **sides)
        big: dict[str, Any] = {"font_size": 16, "bold": True, **sides}
        if name == "equity":
            leaf.dual(row + 1, i, f"IF(ISNUMBER({clv}),{equity},0)",
                      f"IF(ISNUMBER({clv}),CLV.EQUITY({clv},{customers}),0)", number, **big)  # fmt: skip
        else:
            leaf.calculate(row + 1, i, f"={values[name]}", "calculation", number, **big)
        small: dict[str, Any] = {"font_size": 8, "valign": "top", **sides}
        if name == "equity":
            _what_equity_is(leaf, row + 2, i, small)
        else:
            leaf.put(row + 2, i, leaf.say(f"note_{name}"), "note", **small)
        foot = {**small, "font_color": GREY, "bottom": 1, "bottom_color": LINE}
        if name in beside:
            shown = {"ratio": "multiple", "payback": "tenth", "customers": "percent", "retention": "text"}[
                name
            ]
            leaf.calculate(row + 3, i, f"={beside[name]}", "calculation", shown, **foot)
        elif name in ("clv", "net", "equity"):
            leaf.calculate(row + 3, i, "=set_currency", "calculation", **foot)
        else:
            leaf.calculate(row + 3, i, f"={leaf.kit.at('scenarios.live_name')}", "calculation", **foot)
    leaf.sheet.set_row(row + 1, 27)
    shown_clv, shown_customers = (
        f"{leaf.ref}{address(row + 1, _TILES.index(n))}" for n in ("clv", "customers")
    )
    value = f"IF(ISNUMBER({shown_clv}),{shown_clv}*{shown_customers},0)"
    answer = f"IF(ISNUMBER({shown_clv}),CLV.EQUITY({shown_clv},{shown_customers}),0)"
    leaf.compare("equity", value, answer)
    _targets(leaf, row + 1)


def _what_equity_is(leaf: Leaf, row: int, column: int, look: dict[str, Any]) -> None:
    """Say whether customer equity is what customers have brought or what a lifespan assumes."""
    so_far, assumed = (leaf.say(f"note_equity_{which}") for which in ("so_far", "assumed"))
    seen = f'AND(set_base<>"quick",{_seen(leaf)})'
    leaf.calculate(row, column, f"=IF({seen},{text(so_far)},{text(assumed)})", "note", **look)
    leaf.hold(row, column, max(so_far, assumed, key=len), "note", **look)


def _targets(leaf: Leaf, row: int) -> None:
    """Colour ratio and payback by the targets on Settings."""
    for name, met, missed in (("ratio", ">=", "<"), ("payback", "<=", ">")):
        column = _TILES.index(name)
        cell = address(row, column)
        for sign, colour in ((met, GOOD), (missed, BAD)):
            criteria = f"=AND(ISNUMBER({cell}),{cell}{sign}set_target_{name})"
            style = leaf.book.workbook.add_format({"font_color": colour})
            rule = {"type": "formula", "criteria": criteria, "format": style}
            leaf.sheet.conditional_format(row, column, row, column, rule)


def _tree(leaf: Leaf) -> None:
    """Write the drivers of what is shown, each in a box, on their way to net CLV."""
    row = at.TREE
    leaf.section(row, leaf.say("tree"), at.PRINTED)
    place = f"INDEX({Area(at.COMPANY, at.PLACE, at.LAST, at.PLACE).absolute},{_SHOWN})"
    cells = {name: address(row + 2, i) for i, (name, _) in enumerate(_TREE)}
    for i, (name, number) in enumerate(_TREE):
        leaf.put(row + 1, i, leaf.say(f"tree_{name}"), "note", align="center", bg_color="#F2F4F7", **_BOX)
        if name == "years":
            earned = f"{cells['value']}*{cells['margin']}"
            formula = f'IF(ISNUMBER({cells["clv"]}),IF({earned}=0,0,{cells["clv"]}/({earned})),"")'
        elif name in at.COLUMNS:
            formula = _of_table(name)
        else:
            one, all_ = leaf.kit.at(f"segments.{name}"), leaf.kit.at(f"segments.total_{name}")
            formula = f"IF({_SHOWN}=1,{all_},INDEX({one},{place}))"
        ends = name in ("value", "clv", "net")
        more: dict[str, Any] = {"bold": True, "bg_color": "#DDEBF7"} if ends else {}
        leaf.calculate(row + 2, i, f"={formula}", "calculation", number, align="center", **_BOX, **more)
    leaf.sheet.set_row(row + 2, 20)
