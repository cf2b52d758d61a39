"""Several processes share an order store, and some are killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from clv_xl.cells import Cells
from clv_xl.errors import NA, CellError
from clv_xl.orders.columnfile import encode
from clv_xl.orders.store import SUFFIX, Store

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no kill -9")
LOST = CellError(NA, "data_lost")


def columns(seed: int, height: int = 500) -> dict[str, Cells]:
    """Return columns that differ by seed."""
    rng = np.random.default_rng(seed)
    return {"a": Cells.of(rng.normal(size=height)), "b": Cells.of(rng.normal(size=height))}


def work(directory: str, seed: int, quota: int) -> tuple[int, int]:
    """Put and get for a while; return how many gets were right and how many were told as lost."""
    store, right, lost = Store(directory, quota_bytes=quota), 0, 0
    rng = np.random.default_rng(seed)
    for _ in range(60):
        wanted = int(rng.integers(0, 12))
        try:
            got = Store(directory).get(store.put(columns(wanted)))
        except CellError as error:
            lost += error == LOST
            continue
        right += got["a"].numbers.tolist() == columns(wanted)["a"].numbers.tolist()
    return right, lost


def test_several_processes(tmp_path: Path) -> None:
    """Four processes share a store under eviction: each get is right or told as lost, never else."""
    size = sum(len(p) for p in encode(columns(0)))
    tasks = [(str(tmp_path), seed, 6 * size) for seed in range(4)]
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        results = pool.starmap(work, tasks)
    assert sum(right + lost for right, lost in results) == 240
    assert sum(right for right, _ in results) > 120
    Store(tmp_path, quota_bytes=6 * size).put(columns(0))
    assert Store(tmp_path).info().size <= 6 * size
    assert list(tmp_path.glob(".*.tmp")) == []


ENDLESS = """
import sys
import numpy as np
from clv_xl.cells import Cells
from clv_xl.orders.store import Store
store = Store(sys.argv[1])
print("ready", flush=True)
seed = 0
while True:
    seed += 1
    store.put({"a": Cells.of(np.random.default_rng(seed).normal(size=400_000))})
"""


@POSIX
def test_killed_while_writing(tmp_path: Path) -> None:
    """Whatever kill -9 leaves behind, every entry that is there is whole."""
    for pause in (0.03, 0.07, 0.11):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(tmp_path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
    for path in tmp_path.glob(f"*{SUFFIX}"):
        assert len(Store(tmp_path).get(path.stem)["a"]) == 400_000
    store = Store(tmp_path)
    assert store.get(store.put(columns(1)))
