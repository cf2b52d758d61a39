"""Chromium, driven by playwright, on pages of a running server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.hosts.server.running import Running
from tests.hosts_available import chromium, require

ERROR = {"type": "CustomFunctionError", "code": "#N/A"}
"""An error cell as Excel hands it to the runtime."""

NOT_OURS = "MicrosoftAjax.js is not loaded successfully"
"""What the runtime complains of after some seconds, without the rest of office.js."""


@contextmanager
def browser(host: str = "office_js") -> Iterator[Browser]:
    """Start Chromium, or skip the test where `host` is missing."""
    require(host)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield found
        finally:
            found.close()


@dataclass(eq=False)
class Sheet:
    """The page of the fake host: a sheet whose cells call our functions.

    Parameters
    ----------
    page : Page
        The page.
    mistakes : list of str
        Exceptions that nothing on the page caught, and lines of its console that are errors.
    """

    page: Page
    mistakes: list[str]

    def calculate(self, *calls: Sequence[Any]) -> list[Any]:
        """Return the results of calls (name, argument, ...): values, or (code, message) for errors."""
        cells = [{"name": c[0], "args": list(c[1:]), "cell": f"Sheet1!A{i + 1}"} for i, c in enumerate(calls)]
        return [plain(result) for result in self.page.evaluate("calls => HOST.calculate(calls)", cells)]

    def requests(self) -> list[Any]:
        """Return what was sent since the last time: type, size, status."""
        return list(
            self.page.evaluate(
                "() => HOST.requests.splice(0).map(({type, body, status, aborted, headers}) =>"
                " ({type, size: body.length, status, aborted, headers}))"
            )
        )

    def bodies(self) -> list[bytes]:
        """Return the binary bodies sent since the last time."""
        texts = self.page.evaluate(
            "() => HOST.requests.splice(0).filter(({body}) => typeof body !== 'string').map(({body}) =>"
            " Array.from(body, (byte) => String.fromCharCode(byte)).join(''))"
        )
        return [text.encode("latin-1") for text in texts]

    def log(self) -> list[Any]:
        """Return the entries of the log."""
        return list(self.page.evaluate("ClvAddin.log.entries()"))

    def state(self) -> Any:
        """Return the state of the connection."""
        return self.page.evaluate("ClvAddin.connection.state()")


def plain(result: Any) -> Any:
    """Return a cell's result without its wrapping: one cell for a matrix of one."""
    if "error" in result:
        return result["error"], result["message"]
    value = result["value"]
    if isinstance(value, list) and len(value) == len(value[0]) == 1:
        return value[0][0]
    return value


@contextmanager
def sheet(driver: Browser, server: Running, query: str = "", script: str = "") -> Iterator[Sheet]:
    """Open the page; `script` runs before all others, `query` changes limits."""
    with driver.new_context(locale="en-US") as context:
        page = context.new_page()
        mistakes: list[str] = []
        page.on(
            "pageerror", lambda error: mistakes.append(str(error)) if NOT_OURS not in str(error) else None
        )
        if script:
            page.add_init_script(script)
        page.goto(f"{server.address}/test/page?{query}")
        found = Sheet(page, mistakes)
        yield found
        assert found.mistakes == []


def weather(server: Running, **what: Any) -> None:
    """Set what befalls the batches that follow."""
    server.client.post("/test/weather", json=what).raise_for_status()
