"""The scenarios of a user beside the base: what each changes, and what comes of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clv_xl.catalogue.what_if.driver_ranges import GivenDrivers
from clv_xl.catalogue.what_if.model import Model, check_driver, model_of
from clv_xl.catalogue.what_if.scenario_ranges import GivenScenarios
from clv_xl.errors import CellError, Text
from clv_xl.metrics.drivers import KEPT, ORDER
from clv_xl.table import Own, Table

OUTPUTS = ("clv", "net_clv", "ratio", "payback")
NEEDS_CAC = ("ratio", "payback")

Case = Mapping[str, float]


def scenario_table(drivers: GivenDrivers, scenarios: GivenScenarios, method: str) -> Table:
    """Return a column for the base and one for each scenario.

    Parameters
    ----------
    drivers : GivenDrivers
        The base.
    scenarios : GivenScenarios
        What each scenario changes.
    method : str
        The way to value.

    Returns
    -------
    Table
        Rows: each driver that the base states or a scenario changes, with the value in force; value,
        net value, ratio and payback; the difference of the net value to the base, in money and as a
        share. A ratio and a payback without an acquisition cost, and a share of a base that is not
        above 0, are blank.
    """
    model = model_of(drivers, method)
    for driver, row in scenarios.rows.items():
        check_driver(method, driver, "scenarios", row)
    cases: list[Case] = [{}, *scenarios.cases]
    shown = [driver for driver in ORDER if driver in model.base or _is_new(driver, model, scenarios)]
    found = {output: outcomes(model, cases, output) for output in OUTPUTS}
    for output in NEEDS_CAC:
        found[output] = [
            cell if "cac" in model.base or "cac" in case else None
            for cell, case in zip(found[output], cases, strict=True)
        ]
    rows = [
        *([Text(driver), *(in_force(model, case, driver) for case in cases)] for driver in shown),
        *([Text(output), *found[output]] for output in OUTPUTS),
        *([Text(label), *cells] for label, cells in _changes(found["net_clv"]).items()),
    ]
    keys = ("measure", "scenario_base", *map(Own, scenarios.names))
    return Table(keys, tuple(zip(*rows, strict=True)))


def _is_new(driver: str, model: Model, scenarios: GivenScenarios) -> bool:
    """Return whether only scenarios state a driver; both names of the share kept are the base's one."""
    return driver in scenarios.rows and not (driver in KEPT and set(KEPT) & set(model.base))


def in_force(model: Model, case: Case, driver: str) -> float:
    """Return the value of a driver in a scenario, under the name that the base gives it."""
    if driver in case:
        return case[driver]
    if driver in KEPT:
        other = next((case[name] for name in KEPT if name in case), None)
        return model.value(driver) if other is None else 1 - other
    return model.value(driver)


def outcomes(model: Model, cases: Sequence[Case], output: str) -> list[Any]:
    """Return one output for each scenario, an error where it has none.

    The scenarios that state the same name of the share kept, and a margin or none, are one call: so
    each is computed from the very drivers that its user states.
    """
    found: list[Any] = [None] * len(cases)
    alike: dict[tuple[Any, bool], list[int]] = defaultdict(list)
    for i, case in enumerate(cases):
        kept = next((name for name in KEPT if name in case), None)
        alike[kept, "margin" in case].append(i)
    for indices in alike.values():
        names = {name for i in indices for name in cases[i]}
        base = {name: model.value(name) for name in ORDER if name in names}
        changes = {n: np.array([cases[i].get(n, value) for i in indices]) for n, value in base.items()}
        cells = model.answers(changes, output).cells()
        for i, cell in zip(indices, cells if changes else [*cells] * len(indices), strict=True):
            found[i] = cell if isinstance(cell, CellError) else float(cell)
    return found


def _changes(net: Sequence[Any]) -> dict[str, list[Any]]:
    """Return the differences to the first value, in money and as a share of it where it is above 0."""
    base = net[0]
    money: list[Any] = [None]
    share: list[Any] = [None]
    for value in net[1:]:
        wrong = next((cell for cell in (value, base) if isinstance(cell, CellError)), None)
        money.append(value - base if wrong is None else wrong)
        if wrong is None:
            share.append((value - base) / base if base > 0 else None)
        else:
            share.append(wrong)
    return {"net_clv_change": money, "net_clv_change_share": share}
