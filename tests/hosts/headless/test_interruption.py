"""Ctrl-C during a calculation: no copy is written, whoever calls."""

import gc
import os
import signal
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from clv_xl.cells import Block, Cell
from clv_xl.hosts.headless.calc import calculate
from tests.hosts.headless.books import Fake, formulas


class Stopping(Fake):
    """Functions of which the fourth call is stopped."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self.calls = 0
        self._stop = stop

    def bind(self, name: str) -> Callable[[Sequence[Cell | Block]], Cell | Block]:
        answer = super().bind(name)

        def call(cells: Sequence[Cell | Block]) -> Cell | Block:
            self.calls += 1
            if self.calls == 4:
                self._stop()
            return answer(cells)

        return call


def signalled() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def raised() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("stop", [signalled, raised])
def test_nothing_is_written(tmp_path: Path, stop: Callable[[], None]) -> None:
    source = formulas(tmp_path / "b.xlsx", {f"B{r}": f"=CLV({r},1,1)" for r in range(1, 500)})
    functions = Stopping(stop)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        calculate(source, tmp_path / "out.xlsx", functions)
    assert not (tmp_path / "out.xlsx").exists()
    assert functions.calls == 4
    assert signal.getsignal(signal.SIGINT) is before


def test_an_owner_of_the_signal_keeps_it(tmp_path: Path) -> None:
    taken: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: taken.append(number))
    try:
        source = formulas(tmp_path / "b.xlsx", {f"B{r}": f"=CLV({r},1,1)" for r in range(1, 9)})
        report = calculate(source, tmp_path / "out.xlsx", Stopping(signalled))
    finally:
        signal.signal(signal.SIGINT, before)
    assert taken == [signal.SIGINT]
    assert report.changed == 7  # the fifth cell shows 5 already


def test_nothing_of_a_calculation_outlives_it(tmp_path: Path) -> None:
    """A circle through the engine, which the garbage collector cannot see, would keep each workbook."""
    source = formulas(tmp_path / "b.xlsx", {"B1": "=CLV(1,1,1)"})
    functions = Stopping(raised)
    kept = weakref.ref(functions)
    calculate(source, tmp_path / "out.xlsx", functions)
    del functions
    gc.collect()
    assert kept() is None
