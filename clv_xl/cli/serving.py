"""The formula server put together: settings, callers, pages of the add-in."""

import os
import sys
from urllib.parse import urlsplit

from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE

from clv_xl import texts
from clv_xl.cli.parser import LANGUAGE
from clv_xl.cli.template_folder import workbooks
from clv_xl.errors import ClvXlError
from clv_xl.hosts.officejs.site import site
from clv_xl.hosts.server import logs
from clv_xl.hosts.server.app import create_app
from clv_xl.hosts.server.auth import authenticator_of
from clv_xl.hosts.server.settings import Settings, load

FACTORY = "clv_xl.cli.serving:app"
NAMESPACE = "CLV"
ON_THE_WAY_S = 30
"""What the add-in waits beyond the time limit of a call: for its turn, for the way there and back."""


def app() -> Starlette:
    """Return the server that the environment describes; each worker begins here."""
    try:
        settings = load(None, os.environ, {})
        logs.configure(settings.log_level, form=settings.log_format)
        return application(settings)
    except ClvXlError as error:
        sys.stderr.write(texts.sentence(error, texts.language_of(os.environ.get(LANGUAGE, "en"))) + "\n")
        raise SystemExit(STARTUP_FAILURE) from None


def application(settings: Settings) -> Starlette:
    """Return the server for its settings.

    Parameters
    ----------
    settings : Settings
        All settings; `Settings.public_address` goes into the manifest and the pages.
    """
    assets = site(
        address=settings.public_address,
        namespace=NAMESPACE if settings.namespace else None,
        addin_id=settings.addin_id,
        auth=settings.auth,
        entra_client_id=settings.entra_client_id,
        entra_resource=entra_resource(settings),
        entra_scope=settings.entra_scope,
        limits={
            "calls": settings.max_calls,
            "cells": settings.max_cells,
            "bodyBytes": settings.max_body_mb * 1024**2,
            "resultBytes": settings.max_result_mb * 1024**2,
            "timeoutMs": round((settings.time_limit_s + ON_THE_WAY_S) * 1000),
        },
        templates=_templates(settings),
    )
    return create_app(settings, authenticator_of(settings), assets)


def _templates(settings: Settings) -> dict[str, bytes]:
    """Return the template workbooks on offer; they spell the functions in the namespace."""
    return workbooks(settings.templates) if settings.templates and settings.namespace else {}


def entra_resource(settings: Settings) -> str | None:
    """Return the application id URI that the add-in asks a token for.

    >>> entra_resource(Settings(auth="entra", entra_client_id="1", address="https://clv.example.com/x"))
    'api://clv.example.com/1'
    """
    if settings.auth != "entra":
        return None
    host = urlsplit(settings.public_address).netloc
    return settings.entra_audience or f"api://{host}/{settings.entra_client_id}"
