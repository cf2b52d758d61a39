"""The script of the add-in: what it must know of this server, before the code that calls it."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from clv_xl import __version__, texts
from clv_xl.catalogue.domains import HEADERS
from clv_xl.catalogue.function import Function
from clv_xl.hosts.officejs.metadata import may_spill

SENTENCES = "addin.client_"
PARTS = ("client_ranges.js", "functions.js")
"""The code, in the order in which it runs."""


def client_js(
    catalogue: Mapping[str, Function],
    *,
    address: str,
    namespace: str | None,
    auth: str = "none",
    entra: Mapping[str, str] | None = None,
    limits: Mapping[str, int] | None = None,
    templates: Mapping[str, str] | None = None,
) -> str:
    """Return ``functions.js``: the settings of this server as ``CLV_CONFIG``, then the client.

    Parameters
    ----------
    catalogue : Mapping
        All functions.
    address : str
        Public address of the server, used where the script cannot see its own.
    namespace : str or None
        The namespace of the add-in.
    auth : {"none", "token", "entra"}
        How callers are known.
    entra : Mapping, optional
        ``clientId``, ``resource`` and ``scope`` where auth is entra.
    limits : Mapping, optional
        What the server takes: ``calls``, ``cells``, ``bodyBytes``, ``resultBytes``; ``timeoutMs`` is how
        long a cell waits.
    templates : Mapping, optional
        By language, where the template workbook is, as seen from the task pane.
    """
    config = {
        "version": __version__,
        "address": address,
        "namespace": namespace,
        "auth": auth,
        "entra": None if entra is None else dict(entra),
        "limits": dict(limits or {}),
        "templates": dict(templates or {}),
        "functions": [_function(function) for function in catalogue.values()],
        "texts": {language: dict(_sentences(language)) for language in texts.LANGUAGES},
    }
    folder = files(__package__).joinpath("static")
    code = "\n".join(folder.joinpath(part).read_text(encoding="utf-8") for part in PARTS)
    return f"const CLV_CONFIG = {literal(config)};\n{code}"


def literal(value: Any) -> str:
    r"""Return a value as JavaScript that may stand in a script, whatever texts it holds.

    Neither ``</script>`` nor ``<!--`` ends or opens anything, and the two line separators that
    JSON allows in a text and older engines do not are escaped.

    >>> print(literal({"a": "</script>\u2028"}))
    {"a":"\u003c/script>\u2028"}
    """
    made = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return made.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _function(function: Function) -> dict[str, Any]:
    """Return what the client must know: a result declared a matrix (`spills`) is handed over as one."""
    kinds = [arg.kind for arg in function.args]
    effort = function.effort
    return {
        "id": function.name,
        "least": function.least,
        "most": len(kinds),
        "headers": kinds.index(HEADERS) if HEADERS in kinds else -1,
        "stores": "context" in function.wants,
        "spills": may_spill(function),
        # Left out where the cells of its ranges say how long a call takes.
        **({} if effort is None else {"effort": [effort.cells, effort.places(function)]}),
    }


def _sentences(language: str) -> Iterator[tuple[str, str]]:
    for key, row in texts.table("addin").items():
        if key.startswith(SENTENCES):
            yield key, row[language]
