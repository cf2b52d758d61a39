"""The wheel of this package, built as a release is built."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def built(folder: Path) -> Path:
    """Build the wheel into a folder and return it."""
    pip = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT))
    done = subprocess.run(pip, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("clv_xl-*.whl")
    return found
