"""A process made ready before its first call, so that no cell pays for what is done once."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.formula import evaluate

SWITCH_S: Final = 0.0005
"""How long a thread keeps Python from the others; a small call waits for it several times while a
table computes. Measured in nine alternating trials on two cores that others used too, small calls
beside tables of a million rows: 99th percentile, median of the trials, 69 ms with Python's own 5 ms and
30 ms with this (all samples together: 73 and 52 ms). 1 ms could not be told from this: 64 and 77 ms,
but equal in the four trials in which the machine was quiet."""


@contextmanager
def warm() -> Iterator[None]:
    """Load what functions load when first called, and tune this process for many small calls.

    What is loaded by then stays for good: it is taken out of the sight of the garbage collector, which
    would otherwise stop every thread to walk through it again and again.
    """
    for function in CATALOGUE.values():
        evaluate(function.examples[0].formula)
    gc.collect()
    gc.freeze()
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
        gc.unfreeze()
