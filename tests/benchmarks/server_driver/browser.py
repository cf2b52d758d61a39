"""Headless Chromium in which each server's own client script makes the calls.

No debugger is attached while calls are timed: it would report every request, and so slow the server
that needs more of them. Playwright starts the work, lets go, and comes back for the answer.
"""

import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, Playwright, sync_playwright

from tests.benchmarks.server_driver.servers import Server
from tests.hosts_available import chromium

HERE: Final = Path(__file__).resolve().parent
FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--remote-debugging-port=0",
)


@dataclass(frozen=True, slots=True)
class Side:
    """One server's client: its scripts and what its functions are called.

    Parameters
    ----------
    name : str
        What the table calls it.
    rival : bool
        Whether ranges are handed over again by every cell.
    shape : {"scalar", "matrix"}
        How its metadata asks for the value of a single cell.
    names : dict
        Work -> associated id.
    """

    name: str
    rival: bool
    shape: str
    names: dict[str, str]

    def described(self) -> dict[str, Any]:
        """Return what the driver wants to know."""
        return {"rival": self.rival, "shape": self.shape, "names": self.names}


OURS: Final = Side(
    "clv_xl",
    rival=False,
    shape="scalar",
    names={
        "clv": "CLV",
        "aov": "CLV.AOV",
        "frequency": "CLV.FREQUENCY",
        "summary": "CLV.SUMMARY",
        "data": "CLV.DATA",
    },
)
RIVAL: Final = Side(
    "xlwings-server",
    rival=True,
    shape="matrix",
    names={"clv": "CLV", "basics": "BASICS", "frequency": "FREQUENCY"},
)


@dataclass(eq=False, slots=True)
class Tab:
    """A page of a server's origin with that server's client loaded."""

    side: Side
    port: int
    playwright: Playwright

    def _page(self, browser: Any) -> Page:
        page: Page = browser.contexts[0].pages[0]
        return page

    def load(self, server: Server) -> None:
        """Go to the server's origin and load its client: our start page does, the rival's task pane would."""
        browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self.port}")
        page = self._page(browser)
        for script in ("office.js", "driver.js"):  # before the page's own scripts, as Excel itself
            page.add_init_script((HERE / script).read_text("utf-8"))
        page.goto(server.address + "/")
        if self.side.rival:
            page.evaluate(
                """async () => {
                    const text = await (await fetch("/taskpane.html")).text();
                    const found = new DOMParser().parseFromString(text, "text/html").getElementById("config");
                    document.body.append(document.adoptNode(found));
                }"""
            )
            for path in ("config.js", "custom-scripts/index.js"):
                page.add_script_tag(url=f"/static/js/{path}", type="module")
            page.add_script_tag(url="/static/js/auth.js")
            _until(page, "!!(globalThis.config && globalThis.xwRequest && globalThis.xlwings)")
            page.add_script_tag(url="/xlwings/custom-functions-code.js")
        _until(page, f"{json.dumps(self.side.names['clv'])} in BENCH.functions")
        browser.close()

    def run(self, work: str, seconds: float = 900.0, **options: int) -> dict[str, Any]:
        """Do a piece of work and return what the driver found."""
        browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self.port}")
        start = "([side, work, options]) => setTimeout(() => BENCH.start(side, work, options), 500)"
        page = self._page(browser)
        page.evaluate("document.title = 'busy'")
        page.evaluate(start, [self.side.described(), work, options])
        browser.close()
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up and self._title() != "done":
            time.sleep(0.2)
        browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self.port}")
        found = self._page(browser).evaluate("BENCH.answer")
        browser.close()
        if found is None:
            return {"fault": f"not done in {seconds:.0f} s"}
        answer: dict[str, Any] = found
        return answer

    def _title(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/json/list", timeout=10) as answer:
            pages = [target for target in json.load(answer) if target["type"] == "page"]
        return str(pages[0]["title"])


@contextmanager
def tab(side: Side, server: Server) -> Iterator[Tab]:
    """Open Chromium with an empty profile on a server's page."""
    program = chromium()
    if program is None:
        message = "Chromium is not installed (or CHROMIUM_BIN does not name it)"
        raise RuntimeError(message)
    profile = tempfile.mkdtemp(prefix="clv-bench-")
    process = subprocess.Popen(
        [str(program), *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with sync_playwright() as playwright:
            opened = Tab(side, _debugging_port(Path(profile)), playwright)
            opened.load(server)
            yield opened
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(profile, ignore_errors=True)


def _until(page: Page, expression: str) -> None:
    """Wait; Playwright's own way to wait would need eval in the page, which our policy forbids."""
    give_up = time.monotonic() + 30
    while not page.evaluate(expression):
        if time.monotonic() > give_up:
            message = f"{expression} did not come true"
            raise RuntimeError(message)
        time.sleep(0.05)


def _debugging_port(profile: Path) -> int:
    said = profile / "DevToolsActivePort"
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        if said.exists() and said.read_text().strip():
            return int(said.read_text().split()[0])
        time.sleep(0.1)
    message = "Chromium did not say where it listens"
    raise RuntimeError(message)
