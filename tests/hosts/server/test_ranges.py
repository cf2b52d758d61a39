import hashlib
from pathlib import Path

import numpy as np
import pytest

from clv_xl.hosts.server.auth.principal import Principal
from clv_xl.hosts.server.ranges import SMALLEST_FILE, Shelves
from clv_xl.hosts.server.refused import WireError
from tests.hosts.server.test_wire import section

A, B, LOCAL = Principal("a", "u"), Principal("b", "u"), Principal("local", "local")
SMALL = section(np.arange(4.0))
LARGE = section(np.arange(SMALLEST_FILE / 8))


def test_the_hash_is_computed_here(tmp_path: Path) -> None:
    shelf = Shelves(tmp_path).of(A)
    assert shelf.put(SMALL) == hashlib.sha256(SMALL).hexdigest()


def test_a_tenant_finds_its_own_ranges_only(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path)
    key = shelves.of(A).put(LARGE)
    assert shelves.of(A).get(key) is not None
    assert shelves.of(B).get(key) is None
    assert shelves.of(LOCAL).get(key) is None


def test_a_tenant_cannot_name_a_path(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path)
    shelves.of(Principal("../../x", "u")).put(LARGE)
    assert [p.relative_to(tmp_path).parts[0] for p in tmp_path.iterdir()] == ["tenants"]
    assert shelves.of(A).get("../" * 10 + "etc/passwd") is None


def test_large_ranges_are_there_after_a_restart_and_in_the_next_process(tmp_path: Path) -> None:
    key = Shelves(tmp_path).of(A).put(LARGE)
    found = Shelves(tmp_path).of(A).get(key)
    assert found is not None
    assert found.columns[0].numbers.tolist() == list(range(SMALLEST_FILE // 8))


def test_small_ranges_make_no_file(tmp_path: Path) -> None:
    key = Shelves(tmp_path).of(A).put(SMALL)
    assert not list(tmp_path.rglob("*.clvdata"))
    assert Shelves(tmp_path).of(A).get(key) is None


def test_a_changed_file_is_a_lost_range(tmp_path: Path) -> None:
    key = Shelves(tmp_path).of(A).put(LARGE)
    (file,) = tmp_path.rglob("*.clvdata")
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    assert Shelves(tmp_path).of(A).get(key) is None


def test_memory_is_bounded_and_files_remain(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path, memory_mb=1)
    shelf = shelves.of(A)
    keys = [shelf.put(section(np.arange(20_000.0) + i)) for i in range(20)]  # 160 KB each
    assert shelves.memory.size <= 1024**2
    assert all(shelf.get(key) is not None for key in keys)


def test_a_small_range_does_not_hold_the_body_it_came_with(tmp_path: Path) -> None:
    shelf = Shelves(tmp_path).of(A)
    body = SMALL + bytes(10_000_000)
    key = shelf.put(memoryview(body)[: len(SMALL)])
    found = shelf.get(key)
    assert found is not None
    assert not np.shares_memory(found.columns[0].numbers, np.frombuffer(body, np.uint8))


def test_what_is_no_range_is_not_kept(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path)
    with pytest.raises(WireError):
        shelves.of(A).put(b"CLVDATA1" + bytes(SMALLEST_FILE))
    assert len(shelves.memory) == 0
    assert not list(tmp_path.rglob("*.clvdata"))


def test_the_store_of_a_server_that_asks_nobody_is_the_store_of_its_user(tmp_path: Path) -> None:
    assert Shelves(tmp_path).of(LOCAL).orders.directory == tmp_path
    assert Shelves(tmp_path).of(A).orders.directory.parent.parent == tmp_path / "tenants"
