"""The module that the VBA of our own workbook calls: the functions of `udfs`, with errors marked.

The workbook makes true error values of the marked errors and keeps their sentences; in plain xlwings,
where nobody does, `udfs` is the module to take. Language and ``last_errors()`` are as there.

The functions are made when the module is imported, since xlwings looks for them in its attributes.
"""

from typing import Any

import xlwings

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.cells import Block, Cell
from clv_xl.hosts.xlwings_udf.functions import Host, language
from clv_xl.hosts.xlwings_udf.marks import marked


def _write(result: Cell | Block) -> Any:
    return marked(result, language())


HOST = Host(xlwings, __name__, _write)
_FUNCTIONS = HOST.functions(CATALOGUE)
last_errors = HOST.errors.rows
globals().update(_FUNCTIONS)
__all__ = ["last_errors", *_FUNCTIONS]  # noqa: PLE0604  names of the catalogue
