"""``settings.ini``: what the workbook's VBA reads to start Python."""

import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from clv_xl.orders.replacing import put_in_place

SECTION: Final = "clv_xl"
NAME: Final = "settings.ini"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one user.

    Parameters
    ----------
    python : str
        Path of the Python to start, in the ANSI code page and no longer than a command can hold.
    xlwings, clv_xl : str
        Versions that were there at the time of installing.
    language : str
        Language of header rows and sentences.
    """

    python: str
    xlwings: str
    clv_xl: str
    language: str

    def text(self) -> str:
        """Return the file's text: one section, a line a setting."""
        lines = (f"{name}={value}" for name, value in asdict(self).items())
        return "\r\n".join((f"[{SECTION}]", *lines, ""))


def read(path: Path, encoding: str) -> Settings | None:
    """Return the settings of a file; None without a file, or if it lacks one of them."""
    try:
        text = path.read_bytes().decode(encoding)
    except (OSError, UnicodeError):
        return None
    parts = (line.partition("=") for line in text.splitlines() if "=" in line)
    found = {name.strip(): value.strip() for name, _, value in parts}
    wanted = [field.name for field in fields(Settings)]
    return Settings(**{name: found[name] for name in wanted}) if set(wanted) <= set(found) else None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
