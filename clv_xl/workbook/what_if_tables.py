"""What the what-if functions spill on the planning sheets, for the base and the inputs as written."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from clv_xl.cells import Block, Cell
from clv_xl.workbook import assumptions as a
from clv_xl.workbook import planning as p
from clv_xl.workbook.book import Book
from clv_xl.workbook.inputs import Inputs
from clv_xl.workbook.tables import Spilled, spilled
from clv_xl.workbook.what_if_inputs import distribution_rows, driver_word

CALLS: Final[Mapping[str, str]] = {
    "scenario": "=CLV.SCENARIO(in_drivers,in_scenarios)",
    "sensitivity": '=CLV.SENSITIVITY(in_drivers,"lifespan",in_lifespans,"margin",in_margins)',
    "tornado": "=CLV.TORNADO(in_drivers,in_change)",
    "forecast": (
        "=CLV.FORECAST(in_customers,in_new_customers,in_retention,{revenue},ROWS(in_new_customers),{margin},{cac})"
    ),
    "vintages": (
        "=CLV.FORECAST(in_customers,in_new_customers,in_retention,{revenue},ROWS(in_new_customers)"
        ',{margin},{cac},,"revenue")'
    ),
    "simulate": "=CLV.SIMULATE(in_distributions,in_trials,in_seed,,,,,,in_target_ratio)",
    "lever": "=CLV.LEVER(in_drivers,{levers},{uplifts},{costs},{customers})",
    "bridge": "=CLV.BRIDGE(in_drivers,in_plan)",
    "allocate": "=CLV.ALLOCATE(in_budget,in_channels)",
}
"""The formula of each table, as it is typed."""
_MEASURES: Final = {
    "avg_order_value": "avg_order_value",
    "frequency": "frequency",
    "lifespan": "lifespan_to_date",
    "margin": "margin",
    "cac": "cac",
}


def base_of(summary: Spilled) -> dict[str, float]:
    """Return the drivers of the base by name, as the summary of the orders has them."""
    values = dict(zip(summary.measures, summary.block.columns[1], strict=True))
    base = {driver: _float(values[measure]) for driver, measure in _MEASURES.items()}
    return {**base, "discount_rate": a.DISCOUNT_RATE, "timing": a.TIMING}


def tables(
    book: Book, base: Mapping[str, float], customers: float, inputs: Mapping[str, Inputs]
) -> dict[str, Spilled]:
    """Return what every table spills, by the name of its place; `customers` are those of the company."""
    drivers = Block.from_rows([[driver_word(book, driver), base[driver]] for driver in p.DRIVERS])

    def block(key: str) -> Block:
        return inputs[key].block

    def table(
        name: str, holds: str, *args: Cell | Block, total: bool = False, after: tuple[Cell, ...] = ()
    ) -> Spilled:
        found = spilled(name, args, book.language, total=total, ages="money_whole", after=after)
        return replace(found, holds=holds)

    sensitivity = table(
        "CLV.SENSITIVITY", "set_what_if", drivers, "lifespan", block("lifespans"), "margin", block("margins"),
        "net_clv", "simple",
    )  # fmt: skip
    across = sensitivity.block.width - 1
    years = inputs["years"]
    revenue = base["avg_order_value"] * base["frequency"]
    plan = (customers, years.column(1), years.column(2), revenue, float(len(years.rows)), base["margin"])
    forecast = (*plan, base["cac"])
    distributions = Block.from_rows(distribution_rows(book, base))
    return {
        "scenario": table("CLV.SCENARIO", "set_what_if", drivers, block("scenarios"), "simple"),
        "sensitivity": replace(sensitivity, numbers=("percent", *("money",) * across), heads="decimal"),
        "tornado": table("CLV.TORNADO", "set_what_if", drivers, p.CHANGE, "net_clv", "simple", total=True),
        "lever": table(
            "CLV.LEVER",
            "set_what_if",
            drivers,
            *(inputs["levers"].column(i) for i in range(4)),
            "relative",
            "simple",
        ),
        "simulate": table(
            "CLV.SIMULATE",
            "set_simulation",
            distributions,
            p.TRIALS,
            p.SEED,
            "net_clv",
            None,
            None,
            "simple",
            after=(a.TARGET_RATIO,),
        ),
        "forecast": table("CLV.FORECAST", "set_plan", *forecast, total=True),
        "vintages": table("CLV.FORECAST", "set_plan", *forecast, total=True, after=("revenue",)),
        "bridge": table("CLV.BRIDGE", "set_plan", drivers, block("plan"), "net_clv", "simple", total=True),
        "allocate": table("CLV.ALLOCATE", "set_plan", p.BUDGET, block("channels"), total=True),
    }


def _float(cell: Cell) -> float:
    return cell if isinstance(cell, float) else 0.0
