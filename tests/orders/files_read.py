"""A text read as a file of orders."""

from pathlib import Path
from typing import Any

from clv_xl.orders.files.asked import Asked
from clv_xl.orders.files.lines import Lines, lines_of
from clv_xl.orders.files.read import OrderFile, read_orders


def lines_of_text(folder: Path, text: str, **said: Any) -> tuple[OrderFile, Lines]:
    """Return a text as read from a file, and its rows."""
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    asked = Asked(path, **said)
    found = read_orders(asked)
    return found, lines_of(asked, found)
