"""Names in LibreOffice: each function once by its own name, and once for each spelling of a file."""

import re

import pytest

from clv_xl.catalogue import spelling
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.libreoffice.idl import idl, parameter
from clv_xl.hosts.libreoffice.names import ALIASES, excel_spellings, services

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
    own = {f"{s.name}.{m.name}" for s in SERVICES if s.name != ALIASES for m in s.methods}
    assert own == {spelling.dotted(name) for name in CATALOGUE}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_spelling_of_the_excel_builds_is_known_once(name: str) -> None:
    known = [m.compatible for m in METHODS if m.function.name == name]
    assert len(known) == len(set(known))
    flat = {spelling.underscored(name), spelling.underscored(spelling.dotted(name))}
    stored = {spelling.stored(name), spelling.stored(name, namespace=False)}
    assert {name, spelling.dotted(name)} | flat | stored == set(known)
    assert set(excel_spellings(name)) == set(known) - {name}


def test_no_two_methods_share_a_name_and_only_spare_ones_are_aliases() -> None:
    for service in SERVICES:
        names = [m.name for m in service.methods]
        assert len(names) == len(set(names))
        assert {m.alias for m in service.methods} == {service.name == ALIASES}


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
