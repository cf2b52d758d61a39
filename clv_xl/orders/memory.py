"""What a process keeps in memory of what can be read again: the least used goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class Memory:
    """A bounded memory, shared by threads.

    Parameters
    ----------
    most_bytes : int
        Bytes beyond which what was unused for longest goes.
    least : int
        Number of things that stay however large they are.
    """

    def __init__(self, most_bytes: int = 0, least: int = 4) -> None:
        self.most_bytes = most_bytes
        self.least = least
        self._kept: OrderedDict[tuple[Hashable, Hashable], tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, place: Hashable, key: Hashable) -> Any:
        """Return what is kept under a key of a place, None if nothing is."""
        with self._lock:
            found = self._kept.get((place, key))
            if found is None:
                return None
            self._kept.move_to_end((place, key))
            return found[0]

    def put(self, place: Hashable, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of about `size` bytes."""
        with self._lock:
            self._drop((place, key))
            self._kept[place, key] = value, size
            self._bytes += size
            while self._bytes > self.most_bytes and len(self._kept) > self.least:
                self._drop(next(iter(self._kept)))

    def drop(self, place: Hashable, key: Hashable) -> None:
        """Forget one key."""
        with self._lock:
            self._drop((place, key))

    def clear(self, place: Hashable) -> None:
        """Forget a whole place."""
        with self._lock:
            for key in [k for k in self._kept if k[0] == place]:
                self._drop(key)

    @property
    def size(self) -> int:
        """Bytes kept, as they were stated."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._kept)

    def _drop(self, key: tuple[Hashable, Hashable]) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._bytes -= found[1]
