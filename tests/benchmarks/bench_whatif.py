"""A grid of 1,000 points on the demo workbook: ``clv-xl whatif`` against a LibreOffice that has it open.

Run ``python -m tests.benchmarks.bench_whatif``. LibreOffice gets the two inputs of each point through its own
interface and calculates (``document.calculate()``), for as many points as `ASKED`; the time of a thousand is
that of one times a thousand. The figures of both are of one run, and what they read must agree.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
ASKED = 40
GOAL = 100.0
VARY, READ = ("Summary!B17", "Summary!B21"), "Summary!B32"
ROUNDS = 3


def ours(book: Path) -> tuple[float, float, Grid]:
    """Return the seconds of a grid in this process and as a command, and the grid."""
    axes = [
        Axis(cell, numbers(*values.split(":"))) for cell, values in zip(VARY, (MARGINS, COSTS), strict=True)
    ]
    inside, outside = [], []
    command = [sys.executable, "-m", "clv_xl", "whatif", str(book), "--read", READ, "-q"]
    command += [w for cell, v in zip(VARY, (MARGINS, COSTS), strict=True) for w in ("--vary", f"{cell}={v}")]
    for _ in range(ROUNDS):
        start = time.perf_counter()
        grid = grid_of(book, Bound(context_of("en")), axes, [READ])
        inside.append(time.perf_counter() - start)
        start = time.perf_counter()
        subprocess.run([*command, "-o", str(book.with_name("grid.csv"))], check=True)
        outside.append(time.perf_counter() - start)
    return statistics.median(inside), statistics.median(outside), grid


def measure(program: Path, folder: Path) -> None:
    """Print the figures against one LibreOffice."""
    book = write_demo(folder / "demo.xlsx", "en", "calc").path
    place, profile = folder / "clv_xl.oxt", folder / "profile"
    place.write_bytes(extension.build(settings()))
    with office(program, profile) as calc:
        calc("add_extension", path=str(place))
    inside, outside, grid = ours(book)
    count = len(grid.points)
    step = max(count // ASKED, 1)
    asked = [list(point) for point in grid.points[::step]]
    request = {"path": str(book), "vary": [cell.split("!") for cell in VARY], "points": asked,
               "read": READ.split("!")}  # fmt: skip
    store = {"CLV_XL_STORE": str(folder / "store")}
    with office(program, profile, procedures=(PROCEDURES, GRID), environment=store) as calc:
        print(calc("about"))
        for pull, name in ((False, "calculate()"), (True, "the cell alone")):
            found = calc("grid", **request, pull=pull)
            mine = [row[0] for row in grid.rows[::step]]
            apart = max(abs(a - b) / abs(b) for a, b in zip(mine, found["cells"], strict=True))
            assert apart < 1e-14, apart
            theirs = found["seconds"] / len(asked)
            ratio = theirs * count / inside
            late = "" if pull or ratio >= GOAL else "   TOO SLOW"
            print(
                f"{name:15} {theirs * 1e3:6.0f} ms a point; whatif {count:,} points {inside:.2f} s: ratio"
                f" {ratio:.0f}; as a command {outside:.2f} s: ratio {theirs * count / outside:.0f};"
                f" farthest apart {apart:.0e}{late}",
                flush=True,
            )


def main() -> None:
    for program in filter(None, (soffice(), soffice_new())):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["CLV_XL_STORE"] = str(Path(folder) / "ours")
            measure(program, Path(folder))


if __name__ == "__main__":
    main()
