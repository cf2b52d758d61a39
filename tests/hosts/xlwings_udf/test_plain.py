"""The module as it loads where there is no Excel: xlwings' decorators do nothing there."""

import sys
from typing import Any

from clv_xl.hosts.xlwings_udf import udfs as module
from tests.hosts.xlwings_udf.winstub import windows

udfs: Any = module  # its functions are made when it is imported


def test_without_pywin32_the_same_module_holds_plain_functions() -> None:
    assert udfs.CLV(50.0, 3.0, 3.0) == 450.0  # catalogue of clv_xl, check value of CLV
    assert udfs.CLV(50.0, 3.0, lifespan=3.0, margin=0.4, cac=45.0) == 135.0  # the same
    assert not hasattr(udfs.CLV, "__xlfunc__")


def test_the_tests_on_windows_leave_this_machine_as_it_was() -> None:
    before = {name: m for name, m in sys.modules.items() if name.startswith(("xlwings", "clv_xl"))}
    with windows() as made:
        assert made.xlwings is not before["xlwings"]
        assert hasattr(made.xlwings.func(lambda: 0), "__xlfunc__")
    after = {name: m for name, m in sys.modules.items() if name.startswith(("xlwings", "clv_xl"))}
    assert after == before
    assert not [name for name in sys.modules if name.startswith(("win32", "pythoncom", "pywintypes"))]
