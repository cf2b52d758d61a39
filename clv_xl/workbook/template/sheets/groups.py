"""Groups of customers that the log names, such as segments: a row each, in order of appearance."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clv_xl.workbook.formulas import text
from clv_xl.workbook.page import Area, address
from clv_xl.workbook.template.addresses import in_column
from clv_xl.workbook.template.function_table import by_column, function_table
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets.heads import head

_LINES: Final = "ROWS(Orders[order_id])"
# A name marked so is never blank, a number or a condition.
_MARK: Final = '"|"&'
_FROM_END: Final = f"({_LINES}+1+ROW(Orders[[#Headers],[order_id]])-ROW(Orders[order_id]))"
# Beyond so many rows nobody reads a table of groups; the total row of the function must be within.
_TABLE_ROWS: Final = 60
_HEADER_HEIGHT: Final = 72.0  # points: heads of five lines, as Georgian ones are
# Columns of CLV.SEGMENT and their number formats.
SPILLED: Final = MappingProxyType(
    {
        "group": "text",
        "customers": "int",
        "orders": "int",
        "revenue": "money",
        "aov": "money",
        "frequency": "decimal",
        "lifespan": "decimal",
        "age": "decimal",
        "clv": "money",
        "cac": "money",
        "net": "money",
        "ratio": "multiple",
        "payback": "tenth",
        "share": "percent",
        "flag": "text",
        "mix": "money",
    }
)
_SPILL: Final = tuple(SPILLED)
MEASURES: Final = ("customers", "orders", "revenue", "active", "costs")
RATES: Final = ("aov", "frequency", "lifespan", "margin")
HEADS: Final = ("from_end", "key", *MEASURES, *RATES)
_NUMBERS: Final = MappingProxyType(
    {
        "customers": "int",
        "orders": "int",
        "revenue": "money",
        "active": "int",
        "costs": "money",
        "aov": "money",
        "frequency": "decimal",
        "lifespan": "decimal",
        "margin": "percent",
    }
)


@dataclass(frozen=True, slots=True)
class Groups:
    """A table of groups on a sheet.

    Parameters
    ----------
    leaf : Leaf
        The sheet.
    by : {"segment", "channel"}
        Column of the log that groups its customers.
    slots : int
        Rows of the table.
    top : int
        Row of the header.
    table : tuple of int, optional
        First row and column of what CLV.SEGMENT spills for the groups, where there are functions.
    """

    leaf: Leaf
    by: str
    slots: int
    top: int
    table: tuple[int, int]

    @property
    def first(self) -> int:
        """Row of the first group."""
        return self.top + 1

    @property
    def last(self) -> int:
        """Row of the last group."""
        return self.top + self.slots

    def column(self, name: str) -> int:
        """Return the column of a measure."""
        return 1 + HEADS.index(name) if name in HEADS else {"name": 0, "place": 1 + len(HEADS)}[name]

    def area(self, name: str) -> str:
        """Return the address of a column of the groups."""
        column = self.column(name)
        return Area(self.first, column, self.last, column).absolute

    def cell(self, name: str, slot: int) -> str:
        """Return the address of a cell of a group, its row free to move."""
        return in_column(self.column(name), self.first + slot)

    def spilled(self, name: str) -> str:
        """Return the address of a column of the function's table."""
        top, left = self.table
        column = left + _SPILL.index(name)
        return f"{self.leaf.ref}{Area(top, column, top + _TABLE_ROWS, column).absolute}"

    @property
    def answered(self) -> str:
        """The condition that the function has an answer: its table is not blank."""
        return f'{self.leaf.ref}{address(*self.table)}<>""'

    def total(self, name: str) -> str:
        """Return a formula of a cell in the function's total row."""
        word = text(self.leaf.kit.word("total"))
        return f'SUMPRODUCT(--({self.spilled("group")}&""={word}),{self.spilled(name)})'

    def write(self) -> None:
        """Write the table, and where functions are what they answer."""
        leaf, kit = self.leaf, self.leaf.kit
        first = "from_end" if kit.native else "place"
        heads = [kit.word(self.by), *(head(leaf, name) for name in (first, *HEADS[1:]))]
        heads.append(head(leaf, "place") if kit.functions else "")
        leaf.header(self.top, heads, numbers=(1, *range(3, 1 + len(HEADS))))
        names = self._names if kit.native else self._names_of_table
        for slot in range(self.slots):
            names(slot)
            for name in MEASURES:
                self._measure(name, slot)
            self._rates(slot)
        unused = (self.first, 1, self.last, self.column("place"))
        leaf.blank(unused, f"N({in_column(self.column('from_end'), self.first)})=0")
        if kit.functions:
            self._table()

    def _names(self, slot: int) -> None:
        """Write the next group of the log: of its lines not yet named the one furthest from the end."""
        leaf, row = self.leaf, self.first + slot
        end, key = (in_column(self.column(name), row) for name in ("from_end", "key"))
        above = f"{address(self.top, self.column('key')).replace('$C', 'C')}:C{row}"
        found = f"SUMPRODUCT(MAX((COUNTIF({above},{_MARK}{self._groups})=0)*Orders[counted]*{_FROM_END}))"
        named = f"INDEX({self._groups},{_LINES}+1-{end})"
        leaf.calculate(row, self.column("from_end"), f"={found}", number="int")
        leaf.calculate(
            row,
            self.column("key"),
            f'=IF({end}=0,"",{_MARK}{named})',
            "note",
            text_wrap=False,
            shrink=True,
            indent=1,
        )
        none = text(leaf.kit.word("segment.(none)"))
        leaf.calculate(row, 0, f'=IF({end}=0,"",IF({key}="|",{none},{named}&""))', "strong")
        if leaf.kit.functions:
            names = self.spilled("group")
            place = (
                f'SUMPRODUCT(({names}&""={in_column(0, row)})*(ROW({names})-ROW({address(*self.table)})+1))'
            )
            leaf.calculate(
                row, self.column("place"), f'=IF({end}=0,"",{place})', "addin", "int", align="left", indent=1
            )

    def _names_of_table(self, slot: int) -> None:
        """Write the next group of the function's table, as the log names them.

        Every line of a long log against every group named so far is more than it may take.
        """
        leaf, row = self.leaf, self.first + slot
        top, left = self.table
        nth = f"ROWS({address(top + 1, left)}:{in_column(left, top + 1 + slot)})"
        end, lines, names = (
            in_column(self.column("from_end"), row),
            self._first_lines.absolute,
            self.spilled("group"),
        )
        found = f"IF({nth}<COUNT({self.spilled('customers')}),MATCH(SMALL({lines},{nth}),{lines},0),0)"
        leaf.calculate(row, self.column("from_end"), f"={found}", "addin", "int")
        leaf.calculate(row, self.column("key"), f'=IF({end}=0,"",{_MARK}INDEX({names},{end}))', "note",
                       text_wrap=False, shrink=True, indent=1)  # fmt: skip
        leaf.calculate(row, 0, f'=IF({end}=0,"",INDEX({names},{end})&"")', "strong")
        leaf.calculate(row, self.column("place"), f'=IF({end}=0,"",{end})', "addin", "int", align="left",
                       indent=1)  # fmt: skip

    @property
    def _first_lines(self) -> Area:
        """The column right of the function's table: where the log first names each of its groups."""
        top, left = self.table
        return Area(top, left + len(_SPILL), top + _TABLE_ROWS, left + len(_SPILL))

    def _lines_of_table(self) -> None:
        """Write for each row of the function's table the first line of the log with that group.

        The table is ranked by value, which changes; what is typed beside a group stays beside it. A
        group that no line names (who has none) comes last; row by row a little more, so none is equal.
        """
        leaf, area = self.leaf, self._first_lines
        style = leaf.book.styles.of("spill_number", text_wrap=True)
        leaf.sheet.write_string(area.top, area.left, head(leaf, "first_line"), style)
        (_, left), customers = self.table, self.spilled("customers")
        for row in range(area.top + 1, area.bottom + 1):
            names = in_column(left, row)
            nth = f"ROWS({address(area.top + 1, left)}:{names})"
            line = f"IFERROR(MATCH({names},Orders[{self.by}],0),{_LINES})"
            leaf.calculate(row, area.left, f'=IF({nth}<COUNT({customers}),{line}+{nth}/ROWS({customers}),"")',
                           "addin", "int")  # fmt: skip

    @property
    def _groups(self) -> str:
        return f"Orders[customer_{self.by}]"

    def _measure(self, name: str, slot: int) -> None:
        leaf, row = self.leaf, self.first + slot
        end, key, place = (in_column(self.column(part), row) for part in ("from_end", "key", "place"))
        mine = f"--({_MARK}{self._groups}={key})"
        native = {
            "customers": f"SUMPRODUCT({mine},--ISNUMBER(Orders[new_customer]))",
            "orders": f"SUMPRODUCT({mine},Orders[is_order])",
            "revenue": f"SUMPRODUCT({mine},Orders[counted],Orders[revenue])",
            "active": f"SUMPRODUCT({mine},Orders[window_first])",
            "costs": f"SUMPRODUCT({mine},Orders[counted],Orders[cost])",
        }[name]

        def answer(column: str) -> str:
            return f"INDEX({self.spilled(column)},{place})"

        function = {
            "active": f"{answer('lifespan')}*{answer('customers')}",
            "costs": f"IF(COUNT(Orders[cost])=0,0,{answer('revenue')}-{answer('clv')}*{answer('customers')})",
        }.get(name) or answer(name)
        other = native if leaf.kit.native else "0"
        leaf.dual(
            row,
            self.column(name),
            f'IF({end}=0,"",{native})',
            f'IF({end}=0,"",IF({place}=0,{other},{function}))',
            _NUMBERS[name],
        )

    def _rates(self, slot: int) -> None:
        leaf, row = self.leaf, self.first + slot
        at = {name: in_column(self.column(name), row) for name in MEASURES}
        rates = {
            "aov": ("orders", f"{at['revenue']}/{at['orders']}"),
            "frequency": ("active", f"{at['orders']}/{at['active']}"),
            "lifespan": ("customers", f"{at['active']}/{at['customers']}"),
            "margin": ("revenue", f"1-{at['costs']}/{at['revenue']}"),
        }
        for name, (base, formula) in rates.items():
            empty = f"N({at[base]})=0" if name != "margin" else f"OR(COUNT(Orders[cost])=0,N({at[base]})=0)"
            leaf.calculate(row, self.column(name), f'=IF({empty},"",{formula})', number=_NUMBERS[name])

    def _table(self) -> None:
        """Write what CLV.SEGMENT answers for the log alone: value to date, by the costs in it."""
        leaf, (top, left) = self.leaf, self.table
        call = f'CLV.SEGMENT(Orders[#All],"{self.by}",set_unit,set_as_of)'
        segment_table(leaf, top, left, call, found(leaf, self.by) + 2)
        if not leaf.kit.native:
            self._lines_of_table()


def found(leaf: Leaf, by: str) -> int:
    """Return how many groups the log has when the workbook is written."""
    lines = leaf.kit.lines
    names: Sequence[object] = lines.segments if by == "segment" else lines.channels
    first: dict[object, object] = {}
    for customer, day, name in zip(lines.customers, lines.days, names, strict=True):
        if day < lines.as_of + 1:
            first.setdefault(customer, name)
    return len(set(first.values()))


def segment_table(leaf: Leaf, top: int, left: int, call: str, rows: int) -> Area:
    """Write a call of CLV.SEGMENT that answers with so many rows from row `top`, the call above."""
    formats = by_column(tuple(SPILLED.values()), rows)
    # A log without orders, or shorter than a period, has no answer: native formulas stand in.
    area = function_table(leaf, top - 1, left, call, formats, total=True, never=True)
    leaf.sheet.set_row(top, _HEADER_HEIGHT)
    return area
