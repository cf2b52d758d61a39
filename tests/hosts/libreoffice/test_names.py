"""Names in LibreOffice: each function once, by its own name."""

import re

from clv_xl.catalogue import spelling
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.libreoffice.idl import idl, parameter
from clv_xl.hosts.libreoffice.names import services

SERVICES = services(CATALOGUE)
METHODS = [method for service in SERVICES for method in service.methods]
# UNOIDL: words with small letters hold no underscore; the words of the language itself.
IDENTIFIER = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*|[a-zA-Z][a-zA-Z0-9]*")
WORDS = {
    "any",
    "in",
    "out",
    "module",
    "interface",
    "sequence",
    "string",
    "double",
    "long",
    "short",
    "get",
    "set",
}


def test_a_file_names_every_function_by_service_and_method() -> None:
    own = {f"{s.name}.{m.name}" for s in SERVICES for m in s.methods}
    assert own == {spelling.dotted(name) for name in CATALOGUE}


def test_each_function_is_one_method_so_that_the_wizard_lists_it_once() -> None:
    assert sorted(m.function.name for m in METHODS) == sorted(CATALOGUE)
    for service in SERVICES:
        names = [m.name for m in service.methods]
        assert len(names) == len(set(names))


def test_every_identifier_is_one_of_the_interface_language() -> None:
    for service in SERVICES:
        for method in service.methods:
            words = [service.interface, method.name, *(parameter(a.name) for a in method.function.args)]
            assert [w for w in words if not IDENTIFIER.fullmatch(w) or w in WORDS] == []


def test_the_interfaces_list_every_method_with_its_arguments() -> None:
    lines = [line for line in idl(SERVICES).splitlines() if line.startswith("  sequence< sequence< any > > ")]
    for line, method in zip(lines, METHODS, strict=True):
        assert f" {method.name}(" in line
        assert line.count("[in] any ") == len(method.function.args)
