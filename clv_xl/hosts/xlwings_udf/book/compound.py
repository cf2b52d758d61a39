"""A compound file: the small file system inside one file that holds a VBA project.

Written after [MS-CFB], version 3: sectors of 512 bytes. A stream of less than 4,096 bytes lives in the
mini stream, in sectors of 64 bytes. The same content gives the same bytes: no times, no random numbers.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"

SECTOR: Final = 512
MINI_SECTOR: Final = 64
CUTOFF: Final = 4096  # a stream shorter than this lives in the mini stream
HEADER_FATS: Final = 109  # how many sectors of the allocation table the header itself names
LONGEST_NAME: Final = 31

_FREE: Final = 0xFFFFFFFF  # of a sector: unused; of an entry: no other entry
_END: Final = 0xFFFFFFFE
_IS_FAT: Final = 0xFFFFFFFD
_NOTHING, _STORAGE, _STREAM, _ROOT = 0, 1, 2, 5
_BLACK: Final = 1
_SIGNATURE: Final = bytes.fromhex("d0cf11e0a1b11ae1")


def compound_file(tree: Tree) -> bytes:
    r"""Return a compound file.

    Parameters
    ----------
    tree : mapping
        Name to content: bytes are a stream, a mapping is a storage. Names have 1 to 31 letters, none of
        them ``/ \ : !``, and differ within a storage by more than capitals.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ValueError
        If a name cannot stand, or the content exceeds what the header can address (about 7 MB).

    Examples
    --------
    >>> made = compound_file({"VBA": {"dir": b"..."}, "PROJECT": b"ID"})
    >>> len(made) % 512, made[:4].hex()
    (0, 'd0cf11e0')
    """
    entries = _entries(tree)
    sectors = _Sectors(SECTOR)
    mini = _Sectors(MINI_SECTOR)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.size = len(entry.content)
            entry.start = (mini if entry.size < CUTOFF else sectors).add(entry.content)
    root = entries[0]
    root.size, root.start = len(mini.data), sectors.add(bytes(mini.data))
    mini_table = mini.table()
    mini_table_start = sectors.add(mini_table)
    directory_start = sectors.add(_directory(entries))
    tables = sectors.add_own_table()
    header = _SIGNATURE + struct.pack(
        "<16x5H6x9I",
        *(0x3E, 3, 0xFFFE, 9, 6),  # minor and major version, little endian, 2**9 and 2**6 bytes a sector
        *(0, len(tables), directory_start, 0, CUTOFF),
        *(mini_table_start, len(mini_table) // SECTOR),
        *(_END, 0),  # no sectors that name further sectors of the table
    )
    named = [*tables, *[_FREE] * (HEADER_FATS - len(tables))]
    return header + struct.pack(f"<{HEADER_FATS}I", *named) + bytes(sectors.data)


class _Sectors:
    """Sectors of one size in a row, and the table that chains them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.data = bytearray()
        self.next: list[int] = []

    def add(self, content: bytes) -> int:
        """Append a content, filled up with NUL, and return its first sector; no sector for nothing."""
        count = -(-len(content) // self.size)
        if not count:
            return _END
        first = len(self.next)
        self.data += content.ljust(count * self.size, b"\0")
        self.next += [*range(first + 1, first + count), _END]
        return first

    def table(self) -> bytes:
        """Return the table as it is stored: whole sectors of the file."""
        packed = struct.pack(f"<{len(self.next)}I", *self.next)
        return packed.ljust(-(-len(packed) // SECTOR) * SECTOR, b"\xff")

    def add_own_table(self) -> range:
        """Append the table, which has entries for its own sectors too, and return these."""
        per_sector = self.size // 4
        count = 1
        while -(-(len(self.next) + count) // per_sector) > count:
            count += 1
        if count > HEADER_FATS:
            message = f"{len(self.data)} bytes are more than the header of a compound file can address"
            raise ValueError(message)
        first = len(self.next)
        self.next += [_IS_FAT] * count
        self.data += self.table()
        return range(first, first + count)


@dataclass(eq=False)
class _Entry:
    """One entry of the directory; the others are named by their numbers."""

    name: str
    kind: int
    content: bytes = b""
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE
    start: int = 0
    size: int = 0
    inner: list[int] = field(default_factory=list)

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0" if self.name else b""
        links = (self.left, self.right, self.child)
        head = struct.pack("<64sHBB3I", name, len(name), self.kind, _BLACK if self.name else 0, *links)
        return head + bytes(16 + 4 + 8 + 8) + struct.pack("<IQ", self.start, self.size)


def _entries(tree: Tree) -> list[_Entry]:
    entries = [_Entry("Root Entry", _ROOT)]

    def grow(parent: _Entry, inside: Tree) -> None:
        for name in _checked(inside):
            content = inside[name]
            parent.inner.append(len(entries))
            if isinstance(content, bytes):
                entries.append(_Entry(name, _STREAM, content))
            else:
                storage = _Entry(name, _STORAGE)
                entries.append(storage)
                grow(storage, content)
        parent.child = _balanced(entries, parent.inner)

    grow(entries[0], tree)
    return entries


def _balanced(entries: Sequence[_Entry], numbers: Sequence[int]) -> int:
    """Link sorted siblings into a search tree and return its top.

    The format wants a red-black tree and names all nodes black as the simplest lawful one.
    """
    if not numbers:
        return _FREE
    middle = len(numbers) // 2
    top = entries[numbers[middle]]
    top.left = _balanced(entries, numbers[:middle])
    top.right = _balanced(entries, numbers[middle + 1 :])
    return numbers[middle]


def _checked(inside: Tree) -> list[str]:
    """Return the names in the order of the format: the shorter first, then by capital letters."""
    seen: set[str] = set()
    for name in inside:
        if not 1 <= len(name.encode("utf-16-le")) // 2 <= LONGEST_NAME or set(name) & set("/\\:!"):
            message = f"{name!r} cannot name a part of a compound file"
            raise ValueError(message)
        if name.upper() in seen:
            message = f"{name!r} stands twice in a storage of the compound file"
            raise ValueError(message)
        seen.add(name.upper())
    return sorted(inside, key=lambda name: (len(name.encode("utf-16-le")), name.upper()))


def _directory(entries: Sequence[_Entry]) -> bytes:
    return b"".join(entry.packed() for entry in (*entries, *_unused(-len(entries) % 4)))


def _unused(count: int) -> Iterator[_Entry]:
    return (_Entry("", _NOTHING) for _ in range(count))
