"""The extension as a file: whole, equal for equal content, and fit for an old Python of LibreOffice."""

import ast
import io
import json
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import clv_xl
from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.libreoffice import extension
from clv_xl.hosts.libreoffice.names import services

OLDEST_PYTHON = (3, 8)  # LibreOffice 7.4 for Windows and macOS brings it
OF_LIBREOFFICE = {"uno", "unohelper", "com"}
FILES = extension.contents({"python": "/usr/bin/python3"})
COMPONENT = {name: content.decode() for name, content in FILES.items() if name.endswith(".py")}
MANIFEST = "{http://openoffice.org/2001/manifest}"
DESCRIPTION = "{http://openoffice.org/extensions/description/2006}"


def test_equal_content_makes_an_equal_file() -> None:
    assert extension.build({"a": 1, "b": 2}) == extension.build({"b": 2, "a": 1})


def test_the_file_holds_its_content_and_the_settings_only_when_given() -> None:
    with zipfile.ZipFile(io.BytesIO(extension.build({"python": "/usr/bin/python3"}))) as package:
        assert package.testzip() is None
        assert {name: package.read(name) for name in package.namelist()} == FILES
    assert json.loads(FILES["settings.json"]) == {"python": "/usr/bin/python3"}
    assert "settings.json" not in extension.contents()


def test_the_manifest_names_files_that_are_there_and_every_configuration() -> None:
    listed = [e.get(f"{MANIFEST}full-path") for e in ET.fromstring(FILES["META-INF/manifest.xml"])]  # noqa: S314
    assert listed[0] == "clv.idl"  # the component asks for its types as soon as it is registered
    assert set(listed) <= FILES.keys()
    assert {name for name in FILES if name.endswith((".xcu", ".idl"))} <= set(listed)


def test_the_description_is_in_every_language() -> None:
    root = ET.fromstring(FILES["description.xml"])  # noqa: S314
    names = {e.get("lang"): e.text for e in root.iter(f"{DESCRIPTION}name")}
    assert tuple(names) == texts.LANGUAGES
    assert len(set(names.values())) == len(names)
    places = [e.get("{http://www.w3.org/1999/xlink}href") for e in root.iter(f"{DESCRIPTION}src")]
    assert len({FILES[str(place)] for place in places}) == len(texts.LANGUAGES)
    found = {e.tag.rpartition("}")[2]: e.get("value") for e in root.iter() if e.get("value")}
    assert found == {
        "identifier": "org.clvxl.addin",
        "version": clv_xl.__version__,
        "LibreOffice-minimal-version": "7.4",
    }


def test_every_method_calls_a_function_and_every_function_has_one() -> None:
    names = json.loads(FILES["names.json"])
    called = [name for service in names["services"] for name in service["methods"].values()]
    assert set(called) == set(CATALOGUE)
    assert len(called) == sum(len(service.methods) for service in services(CATALOGUE))


def test_the_document_goes_to_the_functions_that_ask_for_it_in_the_interface() -> None:
    dates = json.loads(FILES["names.json"])["dates"]
    methods = [method for service in services(CATALOGUE) for method in service.methods]
    lines = [line for line in FILES["clv.idl"].decode().splitlines() if "(" in line]
    for line, method in zip(lines, methods, strict=True):
        assert ("XPropertySet" in line) == (method.function.name in dates), line


@pytest.mark.parametrize("name", sorted(COMPONENT))
def test_the_component_is_python_of_the_oldest_libreoffice(name: str) -> None:
    tree = ast.parse(COMPONENT[name], feature_version=OLDEST_PYTHON)
    assert name == "clv_addin.py" or name.startswith("pythonpath/clvxladdin/")
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Match)
        if isinstance(node, ast.keyword):
            assert node.arg not in {"strict", "slots", "kw_only"}, "of Python 3.10"


def test_the_component_imports_clv_xl_only_when_it_is_called() -> None:
    for name, source in COMPONENT.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ImportFrom) and not node.level:
                found = [str(node.module)]
            else:
                found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            rooms = {module.partition(".")[0] for module in found} - {"clvxladdin"}
            assert rooms <= OF_LIBREOFFICE | set(sys.stdlib_module_names), name


def test_every_text_of_the_component_is_there() -> None:
    table = json.loads(FILES["texts.json"])
    assert set(table) == set(texts.table("calc"))
    for row in table.values():
        assert set(row) == set(texts.LANGUAGES)


def test_the_menu_has_an_entry_a_language_for_each_thing_to_show() -> None:
    values = ET.fromstring(FILES["Addons.xcu"]).iter("value")  # noqa: S314
    shown = [str(value.text) for value in values]
    assert [text for text in shown if text.startswith("service:")] == [
        f"service:org.clvxl.Menu?{name}" for name in ("errors", "functions", "about")
    ]
    for language in texts.LANGUAGES:
        assert texts.word("calc.menu_errors", language) in shown


def test_every_file_of_the_component_is_taken_along() -> None:
    folder = Path(extension.__file__).with_name("component")
    assert {f"pythonpath/clvxladdin/{file.name}" for file in folder.glob("*.py")} <= FILES.keys()
