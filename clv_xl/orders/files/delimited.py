"""The cells of a text file: taken apart at its separator, which is found out."""

import csv
import io
import re
from itertools import islice
from typing import Final

from clv_xl.orders.files.asked import SHEET_ROWS, Asked
from clv_xl.orders.files.encoding import separator_name
from clv_xl.orders.files.grid import TOP_ROWS, Grid, Score
from clv_xl.orders.files.kind import is_prose

SEPARATORS: Final = (";", ",", "\t", "|")
_MOST_COLUMNS: Final = 1_000
_DIRECTIVE: Final = "sep="
_OPEN: Final = re.compile(r"EOF inside string starting at row (\d+)")  # as pandas counts, from 0


def read_text(asked: Asked, text: str, encoding: str, score: Score) -> Grid:
    """Take a text apart at its separator."""
    separator, skipped = "", 0
    if text[:5].casefold().startswith(_DIRECTIVE):  # as Excel writes and reads it
        first, _, rest = text.partition("\n")
        separator, skipped, text = first.rstrip("\r")[len(_DIRECTIVE) : len(_DIRECTIVE) + 1], 1, rest
    if separator not in SEPARATORS:
        separator = _separator(text, score)
    if '"' not in text and text.count("\n") > SHEET_ROWS + 1:  # known before a second's work
        raise asked.refuse("data.too_many", rows=float(text.count("\n")), limit=float(SHEET_ROWS))
    head = [row for row in _head(text, separator) if any(cell.strip() for cell in row)]
    if not asked.columns and is_prose(head, max((score(row) for row in head[:TOP_ROWS]), default=0)):
        raise asked.refuse("data.no_table_text")
    import pandas as pd

    width = min(max((len(row) for row in _head(text, separator)), default=1), _MOST_COLUMNS)
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, header=None, names=range(width), dtype=object, na_filter=False,
            skip_blank_lines=False, nrows=SHEET_ROWS + 1, index_col=False, low_memory=False,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise _uneven(asked, text, separator, width, error) from error
    if len(frame) > SHEET_ROWS:
        raise asked.refuse("data.too_many", rows=float(len(frame)), limit=float(SHEET_ROWS))
    columns = [[*[""] * skipped, *frame[i].tolist()] for i in range(width)]
    return Grid(columns, encoding, separator)


def _head(text: str, separator: str) -> list[list[str]]:
    """Return the first rows as a separator makes them."""
    head = io.StringIO(text[: 1 << 18], newline="")
    try:
        return list(islice(csv.reader(head, delimiter=separator), TOP_ROWS * 10))
    except csv.Error:
        return []


def _separator(text: str, score: Score) -> str:
    """Return the separator that makes most sense: most fields of an order, then the evenest rows."""
    best, chosen = (-1, -1.0, -1), SEPARATORS[0]
    for separator in SEPARATORS:
        rows = [row for row in _head(text, separator) if any(row)]
        if not rows:
            continue
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count)
        fields = max(score(row) for row in rows[:TOP_ROWS])
        mark = (fields, widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)
        if mark > best:
            best, chosen = mark, separator
    return chosen


def _uneven(asked: Asked, text: str, separator: str, width: int, error: Exception) -> Exception:
    """Return the error for a row with more cells than the header, or a quotation mark left open."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for i, row in enumerate(reader, 1):
            if len(row) > width:
                return asked.refuse(
                    "data.uneven", line=float(i), count=float(len(row)), expected=float(width),
                    separator=separator_name(separator),
                )  # fmt: skip
    except csv.Error:
        pass
    if found := _OPEN.search(str(error)):
        return asked.refuse("data.quote_open", line=float(int(found[1]) + 1))
    return asked.refuse("data.not_taken_apart", reason=str(error), separator=separator_name(separator))
