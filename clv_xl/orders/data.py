"""The short text that stands for columns of orders: what CLV.DATA returns and others take.

``clv:orders:<first 32 digits of the SHA-256>:<rows>``; the columns themselves are in the store.
"""

import re
from collections.abc import Mapping

import numpy as np

from clv_xl.cells import Cells
from clv_xl.errors import VALUE, CellError, Text
from clv_xl.orders.columnfile import Entry
from clv_xl.orders.log import OrderLog
from clv_xl.orders.reading import ARGUMENTS, log_of_columns, padded
from clv_xl.orders.store import NAME_LENGTH, Store
from clv_xl.table import Table

PREFIX = "clv:orders:"
_TEXT = re.compile(r"clv:orders:([0-9a-f]{32,64}):(\d+)", re.IGNORECASE)
_1970 = 25569.0  # serial number of 1970-01-01
_DAY = 86400.0


def is_data_text(text: object) -> bool:
    """Return whether a cell is a text of CLV.DATA.

    >>> is_data_text("clv:orders:" + "0" * 32 + ":5"), is_data_text("@shop")
    (True, False)
    """
    return isinstance(text, str) and _TEXT.fullmatch(text.strip()) is not None


def is_source_text(text: object) -> bool:
    """Return whether a cell names a configured source: a text that begins with ``@``."""
    return isinstance(text, str) and text.lstrip().startswith("@")


def upload(store: Store, fields: Mapping[str, Cells], first_row: int = 1) -> str:
    """Store columns of orders and return the text that stands for them.

    Parameters
    ----------
    store : Store
        Where they are kept.
    fields : mapping
        Argument of CLV.DATA (``customer_ids``, ``order_dates``, ...) -> its column without a header.
        Trailing blanks are cut off and shorter columns filled with blanks.
    first_row : int
        Row of the first cell in the ranges as given: 2 where a header was cut off.

    Returns
    -------
    str
        The text.

    Raises
    ------
    CellError
        ``#N/A`` if the store cannot be written.
    """
    height = max((cells.filled() for cells in fields.values()), default=0)
    columns = {name: padded(fields[name], height) for name in ARGUMENTS.values() if name in fields}
    key = store.put(columns, {"first_row": first_row})
    return f"{PREFIX}{key[:NAME_LENGTH]}:{height}"


def download(store: Store, text: str) -> dict[str, Cells]:
    """Return the columns a text stands for, by argument of CLV.DATA.

    Raises
    ------
    CellError
        ``#N/A`` if they are not in the store any more; ``#VALUE!`` for any other text.
    """
    return store.get(key_of(text))


def order_log(store: Store, text: str) -> OrderLog:
    """Return the order log a text stands for; raises as `download`."""
    return store.derived(key_of(text), "order_log", _log)


def _log(entry: Entry) -> OrderLog:
    """Read the order log of an entry."""
    return log_of_columns(**entry.columns, first_row=int(entry.meta.get("first_row", 1)))


def key_of(text: str) -> str:
    """Return the key that a text of CLV.DATA holds.

    Raises
    ------
    CellError
        ``#VALUE!`` if it is no such text; texts that begin with ``@`` name a source, and there are
        none yet.
    """
    found = _TEXT.fullmatch(text.strip())
    if found:
        return found[1].lower()
    if is_source_text(text):
        raise CellError(VALUE, "source_not_configured", got=text)
    raise CellError(VALUE, "order_log_expected", got=text)


def source_info(store: Store, text: str) -> Table:
    """Describe what a text of CLV.DATA stands for.

    Returns
    -------
    Table
        measure, value: lines, customers, first and last date, columns, size and time of storing.

    Raises
    ------
    CellError
        As `download`.
    """
    key = key_of(text)
    columns, log = store.get(key), order_log(store, text)
    size, stored = store.stored(key)
    days = np.floor(log.days)
    known = log.customers.codes[log.customers.codes >= 0]
    values = {
        "rows": float(max((len(c) for c in columns.values()), default=0)),
        "lines": float(len(log)),
        "customers": float(np.unique(known).size),
        "first_date": float(days.min()) if len(log) else None,
        "last_date": float(days.max()) if len(log) else None,
        "columns": ", ".join(columns),
        "issues": float(sum(issue.severity == "error" for issue in log.issues)),
        "size_mb": round(size / 1024**2, 3),
        "stored": _1970 + stored / _DAY,
    }
    return Table.of(
        {"measure": [Text(f"source_info.{name}") for name in values], "value": list(values.values())}
    )
