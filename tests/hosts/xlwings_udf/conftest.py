"""xlwings as on Windows, and a store of its own, for the tests of this folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.xlwings_udf.winstub import MODULE, Windows, windows


@pytest.fixture(scope="module")
def on_windows() -> Iterator[Windows]:
    with windows() as made:
        yield made


@pytest.fixture(scope="module")
def udfs(on_windows: Windows, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the module of functions as xlwings on Windows imports it."""
    from clv_xl.orders.store import Store

    module = on_windows.module(MODULE)
    directory: Path = tmp_path_factory.mktemp("store")
    module.HOST.store = Store(directory)
    return module


@pytest.fixture
def call(on_windows: Windows, udfs: Any) -> Callable[..., Any]:
    """Return the entry of xlwings' COM server that every cell calls."""
    server = on_windows.server.XLPython()

    def call_udf(name: str, *args: Any, workbook: Any = None) -> Any:
        return server.CallUDF(udfs.__name__, name, args, workbook)

    return call_udf
