"""``clv-xl store``: nothing goes without a yes."""

import io
import json
from pathlib import Path

import pytest

from clv_xl.cells import Cells
from clv_xl.cli import main
from clv_xl.cli.terminal import Terminal
from clv_xl.orders.store import Store
from tests.cli.program import clv_xl


@pytest.fixture
def filled(store_directory: Path) -> Store:
    store = Store(store_directory)
    for amount in (1.0, 2.0):
        store.put({"amounts": Cells.of([amount])})
    return store


def test_an_empty_store_is_described_and_not_made(
    store_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["store", "info"]) == 0
    assert str(store_directory) in capsys.readouterr().out
    assert not store_directory.exists()


def test_info_as_json_counts_what_is_there(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "info", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    info = filled.info()
    assert found == {
        "directory": str(filled.directory),
        "entries": 2,
        "bytes": info.size,
        "quota_bytes": info.quota_bytes,
        "max_age_days": info.max_age_days,
    }


def test_without_a_person_to_ask_nothing_is_removed(filled: Store) -> None:
    done = clv_xl("store", "clear", given="y\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--yes" in done.stderr
    assert filled.info().entries == 2


def test_yes_removes_every_entry(filled: Store) -> None:
    done = clv_xl("store", "clear", "--yes", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"removed": 2, "left": 0})
    assert filled.info().entries == 0


@pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("Yes\n", 0), ("\n", 2), ("n\n", 2), ("", 2)])
def test_a_person_is_asked(
    filled: Store,
    answer: str,
    left: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Terminal, "interactive", True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert main(["store", "clear"]) == (1 if left else 0)
    assert filled.info().entries == left
    assert "2" in capsys.readouterr().err


def test_without_a_word_it_says_which_to_write(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store"]) == 2
    shown = capsys.readouterr()
    assert (shown.out, len(shown.err.splitlines())) == ("", 1)
    assert "info" in shown.err
    assert "clear" in shown.err
    assert filled.info().entries == 2


def test_what_a_server_keeps_for_tenants_is_counted_and_goes_too(store_directory: Path) -> None:
    for folder in (store_directory / "ranges", store_directory / "tenants" / ("0" * 32) / "orders"):
        Store(folder).put({"amounts": Cells.of([3.0])})
    assert json.loads(clv_xl("store", "info", "--json").stdout)["entries"] == 2
    assert json.loads(clv_xl("store", "clear", "--yes", "--json").stdout) == {"removed": 2, "left": 0}
    assert not list(store_directory.rglob("*.clvdata"))
