"""Ctrl-C while the engine works: nothing that stops a calculation may become the value of a cell.

formualizer 0.13 turns whatever is raised inside a callback, KeyboardInterrupt too, into #VALUE! of one
cell, and goes on.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self


def _nothing() -> Any:
    """Stand for a workbook that is not being evaluated."""


class Interruption:
    """What asked for the end of an evaluation, raised as soon as the engine has returned.

    The callbacks of a workbook hold this, so that it must know the workbook only while one runs: the
    garbage collector does not see through the engine, and a circle through it would stay for ever.

    Attributes
    ----------
    asked : BaseException or None
        What is to be raised. The engine goes on for a while: nothing needs an answer any more.
    """

    def __init__(self) -> None:
        self._cancel = self._reset = _nothing
        self.asked: BaseException | None = None
        self._before: Any = None

    def during(self, cancel: Callable[[], Any], reset: Callable[[], Any]) -> Self:
        """Return this as the context of one evaluation.

        Parameters
        ----------
        cancel : callable
            Asks the engine to stop; may be called inside a callback.
        reset : callable
            Makes the engine ready again.
        """
        self._cancel, self._reset = cancel, reset
        return self

    def __enter__(self) -> Self:
        # Where somebody else handles the signal, the handler is theirs to keep.
        if (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        ):
            self._before = signal.signal(signal.SIGINT, self._signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None
        asked, self.asked = self.asked, None
        reset, self._cancel, self._reset = self._reset, _nothing, _nothing
        if asked is not None:
            reset()
            raise asked

    def _signal(self, number: int, frame: FrameType | None) -> None:
        self.take(KeyboardInterrupt())

    def take(self, error: BaseException) -> None:
        """Remember what was raised inside a callback and is no answer to it; let the engine stop."""
        stops = isinstance(error, MemoryError) or not isinstance(error, Exception)
        if stops and self.asked is None:
            self.asked = error
            self._cancel()

    def guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function for the engine whose interruption is remembered."""

        def call(*cells: Any) -> Any:
            try:
                return function(*cells)
            except BaseException as error:
                self.take(error)
                raise

        return call
