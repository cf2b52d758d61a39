"""The template workbook: all built files, a long log, and a recalculation beside LibreOffice.

Run ``python -m tests.benchmarks.bench_template``. The log of 100,000 orders is the full sample over and over,
each time with customers of its own. LibreOffice recalculates the native build that it has open (hard, every
formula); ours is the evaluation alone, and as a command from file to file.
"""

import csv
import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clv_xl.catalogue.context import Context
from clv_xl.cli.template_files import build_all
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.functions import CatalogueFunctions
from clv_xl.workbook import cdnow
from clv_xl.workbook.template.write import write_template
from tests.hosts.libreoffice.office import office
from tests.hosts.libreoffice.with_extension import PROCEDURES
from tests.hosts_available import soffice, soffice_new

ORDERS = 100_000
ROUNDS = 3
FILES_GOAL, LONG_GOAL, MEMORY_GOAL, SIZE_GOAL = 60.0, 20.0, 1500, 2.0  # s, s, MB, MB


def late(measured: float, goal: float) -> str:
    """Return a word where a goal is missed."""
    return "   MISSED" if measured > goal else ""


def files(folder: Path) -> None:
    """Print how long the built files take, and how large they are."""
    start = time.perf_counter()
    paths = build_all(folder / "files")
    spent = time.perf_counter() - start
    largest = max(path.stat().st_size for path in paths) / 1e6
    print(f"{len(paths)} files: {spent:.0f} s (goal {FILES_GOAL:.0f}){late(spent, FILES_GOAL)}")
    print(f"the largest: {largest:.2f} MB (goal {SIZE_GOAL:.0f}){late(largest, SIZE_GOAL)}", flush=True)


def long_log(folder: Path) -> Path:
    """Write a CSV of `ORDERS` lines."""
    path = folder / "orders.csv"
    sample = cdnow.orders()
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("customer_id", "order_id", "order_date", "revenue", "segment"))
        for n in range(ORDERS):
            turn, row = divmod(n, len(sample))
            order = sample[row]
            day = dt.date(1899, 12, 30) + dt.timedelta(order.day)
            out.writerow((f"{turn}-{order.customer}", n, day.isoformat(), order.amount, order.segment))
    return path


def long(folder: Path) -> None:
    """Print time and memory of the add-in build with a long log, as a command."""
    output = folder / "long.xlsx"
    command = [sys.executable, "-m", "clv_xl", "template", "--build", "addin", "-o", str(output)]
    start = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--data", str(long_log(folder))], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    spent = time.perf_counter() - start
    assert output.exists(), status
    memory = usage.ru_maxrss / 1024
    print(f"{ORDERS:,} orders, add-in build: {spent:.1f} s (goal {LONG_GOAL:.0f}){late(spent, LONG_GOAL)}")
    print(f"its peak memory: {memory:.0f} MB (goal {MEMORY_GOAL:,}){late(memory, MEMORY_GOAL)}", flush=True)


def beside(program: Path, folder: Path) -> None:
    """Print a recalculation of the native build, in turns with a LibreOffice that has it open."""
    book = folder / "native.xlsx"
    write_template(book, "en", "native")
    spent: dict[str, list[float]] = {"evaluation": [], "command": [], "LibreOffice": []}
    with office(program, folder / "profile", procedures=(PROCEDURES,)) as calc:
        print(calc("about"))
        for _ in range(ROUNDS):
            start = time.perf_counter()
            report = calculate(book, folder / "out.xlsx", CatalogueFunctions(Context()))
            spent["command"].append(time.perf_counter() - start)
            spent["evaluation"].append(report.seconds["evaluate"])
            spent["LibreOffice"].append(calc("seconds_to_calculate", path=str(book)))
    ours, whole, theirs = map(statistics.median, spent.values())
    print(
        f"native build recalculated: {ours:.1f} s, from file to file {whole:.1f} s;"
        f" LibreOffice {theirs:.1f} s, {theirs / ours:.1f} times as long",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files(folder)
        long(folder)
        for number, program in enumerate(filter(None, (soffice(), soffice_new()))):
            (folder / str(number)).mkdir()
            beside(program, folder / str(number))


if __name__ == "__main__":
    main()
