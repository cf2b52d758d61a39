"""The module that xlwings imports: one decorated function for each function of the catalogue.

Write ``clv_xl.hosts.xlwings_udf.udfs`` into xlwings' setting "UDF Modules" and press "Import
Functions"; a project of xlwings Lite or Server takes ``from clv_xl.hosts.xlwings_udf.udfs import *``.

The language of header rows, labels and sentences is the environment variable ``CLV_XL_LANG`` (en, fi,
ka, pl or el; English without it), read at each call. ``last_errors()`` gives the sentences of the
last errors, the newest first, to a VBA procedure or a console.

The functions are made when the module is imported, since xlwings looks for them in its attributes.
"""

import xlwings

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.xlwings_udf.functions import Host

HOST = Host(xlwings, __name__)
_FUNCTIONS = HOST.functions(CATALOGUE)
last_errors = HOST.errors.rows
globals().update(_FUNCTIONS)
__all__ = ["last_errors", *_FUNCTIONS]  # noqa: PLE0604  names of the catalogue
