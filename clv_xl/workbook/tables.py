"""What a table function spills, known when the workbook is written: its size, columns and values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError, Text

_KEYS, _WORDED = 2.0, 1.0
_KEYED_ROWS: Final = frozenset({"measure", "driver", "lever"})
# Number format of a column by its stable key; a column that is not named is shown with two decimals.
_FORMATS: Final = MappingProxyType(
    {
        "customer": "text",
        "customers": "int",
        "orders": "int",
        "revenue": "money_whole",
        "avg_order_value": "money",
        "clv_to_date": "money",
        "clv": "money",
        "cac": "money",
        "clv_net": "money",
        "mix_effect": "money",
        "ltv_cac": "multiple",
        "payback_months": "tenth",
        "share_of_value": "percent",
        "repeat_rate": "percent",
        "margin": "percent",
        "convention": "text",
        "days_since_last": "int",
        "count": "int",
        "first_row": "int",
        "x": "int",
        "score_r": "int",
        "score_f": "int",
        "score_m": "int",
        "mean_order": "money",
        "m_x": "money",
        "net_clv_from": "money",
        "net_clv_to": "money",
        "gain_per_customer": "money",
        "total_gain": "money_whole",
        "cost": "money_whole",
        "net_gain": "money_whole",
        "break_even_uplift": "percent",
        "rank": "int",
        "discount_rate": "percent",
        "retention_rate": "percent",
        "churn_rate": "percent",
        "net_clv": "money",
        "ratio": "multiple",
        "net_clv_change": "money",
        "net_clv_change_share": "percent",
        "output_low": "money",
        "output_high": "money",
        "effect_low": "money",
        "effect_high": "money",
        "swing": "money",
        "effect": "money",
        "total": "money",
        "period": "int",
        "opening_customers": "int",
        "new_customers": "int",
        "lost_customers": "int",
        "closing_customers": "int",
        "margin_amount": "money_whole",
        "acquisition_cost": "money_whole",
        "cash": "money_whole",
        "cumulative_cash": "money_whole",
        "low_point": "money_whole",
        "existing_customers": "money_whole",
        "spend": "money_whole",
        "spend_now": "money_whole",
        "spend_change": "money_whole",
        "marginal_cac": "money",
        "value_won": "money_whole",
        "value_now": "money_whole",
        "value_change": "money_whole",
        "trials": "int",
        "seed": "text",
        "stream": "text",
        "without_value": "int",
        "largest_cut": "percent",
        "net_below_zero": "percent",
        "ratio_below_target": "percent",
        "trials_in_class": "int",
        "class_low": "money",
        "class_high": "money",
        "share_of_trials": "percent",
        "marginal_value": "decimal",
        "roi": "percent",
    }
)
# Columns of a table of drivers that hold a driver's own value, in its own unit.
_OF_DRIVERS: Final = frozenset({"value", "value_low", "value_high", "from", "to"})
# Columns of a simulation that hold the bounds of a class, and what share of the trials lies there.
_OF_CLASSES: Final = frozenset({"class_low", "class_high", "share_of_trials"})
_CUT: Final = "cut_"  # rows with the share of a distribution that lies outside what a driver may be


@dataclass(frozen=True, slots=True)
class Spilled:
    """A table as it spills.

    Parameters
    ----------
    block : Block
        Its cells, header row first, in the language of the workbook.
    keys : tuple of str
        Stable key of each column.
    total : bool
        Whether the last row is a total.
    numbers : tuple of str
        Number format of each column.
    stored : str
        Address of the stored copy, set once that is written.
    texts : tuple of bool
        Whether a column holds texts, which stand to the left.
    headed : bool
        Whether the first row is a header row.
    measures : tuple of str
        Stable key of what each row measures, or of its driver, where rows differ.
    holds : str
        Name of the condition under which the stored copy stands for the table.
    heads : str
        Number format of headers that are numbers.
    """

    block: Block
    keys: tuple[str, ...]
    total: bool
    numbers: tuple[str, ...]
    texts: tuple[bool, ...]
    stored: str = ""
    headed: bool = True
    measures: tuple[str, ...] = ()
    holds: str = "set_stored"
    heads: str = "text"

    def at(self, key: str) -> int:
        """Return the position of a column."""
        return self.keys.index(key)

    def kept_at(self, address: str) -> "Spilled":
        """Return the table knowing where its copy is stored."""
        return replace(self, stored=address)

    def chosen(self, *keys: str) -> "Spilled":
        """Return the table with some of its columns, as CHOOSECOLS does."""
        places = [self.at(key) for key in keys]
        block = Block(tuple(self.block.columns[i] for i in places))
        return replace(self, block=block, keys=keys, numbers=tuple(self.numbers[i] for i in places),
                       texts=tuple(self.texts[i] for i in places))  # fmt: skip

    def header(self) -> "Spilled":
        """Return the header row alone."""
        return replace(self, block=Block(tuple(column[:1] for column in self.block.columns)), total=False)

    def best(self, count: int, *keys: str) -> "Spilled":
        """Return the first rows without header, the largest first, as TAKE and SORT do."""
        places = [self.at(key) for key in keys]
        rows = sorted(self.block.to_rows()[1:], key=lambda row: [-_number(row[i]) for i in places])
        return replace(self, block=Block.from_rows(rows[:count]), headed=False, total=False)

    def column(self, key: str) -> list[Cell]:
        """Return the cells of a column without header and total."""
        cells = list(self.block.columns[self.at(key)])
        return cells[1 : len(cells) - self.total]

    def look(self, row: int, column: int) -> tuple[str, str]:
        """Return the role and the number format of a cell."""
        if row == 0 and self.headed:
            left = self.texts[column] or (column == 0 and self.keys[0] == "period")
            return ("spill_text" if left else "spill_number"), self.heads
        role = "spill_total" if self.total and row == self.block.height - 1 else "addin"
        by_row = self.keys[0] == "measure" and self.keys[column] not in _OF_CLASSES
        if self.measures and (by_row or self.keys[column] in _OF_DRIVERS):
            measure = self.measures[row]
            return role, "percent" if measure.startswith(_CUT) else _FORMATS.get(measure, "decimal")
        return role, self.numbers[column]


def spilled(
    name: str,
    args: Sequence[Cell | Block],
    language: str,
    *,
    total: bool,
    ages: str = "decimal",
    after: Sequence[Cell | Block] = (),
) -> Spilled:
    """Call a table function and return what it spills.

    Parameters
    ----------
    name : str
        Name in the catalogue.
    args : sequence
        Every argument before `headers`.
    language : str
        Language of the table.
    total : bool
        Whether its last row is a total.
    ages : str
        Number format of columns that are headed by a number.
    after : sequence
        Arguments after `headers`.

    Raises
    ------
    CellError
        What the function answers, where that is an error.
    """
    worded, keyed = (_table(name, [*args, headers, *after], language) for headers in (_WORDED, _KEYS))
    keys = tuple(str(key) for key in next(iter(keyed.rows())))
    numbers = tuple(ages if _is_number(key) else _FORMATS.get(key, "decimal") for key in keys)
    columns = (list(column)[1:] for column in worded.columns)
    texts = tuple(not any(isinstance(cell, float) for cell in column) for column in columns)
    measures: tuple[str, ...] = ()
    if keys[0] in _KEYED_ROWS:
        measures = tuple(map(str, keyed.columns[keys.index("driver") if "driver" in keys else 0]))
    return Spilled(worded, keys, total, numbers, texts, measures=measures)


def _is_number(key: str) -> bool:
    return key.replace(".", "", 1).isdigit()


def _number(cell: Cell) -> float:
    return cell if isinstance(cell, float) else 0.0


def _table(name: str, args: Sequence[Cell | Block], language: str) -> Block:
    found = run(CATALOGUE[name], args, Context(language=language))
    if isinstance(found, Block):
        return found
    if isinstance(found, CellError):
        raise found
    raise CellError("#VALUE!", "demo.no_table", function=name, got=Text("got.blank"))
