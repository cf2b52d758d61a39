"""What somebody says about a file of orders that the file does not say itself."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from clv_xl.errors import UserError

# Rows of a sheet of Excel; what else a sheet of orders holds above its lines is few.
SHEET_ROWS: Final = 1_048_576
LARGEST_FILE: Final = 512 * 1024 * 1024
OPTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "customer": "--customer",
        "date": "--date",
        "amount": "--revenue",
        "order_id": "--order",
        "segment": "--segment",
        "channel": "--channel",
        "cost": "--cost",
        "currency": "--currency",
    }
)
DATE_ORDERS: Final = ("dmy", "mdy", "ymd")
NO_COLUMN: Final = "none"  # instead of a header: leave the refunds in, the costs unused
_EPOCH: Final = dt.date(1899, 12, 30)


def today() -> float:
    """Return the day of the machine as a serial date."""
    return float((dt.date.today() - _EPOCH).days)  # noqa: DTZ011  the day of whoever reads the file


@dataclass(frozen=True, slots=True)
class Asked:
    """A file of orders, and how it is to be read where that is said.

    Parameters
    ----------
    path : Path
        The file.
    columns : mapping
        Field -> header of its column, for headers that are not recognised; of the costs `NO_COLUMN` if
        they are not to be used.
    sheet : str
        Name of the sheet of a workbook.
    dates : {"", "dmy", "mdy", "ymd"}
        Order of day, month and year.
    decimal : {"", ".", ","}
        The decimal mark.
    encoding : str
        The encoding of a text file.
    currency : str
        ISO code of the money.
    as_of : float, optional
        Last day that counts, a serial date; the last date of the file by default.
    refunded : str
        Header of the column of money given back; `NO_COLUMN` if none is to be subtracted.
    today : float
        The day it is: a later date is a mistake.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    dates: str = ""
    decimal: str = ""
    encoding: str = ""
    currency: str = ""
    as_of: float | None = None
    refunded: str = ""
    today: float = field(default_factory=today)

    def refuse(self, key: str, **params: Any) -> UserError:
        """Return the error of a key, with the name of the file."""
        return UserError(key, file=str(self.path), **params)
