"""The shipped sample is the published one."""

import math
from collections import Counter

from clv_xl.workbook.cdnow import SEGMENTS, orders, serial


def test_customers_orders_and_span_are_those_of_the_line_of_origin() -> None:
    # sample/SOURCES.md; also Fader, Hardie and Lee 2005
    found = orders()
    assert len(found) == 6_919
    assert {order.customer for order in found} == set(range(1, 2_358))
    assert (min(o.day for o in found), max(o.day for o in found)) == (
        serial("1997-01-01"),
        serial("1998-06-30"),
    )
    # references.md: revenue per customer 103.56
    assert round(math.fsum(order.amount for order in found) / 2_357, 2) == 103.56


def test_a_customer_keeps_the_segment_of_the_first_order() -> None:
    first: dict[int, tuple[int, str]] = {}
    for order in orders():
        cds, segment = first.setdefault(order.customer, (order.cds, order.segment))
        assert order.segment == segment
        assert segment == SEGMENTS[2 if cds == 1 else 1 if cds <= 3 else 0]
    # counted from the file: 1,194 first orders of one CD, 566 of two, 265 of three, the rest of more
    assert Counter(segment for _, segment in first.values()) == {
        SEGMENTS[2]: 1_194, SEGMENTS[1]: 831, SEGMENTS[0]: 332
    }  # fmt: skip
