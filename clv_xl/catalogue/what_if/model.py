"""Drivers with a method: checked once, then answered for as many scenarios as are asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clv_xl.catalogue.what_if.driver_ranges import DOMAINS, GivenDrivers
from clv_xl.cells import BoolArray, FloatArray
from clv_xl.errors import DIV, NA, NUM, VALUE, CellError
from clv_xl.metrics.drivers import KEPT, METHODS, completed, outcome
from clv_xl.metrics.numbers import Number

NO_END = CellError(NUM, "value_without_end", argument="discount_rate")
NO_CAC = CellError(DIV, "ratio_needs_cac", argument="drivers")
NOT_PAID_BACK = CellError(NA, "not_paid_back", argument="drivers")
OVERFLOW = CellError(NUM, "overflow")
MARGIN_REQUIRED = CellError(VALUE, "cac_needs_margin", argument="drivers")


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """One output for many scenarios.

    Parameters
    ----------
    values : ndarray of float64
        Of the broadcast shape of the changes; NaN where there is an error.
    errors : ndarray of object, or None
        The `CellError` of each scenario that has one, else None; None where none has.
    """

    values: FloatArray
    errors: NDArray[np.object_] | None

    def error(self, index: Any) -> CellError | None:
        """Return the error of one scenario."""
        return None if self.errors is None else self.errors[index]

    def cells(self) -> Any:
        """Return the values as a column of a table, errors in their place."""
        if self.errors is None:
            return self.values.ravel()
        flat, errors = self.values.ravel().tolist(), self.errors.ravel().tolist()
        return [value if error is None else error for value, error in zip(flat, errors, strict=True)]

    def single(self) -> float:
        """Return the value of a single scenario, or raise its error."""
        if self.errors is not None:
            raise self.errors.ravel()[0]
        return float(self.values.ravel()[0])


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """Drivers as stated, with a method and the output asked for.

    Parameters
    ----------
    base : dict
        Driver to value, in the order stated.
    method : {"simple", "contract", "subscription"}
        The way to value.
    output : {"net_clv", "clv", "ratio", "payback"}
        What is asked unless `answers` says otherwise.
    """

    base: Mapping[str, float]
    method: str
    output: str

    @property
    def full(self) -> dict[str, float]:
        """Every driver that counts, with the value in force."""
        return {name: float(value) for name, value in completed(self.method, self.base).items()}

    def value(self, driver: str) -> float:
        """Return the value in force of a driver, stated or by default."""
        return self.full[driver]

    def answers(self, changes: Mapping[str, Number], output: str | None = None) -> Answers:
        """Return an output for every scenario that the changes make.

        Parameters
        ----------
        changes : Mapping
            Driver to number or array; the arrays broadcast. A change of the retention rate replaces
            a stated churn rate, and the other way round.
        output : str, optional
            One of the outputs; that of the model if omitted.
        """
        asked = output or self.output
        drivers = changed(self.base, changes)
        shape = np.broadcast_shapes(*(np.shape(value) for value in drivers.values()))
        errors: NDArray[np.object_] | None = None
        refused = np.zeros(shape, np.bool_)
        for where, error in self._refused(drivers, changes, asked):
            new = np.broadcast_to(where, shape) & ~refused
            if new.any():
                errors = np.full(shape, None) if errors is None else errors
                errors[new] = np.broadcast_to(error, shape)[new] if isinstance(error, np.ndarray) else error
                refused |= new
        if refused.all():  # the formulas take single numbers of their domains only
            return Answers(np.full(shape, np.nan), errors)
        with np.errstate(all="ignore"):
            found = np.broadcast_to(np.asarray(outcome(self.method, asked, drivers), np.float64), shape)
        unknown = ~np.isfinite(found) & ~refused
        if unknown.any():
            errors = np.full(shape, None) if errors is None else errors
            errors[unknown] = self._undefined(asked)
            refused |= unknown
        return Answers(np.where(refused, np.nan, found), errors)

    def _undefined(self, output: str) -> CellError:
        return NOT_PAID_BACK if output == "payback" else OVERFLOW

    def _refused(
        self, drivers: Mapping[str, Number], changes: Mapping[str, Number], output: str
    ) -> Iterator[tuple[BoolArray, CellError | NDArray[np.object_]]]:
        """Yield where the scenarios are refused, and why: one error, or one for each that is refused."""
        for driver in changes:
            values = np.asarray(drivers[driver], np.float64)
            low, high = DOMAINS[driver].closed
            outside = ~((values >= low) & (values <= high))
            if outside.any():
                yield outside, _out_of_domain(driver, values, outside)
        full = completed(self.method, drivers)
        if "margin" not in drivers:
            yield np.asarray(full["cac"]) > 0, MARGIN_REQUIRED
        excess = METHODS[self.method].excess
        if excess is not None and output != "payback":
            yield ~(np.asarray(excess(full)) > 0), NO_END
        if output == "ratio":
            yield np.asarray(full["cac"]) == 0, NO_CAC


def _out_of_domain(driver: str, values: FloatArray, outside: BoolArray) -> NDArray[np.object_]:
    """Return the error of each value outside the domain of its driver, worded as for a cell."""
    errors = np.full(values.shape, None)
    for index in zip(*np.nonzero(outside), strict=True) if values.ndim else [()]:
        try:
            DOMAINS[driver].read(float(values[index]))
        except CellError as error:
            errors[index] = error.with_params(argument=driver)
    return errors


def changed(base: Mapping[str, Number], changes: Mapping[str, Number]) -> dict[str, Number]:
    """Return drivers with changes; of the two names of the share kept only the changed one stays.

    >>> changed({"churn_rate": 0.2, "cac": 5.0}, {"retention_rate": 0.9})
    {'cac': 5.0, 'retention_rate': 0.9}
    """
    hidden = set(KEPT) if set(KEPT) & set(changes) else set()
    return {**{name: value for name, value in base.items() if name not in hidden}, **changes}


def with_present(drivers: GivenDrivers, driver: str) -> GivenDrivers:
    """Return drivers that hold some value of one that varies, which may be left out.

    >>> with_present(GivenDrivers({"churn_rate": 0.2}, {"churn_rate": 1}), "retention_rate").values
    {'churn_rate': 0.2}
    >>> with_present(GivenDrivers({}, {}), "margin").values
    {'margin': 0.0}
    """
    names = KEPT if driver in KEPT else (driver,)
    if any(name in drivers.values for name in names):
        return drivers
    return GivenDrivers({**drivers.values, driver: 0.0}, {**drivers.rows, driver: 0})


def check_driver(method: str, driver: str, argument: str, row: int | None = None) -> None:
    """Raise #VALUE! for a driver that a method ignores."""
    names = METHODS[method].names
    if driver not in names:
        where = {} if row is None else {"row": row}
        raise CellError(
            VALUE,
            "driver_ignored",
            argument=argument,
            driver=driver,
            method=f'"{method}"',
            choices=", ".join(names),
            **where,
        )


def model_of(
    drivers: GivenDrivers, method: str = "simple", output: str = "net_clv", argument: str = "drivers"
) -> Model:
    """Return the model of stated drivers.

    Parameters
    ----------
    drivers : GivenDrivers
        As the range states them.
    method, output : str
        The way to value and what is asked.
    argument : str
        Name of the argument for the sentences.

    Raises
    ------
    CellError
        #VALUE! for a driver that the method ignores, one that it needs and lacks, retention and
        churn together, or a missing margin beside an acquisition cost.
    """
    # a driver without a value is left out: one list of all drivers serves every method
    for driver in drivers.values:
        check_driver(method, driver, argument, drivers.rows[driver])
    if all(name in drivers.values for name in KEPT):
        row = max(drivers.rows[name] for name in KEPT)
        raise CellError(VALUE, "driver_contradicts", argument=argument, row=row)
    for driver in METHODS[method].needs:
        names = KEPT if driver in KEPT else (driver,)
        if not any(name in drivers.values for name in names):
            raise CellError(
                VALUE, "driver_missing", argument=argument, driver=" / ".join(names), method=f'"{method}"'
            )
    if drivers.values.get("cac", 0.0) > 0 and "margin" not in drivers.values:
        raise CellError(VALUE, MARGIN_REQUIRED.key, argument=argument)
    return Model(drivers.values, method, output)
