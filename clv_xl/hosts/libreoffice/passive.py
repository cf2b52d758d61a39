"""What the component implements, as a list: LibreOffice need not run it to know.

``unopkg add --shared`` does not know the types of an extension that it is just adding; a component that
were run then would not load. A list is also all that goes from LibreOffice's registry again.
"""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from clv_xl.hosts.libreoffice.names import MODULE, Service

ADDIN = "com.sun.star.sheet.AddIn"
OTHERS = (f"{MODULE}.Menu", f"{MODULE}.Opened")
"""Services of the component that hold no functions; each implementation is called like its service."""


def components(services: Iterable[Service], python: str) -> str:
    """Return the list for a Python file of the extension."""
    implemented: list[tuple[str, tuple[str, ...]]] = [
        (service.name, (ADDIN, service.name)) for service in services
    ]
    implemented += [(name, (name,)) for name in OTHERS]
    listed = "\n".join(
        f"<implementation name={quoteattr(name)}>"
        + "".join(f"<service name={quoteattr(service)}/>" for service in provided)
        + "</implementation>"
        for name, provided in implemented
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<components xmlns="http://openoffice.org/2010/uno-components">\n'
        f'<component loader="com.sun.star.loader.Python" uri={quoteattr(python)}>\n{listed}\n'
        "</component>\n</components>\n"
    )
