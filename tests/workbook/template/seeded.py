"""A template written once and calculated with one mistake after the other: which verdicts that turns."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.workbook.template.all import SHEETS as ALL
from clv_xl.workbook.template.kit import Build, Check
from clv_xl.workbook.template.order_lines import OrderLines
from clv_xl.workbook.template.sheets.checks import KINDS
from clv_xl.workbook.template.write import write_template


class Seeded:
    """A written template and what its checks say with inputs changed.

    Parameters
    ----------
    folder : Path
        Where it is written.
    build : {"native", "addin", "xlwings", "calc"}
        Which build.
    lines : callable
        The log.
    keys : sequence of str
        Keys of its sheets.
    always : sequence of str
        Changes of every calculation, such as limits that suit a small log.
    """

    def __init__(
        self,
        folder: Path,
        build: Build,
        lines: Callable[[Callable[[str], str]], OrderLines],
        keys: Sequence[str],
        always: Sequence[str] = (),
    ) -> None:
        self.path = folder / f"{build}.xlsx"
        chosen = tuple(sheet for sheet in ALL if sheet.key in keys)
        self.kit = write_template(self.path, "en", build, lines, chosen)
        self.always = tuple(always)
        self._answers: dict[tuple[str, ...], dict[str, Any]] = {}
        self._ask: dict[str, str] = {}

    def ask(self, name: str, address: str) -> None:
        """Read a cell or area in every calculation from now on, under a name."""
        self._ask[name] = address

    def answers(self, *sets: str) -> dict[str, Any]:
        """Return the cells asked for, each a value or rows, with inputs changed."""
        if sets not in self._answers:
            asked = {"checks": f"{self.kit.word('sheet.checks')}!A1:F160", **self._ask}
            report = calculate(
                self.path, None, CatalogueFunctions(Context(language="en")),
                sets=(*self.always, *sets), gets=list(asked.values()),
            )  # fmt: skip
            found = {name: result.rows for name, result in zip(asked, report.results, strict=True)}
            self._answers[sets] = {
                name: rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows
                for name, rows in found.items()
            }
        return self._answers[sets]

    def verdicts(self, *sets: str) -> dict[str, str]:
        """Return the verdict of every rule by its key; errors have the name of their sheet behind it."""
        return {key: str(row[5]) for key, row in self._rows(*sets).items()}

    def number(self, key: str, *sets: str) -> Any:
        """Return what a rule looks at."""
        return self._rows(*sets)[key][3]

    def _rows(self, *sets: str) -> dict[str, Any]:
        rows = [row for row in self.answers(*sets)["checks"] if isinstance(row[0], (int, float)) and row[1]]
        rules = list(self._rules())
        assert len(rows) == len(rules)
        return {
            f"errors {rule.sheet}" if rule.key == "errors" else rule.key: row
            for row, rule in zip(rows, rules, strict=True)
        }

    def _rules(self) -> Iterator[Check]:
        for kind in KINDS:
            yield from (check for check in self.kit.checks if check.kind == kind)

    def turned(self, *sets: str) -> set[str]:
        """Return the rules that hold or have no answer as long as nothing is changed, and are broken then."""
        before = self.verdicts()
        words = {self.kit.word(word) for word in ("template.status_broken", "status_check")}
        return {key for key, word in self.verdicts(*sets).items() if word in words and word != before[key]}

    def cell(self, place: str, row: int = 0, column: int = 0) -> str:
        """Return the address of a cell of a place, as ``--set`` takes it."""
        sheet, _, cells = self.kit.at(place).rpartition("!")
        letters, first = cells.split(":")[0].replace("$", " ").split()
        return f"{sheet}!{chr(ord(letters) + column)}{int(first) + row}"
