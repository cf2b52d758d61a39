"""The order store: content, damage, quota, age, several processes, full disks."""

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clv_xl.cells import Cells
from clv_xl.errors import NA, CellError, Text
from clv_xl.orders.columnfile import DamagedError, Entry, decode, digest, encode
from clv_xl.orders.store import SUFFIX, Store, default_directory

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
LOST = CellError(NA, "data_lost")


def columns(seed: int, height: int = 500) -> dict[str, Cells]:
    """Return columns that differ by seed, about 16 bytes a row."""
    rng = np.random.default_rng(seed)
    return {"a": Cells.of(rng.normal(size=height)), "b": Cells.of(rng.normal(size=height))}


def entry_file(store: Store) -> Path:
    """Return the only entry of a store."""
    (path,) = store.directory.glob(f"*{SUFFIX}")
    return path


MIXED = ["x", None, 1.5, True, "ä\ud800", CellError(NA, "input_error", row=3), "x", ""]


def test_every_kind_of_cell_comes_back(tmp_path: Path) -> None:
    """Numbers, blanks, texts, booleans and errors, in another instance (a restart)."""
    key = Store(tmp_path).put(
        {"mixed": Cells.of(MIXED), "numbers": Cells.of(np.arange(8.0))}, {"first_row": 2}
    )
    entry = Store(tmp_path).entry(key)
    assert list(entry.columns["mixed"]) == list(Cells.of(MIXED))
    assert list(entry.columns["numbers"]) == list(range(8))
    assert entry.columns["numbers"].tags is None
    assert (list(entry.columns), entry.meta) == (["mixed", "numbers"], {"first_row": 2})


def test_key_is_the_hash_of_the_file(tmp_path: Path) -> None:
    """The file is named by the SHA-256 of its bytes, and a second put changes nothing."""
    store = Store(tmp_path)
    key = store.put(columns(1))
    path = entry_file(store)
    assert digest([path.read_bytes()]) == key
    assert path.name == key[:32] + SUFFIX
    before = path.stat().st_mtime_ns
    assert store.put(columns(1)) == key
    assert path.stat().st_mtime_ns == before
    assert len(key) == 64


def test_equal_cells_have_one_key(tmp_path: Path) -> None:
    """What a dictionary holds beyond the texts in use, and in which order, does not matter."""
    store = Store(tmp_path)
    one = Cells.of(["head", "b", "a", "b"])[1:]
    other = Cells.of(["b", "a", "b"])
    assert store.put({"x": one}) == store.put({"x": other})
    assert store.put({"x": other}) != store.put({"y": other})
    blank = np.array([0, 1, 1], np.uint8)
    behind = [Cells(np.array([5.0, value, np.nan]), blank) for value in (7.0, np.nan)]
    assert store.put({"x": behind[0]}) == store.put({"x": behind[1]})
    assert store.put({"x": other}) != store.put({"x": other}, {"first_row": 2})


@example(["0", float("inf")])
@given(st.lists(st.one_of(st.none(), st.text(max_size=3), st.floats(), st.booleans()), max_size=20))
def test_bytes_and_back(cells: list[float | str | bool | None]) -> None:
    """Decoding what was encoded gives the cells, and encoding them again the same bytes."""
    given_cells = Cells.of(cells)
    data = b"".join(encode({"x": given_cells}))
    back = decode(data).columns["x"]
    assert list(map(repr, back)) == list(map(repr, given_cells))
    assert b"".join(encode({"x": back})) == data


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 255))
def test_bytes_that_are_no_columns(noise: bytes, place: int, value: int) -> None:
    """Noise and flipped bytes are damaged or columns, never another error."""
    data = bytearray(b"".join(encode({"x": Cells.of(MIXED)})))
    data[place % len(data)] = value
    for candidate in (noise, bytes(data), bytes(data[:place])):
        try:
            decode(candidate)
        except DamagedError:
            continue


def test_lost_entry(tmp_path: Path) -> None:
    """Unknown keys and texts that are no keys are lost; nothing outside the directory is read."""
    store = Store(tmp_path)
    for key in ("0" * 64, "../" * 12, "", "0" * 31):
        with pytest.raises(CellError) as found:
            store.get(key)
        assert found.value == LOST


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "other"])
def test_damaged_entry_is_lost(tmp_path: Path, damage: str) -> None:
    """SHA-256 is checked on read; a damaged file is removed, and storing again mends it."""
    store = Store(tmp_path)
    key = store.put(columns(1))
    path = entry_file(store)
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    damaged = {"flip": bytes(data), "cut": bytes(data[:-8]), "empty": b"", "other": b"CLVDATA1" + bytes(8)}
    path.write_bytes(damaged[damage])
    with pytest.raises(CellError) as found:
        store.get(key)
    assert found.value == LOST
    assert not path.exists()
    assert store.put(columns(1)) == key
    assert store.get(key)["a"].numbers.tolist() == columns(1)["a"].numbers.tolist()


def test_put_mends_a_damaged_entry(tmp_path: Path) -> None:
    """A damaged file of the same name does not count as stored."""
    store = Store(tmp_path)
    key = store.put(columns(1))
    entry_file(store).write_bytes(b"broken")
    assert store.put(columns(1)) == key
    assert len(Store(tmp_path).get(key)["a"]) == 500


def test_a_right_file_under_a_wrong_name_is_lost(tmp_path: Path) -> None:
    """Content that is sound but not the one asked for is never handed out."""
    store = Store(tmp_path)
    one, other = store.put(columns(1)), store.put(columns(2))
    (tmp_path / (one[:32] + SUFFIX)).write_bytes((tmp_path / (other[:32] + SUFFIX)).read_bytes())
    with pytest.raises(CellError):
        store.get(one)


def test_columns_in_memory_go_with_their_file(tmp_path: Path) -> None:
    """What another process cleared is lost here too."""
    store = Store(tmp_path)
    key = store.put(columns(1))
    assert store.get(key)["a"] is store.get(key)["a"]
    assert Store(tmp_path).clear() == 1
    with pytest.raises(CellError):
        store.get(key)


def test_what_is_derived_is_made_once(tmp_path: Path) -> None:
    """While the entry stays in memory."""
    store, made = Store(tmp_path), []
    key = store.put(columns(1))

    def height(entry: Entry) -> int:
        made.append(entry)
        return len(entry.columns["a"])

    assert [store.derived(key, "height", height) for _ in range(3)] == [500] * 3
    assert len(made) == 1
    for seed in range(2, 7):
        store.get(store.put(columns(seed)))
    assert store.derived(key, "height", height) == 500
    assert len(made) == 2


@pytest.mark.parametrize("oldest", [0, 1, 2])
def test_least_recently_used_goes_first(tmp_path: Path, oldest: int) -> None:
    """Reading keeps an entry; the quota holds after every put."""
    size = sum(len(p) for p in encode(columns(0)))
    store = Store(tmp_path, quota_bytes=3 * size)
    keys = [store.put(columns(seed)) for seed in range(3)]
    store.get(keys[oldest])  # from the file; after this from memory
    order = [oldest, (oldest + 1) % 3, (oldest + 2) % 3]
    for age, place in zip((100, 50, 20), order, strict=True):
        # A time of change before that of access, so that the file system itself moves neither.
        os.utime(tmp_path / (keys[place][:32] + SUFFIX), (time.time() - age, 1e9))
    store.get(keys[oldest])
    keys.append(store.put(columns(3)))
    assert store.info().size <= 3 * size
    there = [(tmp_path / (key[:32] + SUFFIX)).exists() for key in keys]
    assert there == [place != order[1] for place in range(4)]


def test_more_than_the_quota(tmp_path: Path) -> None:
    """One entry that is larger than the store is refused, the others stay."""
    store = Store(tmp_path, quota_bytes=20_000)
    key = store.put(columns(1))
    with pytest.raises(CellError) as found:
        store.put(columns(2, height=5000))
    assert (found.value.code, found.value.key) == (NA, "data_too_large")
    assert store.get(key)


def test_unused_entries_expire(tmp_path: Path) -> None:
    """After max_age_days without use an entry is lost, and swept when another is stored a minute later."""
    store = Store(tmp_path, max_age_days=10)
    keys = [store.put(columns(1)), store.put(columns(2))]
    for key in keys:
        os.utime(tmp_path / (key[:32] + SUFFIX), (time.time() - 11 * 86400, 0))
    with pytest.raises(CellError):
        store.get(keys[0])
    Store(tmp_path, max_age_days=10).put(columns(3))  # a new instance looks at once
    assert store.info().entries == 1


def test_time_stored_stays(tmp_path: Path) -> None:
    """Use moves the time of access only."""
    store = Store(tmp_path)
    key = store.put(columns(1))
    os.utime(entry_file(store), (1e9, 1e9))
    Store(tmp_path, max_age_days=1e6).get(key)
    assert store.stored(key)[1] == 1e9
    assert entry_file(store).stat().st_atime > 1.6e9


def test_info_and_clear(tmp_path: Path) -> None:
    """A store that was never written to holds nothing; clearing removes unfinished files too."""
    store = Store(tmp_path / "new")
    assert (store.info().entries, store.info().size, store.clear()) == (0, 0, 0)
    store.put(columns(1))
    (store.directory / f".abc.1.x{SUFFIX}.tmp").write_bytes(b"half")
    assert store.info().entries == 1
    assert store.info().size == entry_file(store).stat().st_size
    assert store.clear() == 1
    assert list(store.directory.iterdir()) == []


def test_unfinished_files_are_swept(tmp_path: Path) -> None:
    """Only those too old to be in the making."""
    old, new = (tmp_path / f".{name}{SUFFIX}.tmp" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1e9, 1e9))
    Store(tmp_path).put(columns(1))
    assert (old.exists(), new.exists()) == (False, True)


@POSIX
def test_modes(tmp_path: Path) -> None:
    """The directory is 0700 and an entry 0600, also where the directory was open before."""
    store = Store(tmp_path / "a" / "b")
    store.directory.mkdir(parents=True)
    store.directory.chmod(0o755)
    store.put(columns(1))
    assert stat.S_IMODE(store.directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry_file(store).stat().st_mode) == 0o600


@POSIX
def test_directory_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not written to."""
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(CellError) as found:
        Store(tmp_path).put(columns(1))
    assert found.value.params["reason"] == Text("store.denied")


def test_directory_that_is_a_file(tmp_path: Path) -> None:
    """Cannot be written: an error with a sentence."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CellError) as found:
        Store(tmp_path / "file" / "store").put(columns(1))
    assert (found.value.code, found.value.key) == (NA, "store_unwritable")
    assert Store(tmp_path / "file").info().entries == 0


@pytest.mark.parametrize("after", [0, 1, 3])
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """No half entry and no temporary file is left, and what was stored is still there."""
    store = Store(tmp_path)
    key = store.put(columns(1))
    write, calls = os.write, []

    def full(handle: int, data: bytes) -> int:
        calls.append(1)
        if len(calls) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[:100])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(CellError) as found:
        store.put(columns(2))
    monkeypatch.undo()
    assert (found.value.key, found.value.params["reason"]) == ("store_unwritable", Text("store.full"))
    assert [p.name for p in tmp_path.iterdir()] == [key[:32] + SUFFIX]
    assert store.get(key)


LIMITED = """
import resource, sys
import numpy as np
from clv_xl.cells import Cells
from clv_xl.errors import CellError
from clv_xl.orders.store import Store
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    Store(sys.argv[1]).put({"a": Cells.of(np.arange(1e5))})
except CellError as error:
    print(error.code, error.key, error.params["reason"].key)
"""


@POSIX
def test_full_disk_by_the_kernel(tmp_path: Path) -> None:
    """The same with a write that the kernel cuts short and then refuses."""
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [NA, "store_unwritable", "store.full"]
    assert list(tmp_path.iterdir()) == []


def test_a_reader_holds_the_file_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a rename fails while somebody reads; it is tried again, and told if it stays so."""
    rename, tries, free_after = Path.replace, [], [2]

    def busy(self: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) <= free_after[0]:
            raise PermissionError(errno.EACCES, "in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", busy)
    monkeypatch.setattr("clv_xl.orders.replacing.RETRIES", 4)
    store = Store(tmp_path)
    assert store.get(store.put(columns(1)))
    assert len(tries) == 3
    free_after[0] = 1000
    with pytest.raises(CellError) as found:
        store.put(columns(2))
    assert found.value.params["reason"] == Text("store.denied")
    assert list(tmp_path.glob(".*")) == []


def test_default_directories(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each platform's place for what can be made again; CLV_XL_STORE comes first."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert default_directory({}, "linux") == tmp_path / ".cache/clv_xl/store"
    assert default_directory({"XDG_CACHE_HOME": "/c"}, "linux") == Path("/c/clv_xl/store")
    assert default_directory({"XDG_CACHE_HOME": "relative"}, "linux") == tmp_path / ".cache/clv_xl/store"
    assert default_directory({}, "darwin") == tmp_path / "Library/Caches/clv_xl/store"
    assert default_directory({"LOCALAPPDATA": "/l"}, "win32") == Path("/l/clv_xl/store")
    assert default_directory({"CLV_XL_STORE": "/s"}, "win32") == Path("/s")


def test_many_entries_are_not_looked_through_at_every_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 64th of the quota may be written before the whole directory is looked at again."""
    store = Store(tmp_path, quota_bytes=64 * 20_000)
    looks: list[Path] = []
    tidy = Store._tidy

    def counted(self: Store, keep: Path) -> None:
        looks.append(keep)
        tidy(self, keep)

    monkeypatch.setattr(Store, "_tidy", counted)
    for seed in range(20):  # about 8 KB each
        store.put(columns(seed))
    assert 5 <= len(looks) <= 8  # the first put, and each time 20,000 bytes have come
    for _ in range(20):
        store.put(columns(1))
    assert len(looks) <= 8  # what is there already takes no room


def test_a_key_that_is_wrong_further_on_destroys_nothing(tmp_path: Path) -> None:
    """The name of a file is 32 digits; a key with others behind them is no reason to remove it."""
    key = Store(tmp_path).put(columns(1))
    wrong = key[:32] + "0" * 32
    assert Store(tmp_path).read_encoded(wrong) is None
    with pytest.raises(CellError) as lost:
        Store(tmp_path).get(wrong)
    assert lost.value == LOST
    assert Store(tmp_path).get(key)
