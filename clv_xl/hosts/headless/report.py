"""What a calculation did: counts, cells in error, cells left as they were."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from clv_xl.cells import Cell
from clv_xl.errors import CellError, Text
from clv_xl.hosts.headless.address import quoted

Sentence: TypeAlias = Text | CellError
Wording: TypeAlias = Callable[[Sentence], str]


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that shows an error.

    Parameters
    ----------
    sheet, cell : str
        Where it is.
    code : str
        The error code the cell shows.
    sentence : Text or CellError
        Why, worded by ``clv_xl.texts``.
    origin : str
        Address of the cell the error came from when it was passed on, else empty.
    """

    sheet: str
    cell: str
    code: str
    sentence: Sentence
    origin: str = ""


@dataclass(frozen=True, slots=True)
class KeptCell:
    """A formula cell left at its old value, and why."""

    sheet: str
    cell: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about one cell that is no error."""

    sheet: str
    cell: str
    text: Text


@dataclass(frozen=True, slots=True)
class Result:
    """What ``--get`` asked for: the request and the rows of cells it names."""

    request: str
    rows: list[list[Cell]]


@dataclass(slots=True)
class Report:
    """The outcome of one calculation.

    Parameters
    ----------
    source, output : str
        The files; `output` is empty when nothing was written.
    formulas, ours, changed : int
        Formula cells; those that call a function of the catalogue; cells whose shown value changed.
    errors : list of ErrorCell
        Every cell that shows an error, causes before consequences.
    kept : list of KeptCell
        Cells left at their old values.
    unknown : dict
        Functions the engine does not know, with the number of cells that call each.
    notes : list of Note
        Overwritten formulas, formulas that show only the first cell of a table, fixed areas that are
        not filled, inputs that nothing reads.
    results : list of Result
        The answers to ``--get``.
    seconds : dict
        Time spent reading, loading, evaluating and writing.
    """

    source: str = ""
    output: str = ""
    formulas: int = 0
    ours: int = 0
    changed: int = 0
    errors: list[ErrorCell] = field(default_factory=list)
    kept: list[KeptCell] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def causes(self) -> list[ErrorCell]:
        """The errors that stand for themselves; of those from one cell that is not listed, the first."""
        return [error for error, is_cause in self._told_apart() if is_cause]

    @property
    def consequences(self) -> list[ErrorCell]:
        """The errors that would go if their causes did."""
        return [error for error, is_cause in self._told_apart() if not is_cause]

    def _told_apart(self) -> Iterator[tuple[ErrorCell, bool]]:
        known = {f"{quoted(e.sheet)}!{e.cell}".casefold() for e in self.errors}
        for error in self.errors:
            origin = error.origin.casefold()
            yield error, not origin or origin not in known
            known.add(origin)

    def to_json(self, wording: Wording | None = None) -> dict[str, Any]:
        """Return the report as plain dictionaries, lists, texts and numbers.

        Parameters
        ----------
        wording : callable, optional
            Turns a `Text` or `CellError` into a sentence; without it keys and parameters are given.
        """

        def words(sentence: Sentence) -> Any:
            if wording is not None:
                return wording(sentence)
            params = {name: value if isinstance(value, (int, float)) else str(value)
                      for name, value in sentence.params.items()}  # fmt: skip
            return {"key": sentence.key, **params}

        return {
            "source": self.source,
            "output": self.output,
            "formulas": self.formulas,
            "ours": self.ours,
            "changed": self.changed,
            "errors": [
                {**_place(e), "code": e.code, "sentence": words(e.sentence), "origin": e.origin}
                for e in self.errors
            ],
            "kept": [{**_place(k), "reason": words(k.reason)} for k in self.kept],
            "unknown": dict(self.unknown),
            "notes": [{**_place(n), "text": words(n.text)} for n in self.notes],
            "results": [
                {"request": r.request, "rows": [[_plain(cell) for cell in row] for row in r.rows]}
                for r in self.results
            ],
            "seconds": {phase: round(spent, 4) for phase, spent in self.seconds.items()},
        }


def _place(entry: ErrorCell | KeptCell | Note) -> dict[str, str]:
    return {"sheet": entry.sheet, "cell": entry.cell}


def _plain(cell: Cell) -> float | str | bool | None:
    return cell.code if isinstance(cell, CellError) else cell
