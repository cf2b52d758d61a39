"""The orders that a template is filled with: the public sample, or somebody's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clv_xl.cells import Cell
from clv_xl.workbook import cdnow
from clv_xl.workbook.assumptions import AS_OF

COLUMNS = ("order_id", "customer_id", "order_date", "revenue", "cost", "segment", "channel")
# Every third customer of the 1/10 sample: few enough for formulas that look through the log row by row.
_EVERY, _REST = 3, 1
_CHANNELS = ("template.channel_search", "template.channel_referral", "template.channel_mail")


@dataclass(frozen=True, slots=True)
class OrderLines:
    """An order log as the sheet `Orders data` holds it, sorted by date.

    Parameters
    ----------
    order_ids, customers : sequence of str or float
        Ids, one a line.
    days : sequence of float
        Serial dates of the 1900 system.
    revenue : sequence of float
        Money of each line; a refund is negative.
    costs : sequence of float or None
        Cost of each line, None where unknown.
    segments, channels : sequence of str or None
        As they are to be shown; None where unknown.
    as_of : float
        Last day that counts.
    currency : str
        ISO code of the money.
    origin : str
        Where the lines come from, for the reader.
    sample : bool
        Whether they are the public sample, with its assumptions.
    vat : {"not_stated", "included", "excluded"}
        Whether the revenue holds VAT. The source of the sample says nothing of taxes.
    left_out : str
        What of the source is not among the lines, with its money, in one sentence; the origin says so
        at more length.
    """

    order_ids: Sequence[Cell]
    customers: Sequence[Cell]
    days: Sequence[float]
    revenue: Sequence[float]
    costs: Sequence[float | None]
    segments: Sequence[Cell]
    channels: Sequence[Cell]
    as_of: float
    currency: str
    origin: str
    sample: bool = False
    vat: str = "not_stated"
    left_out: str = ""

    def __len__(self) -> int:
        return len(self.days)

    def columns(self) -> tuple[Sequence[Cell], ...]:
        """Return the columns in the order of `COLUMNS`."""
        return (
            self.order_ids, self.customers, self.days, self.revenue, self.costs, self.segments, self.channels,
        )  # fmt: skip


def sample(word: Callable[[str], str]) -> OrderLines:
    """Return the public sample: every third customer of the CDNOW 1/10 sample, all their orders.

    Parameters
    ----------
    word : callable
        Key of a text to its words in the language of the workbook.
    """
    kept = [order for order in cdnow.orders() if order.customer % _EVERY == _REST]
    kept.sort(key=lambda order: (order.day, order.customer))
    words = {key: word(key) for key in (*cdnow.SEGMENTS, *_CHANNELS)}
    return OrderLines(
        [float(number) for number in range(1, len(kept) + 1)],
        [float(order.customer) for order in kept],
        [float(order.day) for order in kept],
        [order.amount for order in kept],
        [None] * len(kept),
        [words[order.segment] for order in kept],
        [words[_CHANNELS[order.customer // _EVERY % len(_CHANNELS)]] for order in kept],
        AS_OF,
        "USD",
        word("template.origin"),
        sample=True,
    )
