"""The gallery of the task pane: search, help, the formula that it writes, with mouse and keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.all import CATALOGUE
from tests.hosts.officejs.browser import browser
from tests.hosts.officejs.pages import Watched, opened
from tests.hosts.server.running import FULL, Running, running

pytestmark = pytest.mark.office_js


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(factory=FULL) as found:
        yield found


@pytest.fixture
def pane(driver: Browser, server: Running) -> Iterator[Watched]:
    with opened(driver, server, "/taskpane.html") as found:
        yield found


def names(pane: Watched) -> list[str]:
    """Return the names that the gallery lists."""
    return pane.page.locator("#list [role=option] .name").all_inner_texts()


def open_function(pane: Watched, name: str) -> None:
    pane.page.fill("#search", name)
    pane.page.locator("#list [role=option]").first.click()


def test_the_gallery_lists_every_function_under_its_family(pane: Watched) -> None:
    assert len(names(pane)) == len(CATALOGUE)
    assert "CLV.VALUE" in names(pane)  # what CLV is called in the namespace
    assert "CLV" not in names(pane)
    assert pane.page.locator("#list [role=group]").count() == len(CATALOGUE.families())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("aov", "CLV.AOV"),
        ("  PAY back ", "CLV.PAYBACK"),
        ("expanded revenue net", "CLV.NRR"),  # words of its summary, in any order
        ("arpa", "CLV.SUBSCRIPTION"),  # an argument that only this function has
        ("control total", "CLV.RECONCILE"),  # control_total, typed as two words
    ],
)
def test_the_search_finds_names_words_and_arguments(pane: Watched, query: str, first: str) -> None:
    pane.page.fill("#search", query)
    assert names(pane)[0] == first


def test_the_search_ignores_marks_and_says_when_nothing_fits(driver: Browser, server: Running) -> None:
    """Finnish: ä is found by a, as people type it on other keyboards."""
    with opened(driver, server, "/taskpane.html", locale="fi-FI") as pane:
        pane.page.fill("#search", "keskimaarainen tilauksen")
        assert "CLV.AOV" in names(pane)
        pane.page.fill("#search", "zebra")
        assert pane.text("#found") == texts.find("pane.found_none", "fi").replace("{query}", "zebra")  # type: ignore[union-attr]
        assert names(pane) == []


def test_the_help_says_what_the_declaration_says(pane: Watched) -> None:
    open_function(pane, "CLV.AOV")
    function = CATALOGUE["CLV.AOV"]
    shown = pane.text("#details")
    for words in (function.summary, function.convention, function.formula, function.source):
        assert words in shown
    for arg in function.args:
        assert arg.name in shown
        assert docs.meaning(function, arg) in shown
        assert docs.domain(arg) in shown
    for code, words in docs.errors(function):
        assert f"{code} {words}" in shown
    assert "=CLV.AOV({50;70;30;-30}) → 40" in shown


def test_a_formula_of_numbers_and_cells_goes_into_the_selected_cell(pane: Watched) -> None:
    pane.select("Sheet1", "D7")
    open_function(pane, "CLV.VALUE")
    pane.page.fill("#arg-avg_order_value", "B2")
    pane.page.fill("#arg-frequency", "2.5")
    pane.page.fill("#arg-lifespan", "B4")
    pane.page.fill("#arg-cac", "45")
    assert pane.text("#preview") == "=CLV.VALUE(B2,2.5,B4,,45)"
    assert pane.text("#target").endswith("Sheet1!D7")
    pane.page.click("#form [type=submit]")
    pane.wait_for_text("#message", "CLV.VALUE is in Sheet1!D7.")
    assert pane.book("writes") == [["Sheet1!D7", "=CLV.VALUE(B2,2.5,B4,,45)"]]


def test_a_selection_on_another_sheet_keeps_its_name_and_one_on_the_same_sheet_does_not(
    pane: Watched,
) -> None:
    open_function(pane, "CLV.AOV")
    pane.select("My sheet", "C2:C9")
    pane.page.get_by_role("button", name="Use selection for amounts").click()
    pane.wait_for_text("#message", "amounts is 'My sheet'!C2:C9.")
    pane.select("Sheet1", "A2:A9")
    pane.page.get_by_role("button", name="Use selection for order_ids").click()
    pane.wait_for_text("#message", "order_ids is Sheet1!A2:A9.")
    pane.select("Sheet1", "F1")
    assert pane.text("#preview") == "=CLV.AOV('My sheet'!C2:C9,A2:A9)"
    pane.page.click("#form [type=submit]")
    pane.wait_for_text("#message", "CLV.AOV is in")
    assert pane.book("writes") == [["Sheet1!F1", "=CLV.AOV('My sheet'!C2:C9,A2:A9)"]]


def test_keywords_are_chosen_and_quoted_and_dates_become_dates(pane: Watched) -> None:
    open_function(pane, "CLV.LIFESPAN")
    pane.page.fill("#arg-customer_ids", "Orders[customer]")
    pane.page.fill("#arg-order_dates", "A:A")
    assert pane.page.locator("#arg-unit option").evaluate_all("all => all.map((o) => o.value)") == [
        "", "D", "W", "M", "Q", "Y",
    ]  # fmt: skip
    pane.page.select_option("#arg-unit", "M")
    pane.page.fill("#arg-as_of", "2025-12-31")
    pane.page.click("#form [type=submit]")
    pane.wait_for_text("#message", "CLV.LIFESPAN is in")
    assert pane.book("writes")[0][1] == '=CLV.LIFESPAN(Orders[customer],A:A,"M",,DATE(2025,12,31))'


def test_excel_with_a_decimal_comma_is_shown_its_own_notation_and_handed_the_english_one(
    driver: Browser, server: Running
) -> None:
    with opened(driver, server, "/taskpane.html", locale="fi-FI") as pane:
        open_function(pane, "CLV.PAYBACK")
        pane.page.fill("#arg-cac", "1 045,5")
        pane.page.fill("#arg-margin_per_period", "5")
        pane.page.fill("#arg-retention_rate", "98 %")
        pane.page.select_option("#arg-whole", "TRUE")
        assert pane.text("#preview") == "=CLV.PAYBACK(1045,5;5;98%;;TOSI)"
        pane.page.click("#form [type=submit]")
        pane.wait_until("BOOK.writes.length")
        assert pane.book("writes")[0][1] == "=CLV.PAYBACK(1045.5,5,98%,,TRUE)"


def test_what_is_not_understood_is_said_at_its_field_and_nothing_is_written(pane: Watched) -> None:
    open_function(pane, "CLV.CHURN")
    pane.page.fill("#arg-lost_customers", "0,4")  # a decimal comma in an Excel with a point
    pane.page.click("#form [type=submit]")
    assert "decimal mark ." in pane.text("#arg-lost_customers-problem")
    assert pane.text("#arg-start_customers-problem") == texts.find("pane.problem_required")
    assert pane.page.get_attribute("#arg-lost_customers", "aria-invalid") == "true"
    assert pane.focused() == "arg-lost_customers"
    assert pane.book("writes") == []


def test_a_filled_cell_is_overwritten_only_after_a_yes_to_just_that_cell(pane: Watched) -> None:
    pane.page.evaluate("BOOK.formulas['Sheet1!B2'] = '=SUM(A:A)'; BOOK.formulas['Sheet1!B3'] = 7")
    pane.select("Sheet1", "B2")
    open_function(pane, "CLV.VERSION")
    pane.page.click("#form [type=submit]")
    pane.page.wait_for_selector("#confirm:not([hidden])")
    assert "Sheet1!B2 is not empty, it holds =SUM(A:A)." in pane.text("#confirm")
    assert pane.page.evaluate("document.activeElement.textContent") == "Keep the cell"
    pane.page.keyboard.press("Enter")
    assert pane.book("writes") == []
    pane.page.click("#form [type=submit]")
    pane.page.wait_for_selector("#confirm:not([hidden])")
    pane.select("Sheet1", "B3")  # another filled cell meanwhile: asked again, for that one
    pane.page.get_by_role("button", name="Replace").click()
    pane.wait_for_text("#confirm", "Sheet1!B3")
    assert pane.book("writes") == []
    pane.page.get_by_role("button", name="Replace").click()
    pane.wait_for_text("#message", "CLV.VERSION is in Sheet1!B3.")
    assert pane.book("writes") == [["Sheet1!B3", "=CLV.VERSION()"]]


def test_an_excel_that_refuses_is_quoted(pane: Watched) -> None:
    open_function(pane, "CLV.VERSION")
    pane.page.evaluate("BOOK.failing = 'InvalidOperationInCellEditMode'")
    pane.page.click("#form [type=submit]")
    pane.wait_for_text("#message", "InvalidOperationInCellEditMode")


def test_everything_is_reached_with_the_keyboard(pane: Watched) -> None:
    keys = pane.page.keyboard
    keys.press("Tab")
    assert pane.focused() == "tab-functions"
    keys.press("Tab")
    assert pane.focused() == "search"
    keys.type("clv.churn")
    keys.press("ArrowDown")
    active = pane.page.get_attribute("#search", "aria-activedescendant")
    assert pane.page.locator(f"#{active} .name").inner_text() == "CLV.CHURN"
    keys.press("Enter")
    assert pane.focused() == "details-name"
    keys.press("Tab")
    assert pane.focused() == "arg-lost_customers"
    keys.type("40")
    keys.press("Tab")  # the button of the selection
    keys.press("Tab")
    assert pane.focused() == "arg-start_customers"
    keys.type("800")
    keys.press("Enter")
    pane.wait_for_text("#message", "CLV.CHURN is in Sheet1!A1.")
    assert pane.book("writes") == [["Sheet1!A1", "=CLV.CHURN(40,800)"]]
    keys.press("Escape")
    assert pane.focused() == "search"
    keys.press("Escape")
    assert len(names(pane)) == len(CATALOGUE)
    keys.press("Shift+Tab")
    for tab in ("tab-log", "tab-connection", "tab-settings", "tab-functions"):
        keys.press("ArrowRight")
        assert pane.focused() == tab
        assert pane.page.locator("[role=tabpanel]:visible").get_attribute("aria-labelledby") == tab
    keys.press("End")
    assert pane.focused() == "tab-settings"
    keys.press("Home")
    assert pane.focused() == "tab-functions"


def test_a_list_is_walked_with_arrows_and_the_active_line_is_in_sight(pane: Watched) -> None:
    pane.page.focus("#search")
    for _ in range(12):
        pane.page.keyboard.press("ArrowDown")
    chosen = pane.page.locator("#list [aria-selected=true]")
    assert chosen.count() == 1
    assert chosen.locator(".name").inner_text() == list(names(pane))[12]
    box = chosen.bounding_box()
    assert box is not None
    assert 0 < box["y"] < 760 - box["height"]
