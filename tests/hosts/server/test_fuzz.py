"""Bodies that are no batches: refused with a sentence, whatever they hold, and nothing of them stays."""

import gc
import hashlib
import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.run import run
from clv_xl.cells import Block
from clv_xl.errors import CellError
from clv_xl.hosts.server.auth.principal import Principal
from clv_xl.hosts.server.ranges import Shelves
from clv_xl.hosts.server.refused import TooLargeError, WireError
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.wire import BINARY, JSON, block_of
from clv_xl.hosts.server.work import Job, Limits
from tests.hosts.server.running import Running, body, running, section

SOMEBODY = Principal("t", "u")
FUNCTIONS = ("CLV.AOV", "CLV.SUMMARY", "CLV.CHECK", "CLV.FREQUENCY", "CLV", "CLV.DATA")
GOOD = section(
    Block.from_rows(
        [
            ["customer", "date", "amount"],
            ["a", 45000, 1.5],
            ["b", 45001, True],
            [None, "x", CellError("#N/A", "input_error")],
        ]
    )
)
NAME = {"range": hashlib.sha256(GOOD).hexdigest()}
BATCH = body([{"function": name, "calls": [[NAME]]} for name in FUNCTIONS], [GOOD])

numbers = st.one_of(
    st.integers(-(2**70), 2**70),
    st.sampled_from([-8, -1, 0, 1, 2, 3, 8, 16, 24, 32, 2**31, 2**32, 2**53, 2**63 - 1, 2**63]),
    st.floats(),
    st.booleans(),
)
odd: st.SearchStrategy[Any] = st.one_of(
    numbers, st.none(), st.text(max_size=3), st.lists(st.integers(0, 9), max_size=3), st.just({})
)
texts = st.lists(
    st.one_of(st.sampled_from(["", "a", "A ", "customer", "date", "\x00", "é", "1e5"]), st.text(max_size=8)),
    max_size=4,
)
errors = st.lists(
    st.one_of(
        st.just(["#N/A", "input_error", {}]),
        st.lists(st.one_of(st.sampled_from(["#N/A", "#X", "input_error", "expected"]), odd), max_size=4),
        odd,
    ),
    max_size=3,
)
offsets = st.one_of(st.integers(-1, 5).map(lambda n: 8 * n), st.integers(0, 100), st.none(), odd)
columns = st.fixed_dictionaries(
    {
        "name": st.one_of(st.sampled_from(["0", "1", "2"]), odd),
        "rows": st.one_of(st.integers(0, 4), odd),
        "labels": st.one_of(texts, odd),
        "errors": errors,
        "numbers": offsets,
        "tags": offsets,
        "codes": offsets,
    }
)
doubles = st.one_of(
    st.floats(), st.sampled_from([float("nan"), float("inf"), -0.0, 5e-324, 45000.0, 1e308, 1.0])
).map(lambda x: struct.pack("<d", x))
small_codes = st.lists(st.integers(-2, 3), min_size=2, max_size=2).map(lambda c: struct.pack("<2i", *c))
tags = st.lists(st.integers(0, 5), min_size=8, max_size=8).map(bytes)
arrays = st.lists(st.one_of(doubles, small_codes, tags, st.binary(min_size=8, max_size=8)), max_size=8).map(
    b"".join
)


def laid_out(described: Any, data: bytes, lie: int = 0) -> bytes:
    header = json.dumps(described).encode()
    header += b" " * (-len(header) % 8)
    return b"CLVDATA1" + (max(len(header) + lie, 0)).to_bytes(8, "little") + header + data


@st.composite
def sections(draw: st.DrawFn) -> bytes:
    """Draw a section whose header and arrays may lie."""
    described = draw(st.lists(columns, max_size=3))
    if draw(st.booleans()):  # more often: columns that fit one another
        rows = draw(st.integers(1, 4))
        for i, column in enumerate(described):
            column |= {"name": str(i), "rows": rows}
    header: Any = {"meta": {}, "columns": described}
    if draw(st.integers(0, 9)) == 0:
        header = draw(st.one_of(odd, st.just({"columns": described}), st.just({"meta": {}})))
    return laid_out(header, draw(arrays), draw(st.sampled_from([0] * 8 + [8, -8])))


@st.composite
def mutated(draw: st.DrawFn, good: bytes) -> bytes:
    """Draw a body with some bytes changed, left out, repeated or added."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 24))
        change = draw(st.sampled_from(["set", "cut", "repeat", "end"]))
        if change == "set":
            data[at : at + length] = draw(st.binary(min_size=length, max_size=length))
        elif change == "cut":
            del data[at : at + length]
        elif change == "repeat":
            data[at:at] = data[at : at + length]
        else:
            del data[at:]
    return bytes(data)


def nested(depth: int) -> bytes:
    return b'{"groups":' + b"[" * depth + b"]" * depth + b"}"


bodies = st.one_of(
    st.binary(max_size=200),
    mutated(BATCH),
    st.binary(max_size=64).map(lambda data: b"CLVBATC1" + data),
    sections().map(
        lambda data: body(
            [{"function": f, "calls": [[{"range": hashlib.sha256(data).hexdigest()}]]} for f in FUNCTIONS],
            [data],
        )
    ),
    st.integers(0, 3000).map(nested),
    st.recursive(
        odd,
        lambda inner: st.dictionaries(
            st.sampled_from(
                ["groups", "function", "calls", "rows", "range", "error", "sections", "language"]
            ),
            st.one_of(inner, st.lists(inner, max_size=3)),
            max_size=4,
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
)


def answered(content: bytes, media_type: str, folder: Path) -> Any:
    """Return the answer of a body as the server makes it; raises what refuses it."""
    limits = Limits.of(Settings())
    job = Job.of(content, media_type, SOMEBODY, Shelves(folder).of(SOMEBODY), limits, time.monotonic() + 60)
    job.perform()
    return json.loads(job.finish("r"))


def faults(found: Any) -> list[Any]:
    """Return the results that show a fault of the program."""
    results = [result for group in found["groups"] for result in group["results"]]
    return [r for r in results if isinstance(r, dict) and r.get("key") == "internal"]


FUZZ = settings(max_examples=1500, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@given(content=bodies, media_type=st.sampled_from([JSON, BINARY, BINARY, BINARY]))
@example(content=nested(100_000), media_type=JSON)
@example(
    content=b'{"groups":[{"function":"CLV","calls":[["clv:orders:'
    + b"0" * 32
    + b":"
    + b"9" * 5000
    + b'"]]}]}',
    media_type=JSON,
)
@FUZZ
def test_a_body_is_refused_or_answered(content: bytes, media_type: str, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    try:
        found = answered(content, media_type, folder)
    except (WireError, TooLargeError):
        return
    assert faults(found) == []


@pytest.mark.slow
@given(data=sections())
@FUZZ
def test_a_section_is_refused_or_holds_cells_that_every_function_takes(data: bytes) -> None:
    try:
        block = block_of(data)
    except WireError:
        return
    assert block.height > 0
    rows = block.to_rows()
    assert len(rows) == block.height
    for name in FUNCTIONS[:-1]:
        found = run(CATALOGUE[name], [block, 3, 3] if name == "CLV" else [block])
        assert not isinstance(found, CellError) or found.key != "internal", found


def column(**changes: Any) -> dict[str, Any]:
    plain = {"name": "0", "rows": 2, "labels": [], "errors": [], "numbers": 0, "tags": None, "codes": None}
    return {**plain, **changes}


DATA = np.array([1.0, 2.0]).tobytes()
NAN = np.array([1.0, np.nan]).tobytes()
LIES = {
    "rows without arrays": ([column(rows=10**9, numbers=None)], b""),
    "rows beyond arrays": ([column(rows=10**9)], DATA),
    "rows that are no number": ([column(rows=True)], DATA),
    "rows that are no whole number": ([column(rows=2.0)], DATA),
    "rows below nothing": ([column(rows=-1)], DATA),
    "no rows": ([column(rows=0)], DATA),
    "no columns": ([], DATA),
    "an offset behind the end": ([column(numbers=8)], DATA),
    "an offset before the beginning": ([column(numbers=-8)], DATA),
    "a column twice": ([column(), column(numbers=16)], DATA * 2),
    "columns of different height": ([column(), column(name="1", rows=1, numbers=16)], DATA * 2),
    "one array for two columns": ([column(), column(name="1")], DATA),
    "a number that is none": ([column()], NAN),
    "a tag of no kind": ([column(numbers=None, tags=0)], bytes([1, 5, 0, 0, 0, 0, 0, 0])),
    "a text without a code": ([column(numbers=None, tags=0, labels=["a"])], bytes([2, 2, 0, 0, 0, 0, 0, 0])),
    "a code without a text": (
        [column(numbers=None, tags=0, codes=8, labels=["a"])],
        bytes([2, 2, 0, 0, 0, 0, 0, 0]) + struct.pack("<2i", 0, 1),
    ),
    "a code below nothing": (
        [column(numbers=None, tags=0, codes=8, labels=["a"])],
        bytes([2, 2, 0, 0, 0, 0, 0, 0]) + struct.pack("<2i", 0, -1),
    ),
    "an error without a code": (
        [column(numbers=None, tags=0, codes=8)],
        bytes([4, 1, 0, 0, 0, 0, 0, 0]) + struct.pack("<2i", 0, -1),
    ),
    "an error of our own making": ([column(errors=[["#N/A", "internal", {"got": "x"}]])], DATA),
    "an error of no code": ([column(errors=[["#BAD!", "input_error", {}]])], DATA),
    "a label that is no text": ([column(labels=[1])], DATA),
    "an empty label": ([column(labels=[""])], DATA),
    "more labels than rows": ([column(labels=["a", "b", "c"])], DATA),
    "labels that are one text": ([column(labels={"a": 1})], DATA),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_section_that_lies_is_refused(lie: str) -> None:
    described, data = LIES[lie]
    with pytest.raises(WireError) as error:
        block_of(laid_out({"meta": {}, "columns": described}, data))
    assert error.value.key == "server.section"


def test_a_section_that_tells_the_truth_is_read() -> None:
    """The same layout without a lie: what refuses the lies refuses no more."""
    described = [column(), column(name="1", numbers=16)]
    assert block_of(laid_out({"meta": {}, "columns": described}, DATA * 2)).to_rows() == [
        [1.0, 1.0],
        [2.0, 2.0],
    ]


def test_blank_columns_take_no_memory() -> None:
    """A byte of a blank column would else be eight of numbers that are none."""
    rows = 1_000_000
    described = [column(name=str(i), rows=rows, numbers=None, tags=rows * i) for i in range(8)]
    block = block_of(laid_out({"meta": {}, "columns": described}, b"\1" * (8 * rows)))
    assert (block.height, block.width) == (rows, 8)
    assert all(cells.numbers.strides == (0,) for cells in block.columns)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running({"memory_mb": 8, "store_mb": 8, "max_body_mb": 4, "user_calls_per_minute": 10**9}) as found:
        yield found


@pytest.mark.slow
def test_a_server_outlives_thousands_of_bodies_and_keeps_nothing_of_them(server: Running) -> None:
    headers = {"content-type": BINARY}
    seen: set[int] = set()

    def send(content: bytes) -> None:
        answer = server.client.post("/v1/batch", content=content, headers=headers)
        seen.add(answer.status_code)
        assert answer.status_code in {200, 400, 413}, answer.text
        if answer.status_code != 200:
            assert answer.json()["sentence"]

    @given(content=bodies)
    @settings(max_examples=400, suppress_health_check=list(HealthCheck))
    def refuses(content: bytes) -> None:
        send(content)

    refuses()
    assert seen >= {200, 400}
    rng = np.random.default_rng(1)

    def many(count: int) -> None:
        """Send bodies of which none is like another: half of them broken, some of them large."""
        for i in range(count):
            data = section(Block.from_columns(rng.random(20_000 if i % 50 == 0 else 2_000)))
            content = bytearray(body([{"function": "CLV.AOV", "calls": [[NAME]]}], [data]))
            if i % 2:
                content[int(rng.integers(0, len(content)))] ^= 0xFF
            send(bytes(content))

    many(1_500)  # memory and store are full now
    before = server.memory_kb()
    many(1_500)
    gc.collect()
    assert server.memory_kb() - before < 8_000
    assert server.batch(("CLV", [[50, 3, 3]]))["groups"] == [{"results": [450.0]}]  # 50 x 3 x 3
    assert "a fault of the program" not in server.log()
