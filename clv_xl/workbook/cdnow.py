"""The public CDNOW sample that ships with the package: one line an order."""

import csv
import datetime as dt
from dataclasses import dataclass
from importlib.resources import files

FOLDER, FILE = "sample", "cdnow_sample.csv"
FEW_CDS, MANY_CDS = 2, 4
SEGMENTS = ("demo.segment_many", "demo.segment_few", "demo.segment_one")
_DAY_ZERO = dt.date(1899, 12, 30)


def serial(iso_date: str) -> int:
    """Return the spreadsheet serial number of a date after February 1900.

    Examples
    --------
    >>> serial("1998-06-30")
    35976
    """
    return (dt.date.fromisoformat(iso_date) - _DAY_ZERO).days


@dataclass(frozen=True, slots=True)
class Order:
    """One line of the sample.

    Parameters
    ----------
    customer : int
        Id of the customer, 1 to 2,357.
    day : int
        Serial number of the date.
    amount : float
        US dollars.
    cds : int
        CDs in this order.
    segment : str
        Key of the customer's segment: by the CDs of the first order, 1, 2 to 3, 4 or more.
    """

    customer: int
    day: int
    amount: float
    cds: int
    segment: str


def segment_of(cds: int) -> str:
    """Return the segment of a customer whose first order held so many CDs.

    Examples
    --------
    >>> segment_of(1), segment_of(3), segment_of(4)
    ('demo.segment_one', 'demo.segment_few', 'demo.segment_many')
    """
    if cds < FEW_CDS:
        return "demo.segment_one"
    return "demo.segment_few" if cds < MANY_CDS else "demo.segment_many"


def orders() -> list[Order]:
    """Return the sample, by customer and within a customer by date, as the file has it."""
    text = files("clv_xl.workbook").joinpath(FOLDER, FILE).read_text(encoding="utf-8")
    segments: dict[str, str] = {}
    found = []
    for row in csv.DictReader(text.splitlines()):
        customer, cds = row["customer"], int(row["cds"])
        segment = segments.setdefault(customer, segment_of(cds))
        found.append(Order(int(customer), serial(row["date"]), float(row["amount"]), cds, segment))
    return found
