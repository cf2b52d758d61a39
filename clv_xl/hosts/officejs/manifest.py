"""The XML manifest: what Excel reads when the add-in is installed.

The XML form reaches every Excel that has custom functions, perpetual ones included; the JSON form
does not. Office checks the order of the elements, so each is made in the order of Microsoft's schema.
"""

import re
import uuid
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from clv_xl import __version__, texts
from clv_xl.errors import Text
from clv_xl.hosts.officejs.names import check_namespace, typed

APP = "http://schemas.microsoft.com/office/appforoffice/1.1"
TYPES = "http://schemas.microsoft.com/office/officeappbasictypes/1.0"
OVERRIDES = "http://schemas.microsoft.com/office/taskpaneappversionoverrides"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

LOCALES = (("fi", "fi-FI"), ("ka", "ka-GE"), ("pl", "pl-PL"), ("el", "el-GR"))
DEFAULT_LOCALE = "en-US"
ICON_SIZES = (16, 32, 80)
SHORT, LONG = 125, 250  # letters of a name or label, and of a description

# What the add-in itself asks of Microsoft Graph at sign-in: who the user is, no more.
GRAPH_SCOPES = ("openid", "profile")


def manifest_xml(
    *,
    address: str,
    namespace: str | None = "CLV",
    addin_id: str | None = None,
    entra: Mapping[str, str] | None = None,
) -> bytes:
    """Return the manifest of the add-in for one address.

    Parameters
    ----------
    address : str
        Public base address without a slash at its end.
    namespace : str or None
        The namespace of the functions; None leaves the element out, for bare ``=CLV()``.
    addin_id : str, optional
        A UUID; by default one made from address and namespace, the same at every start.
    entra : Mapping, optional
        ``clientId`` and ``resource`` for single sign-on.
    """
    check_namespace(namespace)
    root = ET.Element(
        "OfficeApp", {"xmlns": APP, "xmlns:xsi": XSI, "xmlns:bt": TYPES, "xsi:type": "TaskPaneApp"}
    )
    _add(root, "Id", text=str(uuid.UUID(addin_id)) if addin_id else default_id(address, namespace))
    _add(root, "Version", text=four_parts(__version__))
    _add(root, "ProviderName", text="clv_xl")
    _add(root, "DefaultLocale", text=DEFAULT_LOCALE)
    _translated(root, "DisplayName", "addin.name", SHORT)
    _translated(root, "Description", "addin.description", LONG)
    _add(root, "IconUrl", DefaultValue=f"{address}/icon-32.png")
    _add(root, "HighResolutionIconUrl", DefaultValue=f"{address}/icon-64.png")
    _add(root, "SupportUrl", DefaultValue=f"{address}/")
    _add(_add(root, "Hosts"), "Host", Name="Workbook")
    sets = _add(_add(root, "Requirements"), "Sets", DefaultMinVersion="1.1")
    _add(sets, "Set", Name="SharedRuntime", MinVersion="1.1")
    _add(_add(root, "DefaultSettings"), "SourceLocation", DefaultValue=f"{address}/taskpane.html")
    _add(root, "Permissions", text="ReadWriteDocument")
    overrides = _add(root, "VersionOverrides", **{"xmlns": OVERRIDES, "xsi:type": "VersionOverridesV1_0"})
    host = _add(_add(overrides, "Hosts"), "Host", **{"xsi:type": "Workbook"})
    _host(host, namespace)
    _resources(_add(overrides, "Resources"), address, namespace)
    if entra is not None:
        _sign_in(overrides, entra)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def default_id(address: str, namespace: str | None) -> str:
    """Return the id of an add-in that names none: two servers, or two namespaces, are two add-ins.

    >>> default_id("https://localhost:8765", "CLV")
    '71b9966d-ea61-5f25-b8db-0fcdae42a255'
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{address}/#{namespace or ''}"))


def four_parts(version: str) -> str:
    """Return a version as Office takes it.

    >>> four_parts("0.1.0"), four_parts("2.3rc1")
    ('0.1.0.0', '2.3.0.0')
    """
    numbers = re.match(r"[0-9]+(\.[0-9]+)*", version)
    parts = numbers.group().split(".") if numbers else []
    return ".".join([*parts, *"0000"][:4])


def _host(host: ET.Element, namespace: str | None) -> None:
    _add(_add(host, "Runtimes"), "Runtime", resid="Pane.Url", lifetime="long")
    functions = _add(_add(host, "AllFormFactors"), "ExtensionPoint", **{"xsi:type": "CustomFunctions"})
    _add(_add(functions, "Script"), "SourceLocation", resid="Script.Url")
    _add(_add(functions, "Page"), "SourceLocation", resid="Pane.Url")
    _add(_add(functions, "Metadata"), "SourceLocation", resid="Metadata.Url")
    if namespace is not None:
        _add(functions, "Namespace", resid="Namespace")
    desktop = _add(host, "DesktopFormFactor")
    started = _add(desktop, "GetStarted")
    _add(started, "Title", resid="Start.Title")
    _add(started, "Description", resid="Start.Text")
    _add(started, "LearnMoreUrl", resid="Start.Url")
    _add(desktop, "FunctionFile", resid="Pane.Url")
    ribbon = _add(desktop, "ExtensionPoint", **{"xsi:type": "PrimaryCommandSurface"})
    group = _add(_add(ribbon, "OfficeTab", id="TabHome"), "Group", id="CLV.Group")
    _add(group, "Label", resid="Group.Label")
    _icon(group)
    button = _add(group, "Control", **{"xsi:type": "Button", "id": "CLV.Button"})
    _add(button, "Label", resid="Button.Label")
    tip = _add(button, "Supertip")
    _add(tip, "Title", resid="Button.Label")
    _add(tip, "Description", resid="Button.Tip")
    _icon(button)
    _add(_add(button, "Action", **{"xsi:type": "ShowTaskpane"}), "SourceLocation", resid="Pane.Url")


def _icon(parent: ET.Element) -> None:
    icon = _add(parent, "Icon")
    for size in ICON_SIZES:
        _add(icon, "bt:Image", size=str(size), resid=f"Icon.{size}")


def _resources(resources: ET.Element, address: str, namespace: str | None) -> None:
    images = _add(resources, "bt:Images")
    for size in ICON_SIZES:
        _add(images, "bt:Image", id=f"Icon.{size}", DefaultValue=f"{address}/icon-{size}.png")
    urls = _add(resources, "bt:Urls")
    _add(urls, "bt:Url", id="Pane.Url", DefaultValue=f"{address}/taskpane.html")
    _add(urls, "bt:Url", id="Script.Url", DefaultValue=f"{address}/functions.js")
    metadata = _add(urls, "bt:Url", id="Metadata.Url", DefaultValue=f"{address}/functions.json")
    for language, locale in LOCALES:
        _add(metadata, "bt:Override", Locale=locale, Value=f"{address}/functions-{language}.json")
    _add(urls, "bt:Url", id="Start.Url", DefaultValue=f"{address}/")
    example = f"={typed('CLV', namespace)}("
    short = _add(resources, "bt:ShortStrings")
    if namespace is not None:
        _add(short, "bt:String", id="Namespace", DefaultValue=namespace)
    _string(short, "Group.Label", "addin.group", SHORT)
    _string(short, "Button.Label", "addin.button", SHORT)
    _string(short, "Start.Title", "addin.start_title", SHORT)
    long = _add(resources, "bt:LongStrings")
    _string(long, "Button.Tip", "addin.button_tip", LONG)
    _string(long, "Start.Text", "addin.start_text", LONG, example=example)


def _sign_in(overrides: ET.Element, entra: Mapping[str, str]) -> None:
    application = _add(overrides, "WebApplicationInfo")
    _add(application, "Id", text=entra["clientId"])
    _add(application, "Resource", text=entra["resource"])
    scopes = _add(application, "Scopes")
    for scope in GRAPH_SCOPES:
        _add(scopes, "Scope", text=scope)


def _translated(parent: ET.Element, tag: str, key: str, most: int) -> None:
    element = _add(parent, tag, DefaultValue=_word(key, "en", most))
    for language, locale in LOCALES:
        _add(element, "Override", Locale=locale, Value=_word(key, language, most))


def _string(parent: ET.Element, name: str, key: str, most: int, **params: str) -> None:
    element = _add(parent, "bt:String", id=name, DefaultValue=_word(key, "en", most, **params))
    for language, locale in LOCALES:
        _add(element, "bt:Override", Locale=locale, Value=_word(key, language, most, **params))


def _word(key: str, language: str, most: int, **params: str) -> str:
    word = texts.word(Text(key, params), language)
    if len(word) > most:
        message = f"{key} in {language} has {len(word)} letters; Office takes {most}"
        raise ValueError(message)
    return word


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element
