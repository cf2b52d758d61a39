"""The extension as a file: everything that LibreOffice needs, in an ``.oxt``."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from importlib.resources import files
from xml.sax.saxutils import escape, quoteattr

import clv_xl
from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.epoch import date_places, knows_dates
from clv_xl.hosts.libreoffice.idl import idl
from clv_xl.hosts.libreoffice.jobs import jobs
from clv_xl.hosts.libreoffice.listing import listing
from clv_xl.hosts.libreoffice.menu import menu
from clv_xl.hosts.libreoffice.names import MODULE, Service, services, takes_log
from clv_xl.hosts.libreoffice.passive import components
from clv_xl.hosts.libreoffice.registry import registry

IDENTIFIER = "org.clvxl.addin"
PACKAGE = "clvxladdin"  # the name of hosts/libreoffice/component within the extension
OLDEST = "7.4"
ENTRY = f"from {PACKAGE}.addin import implementations\n\ng_ImplementationHelper = implementations()\n"

_SAME_DAY = (1980, 1, 1, 0, 0, 0)  # equal content makes an equal file
_UNIX = 3
_KINDS = {
    "clv.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "clv.components": "application/vnd.sun.star.uno-components",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    "Addons.xcu": "application/vnd.sun.star.configuration-data",
    "Jobs.xcu": "application/vnd.sun.star.configuration-data",
}
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def build(settings: Mapping[str, object] | None = None) -> bytes:
    """Return the extension.

    Parameters
    ----------
    settings : mapping, optional
        Which Python and which server it is for; without them it looks for the user's own settings.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in sorted(contents(settings).items()):
            entry = zipfile.ZipInfo(name, _SAME_DAY)
            entry.create_system, entry.external_attr = _UNIX, 0o644 << 16
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def contents(settings: Mapping[str, object] | None = None) -> dict[str, bytes]:
    """Return the files of the extension by their names in it."""
    known = services(CATALOGUE)
    found = {
        "META-INF/manifest.xml": manifest(),
        "description.xml": description(),
        "clv.idl": idl(known),
        "CalcAddIns.xcu": registry(known),
        "Addons.xcu": menu(),
        "Jobs.xcu": jobs(),
        "clv.components": components(known, "clv_addin.py"),
        "clv_addin.py": ENTRY,
        "names.json": names(known),
        "texts.json": words(),
        "functions.json": listing(CATALOGUE),
        **component(),
    }
    if settings is not None:
        found["settings.json"] = json.dumps(dict(settings), indent=1, sort_keys=True)
    for code in texts.LANGUAGES:
        found[f"description/{code}.txt"] = texts.word("calc.extension_about", code) + "\n"
    return {name: content.encode() for name, content in found.items()}


def manifest() -> str:
    """Return the list of the files that LibreOffice registers; types go first, the component needs them."""
    space = "manifest"
    entries = "".join(
        f"\n <{space}:file-entry {space}:media-type={quoteattr(kind)} {space}:full-path={quoteattr(name)}/>"
        for name, kind in _KINDS.items()
    )
    return f'{_XML}<{space}:manifest xmlns:{space}="http://openoffice.org/2001/manifest">{entries}\n</{space}:manifest>\n'


def description() -> str:
    """Return what the Extension Manager shows."""
    shown = "".join(
        f"<name lang={quoteattr(code)}>{escape(texts.word('calc.extension_name', code))}</name>"
        for code in texts.LANGUAGES
    )
    about = "".join(
        f'<src lang={quoteattr(code)} xlink:href="description/{code}.txt"/>' for code in texts.LANGUAGES
    )
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006"'
        ' xmlns:d="http://openoffice.org/extensions/description/2006"'
        ' xmlns:l="http://libreoffice.org/extensions/description/2011"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f"<identifier value={quoteattr(IDENTIFIER)}/>\n"
        f"<version value={quoteattr(clv_xl.__version__)}/>\n"
        f'<dependencies><l:LibreOffice-minimal-version value="{OLDEST}" d:name="LibreOffice {OLDEST}"/>'
        "</dependencies>\n"
        f"<display-name>{shown}</display-name>\n"
        f"<extension-description>{about}</extension-description>\n"
        "</description>\n"
    )


def names(known: Iterable[Service]) -> str:
    """Return which method of which service calls which function, and where dates come and go."""
    return json.dumps(
        {
            "version": clv_xl.__version__,
            "module": MODULE,
            "services": [
                {
                    "name": service.name,
                    "interface": service.interface,
                    "methods": {m.name: m.function.name for m in service.methods},
                }
                for service in known
            ],
            "dates": {f.name: date_places(f) for f in CATALOGUE.values() if knows_dates(f)},
            "logs": [f.name for f in CATALOGUE.values() if takes_log(f)],
            "dated": [f.name for f in CATALOGUE.values() if f.dates],
        }
    )


def words() -> str:
    """Return the sentences of the component, by key and language."""
    table = texts.table("calc")
    return json.dumps({key: {code: row[code] for code in texts.LANGUAGES} for key, row in table.items()})


def component() -> dict[str, str]:
    """Return the Python files of the component by their names in the extension."""
    folder = files(__package__).joinpath("component")
    return {
        f"pythonpath/{PACKAGE}/{file.name}": file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".py")
    }
