"""The declarations: names for every host, append-only arguments, check values, five languages."""

import csv
from pathlib import Path

import pytest

from clv_xl.catalogue import spelling
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.arguments import CAC, LIFESPAN, MARGIN
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import evaluate
from clv_xl.catalogue.function import Example, Function
from clv_xl.cells import Block
from clv_xl.errors import CellError
from clv_xl.orders.store import Store
from clv_xl.texts import sentence

GOLDEN = Path(__file__).parent / "golden" / "signatures.csv"
FAMILIES = {
    "family.columns": "AOV FREQUENCY LIFESPAN CLV SUMMARY",
    "family.rates": "CHURN RETENTION NRR REPEATRATE CONVERTRATE CAC RATIO PAYBACK EQUITY",
    "family.conventions": "CONTRACT SUBSCRIPTION CURVE SCHEDULE COMPARE HISTORICAL",
    "family.segments": "SEGMENT TIERS PARETO COHORT RETENTIONCURVE STATUS RFM CHANNELS",
    "family.forecast": "FORECAST TREND ALERT REFRESHDUE BRIDGE",
    "family.what_if": "SCENARIO SENSITIVITY TORNADO GOALSEEK SIMULATE ALLOCATE LEVER",
    "family.help": "DATA CHECK RECONCILE SOURCEINFO EXPLAIN VERSION",
}


def test_every_function_of_the_families_is_declared() -> None:
    declared = {
        family: {f.name.removeprefix("CLV.") for f in some} for family, some in CATALOGUE.families().items()
    }
    assert declared == {family: set(names.split()) for family, names in FAMILIES.items()}


def test_arguments_are_append_only() -> None:
    """A formula in somebody's workbook must mean tomorrow what it means today."""
    golden = {
        row["function"]: row["signature"] for row in csv.DictReader(GOLDEN.read_text("utf-8").splitlines())
    }
    for name, signature in golden.items():
        assert name in CATALOGUE, f"{name} has gone"
        now = CATALOGUE[name].signature()
        assert now.removesuffix(")").startswith(signature.removesuffix(")")), (
            f"{name}: {signature} became {now}"
        )
    missing = set(CATALOGUE) - set(golden)
    assert not missing, (
        f"add to {GOLDEN.name}: {[f'{n},{CATALOGUE[n].signature()}' for n in sorted(missing)]}"
    )


@pytest.mark.parametrize(
    ("function", "example"),
    [(f, e) for f in CATALOGUE.values() for e in f.examples],
    ids=lambda x: x.formula if isinstance(x, Example) else "",
)
def test_check_values(function: Function, example: Example, tmp_path: Path) -> None:
    """Each value is one of the catalogue of clv_xl or of the source the declaration names."""
    result = evaluate(example.formula, Context(store=Store(tmp_path)))
    if isinstance(result, Block):
        result = result.columns[0].cell(1 if function.returns.startswith("table") else 0)
    if isinstance(result, CellError):
        assert result.code == example.value, sentence(result)
    elif isinstance(result, float):
        assert result == pytest.approx(example.value, abs=0.5000001 * 10**-example.digits)
    else:
        assert result == example.value


@pytest.mark.parametrize(
    "name", ["CLV.X1", "CLVX", "clv.aov", "CLV.VALUE", "CL", "CLV_AOV", "CLV.A_B", "CLV.RFM2"]
)
def test_names_that_some_host_cannot_hold_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"CLV|collides"):
        spelling.check_name(name, ("CLV",))


def test_no_two_names_meet_in_any_host() -> None:
    spelled = [s.casefold() for name in CATALOGUE for s in spelling.spellings(name)]
    assert len(spelled) == len(set(spelled))
    assert all(spelling.canonical(s) == name for name in CATALOGUE for s in spelling.spellings(name))


def declaration(*args: object) -> Function:
    return Function("CLV.TEST", "family.rates", float, args, "", "", "", "", (), "money")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "args",
    [
        (LIFESPAN.but(name="Lifespan"),),
        (LIFESPAN.but(name="date"),),
        (LIFESPAN, LIFESPAN),
        (MARGIN, LIFESPAN),
        (CAC, MARGIN),
    ],
    ids=["capital", "word of VBA", "twice", "required after optional", "tail out of order"],
)
def test_a_bad_declaration_is_refused_when_it_is_made(args: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match=r"CLV\.TEST"):
        declaration(*args)


@pytest.mark.parametrize("function", CATALOGUE.values(), ids=lambda f: f.name)
def test_a_declaration_says_everything(function: Function) -> None:
    for text in (function.summary, function.convention, function.formula, function.source, function.returns):
        assert text.strip()
    assert function.examples
    assert len(function.summary) <= 255, "the function wizard of Excel cuts there"
    assert all(a.doc and len(a.doc) <= 255 for a in function.args)
    assert all(CATALOGUE.find(spelled) is function for spelled in spelling.spellings(function.name))
