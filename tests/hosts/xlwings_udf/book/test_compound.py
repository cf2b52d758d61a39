"""The compound file and the compression, read back by programs of others."""

import io
import random
from collections.abc import Mapping

import olefile  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.hosts.xlwings_udf.book.compound import HEADER_FATS, SECTOR, Tree, compound_file
from clv_xl.hosts.xlwings_udf.book.compression import CHUNK, compress
from tests.hosts.xlwings_udf.book import reading


def decompressed(container: bytes) -> bytes:
    """Undo the compression, after [MS-OVBA] 2.4.1.3, and refuse what it forbids."""
    assert container[0] == 1
    out, at = bytearray(), 1
    while at < len(container):
        header = int.from_bytes(container[at : at + 2], "little")
        end, at = at + (header & 0x0FFF) + 3, at + 2
        assert header >> 12 & 7 == 3
        assert end <= len(container)
        start = len(out)
        if not header & 0x8000:
            assert end - at == CHUNK
            out += container[at:end]
            at = end
        while at < end:
            flags, at = container[at], at + 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(container[at])
                    at += 1
                    continue
                token = int.from_bytes(container[at : at + 2], "little")
                at += 2
                bits = max((len(out) - start - 1).bit_length(), 4)
                offset, length = (token >> (16 - bits)) + 1, (token & (0xFFFF >> bits)) + 3
                assert offset <= len(out) - start
                for _ in range(length):
                    out.append(out[-offset])
        assert len(out) - start == CHUNK or at == len(container)
        assert len(out) - start <= CHUNK
    return bytes(out)


@pytest.mark.parametrize(
    ("text", "container"),
    [  # [MS-OVBA] 3.2.1 to 3.2.3
        (
            b"abcdefghijklmnopqrstuv.",
            "01 19 b0 00 61 62 63 64 65 66 67 68 00 69 6a 6b 6c 6d 6e 6f 70 00 71 72 73 74 75 76 2e",
        ),
        (
            b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
            (
                "01 2f b0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6a 01 38 08 61 6b 6c 00 20 6d "
                "6e 6f 70 06 71 02 70 04 00 72 73 74 75 76 10 77 78 79 7a 00 2c"
            ),
        ),
        (b"a" * 73, "01 03 b0 02 61 45 00"),
    ],
)
def test_the_examples_of_the_definition_compress_to_its_bytes(text: bytes, container: str) -> None:
    assert compress(text).hex(" ") == container


TEXTS = st.one_of(
    st.binary(max_size=300),
    st.text("ab \n", max_size=9000).map(str.encode),
    st.tuples(st.sampled_from((1, 2, 3)), st.integers(-3, 3), st.integers(2, 97), st.integers(0, 2**32)).map(
        lambda t: bytes(random.Random(t[3]).choices(range(32, 32 + t[2]), k=CHUNK * t[0] + t[1]))
    ),
)


@given(TEXTS)
def test_what_is_compressed_comes_back(text: bytes) -> None:
    back = decompressed(compress(text))
    assert back[: len(text)] == text
    assert back[len(text) :].strip(b" ") == b""
    if text:
        assert reading.decompressed(compress(text)) == back


@pytest.mark.parametrize("length", [3640, 3641, 4095, 4096, 4097, 8191, 8192, 8193])
def test_what_does_not_compress_is_stored_in_whole_chunks(length: int) -> None:
    text = random.Random(length).randbytes(length)
    back = decompressed(compress(text))
    assert back == text.ljust(length if length % CHUNK <= 3640 else -(-length // CHUNK) * CHUNK)


def files(tree: Tree, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], bytes]:
    found = {}
    for name, content in tree.items():
        if isinstance(content, bytes):
            found[*above, name] = content
        else:
            found.update(files(content, (*above, name)))
    return found


SIZES = (0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 70_000)


@pytest.mark.parametrize("size", SIZES)
def test_a_stream_of_any_size_reads_back(size: int) -> None:
    tree: Mapping[str, bytes] = {"One": random.Random(size).randbytes(size), "Two": b"2"}
    assert reading.streams(compound_file(tree)) == files(tree)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 9000), max_size=60), st.randoms(use_true_random=False))
def test_any_number_of_streams_reads_back(sizes: list[int], draw: random.Random) -> None:
    inner = {f"Module{'x' * draw.randrange(20)}{i}": draw.randbytes(size) for i, size in enumerate(sizes)}
    tree: Tree = {"VBA": inner, "PROJECT": b"text", "Empty": {}}
    assert reading.streams(compound_file(tree)) == files(tree)


def test_each_stream_is_found_by_the_search_that_the_directory_is_sorted_for() -> None:
    """Shorter names first, then capital letters: Windows finds a stream by walking down this tree."""
    names = ["dir", "_VBA_PROJECT", "Sheet1", "Sheet10", "ThisWorkbook", "ClvCall", "clvTexts", "A", "b"]
    with olefile.OleFileIO(io.BytesIO(compound_file({name: name.encode() for name in names}))) as ole:
        entries = ole.direntries

        def search(name: str) -> str | None:
            at = entries[0].sid_child
            while at != olefile.NOSTREAM:
                entry = entries[at]
                here, wanted = (len(entry.name), entry.name.upper()), (len(name), name.upper())
                if here == wanted:
                    return str(entry.name)
                at = entry.sid_left if wanted < here else entry.sid_right
            return None

        assert [search(name) for name in names] == names


def test_a_file_of_several_megabytes_has_its_table_in_the_header() -> None:
    tree = {"Big": random.Random(1).randbytes(6_000_000), "Small": b"x"}
    made = compound_file(tree)
    assert int.from_bytes(made[44:48], "little") == -(-len(made) // SECTOR // 128)
    assert reading.streams(made) == files(tree)
    tables = [int.from_bytes(made[76 + 4 * i : 80 + 4 * i], "little") for i in range(HEADER_FATS)]
    own = [sector for sector in tables if sector != 0xFFFFFFFF]
    table = b"".join(made[(sector + 1) * SECTOR : (sector + 2) * SECTOR] for sector in own)
    marks = [table[4 * sector : 4 * sector + 4] for sector in own]
    assert marks == [b"\xfd\xff\xff\xff"] * len(own)  # [MS-CFB] 2.1: FATSECT


def test_a_file_that_the_header_cannot_address_is_refused() -> None:
    with pytest.raises(ValueError, match="more than the header"):
        compound_file({"Big": bytes(HEADER_FATS * 128 * SECTOR)})


@pytest.mark.parametrize("name", ["", "a/b", "a\\b", "a:b", "a!b", "x" * 32])
def test_a_name_that_cannot_stand_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        compound_file({name: b""})


def test_names_that_differ_by_capitals_only_are_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        compound_file({"Name": b"", "NAME": b""})
