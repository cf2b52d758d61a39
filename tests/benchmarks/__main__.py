"""All benchmarks; each set prints a table of the README::

    python -m tests.benchmarks [--peers PYTHON]            # functions and workbooks
    python -m tests.benchmarks --planner                   # what-if, simulation, a grid against LibreOffice
    python -m tests.benchmarks --server [--rival PYTHON]   # the formula server, some 10 minutes
    python -m tests.benchmarks --calc                      # LibreOffice Calc, each version here
    python -m tests.benchmarks --template                  # the template workbook

PYTHON is an interpreter of an environment of its own: for --peers one that has the extra ``bench`` (see
bench_headless), for --rival one that has xlwings-server (see bench_server).
"""

import argparse
import platform
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", metavar="PYTHON")
    parser.set_defaults(set="functions")
    for name in ("planner", "server", "calc", "template"):
        parser.add_argument(f"--{name}", dest="set", action="store_const", const=name)
    parser.add_argument("--rival", metavar="PYTHON")
    args = parser.parse_args()
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}, numpy {np.__version__}"
    )
    peers = ["--peers", args.peers] if args.peers else []
    rival = ["--peer", args.rival] if args.rival else []
    sets: dict[str, list[tuple[str, list[str]]]] = {
        "functions": [("bench_runner", []), ("bench_segment", []), ("bench_headless", peers)],
        "planner": [("bench_what_if", []), ("bench_simulate", []), ("bench_grid", [])],
        "server": [("bench_server", rival), ("bench_load", [])],
        "calc": [("bench_calc", [])],
        "template": [("bench_template", [])],
    }
    for name, options in sets[args.set]:
        print(f"\n--- {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}", *options], check=True)


if __name__ == "__main__":
    main()
