"""The other tabs of the task pane: errors, connection, settings; and the pane without Excel."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from clv_xl import __version__, texts
from clv_xl.hosts.server.auth.tokens import TokenFile
from tests.hosts.officejs.browser import browser
from tests.hosts.officejs.pages import Watched, opened
from tests.hosts.server.running import FULL, Running, running

pytestmark = pytest.mark.office_js
WRONG_MARGIN = "ClvAddin.call('CLV', [50, 3, 3, 80], {cell: '%s'}).catch(() => 0)"


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


def test_a_failing_call_stands_in_the_log_with_its_cell_and_sentence(pane: Watched) -> None:
    pane.page.click("#tab-log")
    assert pane.text("#log-empty") == texts.find("pane.log_empty")
    for _ in range(3):
        pane.page.evaluate(WRONG_MARGIN % "'My sheet'!B3".replace("'", "\\'"))
    pane.wait_for_text("#log", "3 times")
    entry = pane.text("#log li")
    assert entry.startswith("#NUM!")
    assert "CLV.VALUE" in entry
    # The sentence is the catalogue's: argument, what is expected, what came, how to mend it.
    assert "margin must be a number of at most 1; it is 80. Type 80% or 0.8." in entry
    assert pane.text("#log-count") == "1"
    pane.page.get_by_role("button", name="Go to 'My sheet'!B3").click()
    pane.wait_for_text("#message", "is selected")
    assert (pane.book("active"), pane.book("selected")["My sheet"]) == ("My sheet", "B3")
    pane.page.click("#log-clear")
    pane.page.wait_for_selector("#log-empty:visible")
    assert pane.page.locator("#log li").count() == 0


def test_a_cell_on_a_sheet_that_is_gone_is_said_to_be_gone(pane: Watched) -> None:
    pane.page.evaluate(WRONG_MARGIN % "Old!A1")
    pane.page.click("#tab-log")
    pane.page.get_by_role("button", name="Go to Old!A1").click()
    pane.wait_for_text("#message", "Old!A1 is not in this workbook any more.")


def test_the_log_is_copied_as_rows_and_columns(driver: Browser, server: Running) -> None:
    may = ["clipboard-read", "clipboard-write"]
    with opened(driver, server, "/taskpane.html", permissions=may) as pane:
        pane.page.evaluate(WRONG_MARGIN % "Sheet1!A1")
        pane.page.click("#tab-log")
        pane.page.click("#log-copy")
        pane.wait_for_text("#message", "clipboard")
        copied = pane.page.evaluate("navigator.clipboard.readText()")
    time, cell, function, code, sentence, count = copied.split("\t")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", time)
    assert (cell, function, code, count) == ("Sheet1!A1", "CLV", "#NUM!", "1")
    assert sentence.startswith("CLV: margin")


def test_the_connection_says_where_it_goes_and_that_it_is_gone(driver: Browser) -> None:
    with running(factory=FULL) as short_lived:
        expected = ("Failed to load resource", "ERR_CONNECTION")
        with opened(driver, short_lived, "/taskpane.html", mistakes=expected) as pane:
            pane.page.click("#tab-connection")
            shown = pane.text("#connection")
            for words in ("Connected", short_lived.address, __version__, "this computer, without sign-in"):
                assert words in shown
            assert pane.page.is_hidden("#token-form")
            short_lived.stop()
            pane.page.click("#check")
            pane.wait_for_text("#connection", "Server not reachable")
            pane.wait_for_text("#message", "Server not reachable")
            assert "unreachable" in (pane.page.get_attribute("#dot", "class") or "")


def test_a_token_is_entered_used_and_forgotten(driver: Browser, tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path / "tokens")
    secret, _ = tokens.create("Maija")
    settings = {"auth": "token", "token_file": tmp_path / "tokens"}
    with (
        running(settings, factory=FULL) as guarded,
        opened(driver, guarded, "/taskpane.html", mistakes=("401",)) as pane,
    ):
        pane.page.click("#tab-connection")
        pane.wait_for_text("#connection", "Not signed in")
        assert pane.page.get_attribute("#token", "type") == "password"
        pane.page.fill("#token", secret)
        pane.page.keyboard.press("Enter")
        pane.wait_for_text("#connection", "Connected")
        assert "Maija" in pane.text("#connection")
        assert pane.page.input_value("#token") == ""
        assert pane.page.evaluate("ClvAddin.call('CLV', [50, 3, 3])") == 450  # catalogue.md: (50,3,3) 450
        pane.page.click("#token-forget")
        pane.wait_for_text("#message", "removed from this computer")
        pane.page.click("#check")
        pane.wait_for_text("#connection", "Not signed in")
        assert secret not in pane.page.evaluate("JSON.stringify({...localStorage})")


def test_with_entra_office_asks_for_the_account_when_the_button_is_pressed(driver: Browser) -> None:
    settings = {
        "auth": "entra",
        "entra_client_id": "11111111-2222-3333-4444-555555555555",
        "entra_tenants": ("66666666-7777-8888-9999-000000000000",),
    }
    closed = "globalThis.ASKED = []; globalThis.OfficeRuntime = {auth: {getAccessToken: (how) => {\
        ASKED.push(how); return Promise.reject({code: 13002}); }}};"
    with (
        running(settings, factory=FULL) as guarded,
        opened(driver, guarded, "/taskpane.html", script=closed) as pane,
    ):
        pane.page.click("#tab-connection")
        assert pane.page.is_hidden("#token-form")
        assert pane.page.evaluate("ASKED") == []  # opening the pane opens no window of Microsoft's
        pane.page.click("#sign-in")
        pane.wait_for_text("#connection", "Not signed in")
        assert pane.page.evaluate("ASKED") == [{"allowSignInPrompt": True, "allowConsentPrompt": True}]


def test_the_language_changes_at_once_and_keeps_what_was_typed(pane: Watched) -> None:
    pane.page.fill("#search", "clv.churn")
    pane.page.keyboard.press("Enter")
    pane.page.fill("#arg-lost_customers", "B7")
    pane.page.evaluate("globalThis.same = true")
    pane.page.click("#tab-settings")
    pane.page.select_option("#language", "ka")
    pane.wait_for_text("#tab-functions", "ფუნქციები")
    assert pane.page.evaluate("document.documentElement.lang") == "ka"
    assert pane.page.title() == texts.find("pane.title", "ka")
    pane.page.click("#tab-functions")
    assert str(texts.find("CLV.CHURN.summary", "ka")) in pane.text("#details")
    assert pane.page.input_value("#arg-lost_customers") == "B7"
    # Excel is English, so its formula stays in Excel's notation.
    assert pane.text("#preview") == "=CLV.CHURN(B7,…)"
    assert pane.page.evaluate("globalThis.same")  # not loaded again
    sentence = pane.page.evaluate("ClvAddin.call('CLV', [50, 3, 3, 80]).catch((e) => e.sentence)")
    assert "უნდა იყოს" in sentence


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_text_is_missing_in_any_language(driver: Browser, server: Running, language: str) -> None:
    with opened(driver, server, "/taskpane.html", locale=language) as pane:
        assert pane.page.evaluate("document.documentElement.lang") == language
        empty = "all => all.filter((n) => !n.textContent.trim()).map((n) => n.dataset.text)"
        assert pane.page.locator("[data-text]").evaluate_all(empty) == []
        pane.page.fill("#search", "clv.summary")
        pane.page.keyboard.press("Enter")
        for tab in ("functions", "log", "connection", "settings"):
            pane.page.click(f"#tab-{tab}")
            assert not re.search(r"\{[a-z_]+\}|undefined|\bpane\.", pane.text(f"#panel-{tab}"))
            assert pane.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_header_setting_reaches_the_tables(pane: Watched) -> None:
    table = "ClvAddin.call('CLV.COMPARE', [60, 0.8, 0.1]).then((rows) => rows[0][0])"
    assert pane.page.evaluate(table) == texts.find("convention", "en")
    pane.page.click("#tab-settings")
    pane.page.select_option("#headers", "2")
    pane.wait_for_text("#message", "Saved")
    assert pane.page.evaluate(table) == "convention"
    pane.page.select_option("#headers", "0")
    assert pane.page.evaluate(table) not in {"convention", texts.find("convention", "en")}
    pane.page.click("#recalculate")
    pane.wait_for_text("#message", "recalculates")
    assert pane.book("calculated") == ["Full"]


@pytest.mark.parametrize("office", ["none", "real"])
def test_outside_excel_the_pane_says_so_and_still_helps(
    driver: Browser, server: Running, office: str
) -> None:
    """Once where office.js cannot be loaded, once with Microsoft's own in a plain browser."""
    noise = ("appsforoffice", "ERR_FAILED") if office == "none" else ()
    may = ["clipboard-read", "clipboard-write"]
    with opened(
        driver,
        server,
        "/taskpane.html",
        office=office,  # type: ignore[arg-type]
        mistakes=noise,
        permissions=may,
    ) as pane:
        assert pane.text("#no-excel") == texts.find("pane.no_excel")
        pane.page.fill("#search", "clv.churn")
        pane.page.keyboard.press("Enter")
        assert pane.page.is_disabled("#form [type=submit]")
        assert pane.page.get_by_role("button", name="Use selection").count() == 0
        pane.page.fill("#arg-lost_customers", "40")
        pane.page.fill("#arg-start_customers", "800")
        pane.page.get_by_role("button", name="Copy formula").click()
        pane.wait_for_text("#message", "clipboard")
        assert pane.page.evaluate("navigator.clipboard.readText()") == "=CLV.CHURN(40,800)"


def test_a_dark_excel_darkens_the_pane_on_a_light_desktop(driver: Browser, server: Running) -> None:
    theme = "globalThis.FAKE_THEME = {bodyBackgroundColor: '#262626'};"
    with opened(driver, server, "/taskpane.html", script=theme, color_scheme="light") as pane:
        assert pane.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
