"""The ranges and orders of each tenant: in memory, and on disk where several processes share them."""

import hashlib
import re
from collections import Counter, OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from clv_xl.cells import Block
from clv_xl.errors import CellError
from clv_xl.hosts.server.auth.principal import Principal
from clv_xl.hosts.server.refused import WireError
from clv_xl.hosts.server.wire import block_of
from clv_xl.orders.memory import Memory
from clv_xl.orders.store import NAME_LENGTH, Store, default_directory

LOCAL: Final = "local"  # the tenant of a server that asks nobody: the store of the user
SMALLEST_FILE: Final = 64 * 1024  # below, sending a section again is cheaper than a file
PER_LABEL: Final = 80  # bytes that a Python string takes beside its letters
PER_COLUMN: Final = 700  # bytes that a column takes beside its arrays
PER_RANGE: Final = 1_000
MOST_STORES: Final = 1_000  # remembered, two a tenant
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one tenant keeps.

    Parameters
    ----------
    tenant : str
        Whose.
    orders : Store
        Columns of CLV.DATA; their texts stand in workbooks, so they outlive the process.
    ranges : Store
        Sections of ranges too large to be sent again lightly.
    memory : Memory
        Ranges as they were read, of all tenants.
    looked_up : Counter
        How many ranges came from where: "sent", "memory", "disk" or "nowhere".
    """

    tenant: str
    orders: Store
    ranges: Store
    memory: Memory
    looked_up: Counter[str] = field(default_factory=Counter)

    def put(self, section: bytes | memoryview) -> str:
        """Keep a section and return its hash.

        Raises
        ------
        WireError
            If it is no range.
        """
        key = hashlib.sha256(section).hexdigest()
        self.looked_up["sent"] += 1
        if self.kept(key) is None:
            if isinstance(section, memoryview) and 2 * section.nbytes < memoryview(section.obj).nbytes:
                section = bytes(section)  # or a small range would hold the whole body in memory
            block = block_of(section)
            self._keep(key, block, len(section))
            if len(section) >= SMALLEST_FILE:
                with suppress(CellError):  # a full disk: the client sends it again to the next process
                    self.ranges.put_encoded([section])
        return key

    def get(self, key: str) -> Block | None:
        """Return the range of a hash, None if it is not known (any more)."""
        found, where = self.kept(key), "memory"
        if found is None:
            found, where = self._read(key), "disk"
        self.looked_up["nowhere" if found is None else where] += 1
        return found

    def _read(self, key: str) -> Block | None:
        section = self.ranges.read_encoded(key) if _HASH.fullmatch(key) else None
        if section is None:
            return None
        try:
            found = block_of(section)
        except WireError:
            return None
        self._keep(key, found, len(section))
        return found

    def kept(self, key: str) -> Block | None:
        """Return the range of a hash if it is in memory."""
        found = self.memory.get(self.ranges.directory, key)
        assert found is None or isinstance(found, Block)
        return found

    def _keep(self, key: str, block: Block, size: int) -> None:
        labels = sum(len(column.labels) for column in block.columns)
        size += PER_RANGE + PER_COLUMN * block.width + PER_LABEL * labels
        self.memory.put(self.ranges.directory, key, block, size)


class Shelves:
    """The shelves of all tenants: one directory and one quota each, one memory together.

    Parameters
    ----------
    directory : Path, optional
        Where they are; the user's store if left out.
    memory_mb, store_mb : int
        Bounds of the memory of this process, and of the files of one tenant.
    max_age_days : float
        Days unused after which a file goes.
    """

    def __init__(
        self,
        directory: Path | None = None,
        memory_mb: int = 512,
        store_mb: int = 4096,
        max_age_days: float = 180.0,
    ) -> None:
        self.directory = directory or default_directory()
        self.memory = Memory(memory_mb * 1024**2, least=1)
        self._quota = store_mb * 1024**2
        self._max_age_days = max_age_days
        self._stores: OrderedDict[Path, Store] = OrderedDict()  # each knows when it looked at its files

    def of(self, principal: Principal) -> Shelf:
        """Return the shelf of a caller's tenant."""
        base = self.directory
        if principal.tenant != LOCAL:
            name = hashlib.sha256(principal.tenant.encode()).hexdigest()[:NAME_LENGTH]
            base = base / "tenants" / name
        return Shelf(
            principal.tenant,
            self._store(base if principal.tenant == LOCAL else base / "orders"),
            self._store(base / "ranges"),
            self.memory,
        )

    def _store(self, directory: Path) -> Store:
        if directory not in self._stores:
            self._stores[directory] = Store(directory, self._quota, self._max_age_days, self.memory)
            if len(self._stores) > MOST_STORES:
                self._stores.popitem(last=False)
        self._stores.move_to_end(directory)
        return self._stores[directory]
