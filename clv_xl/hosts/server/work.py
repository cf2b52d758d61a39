"""The work of a batch: its calls answered by the one runner, away from the event loop.

Calls of one function in a group are one column call.
"""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.run import run, run_many
from clv_xl.cells import Block, Cell
from clv_xl.errors import NA, NAME, VALUE, CellError
from clv_xl.hosts.server.auth.principal import Principal
from clv_xl.hosts.server.ranges import Shelf
from clv_xl.hosts.server.refused import BusyError, TooLargeError, WireError
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.wire import Answer, Argument, Batch, Named, read, write
from clv_xl.orders.data import is_data_text, key_of

UNKNOWN: Final = {"unknown": True}
PENDING: Final = object()  # not answered yet
AT_ONCE: Final = 5_000  # single calls of one column call: between two of them a deadline is looked at
CALL_CELLS: Final = 1_000  # cells that take as long as all the rest of a call that takes ranges
TOGETHER: Final = 10  # times heavy_cells that the calls of one small batch may take together
LARGE_BODY: Final = 1024**2  # bytes beyond which even reading a body is work for the large threads
MOST_DIGITS: Final = 9  # of the rows that a text of CLV.DATA states
ROW_BYTES: Final = 24  # that a row of orders takes in the store, about
NO_FUNCTION: Final = "unknown"  # in figures, where names that clients make up have no place


@dataclass(frozen=True, eq=False, slots=True)
class Limits:
    """What one batch may ask for; see `Settings`."""

    calls: int
    cells: int
    result_bytes: int
    seconds: float
    heavy_cells: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Return the limits that the settings name."""
        return cls(
            settings.max_calls,
            settings.max_cells,
            settings.max_result_mb * 1024**2,
            settings.time_limit_s,
            settings.heavy_cells,
        )


@dataclass(eq=False, slots=True)
class Job:
    """One batch on its way: read, looked up, answered.

    Parameters
    ----------
    batch : Batch
        What is asked.
    shelf : Shelf
        What the caller's tenant keeps.
    context : Context
        Language, store, caller and deadline of every call.
    limits : Limits
        What it may ask for.
    """

    batch: Batch
    shelf: Shelf
    context: Context
    limits: Limits
    results: list[list[Any]] = field(default_factory=list)
    answered: list[list[Any]] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)
    heavy: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)
    _blocks: dict[str, Block | None] = field(default_factory=dict)
    _stored: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, body: bytes, media_type: str, principal: Principal, shelf: Shelf, limits: Limits, deadline: float
    ) -> "Job":
        """Read a body.

        Raises
        ------
        WireError
            If it is no batch.
        TooLargeError
            If it holds too many calls.
        BusyError
            If the deadline passes before all of it is read.
        """
        batch = read(body, media_type)
        if batch.calls > limits.calls:
            error = TooLargeError("server.too_many_in_batch", count=batch.calls, most=limits.calls)
            error.language = batch.language
            raise error
        context = Context(batch.language, shelf.orders, principal=str(principal), deadline=deadline)
        job = cls(batch, shelf, context, limits)
        for section in batch.sections:
            if job._stopped():
                raise BusyError("server.busy")
            job._keep(section)
        job.results = [[PENDING] * len(group.calls) for group in batch.groups]
        job._look_up()
        return job

    def _look_up(self) -> None:
        """Find the ranges, and see whether the batch is work for the large threads.

        It is if one call takes many cells, or as long as if it did, or if all of them together would
        keep a small thread busy for long; many users with a few hundred modest calls each are better
        off with the small ones.
        """
        total = 0.0
        for group in self.batch.groups:
            function = CATALOGUE.find(group.function)
            effort = function.effort if function else None
            kinds = set(map(type, chain.from_iterable(group.calls)))
            if effort is None and kinds.isdisjoint((Named, Block, str)):
                continue
            for call in group.calls:
                cells: float = sum(map(self._cells_of, call))
                if function is not None and effort is not None:
                    cells += effort.of(function, list(map(self._amount, call)))
                total += cells + CALL_CELLS if cells else 0
                self.heavy |= cells > self.limits.heavy_cells
        self.heavy |= total > TOGETHER * self.limits.heavy_cells

    def _cells_of(self, value: Argument) -> int:
        if isinstance(value, Named):
            return _size(self._find(value.hash))
        if isinstance(value, Block):
            return _size(value)
        if type(value) is str and is_data_text(value):
            return self._rows_of(value)
        return 0

    def _amount(self, value: Argument) -> float | None:
        """Return a number, also one that came as a range of one cell, or how many cells a range has."""
        if isinstance(value, Named):
            block = self._find(value.hash)
            return None if block is None else self._amount(block)
        if isinstance(value, Block):
            size = _size(value)
            return self._amount(value.columns[0].cell(0)) if size == 1 else float(size)
        return float(value) if isinstance(value, (int, float)) else None

    def _rows_of(self, text: str) -> int:
        """Return how many rows are behind a text of CLV.DATA: what it states, or more if more is stored."""
        if text not in self._stored:
            stated = int(text.rpartition(":")[2][:MOST_DIGITS])
            try:
                size, _ = self.shelf.orders.stored(key_of(text))
            except CellError:  # lost, which is told soon
                size = 0
            self._stored[text] = max(stated, size // ROW_BYTES)
        return self._stored[text]

    def _find(self, key: str) -> Block | None:
        if key not in self._blocks:
            self._blocks[key] = self.shelf.get(key)
            if self._blocks[key] is None:
                self.unknown[key] = None
        return self._blocks[key]

    def _keep(self, section: memoryview) -> None:
        """Keep a range; a call of this batch finds it whatever else comes into the memory meanwhile."""
        try:
            key = self.shelf.put(section)
        except WireError as error:
            error.language = self.batch.language
            raise
        if (block := self.shelf.kept(key)) is not None:
            self._blocks[key] = block

    def perform(self) -> None:
        """Answer every call; what is done already stays when the deadline passes."""
        answer = Answer(self.context.language, self.limits.result_bytes)
        for group, results in zip(self.batch.groups, self.results, strict=True):
            function = CATALOGUE.find(group.function)
            if function is None:
                error = CellError(NAME, "server.unknown_function", got=group.function)
                results[:] = [answer.error(error)] * len(results)
                continue
            self._perform(function, group.calls, results, answer)

    def _perform(
        self, function: Function, calls: Sequence[Sequence[Argument]], results: list[Any], answer: Answer
    ) -> None:
        """Answer the calls of one function: those of single cells together, others one by one."""
        plain = set(map(type, chain.from_iterable(calls))).isdisjoint((Named, Block))
        singles: list[int] = list(range(len(calls))) if plain and function.lifts else []
        for i, call in enumerate(calls if not singles else ()):
            if function.lifts and not any(isinstance(v, (Named, Block)) for v in call):
                singles.append(i)
            else:
                results[i] = self._one(function, call, answer)
        for start in range(0, len(singles), AT_ONCE):
            part = singles[start : start + AT_ONCE]
            if self._stopped():
                return
            found = run_many(function, [calls[i] for i in part], self.context)  # type: ignore[misc]
            for i, value in zip(part, found, strict=True):
                results[i] = answer.result(value)

    def _one(self, function: Function, call: Sequence[Argument], answer: Answer) -> Any:
        if self._stopped():
            return PENDING
        args: list[Cell | Block] = []
        for value in call:
            if not isinstance(value, Named):
                args.append(value)
                continue
            block = self._blocks[value.hash]
            if block is None:
                return UNKNOWN
            args.append(block)
        cells = sum(_size(a) for a in args if isinstance(a, Block))
        if cells > self.limits.cells:
            error = CellError(VALUE, "server.too_many_cells", count=cells, most=self.limits.cells)
            return answer.error(error.with_params(function=function.name))
        return answer.result(run(function, args, self.context))

    def _stopped(self) -> bool:
        assert self.context.deadline is not None
        return self.cancelled.is_set() or time.monotonic() > self.context.deadline

    def finish(self, request: str, late: str = "server.time_limit") -> bytes:
        """Return the answer; calls that were not reached say why by the sentence `late`."""
        answer = Answer(self.context.language, self.limits.result_bytes)
        unreached = answer.error(CellError(NA, late, seconds=self.limits.seconds))
        results = [[unreached if value is PENDING else value for value in group] for group in self.results]
        self.answered = results
        return write(results, list(self.unknown), request)

    def asked(self) -> dict[str, int]:
        """Return how many calls of each function are asked for."""
        found: Counter[str] = Counter()
        for group in self.batch.groups:
            found[_name(group.function)] += len(group.calls)
        return dict(found)

    def outcomes(self) -> Counter[tuple[str, str]]:
        """Return how many calls of each function ended how: ok, an error code, or an unknown range."""
        found: Counter[tuple[str, str]] = Counter()
        for group, results in zip(self.batch.groups, self.answered, strict=True):
            name = _name(group.function)
            ends = Counter(r.get("error", "unknown") if type(r) is dict else "ok" for r in results)
            found.update({(name, end): count for end, count in ends.items()})
        return found


def _size(block: Block | None) -> int:
    return 0 if block is None else block.height * block.width


def _name(function: str) -> str:
    """Return the name of a function for figures and the log."""
    found = CATALOGUE.find(function)
    return found.name if found else NO_FUNCTION
