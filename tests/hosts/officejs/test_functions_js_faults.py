"""What functions.js does when something is missing: server, stores, network, the caller's name."""

import base64
import json
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from tests.hosts.officejs.browser import Sheet, browser, sheet, weather
from tests.hosts.officejs.served import SERVED
from tests.hosts.server.running import Running, running

pytestmark = pytest.mark.office_js

ROWS = [[float(i)] for i in range(64)]  # mean 31.5
BEGIN = """n => {
    const calls = Array.from({length: n}, (_, i) =>
        ({name: 'CLV', args: [i, 3, 3], cell: 'Sheet1!A' + (i + 1)}));
    window.job = HOST.begin(calls).map(HOST.result);
}"""


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def server(driver: Browser) -> Iterator[Running]:  # noqa: ARG001  without Chromium no server
    with running(factory=SERVED) as found:
        yield found


@pytest.fixture
def cells(driver: Browser, server: Running) -> Iterator[Sheet]:
    with sheet(driver, server) as found:
        yield found
        weather(server)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def columns() -> list[list[list[Any]]]:
    return [
        [[f"C{i % 7}"] for i in range(40)],
        [[45000 + 11 * i] for i in range(40)],
        [[20 + i] for i in range(40)],
    ]


# --- the server is killed --------------------------------------------------------------------


def test_a_server_killed_and_started_again_during_a_recalculation(driver: Browser, tmp_path: Path) -> None:
    """Ten thousand cells: each ends with its value."""
    values = {"port": free_port(), "store_directory": tmp_path / "store", "max_calls": 250}
    with ExitStack() as stack:
        first = stack.enter_context(running(values, factory=SERVED))
        cells = stack.enter_context(sheet(driver, first))
        weather(first, delay_s=0.1)
        cells.page.evaluate(BEGIN, 10_000)
        cells.page.wait_for_timeout(400)
        busy = cells.page.evaluate("HOST.requests.filter(r => r.status === 200).length")
        assert 0 < busy < 40  # in the middle
        first.stop(signal.SIGKILL)
        time.sleep(0.5)
        stack.enter_context(running(values, factory=SERVED))
        found = cells.page.evaluate(
            "async () => (await Promise.all(window.job)).map(r => r.error || r.value[0][0])"
        )
        assert found == [9.0 * i for i in range(10_000)]
        assert cells.page.evaluate("HOST.busy()") == 0
        assert cells.state()["status"] == "ok"


@pytest.mark.slow
def test_a_server_that_stays_away_leaves_no_cell_busy(driver: Browser, tmp_path: Path) -> None:
    values = {"port": free_port(), "store_directory": tmp_path / "store", "max_calls": 250}
    with running(values, factory=SERVED) as server, sheet(driver, server) as cells:
        weather(server, delay_s=0.1)
        cells.page.evaluate(BEGIN, 10_000)
        cells.page.wait_for_timeout(400)
        server.stop(signal.SIGKILL)
        started = time.monotonic()
        found = cells.page.evaluate(
            "async () => (await Promise.all(window.job)).map("
            "r => r.error ? r.error + ' ' + r.message : r.value[0][0])"
        )
        assert time.monotonic() - started < 35  # the bound on trying, and the runtime's own pauses
        sentence = f"#N/A The formula server is not reachable at {server.address}. "
        bad = [i for i, value in enumerate(found) if value != 9.0 * i]
        assert 0 < len(bad) < 10_000
        assert all(found[i].startswith(sentence) for i in bad)
        assert cells.state()["status"] == "unreachable"
        assert cells.state()["address"] == server.address
        assert {entry["code"] for entry in cells.log()} == {"#N/A"}

        cells.requests()
        [(code, _)] = cells.calculate(("CLV", 1, 1, 1))  # known to be away: not tried five times more
        assert (code, len(cells.requests())) == ("#N/A", 1)
        with running(values, factory=SERVED):
            assert cells.calculate(("CLV", 1, 1, 1)) == [1]  # #N/A was not cached
            assert cells.state()["status"] == "ok"


# --- what the server keeps is lost -----------------------------------------------------------


def test_lost_stores_are_filled_again_unseen(driver: Browser, tmp_path: Path) -> None:
    """The server forgets its ranges and the columns of CLV.DATA; the sheet shows values all the same."""
    values = {"port": free_port(), "store_directory": tmp_path / "store"}
    with ExitStack() as stack:
        first = stack.enter_context(running(values, factory=SERVED))
        cells = stack.enter_context(sheet(driver, first))
        text = cells.calculate(("CLV.DATA", *columns()))[0]
        assert text.startswith("clv:orders:")
        before = cells.calculate(("CLV.HISTORICAL", text), ("CLV.AOV", ROWS))
        first.stop()
        shutil.rmtree(tmp_path / "store")
        stack.enter_context(running(values, factory=SERVED))
        cells.requests()
        assert cells.calculate(("CLV.RECONCILE", ROWS, 2016))[0] is not None  # 0 + 1 + ... + 63
        first_try, second_try = cells.requests()
        assert [first_try["type"], second_try["type"]] == ["application/json", "application/vnd.clv.batch"]
        calls: list[Any] = [("CLV.HISTORICAL", text, share / 10) for share in range(1, 6)]
        healed = cells.calculate(*calls, ("CLV.HISTORICAL", text, None, 0))
        assert healed[5] == before[0][1:]
        assert all(isinstance(table, list) for table in healed)
        sent = cells.page.evaluate("HOST.requests.map(r => typeof r.body === 'string' ? r.body : '').join()")
        assert sent.count("CLV.DATA") == 1  # stored again once, for six cells
        assert cells.log() == []


def test_columns_nobody_can_send_again_are_an_error(cells: Sheet) -> None:
    """The text stands in the workbook since another day."""
    [(code, sentence)] = cells.calculate(("CLV.HISTORICAL", f"clv:orders:{'0' * 32}:40"))
    assert code == "#N/A"
    assert "CLV.DATA" in sentence
    assert len(cells.requests()) == 1


def test_a_server_that_keeps_nothing_is_an_error_after_three_rounds(driver: Browser, server: Running) -> None:
    """The answer is changed on its way: whatever is sent, the range stays unknown."""
    with sheet(driver, server) as cells:
        body = json.dumps({"groups": [{"results": [{"unknown": True}]}], "unknown": ["0" * 64]})
        cells.page.route("**/v1/batch", answering(200, body))
        [(code, sentence)] = cells.calculate(("CLV.AOV", ROWS))
        assert code == "#N/A"
        assert "sent again" in sentence
        assert len(cells.requests()) == 4


# --- refused ---------------------------------------------------------------------------------


def test_a_busy_server_is_asked_again(cells: Sheet, server: Running) -> None:
    weather(server, status=503, times=2)
    assert cells.calculate(("CLV", 50, 3, 3)) == [450]
    assert [r["status"] for r in cells.requests()] == [503, 503, 200]


def test_retry_after_is_honoured(cells: Sheet, server: Running) -> None:
    weather(server, status=503, times=1, retry_after=3)
    started = time.monotonic()
    assert cells.calculate(("CLV", 51, 3, 3)) == [459]
    assert 3 <= time.monotonic() - started < 8


def test_a_wait_beyond_the_bound_is_not_begun(cells: Sheet, server: Running) -> None:
    weather(server, status=503, times=9, retry_after=600)
    started = time.monotonic()
    assert cells.calculate(("CLV", 52, 3, 3)) == [("#N/A", "status 503")]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("status", [400, 403, 413, 429, 500, 502])
def test_other_refusals_fail_at_once_and_are_not_kept(cells: Sheet, server: Running, status: int) -> None:
    weather(server, status=status, times=1)
    assert cells.calculate(("CLV", 50, 3, 3)) == [("#N/A", f"status {status}")]
    assert [r["status"] for r in cells.requests()] == [status]
    assert cells.calculate(("CLV", 50, 3, 3)) == [450]


def test_an_answer_that_is_none_is_an_error(driver: Browser, server: Running) -> None:
    """A proxy's page of 502, a page where JSON should be, an answer cut short."""
    with sheet(driver, server) as cells:
        answers = ((502, "<html>"), (200, "<html>"), (200, '{"groups": []}'), (200, '{"groups": [{}]}'))
        for status, body in answers:
            cells.page.route("**/v1/batch", answering(status, body))
            [(code, sentence)] = cells.calculate(("CLV", 50, 3, 3))
            assert code == "#N/A"
            assert server.address in sentence
            cells.page.unroute("**/v1/batch")
        assert cells.calculate(("CLV", 50, 3, 3)) == [450]


def answering(status: int, body: str) -> Callable[[Route], None]:
    """Return a route that answers so."""
    return lambda route: route.fulfill(status=status, body=body, content_type="application/json")


def test_a_result_too_large_for_excel_is_an_error(driver: Browser, server: Running) -> None:
    with sheet(driver, server, "resultBytes=3000") as cells:
        large, small = cells.calculate(
            ("CLV.HISTORICAL", [["customer", "date", "amount"], *map(list, order_rows())]), ("CLV", 50, 3, 3)
        )
        assert (large[0], small) == ("#VALUE!", 450)


def order_rows() -> list[tuple[str, int, int]]:
    return [(f"C{i}", 45000 + i, 20) for i in range(200)]


# --- time-out and cancellation ---------------------------------------------------------------


def test_no_answer_is_an_error_in_time(driver: Browser, server: Running) -> None:
    with sheet(driver, server, "timeoutMs=1000") as cells:
        weather(server, delay_s=4)
        try:
            started = time.monotonic()
            [(code, sentence)] = cells.calculate(("CLV", 50, 3, 3))
            assert 1 <= time.monotonic() - started < 4
            assert code == "#N/A"
            assert "1 s" in sentence
            cells.page.wait_for_function("HOST.requests[0].aborted")  # nobody waits: the server may drop it
        finally:
            weather(server)
        assert cells.calculate(("CLV", 50, 3, 3)) == [450]


def test_cancelled_before_it_is_sent(cells: Sheet) -> None:
    cells.page.evaluate(f"async () => {{ ({BEGIN})(5); HOST.cancel([1, 3, 5, 7, 9, 2, 4, 6, 8]); }}")
    cells.page.wait_for_timeout(200)
    assert cells.requests() == []
    assert cells.log() == []


def test_a_request_that_nobody_waits_for_is_cut_off(cells: Sheet, server: Running) -> None:
    weather(server, delay_s=4)
    cells.page.evaluate(
        """() => { window.ids = HOST.begin([['CLV', 1, 1, 1], ['CLV', 2, 1, 1], ['CLV', 2, 1, 1]].map(
            ([name, ...args]) => ({name, args}))); }"""
    )
    cells.page.wait_for_timeout(200)
    cells.page.evaluate("HOST.cancel(window.ids.slice(0, 2))")
    cells.page.wait_for_timeout(100)
    assert not cells.page.evaluate("HOST.requests[0].aborted")  # the third cell still waits
    cells.page.evaluate("HOST.cancel(window.ids.slice(2))")
    cells.page.wait_for_function("HOST.requests[0].aborted")
    weather(server)
    assert cells.calculate(("CLV", 2, 1, 1)) == [2]


def test_the_start_page_cancels_with_a_signal(cells: Sheet, server: Running) -> None:
    weather(server, delay_s=4)
    error = cells.page.evaluate(
        """async () => {
            const controller = new AbortController();
            setTimeout(() => controller.abort(), 100);
            return ClvAddin.call('CLV', [1, 1, 1], {signal: controller.signal}).catch(e => e);
        }"""
    )
    assert (error["code"], error["key"]) == ("#N/A", "client_cancelled")


# --- who calls -------------------------------------------------------------------------------


def with_auth(cells: Sheet, kind: str, tokens: Sequence[str] = ()) -> None:
    """Reload the page with another way to sign in, as the server would have written it.

    Office hands out `tokens` one after another, and refuses when there is none left.
    """

    def changed(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"auth":"none"', f'"auth":"{kind}"', 1))

    cells.page.route("**/functions.js*", changed)
    cells.page.reload()
    cells.page.evaluate(OFFICE, list(tokens))


OFFICE = """tokens => {
    window.asked = [];
    const getAccessToken = async (options) => {
        window.asked.push(options.allowSignInPrompt);
        await new Promise(done => setTimeout(done, 50));
        if (!tokens.length) throw {code: 13001};
        return tokens.shift();
    };
    window.Office = Object.assign(window.Office || {}, {auth: {getAccessToken}});
}"""


def test_a_token_goes_with_every_request(cells: Sheet) -> None:
    with_auth(cells, "token")
    cells.calculate(("CLV", 1, 1, 1))
    cells.page.evaluate("ClvAddin.settings.set({token: 'clv_secret'})")
    cells.calculate(("CLV", 2, 1, 1))
    assert [r["headers"].get("Authorization") for r in cells.requests()] == [None, "Bearer clv_secret"]


def test_who_is_not_signed_in_is_told_so(cells: Sheet, server: Running) -> None:
    states = cells.page.evaluate_handle(
        "() => { const all = []; ClvAddin.connection.subscribe(s => all.push(s.status)); return all; }"
    )
    weather(server, status=401, times=1)
    [(code, sentence)] = cells.calculate(("CLV", 1, 1, 1))
    assert code == "#N/A"
    assert "Sign in" in sentence
    assert cells.state()["status"] == "unauthorised"
    assert cells.page.evaluate("ClvAddin.connection.check()")["status"] == "ok"
    cells.page.wait_for_timeout(100)
    assert states.json_value() == ["unauthorised", "ok"]


def jwt(seconds: float) -> str:
    """Return a token whose payload ends in `seconds`; only the server reads its signature."""
    payload = base64.urlsafe_b64encode(json.dumps({"exp": int(time.time() + seconds)}).encode()).decode()
    return f"e30.{payload.rstrip('=')}.s"


def test_microsofts_token_is_asked_for_once_until_shortly_before_its_end(cells: Sheet) -> None:
    tokens = [jwt(3600), jwt(3600)]
    with_auth(cells, "entra", tokens)
    large = "ClvAddin.call('CLV.AOV', [Array.from({length: 60000}, (_, i) => [i])])"
    cells.page.evaluate(f"Promise.all([ClvAddin.call('CLV', [1, 1, 1]), {large}])")
    assert len(cells.page.evaluate("HOST.requests.map(r => r.status)")) == 2  # at once
    cells.calculate(("CLV", 2, 1, 1))
    assert [r["headers"]["Authorization"] for r in cells.requests()] == [f"Bearer {tokens[0]}"] * 3
    assert cells.page.evaluate("window.asked") == [True]


def test_a_token_at_its_end_is_replaced(cells: Sheet) -> None:
    tokens = [jwt(60), jwt(3600)]
    with_auth(cells, "entra", tokens)
    cells.calculate(("CLV", 1, 1, 1))
    cells.calculate(("CLV", 2, 1, 1))
    assert [r["headers"]["Authorization"] for r in cells.requests()] == [f"Bearer {t}" for t in tokens]


def test_a_sign_in_refused_is_an_error_and_is_not_asked_for_again_at_once(cells: Sheet) -> None:
    with_auth(cells, "entra")
    assert cells.calculate(("CLV", 1, 1, 1))[0][0] == "#N/A"
    assert cells.requests() == []
    assert cells.state()["status"] == "unauthorised"
    cells.calculate(("CLV", 2, 1, 1))
    cells.page.evaluate("ClvAddin.connection.check()")
    assert cells.page.evaluate("window.asked") == [True, False, True]  # by hand: the window opens again


def sent(cells: Sheet) -> list[tuple[str, str | None]]:
    return [(r["type"].rpartition("/")[2], r["headers"].get("Authorization")) for r in cells.requests()]


def test_another_token_or_a_401_forgets_what_the_session_before_was_told(
    cells: Sheet, server: Running
) -> None:
    """Results, and which ranges the server knows; a result that comes late is for its own cell alone."""
    with_auth(cells, "token")
    binary = "vnd.clv.batch"
    for token in ("clv_one", "clv_two", None):
        cells.page.evaluate("token => ClvAddin.settings.set({token})", token)
        assert cells.calculate(("CLV.AOV", ROWS)) == [31.5]
        assert sent(cells) == [(binary, token and f"Bearer {token}")]
        cells.page.evaluate("token => ClvAddin.settings.set({token, headers: null})", token)  # the same
        assert cells.calculate(("CLV.AOV", ROWS)) == [31.5]
        assert sent(cells) == []

    weather(server, status=401, times=1)
    assert cells.calculate(("CLV", 1, 1, 1))[0][0] == "#N/A"
    cells.requests()
    assert cells.calculate(("CLV.AOV", ROWS)) == [31.5]
    assert sent(cells) == [(binary, None)]

    weather(server, delay_s=0.3)
    script = """async rows => {
        const first = ClvAddin.call('CLV.AOV', [rows]);
        await new Promise(done => setTimeout(done, 100));
        ClvAddin.settings.set({token: 'clv_three'});
        return Promise.all([first, ClvAddin.call('CLV.AOV', [rows])]);
    }"""
    rows = [[2.0 * i] for i in range(64)]
    assert cells.page.evaluate(script, rows) == [63, 63]
    assert sent(cells) == [(binary, None), (binary, "Bearer clv_three")]
    assert cells.calculate(("CLV.AOV", rows)) == [63]
    assert sent(cells) == []  # the later result is kept


def test_another_token_forgets_microsofts_ticket(cells: Sheet) -> None:
    tokens = [jwt(3600), jwt(7200)]
    with_auth(cells, "entra", tokens)
    cells.calculate(("CLV", 1, 1, 1))
    cells.page.evaluate("ClvAddin.settings.set({token: 'clv_other'})")
    cells.calculate(("CLV", 1, 1, 1))
    assert [r["headers"]["Authorization"] for r in cells.requests()] == [f"Bearer {t}" for t in tokens]
