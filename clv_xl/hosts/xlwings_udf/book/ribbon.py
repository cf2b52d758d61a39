"""The tab CLV in Excel's ribbon: a part of the workbook, read by Excel 2010 and later."""

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from clv_xl import texts

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
BUTTONS = (  # key of the texts, procedure of the VBA, picture of Office
    ("errors", "ClvOnErrors", "ErrorChecking"),
    ("restart", "ClvOnRestart", "Refresh"),
    ("help", "ClvOnHelp", "FunctionWizard"),
)


def ribbon(language: str) -> bytes:
    """Return the part with its labels in a language."""
    return "\n".join(_lines(language)).encode()


def _lines(language: str) -> Iterator[str]:
    def said(key: str) -> str:
        return quoteattr(texts.word(f"book.ribbon_{key}", language))

    yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    yield f'<customUI xmlns="{NAMESPACE}"><ribbon><tabs>'
    yield f'<tab id="clvTab" label={said("tab")}><group id="clvGroup" label={said("group")}>'
    for key, action, picture in BUTTONS:
        yield (
            f'<button id="clv_{key}" label={said(key)} screentip={said(key)} supertip={said(f"{key}_tip")}'
            f' imageMso="{picture}" size="large" onAction="{action}"/>'
        )
    yield "</group></tab></tabs></ribbon></customUI>"
