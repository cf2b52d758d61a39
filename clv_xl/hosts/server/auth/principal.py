"""Who calls, and what finds that out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from clv_xl.errors import UserError


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls.

    Parameters
    ----------
    tenant : str
        Whose data it is: ranges and orders are kept apart by tenant.
    user : str
        The caller within the tenant; requests are counted by user.
    """

    tenant: str
    user: str

    def __str__(self) -> str:
        return f"{self.tenant}/{self.user}"


class AuthError(UserError):
    """A caller who is not let in: the HTTP status, and the key of a sentence."""

    def __init__(self, status: int, key: str, **params: Any) -> None:
        super().__init__(key, **params)
        self.status = status


class Authenticator(Protocol):
    """Finds out who calls."""

    async def identify(self, headers: Mapping[str, str]) -> Principal:
        """Return the caller; raises AuthError."""
