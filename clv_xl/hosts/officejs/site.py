"""Every page of the add-in for one address: what the server hands out, path by path."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.officejs.client import PARTS, client_js
from clv_xl.hosts.officejs.gallery import help_json
from clv_xl.hosts.officejs.manifest import manifest_xml
from clv_xl.hosts.officejs.metadata import encoded, functions_json
from clv_xl.hosts.officejs.pane_texts import pane_texts

DAY = 86_400

# Excel for the web shows an add-in in a frame inside Microsoft's editor (officeapps.live.com), and
# that in a page of SharePoint or OneDrive for work, of OneDrive for private use, or of Microsoft 365
# itself. Every frame above ours must be in this list, and nobody else may frame the pages.
FRAMES = (
    "'self'",
    "https://*.officeapps.live.com",
    "https://*.sharepoint.com",
    "https://onedrive.live.com",
    "https://*.office.com",
    "https://*.cloud.microsoft",
)
OFFICE_JS = "https://appsforoffice.microsoft.com"

PLAIN = "default-src 'none'; frame-ancestors 'none'"
"""The policy of what is no page: it loads nothing, should anyone open it as one."""

MEDIA_TYPES = MappingProxyType(
    {
        "html": "text/html; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "json": "application/json",
        "xml": "application/xml",
        "png": "image/png",
        "svg": "image/svg+xml",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


@dataclass(frozen=True, slots=True)
class Asset:
    """What stands at one path.

    Parameters
    ----------
    body : bytes
        Its content.
    media_type : str
        Its ``Content-Type``.
    headers : Mapping
        Its own headers: what the page may load, and who may frame it.
    cache_seconds : int
        How long a browser may keep it unasked; 0 asks every time, by ETag.
    """

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    cache_seconds: int = 0


def site(
    *,
    address: str,
    namespace: str | None = "CLV",
    addin_id: str | None = None,
    auth: str = "none",
    entra_client_id: str | None = None,
    entra_resource: str | None = None,
    entra_scope: str = "access_as_user",
    limits: Mapping[str, int] | None = None,
    templates: Mapping[str, bytes] | None = None,
) -> dict[str, Asset]:
    """Return every asset by its path below the address.

    Parameters
    ----------
    address : str
        Public base address without a slash at its end, such as ``https://clv.example.com``.
    namespace : str or None
        The namespace of the functions; None for bare ``=CLV()``.
    addin_id : str, optional
        Id of the add-in; by default one made from address and namespace.
    auth : {"none", "token", "entra"}
        How callers are known.
    entra_client_id, entra_resource, entra_scope : str, optional
        The application in Microsoft Entra ID where auth is entra.
    limits : Mapping, optional
        What the server takes of one batch: ``calls``, ``cells``, ``bodyBytes``, ``resultBytes``; and
        ``timeoutMs``, after which a cell waits no more.
    templates : Mapping, optional
        By language, the template workbook that the task pane offers. Its formulas must be spelled for the
        namespace. It is as public as the pages are: the browser that fetches it does not sign in.

    Returns
    -------
    dict
        Path (``/``, ``/manifest.xml``, ...) to asset.
    """
    entra = None
    if auth == "entra":
        if not entra_client_id or not entra_resource:
            message = "auth entra needs a client id and a resource"
            raise ValueError(message)
        entra = {"clientId": entra_client_id, "resource": entra_resource, "scope": entra_scope}
    manifest = manifest_xml(address=address, namespace=namespace, addin_id=addin_id, entra=entra)
    workbooks = dict(_workbooks(templates or {}))
    client = client_js(
        CATALOGUE,
        address=address,
        namespace=namespace,
        auth=auth,
        entra=entra,
        limits=limits,
        templates={language: path.removeprefix("/") for language, (path, _) in workbooks.items()},
    )
    assets = {"/manifest.xml": _asset("xml", manifest), "/functions.js": _asset("js", client.encode())}
    for language in texts.LANGUAGES:
        metadata = encoded(functions_json(CATALOGUE, language, namespace, address))
        # Excel for the web reads the metadata from a page of its own origin; they are public, and
        # a browser sends no cookie or token along.
        shared = _asset("json", metadata, {"Access-Control-Allow-Origin": "*"})
        assets[f"/functions-{language}.json"] = shared
        assets[f"/help-{language}.json"] = _json(help_json(CATALOGUE, language, namespace))
        assets[f"/texts-{language}.json"] = _json(pane_texts(language))
    assets["/functions.json"] = assets.pop("/functions-en.json")
    return assets | dict(_static()) | dict(workbooks.values())


def page_policy(frames: str) -> str:
    """Return the content security policy of a page: own files, office.js and own calls only."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {OFFICE_JS}",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {frames}",
        )
    )


def _static() -> Iterator[tuple[str, Asset]]:
    """Yield the files of the folder static; start.html is the page of the address itself."""
    for file in files(__package__).joinpath("static").iterdir():
        kind = file.name.rpartition(".")[2]
        if kind not in MEDIA_TYPES or file.name in PARTS:
            continue
        policy = {}
        if kind == "html":
            frames = "'none'" if file.name == "start.html" else " ".join(FRAMES)
            policy = {"Content-Security-Policy": page_policy(frames)}
        seconds = DAY if kind in {"png", "svg"} else 0
        path = "/" if file.name == "start.html" else f"/{file.name}"
        yield path, _asset(kind, file.read_bytes(), policy, seconds)


def _workbooks(templates: Mapping[str, bytes]) -> Iterator[tuple[str, tuple[str, Asset]]]:
    """Yield language, path and file of each template workbook."""
    for language, body in templates.items():
        saved = {"Content-Disposition": f'attachment; filename="clv-xl-template-{language}.xlsx"'}
        yield language, (f"/template-{language}.xlsx", _asset("xlsx", body, saved))


def _json(value: object) -> Asset:
    return _asset("json", json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _asset(kind: str, body: bytes, headers: Mapping[str, str] | None = None, seconds: int = 0) -> Asset:
    return Asset(body, MEDIA_TYPES[kind], {"Content-Security-Policy": PLAIN, **(headers or {})}, seconds)
