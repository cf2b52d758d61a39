"""The manifest: order of elements, resources, addresses, lengths, languages."""

import re
import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

import clv_xl
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.officejs.manifest import LONG, SHORT, default_id, four_parts, manifest_xml
from clv_xl.hosts.officejs.site import Asset, site
from tests.hosts.server.running import FULL, running

ADDRESS = "https://clv.example.com"
ENTRA = {
    "clientId": "5fb2d5a5-3b3c-4d1c-a8c8-0e8f6a3b1c2d",
    "resource": "api://clv.example.com/5fb2d5a5-3b3c-4d1c-a8c8-0e8f6a3b1c2d",
}
LOCALES = ["fi-FI", "ka-GE", "pl-PL", "el-GR"]
RESID = 32  # letters of a resource id: Microsoft's reference of the element Resources
APP, TYPES, OVERRIDES = (
    f"{{http://schemas.microsoft.com/office/{name}}}"
    for name in ("appforoffice/1.1", "officeappbasictypes/1.0", "taskpaneappversionoverrides")
)
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

# The order of children in Microsoft's schemas ([MS-OWEMXML] and the reference of the add-in only
# manifest), the parent as it is told apart by xsi:type.
ORDER = {
    "OfficeApp:TaskPaneApp": (
        "Id AlternateId Version ProviderName DefaultLocale DisplayName Description IconUrl"
        " HighResolutionIconUrl SupportUrl AppDomains Hosts Requirements DefaultSettings Permissions"
        " Dictionary VersionOverrides ExtendedOverrides"
    ),
    "VersionOverrides:VersionOverridesV1_0": (
        "Description Requirements Hosts Resources EquivalentAddins WebApplicationInfo"
    ),
    "Host:Workbook": "Runtimes AllFormFactors DesktopFormFactor MobileFormFactor",
    "AllFormFactors": "ExtensionPoint",
    "ExtensionPoint:CustomFunctions": "Script Page Metadata Namespace",
    "DesktopFormFactor": "GetStarted FunctionFile ExtensionPoint",
    "GetStarted": "Title Description LearnMoreUrl",
    "Group": "Label Icon Control",
    "Control:Button": "Label ToolTip Supertip Icon Action",
    "Supertip": "Title Description",
    "Action:ShowTaskpane": "TaskpaneId SourceLocation Title",
    "Resources": "Images Urls ShortStrings LongStrings",
    "WebApplicationInfo": "Id MsaId Resource Scopes Authorizations",
}
# What Excel cannot do without.
NEEDED = {
    "OfficeApp:TaskPaneApp": (
        "Id Version ProviderName DefaultLocale DisplayName Description IconUrl HighResolutionIconUrl"
        " SupportUrl Hosts Requirements DefaultSettings Permissions VersionOverrides"
    ),
    "VersionOverrides:VersionOverridesV1_0": "Hosts Resources",
    "Host:Workbook": "Runtimes AllFormFactors DesktopFormFactor",
    "ExtensionPoint:CustomFunctions": "Script Page Metadata",
    "Control:Button": "Label Supertip Icon Action",
    "WebApplicationInfo": "Id Resource Scopes",
}


def parsed(**settings: Any) -> ET.Element:
    return tree(manifest_xml(**{"address": ADDRESS, **settings}))


def tree(manifest: bytes) -> ET.Element:
    return ET.fromstring(manifest)  # noqa: S314  our own


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def kind(element: ET.Element) -> str:
    """Return the name of an element, its xsi:type behind a colon where it has one."""
    own = element.get(f"{XSI}type")
    return f"{local(element)}:{own}" if own else local(element)


def misplaced(root: ET.Element) -> list[str]:
    """Return what stands out of order, is unknown, or is missing."""
    found = []
    for parent in root.iter():
        children = [local(child) for child in parent]
        if kind(parent) in ORDER:
            order = ORDER[kind(parent)].split()
            found += [f"{kind(parent)}: {child} is unknown" for child in children if child not in order]
            known = [order.index(child) for child in children if child in order]
            found += [f"{kind(parent)}: {order[b]} after {order[a]}" for a, b in pairwise(known) if a > b]
        needed = NEEDED.get(kind(parent), "").split()
        found += [f"{kind(parent)}: no {name}" for name in needed if name not in children]
    return found


def resources(root: ET.Element) -> dict[str, ET.Element]:
    return {str(e.get("id")): e for e in root.iter() if e.tag.startswith(TYPES) and e.get("id")}


def values(element: ET.Element) -> Iterator[str]:
    """Yield the default of an element and what its locales have instead."""
    yield element.get("DefaultValue", "")
    yield from (str(child.get("Value")) for child in element)


def addresses(root: ET.Element) -> list[str]:
    found = [str(e.get(name)) for e in root.iter() for name in ("DefaultValue", "Value") if e.get(name)]
    return [value for value in found if re.match(r"[a-z]+://", value)]


VARIANTS: list[dict[str, Any]] = [
    {},
    {"namespace": None},
    {"entra": ENTRA},
    {"address": ADDRESS + "/finance"},
]


@pytest.mark.parametrize("settings", VARIANTS)
def test_elements_stand_in_the_order_of_the_schema(settings: dict[str, Any]) -> None:
    root = parsed(**settings)
    assert kind(root) == "OfficeApp:TaskPaneApp"
    assert root.tag.startswith(APP)
    assert misplaced(root) == []


def test_the_order_is_really_looked_at() -> None:
    root = parsed(entra=ENTRA)
    root[:] = [root[1], root[0], *root[2:-1]]
    assert misplaced(root)[:2] == [
        "OfficeApp:TaskPaneApp: Id after Version",
        "OfficeApp:TaskPaneApp: no VersionOverrides",
    ]


@pytest.mark.parametrize("settings", VARIANTS)
def test_every_resource_is_there_once_and_used(settings: dict[str, Any]) -> None:
    root = parsed(**settings)
    used = {str(e.get("resid")) for e in root.iter() if e.get("resid")}
    made = [str(e.get("id")) for e in root.iter() if e.tag.startswith(TYPES) and e.get("id")]
    assert sorted(made) == sorted(set(made)) == sorted(used)
    assert [name for name in used if len(name) > RESID] == []


def test_the_parts_that_functions_need_point_to_their_pages() -> None:
    root = parsed()
    made = resources(root)

    def at(path: str) -> str:
        element = root.find(path.replace("/", f"/{OVERRIDES}"))
        assert element is not None, path
        return str(made[str(element.get("resid"))].get("DefaultValue"))

    point = "./VersionOverrides/Hosts/Host/AllFormFactors/ExtensionPoint"
    assert at(f"{point}/Script/SourceLocation") == f"{ADDRESS}/functions.js"
    assert at(f"{point}/Metadata/SourceLocation") == f"{ADDRESS}/functions.json"
    assert at(f"{point}/Namespace") == "CLV"
    # One page for pane and functions is what makes the runtime shared.
    page = f"{ADDRESS}/taskpane.html"
    assert at(f"{point}/Page/SourceLocation") == page
    assert at("./VersionOverrides/Hosts/Host/Runtimes/Runtime") == page
    assert at("./VersionOverrides/Hosts/Host/DesktopFormFactor/FunctionFile") == page
    runtime = next(e for e in root.iter(f"{OVERRIDES}Runtime"))
    assert runtime.get("lifetime") == "long"
    sets = {e.get("Name"): e.get("MinVersion") for e in root.iter(f"{APP}Set")}
    assert sets == {"SharedRuntime": "1.1"}


def test_metadata_of_four_languages_override_the_english() -> None:
    metadata = resources(parsed())["Metadata.Url"]
    assert [(o.get("Locale"), o.get("Value")) for o in metadata] == [
        ("fi-FI", f"{ADDRESS}/functions-fi.json"),
        ("ka-GE", f"{ADDRESS}/functions-ka.json"),
        ("pl-PL", f"{ADDRESS}/functions-pl.json"),
        ("el-GR", f"{ADDRESS}/functions-el.json"),
    ]


def test_every_word_is_translated_and_short_enough() -> None:
    root = parsed()
    limits = {"ShortStrings": SHORT, "LongStrings": LONG, "DisplayName": SHORT, "Description": LONG}
    assert (SHORT, LONG) == (125, 250)  # reference of the elements ShortStrings, LongStrings, Description
    seen = 0
    for parent in root.iter():
        most = limits.get(local(parent))
        if most is None or parent.get("resid"):
            continue
        for element in [parent] if parent.get("DefaultValue") else parent:
            words = list(values(element))
            if element.get("id") != "Namespace":
                assert [o.get("Locale") for o in element] == LOCALES
                seen += 1
            assert [word for word in words if not word.strip() or len(word) > most or "{" in word] == []
    assert seen == 7


def test_the_namespace_is_left_out_for_bare_names() -> None:
    root = parsed(namespace=None)
    assert [e for e in root.iter() if local(e) == "Namespace" or e.get("id") == "Namespace"] == []
    assert "=CLV(" in str(resources(root)["Start.Text"].get("DefaultValue"))
    assert "=CLV.VALUE(" in str(resources(parsed())["Start.Text"].get("DefaultValue"))


def test_the_id_is_the_same_at_every_start_and_another_for_another_add_in() -> None:
    # Made once with Python's uuid5; changing it would make a second add-in of every installed one.
    assert default_id("https://localhost:8765", "CLV") == "71b9966d-ea61-5f25-b8db-0fcdae42a255"
    made = {default_id(address, name) for address in (ADDRESS, ADDRESS + "/b") for name in ("CLV", None)}
    assert len(made) == 4
    given = "0F14D0AB-9605-4A62-A9E4-5ED26688389B"
    assert parsed(addin_id=given).findtext(f"{APP}Id") == given.lower()
    assert uuid.UUID(parsed().findtext(f"{APP}Id")).version == 5
    with pytest.raises(ValueError, match="UUID"):
        parsed(addin_id="mine")


def test_the_version_is_that_of_the_package_in_four_parts() -> None:
    found = str(parsed().findtext(f"{APP}Version"))
    # The pattern of [MS-OWEMXML], simple type Version, all four parts present.
    assert re.fullmatch(r"([0-9]{1,5})(\.[0-9]{1,5}){3}", found)
    assert clv_xl.__version__.startswith(found.removesuffix(".0"))
    assert [four_parts(v) for v in ("1.2.3", "2", "1.2.3.4.5", "3.1b2")] == [
        "1.2.3.0",
        "2.0.0.0",
        "1.2.3.4",
        "3.1.0.0",
    ]


def test_single_sign_on_is_asked_for_with_entra_only() -> None:
    assert [e for e in parsed().iter() if local(e) == "WebApplicationInfo"] == []
    overrides = next(e for e in parsed(entra=ENTRA) if local(e) == "VersionOverrides")
    application = overrides[-1]
    assert local(application) == "WebApplicationInfo"
    assert application.findtext(f"{OVERRIDES}Id") == ENTRA["clientId"]
    assert application.findtext(f"{OVERRIDES}Resource") == ENTRA["resource"]
    assert [scope.text for scope in application[-1]] == ["openid", "profile"]


def test_addresses_are_https_and_nobody_elses() -> None:
    found = addresses(parsed(address=ADDRESS + "/finance"))
    assert len(found) == 15  # 4 in the head, 3 icons, 8 pages, scripts and metadata
    assert {urlsplit(a).scheme for a in found} == {"https"}
    assert all(a.startswith(ADDRESS + "/finance/") for a in found)
    plain = addresses(parsed(address="http://127.0.0.1:8765"))
    assert {urlsplit(a).hostname for a in plain} == {"127.0.0.1"}


def test_an_address_with_marks_of_xml_stays_an_address() -> None:
    odd = 'https://clv.example.com/a&b"<c>'
    assert all(a.startswith(odd) for a in addresses(parsed(address=odd)))


def paths(address: str, **settings: Any) -> tuple[set[str], dict[str, Asset]]:
    """Return the paths that a manifest names, and the site for the same address."""
    assets = site(address=address, **settings)
    found = addresses(tree(assets["/manifest.xml"].body))
    return {a.removeprefix(address) for a in found}, assets


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "/finance"])
def test_every_address_is_a_page_of_the_site(address: str) -> None:
    named, assets = paths(address)
    assert named <= set(assets)
    assert {"/", "/taskpane.html", "/functions.js", "/functions.json", "/icon-80.png"} <= named


def test_every_address_is_answered_by_the_running_server() -> None:
    with running(factory=FULL) as server:
        manifest = server.client.get("/manifest.xml")
        assert manifest.status_code == 200
        root = tree(manifest.content)
        found = addresses(root)
        assert {urlsplit(a).netloc for a in found} == {urlsplit(server.address).netloc}
        media, assets = {}, site(address=server.address)
        for address in sorted(set(found)):
            answer = server.client.get(address)
            assert answer.status_code == 200, address
            path = urlsplit(address).path
            media[path] = answer.headers["content-type"].partition(";")[0]
            policy = answer.headers.get_list("content-security-policy")
            assert policy == [assets[path].headers["Content-Security-Policy"]]
            assert "x-frame-options" not in answer.headers or path != "/taskpane.html"
        assert media["/functions.js"] == "text/javascript"
        assert media["/taskpane.html"] == media["/"] == "text/html"
        assert media["/icon-16.png"] == "image/png"
        metadata = server.client.get("/functions.json").json()
        assert [f["id"] for f in metadata["functions"]] == list(CATALOGUE)
