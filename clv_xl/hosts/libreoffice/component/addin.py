"""The services of the extension: a class for each, with a method for each function."""

from __future__ import annotations

from typing import Any

import uno
import unohelper
from com.sun.star.lang import (
    XLocalizable,
    XServiceInfo,
    XServiceName,
)

from . import files
from .calculator import Calculator
from .menu import Menu
from .opened import Opened

ADDIN = "com.sun.star.sheet.AddIn"
NAMES = "names.json"


def implementations() -> Any:
    """Return what LibreOffice asks a component for: its services and how to make them."""
    helper = unohelper.ImplementationHelper()
    names = files.data(NAMES)
    calculator = Calculator()
    for service in names["services"]:
        made = service_class(calculator, names, service)
        helper.addImplementation(made, service["name"], (ADDIN, service["name"]))
    menu, name = type("ClvMenu", (Menu,), {"calculator": calculator}), names["module"] + ".Menu"
    helper.addImplementation(menu, name, (name,))
    known = frozenset(f"{s['name']}.{method}" for s in names["services"] for method in s["methods"])
    opened, name = (
        type("ClvOpened", (Opened,), {"calculator": calculator, "known": known}),
        names["module"] + ".Opened",
    )
    helper.addImplementation(opened, name, (name,))
    return helper


class Service(unohelper.Base, XServiceInfo, XServiceName, XLocalizable):
    """What all services of functions have in common."""

    calculator: Calculator
    service_name = ""

    def __init__(self, context: Any, *_: Any) -> None:
        self._locale: Any = None

    def getServiceName(self) -> str:  # noqa: N802, D102
        return self.service_name

    def getImplementationName(self) -> str:  # noqa: N802, D102
        return self.service_name

    def supportsService(self, name: str) -> bool:  # noqa: N802, D102
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802, D102
        return (ADDIN, self.service_name)

    def setLocale(self, locale: Any) -> None:  # noqa: N802
        """Note the language of LibreOffice's user interface."""
        self._locale = locale
        self.calculator.locale = locale.Language

    def getLocale(self) -> Any:  # noqa: N802, D102
        return self._locale


def service_class(calculator: Calculator, names: dict[str, Any], service: dict[str, Any]) -> type:
    """Return the class of a service, with the methods of its interface."""
    interface = uno.getClass(names["module"] + "." + service["interface"])
    body: dict[str, Any] = {"calculator": calculator, "service_name": service["name"]}
    for method, name in service["methods"].items():
        body[method] = (caller_with_document if name in names["dates"] else caller)(calculator, name)
    return type("Service" + service["interface"], (Service, interface), body)


def caller(calculator: Calculator, name: str) -> Any:
    """Return a method that answers for a function."""

    def call(_: Any, *values: Any) -> Any:
        return calculator.answer(name, None, values)

    return call


def caller_with_document(calculator: Calculator, name: str) -> Any:
    """Return a method whose first argument is the calling document."""

    def call(_: Any, document: Any, *values: Any) -> Any:
        return calculator.answer(name, document, values)

    return call
