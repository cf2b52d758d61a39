"""Workbooks at random in which results that spill read one another, and their values in plain Python."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

import xlsxwriter

from clv_xl.cells import Block, Cell
from clv_xl.errors import NA, CellError
from clv_xl.hosts.headless.address import a1
from clv_xl.hosts.headless.engine import Answer
from tests.hosts.headless.books import Fake, make

SHEETS: Final = ("P", "Q and R", "T")
BAND: Final = 6  # rows between two formulas of one column: the highest result has five cells
COLUMNS: Final = 5
KINDS: Final = (
    *("ours", "ours", "ours", "native", "plain", "plain", "plain", "plain", "plain"),
    *("sum", "sort", "hash", "name", "offset", "whole"),
)
TERMS: Final = ("ours", "native", "plain")  # read two cells
ROWS: Final = (0, 1, 1, 1, 1, 2, 3)  # of a result, which has two or more
RECENT: Final = 3
Where = tuple[str, int, int]


def _grow(cells: Sequence[Cell | Block]) -> Cell | Block:
    """Return 2 to 5 cells that begin with a sum; #N/A where one of its terms is blank, 0 or no number."""
    total = 0.0
    for cell in cells:
        if not isinstance(cell, float) or not cell:
            return CellError(NA, "no_number")
        total += cell
    return Block.from_rows([[total % 97 + i] for i in range(2 + int(total) % 4)])


class Growing(Fake):
    """The stand-in for the catalogue with a function that spills according to what it reads."""

    answers: ClassVar[dict[str, Answer]] = {**Fake.answers, "CLV.GROW": _grow}

    def names(self) -> Iterable[str]:
        return self.answers

    def bind(self, name: str) -> Answer:
        return self.answers[name]


@dataclass
class Node:
    """A formula: what it is, where it stands, and the cells it reads."""

    kind: str
    where: Where
    reads: list[Where] = field(default_factory=list)
    number: int = 0
    height_in_file: int = 1

    @property
    def spills(self) -> bool:
        return self.kind in ("ours", "native", "sort")

    @property
    def text(self) -> str:
        """The formula."""
        cells = [address(cell) for cell in self.reads]
        if not cells:
            return {"ours": "CLV.GROW(3,4)", "native": "SEQUENCE(3,1,2)"}.get(self.kind, "5")
        area = f"{cells[0]}:{a1(*self.reads[-1][1:])}"
        terms = "+".join(cells)
        return {
            "ours": f"CLV.GROW({','.join(cells)})",
            "native": f"SEQUENCE(2+MOD({terms},4),1,MOD({terms},97))",
            "plain": f"{terms}+1",
            "sum": f"SUM({area})",
            "sort": f"_xlfn._xlws.SORT({area},1,-1)",
            "hash": f"IFERROR(SUM(_xlfn.ANCHORARRAY({cells[0]})),-1)",
            "name": f"n_{self.number}+1",
            "offset": f"OFFSET({address(cells_up(self.reads[0]))},1,0)+1",
            "whole": f"INDEX({area},2)+1",
        }[self.kind]

    def value(self, known: Mapping[Where, Any]) -> list[Any]:
        """Return the cells of the result; a blank is None, an error its code."""
        cells = [known.get(cell) for cell in self.reads]
        if not cells:
            return {"ours": [7.0, 8.0, 9.0, 10.0, 11.0], "native": [2.0, 3.0, 4.0]}.get(self.kind, [5.0])
        if self.kind == "whole":
            cells = cells[1:2]
        wrong = [cell for cell in cells if isinstance(cell, str)]
        if self.kind == "sort":  # from the largest: errors, numbers, blanks as 0
            filled = sorted((c for c in cells if isinstance(c, float)), reverse=True)
            return [*wrong, *filled, *[0.0] * (len(cells) - len(filled) - len(wrong))]
        if self.kind == "ours" and not all(isinstance(cell, float) and cell for cell in cells):
            return [NA]
        if wrong:
            return [-1.0 if self.kind == "hash" else wrong[0]]
        total = sum(cell or 0.0 for cell in cells)
        if self.kind in ("ours", "native"):
            return [total % 97 + i for i in range(2 + int(total) % 4)]
        return [total if self.kind in ("sum", "hash") else total + 1]


def cells_up(where: Where) -> Where:
    """Return the cell above."""
    return where[0], where[1] - 1, where[2]


def address(where: Where) -> str:
    """Return a cell as a formula names it."""
    sheet, row, column = where
    return f"'{sheet}'!{a1(row, column)}"


def dag(seed: int) -> list[Node]:
    """Return formulas, each after those it reads; where they stand tells nothing of their order."""
    draw = random.Random(seed)
    count = draw.randint(10, 28)
    places = [
        (sheet, 2 + BAND * i, 1 + column) for sheet in SHEETS for i in range(2) for column in range(COLUMNS)
    ]
    nodes: list[Node] = []
    for i, where in enumerate(draw.sample(places, count)):
        node = Node(draw.choice(KINDS) if i else "ours", where, number=i)
        node.height_in_file = draw.randint(1, BAND - 1) if seed % 2 else 1
        spilling = [n for n in nodes if n.spills]
        if node.kind in ("sum", "sort", "whole", "hash"):
            sheet, row, column = draw.choice(spilling).where
            first = 0 if node.kind == "hash" else draw.randint(0, 2)
            height = draw.randint(2, 3)
            node.reads = [(sheet, row + k, column) for k in range(first, first + height)]
        elif nodes and draw.random() < 0.9:
            others = [draw.choice(nodes[-RECENT:]), draw.choice(nodes)][: 1 + (node.kind in TERMS)]
            for other in others:
                sheet, row, column = other.where
                node.reads.append((sheet, row + (draw.choice(ROWS) if other.spills else 0), column))
        nodes.append(node)
    return nodes


def expected(nodes: Iterable[Node]) -> dict[Where, Any]:
    """Calculate the formulas one after the other."""
    known: dict[Where, Any] = {}
    heights: dict[Where, int] = {}
    for node in nodes:
        sheet, row, column = node.where
        reads = node.reads
        if node.kind == "hash" and reads:  # as many cells as the result has
            first = reads[0]
            reads = [(first[0], first[1] + k, first[2]) for k in range(heights[first])]
        values = Node(node.kind, node.where, reads).value(known)
        heights[node.where] = len(values)
        known |= {(sheet, row + k, column): value for k, value in enumerate(values)}
    return known


def workbook(path: Path, nodes: Iterable[Node]) -> Path:
    """Write the formulas with an old value that is nobody's."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheets = {name: book.add_worksheet(name) for name in SHEETS}
        for node in nodes:
            sheet, row, column = node.where
            if node.kind == "name" and node.reads:
                anchor = node.reads[0]
                letter = a1(anchor[1], anchor[2])
                absolute = "$" + letter.rstrip("0123456789") + "$" + letter.lstrip("ABCDE")
                book.define_name(f"n_{node.number}", f"='{anchor[0]}'!{absolute}")
            if node.spills:
                where = f"{a1(row, column)}:{a1(row + node.height_in_file - 1, column)}"
                sheets[sheet].write_dynamic_array_formula(where, f"={node.text}", None, -9999)
            else:
                sheets[sheet].write_formula(row - 1, column - 1, f"={node.text}", None, -9999)

    return make(path, fill)
