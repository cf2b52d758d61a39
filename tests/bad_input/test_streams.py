"""Streams that are closed or begin with a byte order mark: the answer or silence, never a traceback."""

import os
import subprocess
import sys

import pytest

PROGRAM = f'"{sys.executable}" -m clv_xl'
UNIX = pytest.mark.skipif(os.name == "nt", reason="a shell of Unix closes the streams")


def shell(command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, shell=True, input=given, capture_output=True, check=False)  # noqa: S602  fixed text


@UNIX
@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("functions >&-", 0),
        ("call 'CLV(50,3,-3)' >&-", 1),
        ("call 'CLV(50,3,-3)' 2>&-", 1),
        ("call 'CLV(50,3,3)' >&- 2>&-", 0),
        ("calc nothing.xlsx >&- 2>&-", 2),
        ("call - <&-", 0),
        ("store clear <&- >&- 2>&-", 2),
    ],
)
def test_a_closed_stream_is_nowhere(words: str, status: int) -> None:
    if words.startswith("store"):  # an empty store is cleared without a question
        shell(f"{PROGRAM} call 'CLV.DATA({{\"A\"}},{{45332}},{{50}})'")
    done = shell(f"{PROGRAM} {words}")
    assert b"Traceback" not in done.stderr
    assert b"fault" not in done.stderr
    assert done.returncode == status


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_formulas_of_a_file_written_on_windows(end: bytes) -> None:
    done = shell(f"{PROGRAM} call -", b"\xef\xbb\xbfCLV(50,3,3)\r\nCLV(1,1,1)" + end)
    assert done.stderr == b""
    assert done.stdout.split() == [b"450", b"1"]
