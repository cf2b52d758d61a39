"""Ctrl-C while the engine works: nothing that stops a calculation may become the value of a cell.

formualizer 0.13 turns whatever is raised inside a callback, KeyboardInterrupt too, into #VALUE! of one
cell, and goes on.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self


class Interruption:
    """What asked for the end of an evaluation, raised as soon as the engine has returned.

    Parameters
    ----------
    cancel : callable
        Asks the engine to stop; may be called inside a callback.
    reset : callable
        Makes the engine ready again.

    Attributes
    ----------
    asked : BaseException or None
        What is to be raised. The engine goes on for a while: nothing needs an answer any more.
    """

    def __init__(self, cancel: Callable[[], Any], reset: Callable[[], Any]) -> None:
        self._cancel = cancel
        self._reset = reset
        self.asked: BaseException | None = None
        self._before: Any = None

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
        if asked is not None:
            self._reset()
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
