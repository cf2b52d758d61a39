"""Ctrl-C while an engine written in another language calls back.

Such an engine takes a `KeyboardInterrupt` raised in a callback for a cell's error and goes on: the
workbook would be written with one wrong cell. So, while it evaluates, the first Ctrl-C is noted, the
rest of the evaluation is cut short, and the next step of the work raises the interrupt.
"""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

EVALUATING = "evaluate"


class Interrupts:
    """Takes Ctrl-C for the time of one calculation."""

    def __init__(self) -> None:
        self.asked = False
        self._step = ""
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if kind is None:
            self._raise_if_asked()

    def step(self, name: str) -> None:
        """Take note of a step of the work; raises the interrupt that came during the one before."""
        self._raise_if_asked()
        self._step = name

    def _take(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        if self._step != EVALUATING:
            raise KeyboardInterrupt

    def _raise_if_asked(self) -> None:
        if self.asked:
            raise KeyboardInterrupt
