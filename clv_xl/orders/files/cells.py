"""The cells of a file, whatever it is: a text, or a sheet of a workbook."""

from clv_xl.orders.files.asked import LARGEST_FILE, Asked
from clv_xl.orders.files.delimited import read_text
from clv_xl.orders.files.encoding import decoded
from clv_xl.orders.files.grid import Grid, Score
from clv_xl.orders.files.kind import kind_of
from clv_xl.orders.files.sheet import read_sheet

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_grid(asked: Asked, score: Score) -> Grid:
    """Read the cells of a file.

    Parameters
    ----------
    asked : Asked
        The file.
    score : callable
        Row of cells -> how many fields of an order its headers name: by it a separator, a sheet is
        chosen.

    Raises
    ------
    UserError
        When it is none, too large, empty, or cannot be taken apart.
    """
    try:
        size = asked.path.stat().st_size
        if size > LARGEST_FILE:
            raise asked.refuse("data.too_large", size=round(size / 2**20), limit=LARGEST_FILE / 2**20)
        data = asked.path.read_bytes()
    except OSError as error:
        raise asked.refuse("data.unreadable", reason=error.strerror or str(error)) from error
    if not data.strip():
        raise asked.refuse("data.empty")
    if kind := kind_of(data):
        raise asked.refuse("data.no_table", kind=kind)
    if data.startswith((_ZIP, _OLE)):
        return read_sheet(asked, data, score)
    if asked.sheet:
        raise asked.refuse("data.text_has_no_sheet", got=asked.sheet)
    text, encoding = decoded(asked, data)
    if not text.strip():
        raise asked.refuse("data.empty")
    return read_text(asked, text, encoding, score)
