"""CLV.BRIDGE: why the value moved from one set of drivers to another, driver by driver."""

from collections.abc import Mapping

import numpy as np

from clv_xl.catalogue.what_if.driver_ranges import GivenDrivers
from clv_xl.catalogue.what_if.model import Answers, Model, model_of
from clv_xl.cells import BoolArray
from clv_xl.errors import VALUE, CellError, Text
from clv_xl.metrics.bridge import effects, mixtures
from clv_xl.metrics.drivers import KEPT, METHODS, completed
from clv_xl.table import Table

FROM, TO = "drivers_from", "drivers_to"
_DIGITS = 15  # what a cell shows: 1 - 0.8 is 0.2, not 0.19999999999999996


def bridge(drivers_from: GivenDrivers, drivers_to: GivenDrivers, output: str, method: str) -> Table:
    """Return a row a driver with its effect on the output, and the change as total."""
    model_of(drivers_from, method, output, FROM)
    model_of(drivers_to, method, output, TO)
    for one, other, argument in ((drivers_from, drivers_to, FROM), (drivers_to, drivers_from, TO)):
        if "margin" in other.values and "margin" not in one.values:
            raise CellError(VALUE, "bridge_margin", argument=argument)
    old = dict(drivers_from.values)
    new = _named_as(drivers_to.values, old)
    names = [*old, *(name for name in new if name not in old)]
    defaults = METHODS[method].defaults
    old = {name: old.get(name, defaults.get(name, 0.0)) for name in names}
    new = {name: new.get(name, defaults.get(name, 0.0)) for name in names}
    moved = [name for name in names if old[name] != new[name]]
    mixed = mixtures(len(moved))
    changes = {name: np.where(mixed[i], new[name], old[name]) for i, name in enumerate(moved)}
    for i, name in enumerate(moved):
        if name in KEPT:  # each side by the very number that it states, which its other name may round
            sides = [completed(method, given.values) for given in (drivers_from, drivers_to)]
            changes |= {kept: np.where(mixed[i], sides[1][kept], sides[0][kept]) for kept in KEPT}
    answers = Model(old, method, output).answers(changes)
    _check(answers, mixed, moved)
    worth = answers.values.reshape(-1)
    effect = dict(zip(moved, effects(worth).tolist(), strict=True))
    return Table.of(
        {
            "driver": [Text(name) for name in names],
            "from": np.array(list(old.values())),
            "to": np.array(list(new.values())),
            "effect": np.array([effect.get(name, 0.0) for name in names]),
        },
        total={
            "driver": Text("total"),
            "from": float(worth[0]),
            "to": float(worth[-1]),
            "effect": float(worth[-1] - worth[0]),
        },
    )


def _named_as(new: Mapping[str, float], old: Mapping[str, float]) -> dict[str, float]:
    """Return drivers with the share kept under the name that the other side gives it."""
    turned = {}
    for name, value in new.items():
        if name in KEPT and name not in old:
            turned[KEPT[1 - KEPT.index(name)]] = round(1 - value, _DIGITS)
        else:
            turned[name] = value
    return turned


def _check(answers: Answers, mixed: BoolArray, moved: list[str]) -> None:
    """Raise the error of a side without a value, else that of the first such mixture, naming it."""
    if answers.errors is None:
        return
    errors = answers.errors.reshape(-1).tolist()
    for side, argument in ((errors[0], FROM), (errors[-1], TO)):
        if side is not None:
            raise CellError(side.code, side.key, **{**side.params, "argument": argument})
    at, error = next((i, error) for i, error in enumerate(errors) if error is not None)
    taken = ", ".join(name for name, new in zip(moved, mixed[:, at], strict=True) if new)
    raise CellError(
        error.code,
        "bridge_mixture",
        argument=TO,
        taken=taken,
        reason=Text(error.key, {**error.params, "argument": error.params.get("argument", FROM)}),
    )
