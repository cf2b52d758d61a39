"""What-if outputs by the functions that a sheet without them would use, one call a number."""

import math
from typing import Any

from hypothesis import strategies as st

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block, Cell
from clv_xl.errors import NA, NUM, CellError
from clv_xl.metrics.payback import payback

SHOP = {"avg_order_value": 50.0, "frequency": 3.0, "lifespan": 3.0, "margin": 0.4, "cac": 45.0}
CONTRACT = {"avg_order_value": 150.0, "margin": 0.4, "retention_rate": 0.8, "discount_rate": 0.1, "cac": 45.0}
PLAN = {"avg_order_value": 100.0, "margin": 0.8, "churn_rate": 0.05, "expansion_rate": 0.01, "cac": 900.0}
BASES = {"simple": SHOP, "contract": CONTRACT, "subscription": PLAN}
METHODS = tuple(BASES)
OUTPUTS = ("net_clv", "clv", "ratio", "payback")
PLAIN = {
    "frequency": 1.0,
    "margin": 1.0,
    "cac": 0.0,
    "discount_rate": 0.0,
    "timing": 0.0,
    "expansion_rate": 0.0,
}


def call(name: str, *cells: Cell | Block) -> Any:
    """Return what a worksheet function answers."""
    return run(CATALOGUE[name], cells)


def rows(*lines: list[Any]) -> Block:
    """Return a range."""
    return Block.from_rows(lines)


def as_range(drivers: dict[str, float]) -> Block:
    """Return drivers as two columns."""
    return rows(*map(list, drivers.items()))


def by_hand(method: str, drivers: dict[str, float], output: str) -> Any:
    """Return an output by CLV, CLV.CONTRACT, CLV.SUBSCRIPTION, CLV.RATIO and CLV.PAYBACK alone."""
    d = {**PLAIN, **drivers}
    if d["margin"] > 1 or d.get("retention_rate", 0.0) > 1 or d.get("churn_rate", 0.0) > 1:
        return CellError(NUM, "outside")  # a product or 1 less it hides that from the functions below
    margin = d["margin"] if "margin" in drivers else None
    kept = d.get("retention_rate", 1 - d["churn_rate"] if "churn_rate" in d else None)
    m = d["avg_order_value"] * d["frequency"] * d["margin"]
    cac = d["cac"] if output == "net_clv" else None
    if method == "simple":
        basics = [d[name] for name in ("avg_order_value", "frequency", "lifespan")]
        value = call("CLV", *basics, margin, cac, d["discount_rate"], d["timing"])
    elif method == "contract":
        value = call("CLV.CONTRACT", m, kept, d["discount_rate"], "upfront", cac)
    else:
        revenue = d["avg_order_value"] * d["frequency"]
        churn = d.get("churn_rate", 1 - d.get("retention_rate", 0.0))
        value = call(
            "CLV.SUBSCRIPTION", revenue, d["margin"], churn, d["expansion_rate"], cac, d["discount_rate"]
        )
    if output == "ratio":
        return value if isinstance(value, CellError) else call("CLV.RATIO", value, d["cac"])
    if output != "payback":
        return value
    if method == "subscription" and kept is not None:
        kept = kept * (1 + d["expansion_rate"])
        if kept > 1:  # more than CLV.PAYBACK takes; its formula goes on, see tests/metrics/test_drivers.py
            found = float(payback(d["cac"], m, kept, d["discount_rate"]))
            return CellError(NA, "never") if math.isnan(found) else found
    time = call("CLV.PAYBACK", d["cac"], m, kept, d["discount_rate"])
    late = method == "simple" and isinstance(time, float) and time > d["lifespan"] * (1 + 1e-12)
    return CellError(NA, "late") if late else time


def values(driver: str) -> st.SearchStrategy[float]:
    """Return values of a driver, all within its domain."""
    shares = ("retention_rate", "churn_rate", "discount_rate", "timing", "margin")
    if driver in shares:
        return st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(0.01, 0.99)
    if driver == "expansion_rate":
        return st.floats(-0.5, 0.0)
    return st.sampled_from([0.0, 1.0, 2.5]) | st.floats(0.1, 200.0)
