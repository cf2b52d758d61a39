import time
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.hosts.server.auth.principal import Principal
from clv_xl.hosts.server.ranges import Shelves
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.wire import BINARY, JSON
from clv_xl.hosts.server.work import Job, Limits
from tests.hosts.server.test_wire import binary, section

SOMEBODY = Principal("t", "u")


def job(folder: Path, groups: Any, *sections: bytes, seconds: float = 60.0, **limits: int) -> Job:
    settings = Settings(**limits)  # type: ignore[arg-type]
    body = binary({"groups": groups, "sections": [len(s) for s in sections]}, *sections)
    shelf = Shelves(folder).of(SOMEBODY)
    return Job.of(body, BINARY, SOMEBODY, shelf, Limits.of(settings), time.monotonic() + seconds)


def answers(done: Job) -> list[list[Any]]:
    done.perform()
    return [group["results"] for group in orjson.loads(done.finish("r"))["groups"]]


def test_calls_of_one_function_are_one_column_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def spy(function: Any, calls: Any, context: Any) -> Any:
        seen.append(len(calls))
        return [run(function, call, context) for call in calls]

    monkeypatch.setattr("clv_xl.hosts.server.work.run_many", spy)
    calls = [[50 + i, 3, 3] for i in range(100)]
    found = answers(job(tmp_path, [{"function": "CLV", "calls": calls}]))
    assert seen == [100]
    assert found == [[run(CATALOGUE["CLV"], call) for call in calls]]


def test_order_stays_when_single_cells_and_ranges_are_mixed(tmp_path: Path) -> None:
    calls = [[50, 3, 3], [{"rows": [[1], [2]]}, 3, 3], [10, 3, 3], [50, 3, -1]]
    (found,) = answers(job(tmp_path, [{"function": "CLV", "calls": calls}]))
    assert found[:3] == [450.0, {"rows": [[9.0], [18.0]]}, 90.0]  # a x 3 x 3
    assert found[3]["error"] == "#NUM!"
    assert "row" not in found[3]["sentence"]  # a call of its own has no row


def test_a_range_travels_once_and_serves_many_calls(tmp_path: Path) -> None:
    data = section(np.arange(1.0, 101.0))
    shelf = Shelves(tmp_path).of(SOMEBODY)
    name = {"range": shelf.put(data)}
    found = answers(job(tmp_path, [{"function": "CLV.AOV", "calls": [[name], [name]]}], data))
    assert found == [[50.5, 50.5]]  # the mean of 1 to 100


def test_an_unknown_range_is_asked_for(tmp_path: Path) -> None:
    done = job(tmp_path, [{"function": "CLV.AOV", "calls": [[{"range": "0" * 64}], [5]]}])
    (found,) = answers(done)
    assert found == [{"unknown": True}, 5.0]
    assert orjson.loads(done.finish("r"))["unknown"] == ["0" * 64]


def test_an_unknown_function_is_a_name_error(tmp_path: Path) -> None:
    ((found,),) = answers(job(tmp_path, [{"function": "CLV.NOSUCH", "calls": [[1]]}]))
    assert found["error"] == "#NAME?"
    assert "CLV.NOSUCH" in found["sentence"]


@pytest.mark.parametrize("name", ["CLV.AOV", "clv_aov", "_xldudf_CLV_AOV", "AOV"])
def test_every_spelling_is_taken(tmp_path: Path, name: str) -> None:
    assert answers(job(tmp_path, [{"function": name, "calls": [[7]]}])) == [[7.0]]


def test_too_many_cells_are_an_error_of_that_call_alone(tmp_path: Path) -> None:
    groups = [{"function": "CLV.AOV", "calls": [[{"rows": [[1]] * 11}], [{"rows": [[2]] * 10}]]}]
    (found,) = answers(job(tmp_path, groups, max_cells=10))
    assert found[0]["key"] == "server.too_many_cells"
    assert found[1] == 2.0


def test_what_is_not_reached_in_time_says_so_and_the_rest_is_answered(tmp_path: Path) -> None:
    late = job(tmp_path, [{"function": "CLV", "calls": [[50, 3, 3]] * 3}], seconds=-1)
    (found,) = answers(late)
    assert {f["key"] for f in found} == {"server.time_limit"}


def test_what_is_cancelled_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clv_xl.hosts.server.work.run", lambda *_: pytest.fail("begun"))
    dropped = job(tmp_path, [{"function": "CLV.AOV", "calls": [[1]]}])
    dropped.cancelled.set()
    dropped.perform()


def test_cells_of_ranges_and_of_stored_orders_make_heavy_work(tmp_path: Path) -> None:
    data = section(np.arange(60_000.0))
    name = {"range": Shelves(tmp_path).of(SOMEBODY).put(data)}
    text = "clv:orders:" + "0" * 32 + ":60000"
    for argument, heavy in ((name, True), (text, True), (5, False), ("clv:orders:no", False)):
        assert job(tmp_path, [{"function": "CLV.AOV", "calls": [[argument]]}]).heavy is heavy


def test_modest_calls_are_heavy_only_when_they_are_very_many(tmp_path: Path) -> None:
    text = "clv:orders:" + "0" * 32 + ":2000"  # 98 cells on 2,000 rows: the workbook of the load test
    for count, heavy in ((98, False), (1_000, True)):
        calls = [[text, text, "Y", 45000 + i] for i in range(count)]
        assert job(tmp_path, [{"function": "CLV.FREQUENCY", "calls": calls}]).heavy is heavy


LONG = {"rows": [[i / 1000] for i in range(1, 400)]}
LONG_WORK = (
    ("CLV.SIMULATE", ["drivers", 1e6], ["drivers", 1000]),
    ("CLV.SIMULATE", ["drivers", {"rows": [[1e6]]}], ["drivers"]),
    ("CLV.SENSITIVITY", ["drivers", "margin", LONG, "cac", LONG], ["drivers", "margin", LONG]),
    ("CLV.FORECAST", [0, 100, 0.8, 60, 1200], [0, 100, 0.8, 60, 60]),
    ("CLV.LEVER", ["drivers", LONG, LONG, LONG, 10], ["drivers", "loyalty", 0.1, 10, 10]),
    ("CLV.ALLOCATE", [1e6, LONG], [1e6, {"rows": [["a", "log", 5, 5, None, 9]]}]),
)
"""Calls with small ranges that take more than 0.1 s, and others of the same functions."""


@pytest.mark.parametrize(("name", "long", "short"), LONG_WORK)
def test_a_few_cells_that_ask_for_long_work_are_large_work(
    name: str, long: list[Any], short: list[Any], tmp_path: Path
) -> None:
    """In a small thread it would keep the cells of others waiting."""
    shop: Any = {"rows": [["avg_order_value", 50], ["margin", 0.4]]}
    for call, heavy in ((long, True), (short, False)):
        calls = [[shop if arg == "drivers" else arg for arg in call]]
        assert job(tmp_path, [{"function": name, "calls": calls}]).heavy is heavy
        assert job(tmp_path, [{"function": name, "calls": calls * 300}]).heavy


def test_a_simulation_that_meets_the_time_limit_says_how_far_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks at the clock after every step; the calls behind it are not reached."""
    passed = iter([False, True])
    monkeypatch.setattr(Job, "_stopped", lambda _: next(passed))  # begun in time
    shop = {"rows": [["avg_order_value", "normal", 50, 5], ["frequency", 3, "", ""], ["lifespan", 3, "", ""]]}
    groups = [{"function": "CLV.SIMULATE", "calls": [[shop, 1e6], [shop, 200]]}]
    late = job(tmp_path, groups, seconds=-1)
    ((first, second),) = answers(late)
    assert (first["error"], first["key"]) == ("#N/A", "simulation_late")
    assert "1000000" in first["sentence"].replace(",", "")
    assert second["key"] == "server.time_limit"


def test_the_work_of_a_call_is_told_by_a_range_of_its_own_too(tmp_path: Path) -> None:
    trials = section(np.array([1e6]))
    name = {"range": Shelves(tmp_path).of(SOMEBODY).put(trials)}
    groups = [{"function": "CLV.SIMULATE", "calls": [[5, name]]}]
    assert job(tmp_path, groups, trials).heavy
    assert not job(tmp_path, [{"function": "CLV.SIMULATE", "calls": [[5, {"range": "0" * 64}]]}]).heavy


def test_json_and_bytes_give_the_same(tmp_path: Path) -> None:
    groups = [{"function": "CLV.COMPARE", "calls": [[60, 0.8, 0.1]]}]
    shelf = Shelves(tmp_path).of(SOMEBODY)
    limits = Limits.of(Settings())
    end = time.monotonic() + 60
    plain = Job.of(orjson.dumps({"groups": groups}), JSON, SOMEBODY, shelf, limits, end)
    assert answers(plain) == answers(job(tmp_path, groups))


def test_orders_that_understate_their_rows_are_large_work_all_the_same(tmp_path: Path) -> None:
    """The number in a text of CLV.DATA is anybody's: what is stored counts."""
    ids = section([f"c{i}" for i in range(3000)])
    columns = ids, section(np.arange(43_000.0, 46_000.0)), section(np.arange(1.0, 3001.0))
    shelf = Shelves(tmp_path).of(SOMEBODY)
    names = [{"range": shelf.put(column)} for column in columns]
    ((text,),) = answers(job(tmp_path, [{"function": "CLV.DATA", "calls": [names]}], *columns))
    assert text.endswith(":3000")
    short = text.rpartition(":")[0] + ":1"
    # 3,000 ids, dates and amounts are some 90 KB: more than 1,500 rows at 24 bytes each.
    for given in (text, short, short.upper()):
        assert job(tmp_path, [{"function": "CLV.AOV", "calls": [[given]]}], heavy_cells=1500).heavy
    assert not job(tmp_path, [{"function": "CLV.AOV", "calls": [[short]]}], heavy_cells=50_000).heavy
    lost = "clv:orders:" + "0" * 32 + ":1"
    assert not job(tmp_path, [{"function": "CLV.AOV", "calls": [[lost]]}], heavy_cells=1500).heavy
