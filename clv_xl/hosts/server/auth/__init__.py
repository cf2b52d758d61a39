"""Who may call: nobody but this machine, holders of a token, or users of Microsoft Entra ID."""

from typing import TYPE_CHECKING

from clv_xl.errors import UserError
from clv_xl.hosts.server.auth.nobody import Nobody, loopback

if TYPE_CHECKING:
    from clv_xl.hosts.server.auth.principal import Authenticator
    from clv_xl.hosts.server.settings import Settings


def authenticator_of(settings: "Settings") -> "Authenticator":
    """Return what identifies the callers of a server with these settings.

    Raises
    ------
    UserError
        If a setting is missing or cannot be used: without authentication only this machine is
        served, and Entra ID needs tenants and the id of the application.
    """
    if settings.auth == "none":
        if not loopback(settings.host):
            raise UserError("auth.none_not_loopback", host=settings.host)
        return Nobody()
    if settings.auth == "token":
        from clv_xl.hosts.server.auth.holders import Holders
        from clv_xl.hosts.server.auth.tokens import TokenFile

        return Holders(TokenFile(settings.token_file))
    if settings.auth == "entra":
        from clv_xl.hosts.server.auth.entra import Entra

        return Entra.of(settings)
    raise UserError("auth.unknown_kind", got=settings.auth)
