"""The start page: what it says, how it installs, the reference, and "Try it" against what Python says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block
from clv_xl.errors import CellError
from tests.hosts.officejs.browser import browser
from tests.hosts.officejs.pages import Watched, opened
from tests.hosts.server.running import FULL, Running, running

pytestmark = pytest.mark.chromium

# The example shop of catalogue.md, with a decimal comma and dates as a Finnish sheet copies them.
PASTED = (
    "asiakas\tpäivä\tsumma\nA\t10.2.2024\t50,25\nA\t1.8.2024\t70\nB\t20.5.2024\t1 030,50\nC\t30.6.2025\t40\n"
)
ROWS: list[list[Any]] = [
    ["asiakas", "päivä", "summa"],
    ["A", 45332, 50.25],
    ["A", 45505, 70],
    ["B", 45432, 1030.5],
    ["C", 45838, 40],
]


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with browser("chromium") as found:
        yield found


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(factory=FULL) as found:
        yield found


@pytest.fixture
def start(driver: Browser, server: Running) -> Iterator[Watched]:
    with opened(driver, server, "/", viewport={"width": 1200, "height": 900}) as found:
        yield found


def python(name: str, *args: Any) -> Any:
    """Return what Python says for cells."""
    return run(CATALOGUE[name], [Block.from_rows(a) if isinstance(a, list) else a for a in args], Context())


def answered(start: Watched) -> Any:
    """Press the button and return the answer as it came: a value, rows, or the sentence of an error."""
    start.page.evaluate("document.querySelector('#answer').hidden = true")
    start.page.click("#try-form [type=submit]")
    start.page.wait_for_selector("#answer-value [data-value], #answer-value .bad")
    if start.page.locator("#answer-value .bad").count():
        return start.text("#answer-value .bad")
    read = "all => all.map((n) => n.dataset.value)"
    if start.page.locator("#answer-value tr").count():
        rows = start.page.locator("#answer-value tr").evaluate_all(
            f"rows => rows.map((row) => ({read})([...row.querySelectorAll('td')]))"
        )
        return [[json.loads(cell) for cell in row] for row in rows]
    return json.loads(start.page.locator("#answer-value [data-value]").evaluate_all(read)[0])


def choose(start: Watched, name: str) -> None:
    start.page.select_option("#function", name)


def test_it_says_how_a_function_is_typed_and_where_the_manifest_is(start: Watched, server: Running) -> None:
    assert start.text("#sample-formula") == "=CLV.VALUE(50,3,3)"
    assert "450" in start.text("#sample-value")
    assert start.page.input_value("#manifest") == f"{server.address}/manifest.xml"
    assert start.page.is_visible("#no-https")  # this server speaks http
    assert server.client.get("/openapi.json").status_code == 200
    assert start.page.get_attribute("footer a", "href") == "openapi.json"
    start.wait_for_text("#status", "Connected")


def test_the_address_of_the_manifest_is_copied(driver: Browser, server: Running) -> None:
    may = ["clipboard-read", "clipboard-write"]
    with opened(driver, server, "/", permissions=may) as start:
        start.page.click("#copy-manifest")
        start.wait_for_text("#copied", "Copied")
        assert start.page.evaluate("navigator.clipboard.readText()") == f"{server.address}/manifest.xml"


@pytest.mark.parametrize("platform", ["windows", "mac", "web", "everyone"])
def test_every_platform_has_its_steps(start: Watched, platform: str) -> None:
    if start.page.get_attribute(f"#install-{platform}", "open") is None:
        start.page.click(f"#install-{platform} summary")
    steps = start.page.locator(f"#install-{platform} li").all_inner_texts()
    assert len(steps) >= 3
    assert all(steps)


def test_pasted_cells_give_what_python_gives(driver: Browser, server: Running) -> None:
    with opened(driver, server, "/", locale="fi-FI", viewport={"width": 1200, "height": 900}) as start:
        choose(start, "CLV.AOV")
        start.page.fill("#cells", PASTED)
        assert start.page.is_checked("[name=decimal][value=',']")
        start.page.select_option("#try-amounts", "2")
        assert answered(start) == pytest.approx(python("CLV.AOV", [r[2:] for r in ROWS]), rel=1e-12)

        choose(start, "CLV.SUMMARY")
        start.page.select_option("#type-1", "date")
        start.page.fill("#try-as_of", "31.12.2025")
        start.page.fill("#try-margin", "0,375")
        wanted = run(
            CATALOGUE["CLV.SUMMARY"], [Block.from_rows(ROWS), None, 46022.0, 0.375], Context(language="fi")
        )
        assert isinstance(wanted, Block)
        rows = answered(start)
        assert len(rows) == wanted.height
        for shown, said in zip(rows, wanted.rows(), strict=True):
            assert shown == [pytest.approx(c, rel=1e-9) if isinstance(c, float) else c for c in said]


def test_dates_are_read_only_where_a_column_is_declared_one(start: Watched) -> None:
    choose(start, "CLV.FREQUENCY")
    start.page.fill(
        "#cells", "A\t2024-02-10\nA\t2024-08-01\nA\t2025-03-05\nB\t2024-05-20\nB\t2024-11-11\nC\t2025-06-30"
    )
    assert "Column B: 2024-02-10 in row 1 looks like a date." in start.text("#doubts")
    start.page.select_option("#try-customer_ids", "0")
    start.page.select_option("#try-order_dates", "1")
    start.page.fill("#try-as_of", "2025-12-31")
    assert "CLV.FREQUENCY: order_dates (row 1) must be a date" in answered(start)
    start.page.select_option("#type-1", "date")
    assert start.page.is_hidden("#doubts")
    assert "2024-02-10 = 45332" in start.text("#table")
    assert start.page.input_value("#try-order_dates") == "1"  # the choice is kept
    assert answered(start) == 1.5  # catalogue.md, "Straight from columns"


def test_the_decimal_mark_is_chosen_and_doubts_are_told(start: Watched) -> None:
    choose(start, "CLV.AOV")
    start.page.fill("#cells", "50,25\n70\n30")
    start.page.select_option("#try-amounts", "0")
    assert "Column A: 50,25 in row 1 would be a number with the other decimal mark" in start.text("#doubts")
    assert 'amounts (row 1) must be a number; it is "50,25"' in answered(start)
    start.page.check("[name=decimal][value=',']")
    assert start.page.is_hidden("#doubts")
    assert answered(start) == pytest.approx((50.25 + 70 + 30) / 3)


def test_an_error_shows_its_code_and_sentence_in_the_language(driver: Browser, server: Running) -> None:
    with opened(driver, server, "/", locale="pl-PL") as start:
        choose(start, "CLV")
        for name, value in (
            ("avg_order_value", "50"),
            ("frequency", "3"),
            ("lifespan", "3"),
            ("margin", "80"),
        ):
            start.page.fill(f"#try-{name}", value)
        error = python_error("CLV", 50, 3, 3, 80)
        assert answered(start) == f"{error.code} {texts.sentence(error, 'pl')}"


def python_error(name: str, *args: Any) -> CellError:
    error = run(CATALOGUE[name], list(args), Context())
    assert isinstance(error, CellError)
    return error


def test_a_field_that_is_missing_is_said_before_anything_is_sent(start: Watched) -> None:
    choose(start, "CLV.CHURN")
    start.page.fill("#try-lost_customers", "many")
    start.page.click("#try-form [type=submit]")
    assert start.text("#try-lost_customers-problem") == "Type a number, such as 0.4 or 40%."
    assert start.text("#try-start_customers-problem") == texts.find("pane.problem_required")
    assert start.focused() == "try-lost_customers"
    assert start.page.is_hidden("#answer")


@pytest.fixture(scope="module")
def samples(driver: Browser, server: Running) -> Iterator[Watched]:
    """One page for all of them: each must work after the others."""
    with opened(driver, server, "/", viewport={"width": 1200, "height": 900}) as found:
        yield found


@pytest.mark.parametrize("name", [f.name for f in CATALOGUE.values() if f.examples])
def test_sample_data_of_every_function_give_its_documented_value(samples: Watched, name: str) -> None:
    start = samples
    function = CATALOGUE[name]
    choose(start, name)
    start.page.click("#sample")
    start.wait_until("document.querySelector('#try-form').dataset.sample === 'done'")
    shown = answered(start)
    if function.spills or isinstance(shown, list):
        assert len(shown) > 1
        assert not isinstance(shown, str)
        return
    example = function.examples[0]
    if isinstance(example.value, str):
        assert str(shown).startswith(example.value.rstrip(".")[:9])
    else:
        assert round(shown, example.digits) == pytest.approx(example.value)


@pytest.mark.slow
def test_a_long_column_is_understood_whole(start: Watched) -> None:
    """200,000 rows: what a sheet of orders holds, pasted at once."""
    choose(start, "CLV.AOV")
    start.page.evaluate(
        "() => { const area = document.getElementById('cells');"
        " area.value = Array.from({length: 200000}, (_, i) => String(i % 7)).join('\\n');"
        " area.dispatchEvent(new Event('input')); }"
    )
    assert "numbers: 200000" in start.text("#table")
    start.page.select_option("#try-amounts", "0")
    assert answered(start) == pytest.approx(sum(i % 7 for i in range(200_000)) / 200_000)


def test_a_blank_cell_typed_into_scenarios_is_as_in_the_base_and_no_zero(start: Watched) -> None:
    choose(start, "CLV.SCENARIO")
    start.page.fill("#try-drivers", "AOV\t50\nfrequency\t3\nlifespan\t3\nmargin\t40%")
    start.page.fill("#try-scenarios", "\tlonger\t2026\nfrequency\t\t2.5\nlifespan\t4\t\n")
    drivers = [["AOV", 50.0], ["frequency", 3.0], ["lifespan", 3.0], ["margin", 0.4]]
    scenarios = [[None, "longer", 2026.0], ["frequency", None, 2.5], ["lifespan", 4.0, None]]
    found = answered(start)
    wanted = python("CLV.SCENARIO", drivers, scenarios).to_rows()
    assert [row[:2] for row in found[1:5]] == [row[:2] for row in wanted[1:5]]
    assert [row[2] for row in found[1:6]] == [50, 3, 4, 0.4, 240]  # 50 x 3 x 4 x 40%
    assert [row[3] for row in found[1:6]] == [50, 2.5, 3, 0.4, 150]  # 50 x 2.5 x 3 x 40%


def test_a_table_of_text_in_quotes_is_one_cell(start: Watched) -> None:
    choose(start, "CLV.REPEATRATE")
    start.page.fill("#cells", '"A\nline"\tx\n"say ""hi"""\ty\n"A\nline"\tz')
    start.page.select_option("#try-customer_ids", "0")
    assert start.page.locator("#table tbody tr").count() == 3
    assert answered(start) == 0.5  # two customers, one of them with two rows


def test_the_reference_has_an_anchor_for_every_function(driver: Browser, server: Running) -> None:
    with opened(driver, server, "/#CLV.AOV", viewport={"width": 1200, "height": 900}) as start:
        assert start.page.locator("details.function").count() == len(CATALOGUE)
        assert start.page.locator("details.function[open]").get_attribute("id") == "CLV.AOV"
        start.wait_until("document.getElementById('CLV.AOV').getBoundingClientRect().top < innerHeight")
        start.page.evaluate("location.hash = '#CLV.CHURN'")
        start.page.wait_for_selector("details.function[open][id='CLV.CHURN']")
        start.page.fill("#search", "churn")
        assert start.page.locator("details.function").count() < len(CATALOGUE)
        start.page.locator("[id='CLV.CHURN']").get_by_role("button", name="Try it").click()
        assert start.page.input_value("#function") == "CLV.CHURN"
        assert start.focused() == "function"


def test_an_address_with_a_broken_escape_opens_the_page_all_the_same(
    driver: Browser, server: Running
) -> None:
    with opened(driver, server, "/#%E0%A4%A", viewport={"width": 1200, "height": 900}) as start:
        start.wait_until("document.documentElement.dataset.ready === 'yes'")


def test_the_language_changes_at_once_and_keeps_what_was_typed(start: Watched) -> None:
    choose(start, "CLV.CHURN")
    start.page.fill("#try-lost_customers", "40")
    start.page.select_option("#language", "el")
    start.wait_for_text("h1", "Αξία διάρκειας ζωής πελάτη")
    assert start.page.input_value("#function") == "CLV.CHURN"
    assert start.page.input_value("#try-lost_customers") == "40"
    assert start.text("#function-summary") == texts.find("CLV.CHURN.summary", "el")
    assert start.text("#sample-formula") == "=CLV.VALUE(50;3;3)"


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("width", [320, 1200])
def test_no_text_is_missing_and_nothing_overflows(
    driver: Browser, server: Running, language: str, width: int
) -> None:
    with opened(driver, server, "/", locale=language, viewport={"width": width, "height": 800}) as start:
        empty = "all => all.filter((n) => !n.textContent.trim()).map((n) => n.dataset.text)"
        assert start.page.locator("[data-text]").evaluate_all(empty) == []
        choose(start, "CLV.SEGMENT")
        start.page.click("#sample")
        start.wait_until("document.querySelector('#try-form').dataset.sample === 'done'")
        assert isinstance(answered(start), list)
        start.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        assert not re.search(r"\{[a-z_]+\}|undefined|\bstart\.[a-z]", start.text("main"))
        assert start.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_asks_its_own_server_only(start: Watched, server: Running) -> None:
    choose(start, "CLV.AOV")
    start.page.click("#sample")
    answered(start)
    assert start.origins == {server.address}
    assert "frame-ancestors 'none'" in server.client.get("/").headers["content-security-policy"]
