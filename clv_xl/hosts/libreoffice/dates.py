"""From which day a document counts its dates: a setting, and 1904 in files of an old Excel for the Mac."""

import datetime as dt
from typing import Any

_DAY_ZERO = dt.date(1899, 12, 30).toordinal()


def date_shift(document: Any) -> float:
    """Return the days from the day zero of our serial numbers to that of a document.

    It is 1,462 where the dates of a document begin in 1904, and 0 where nothing is known of it.
    """
    try:
        zero = document.NullDate
        return float(dt.date(zero.Year, zero.Month, zero.Day).toordinal() - _DAY_ZERO)
    except Exception:  # noqa: BLE001  a caller that is no spreadsheet, or none
        return 0.0
