"""A workbook of 10,000 =CLV(A1,B1,C1) cells calculated, against other calculators in Python.

Run ``python tests/benchmarks/bench_headless.py [--peers PYTHON] [cells]``. PYTHON is an interpreter of
an environment of its own with ``formulas``, ``pycel`` and ``xlcalculator``, which need an older numpy;
they are run for comparison only, each in a fresh process. The ratio to a native column of the same
engine is measured in one process, in turns, as the median of several rounds.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from clv_xl.catalogue.context import Context
from clv_xl.hosts.headless.calc import calculate
from clv_xl.hosts.headless.engine import Engine
from clv_xl.hosts.headless.functions import CatalogueFunctions

CELLS = 10_000
ROUNDS = 9

PEERS = {
    "formulas": """
import formulas
from formulas.functions import wrap_ufunc
formulas.get_functions()["CLV"] = wrap_ufunc(lambda a, f, n: a * f * n)
start = time.perf_counter()
model = formulas.ExcelModel().loads(path).finish()
solution = model.calculate()
spent = time.perf_counter() - start
key = next(k for k in solution if str(k).endswith(f"!D{cells}"))
last = float(solution[key].value[0, 0])
""",
    "pycel": """
from pycel import ExcelCompiler
sys.path.insert(0, folder)
start = time.perf_counter()
model = ExcelCompiler(filename=path, plugins=("plugin_of_pycel",))
for row in range(1, cells + 1):
    last = model.evaluate(f"S!D{row}")
spent = time.perf_counter() - start
""",
    "xlcalculator": """
from xlcalculator import Evaluator, ModelCompiler
from xlcalculator.xlfunctions import xl
@xl.register()
def CLV(a, f, n):
    return a * f * n
start = time.perf_counter()
model = ModelCompiler().read_and_parse_archive(path)
evaluator = Evaluator(model)
for row in range(1, cells + 1):
    last = evaluator.evaluate(f"S!D{row}")
spent = time.perf_counter() - start
last = float(last)
""",
}
FRAME = """
import sys, time
path, folder, cells = sys.argv[1], sys.argv[2], int(sys.argv[3])
{body}
print(f"{{spent}} {{float(last)}}")
"""


def workbook(path: Path, formula: str, cells: int) -> Path:
    """Write a workbook whose cells each read their own row."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("S")
    for row in range(1, cells + 1):
        sheet.write_row(row - 1, 0, [50 + row % 7, 3 + row % 3, 2])
        sheet.write_formula(
            row - 1, 3, formula.format(row=row), None, ""
        )  # no value that a peer could just read
    book.close()
    return path


def evaluated(path: Path, functions: CatalogueFunctions) -> float:
    """Return the seconds that the engine evaluates for."""
    engine = Engine(str(path), functions, str(path))
    start = time.perf_counter()
    engine.evaluate()
    return time.perf_counter() - start


def calculated(path: Path, functions: CatalogueFunctions) -> float:
    """Return the seconds of a whole run, copy written."""
    start = time.perf_counter()
    report = calculate(path, path.with_name("out.xlsx"), functions)
    spent = time.perf_counter() - start
    assert report.ours == report.changed == report.formulas
    return spent


def peer(name: str, python: str, path: Path, cells: int) -> tuple[float, float] | str:
    """Return seconds and the last value of another calculator, or why there are none."""
    (path.parent / "plugin_of_pycel.py").write_text("def clv(a, f, n):\n    return a * f * n\n")
    script = FRAME.format(body=PEERS[name])
    command = [python, "-W", "ignore", "-c", script, str(path), str(path.parent), str(cells)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no output"])[-1]
    spent, last = done.stdout.split()[-2:]
    return float(spent), float(last)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cells", nargs="?", type=int, default=CELLS)
    parser.add_argument("--peers", default=sys.executable, help="interpreter that has the other calculators")
    options = parser.parse_args()
    cells: int = options.cells
    functions = CatalogueFunctions(Context())
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "clv.xlsx", "=CLV(A{row},B{row},C{row})", cells)
        native = workbook(Path(folder) / "native.xlsx", "=A{row}*B{row}*C{row}", cells)
        rounds = [(evaluated(path, functions), evaluated(native, functions)) for _ in range(ROUNDS)]
        ours, plain = (statistics.median(times) for times in zip(*rounds, strict=True))
        print(f"{cells} cells, evaluation only: CLV {ours * 1e3:.1f} ms, native {plain * 1e3:.1f} ms, "
              f"ratio {statistics.median(a / b for a, b in rounds):.2f} (at most 5)")  # fmt: skip
        whole = statistics.median(calculated(path, functions) for _ in range(3))
        print(f"{'whole run, copy written':24} {whole:8.2f} s")
        expected = float((50 + cells % 7) * (3 + cells % 3) * 2)
        for name in PEERS:
            found = peer(name, options.peers, path, cells)
            if isinstance(found, str):
                print(f"{name:24} not run: {found}")
            else:
                right = "" if found[1] == expected else f"  (its last cell shows {found[1]:g})"
                print(f"{name:24} {found[0]:8.2f} s  {found[0] / whole:6.1f} times as long{right}")


if __name__ == "__main__":
    main()
