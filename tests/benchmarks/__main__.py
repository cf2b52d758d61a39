"""All benchmarks: ``python -m tests.benchmarks [--peers PYTHON]`` prints the table of the README.

PYTHON is an interpreter of an environment of its own that has the extra ``bench``; see bench_headless.
"""

import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np


def main() -> None:
    here = Path(__file__).parent
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}, numpy {np.__version__}"
    )
    for name, options in (("bench_runner", []), ("bench_segment", []), ("bench_headless", sys.argv[1:])):
        print(f"\n--- {name}", flush=True)
        subprocess.run([sys.executable, str(here / f"{name}.py"), *options], check=True)


if __name__ == "__main__":
    main()
