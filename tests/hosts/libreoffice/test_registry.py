"""The configuration of the functions, as LibreOffice reads it."""

from xml.etree import ElementTree as ET

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.libreoffice.idl import parameter
from clv_xl.hosts.libreoffice.names import services
from clv_xl.hosts.libreoffice.registry import registry

OOR = "{http://openoffice.org/2001/registry}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SERVICES = services(CATALOGUE)
ROOT = ET.fromstring(registry(SERVICES))  # noqa: S314


def node(parent: ET.Element, name: str) -> ET.Element:
    (found,) = (e for e in parent if e.get(f"{OOR}name") == name)
    return found


def values(parent: ET.Element, name: str) -> dict[str | None, str | None]:
    return {value.get(LANG): value.text for value in node(parent, name)}


def test_every_method_says_what_it_is_in_every_language() -> None:
    info = node(ROOT, "AddInInfo")
    for service in SERVICES:
        functions = node(node(info, service.name), "AddInFunctions")
        assert len(functions) == len(service.methods)
        for method in service.methods:
            entry = node(functions, method.name)
            assert values(entry, "DisplayName") == {"en": method.function.name}
            assert values(entry, "CompatibilityName") == {"en": method.compatible}
            assert tuple(values(entry, "Description")) == texts.LANGUAGES
            names = [e.get(f"{OOR}name") for e in node(entry, "Parameters")]
            assert names == [parameter(arg.name) for arg in method.function.args]
