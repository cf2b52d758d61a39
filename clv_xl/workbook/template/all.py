"""The sheets of the template in the order of their tabs: one row makes a sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clv_xl.workbook.template.kit import BUILDS, Build
from clv_xl.workbook.template.leaf import Leaf
from clv_xl.workbook.template.sheets import (
    allocation,
    checks,
    clv_steps,
    cohorts,
    cover,
    customers,
    dashboard,
    forecast,
    gallery,
    glossary,
    guide,
    inputs,
    log,
    monitoring,
    orders,
    retention,
    scenarios,
    segments,
    sensitivity,
    settings,
    simulation,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its key in the texts, the widths of its columns, what writes it, and in which builds it is."""

    key: str
    widths: Sequence[float]
    write: Callable[[Leaf], None]
    builds: tuple[Build, ...] = BUILDS


# The gallery shows functions, so that it is where they are.
_FUNCTIONS: tuple[Build, ...] = ("addin", "xlwings", "calc")
# The pack first; simulation and allocation are its annex.
SHEETS = (
    Sheet("cover", cover.WIDTHS, cover.write),
    Sheet("guide", guide.WIDTHS, guide.write),
    Sheet("dashboard", dashboard.WIDTHS, dashboard.write),
    Sheet("settings", settings.WIDTHS, settings.write),
    Sheet("inputs", inputs.WIDTHS, inputs.write),
    Sheet("orders", orders.WIDTHS, orders.write),
    Sheet("customers", customers.WIDTHS, customers.write),
    Sheet("segments", segments.WIDTHS, segments.write),
    Sheet("cohorts", cohorts.WIDTHS, cohorts.write),
    Sheet("retention", retention.WIDTHS, retention.write),
    Sheet("clv", clv_steps.WIDTHS, clv_steps.write),
    Sheet("forecast", forecast.WIDTHS, forecast.write),
    Sheet("scenarios", scenarios.WIDTHS, scenarios.write),
    Sheet("sensitivity", sensitivity.WIDTHS, sensitivity.write),
    Sheet("monitoring", monitoring.WIDTHS, monitoring.write),
    Sheet("checks", checks.WIDTHS, checks.write),
    Sheet("simulation", simulation.WIDTHS, simulation.write),
    Sheet("allocation", allocation.WIDTHS, allocation.write),
    Sheet("log", log.WIDTHS, log.write),
    Sheet("functions", gallery.WIDTHS, gallery.write, _FUNCTIONS),
    Sheet("glossary", glossary.WIDTHS, glossary.write),
)
