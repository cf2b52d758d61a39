"""Authentication entra: users who signed in with Microsoft Entra ID, by the access token they bring.

What is checked is what Microsoft asks of a web API in "Access tokens in the Microsoft identity
platform" (Validate tokens): signature, issuer, audience, scope, tenant and time.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import jwt

from clv_xl.errors import UserError
from clv_xl.hosts.server.auth.bearer import bearer, not_allowed, refused
from clv_xl.hosts.server.auth.key_set import LONGEST_KID
from clv_xl.hosts.server.auth.nobody import loopback
from clv_xl.hosts.server.auth.principal import AuthError, Principal
from clv_xl.hosts.server.auth.signing_keys import SigningKeys

if TYPE_CHECKING:
    from clv_xl.hosts.server.settings import Settings

LEEWAY_S: Final = 60
"""How far the clocks of Microsoft and of this machine may lie apart."""
_ALGORITHM: Final = "RS256"
_OLD_ISSUER: Final = "https://sts.windows.net/{}/"  # of tokens of version 1.0
_REQUIRED: Final = ("exp", "iss", "aud", "tid", "oid")
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNREADABLE: Final = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
_SENTENCES: Final = (
    (jwt.ExpiredSignatureError, "auth.entra_expired"),
    (jwt.ImmatureSignatureError, "auth.entra_not_yet"),
    (jwt.InvalidAudienceError, "auth.entra_audience"),
    (jwt.InvalidSignatureError, "auth.entra_signature"),
    (jwt.InvalidAlgorithmError, "auth.entra_algorithm"),
    (jwt.MissingRequiredClaimError, "auth.entra_claims"),
)


@dataclass(frozen=True, slots=True)
class _Tenant:
    """A tenant whose users may call: the issuers of its tokens, and its keys."""

    issuers: frozenset[str]
    keys: SigningKeys


class Entra:
    """Identifies users of Microsoft Entra ID by their access tokens.

    Parameters
    ----------
    authority : str
        ``https://login.microsoftonline.com``, or that of a national cloud.
    tenants : sequence of str
        Ids (GUID) of the tenants whose users may call.
    audiences : sequence of str
        What tokens for this server name as their audience.
    scope : str
        The scope that a token must hold.
    clock : callable
        Seconds that never go back, for the age of the keys.
    """

    def __init__(
        self,
        authority: str,
        tenants: Sequence[str],
        audiences: Sequence[str],
        scope: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        base = authority.rstrip("/")
        self._audiences = frozenset(audiences)
        self._scope = scope
        self._tenants = {tenant: _tenant(base, tenant, clock) for tenant in map(str.casefold, tenants)}

    @classmethod
    def of(cls, settings: "Settings") -> "Entra":
        """Return what identifies users with the settings of a server; raises UserError."""
        client = (settings.entra_client_id or "").casefold()
        if not _GUID.fullmatch(client):
            raise UserError("auth.entra_client", name="entra_client_id")
        wrong = [tenant for tenant in settings.entra_tenants if not _GUID.fullmatch(tenant.casefold())]
        if not settings.entra_tenants:
            raise UserError("auth.entra_no_tenants", name="entra_tenants")
        if wrong:
            raise UserError("auth.entra_bad_tenant", name="entra_tenants", got=wrong[0])
        parts = urlsplit(settings.entra_authority)
        if parts.scheme != "https" and not (parts.scheme == "http" and loopback(parts.hostname or "")):
            raise UserError("auth.entra_authority", name="entra_authority", got=settings.entra_authority)
        host = urlsplit(settings.public_address).netloc
        named = settings.entra_audience
        uris = (named,) if named else (f"api://{client}", f"api://{host}/{client}")
        audiences = (client, *uris)  # tokens of version 2.0 name the id, whatever the URI is
        return cls(settings.entra_authority, settings.entra_tenants, audiences, settings.entra_scope)

    async def identify(self, headers: Mapping[str, str]) -> Principal:
        """Return the user who brings a token.

        Raises
        ------
        AuthError
            401 without a valid token, 403 for another tenant or without the scope, 503 if the keys of
            the tenant cannot be fetched.
        """
        token = bearer(headers)
        kid, tid = _unverified(token)
        tenant = self._tenants.get(tid)
        if tenant is None:
            raise not_allowed("auth.entra_tenant")
        key = await tenant.keys.find(kid)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],  # never what the token names
                audience=self._audiences,
                leeway=LEEWAY_S,
                options={"require": list(_REQUIRED), "verify_iss": False},
            )
        except _UNREADABLE as error:
            raise _worded(error) from error
        return self._allowed(claims, tid, tenant)

    def _allowed(self, claims: Mapping[str, Any], tid: str, tenant: _Tenant) -> Principal:
        """Return the user of a token whose signature, audience and time are right."""
        # Compared here and exactly: PyJWT 2.10.0 took a part of the issuer for the whole.
        if not isinstance(claims["iss"], str) or claims["iss"] not in tenant.issuers:
            raise refused("auth.entra_issuer")
        oid = _guid(claims["oid"])
        if _guid(claims["tid"]) != tid or not oid:
            raise refused("auth.entra_claims")
        scopes = claims.get("scp")
        if not isinstance(scopes, str) or self._scope not in scopes.split():
            raise not_allowed("auth.entra_scope", scope=self._scope, wanted=self._scope)
        return Principal(tid, oid)


def _tenant(base: str, tenant: str, clock: Callable[[], float]) -> _Tenant:
    issuer = f"{base}/{tenant}/v2.0"
    keys = SigningKeys(f"{base}/{tenant}/discovery/v2.0/keys", issuer, clock)
    return _Tenant(frozenset((issuer, _OLD_ISSUER.format(tenant))), keys)


def _unverified(token: str) -> tuple[str, str]:
    """Return which key of which tenant a token claims to be signed with; nothing more is believed."""
    try:
        parts = jwt.decode_complete(token, options={"verify_signature": False})
    except _UNREADABLE as error:
        raise refused("auth.entra_unreadable") from error
    header, claims = parts["header"], parts["payload"]
    if header.get("alg") != _ALGORITHM:
        raise refused("auth.entra_algorithm")
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        raise refused("auth.entra_key")
    return kid, _guid(claims.get("tid"))


def _guid(value: object) -> str:
    """Return a GUID in small letters; empty for anything else."""
    text = value.casefold() if isinstance(value, str) else ""
    return text if _GUID.fullmatch(text) else ""


def _worded(error: Exception) -> AuthError:
    """Return the refusal for what PyJWT found; its own text may quote the token."""
    return refused(
        next((key for kind, key in _SENTENCES if isinstance(error, kind)), "auth.entra_unreadable")
    )
