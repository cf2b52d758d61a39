"""The task pane for everybody (axe-core), and what it may load."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.hosts.officejs.browser import browser
from tests.hosts.officejs.pages import OFFICE_JS, Watched, opened
from tests.hosts.server.running import FULL, Running, running

pytestmark = pytest.mark.office_js
SCHEMES = [("en-US", "light"), ("en-US", "dark"), ("ka", "light"), ("fi-FI", "dark")]


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running({"auth": "token"}, factory=FULL) as found:  # shows the form of the token too
        yield found


def fill_the_log(pane: Watched) -> None:
    pane.page.evaluate("ClvAddin.call('CLV', [50, 3, 3], {cell: 'Sheet1!A1'}).catch(() => 0)")
    pane.wait_until("document.querySelector('#log li')")


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "scheme"), SCHEMES)
def test_axe_finds_nothing_on_any_tab(driver: Browser, server: Running, locale: str, scheme: str) -> None:
    with opened(
        driver, server, "/taskpane.html", locale=locale, color_scheme=scheme, mistakes=("401",)
    ) as pane:
        assert pane.violations() == []
        pane.page.fill("#search", "zzz")
        assert pane.violations() == []
        pane.page.fill("#search", "clv.lifespan")
        pane.page.keyboard.press("Enter")
        pane.page.click("#form [type=submit]")  # with fields that complain
        assert pane.violations() == []
        pane.page.evaluate("BOOK.formulas['Sheet1!A1'] = 1")
        pane.page.fill("#arg-customer_ids", "A:A")
        pane.page.fill("#arg-order_dates", "B:B")
        pane.page.click("#form [type=submit]")
        pane.page.wait_for_selector("#confirm:not([hidden])")
        assert pane.violations() == []
        fill_the_log(pane)
        for tab in ("log", "connection", "settings"):
            pane.page.click(f"#tab-{tab}")
            assert pane.violations() == []


def test_axe_sees_a_fault(driver: Browser, server: Running) -> None:
    """The check above can fail."""
    with opened(driver, server, "/taskpane.html", mistakes=("401",)) as pane:
        pane.page.evaluate("document.querySelector('label[for=search]').remove()")
        assert any(found.startswith("label") for found in pane.violations())


def test_the_pane_asks_its_own_server_and_microsoft_only(driver: Browser, server: Running) -> None:
    with opened(driver, server, "/taskpane.html", mistakes=("401",)) as pane:
        for tab in ("log", "connection", "settings", "functions"):
            pane.page.click(f"#tab-{tab}")
        assert pane.origins == {server.address, OFFICE_JS}
        policy = server.client.get("/taskpane.html").headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_the_policy_forbids_script_and_style_in_the_page(driver: Browser, server: Running) -> None:
    with opened(
        driver, server, "/taskpane.html", mistakes=("401", "Content Security Policy", "policy")
    ) as pane:
        pane.page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'globalThis.bad = 1';"
            " document.body.append(s); const p = document.createElement('p');"
            " p.setAttribute('style', 'color: red'); document.body.append(p); }"
        )
        pane.page.wait_for_timeout(50)
        assert pane.page.evaluate("globalThis.bad") is None
        assert {m.split()[1] for m in pane.mistakes if m.startswith("policy")} == {
            "script-src-elem",
            "style-src-attr",
        }


def test_cells_that_read_like_html_stay_text(driver: Browser, server: Running) -> None:
    """The text of a cell is part of the sentence of an error: it must not become an element."""
    bad = "<img src=x onerror=alert(1)>"
    with opened(driver, server, "/taskpane.html", mistakes=("401",)) as pane:
        pane.page.evaluate(f"BOOK.formulas['Sheet1!A1'] = '{bad}'")
        pane.page.fill("#search", "clv.version")
        pane.page.keyboard.press("Enter")
        pane.page.click("#form [type=submit]")
        pane.wait_for_text("#confirm", bad)
        assert pane.page.locator("img").count() == 0


def test_reduced_motion_and_forced_colours_are_kept(driver: Browser, server: Running) -> None:
    taken: dict[str, Any] = {"reduced_motion": "reduce", "forced_colors": "active"}
    with opened(driver, server, "/taskpane.html", mistakes=("401",), **taken) as pane:
        style = "(css) => getComputedStyle(document.querySelector(css))"
        assert pane.page.evaluate(f"({style})('#tab-log').transitionDuration") == "0s"
        assert pane.page.evaluate(f"({style})('#tab-functions').outlineStyle") == "solid"
