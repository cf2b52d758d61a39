"""A progress bar on standard error, for long work that somebody watches."""

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from clv_xl.cli.terminal import Terminal

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds of work that need no bar


class Bar:
    """A bar that appears when the work has gone on for a while.

    Parameters
    ----------
    terminal : Terminal
        Words the steps.
    shown : bool
        False for a run that is to be quiet.
    patience : float
        Seconds until the bar appears.
    counted : bool
        Whether steps done, steps in all and the time left are shown too.
    """

    def __init__(
        self, terminal: Terminal, *, shown: bool = True, patience: float = PATIENCE, counted: bool = False
    ) -> None:
        self._terminal = terminal
        self._counted = counted
        self._shown = shown and sys.stderr.isatty()
        self._lock = threading.Lock()
        self._state = (0, 1, "")
        self._progress: Progress | None = None
        self._timer = threading.Timer(patience, self._appear)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if self._shown:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._shown = False
            if self._progress is not None:
                self._progress.stop()

    def step(self, done: int, total: int, name: str) -> None:
        """Take note of a step."""
        with self._lock:
            self._state = (done, total, name)
            self._update()

    def _appear(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                SpinnerColumn,
                TextColumn,
                TimeElapsedColumn,
                TimeRemainingColumn,
            )
        except ImportError:  # a bar is no reason to fail
            return
        with self._lock:
            if not self._shown:
                return
            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                *((MofNCompleteColumn(), TimeRemainingColumn()) if self._counted else ()),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.add_task("")
            self._update()
            self._progress.start()

    def _update(self) -> None:
        if self._progress is None:
            return
        done, total, name = self._state
        words = self._terminal.say(f"cli.step_{name}") if name else ""
        self._progress.update(self._progress.task_ids[0], completed=done, total=total, description=words)
