"""What a file is that holds no table of orders: told by its first bytes, or by its lines."""

import io
import zipfile
from collections.abc import Sequence
from typing import Final

_STARTS: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
)
_PARTS: Final = (("word/document.xml", "Word (.docx)"), ("ppt/presentation.xml", "PowerPoint (.pptx)"))
_BOOKS: Final = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_MARK: Final = b"\xef\xbb\xbf"
_EVEN: Final = 0.6  # share of the lines of a table that have its number of cells
_FEW: Final = 3  # what one header among words of a text scores


def kind_of(data: bytes) -> str:
    """Return the format of a file that is no table, ``""`` if it may be one.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"Customer,Date"), kind_of(b" <!DOCTYPE html><html>")
    ('PDF', '', 'HTML')
    """
    start = data[:64].removeprefix(_MARK).lstrip().lower()
    found = next((name for mark, name in _STARTS if start.startswith(mark.lower())), "")
    if found or not data.startswith(b"PK\x03\x04") or not zipfile.is_zipfile(io.BytesIO(data)):
        return found
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
    if names.intersection(_BOOKS) and "word/document.xml" not in names:
        return ""
    return next((name for part, name in _PARTS if part in names), "ZIP")


def is_prose(rows: Sequence[Sequence[str]], fields: int) -> bool:
    """Return whether lines are those of a text and not of a table, however they are separated.

    Parameters
    ----------
    rows : sequence
        The lines that hold anything, as the best separator takes them apart.
    fields : int
        How well the best of them fits as a row of headers.
    """
    if fields > _FEW or len(rows) < 2:
        return False
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count)
    return usual == 1 or widths.count(usual) < _EVEN * len(widths)
