"""The start page for everybody: axe-core in two languages, light and dark, desktop and phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.hosts.officejs.browser import browser
from tests.hosts.officejs.pages import opened
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


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en-US", "ka"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 1200), ("light", 390)])
def test_axe_finds_nothing(driver: Browser, server: Running, locale: str, scheme: str, width: int) -> None:
    size = {"width": width, "height": 800}
    with opened(driver, server, "/", locale=locale, color_scheme=scheme, viewport=size) as start:
        assert start.violations() == []
        start.page.select_option("#function", "CLV.SEGMENT")
        start.page.click("#try-form [type=submit]")  # a field that complains
        start.page.click("#sample")
        start.wait_until("document.querySelector('#try-form').dataset.sample === 'done'")
        start.page.click("#try-form [type=submit]")
        start.page.wait_for_selector("#answer-value table")
        start.page.select_option("#type-1", "mdy")
        start.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        assert start.violations() == []


def test_the_form_is_filled_and_sent_with_the_keyboard(driver: Browser, server: Running) -> None:
    with opened(driver, server, "/") as start:
        start.page.select_option("#function", "CLV.CHURN")
        start.page.focus("#function")
        keys = start.page.keyboard
        for _ in range(3):
            keys.press("Tab")
        assert start.focused() == "try-lost_customers"
        keys.type("40")
        keys.press("Tab")
        keys.type("800")
        keys.press("Enter")
        start.page.wait_for_selector("#answer-value [data-value]")
        assert start.text("#answer-value") == "0.05"  # 40 of 800
