"""Mistakes of a monthly pack, one by one: each turns the checks that it should, and no other.

They are those of a controller: wrong numbers that look right. Most are typed into a yellow cell, as
``clv-xl calc --set`` types them; some overwrite a formula, which takes unprotecting a sheet. What an
order log may hold wrong is in `test_orders`, plans in `test_forecast` and `test_scenarios`.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from clv_xl.workbook.page import address
from clv_xl.workbook.styles import GREY
from clv_xl.workbook.template.leaf import HEAD_ROWS
from clv_xl.workbook.template.order_lines import OrderLines
from clv_xl.workbook.template.sheets import cohort_layout
from clv_xl.workbook.template.sheets.monitoring_packs import letter
from clv_xl.workbook.template.sheets.orders import HEADER_ROW
from clv_xl.workbook.template.sheets.segment_inputs import SLOTS
from tests.workbook.template.planned import few
from tests.workbook.template.seeded import Seeded

SHEETS = ("settings", "inputs", "orders", "segments", "cohorts", "clv", "monitoring", "checks")
# With functions a calculation takes longer: the sheets on which they stand beside native formulas.
BESIDE = ("settings", "inputs", "orders", "segments", "cohorts", "clv", "checks")
LIVE, FROZEN, PACKS = HEAD_ROWS + 8, HEAD_ROWS + 13, 6  # rows of Monitoring, and the packs of the sample
COLUMNS = ("order_id", "customer_id", "order_date", "revenue", "cost", "segment", "channel")
EPOCH = dt.date(1899, 12, 30)
RATES = (0.18, 0.23, 0.24, 0.255)


def order(template: Seeded, line: int, column: str) -> str:
    """Return a cell of the log."""
    return f"'{template.kit.word('sheet.orders')}'!{'ABCDEFG'[COLUMNS.index(column)]}{HEADER_ROW + 2 + line}"


def pack(template: Seeded, row: int, figure: str) -> str:
    """Return a cell of the packs on Monitoring."""
    return f"{template.kit.word('sheet.monitoring')}!{letter(figure)}{row}"


def again(template: Seeded) -> str:
    """Return how many of the first cohort ordered in the period after their first."""
    row, column = cohort_layout.first(cohort_layout.RETAINED), cohort_layout.FIRST + 1
    return f"{template.kit.word('sheet.cohorts')}!{address(row, column)}"


def spent(template: Seeded) -> list[str]:
    """Return what is spent on few customers: their CAC by segment, 26 at 10, 31 at 8 and 4 at 12."""
    cells = [template.cell("channels.spend", row, column) for row in range(3) for column in range(-4, 0)]
    return [f"{cell}={26 * 10 + 31 * 8 + 4 * 12 if i == 0 else 0}" for i, cell in enumerate(cells)]


def sown(folder: Path, build: str, keys: Sequence[str]) -> Seeded:
    """Return a template of 61 customers of the sample in which no question is open."""
    template = Seeded(folder, build, few, keys, ("set_few_customers=4",))  # type: ignore[arg-type]
    template.always += tuple(spent(template))
    return template


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    template = sown(tmp_path_factory.mktemp("native"), "native", SHEETS)
    template.ask("pack_net", pack(template, LIVE, "clv_net"))
    first = template.cell("monitoring.ledger", -24)
    template.ask("booked", f"{first}:C{int(first.rpartition('!C')[2]) + 17}")
    return template


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    return sown(tmp_path_factory.mktemp("addin"), "addin", BESIDE)


@dataclass(frozen=True)
class Mistake:
    """What somebody types, and the rules that this breaks.

    Parameters
    ----------
    broken : str
        Keys of the rules.
    cells : callable
        The cells set, by their addresses.
    """

    broken: str
    cells: Callable[[Seeded], dict[str, object]]

    def sets(self, template: Seeded) -> tuple[str, ...]:
        """Return the changes as ``--set`` takes them."""
        return tuple(f"{cell}={value}" for cell, value in self.cells(template).items())


MOVED: Final = {
    "inputs_to_date": "segments_to_date", "inputs_typed": "segments_typed", "clv_beyond": "segments_beyond",
}  # fmt: skip


def typed(driver: str, value: float, broken: str) -> Mistake:
    """Return a driver of the company typed over: segments without a driver of their own move with it."""
    broken = " ".join((broken, *(twin for rule, twin in MOVED.items() if rule in broken.split())))
    return Mistake(broken, lambda t: {t.cell(f"inputs.typed_{driver}"): value})


def of_segment(driver: str, value: float, broken: str) -> Mistake:
    """Return a driver of the second segment, "1 CD", typed over."""
    return Mistake(broken, lambda t: {t.cell(f"inputs.segment_typed_{driver}", 1): value})


def over(place: str, value: float, broken: str, row: int = 0) -> Mistake:
    """Return a formula that was overwritten."""
    return Mistake(broken, lambda t: {t.cell(place, row): value})


AOV = 4543.26 / 176  # of the log below: revenue / orders
TYPED = {
    # Lifespan in years, to date 1.28, span of the data 1.5 years.
    "a lifespan of the company in other units, too short": typed("lifespan", 0.3, "inputs_to_date"),
    "a lifespan of the company in months": typed("lifespan", 16, "clv_beyond"),
    "a lifespan of a segment in other units, too short": of_segment(
        "lifespan", 0.3, "segments_to_date segments_company"
    ),
    "a lifespan of a segment in months": of_segment("lifespan", 16, "segments_beyond segments_company"),
    # 176 orders / 61 customers, and 105 / 31: the whole relationship, counted again by the lifespan.
    "orders per customer as the purchase rate": typed("frequency", 176 / 61, "inputs_typed"),
    "orders per customer of a segment as its rate": of_segment(
        "frequency", 105 / 31, "segments_typed segments_company"
    ),
    "revenue per customer as the order value": typed("aov", 4543.26 / 61, "inputs_typed"),
    "an order value with 18% VAT": typed("aov", AOV * 1.18, "inputs_vat inputs_typed"),
    "an order value with 25.5% VAT": typed("aov", AOV * 1.255, "inputs_vat inputs_typed"),
    "an order value without 24% VAT": typed("aov", AOV / 1.24, "inputs_vat inputs_typed inputs_to_date"),
    "an order value 15% higher, which is no VAT rate": typed("aov", AOV * 1.15, "inputs_typed"),
    # Cohorts keep 27.9% a year; 89.9% is the same a month.
    "monthly retention as that of a year": typed("retention_rate", 0.899, "inputs_retention"),
    "a retention in percent": typed(
        "retention_rate", 80, "inputs_range clv_excess clv_retention inputs_retention"
    ),
    "a margin in percent": typed("margin", 25, "inputs_range"),
    "a last day inside a month": Mistake("period_end", lambda _: {"set_as_of": "1998-06-29"}),
    "a spend of the channels that is not that of the segments": Mistake(
        "inputs_spend segments_company", lambda t: {t.cell("channels.spend", 1, -1): 30}
    ),
    "a ledger without an order": Mistake(
        "monitoring_ledger", lambda t: {t.cell("monitoring.ledger", -24): 607.47 - 29.33}
    ),
    "a ledger 10% lower, which is no VAT rate": Mistake(
        "monitoring_ledger", lambda t: {t.cell("monitoring.ledger", -24): 607.47 / 1.1}
    ),
    "revenue of the last pack mistyped, from which this period was predicted": Mistake(
        "monitoring_predicted", lambda t: {pack(t, FROZEN + PACKS - 1, "revenue_period"): 2719.56}
    ),
    "an amount with a wrong decimal mark": Mistake(
        "orders_large monitoring_ledger", lambda t: {order(t, 0, "revenue"): 2933}
    ),
    "a segment spelled in another way": Mistake(
        "segments_few inputs_spend segments_company", lambda t: {order(t, 0, "segment"): "2-3 CD"}
    ),
    "an order below a table that has not grown": Mistake(
        "orders_outside", lambda t: {order(t, len(t.kit.lines), "order_date"): "1998-06-30"}
    ),
    "a date pasted as another": Mistake(
        "orders_sorted monitoring_ledger", lambda t: {order(t, 0, "order_date"): "1997-03-01"}
    ),
}
OVERWRITTEN = {
    "a rate from the orders counted over all customers": over(
        "inputs.data_frequency", 176 / 61, "segments_identity inputs_typed segments_company"
    ),
    "a lifespan from the orders to the end of the data": over(
        "inputs.data_lifespan", 1.5, "segments_identity segments_company"
    ),
    # 1 CD: CLV 16.17, CAC 8, net 8.17. Company: CLV 16.61, CAC 9.11, net 7.49.
    "CLV:CAC of a segment from its net CLV": over("segments.ratio", 1.02, "segments_ratio", row=1),
    "CLV:CAC of all segments from net CLV": over("segments.total_ratio", 0.82, "segments_ratio"),
    "CLV:CAC of the sheet CLV from net CLV": over("clv.ratio", 0.82, "clv_ratio_taken"),
    "customers of a segment that are not those of the log": over(
        "segments.customers", 25, "segments_customers segments_to_date new_existing inputs_spend"
    ),
}
# A number of the native formulas that the functions do not answer.
BESIDE_FUNCTIONS = {
    "orders of a segment": over(
        "segments.orders", 65, "segments_orders segments_function segments_function_total"
    ),
    "the value of a customer": over("clv.clv", 20, "clv_clv clv_net"),
    "the payback": over("clv.payback", 5, "clv_payback"),
    "who ordered again": Mistake("cohort_fn_retention", lambda t: {again(t): 3}),
    "an order value with VAT, typed": typed("aov", AOV * 1.24, "inputs_typed"),
}


@pytest.mark.slow
def test_nothing_is_asked_of_the_log_as_it_is(native: Seeded, addin: Seeded) -> None:
    for template in (native, addin):
        open_ones = {key for key, word in template.verdicts().items() if word in ("Broken", "Check")}
        assert open_ones == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", TYPED)
def test_a_wrong_number_typed_in_turns_its_check_and_no_other(name: str, native: Seeded) -> None:
    mistake = TYPED[name]
    assert native.turned(*mistake.sets(native)) == set(mistake.broken.split())


@pytest.mark.slow
@pytest.mark.parametrize("name", OVERWRITTEN)
def test_a_formula_overwritten_turns_its_check_and_no_other(name: str, native: Seeded) -> None:
    mistake = OVERWRITTEN[name]
    assert native.turned(*mistake.sets(native)) == set(mistake.broken.split())


@pytest.mark.slow
@pytest.mark.parametrize("name", BESIDE_FUNCTIONS)
def test_a_native_number_that_is_wrong_differs_from_the_function(name: str, addin: Seeded) -> None:
    mistake = BESIDE_FUNCTIONS[name]
    assert addin.turned(*mistake.sets(addin)) == set(mistake.broken.split())


@pytest.mark.slow
def test_a_month_without_vat_is_found_at_the_rates_of_all_four_countries(native: Seeded) -> None:
    """Georgia 18%, Poland 23%, Greece 24%, Finland 25.5%; a ledger with VAT that the orders lack, too."""
    first = native.cell("monitoring.ledger", -24)
    sheet, row = first.rpartition("!")[0], int(first.rpartition("!C")[2])
    booked = (607.47, 594.26, 981.60, 429.74, 135.20, 196.35)  # January to June 1997 in the log
    found = [money / (1 + rate) for money, rate in zip(booked, RATES, strict=False)]
    found += [booked[4] * 1.24, booked[5] * 1.1]
    sets = [f"{sheet}!C{row + i}={money}" for i, money in enumerate(found)]
    assert native.turned(*sets) == {"monitoring_ledger", "monitoring_vat"}
    assert native.number("monitoring_vat", *sets) == 5  # 10% is none of them


@pytest.mark.slow
def test_a_whole_ledger_without_vat_raises_the_question_of_the_order_value_as_well(native: Seeded) -> None:
    first = native.cell("monitoring.ledger", -24)
    sheet, row = first.rpartition("!")[0], int(first.rpartition("!C")[2])
    booked = [line[0] for line in native.answers()["booked"]]
    assert sum(booked) == pytest.approx(4543.26)
    sets = [f"{sheet}!C{row + i}={money / 1.255}" for i, money in enumerate(booked)]
    assert native.turned(*sets) == {"monitoring_ledger", "monitoring_vat", "inputs_vat"}


@pytest.mark.slow
def test_a_pack_that_is_closed_holds_until_an_order_is_changed(native: Seeded) -> None:
    """The period lock: the row of this period pasted as values is confirmed by the orders, or asked about."""
    net = native.answers()["pack_net"]
    closed = [f"{pack(native, FROZEN + PACKS, 'as_of')}=1998-06-30",
              f"{pack(native, FROZEN + PACKS, 'clv_net')}={net!r}"]  # fmt: skip
    held, asked = native.kit.word("status_ok"), native.kit.word("status_check")
    assert native.verdicts()["monitoring_frozen"] == native.kit.word("not_available")
    assert native.verdicts(*closed)["monitoring_frozen"] == held
    late = [*closed, f"{order(native, 100, 'revenue')}=60"]
    assert native.verdicts(*late)["monitoring_frozen"] == asked


@pytest.mark.slow
def test_the_last_day_locks_what_came_later_out(native: Seeded) -> None:
    """The pack of May is confirmed on its own last day, whatever happens to an order of June."""
    may = "set_as_of=1998-05-31"
    held, asked = native.kit.word("status_ok"), native.kit.word("status_check")
    june, before = (f"{order(native, line, 'revenue')}=500" for line in (175, 100))
    assert native.verdicts(may)["monitoring_frozen"] == held
    assert native.answers(may, june)["pack_net"] == native.answers(may)["pack_net"]
    assert native.verdicts(may, june)["monitoring_frozen"] == held
    assert native.verdicts(may, before)["monitoring_frozen"] == asked


def leaving(pause: bool) -> Callable[[Callable[[str], str]], OrderLines]:
    """Return monthly payers of 2023 and 2024, of whom a tenth leaves every month.

    With a `pause` three in four of those who are there do not pay in every second month.
    """

    def lines(_word: Callable[[str], str]) -> OrderLines:
        rows = [
            (dt.date(2023 + month // 12, month % 12 + 1, 1), customer)
            for month in range(24)
            for customer in range(round(40 * 0.9**month))
            if not (pause and month % 2 and customer % 4)
        ]
        days = [float((day - EPOCH).days) for day, _ in rows]
        names = [f"C{customer}" for _, customer in rows]
        n = len(rows)
        return OrderLines([float(i) for i in range(n)], names, days, [10.0] * n, [None] * n, ["a"] * n,
                          [None] * n, float((dt.date(2024, 12, 31) - EPOCH).days), "EUR", "test")  # fmt: skip

    return lines


@pytest.mark.slow
@pytest.mark.parametrize("pause", [False, True])
def test_monthly_retention_to_the_12th_power_is_that_of_a_year_for_contracts_alone(
    pause: bool, tmp_path: Path
) -> None:
    """0.9 ^ 12 = 28.2%, and 11 of 40 are there after a year; those who pause are counted as lost and won."""
    template = Seeded(tmp_path, "native", leaving(pause), ("settings", "inputs", "orders", "segments",
                                                           "cohorts", "retention", "checks"))  # fmt: skip
    wanted = template.kit.word("status_check" if pause else "status_ok")
    assert template.verdicts()["retention_year"] == wanted


@pytest.mark.slow
def test_a_segment_below_the_limit_is_grey_and_one_at_the_limit_is_not(native: Seeded) -> None:
    """Segments: 26, 31 and 4 customers, the limit at 4 and at 5."""
    sheet = openpyxl.load_workbook(native.path)[native.kit.word("sheet.segments")]
    top = native.cell("segments.customers").rpartition("!B")[2]
    rules = [
        (area.sqref, rule)
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.formula == [f"AND(ISNUMBER($B{top}),$B{top}<set_few_customers)"]
    ]
    assert len(rules) == 1
    (cells, rule), last = rules[0], int(top) + SLOTS - 1
    assert f"A{top}:T{last}" in str(cells)
    assert rule.dxf.font.color.rgb == f"FF{GREY.removeprefix('#')}"
    assert native.number("segments_few") == 0
    assert native.turned("set_few_customers=5") == {"segments_few"}
    assert native.number("segments_few", "set_few_customers=5") == 1
