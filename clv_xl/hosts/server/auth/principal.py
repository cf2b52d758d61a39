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
    """A caller who is not let in: the HTTP status, and the key of a sentence.

    Parameters
    ----------
    status : int
        401: who calls is not known; 403: known and not allowed; 503: it cannot be found out now.
    key : str
        Key of the sentence.
    headers : mapping, optional
        Headers of the response, such as ``WWW-Authenticate``.
    **params
        What fills the sentence; never a part of a token.
    """

    def __init__(
        self, status: int, key: str, headers: Mapping[str, str] | None = None, **params: Any
    ) -> None:
        super().__init__(key, **params)
        self.status = status
        self.headers = dict(headers or {})
        self.args = (status, key, self.headers, params)


class Authenticator(Protocol):
    """Finds out who calls."""

    async def identify(self, headers: Mapping[str, str]) -> Principal:
        """Return the caller; raises AuthError."""
