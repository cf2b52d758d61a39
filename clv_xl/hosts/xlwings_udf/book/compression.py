"""The compression of VBA source: [MS-OVBA] 2.4.1, run lengths within chunks of 4,096 bytes."""

import struct
from typing import Final

CHUNK: Final = 4096
_SIGNATURE: Final = 1
_RAW, _COMPRESSED = 0x3000, 0xB000


def compress(text: bytes) -> bytes:
    r"""Return a text as VBA stores it.

    A last chunk that grows when it is compressed is stored as it is, and the format then wants all its
    4,096 bytes: blanks fill it up, which VBA does not mind at the end of a source.

    Parameters
    ----------
    text : bytes
        Source in the code page of the project.

    Returns
    -------
    bytes
        The compressed container.

    Examples
    --------
    >>> compress(b"a" * 73).hex(" ")
    '01 03 b0 02 61 45 00'
    """
    chunks = (text[start : start + CHUNK] for start in range(0, len(text), CHUNK))
    return bytes([_SIGNATURE]) + b"".join(map(_chunk, chunks))


def _chunk(plain: bytes) -> bytes:
    packed = _packed(plain)
    if len(packed) > CHUNK:
        return struct.pack("<H", _RAW | CHUNK - 1) + plain.ljust(CHUNK)
    return struct.pack("<H", _COMPRESSED | len(packed) - 1) + packed


def _packed(plain: bytes) -> bytes:
    """Return the tokens of a chunk, eight under one byte of flags."""
    packed = bytearray()
    at = 0
    while at < len(plain):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if at >= len(plain):
                break
            offset, length = _repeated(plain, at)
            if length:
                flags |= 1 << bit
                tokens += struct.pack("<H", (offset - 1) << (16 - _offset_bits(at)) | (length - 3))
            else:
                length = 1
                tokens.append(plain[at])
            at += length
        packed.append(flags)
        packed += tokens
    return bytes(packed)


def _offset_bits(at: int) -> int:
    """Return how many bits of a copy token hold its offset: enough for any place before `at`, 4 at least."""
    return max((at - 1).bit_length(), 4)


def _repeated(plain: bytes, at: int) -> tuple[int, int]:
    """Return how far back the nearest of the longest repetitions begins, and its length; 0, 0 if none."""
    most = min((0xFFFF >> _offset_bits(at)) + 3, len(plain) - at)
    found, length = -1, 2
    while length < most:
        # The copy may run on into what it writes, hence the end beyond `at`.
        begins = plain.rfind(plain[at : at + length + 1], 0, at + length)
        if begins < 0:
            break
        found, length = begins, length + 1
        while length < most and plain[begins + length] == plain[at + length]:
            length += 1
    return (at - found, length) if found >= 0 else (0, 0)
