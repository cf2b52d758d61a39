"""The interfaces of the services, in UNO's interface definition language.

A raw ``.idl`` in an extension is read by LibreOffice as a type library; no SDK compiles it. Every argument
is ``any``: LibreOffice then hands over numbers, texts, ranges and arrays as they are, and lets any of them
be left out. Before them stands, where dates are among them, the calling document, which no user sees.

The result is always rows, of one cell where the function gives one: PyUNO turns rows in an ``any`` into a
type that Calc refuses, and Calc takes rows of one cell for that cell.
"""

from collections.abc import Iterable

from clv_xl.hosts.libreoffice.names import HIDDEN_DOCUMENT, MODULE, Method, Service


def idl(services: Iterable[Service]) -> str:
    """Return the definition of every interface."""
    opening = " ".join(f"module {word} {{" for word in MODULE.split("."))
    closing = " ".join("};" for _ in MODULE.split("."))
    return "\n".join((opening, *map(_interface, services), closing, ""))


def _interface(service: Service) -> str:
    head = f"interface {service.interface} : com::sun::star::uno::XInterface {{"
    return "\n".join((head, *map(_method, service.methods), "};"))


def _method(method: Method) -> str:
    arguments = [f"[in] any {parameter(arg.name)}" for arg in method.function.args]
    if method.asks_document:
        arguments.insert(0, f"[in] com::sun::star::beans::XPropertySet {HIDDEN_DOCUMENT}")
    return f"  sequence< sequence< any > > {method.name}({', '.join(arguments)});"


def parameter(name: str) -> str:
    """Return the name of a parameter: the argument's, as the language takes it and apart from its words.

    >>> parameter("discount_rate"), parameter("t_x"), parameter("T")
    ('aDiscountRate', 'aTX', 'aT')
    """
    return "a" + "".join(word[0].upper() + word[1:] for word in name.split("_"))
