"""Goal seek: what one driver must be for an output to meet a target."""

from math import isfinite, isinf, isnan

from clv_xl.catalogue.domains import Number
from clv_xl.catalogue.function import Arg, Example, Function
from clv_xl.catalogue.what_if.arguments import DRIVERS, EXAMPLE_SHOP, METHOD, OUTPUT
from clv_xl.catalogue.what_if.driver_ranges import DOMAINS, DRIVER, GivenDrivers, bounds, shown
from clv_xl.catalogue.what_if.model import (
    MARGIN_REQUIRED,
    NO_CAC,
    Model,
    check_driver,
    model_of,
    with_present,
)
from clv_xl.errors import NA, NUM, CellError
from clv_xl.metrics.goal_seek import Sought, seek

FAMILY = "family.what_if"
BOUND = Number(typical=(0.0, 1.0))
_CONTRACT = '{"avg_order_value",60;"discount_rate",0.1;"retention_rate",0.8}'


def no_answer(model: Model, driver: str, target: float, found: Sought) -> CellError:
    """Return the error of a target that no value of a driver meets."""
    if isnan(found.nearest):  # no value of the driver has an output: say why
        inside = next((bound for bound in bounds(driver) if isfinite(bound)), 1.0)
        return model.answers({driver: inside}).error(()) or CellError(NUM, "no_result")
    said = {"argument": "target", "driver": driver, "output": model.output, "nearest": found.nearest}
    if found.flat:
        return CellError(NA, "goal_no_effect", **{**said, "argument": "changing"})
    if isinf(found.at):
        return CellError(NA, "goal_never_reached", target=target, **said)
    return CellError(NA, "goal_out_of_reach", target=target, value=shown(driver, found.at), **said)


def _goal_seek(
    drivers: GivenDrivers,
    target: float,
    changing: str,
    output: str,
    lower: float | None,
    upper: float | None,
    method: str,
) -> float:
    check_driver(method, changing, "changing")
    model = model_of(with_present(drivers, changing), method, output)
    low, high = _range(changing, lower, upper)
    if changing == "cac" and "margin" not in model.base:
        raise MARGIN_REQUIRED
    if output == "ratio" and changing != "cac" and not model.value("cac"):
        raise NO_CAC
    found = seek(method, output, model.base, changing, target, low, high)
    if isnan(found.value):
        raise no_answer(model, changing, target, found)
    return found.value


def _range(changing: str, lower: float | None, upper: float | None) -> tuple[float, float]:
    low, high = bounds(changing)
    for name, bound in (("lower", lower), ("upper", upper)):
        if bound is not None:
            try:
                DOMAINS[changing].read(bound)
            except CellError as error:
                raise error.with_params(argument=name) from None
    low, high = low if lower is None else lower, high if upper is None else upper
    if low > high:
        raise CellError(NUM, "goal_bounds", argument="lower", low=low, high=high)
    return low, high


FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="CLV.GOALSEEK",
        family=FAMILY,
        body=_goal_seek,
        args=(
            DRIVERS,
            Arg("target", Number(), "What the output shall be: money, a multiple or periods."),
            Arg(
                "changing",
                DRIVER,
                "Name of the driver to change; its value among the drivers is not read and may be left out.",
            ),
            OUTPUT,
            Arg(
                "lower", BOUND, "Smallest value the driver may take; that of its domain if omitted."
            ).optional(),
            Arg(
                "upper", BOUND, "Largest value the driver may take; that of its domain if omitted."
            ).optional(),
            METHOD,
        ),
        summary="Value of one driver at which net CLV, CLV, CLV:CAC or payback meets a target.",
        convention=(
            "The other drivers stay. Each output goes one way with each driver, so there is one answer or"
            " none. The answer lies in the domain of the driver: a margin of 130% is none. Out of reach is"
            " #N/A with the nearest value and where it is reached. Retention and churn are one driver."
        ),
        formula=(
            "frequency = (target + cac) / (aov x margin x annuity); retention = (1+d)(1 - m/(target + cac));"
            " likewise for each driver; the discount rate of the simple method by bisection"
        ),
        source="The equations of CLV(), CLV.CONTRACT, CLV.SUBSCRIPTION and CLV.PAYBACK, solved",
        examples=(
            Example(f'CLV.GOALSEEK({EXAMPLE_SHOP},160,"frequency")', 3.4167, 4),
            Example(f'CLV.GOALSEEK({EXAMPLE_SHOP},3,"cac","ratio")', 60),
            Example(f'CLV.GOALSEEK({_CONTRACT},300,"retention_rate","clv",,,"contract")', 0.88),
            Example(f'CLV.GOALSEEK({EXAMPLE_SHOP},500,"margin")', "#N/A"),
        ),
        returns="number, the value of the driver",
    ),
)
