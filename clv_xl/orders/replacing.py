"""A file that takes the place of another, whole or not at all."""

import time
from pathlib import Path
from typing import Final

RETRIES: Final = 8


def put_in_place(temporary: Path, path: Path) -> None:
    """Give a written file its name; on Windows a reader may hold the old one open for a moment."""
    for attempt in range(RETRIES):
        try:
            temporary.replace(path)
        except PermissionError:
            if attempt == RETRIES - 1:
                raise
            time.sleep(0.01 * 2**attempt)
        else:
            return
