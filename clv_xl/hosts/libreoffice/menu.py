"""The entries of the menu Tools > Add-Ons, as LibreOffice's configuration holds them."""

from clv_xl import texts
from clv_xl.hosts.libreoffice.names import MODULE
from clv_xl.hosts.libreoffice.registry import node, prop

ENTRIES = ("errors", "functions", "about")
SERVICE = f"{MODULE}.Menu"
SPREADSHEETS = "com.sun.star.sheet.SpreadsheetDocument"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="Addons" oor:package="org.openoffice.Office">\n'
    '<node oor:name="AddonUI">\n<node oor:name="AddonMenu">'
)


def menu() -> str:
    """Return the configuration ``Addons.xcu``."""
    return "\n".join((_HEAD, *map(_entry, ENTRIES), "</node>", "</node>", "</oor:component-data>", ""))


def _entry(name: str) -> str:
    """Return an entry; one starts a word after the component's service, which is its ``trigger``."""
    return node(
        f"{MODULE}.{name}",
        _plain("URL", f"service:{SERVICE}?{name}"),
        prop("Title", {code: texts.word(f"calc.menu_{name}", code) for code in texts.LANGUAGES}),
        _plain("Target", "_self"),
        _plain("Context", SPREADSHEETS),
    )


def _plain(name: str, value: str) -> str:
    return f'<prop oor:name="{name}"><value>{value}</value></prop>'
