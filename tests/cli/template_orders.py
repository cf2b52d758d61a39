"""A file of orders as ``clv-xl template`` reads it, and what it prints of it."""

from pathlib import Path
from typing import Any

import pytest

from clv_xl.cli.parser import parser_of
from clv_xl.cli.template_data import Orders, asked_of, read
from clv_xl.cli.template_understood import show_orders
from clv_xl.cli.terminal import Terminal

CSV = (
    "Asiakas;Tilauspäivä;Summa;Segmentti;Huom\n"
    "Äijä;1.2.2024;1 234,50 €;=A;x\nBo;13.2.2025;5,5;B;y\nBo;31.2.2025;5,5;B;y\nBo;28.2.2025;9;B;y\n"
)


def words(*more: str) -> Any:
    """Return arguments as the program takes them."""
    return parser_of("en").parse_args(["template", *more])


def data_file(folder: Path, text: str = CSV, encoding: str = "cp1252") -> Path:
    """Write a file of orders."""
    path = folder / "Tilaukset.csv"
    path.write_bytes(text.encode(encoding))
    return path


def orders(folder: Path, *more: str, text: str = CSV, encoding: str = "cp1252") -> Orders:
    """Return a text read as a file of orders, with further arguments."""
    return read(asked_of(words("--data", str(data_file(folder, text, encoding)), *more)))


def printed(found: Orders, language: str, capsys: pytest.CaptureFixture[str], *, joined: bool = True) -> str:
    """Return what is told of a file: in one line, or as it is printed."""
    show_orders(found, Terminal(language))
    out = capsys.readouterr().out
    return " ".join(out.split()) if joined else out
