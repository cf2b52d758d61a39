import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from clv_xl.cells import Block
from clv_xl.hosts.server.lanes import Load
from clv_xl.hosts.server.metrics import Metrics
from tests.hosts.server.running import Running, running, section


def figures(text: str) -> dict[str, float]:
    """Return every figure under its name with labels, as ``name{a=b}``."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running({"time_limit_s": 30.0}) as found:
        yield found


def now(server: Running) -> dict[str, float]:
    return figures(server.client.get("/metrics").text)


def test_calls_are_counted_by_function_and_by_how_they_ended(server: Running) -> None:
    before = now(server)
    server.batch(
        ("CLV", [[50, 3, 3], [50, 3, 3, 40]]), ("=SECRET", [[1]]), ("CLV.AOV", [[{"range": "0" * 64}]])
    )
    after = now(server)
    grown = {name: after[name] - before.get(name, 0) for name in after if "calls_total" in name}
    assert grown == {
        "clv_xl_calls_total{function=CLV,outcome=ok}": 1,
        "clv_xl_calls_total{function=CLV,outcome=#NUM!}": 1,
        "clv_xl_calls_total{function=unknown,outcome=#NAME?}": 1,
        "clv_xl_calls_total{function=CLV.AOV,outcome=unknown}": 1,
    }
    assert "SECRET" not in server.client.get("/metrics").text
    assert after["clv_xl_batch_calls_sum{}"] - before["clv_xl_batch_calls_sum{}"] == 4
    assert after["clv_xl_ranges_total{found=nowhere}"] == 1


def test_requests_are_counted_by_route_and_status_with_their_time(server: Running) -> None:
    before = now(server)
    content = b'{"groups": []}'
    for path in ("/v1/batch", "/v1/batch", "/v1/made-up"):
        server.client.post(path, content=content, headers={"content-type": "application/json"})
    after = now(server)
    for route, status, count in (("/v1/batch", 200, 2), ("other", 404, 1)):
        name = f"clv_xl_requests_total{{route={route},status={status}}}"
        assert after[name] - before.get(name, 0) == count
        assert after[f"clv_xl_request_seconds_count{{route={route}}}"] >= count
    received = "clv_xl_received_bytes_total{}"
    assert after[received] - before[received] == 2 * len(content)  # a body nobody asks for is not read


def test_ranges_are_counted_by_where_they_were_found(server: Running) -> None:
    data = section(Block.from_columns([1.0, 2.0, 3.0]))
    before = now(server)
    name = {"range": hashlib.sha256(data).hexdigest()}
    for ranges in ((data,), ()):
        assert server.batch(("CLV.AOV", [[name], [name]]), ranges=ranges)["groups"] == [
            {"results": [2.0, 2.0]}
        ]
    after = now(server)
    assert after["clv_xl_ranges_total{found=sent}"] - before.get("clv_xl_ranges_total{found=sent}", 0) == 1
    assert (
        after["clv_xl_ranges_total{found=memory}"] - before.get("clv_xl_ranges_total{found=memory}", 0) == 1
    )
    assert after["clv_xl_kept_bytes{}"] > before["clv_xl_kept_bytes{}"] + len(data)


def test_lanes_are_shown(server: Running) -> None:
    server.batch(("CLV", [[50, 3, 3]]))
    assert now(server)["clv_xl_work{lane=quick,state=running}"] == 0


def test_figures_are_for_this_machine_only(server: Running) -> None:
    assert server.client.get("/metrics").status_code == 200
    for header in ("x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host"):
        assert server.client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize(("setting", "status"), [("on", 200), ("off", 404)])
def test_figures_are_for_all_or_for_nobody(setting: str, status: int) -> None:
    with running({"metrics": setting}) as server:
        answer = server.client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"})
        assert answer.status_code == status


def test_figures_of_several_workers_are_summed(tmp_path: Path) -> None:
    """Whichever worker is asked, it knows what all of them did."""
    with running(workers=2, env={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}) as server:
        sent, processes = 0, set[str]()
        while len(processes) < 2 and sent < 500:  # the second one may still be starting
            server.client.post(
                "/v1/batch",
                json={"groups": [{"function": "CLV", "calls": [[50, 3, 3]]}]},
                headers={"connection": "close"},  # or one worker would answer all
            )
            sent += 1
            processes = {path.stem.rpartition("_")[2] for path in tmp_path.glob("histogram_*.db")}
        seen = {now(server)["clv_xl_calls_total{function=CLV,outcome=ok}"] for _ in range(5)}
    assert len(processes) == 2
    assert seen == {float(sent)}


def test_a_worker_that_died_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    dead = tmp_path / "gauge_livesum_999999999.db"  # beyond the greatest number of a Linux process
    dead.write_bytes(b"")
    Metrics().exposition()
    assert not dead.exists()


def test_two_applications_share_no_figure() -> None:
    one, other = Metrics(), Metrics()
    one.lane("quick", Load(1, 2, 3))
    assert figures(one.exposition()[0].decode())["clv_xl_work{lane=quick,state=abandoned}"] == 3
    assert "clv_xl_work{lane=quick,state=abandoned}" not in figures(other.exposition()[0].decode())
