"""What LibreOffice reads about the functions before it calls one: names and help, in every language."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.function import Arg, Function
from clv_xl.errors import Text
from clv_xl.hosts.libreoffice.idl import parameter
from clv_xl.hosts.libreoffice.names import Method, Service

CATEGORY = "Add-In"  # LibreOffice takes its own categories only
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
    '<node oor:name="AddInInfo">'
)


def registry(services: Iterable[Service]) -> str:
    """Return the configuration ``CalcAddIns.xcu``: every method with names and help."""
    return "\n".join((_HEAD, *map(_service, services), "</node>", "</oor:component-data>", ""))


def _service(service: Service) -> str:
    methods = "\n".join(map(_method, service.methods))
    return node(service.name, f'<node oor:name="AddInFunctions">\n{methods}\n</node>')


def _method(method: Method) -> str:
    function = method.function
    arguments = "\n".join(_argument(function, arg) for arg in function.args)
    return node(
        method.name,
        prop("DisplayName", {"en": function.name}),
        prop("Description", {code: function_help(function, code) for code in texts.LANGUAGES}),
        f'<prop oor:name="Category"><value>{CATEGORY}</value></prop>',
        prop("CompatibilityName", {"en": method.compatible}),
        f'<node oor:name="Parameters">\n{arguments}\n</node>',
    )


def _argument(function: Function, arg: Arg) -> str:
    return node(
        parameter(arg.name),
        prop("DisplayName", {"en": arg.name}),
        prop("Description", {code: argument_help(function, arg, code) for code in texts.LANGUAGES}),
    )


def function_help(function: Function, language: str) -> str:
    """Return what the wizard says of a function: what it answers, then by which convention."""
    return " ".join(docs.part(function, name, language) for name in docs.PARTS)


def argument_help(function: Function, arg: Arg, language: str) -> str:
    """Return what the wizard says of an argument: its meaning, its domain, its default."""

    def say(key: str, **params: str) -> str:
        return texts.word(Text(key, params), language)

    words = [
        docs.meaning(function, arg, language),
        say("explain.must_be", expected=docs.domain(arg, language)),
    ]
    if not arg.required:
        shown = docs.default(arg, language)
        words.append(say("explain.default", value=shown) if shown else say("explain.optional"))
    return " ".join(words)


def node(name: str, *content: str) -> str:
    """Return a node of the configuration that replaces what an older version left."""
    inside = "\n".join(content)
    return f'<node oor:name={quoteattr(name)} oor:op="replace">\n{inside}\n</node>'


def prop(name: str, values: dict[str, str]) -> str:
    """Return a property with a value a language."""
    inside = "".join(
        f"<value xml:lang={quoteattr(code)}>{escape(text)}</value>" for code, text in values.items()
    )
    return f"<prop oor:name={quoteattr(name)}>{inside}</prop>"
