"""Logs that tell nearly nothing: no error, drivers stand in, and a question says what is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clv_xl.workbook.template.kit import Build
from clv_xl.workbook.template.order_lines import OrderLines
from tests.workbook.template.built import Built
from tests.workbook.template.few_sheets import at, few_sheets, verdict
from tests.workbook.template.front import short

SHEETS = ("settings", "inputs", "orders", "segments", "customers", "checks")
ALL = (
    *SHEETS,
    "cohorts",
    "retention",
    "clv",
    "dashboard",
    "forecast",
    "scenarios",
    "sensitivity",
    "monitoring",
)
AS_OF = 46_022.0  # 2025-12-31
AUTUMN = 45_900.0  # 2025-08-31
# What the catalogue's example shop has, the quick start of every workbook.
QUICK = {"in_aov": 50, "in_frequency": 3, "in_lifespan": 3, "in_margin": 0.4, "in_cac": 45}


def log(
    days: list[float], names: bool = True, as_of: float = AS_OF
) -> Callable[[Callable[[str], str]], OrderLines]:
    """Return a log of so many orders, customers A and B in turn."""

    def lines(_: Callable[[str], str]) -> OrderLines:
        size = range(len(days))
        segments = ["ab"[i % 2] if names else None for i in size]
        return OrderLines(
            [float(i) for i in size], ["AB"[i % 2] for i in size], days, [50.0 - i for i in size],
            [None] * len(days), segments, segments, as_of, "EUR", "test",
        )  # fmt: skip

    return lines


LOGS = {
    "empty": (log([]), "orders_some"),
    "one order": (log([AUTUMN]), "inputs_span"),
    "shorter than a period": (log([AUTUMN, AUTUMN + 10, AUTUMN + 50]), "inputs_span"),
    "all later": (log([AUTUMN, AUTUMN + 10], as_of=AUTUMN - 900), "orders_some"),
    "no names": (log([AUTUMN - 1000, AUTUMN - 400, AUTUMN, AUTUMN + 9], names=False), "orders_segment"),
}


def errors(built: Built) -> list[str]:
    return [
        f"{sheet}!{cell.coordinate} {cell.value}" for sheet, cell in built.cells() if cell.data_type == "e"
    ]


@pytest.mark.parametrize("build", ["native", "addin"])
@pytest.mark.parametrize("name", LOGS)
def test_no_cell_is_an_error_and_a_question_says_what_is_missing(
    name: str, build: Build, tmp_path: Path
) -> None:
    lines, asked = LOGS[name]
    built = few_sheets(tmp_path, build=build, lines=lines, keys=SHEETS)
    assert errors(built) == []
    assert verdict(built, asked) == built.kit.word("status_check")
    assert (built.named("chk_master"), built.named("chk_broken")) == ("OK", 0)
    found = {key: built.named(key) for key in QUICK}
    if asked == "orders_some":
        assert found == QUICK
    else:
        assert found["in_cac"] == QUICK["in_cac"]  # no log tells it
        assert found["in_aov"] == pytest.approx(
            built.at("inputs.revenue") / built.at("inputs.orders"), abs=1e-9
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["empty", "shorter than a period"])
def test_no_cell_of_any_sheet_is_an_error(name: str, tmp_path: Path) -> None:
    built = few_sheets(tmp_path, build="addin", lines=LOGS[name][0], keys=ALL)
    assert errors(built) == []


@pytest.mark.slow
def test_what_is_never_paid_back_is_blank_and_no_error(tmp_path: Path) -> None:
    """A loss on every order: CLV.SCENARIO and CLV.PAYBACK answer #N/A, an answer and no error."""
    keys = (*SHEETS, "clv", "scenarios")
    built = few_sheets(tmp_path, at("inputs.typed_margin", -0.1), build="addin", lines=short, keys=keys)
    assert errors(built) == []
    assert built.at("scenarios.live_net") < 0
    assert built.named("chk_master") == "OK"
