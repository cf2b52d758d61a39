"""What functions.js sends: few requests, each range once, bytes that Python reads as they are meant."""

import hashlib
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from clv_xl.cells import Cells
from clv_xl.errors import CellError
from clv_xl.hosts.server.wire import MAGIC
from clv_xl.orders.columnfile import decode, encode
from tests.hosts.officejs.browser import Sheet, browser, sheet, weather
from tests.hosts.officejs.served import SERVED
from tests.hosts.server.running import Running, running

pytestmark = pytest.mark.office_js

JSON, BINARY = "application/json", "application/vnd.clv.batch"
RANGE = [[float(i)] for i in range(64)]  # its mean is 31.5
SCALARS = "n => Array.from({length: n}, (_, i) => ({name: 'CLV', args: [i, 3, 3], cell: 'A' + i}))"
NO_SUBTLE = "Object.defineProperty(crypto, 'subtle', {value: undefined})"


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


def calculate_scalars(cells: Sheet, count: int) -> list[Any]:
    script = f"async () => (await HOST.calculate(({SCALARS})({count}))).map(r => r.value[0][0])"
    return list(cells.page.evaluate(script))


def sections(body: bytes) -> tuple[Any, list[bytes]]:
    """Return header and sections of a binary body, read after the description of the format."""
    assert body[:8] == MAGIC
    start = 16 + int.from_bytes(body[8:16], "little")
    assert start % 8 == 0
    header = json.loads(body[16:start])
    found = []
    for length in header["sections"]:
        found.append(body[start : start + length])
        start += length
    assert start == len(body)
    return header, found


def test_two_thousand_cells_are_one_request(cells: Sheet) -> None:
    assert calculate_scalars(cells, 2000) == [9.0 * i for i in range(2000)]  # i a purchase, 3 a year, 3 years
    [request] = cells.requests()
    assert (request["type"], request["status"]) == (JSON, 200)


def test_a_batch_holds_no_more_calls_than_the_server_takes(driver: Browser, server: Running) -> None:
    with sheet(driver, server, "calls=300") as cells:
        assert calculate_scalars(cells, 1000) == [9.0 * i for i in range(1000)]
        assert len(cells.requests()) == 4


def test_a_call_that_takes_long_travels_apart_from_small_ones(cells: Sheet) -> None:
    """Their request would wait for it; a long one is told by its numbers or by its ranges."""
    shop = [["avg_order_value", "normal", 50, 5], ["frequency", 3, None, None], ["lifespan", 3, None, None]]
    shop += [[None] * 4] * 5
    drivers = [["avg_order_value", 50], ["frequency", 3], *[[None, None]] * 14]
    steps = [[2 + i / 1000] for i in range(300)]
    calls: list[tuple[Any, ...]] = [
        ("CLV", 50, 3, 3),
        ("CLV.SIMULATE", shop, 200),
        ("CLV.SIMULATE", shop, 60_000),
        ("CLV.SENSITIVITY", drivers, "lifespan", steps),
        ("CLV.SENSITIVITY", drivers, "lifespan", steps, "frequency", steps),
    ]
    found = cells.calculate(*calls)
    assert found[0] == 450
    assert len(found[4]) == 301
    heads = cells.page.evaluate(  # bodies with ranges are bytes, whose header comes first
        "() => HOST.requests.map(({body}) => typeof body === 'string' ? body"
        " : String.fromCharCode(...body.slice(0, 2000)))"
    )
    together = [re.findall(r'"function":"([A-Z.]+)"', head) for head in heads]
    assert sorted(together) == [
        ["CLV", "CLV.SIMULATE", "CLV.SENSITIVITY"], ["CLV.SENSITIVITY"], ["CLV.SIMULATE"],
    ]  # fmt: skip


def test_a_simulation_of_the_same_arguments_is_not_asked_again(cells: Sheet) -> None:
    shop = [["avg_order_value", "normal", 50, 5], ["frequency", 3, None, None], ["lifespan", 3, None, None]]
    first = cells.calculate(("CLV.SIMULATE", shop, 500))
    assert len(cells.requests()) == 1
    assert cells.calculate(("CLV.SIMULATE", shop, 500)) == first
    assert cells.requests() == []


def test_a_body_is_no_larger_than_the_server_takes(driver: Browser, server: Running) -> None:
    with sheet(driver, server, "bodyBytes=9000") as cells:
        assert calculate_scalars(cells, 1000) == [9.0 * i for i in range(1000)]
        sizes = [request["size"] for request in cells.requests()]
        assert max(sizes) <= 9000
        two = [[float(i)] for i in range(500)], [[float(-i)] for i in range(500)]  # 4 kB each
        assert cells.calculate(*[("CLV.AOV", r) for r in (*two, RANGE)])[2] == 31.5
        assert max(request["size"] for request in cells.requests()) <= 9000
        code, sentence = cells.calculate(("CLV.AOV", [[float(i)] for i in range(2000)]))[0]
        assert (code, cells.requests()) == ("#VALUE!", [])
        assert "too large" in sentence


def test_a_range_beyond_the_cells_of_a_call_is_not_even_sent(driver: Browser, server: Running) -> None:
    with sheet(driver, server, "cells=100") as cells:
        code, sentence = cells.calculate(("CLV.AOV", [[1.0]] * 101))[0]
        assert (code, cells.requests()) == ("#VALUE!", [])
        assert "101" in sentence


def test_at_most_four_requests_are_under_way(driver: Browser, server: Running) -> None:
    with sheet(driver, server, "calls=50") as cells:
        weather(server, delay_s=0.2)
        try:
            assert calculate_scalars(cells, 1000) == [9.0 * i for i in range(1000)]
            assert len(cells.requests()) == 20
            assert cells.page.evaluate("HOST.mostAtOnce") == 4
        finally:
            weather(server)


def test_a_range_is_sent_once_whoever_names_it(cells: Sheet) -> None:
    calls = [("CLV.AOV", RANGE), ("CLV.REPEATRATE", RANGE), ("CLV.AOV", [list(row) for row in RANGE], RANGE)]
    assert cells.calculate(*calls)[0] == 31.5
    [body] = cells.bodies()
    assert len(sections(body)[1]) == 1
    assert cells.calculate(("CLV.RECONCILE", RANGE, 2016, 0))[0] is not None
    [request] = cells.requests()
    assert request["type"] == JSON  # known by then: nothing travels but its name


def test_two_requests_at_once_do_not_send_the_same_range_twice(cells: Sheet, server: Running) -> None:
    weather(server, delay_s=0.3)
    try:
        script = """async rows => {
            const first = ClvAddin.call('CLV.AOV', [rows]);
            await new Promise(done => setTimeout(done, 100));
            const second = ClvAddin.call('CLV.RECONCILE', [rows, 5]);
            return Promise.all([first, second]);
        }"""
        assert cells.page.evaluate(script, RANGE)[0] == 31.5
    finally:
        weather(server)
    assert [r["type"] for r in cells.requests()] == [BINARY, JSON]


def test_a_large_range_travels_apart_and_delays_no_small_call(cells: Sheet) -> None:
    script = """async () => {
        const rows = Array.from({length: 60000}, (_, i) => [i % 100]);
        const order = [];
        const large = ClvAddin.call('CLV.AOV', [rows]).then(v => { order.push('large'); return v; });
        const small = ClvAddin.call('CLV', [50, 3, 3]).then(v => { order.push('small'); return v; });
        return [await large, await small, order];
    }"""
    assert cells.page.evaluate(script) == [49.5, 450, ["small", "large"]]
    assert sorted(r["type"] for r in cells.requests()) == [JSON, BINARY]


def test_texts_of_many_rows_travel_apart_too(cells: Sheet) -> None:
    text = f"clv:orders:{'0' * 32}:20000"
    cells.calculate(
        ("CLV", 50, 3, 3), ("CLV.HISTORICAL", text), ("CLV.STATUS", text), ("CLV.HISTORICAL", text, 0.5)
    )
    assert len(cells.requests()) == 3  # the small one, and one for each function
    text = f"clv:orders:{'0' * 32}:200"
    cells.calculate(("CLV", 51, 3, 3), ("CLV.HISTORICAL", text))
    assert len(cells.requests()) == 1


@pytest.mark.parametrize("script", ["", NO_SUBTLE], ids=["crypto.subtle", "own SHA-256"])
def test_the_hash_is_that_of_the_bytes_sent(driver: Browser, server: Running, script: str) -> None:
    """Sections of many lengths: FIPS 180-4 fills the last block of 64 bytes in two ways."""
    with sheet(driver, server, script=script) as cells:
        if script:
            assert cells.page.evaluate("typeof crypto.subtle") == "undefined"
        cells.page.evaluate(
            """Promise.all([33, 34, 35, 36, 37, 38, 39, 40, 100, 1009, 10000].map(n =>
            ClvAddin.call('CLV.REPEATRATE',
                [Array.from({length: n}, (_, i) => ['x'.repeat(n % 8) + i % 9])])))"""
        )
        [body] = cells.bodies()
        header, found = sections(body)
        assert len({len(section) % 64 for section in found}) > 3
        asked = [call[0]["range"] for call in header["groups"][0]["calls"]]
        assert asked == [hashlib.sha256(section).hexdigest() for section in found]


def drawn(random_: random.Random, kind: str) -> Any:
    """Return one cell."""
    if kind == "number":
        return random_.choice(
            [0.0, 1.0, -2.5, 1e300, 5e-324, random_.gauss(0, 1e6), float(random_.getrandbits(53))]
        )
    if kind == "text":
        return random_.choice(
            ["a", "ä", "ქართული", "żółć", "λ", '"\\', "\x00\x1f\x7f", "😀", "\u2028", "x" * 99, " "]
        )
    if kind == "blank":
        return random_.choice([None, ""])
    if kind == "boolean":
        return random_.random() < 0.5
    return {"type": "CustomFunctionError", "code": random_.choice(["#N/A", "#DIV/0!", "#NUM!", "#REF!"])}


def meant(cell: Any) -> Any:
    return CellError(cell["code"], "input_error") if isinstance(cell, dict) else None if cell == "" else cell


KINDS = ("number", "text", "blank", "boolean", "error")


def columns_of(seed: int) -> list[list[Any]]:
    """Return columns: one of each kind alone, numbers with each other kind, and random mixtures."""
    random_ = random.Random(seed)
    mixtures: list[tuple[str, ...]] = [(kind,) for kind in KINDS]
    mixtures += [("number", kind) for kind in KINDS[1:]]
    mixtures += [tuple(random_.sample(KINDS, random_.randint(2, 5))) for _ in range(8)]
    height = random_.randint(32, 90)
    return [[drawn(random_, random_.choice(mixture)) for _ in range(height)] for mixture in mixtures]


@pytest.mark.parametrize("seed", range(6))
def test_sections_are_the_bytes_that_python_writes_for_the_same_cells(cells: Sheet, seed: int) -> None:
    columns = columns_of(seed)
    cells.calculate(("CLV.AOV", [list(row) for row in zip(*columns, strict=True)]))
    [section] = sections(cells.bodies()[0])[1]
    wanted = [[meant(cell) for cell in column] for column in columns]
    found = decode(section).columns
    assert [list(found[str(j)]) for j in range(len(wanted))] == wanted
    pieces = encode({str(j): Cells.of(column) for j, column in enumerate(wanted)})
    assert section == b"".join(map(bytes, pieces))


@pytest.mark.parametrize("length", [32_767, 32_768])
def test_a_text_too_long_for_a_cell_is_an_error_of_that_cell_alone(cells: Sheet, length: int) -> None:
    """As an argument, in a small range and in a section: the server would refuse all calls for it."""
    text = "x" * length
    calls = (
        ("CLV", 50, 3, 3),
        ("CLV", text, 3, 3),
        ("CLV.AOV", [[1.0], [text]]),
        ("CLV.AOV", [*RANGE, [text]]),
    )
    found = cells.calculate(*calls)
    assert found[0] == 450
    assert [code for code, _ in found[1:]] == ["#VALUE!"] * 3
    assert [request["status"] for request in cells.page.evaluate("HOST.requests")] == [200]
    header, [section] = sections(cells.bodies()[0])
    error = {"error": "#VALUE!"}
    long = length > 32_767
    sent = {group["function"]: group["calls"] for group in header["groups"]}
    assert sent["CLV"][1][0] == (error if long else text)
    assert sent["CLV.AOV"][0][0] == {"rows": [[1], [error if long else text]]}
    assert list(decode(section).columns["0"])[-1] == (CellError("#VALUE!", "input_error") if long else text)


def test_a_range_that_differs_in_one_cell_is_another_range(cells: Sheet) -> None:
    """The last row decides: neither the fingerprint nor the comparison may look past it."""
    for position in (0, 1, 150, 298, 299):
        rows = [[1.0, 2.0] for _ in range(300)]
        assert cells.calculate(("CLV.AOV", [row[:1] for row in rows])) == [1]
        rows[position][0] = 301.0
        assert cells.calculate(("CLV.AOV", [row[:1] for row in rows])) == [2]


def test_the_forms_of_a_blank_make_no_new_range(cells: Sheet) -> None:
    for blank in (None, ""):
        assert cells.calculate(("CLV.AOV", [*RANGE, [blank]])) == [31.5]
    assert len(cells.requests()) == 1


def test_a_second_recalculation_asks_nothing(cells: Sheet) -> None:
    calls: list[Any] = [
        ("CLV", 50, 3, 3),
        ("CLV", 50, 3, "x"),
        ("CLV.AOV", RANGE),
        ("CLV.HISTORICAL", orders()),
    ]
    first = cells.calculate(*calls)
    assert len(cells.requests()) == 1
    assert cells.calculate(*calls) == first
    assert cells.requests() == []


def test_what_was_not_used_for_long_is_forgotten(cells: Sheet) -> None:
    """Sixty thousand results, then the first and the last again: the cache holds fifty thousand at most."""
    ask = "numbers => Promise.all(numbers.map(i => ClvAddin.call('CLV', [i, 3, 3])))"
    for first in range(0, 60_000, 10_000):
        cells.page.evaluate(ask, list(range(first, first + 10_000)))
        cells.page.evaluate(ask, [7])  # used all the time
    cells.requests()
    cells.page.evaluate(ask, [7, 59_999])
    assert cells.requests() == []
    cells.page.evaluate(ask, [8])
    assert len(cells.requests()) == 1


def test_ranges_beyond_what_is_remembered_are_right_all_the_same(cells: Sheet) -> None:
    """Three million cells in ranges that the fingerprint does not tell apart: the second cell differs."""
    script = """async rounds => {
        const found = [];
        for (let k = 0; k < rounds; k++) {
            const rows = Array.from({length: 100000}, () => [0]);
            rows[1][0] = 100000 * k;
            found.push(await ClvAddin.call('CLV.AOV', [rows]));
        }
        return found;
    }"""
    assert cells.page.evaluate(script, 30) == list(range(30))
    assert len(cells.requests()) == 30


def orders() -> list[list[Any]]:
    return [["customer", "date", "amount"], *[[f"C{i % 7}", 45000 + 11 * i, 20 + i] for i in range(40)]]


def test_another_language_asks_again(cells: Sheet) -> None:
    english = cells.calculate(("CLV.HISTORICAL", orders()))
    cells.page.evaluate("ClvAddin.settings.set({language: 'fi'})")
    cells.requests()
    finnish = cells.calculate(("CLV.HISTORICAL", orders()))
    assert len(cells.requests()) == 1
    assert finnish != english
    cells.page.evaluate("ClvAddin.settings.set({language: 'en'})")
    assert cells.calculate(("CLV.HISTORICAL", orders())) == english
    assert cells.requests() == []


def test_results_that_may_pass_are_asked_again(cells: Sheet) -> None:
    """#N/A, and the functions that look into the store."""
    text = cells.calculate(("CLV.DATA", *columns()))[0]
    calls: list[Any] = [
        ("CLV.AOV", {"type": "CustomFunctionError", "code": "#N/A"}),
        ("CLV.SOURCEINFO", text),
    ]
    for call in calls:
        cells.calculate(call)
        cells.requests()
        cells.calculate(call)
        assert len(cells.requests()) == 1, call


def columns() -> list[list[list[Any]]]:
    rows = orders()[1:]
    return [[[row[j]] for row in rows] for j in range(3)]


def test_identical_calls_under_way_are_one(cells: Sheet) -> None:
    assert cells.calculate(*[("CLV.AOV", RANGE)] * 50, *[("CLV.DATA", *columns())] * 3)[:50] == [31.5] * 50
    [body] = cells.bodies()
    assert [len(group["calls"]) for group in sections(body)[0]["groups"]] == [1, 1]


def test_calls_of_one_function_stand_in_one_group(cells: Sheet) -> None:
    cells.calculate(("CLV", 1, 1, 1), ("CLV.CHURN", 1, 2), ("CLV", 1, 2, 1))
    body = cells.page.evaluate("JSON.parse(HOST.requests[0].body)")
    wanted = [("CLV", [[1, 1, 1], [1, 2, 1]]), ("CLV.CHURN", [[1, 2]])]
    assert [(group["function"], group["calls"]) for group in body["groups"]] == wanted
    assert body["language"] == "en"
