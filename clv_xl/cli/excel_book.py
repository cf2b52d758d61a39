"""The workbooks for Excel on Windows, with their macros: a blank one, and the demonstration."""

import tempfile
from pathlib import Path

from clv_xl.cli.demo import made
from clv_xl.cli.terminal import Terminal


def blank_book(language: str) -> bytes:
    """Return a workbook of one sheet with examples; it needs nothing that the base does not install."""
    from clv_xl.catalogue.all import CATALOGUE
    from clv_xl.hosts.xlwings_udf.book.blank import blank

    return with_functions(blank(language, CATALOGUE), language)


def demo_book(terminal: Terminal) -> bytes:
    """Return the demonstration, calculated, its formulas spelled as VBA has the functions."""
    with tempfile.TemporaryDirectory(prefix="clv_xl-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, "demo.xlsx")
        made(path, terminal, "xlwings")
        return with_functions(path.read_bytes(), terminal.language)


def with_functions(xlsx: bytes, language: str) -> bytes:
    """Return a workbook with every function of the catalogue as a function of VBA."""
    from clv_xl.catalogue.all import CATALOGUE
    from clv_xl.hosts.xlwings_udf.book.modules import modules
    from clv_xl.hosts.xlwings_udf.book.package import sheet_code_names, with_modules
    from clv_xl.hosts.xlwings_udf.book.ribbon import ribbon

    sheets = sheet_code_names(xlsx)
    return with_modules(xlsx, modules(CATALOGUE, language, sheets), ribbon(language))
