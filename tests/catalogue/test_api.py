"""The functions in Python. Expected values are scalar calls of the same function, or stated values."""

import datetime as dt
import doctest
import inspect
import pickle
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

import clv_xl
from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.function import Function, lifts
from clv_xl.catalogue.ranges import OrderLogRange
from clv_xl.errors import NUM, VALUE, CellError, ClvXlError, FormulaError

FUNCTIONS = list(CATALOGUE.values())
LIFTING = [f for f in FUNCTIONS if f.lifts]
PACKAGE = Path(clv_xl.__file__).parent


def api(function: Function) -> Any:
    return getattr(clv_xl, function.python_name)


def name(function: Function) -> str:
    return function.name


def drawn(function: Function, seed: int) -> list[Any]:
    """Return a valid call, drawn again until the function answers it with a number."""
    random = Random(seed)
    for _ in range(200):
        args = [arg.kind.draw(random) for arg in function.args if lifts(arg.kind)]
        try:
            api(function)(*args)
        except FormulaError:
            continue
        return args
    message = f"no valid call of {function.name} among 200"
    raise AssertionError(message)


@pytest.mark.parametrize("function", FUNCTIONS, ids=name)
def test_the_signature_is_that_of_the_declaration(function: Function) -> None:
    signature = inspect.signature(api(function))
    assert [n for n in signature.parameters if n != "language"] == [
        a.name for a in function.args if a.name != "language"
    ]
    required = [n for n, p in signature.parameters.items() if p.default is inspect.Parameter.empty]
    assert required == [a.name for a in function.args if a.required]
    assert api(function).__name__ == function.python_name


@pytest.mark.parametrize("function", FUNCTIONS, ids=name)
def test_the_doctest_in_the_docstring_runs(function: Function) -> None:
    doc = api(function).__doc__
    assert "References\n----------\n" in doc
    assert f"Equation: ``{function.formula}``" in doc
    assert all(f"\n{arg.name} : " in doc for arg in function.args)
    # An example of these would write into the store of whoever reads the help.
    assert (">>>" in doc) is (function.name not in {"CLV.DATA", "CLV.SOURCEINFO"})
    test = doctest.DocTestParser().get_doctest(doc, {}, function.python_name, None, 0)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test)
    assert runner.failures == 0
    assert runner.tries == len(test.examples)


@pytest.mark.parametrize("function", LIFTING, ids=name)
@pytest.mark.parametrize(
    "container", [list, tuple, np.array, lambda v: pd.Series(v).array, pd.Index], ids=lambda c: repr(c)[:20]
)
def test_columns_give_what_single_calls_give(function: Function, container: Any) -> None:
    calls = [drawn(function, seed) for seed in range(5)]
    expected = [api(function)(*call) for call in calls]
    result = api(function)(*[container(list(column)) for column in zip(*calls, strict=True)])
    assert isinstance(result, np.ndarray)
    np.testing.assert_allclose(result, expected, rtol=1e-12)


@pytest.mark.parametrize("function", LIFTING, ids=name)
def test_series_give_a_series_with_their_index(function: Function) -> None:
    calls = [drawn(function, seed) for seed in range(4)]
    frame = pd.DataFrame(calls, index=["w", "x", "y", "z"])
    result = api(function)(*[frame[c] for c in frame])
    assert list(result.index) == ["w", "x", "y", "z"]
    np.testing.assert_allclose(result, [api(function)(*call) for call in calls], rtol=1e-12)


@pytest.mark.parametrize("function", LIFTING, ids=name)
def test_one_column_and_single_values_broadcast(function: Function) -> None:
    call = drawn(function, 7)
    wide = api(function)(np.array([[call[0]] * 3] * 2), *call[1:])
    assert wide.shape == (2, 3)
    np.testing.assert_allclose(wide, np.full((2, 3), api(function)(*call)), rtol=1e-12)
    assert api(function)([call[0]], *call[1:]).shape == (1,)
    assert api(function)([], *call[1:]).shape == (0,)


def test_arguments_by_name_and_by_place() -> None:
    # Check values of the catalogue for CLV.
    assert clv_xl.clv(50, 3, 3, cac=45, margin=0.4) == 135.0
    assert clv_xl.clv(lifespan=3, frequency=3, avg_order_value=50) == 450.0
    with pytest.raises(TypeError, match="lifespan"):
        clv_xl.clv(50, 3)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="marge"):
        clv_xl.clv(50, 3, 3, marge=0.4)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "fifty",
    [50, 50.0, np.float32(50), np.int16(50), Decimal(50), np.array(50), np.float64(50), pd.Series([50])[0]],
    ids=repr,
)
def test_numbers_of_every_kind_are_the_same_number(fifty: Any) -> None:
    result = clv_xl.clv(fifty, 3, 3)
    assert result == 450.0
    assert type(result) is float


def test_an_error_is_raised_with_code_and_sentence_in_the_language_asked_for() -> None:
    with pytest.raises(FormulaError) as caught:
        clv_xl.clv(50, 3, 3, margin=80)
    assert caught.value.code == NUM
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ClvXlError)
    assert caught.value.error.params["argument"] == "margin"
    assert caught.value.sentence.startswith("CLV: margin must be a number of at most 1; it is 80.")
    assert str(caught.value) == f"#NUM! {caught.value.sentence}"


def test_an_error_survives_the_way_between_processes() -> None:
    with pytest.raises(FormulaError) as caught:
        clv_xl.clv("x", 3, 3)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  our own bytes
    assert (str(again), again.code, again.error) == (str(caught.value), VALUE, caught.value.error)


def test_the_first_bad_element_is_raised_and_its_row_named() -> None:
    with pytest.raises(FormulaError, match=r"\(row 3\)") as caught:
        clv_xl.clv([50, 60, "x", "y"], 3, 3)
    assert caught.value.error.params["row"] == 3
    # A rule across arguments knows no row; the sentence names it all the same.
    with pytest.raises(FormulaError, match=r"\(row 2\)"):
        clv_xl.clv(50, 3, 3, [0.4, None], 45)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (object(), "unsupported_input"),
        (1 + 2j, "unsupported_input"),
        (dt.timedelta(1), "unsupported_input"),
        (np.timedelta64(1, "D"), "unsupported_input"),
        (np.array([1 + 2j]), "unsupported_input"),
        (b"50", "unsupported_input"),
        ({1, 2}, "unsupported_input"),
        ([1, object()], "unsupported_input"),
        (np.zeros((2, 2, 2)), "too_many_dimensions"),
        ([[1, 2], [3]], "ragged_rows"),
        (10**400, "overflow"),
        ([1, 10**400], "overflow"),
        ([[]], "blank_required"),
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0],  # the same in every process
)
def test_what_no_cell_can_hold_is_refused_with_a_sentence(value: Any, key: str) -> None:
    if key == "blank_required":
        assert clv_xl.clv(value, 3, 3).size == 0
        return
    with pytest.raises(FormulaError) as caught:
        clv_xl.clv(value, 3, 3)
    assert caught.value.error.key == key
    assert "avg_order_value" in caught.value.sentence or key == "overflow"
    assert "{" not in caught.value.sentence


def test_series_with_different_indexes_are_not_paired() -> None:
    left, right = pd.Series([1.0, 2.0]), pd.Series([1.0, 2.0], index=[1, 0])
    with pytest.raises(FormulaError, match="index"):
        clv_xl.clv(left, right, 3)
    assert list(clv_xl.clv(left, right.to_numpy(), 3)) == [3.0, 12.0]


# --- tables ----------------------------------------------------------------------------------

ORDERS = pd.DataFrame(
    {
        "customer": ["A", "A", "B", "C"],
        "date": pd.to_datetime(["2024-02-10", "2024-08-01", "2024-05-20", "2025-06-30"]),
        "amount": [50.0, 70.0, 30.0, 40.0],
        "segment": pd.Categorical(["home", "home", "office", "home"]),
    }
)
ON_ORDERS = [
    f
    for f in FUNCTIONS
    if f.spills and [type(a.kind) for a in f.args if a.required] == [OrderLogRange] and f.args
]


@pytest.mark.parametrize("function", ON_ORDERS, ids=name)
def test_a_table_is_a_frame_and_every_origin_of_orders_gives_the_same(function: Function) -> None:
    table = api(function)(ORDERS)
    assert isinstance(table, pd.DataFrame)
    rows = [list(ORDERS), *ORDERS.astype(object).to_numpy().tolist()]
    for same in (ORDERS.to_dict("list"), rows, ORDERS.astype({"segment": object, "customer": "category"})):
        pd.testing.assert_frame_equal(api(function)(same), table)


@pytest.mark.parametrize("function", ON_ORDERS, ids=name)
def test_header_rows_are_keys_or_words_or_left_out(function: Function) -> None:
    keys, words = api(function)(ORDERS), api(function)(ORDERS, language="fi")
    bare = api(function)(ORDERS, headers=0)
    assert keys.shape == words.shape == bare.shape
    assert list(bare) == list(range(bare.shape[1]))
    assert list(words) != list(keys)
    assert list(api(function)(ORDERS, headers=2)) == list(keys)


def test_per_row_functions_keep_the_index_and_the_height() -> None:
    values = pd.Series([5, 4, None, 3, 2, 1, None], index=list("abcdefg"))
    for function in (f for f in FUNCTIONS if f.per_row):
        result = api(function)(values)
        assert list(result.index) == list("abcdefg")
        assert list(result.isna()) == list(values.isna())
        assert len(api(function)(values.to_numpy())) == 7


def test_values_by_name_come_as_a_mapping_or_a_series() -> None:
    by_name = {"home": 0.5, "office": 0.2}
    mapped = clv_xl.segment(ORDERS, margin=by_name)
    pd.testing.assert_frame_equal(clv_xl.segment(ORDERS, margin=pd.Series(by_name)), mapped)
    pd.testing.assert_frame_equal(clv_xl.segment(ORDERS, margin=[["home", 0.5], ["office", 0.2]]), mapped)


def test_the_store_is_used_only_by_calls_that_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLV_XL_STORE", str(tmp_path / "store"))
    assert clv_xl.frequency(ORDERS["customer"]) == 4 / 3
    assert not (tmp_path / "store").exists()
    text = clv_xl.data(ORDERS["customer"], ORDERS["date"], ORDERS["amount"])
    assert (tmp_path / "store").exists()
    assert clv_xl.aov(text) == clv_xl.aov(ORDERS["amount"])
    pd.testing.assert_frame_equal(clv_xl.summary(text), clv_xl.summary(ORDERS.iloc[:, :3]))


# --- the package -----------------------------------------------------------------------------


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_loads_neither_numpy_nor_anything_slower() -> None:
    heavy = ("numpy", "pandas", "scipy", "xlwings", "clv_xl.catalogue", "clv_xl.texts")
    assert python(f"import sys, clv_xl; print([m for m in {heavy} if m in sys.modules])") == "[]"


def test_a_single_call_loads_neither_pandas_nor_scipy() -> None:
    slow = "[m for m in ('pandas', 'scipy') if m in sys.modules]"
    assert python(f"import sys, clv_xl; clv_xl.clv(50, 3, [3]); print({slow})") == "[]"


def test_a_star_import_brings_every_function() -> None:
    code = "from clv_xl import *; print(len([n for n in dir() if callable(globals()[n]) and n[0] != '_']))"
    assert python(code) == str(len(CATALOGUE) + 1)  # and FormulaError


def test_a_room_of_the_package_may_be_imported_first() -> None:
    code = "from clv_xl import orders, texts, catalogue; import clv_xl; print(clv_xl.clv(50, 3, 3))"
    assert python(code) == "450.0"


def test_functions_are_made_once_and_listed() -> None:
    assert clv_xl.clv is clv_xl.clv
    assert set(clv_xl.__all__) == {f.python_name for f in FUNCTIONS} | {"FormulaError", "__version__"}
    assert set(clv_xl.__all__) <= set(dir(clv_xl))
    with pytest.raises(AttributeError, match="no_such"):
        clv_xl.no_such  # type: ignore[attr-defined]  # noqa: B018


def test_no_function_has_the_name_of_a_room() -> None:
    rooms = {p.stem for p in PACKAGE.iterdir()}
    assert not rooms & {f.python_name for f in FUNCTIONS}


def test_an_error_value_given_is_an_error_raised() -> None:
    with pytest.raises(FormulaError) as caught:
        clv_xl.clv([50, CellError(NUM, "input_error")], 3, 3)
    assert caught.value.code == NUM


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize(
    ("name", "args", "kind"),
    [
        ("clv", (50, 3, 3, "40%"), "number"),
        ("clv", (50, 3, [3, "3"]), "number"),
        ("status", ([["customer", "date", "amount"], ["A", 45332, 50]], "2025-12-31"), "date"),
    ],
)
def test_what_mends_a_text_is_said_for_python(name: str, args: Any, kind: str, language: str) -> None:
    """Excel's menu, which mends the text in a cell, is not named."""
    with pytest.raises(FormulaError) as caught:
        getattr(clv_xl, name)(*args, language=language)
    assert str(caught.value).endswith(texts.word(f"mend.python_{kind}", language))
    assert texts.word(f"mend.text_{kind}", language) not in str(caught.value)
