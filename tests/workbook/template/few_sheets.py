"""Templates of a few sheets, for tests that change inputs or the log: quicker than the whole workbook."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import CellError
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.workbook.template.all import SHEETS as ALL
from clv_xl.workbook.template.kit import Build
from clv_xl.workbook.template.order_lines import COLUMNS, OrderLines, sample
from clv_xl.workbook.template.write import write_template
from tests.workbook.template.built import Built

SHEETS = ("settings", "inputs", "orders", "segments", "checks")


def few_sheets(
    folder: Path,
    *sets: Callable[[Built], str] | str,
    build: Build = "native",
    lines: Callable[[Callable[[str], str]], OrderLines] = sample,
    language: str = "en",
    keys: Sequence[str] = SHEETS,
    spoken: str = "",
) -> Built:
    """Return a calculated template of the sheets `keys`; `sets` change inputs, by name or by place.

    The functions answer in the language `spoken`, if it is not that of the workbook.
    """
    written, path = folder / "written.xlsx", folder / "template.xlsx"
    chosen = tuple(sheet for sheet in ALL if sheet.key in keys)
    kit = write_template(written, language, build, lines, chosen)
    unread = Built(written, path, kit, None)  # type: ignore[arg-type]  # only its places are asked
    words = [one if isinstance(one, str) else one(unread) for one in sets]
    report = calculate(written, path, CatalogueFunctions(Context(language=spoken or language)), sets=words)
    return Built(written, path, kit, report)


def at(place: str, value: Any, row: int = 0) -> Callable[[Built], str]:
    """Return a change of an input by its place, or of a row of a column of inputs."""

    def words(built: Built) -> str:
        sheet, _, cells = built.kit.at(place).rpartition("!")
        letters, first = cells.split(":")[0].replace("$", " ").split()
        return f"{sheet}!{letters}{int(first) + row}={value}"

    return words


def log_of(lines: OrderLines) -> Block:
    """Return the order log as the functions get it, header row first; columns without cells are left out."""
    columns = zip(COLUMNS, lines.columns(), strict=True)
    return Block.from_rows(
        list(
            zip(
                *([name, *cells] for name, cells in columns if any(c is not None for c in cells)), strict=True
            )
        )
    )


def answer(name: str, *args: Cell | Block, language: str = "en") -> Any:
    """Return what a function answers, as rows where that is a table."""
    found = run(CATALOGUE[name], list(args), Context(language=language))
    assert not isinstance(found, CellError), found
    return found.to_rows() if isinstance(found, Block) else found


def by_name(rows: Sequence[Sequence[Cell]]) -> dict[str, dict[str, Cell]]:
    """Return a table with stable keys as a dict a row, by its first cell."""
    keys = [str(key) for key in rows[0]]
    return {str(row[0]): dict(zip(keys, row, strict=True)) for row in rows[1:]}


def verdicts(built: Built) -> dict[str, str]:
    """Return the verdict on Checks by the description of the rule."""
    sheet = built.sheet("checks")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return {str(row[1]): str(row[5]) for row in rows if isinstance(row[0], (int, float))}


def verdict(built: Built, key: str) -> str:
    """Return the verdict of a rule by its key."""
    return verdicts(built)[built.kit.word(f"template.check.{key}")]


def turned(built: Built, key: str) -> bool:
    """Return whether a rule is broken or, where it asks a question, raises it."""
    kind = next(check.kind for check in built.kit.checks if check.key == key)
    word = "status_check" if kind == "warning" else "template.status_broken"
    return verdict(built, key) == built.kit.word(word)
