"""The text of CLV.DATA and what it stands for."""

from pathlib import Path

import numpy as np
import pytest

from clv_xl.cells import Cells
from clv_xl.errors import NA, VALUE, CellError, Text
from clv_xl.orders.data import download, is_data_text, is_source_text, order_log, source_info, upload
from clv_xl.orders.store import Store

FIELDS = {
    "customer_ids": Cells.of(["A", "b", "a", None]),
    "order_dates": Cells.of([45000.0, 45001.5, 45100.0]),
    "amounts": Cells.of(np.array([10.0, 20.0, 30.0])),
}


def test_there_and_back(tmp_path: Path) -> None:
    """The text is short, the same for the same columns, and another process reads it."""
    text = upload(Store(tmp_path), FIELDS)
    assert is_data_text(text)
    assert text.startswith("clv:orders:")
    assert text.endswith(":3")
    assert len(text) < 60
    assert upload(Store(tmp_path), dict(reversed(FIELDS.items()))) == text
    found = download(Store(tmp_path), f" {text.upper()} ")
    assert list(found) == list(FIELDS)
    assert list(found["customer_ids"]) == ["A", "b", "a"]


def test_order_log(tmp_path: Path) -> None:
    """The log is that of the columns, its rows counted as in the ranges; it is made once."""
    store = Store(tmp_path)
    text = upload(store, FIELDS, first_row=2)
    log = order_log(store, text).strict()
    assert (log.customers.codes.tolist(), log.amounts.tolist()) == ([0, 1, 0], [10.0, 20.0, 30.0])
    assert (log.row_of(0), log.columns["amount"]) == (2, "amounts")
    assert order_log(store, text) is log


def test_issues_travel(tmp_path: Path) -> None:
    """Bad cells are stored as they are, for CLV.CHECK; strict functions raise them."""
    store = Store(tmp_path)
    text = upload(store, FIELDS | {"order_dates": Cells.of([45000.0, "1.2.2025", 45100.0])})
    with pytest.raises(CellError) as found:
        order_log(store, text).strict()
    assert (found.value.code, found.value.params["row"], found.value.params["column"]) == (
        VALUE,
        2,
        "order_dates",
    )


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("@shop", VALUE, "source_not_configured"),
        ("Orders", VALUE, "order_log_expected"),
        ("", VALUE, "order_log_expected"),
        ("clv:orders:" + "0" * 31 + ":3", VALUE, "order_log_expected"),
        ("clv:orders:../../etc/passwd:3", VALUE, "order_log_expected"),
        ("clv:orders:" + "0" * 32 + ":3", NA, "data_lost"),
    ],
)
def test_other_texts(tmp_path: Path, text: str, code: str, key: str) -> None:
    """Issue 2, point 4: sources are refused until they exist, a lost entry is #N/A."""
    for function in (download, order_log, source_info):
        with pytest.raises(CellError) as found:
            function(Store(tmp_path), text)
        assert (found.value.code, found.value.key) == (code, key)


def test_kinds_of_text() -> None:
    """Only texts can be either."""
    assert is_source_text(" @shop")
    assert not is_source_text("shop@")
    assert not is_data_text(12.0)


def test_source_info(tmp_path: Path) -> None:
    """Lines, customers, dates, columns, size and time of storing."""
    store = Store(tmp_path)
    table = source_info(store, upload(store, FIELDS))
    values = {m.key: v for m, v in zip(*table.columns, strict=True)}
    assert values["source_info.rows"] == values["source_info.lines"] == 3
    assert values["source_info.customers"] == 2
    assert (values["source_info.first_date"], values["source_info.last_date"]) == (45000.0, 45100.0)
    assert values["source_info.columns"] == "customer_ids, order_dates, amounts"
    assert 45900 < values["source_info.stored"] < 2958466
    assert all(isinstance(measure, Text) for measure in table.column("measure"))


def test_no_orders(tmp_path: Path) -> None:
    """Columns without a row are stored, described, and #N/A to strict functions."""
    store = Store(tmp_path)
    text = upload(
        store, {"customer_ids": Cells.of([]), "order_dates": Cells.of([None]), "amounts": Cells.of([])}
    )
    assert text.endswith(":0")
    assert source_info(store, text).column("value")[0] == 0.0
    with pytest.raises(CellError) as found:
        order_log(store, text).strict()
    assert found.value.key == "no_orders"
