"""The task pane and the start page in Chromium, on a running server; Excel is `fakeexcel.js`.

Every page is watched: what it asks for beyond its own server, what its policy forbids, what goes wrong in it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

from tests.hosts.server.running import Running
from tests.hosts_available import NPM

HERE = Path(__file__).parent
OFFICE_JS = "https://appsforoffice.microsoft.com"
FAKE_EXCEL = (HERE / "fakeexcel.js").read_text("utf-8")
MICROSOFTS = NPM / "@microsoft/office-js/dist"
AXE = NPM / "axe-core/axe.min.js"
PATIENCE_S = 10.0
Office = Literal["fake", "real", "none"]


@dataclass(eq=False)
class Watched:
    """A page, and what it did that a page of ours must not do.

    Parameters
    ----------
    page : Page
        The page.
    mistakes : list of str
        Exceptions that nothing caught, errors of the console, breaches of the policy.
    origins : set of str
        Where its requests went.
    """

    page: Page
    mistakes: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def text(self, selector: str) -> str:
        """Return the text of an element as it is shown."""
        return self.page.locator(selector).inner_text()

    def wait_until(self, expression: str, arg: Any = None) -> None:
        """Wait until an expression is true (playwright's own way of waiting needs an eval in the page)."""
        end = time.monotonic() + PATIENCE_S
        while not self.page.evaluate(expression, arg):
            assert time.monotonic() < end, f"{expression} ({arg}) did not come true"
            self.page.wait_for_timeout(20)

    def wait_for_text(self, selector: str, text: str) -> None:
        """Wait until an element shows a text."""
        self.wait_until(
            "([css, text]) => document.querySelector(css)?.textContent.includes(text)", [selector, text]
        )

    def book(self, name: str) -> Any:
        """Return a part of the fake workbook."""
        return self.page.evaluate(f"BOOK.{name}")

    def select(self, sheet: str, cells: str) -> None:
        """Select cells of the fake workbook."""
        self.page.evaluate("([sheet, cells]) => BOOK.select(sheet, cells)", [sheet, cells])

    def focused(self) -> str:
        """Return the id of the element with the focus, else its name."""
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.tagName"))

    def violations(self) -> list[str]:
        """Return what axe finds on the page as it stands: rule, element and what is wrong."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{broken['id']}: {node['html'][:120]}: {node['failureSummary']}"
            for broken in found["violations"]
            for node in broken["nodes"]
        ]


@contextmanager
def opened(
    driver: Browser,
    server: Running,
    path: str,
    *,
    office: Office = "fake",
    script: str = "",
    mistakes: tuple[str, ...] = (),
    **context: Any,
) -> Iterator[Watched]:
    """Open a page of the server and wait until it is drawn; at the end it must have made no mistake.

    `script` runs before those of the page; `mistakes` are parts of the ones that are expected;
    `context` is what playwright's `new_context` takes.
    """
    settings = {"locale": "en-US", "viewport": {"width": 350, "height": 760}, **context}
    with driver.new_context(**settings) as found:
        found.route(f"{OFFICE_JS}/**", lambda route: _office(route, office))
        watched = Watched(found.new_page())
        page = watched.page
        page.set_default_timeout(1000 * PATIENCE_S)
        page.on("pageerror", lambda error: watched.mistakes.append(str(error)))
        page.on("console", lambda m: watched.mistakes.append(m.text) if m.type == "error" else None)
        page.on("request", lambda request: watched.origins.add(_origin(request.url)))
        page.add_init_script(
            "addEventListener('securitypolicyviolation',"
            " (e) => console.error('policy', e.violatedDirective, e.blockedURI));" + script
        )
        page.goto(server.address + path)
        page.wait_for_selector("html[data-ready]")
        yield watched
        page.wait_for_timeout(50)
        unexpected = [m for m in watched.mistakes if not any(part in m for part in mistakes)]
        assert unexpected == []


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _office(route: Route, office: Office) -> None:
    if office == "none":
        route.abort()
    elif office == "fake":
        route.fulfill(body=FAKE_EXCEL, content_type="text/javascript")
    else:
        file = MICROSOFTS / urlsplit(route.request.url).path.removeprefix("/lib/1/hosted/")
        if file.is_file():
            route.fulfill(body=file.read_bytes(), content_type="text/javascript")
        else:
            route.fulfill(status=404)
