"""Every limit of the settings, exceeded over HTTP: a sentence, and the server goes on."""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from clv_xl import texts
from clv_xl.cells import Block
from clv_xl.hosts.server.lanes import HEAVY_WAITING
from clv_xl.hosts.server.wire import BINARY, JSON, JSON_BYTES
from tests.hosts.server.apps import SLOW
from tests.hosts.server.running import Running, body, running, section
from tests.hosts.server.test_metrics import now

MEGABYTE = 1024**2


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running({"max_body_mb": 1, "max_calls": 10, "max_cells": 100, "max_result_mb": 1}) as found:
        yield found
        assert found.batch(("CLV", [[50, 3, 3]]))["groups"] == [{"results": [450.0]}]  # it still answers


@pytest.fixture(scope="module")
def slow() -> Iterator[Running]:
    """A server of one thread each, where one cell of a range is heavy and half a second is long."""
    values = {"time_limit_s": 0.5, "quick_threads": 1, "heavy_threads": 1, "heavy_cells": 1}
    with running(values, factory=SLOW) as found:
        yield found


def post(server: Running, content: Any, media_type: str = JSON, **headers: str) -> httpx.Response:
    return server.client.post("/v1/batch", content=content, headers={"content-type": media_type, **headers})


def groups(*calls: list[Any], function: str = "CLV.AOV", **more: Any) -> bytes:
    return json.dumps({**more, "groups": [{"function": function, "calls": calls}]}).encode()


def refusal(answer: httpx.Response, status: int, key: str) -> str:
    assert (answer.status_code, answer.json()["key"]) == (status, key), answer.text
    assert answer.json()["request"] == answer.headers["x-request-id"]
    sentence: str = answer.json()["sentence"]
    assert sentence
    return sentence


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


# --- bodies ----------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", [JSON, BINARY])
def test_a_body_whose_stated_length_is_too_large_is_not_read(server: Running, media_type: str) -> None:
    answer = post(server, b" " * (MEGABYTE + 1), media_type)
    assert "1 MB" in refusal(answer, 413, "server.body_too_large")


def test_a_body_that_states_no_length_is_kept_up_to_the_limit(server: Running) -> None:
    """What comes after is thrown away as it comes: closing at once would hide the sentence."""
    before = server.memory_kb()
    answer = post(server, (b" " * 65536 for _ in range(1_000)))
    refusal(answer, 413, "server.body_too_large")
    assert server.memory_kb() - before < 20_000  # of 64 MB


def test_a_body_of_pieces_within_the_limit_is_answered(server: Running) -> None:
    whole = groups([{"rows": [[1], [2]]}])
    answer = post(server, iter([whole[:7], whole[7:20], whole[20:]]))
    assert answer.json()["groups"] == [{"results": [1.5]}]  # (1 + 2) / 2


def test_a_packed_body_is_refused(server: Running) -> None:
    """Or 1 kB on the wire could be 1 GB in memory."""
    refusal(post(server, groups([1]), **{"content-encoding": "gzip"}), 415, "server.packed")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_types_are_refused(server: Running, media_type: str) -> None:
    """What a form of a foreign page can send without asking first is among them."""
    refusal(post(server, groups([1]), media_type), 415, "server.media_type")


def test_json_is_bounded_even_where_bodies_may_be_large() -> None:
    """Three bytes of JSON make sixty of Python objects."""
    with running({"max_body_mb": 64}) as server:
        before = server.memory_kb()
        wide = b'{"groups": [' + b"[]," * (JSON_BYTES // 3) + b"0]}"
        refusal(post(server, wide), 413, "server.json_too_large")
        nested = b'{"groups": [' + b"[]," * 2_000_001 + b"0]}"
        assert len(nested) < JSON_BYTES
        refusal(post(server, nested), 413, "server.json_too_large")
        header = wide + b" " * (-len(wide) % 8)
        refusal(
            post(server, b"CLVBATC1" + len(header).to_bytes(8, "little") + header, BINARY),
            413,
            "server.json_too_large",
        )
        eventually(lambda: server.memory_kb() - before < 150_000)  # the bodies are 32 MB each


def test_bodies_held_at_the_same_time_are_bounded_together() -> None:
    """Eight of 6 MB do not fit into 16 MB: some are answered, some told to come again, none fails."""
    block = section(Block.from_columns([float(i) for i in range(700_000)]))
    content = body([{"function": "CLV.AOV", "calls": [["sleep 0.5"]]}], [block])
    with running({"max_body_mb": 16, "memory_mb": 16}, factory=SLOW) as server:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: post(server, content, BINARY), range(8)))
        statuses = {answer.status_code for answer in answers}
        assert statuses == {200, 503}
        refused = next(a for a in answers if a.status_code == 503)
        assert int(refused.headers["retry-after"]) > 0
        assert post(server, content, BINARY).status_code == 200  # all of it was given back


# --- batches ---------------------------------------------------------------------------------


def test_too_many_calls_in_a_batch(server: Running) -> None:
    assert "10" in refusal(post(server, groups(*[[1]] * 11)), 413, "server.too_many_in_batch")
    assert post(server, groups(*[[1]] * 10)).status_code == 200


def test_too_many_groups(server: Running) -> None:
    content = json.dumps({"groups": [{"function": "CLV", "calls": []}] * 1001})
    assert "groups" in refusal(post(server, content), 400, "server.field")


def test_too_many_cells_in_a_call(server: Running) -> None:
    data = section(Block.from_columns([1.0] * 101))
    name = {"range": hashlib.sha256(data).hexdigest()}
    (results,) = server.batch(("CLV.AOV", [[name], [5]]), ranges=[data])["groups"]
    assert (results["results"][0]["error"], results["results"][1]) == ("#VALUE!", 5.0)
    assert results["results"][0]["key"] == "server.too_many_cells"
    assert "101" in results["results"][0]["sentence"]


def test_a_result_that_excel_for_the_web_would_not_take() -> None:
    """A single value over 200,000 rows is a table of 200,000 numbers of 8 digits or more."""
    column = section(Block.from_columns([50 + i / 7 for i in range(200_000)]))
    name = {"range": hashlib.sha256(column).hexdigest()}
    with running({"max_result_mb": 1}) as server:
        found = server.batch(("CLV", [[name, 3, 3], [50, 3, 3]]), ranges=[column])["groups"][0]["results"]
    assert found[0]["key"] == "server.result_too_large"
    assert found[1] == 450.0  # 50 x 3 x 3


def test_all_results_of_a_batch_are_bounded_together() -> None:
    """Forty tables of 2 MB: the first ones come, the others say why they do not."""
    column = section(Block.from_columns([50 + i / 7 for i in range(100_000)]))
    name = {"range": hashlib.sha256(column).hexdigest()}
    with running() as server:
        calls = [[name, 3, k] for k in range(1, 41)]
        content = body([{"function": "CLV", "calls": calls}], [column])
        answer = post(server, content, BINARY)
    assert 60 * MEGABYTE < len(answer.content) < 65 * MEGABYTE
    found = answer.json()["groups"][0]["results"]
    late = [f for f in found if "error" in f]
    assert {f["key"] for f in late} == {"server.answer_too_large"}
    assert 0 < len(late) < 20
    assert len(found[0]["rows"]) == 100_000


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_refusal_speaks_the_language_of_the_body(server: Running, language: str) -> None:
    found = refusal(post(server, groups(*[[1]] * 11, language=language)), 413, "server.too_many_in_batch")
    template = texts.find("server.too_many_in_batch", language)
    assert template is not None
    assert found == template.replace("{count}", "11").replace("{most}", "10")


# --- users -----------------------------------------------------------------------------------


def test_calls_a_minute() -> None:
    with running({"user_calls_per_minute": 20}) as server:
        assert post(server, groups(*[[1]] * 20)).status_code == 200
        answer = post(server, groups(*[[1]] * 2, language="fi"))
        assert "20" in refusal(answer, 429, "server.too_many_calls")
        assert "retry-after" not in answer.headers  # trying again at once makes it worse


def test_requests_at_once() -> None:
    """With one at a time, three requests of half a second take turns; eight more may wait, no ninth."""
    with running({"user_requests": 1, "quick_threads": 4}, factory=SLOW) as server:
        server.batch(("CLV", [[50, 3, 3]]))
        begin = time.monotonic()
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: post(server, groups(["sleep 0.3"])), range(12)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200] * 9 + [503] * 3
        assert time.monotonic() - begin > 9 * 0.3


# --- time ------------------------------------------------------------------------------------


def test_a_call_that_takes_too_long_says_so_while_others_go_on(slow: Running) -> None:
    counted = now(slow).get("clv_xl_abandoned_total{lane=heavy}", 0)
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(post, slow, groups(["sleep 2", {"rows": [[1], [2]]}]))
        time.sleep(0.1)
        begin = time.monotonic()
        assert slow.batch(("CLV", [[50, 3, 3]]))["groups"] == [{"results": [450.0]}]  # 50 x 3 x 3
        assert time.monotonic() - begin < 0.4
        (found,) = long.result().json()["groups"][0]["results"]
    assert (found["error"], found["key"]) == ("#N/A", "server.time_limit")
    assert "0.5" in found["sentence"]
    assert now(slow)["clv_xl_abandoned_total{lane=heavy}"] == counted + 1
    assert now(slow)["clv_xl_work{lane=heavy,state=abandoned}"] == 1
    counted_calls = now(slow)["clv_xl_calls_total{function=CLV.AOV,outcome=#N/A}"]
    eventually(lambda: now(slow)["clv_xl_work{lane=heavy,state=abandoned}"] == 0)
    # Not once more when the thread comes to its end.
    assert now(slow)["clv_xl_calls_total{function=CLV.AOV,outcome=#N/A}"] == counted_calls
    assert "clv_xl_calls_total{function=CLV.AOV,outcome=#VALUE!}" not in now(slow)


def test_endless_calls_leave_a_thread_for_the_others(slow: Running) -> None:
    """The only heavy thread works on for nobody; another one has taken its place."""
    post(slow, groups(["sleep 3", {"rows": [[1], [2]]}]))
    (found,) = post(slow, groups([{"rows": [[1], [2]]}])).json()["groups"][0]["results"]
    assert found == 1.5  # (1 + 2) / 2
    eventually(lambda: now(slow)["clv_xl_work{lane=heavy,state=abandoned}"] == 0)


def test_what_was_done_in_time_is_answered(slow: Running) -> None:
    found = post(slow, groups([7], ["sleep 0.9"], [8])).json()["groups"][0]["results"]
    assert found[0] == 7.0
    assert found[2]["key"] == "server.time_limit"


def test_when_the_client_goes_nothing_more_is_begun() -> None:
    with running({"quick_threads": 1}, factory=SLOW) as server:
        with pytest.raises(httpx.TimeoutException):
            server.client.post(
                "/v1/batch",
                content=groups(*[["sleep 0.2"]] * 30),
                headers={"content-type": JSON},
                timeout=0.5,
            )
        eventually(lambda: now(server).get("clv_xl_requests_total{route=/v1/batch,status=499}", 0) == 1)
        eventually(lambda: now(server)["clv_xl_work{lane=quick,state=running}"] == 0)
        begun = server.log().count("asleep")
        time.sleep(0.5)
        assert server.log().count("asleep") == begun < 6


def test_a_full_queue_of_heavy_work_is_refused_at_once_and_small_work_is_not() -> None:
    values = {"heavy_threads": 1, "heavy_cells": 1, "user_requests": 400, "time_limit_s": 30.0}
    count = HEAVY_WAITING + 16
    heavy = groups(["sleep 4", {"rows": [[1], [2]]}])

    async def together(address: str) -> list[int]:
        limits = httpx.Limits(max_connections=count)
        async with httpx.AsyncClient(base_url=address, trust_env=False, limits=limits, timeout=30) as client:
            headers = {"content-type": JSON}
            sent = [
                asyncio.ensure_future(client.post("/v1/batch", content=heavy, headers=headers))
                for _ in range(count)
            ]
            done, waiting = await asyncio.wait(sent, timeout=3.0)
            small = await client.post("/v1/batch", content=groups([7]), headers=headers)
            assert small.json()["groups"] == [{"results": [7.0]}]
            for one in waiting:
                one.cancel()
            return [one.result().status_code for one in done]

    with running(values, factory=SLOW) as server:
        assert (
            asyncio.run(together(server.address)) == [503] * 15
        )  # all but one that runs, and those that may wait
        eventually(lambda: now(server)["clv_xl_work{lane=heavy,state=waiting}"] == 0)  # they went
