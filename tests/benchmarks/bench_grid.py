"""A grid of 1,000 points on the demo workbook: ``clv-xl whatif`` against a LibreOffice that has it open.

Run ``python -m tests.benchmarks.bench_grid``. LibreOffice gets the two inputs of each point through its own
interface and calculates (``document.calculate()``), for as many points as `ASKED`; the time of a thousand is
that of one times a thousand. Medians of `ROUNDS` in turn, and what both read must agree.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from clv_xl.cli.answers import Bound, context_of
from clv_xl.hosts.headless.axes import Axis, numbers
from clv_xl.hosts.headless.grid import Grid, grid_of
from clv_xl.hosts.libreoffice import extension
from clv_xl.workbook.demo import write_demo
from tests.hosts.libreoffice.office import office
from tests.hosts.libreoffice.with_extension import PROCEDURES, settings
from tests.hosts_available import soffice, soffice_new

GRID = Path(__file__).parent / "whatif_procedures.py"
MARGINS, COSTS = "21.5%:60.5%:1%", "5.5:17.5:0.5"  # 40 x 25 points
ASKED = 12
GOAL = 100.0
VARY, READ = ("Summary!B17", "Summary!B21"), "Summary!B32"
ROUNDS = 3


def inside(book: Path) -> tuple[float, Grid]:
    """Return the seconds of a grid in this process, and the grid."""
    axes = [
        Axis(cell, numbers(*values.split(":"))) for cell, values in zip(VARY, (MARGINS, COSTS), strict=True)
    ]
    start = time.perf_counter()
    grid = grid_of(book, Bound(context_of("en")), axes, [READ])
    return time.perf_counter() - start, grid


def outside(book: Path) -> float:
    """Return the seconds of the whole command."""
    command = [sys.executable, "-m", "clv_xl", "whatif", str(book), "--read", READ, "-q"]
    command += [w for cell, v in zip(VARY, (MARGINS, COSTS), strict=True) for w in ("--vary", f"{cell}={v}")]
    start = time.perf_counter()
    subprocess.run([*command, "-o", str(book.with_name("grid.csv"))], check=True)
    return time.perf_counter() - start


def measure(program: Path, folder: Path) -> None:
    """Print the figures against one LibreOffice; the two take turns, so that both have the same machine."""
    book = write_demo(folder / "demo.xlsx", "en", "calc").path
    place, profile = folder / "clv_xl.oxt", folder / "profile"
    place.write_bytes(extension.build(settings()))
    with office(program, profile) as calc:
        calc("add_extension", path=str(place))
    spent: dict[str, list[float]] = {"calculate()": [], "the cell alone": [], "grid": [], "command": []}
    store = {"CLV_XL_STORE": str(folder / "store")}
    with office(program, profile, procedures=(PROCEDURES, GRID), environment=store) as calc:
        print(calc("about"))
        for _ in range(ROUNDS):
            seconds, grid = inside(book)
            spent["grid"].append(seconds)
            spent["command"].append(outside(book))
            step = len(grid.points) // ASKED
            asked = [list(point) for point in grid.points[::step]]
            for pull, name in ((False, "calculate()"), (True, "the cell alone")):
                found = calc(
                    "grid",
                    path=str(book),
                    vary=[cell.split("!") for cell in VARY],
                    points=asked,
                    read=READ.split("!"),
                    pull=pull,
                )
                assert found["cells"] == pytest.approx([row[0] for row in grid.rows[::step]], rel=1e-14)
                spent[name].append(found["seconds"] / len(asked))
    _show({name: statistics.median(seconds) for name, seconds in spent.items()}, len(grid.points))


def _show(spent: dict[str, float], count: int) -> None:
    print(f"whatif, {count:,} points: {spent['grid']:.2f} s; as a command {spent['command']:.2f} s")
    for name in ("calculate()", "the cell alone"):
        theirs = spent[name] * count
        ratio = theirs / spent["grid"]
        print(
            f"{name:15} {spent[name] * 1e3:6.0f} ms a point: {ratio:.0f} times as long, the command"
            f" {theirs / spent['command']:.0f}"
            f"{'   TOO SLOW' if name == 'calculate()' and ratio < GOAL else ''}",
            flush=True,
        )


def main() -> None:
    for program in filter(None, (soffice(), soffice_new())):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["CLV_XL_STORE"] = str(Path(folder) / "ours")
            measure(program, Path(folder))


if __name__ == "__main__":
    main()
