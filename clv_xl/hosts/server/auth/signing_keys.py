"""The signing keys of a tenant kept in memory: fetched once for all who wait, seldom, and kept in need."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from clv_xl.hosts.server.auth.bearer import refused, unavailable
from clv_xl.hosts.server.auth.key_set import KeySetError, fetch

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

FRESH_S: Final = 6 * 3600.0
"""How long keys are used without asking again; Microsoft asks for once a day or oftener."""
KEPT_S: Final = 24 * 3600.0
"""How long they are used while they cannot be fetched: a key withdrawn must stop to count one day."""
PAUSE_S: Final = 60.0
"""Between two fetches, whatever tokens come: a flood of unknown keys must not become one at Microsoft."""
FIRST_PAUSE_S: Final = 5.0
"""Between two fetches as long as there are no keys and so nobody can be let in."""

_LOG = logging.getLogger(__name__)


class SigningKeys:
    """The public keys of one tenant.

    Parameters
    ----------
    address : str
        Address of the key set.
    issuer : str
        Whose keys they are.
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, address: str, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.address = address
        self._issuer = issuer
        self._clock = clock
        self._keys: Mapping[str, RSAPublicKey] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._failed = False
        self._task: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> "RSAPublicKey":
        """Return the key of an id.

        Raises
        ------
        AuthError
            401 if the tenant has no such key, 503 if its keys cannot be fetched.
        """
        key = self._usable().get(kid)
        if key is None:
            await self._refreshed()
            key = self._usable().get(kid)
        elif self._age() > FRESH_S:
            self._start()  # this caller need not wait for it
        if key is not None:
            return key
        if self._failed:
            raise unavailable("auth.entra_unreachable", round(self._pause()))
        raise refused("auth.entra_key")

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._clock() - self._fetched

    def _usable(self) -> "Mapping[str, RSAPublicKey]":
        return self._keys if self._age() <= KEPT_S else {}

    def _pause(self) -> float:
        return PAUSE_S if self._usable() else FIRST_PAUSE_S

    async def _refreshed(self) -> None:
        """Wait for the fetch that runs, or for one more if it is time for one."""
        task = self._start()
        if task is not None:
            await asyncio.shield(task)  # who gives up waiting does not stop it for the others

    def _start(self) -> "asyncio.Task[None] | None":
        """Return the fetch that runs, begun now if it is time for one."""
        if self._task is not None and not self._task.done():
            return self._task
        if self._tried is not None and self._clock() - self._tried < self._pause():
            return None
        self._tried = self._clock()
        self._task = asyncio.create_task(self._fetch())
        return self._task

    async def _fetch(self) -> None:
        """Fetch the keys in a thread; the old ones stay if that fails."""
        try:
            keys = await asyncio.to_thread(fetch, self.address, self._issuer)
        except KeySetError as error:
            self._failed = True
            _LOG.warning("signing keys of %s: %s", self.address, error)
        else:
            self._keys, self._fetched, self._failed = keys, self._clock(), False
