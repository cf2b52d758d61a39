"""``clv-xl serve --dev`` on a machine that has never seen it, up to a calculated cell in the browser.

The command is started as a user starts it; what it prints is read and typed as it stands; Chromium then
trusts the server because of that and of nothing else.
"""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, sync_playwright

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.officejs.metadata import functions_json
from clv_xl.hosts.server.tls import AUTHORITY_NAME
from tests.cli.program import environment
from tests.hosts.officejs.browser import Sheet
from tests.hosts.officejs.served import HERE, RUNTIME
from tests.hosts_available import REQUIRE, chromium, require, required

pytestmark = [
    pytest.mark.office_js,
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="types the lines for Linux"),
]

WAIT_S = 60.0
OFFICE_JS = "https://appsforoffice.microsoft.com"
CHECK_VALUE = 450  # 50 a purchase, 3 a year, 3 years
LIBRARY = f"{OFFICE_JS}/lib/1/hosted"
# Like Microsoft's own office.js, this one loads further scripts of its folder: the runtime, which looks at
# its file's name, and a workbook. Pages of ours fetch without options, which the fake host does not expect.
LOADER = f"""
{{ const watched = fetch; globalThis.fetch = (url, options = {{}}) => watched(url, options); }}
for (const name of ["{RUNTIME.name}", "fakeexcel.js"])
  document.write(`<script src="{LIBRARY}/${{name}}"></script>`);
"""
# The fake workbook has an Office of its own; the runtime needs what else is in Microsoft's.
JOINED = "const MICROSOFTS = globalThis.Office;\n{}\nglobalThis.Office = Object.assign(MICROSOFTS, Office);\n"
MEDIA = {
    "": "text/html",
    "html": "text/html",
    "js": "text/javascript",
    "json": "application/json",
    "png": "image/png",
}


def require_certutil() -> None:
    """Skip without NSS's certutil; fail where Chromium is required, as in CI."""
    if shutil.which("certutil") is None:
        missing = "certutil is missing: install libnss3-tools"
        if "chromium" in required():
            pytest.fail(f"{REQUIRE} asks for chromium: {missing}", pytrace=False)
        pytest.skip(missing)


@dataclass(eq=False)
class Machine:
    """A user's machine: its environment, and what the running command printed.

    Parameters
    ----------
    home : Path
        The user's directory.
    said : str
        What the command wrote to standard output.
    """

    home: Path
    said: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """Variables of the user, with nothing of the one who runs the tests."""
        own = {
            "HOME": str(self.home),
            "CLV_XL_CONFIG": str(self.home / "config"),
            "CLV_XL_STORE": str(self.home / "store"),
        }
        kept = {k: v for k, v in environment(**own).items() if not k.startswith(("XDG_", "CLV_XL_SERVE_"))}
        return kept | {"CLV_XL_LANG": "en"}

    @property
    def address(self) -> str:
        """The address that was printed, without the slash at its end."""
        found = re.search(r"Start page +(https://\S+)/\n", self.said)
        assert found is not None, self.said
        return found[1]

    @property
    def trusting(self) -> list[str]:
        """The lines to type, from the first to the one before those that remove the authority again."""
        before = self.said.partition(texts.word("serve.trust_undo", "en"))[0]
        return [line.strip() for line in before.splitlines() if line.startswith("    ")]

    def types(self, line: str) -> None:
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), line

    @contextmanager
    def browser(self) -> Iterator[BrowserContext]:
        """Start the user's Chromium, which checks certificates."""
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                self.home / "profile",
                executable_path=chromium(),
                args=["--no-sandbox"],
                env={**self.environment},
                locale="en-US",
            )
            try:
                yield context
            finally:
                context.close()


@dataclass(eq=False)
class Trusted:
    """The user's browser after the printed lines were typed.

    Parameters
    ----------
    machine : Machine
        The machine.
    context : BrowserContext
        Its browser.
    refusal : str
        What the browser said about the address before.
    mistakes : list of str
        Exceptions and error lines of all pages.
    """

    machine: Machine
    context: BrowserContext
    refusal: str
    mistakes: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.mistakes.append(str(error)))
        page.on("console", lambda m: self.mistakes.append(m.text) if m.type == "error" else None)
        answer = page.goto(self.machine.address + path)
        assert answer is not None
        assert answer.status == 200
        security = answer.security_details()
        assert security is not None
        assert security.get("issuer") == AUTHORITY_NAME
        return page


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Start the command and wait until it has said everything."""
    require("office_js")
    require_certutil()
    found = Machine(tmp_path_factory.mktemp("home"))
    out, log = found.home / "out", found.home / "log"
    with out.open("w", encoding="utf-8") as stdout, log.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "clv_xl", "serve", "--dev", "--port", "0"],
            env=found.environment,
            stdout=stdout,
            stderr=stderr,
        )
    try:
        end = time.monotonic() + WAIT_S
        while texts.word("serve.trust_undo", "en") not in found.said:  # stands below the lines to type
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < end, found.said
            time.sleep(0.05)
            found.said = out.read_text("utf-8")
        yield found
    finally:
        process.terminate()
        try:
            status = process.wait(WAIT_S)
        finally:
            process.kill()
    assert status == 0
    assert "Traceback" not in log.read_text("utf-8")


@pytest.fixture(scope="module")
def trusted(machine: Machine) -> Iterator[Trusted]:
    """Open the address in vain, type what is printed for Chromium, and start the browser again."""
    with machine.browser() as context, pytest.raises(Error) as refused:
        context.new_page().goto(f"{machine.address}/")
    for line in machine.trusting[:2]:
        machine.types(line)
    with machine.browser() as context:
        yield Trusted(machine, context, str(refused.value))


@pytest.fixture
def start(trusted: Trusted) -> Iterator[Page]:
    page = trusted.open("/")
    yield page
    page.close()
    assert trusted.mistakes == []


def fetched(page: Page, address: str) -> tuple[int, str, str]:
    """Return status, type and text of an address as the page's browser gets it."""
    status, media, text = page.evaluate(
        "async (address) => { const got = await fetch(address);"
        " return [got.status, got.headers.get('Content-Type'), await got.text()]; }",
        address,
    )
    return status, media.partition(";")[0], text


def test_nobody_trusts_the_server_before_the_printed_lines_are_typed(trusted: Trusted) -> None:
    assert "ERR_CERT_AUTHORITY_INVALID" in trusted.refusal
    lines = trusted.machine.trusting
    assert [line.split()[0] for line in lines] == ["mkdir", "certutil", "sudo"]
    assert "first two lines are for Chromium" in texts.word("serve.trust_linux", "en")


def test_the_start_page_stands_on_a_trusted_connection(start: Page, trusted: Trusted) -> None:
    assert start.evaluate("isSecureContext")
    assert start.is_hidden("#no-https")
    assert start.input_value("#manifest") == f"{trusted.machine.address}/manifest.xml"
    assert start.inner_text("#sample-formula") == "=CLV.VALUE(50,3,3)"
    start.wait_for_selector("#status >> text=Connected")


def test_try_it_calculates(start: Page) -> None:
    start.select_option("#function", "CLV")
    for arg, value in zip(CATALOGUE["CLV"].args, ("50", "3", "3"), strict=False):
        start.fill(f"#try-{arg.name}", value)
    start.click("#try-form [type=submit]")
    shown = start.wait_for_selector("#answer-value [data-value]")
    assert shown is not None
    assert json.loads(shown.get_attribute("data-value") or "") == CHECK_VALUE


def test_every_address_of_the_manifest_answers_with_its_type(start: Page, trusted: Trusted) -> None:
    status, media, text = fetched(start, f"{trusted.machine.address}/manifest.xml")
    assert (status, media) == (200, "application/xml")
    root = ET.fromstring(text)  # noqa: S314  our own
    named = {e.get(name, "") for e in root.iter() for name in ("DefaultValue", "Value")}
    addresses = sorted(value for value in named if "://" in value)
    assert len(addresses) > 8
    for address in addresses:
        assert address.startswith(f"{trusted.machine.address}/")
        kind = Path(urlsplit(address).path).suffix[1:]
        assert fetched(start, address)[:2] == (200, MEDIA[kind]), address


def test_icons_have_the_size_of_their_name(start: Page) -> None:
    wide = "async (p) => { const i = new Image(); i.src = p; await i.decode(); return i.width; }"
    for size in (16, 32, 64, 80, 128):
        assert start.evaluate(wide, f"/icon-{size}.png") == size


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_metadata_are_those_of_the_catalogue(language: str, start: Page, trusted: Trusted) -> None:
    address = trusted.machine.address
    path = "/functions.json" if language == "en" else f"/functions-{language}.json"
    found: Any = json.loads(fetched(start, address + path)[2])
    assert found == functions_json(CATALOGUE, language, "CLV", address)
    assert [f["id"] for f in found["functions"]] == list(CATALOGUE)


def library(route: Route) -> None:
    """Answer in the place of Microsoft: fake host and fake workbook, with the real runtime between them."""
    files = {
        "office.js": (HERE / "fakehost.js").read_text("utf-8") + LOADER,
        RUNTIME.name: RUNTIME.read_text("utf-8"),
        "fakeexcel.js": JOINED.format((HERE / "fakeexcel.js").read_text("utf-8")),
    }
    name = urlsplit(route.request.url).path.rpartition("/")[2]
    # What else the runtime asks for finds out which Office this is; the fake workbook has said it.
    route.fulfill(body=files.get(name, ""), content_type="text/javascript")


def test_the_task_pane_is_filled_and_functions_answer_through_the_real_runtime(trusted: Trusted) -> None:
    """One page for both, as in Excel: the shared runtime."""
    trusted.context.route(f"{OFFICE_JS}/**", library)
    page = trusted.open("/taskpane.html")
    page.wait_for_selector("#list [role=option]")
    assert page.locator("#list [role=option]").count() == len(CATALOGUE)
    assert page.is_hidden("#no-excel")
    assert page.is_hidden("#no-client")
    found = Sheet(page, []).calculate(
        ("CLV", [[50]], [[3]], [[3]]),
        ("CLV.AOV", [[i] for i in range(1, 100)]),
        ("CLV.RATIO", [[100]], [[0]]),
    )
    assert found[:2] == [CHECK_VALUE, 50]  # the mean of 1 to 99
    assert found[2][0] == "#DIV/0!"
    page.click("#tab-log")
    page.wait_for_selector("#log >> text=#DIV/0!")
    page.close()
    assert trusted.mistakes == []
