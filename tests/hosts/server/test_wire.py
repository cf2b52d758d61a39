import hashlib

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl import texts
from clv_xl.cells import Block, Cell, Cells
from clv_xl.errors import CODES, NA, CellError
from clv_xl.hosts.server.refused import WireError
from clv_xl.hosts.server.wire import BINARY, JSON, Answer, Named, block_of, read, write
from clv_xl.orders.columnfile import encode

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(min_size=1, max_size=6),
    st.sampled_from([CellError(code, "input_error") for code in CODES]),
)


def section(*columns: list[Cell] | np.ndarray) -> bytes:
    """Return a range as it travels."""
    named = {str(i): Cells.of(column) for i, column in enumerate(columns)}
    return b"".join(map(bytes, encode(named)))


def binary(header: object, *sections: bytes) -> bytes:
    text = orjson.dumps(header)
    text += b" " * (-len(text) % 8)
    return b"CLVBATC1" + len(text).to_bytes(8, "little") + text + b"".join(sections)


def test_json_gives_language_groups_and_calls() -> None:
    batch = read(b'{"language":"pl","groups":[{"function":"CLV","calls":[[50,3,3],[50,3,null,true]]}]}', JSON)
    assert (batch.language, batch.calls) == ("pl", 2)
    assert batch.groups[0].function == "CLV"
    assert batch.groups[0].calls[1] == [50, 3, None, True]


def test_an_unknown_language_is_english() -> None:
    assert read(b'{"language":"sv","groups":[]}', JSON).language == "en"


def test_ranges_errors_and_rows_are_read() -> None:
    name = "a" * 64
    body = {
        "groups": [{"function": "X", "calls": [[{"range": name}, {"error": "#N/A"}, {"rows": [[1, ""]]}]]}]
    }
    named, error, rows = read(orjson.dumps(body), JSON).groups[0].calls[0]
    assert isinstance(named, Named)
    assert named.hash == name
    assert error == CellError(NA, "input_error")
    assert isinstance(rows, Block)
    assert rows.to_rows() == [[1.0, None]]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("", "JSON"),
        ("[]", "{}"),
        ('{"groups":{}}', "groups"),
        ('{"groups":[{"function":1,"calls":[]}]}', "groups[0].function"),
        ('{"groups":[{"function":"CLV"}]}', "groups[0].calls"),
        ('{"groups":[{"function":"CLV","calls":[{}]}]}', "groups[0].calls[0]"),
        ('{"groups":[{"function":"CLV","calls":[[[1]]]}]}', "groups[0].calls[0][0]"),
        ('{"groups":[{"function":"CLV","calls":[[1,{"range":"x"}]]}]}', "groups[0].calls[0][1]"),
        ('{"groups":[{"function":"CLV","calls":[[{"error":"#WHAT!"}]]}]}', "groups[0].calls[0][0]"),
        ('{"groups":[{"function":"CLV","calls":[[{"rows":[[1],[1,2]]}]]}]}', "groups[0].calls[0][0]"),
        ('{"groups":[{"function":"CLV","calls":[[{"rows":[]}]]}]}', "groups[0].calls[0][0]"),
        ('{"groups":[{"function":"CLV","calls":[[{"rows":[[[1]]]}]]}]}', "groups[0].calls[0][0]"),
        ('{"language":1,"groups":[]}', "language"),
    ],
)
def test_what_is_no_batch_is_refused_and_the_place_is_named(body: str, names: str) -> None:
    with pytest.raises(WireError) as caught:
        read(body.encode(), JSON)
    assert names in texts.sentence(caught.value)


def test_sections_come_as_they_were_sent() -> None:
    first, second = section(np.arange(5.0)), section(["a", None], [1.0, True])
    header = {"groups": [], "sections": [len(first), len(second)]}
    found = read(binary(header, first, second), BINARY).sections
    assert [hashlib.sha256(s).hexdigest() for s in found] == [
        hashlib.sha256(s).hexdigest() for s in (first, second)
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"CLVBATC1",
        b"CLVBATC2" + bytes(8),
        b"CLVBATC1" + (2**63).to_bytes(8, "little"),
        binary({"groups": [], "sections": [8]}),
        binary({"groups": [], "sections": [-8]}),
        binary({"groups": [], "sections": [4]}, b"1234"),
        binary({"groups": [], "sections": "8"}, b"12345678"),
        binary({"groups": []}, b"12345678"),
        binary([]),
    ],
)
def test_bytes_that_do_not_add_up_are_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        read(body, BINARY)


@given(st.integers(1, 4).flatmap(lambda w: st.lists(st.lists(CELLS, min_size=w, max_size=w), min_size=1)))
def test_a_section_holds_what_was_put_in(rows: list[list[Cell]]) -> None:
    columns = [[row[j] for row in rows] for j in range(len(rows[0]))]
    assert block_of(section(*columns)).to_rows() == Block.from_rows(rows).to_rows()


def test_the_numbers_of_a_section_are_not_copied() -> None:
    body = section(np.arange(1000.0))
    numbers = block_of(body).columns[0].numbers
    assert not numbers.flags.owndata
    assert np.shares_memory(numbers, np.frombuffer(body, np.uint8))


@pytest.mark.parametrize(
    "body",
    [
        section([1.0], [1.0, 2.0]),
        section([CellError(NA, "data_lost")]),
        section([]),
        b"CLVDATA1",
        b"",
    ],
)
def test_a_section_that_is_no_range_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        block_of(body)


def test_an_answer_is_exact_and_worded() -> None:
    answer = Answer("fi", 1000)
    error = CellError(NA, "data_lost", function="CLV.AOV")
    table = Block.from_rows([["a", 0.1], [None, error]])
    body = orjson.loads(
        write([[answer.result(v) for v in (1 / 3, "x", True, None, error, table)]], ["h"], "r")
    )
    said = {"error": NA, "key": "data_lost", "sentence": texts.sentence(error, "fi")}
    assert body == {
        "groups": [{"results": [1 / 3, "x", True, None, said, {"rows": [["a", 0.1], [None, said]]}]}],
        "unknown": ["h"],
        "request": "r",
    }


def test_a_result_too_large_for_excel_is_an_error_that_says_how_large() -> None:
    found = Answer("en", 1000).result(Block((Cells(np.arange(1000.0)),)))
    assert found["key"] == "server.result_too_large"
    assert Answer("en", 10_000).result(Block((Cells(np.arange(1000.0)),))) != found


@pytest.mark.parametrize(
    ("header", "words"),
    [
        pytest.param(
            {"columns": [{"name": str(i), "errors": []} for i in range(16_385)]}, "columns", id="columns"
        ),
        pytest.param({"columns": [{"name": "0", "errors": [["#N/A", "input_error", {}]] * 10}]}, "error"),
    ],
)
def test_what_no_range_holds_is_refused_before_it_is_made(header: object, words: str) -> None:
    """A sheet has 16,384 columns and errors of nine kinds: more would only take memory."""
    text = orjson.dumps({**header, "meta": {}})  # type: ignore[dict-item]
    text += b" " * (-len(text) % 8)
    with pytest.raises(WireError) as refused:
        block_of(b"CLVDATA1" + len(text).to_bytes(8, "little") + text)
    assert words in refused.value.params["reason"]


def test_a_text_longer_than_a_cell_holds_is_refused() -> None:
    """Excel: 32,767 letters. A megabyte in the dictionary of a short section can stand in every row."""
    assert block_of(section(["x" * 32_767, "y"])).height == 2
    with pytest.raises(WireError):
        block_of(section(["x" * 32_768, "y"]))


def test_a_name_of_a_function_has_an_end() -> None:
    """Names of megabytes are not searched for in the catalogue."""
    body = {"groups": [{"function": "A" * 256, "calls": []}]}
    with pytest.raises(WireError) as refused:
        read(orjson.dumps(body), JSON)
    assert refused.value.params["field"] == "groups[0].function"


def test_a_million_error_cells_are_no_million_objects() -> None:
    calls = [[{"error": "#N/A"}, {"error": "#NUM!"}, {"error": "#N/A"}]] * 2
    body = orjson.dumps({"groups": [{"function": "X", "calls": calls}]})
    first, second = read(body, JSON).groups[0].calls
    assert first[0] is first[2] is second[0]
    assert first[1] == CellError("#NUM!", "input_error")


def test_errors_that_differ_beyond_what_a_sentence_shows_are_worded_once() -> None:
    answer = Answer("en", 2**20)
    one, other = (CellError(NA, "source_not_configured", got="x" * 600 + end) for end in "ab")
    assert answer.error(one) is answer.error(other)
    short = CellError(NA, "source_not_configured", got="x")
    assert answer.error(short) is not answer.error(one)


def test_half_a_surrogate_pair_from_a_store_of_another_host_is_no_fault() -> None:
    """Python's texts may hold one, JSON and UTF-8 may not: a question mark stands for it."""
    answer = Answer("en", 2**20)
    table = answer.result(Block((Cells.of(["a\ud800", "ä"]), Cells.of([1.0, 2.0]))))
    error = answer.result(CellError(NA, "source_not_configured", got="@\ud800"))
    found = orjson.loads(write([[table, answer.result("\udc00x"), error]], [], "r"))["groups"][0]["results"]
    assert found[:2] == [{"rows": [["a?", 1.0], ["ä", 2.0]]}, "?x"]
    assert "@?" in found[2]["sentence"]


def test_a_column_of_errors_is_too_large_before_a_sentence_is_worded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole column of blanks in place of numbers: a million sentences that nobody would see."""
    errors = Cells.of([CellError(NA, "data_lost", row=i) for i in range(1000)])
    monkeypatch.setattr(Answer, "_rows", lambda *_: pytest.fail("worded"))
    assert Answer("en", 30_000).result(Block((errors,)))["key"] == "server.result_too_large"
