"""Values through the whole way: fake host, Microsoft's runtime, functions.js, a running server.

What each cell must show is what the catalogue's own runner gives for the same arguments.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.run import run
from clv_xl.cells import Block
from clv_xl.errors import NA, CellError
from tests.hosts.officejs.browser import ERROR, Sheet, browser, sheet
from tests.hosts.officejs.served import SERVED
from tests.hosts.server.running import Running, running

pytestmark = pytest.mark.office_js

ORDERS = [["customer", "date", "amount"]] + [[f"C{i % 7}", 45000 + 11 * i, 20 + i] for i in range(40)]


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def server(driver: Browser) -> Iterator[Running]:  # noqa: ARG001  without Chromium no server
    with running(factory=SERVED) as found:
        yield found


@pytest.fixture
def cells(driver: Browser, server: Running) -> Iterator[Sheet]:
    with sheet(driver, server) as found:
        yield found


def taken(value: Any) -> Any:
    """Return an argument as the runner takes it."""
    if isinstance(value, list):
        return Block.from_rows([[taken(cell) for cell in row] for row in value])
    if isinstance(value, dict):
        return CellError(value["code"], "input_error")
    return None if value == "" else value


def expected(name: str, *args: Any, language: str = "en") -> Any:
    """Return what the cell must show: Excel takes no blank in a result, and shows two codes' sentences."""
    return shown(run(CATALOGUE[name], [taken(a) for a in args], Context(language=language)), language)


def shown(value: Any, language: str) -> Any:
    if isinstance(value, Block):
        return [[shown(cell, language) for cell in row] for row in value.to_rows()]
    if isinstance(value, CellError):
        return value.code, texts.sentence(value, language)
    return "" if value is None else value


def near(found: Any, value: Any) -> None:
    """Check a value; doubles travel exactly, so equality is meant."""
    if isinstance(value, list):
        assert len(found) == len(value)
        for row, wanted in zip(found, value, strict=True):
            assert [inside(cell) for cell in row] == wanted
    else:
        assert found == value


def inside(cell: Any) -> Any:
    """Return a cell of a spilled range: an error stands there as data."""
    return (cell["basicValue"], cell.get("message")) if isinstance(cell, dict) else cell


def test_scalars_arrive_as_the_runner_gives_them(cells: Sheet) -> None:
    calls: list[Any] = [
        ("CLV", 50, 3, 3),
        ("CLV", 50, 3, 3, 0.4, 45),
        ("CLV.CHURN", 5, 200),
        ("CLV.VERSION",),
    ]
    found = cells.calculate(*calls)
    assert found == [expected(*call) for call in calls]
    assert found[0] == 450  # 50 a purchase, 3 a year, 3 years


def test_one_cell_of_a_matrix_argument_is_a_scalar(cells: Sheet) -> None:
    """Excel hands [[x]] over for every argument declared a matrix."""
    assert cells.calculate(("CLV", [[50]], [[3]], [[3]], [[None]])) == [450]


def test_what_the_metadata_declare_a_matrix_is_handed_over_as_one(cells: Sheet, server: Running) -> None:
    declared = {f["id"]: f["result"] for f in server.client.get("/functions.json").json()["functions"]}
    for name, *args in (("CLV", 50, 3, 3), ("CLV.VERSION",)):
        call = [{"name": name, "args": args}]
        value = cells.page.evaluate("calls => HOST.calculate(calls)", call)[0]["value"]
        assert isinstance(value, list) == (declared[name].get("dimensionality") == "matrix"), name


def test_ranges_small_and_large(cells: Sheet) -> None:
    small, large = [[10], [20], [60]], [[i / 7] for i in range(500)]
    found = cells.calculate(
        ("CLV.AOV", small), ("CLV.AOV", large), ("CLV.AOV", large, [[i] for i in range(500)])
    )
    assert found[0] == 30
    assert found[1] == expected("CLV.AOV", large)
    assert found[2] == expected("CLV.AOV", large, [[i] for i in range(500)])


@pytest.mark.parametrize("missing", [[], [None], [None, None, None], [""]], ids=str)
def test_optional_arguments_left_out(cells: Sheet, missing: list[Any]) -> None:
    near(cells.calculate(("CLV", 50, 3, 3, *missing))[0], 450)


def test_an_argument_left_out_between_others(cells: Sheet) -> None:
    assert cells.calculate(("CLV", 50, 3, 3, 0.4, None, 0.1)) == [expected("CLV", 50, 3, 3, 0.4, None, 0.1)]


@pytest.mark.parametrize("blank", [None, ""], ids=["null", "empty text"])
@pytest.mark.parametrize("height", [4, 400])
def test_blanks_are_blank_in_both_forms(cells: Sheet, blank: Any, height: int) -> None:
    rows = [[10.0], [blank], [30.0], [blank]] * (height // 4)
    assert cells.calculate(("CLV.AOV", rows)) == [20]  # the mean of 10 and 30


@pytest.mark.parametrize("height", [4, 400])
def test_a_blank_handed_over_as_zero_is_a_zero(cells: Sheet, height: int) -> None:
    rows = [[10.0], [0], [30.0], [0]] * (height // 4)
    assert cells.calculate(("CLV.AOV", rows)) == [10]


def test_a_blank_in_a_required_place_is_called_blank(cells: Sheet) -> None:
    for blank in (None, ""):
        code, sentence = cells.calculate(("CLV", 50, 3, blank))[0]
        assert (code, sentence) == expected("CLV", 50, 3, "")
        assert "blank" in sentence


@pytest.mark.parametrize("height", [1, 3, 300])
def test_error_cells_reach_the_function(cells: Sheet, height: int) -> None:
    value: Any = ERROR if height == 1 else [[5.0]] * (height - 1) + [[ERROR]]
    found = cells.calculate(("CLV.AOV", value))[0]
    assert found == expected("CLV.AOV", value)
    assert found[0] == NA


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ({"type": "FormattedNumber", "basicValue": 50, "numberFormat": "0.00"}, 50),
        ({"type": "Double", "basicValue": 50}, 50),
        ({"type": "Entity", "basicType": "Double", "basicValue": 50, "text": "fifty"}, 50),
        ({"type": "Entity", "basicType": "Error", "basicValue": "#VALUE!", "text": "x"}, "#VALUE!"),
        ({"type": "Error", "basicType": "Error", "basicValue": "#DIV/0!"}, "#DIV/0!"),
        ({"type": "Empty", "basicType": "Empty", "basicValue": ""}, None),
        ({"code": "#REF!"}, "#REF!"),
        ({"type": "Error", "basicValue": "#BUSY!"}, "#N/A"),
        ({"type": "Error", "basicValue": "#FIELD!"}, "#VALUE!"),
    ],
)
def test_data_types_stand_for_their_plain_value(cells: Sheet, cell: Any, meant: Any) -> None:
    wanted = CellError(meant, "input_error") if isinstance(meant, str) else meant
    found = cells.page.evaluate("cell => ClvAddin.call('CLV', [cell, 3, 3]).catch(e => e)", cell)
    value = run(CATALOGUE["CLV"], [wanted, 3, 3])
    if isinstance(value, CellError):
        assert found == {"code": value.code, "key": value.key, "sentence": texts.sentence(value)}
    else:
        assert found == value


def test_texts_and_booleans(cells: Sheet) -> None:
    calls: list[Any] = [
        ("CLV.CONVERTRATE", 0.01, "month", "year", "effective"),
        ("CLV.PAYBACK", 100, 30, 0.9, 0, True),
        ("CLV.PAYBACK", 100, 30, 0.9, 0, False),
    ]
    found = cells.calculate(*calls)
    assert found == [expected(*call) for call in calls]
    assert found[1] != found[2]


def test_half_a_surrogate_pair_fails_no_other_cell(cells: Sheet) -> None:
    """JSON that holds one is refused whole by the server; 32 rows and more travel as a section."""
    bad, fine = cells.page.evaluate(
        "Promise.allSettled([ClvAddin.call('CLV', ['\\ud83d', 3, 3]), ClvAddin.call('CLV', [50, 3, 3])])"
    )
    assert bad["reason"]["code"] == "#VALUE!"
    assert fine["value"] == 450
    found = cells.page.evaluate(
        "ClvAddin.call('CLV.AOV', [Array.from({length: 99}, () => ['\\udc00x'])]).catch(e => e)"
    )
    assert found["code"] == "#VALUE!"
    assert "\ufffd" in found["sentence"]


def test_tables_spill_with_blanks_as_empty_texts(cells: Sheet) -> None:
    found = cells.calculate(("CLV.HISTORICAL", ORDERS), ("CLV.SUMMARY", ORDERS, "Y"))
    near(found[0], expected("CLV.HISTORICAL", ORDERS))
    near(found[1], expected("CLV.SUMMARY", ORDERS, "Y"))
    assert any("" in row for row in found[1])
    assert all(None not in row for row in found[1])


def test_errors_inside_a_spilled_range_stand_in_their_cells_and_in_the_log(cells: Sheet) -> None:
    values = [[50.0], ["x"], [60.0]]
    found = cells.calculate(("CLV", values, 3, 3))[0]
    assert [inside(row[0]) for row in found] == [row[0] for row in expected("CLV", values, 3, 3)]
    assert inside(found[1][0])[0] == "#VALUE!"
    assert [(e["cell"], e["code"]) for e in cells.log()] == [("Sheet1!A1", "#VALUE!")]


@pytest.mark.parametrize("code", ["#REF!", "#NAME?"])
def test_codes_that_excels_runtime_has_no_number_for_are_shown_all_the_same(cells: Sheet, code: str) -> None:
    """As a rejection they would be #VALUE!; their sentence, which Excel does not show, is in the log."""
    error = {"type": "CustomFunctionError", "code": code}
    found = cells.calculate(("CLV", error, 3, 3), ("CLV.CHURN", error, 3))
    wanted = expected("CLV", error, 3, 3)
    assert wanted[0] == code
    assert [inside(cell)[0] for cell in found] == [code, code]
    assert [entry["sentence"] for entry in cells.log() if entry["function"] == "CLV"] == [wanted[1]]


def test_every_error_is_in_the_log_once_with_a_count(cells: Sheet) -> None:
    """Excel shows no sentence for #NUM!: the log does."""
    fails = ("CLV.RATIO", 100, 0), ("CLV", 50, 3, 3), ("CLV", 50, 3, "many")
    told = cells.page.evaluate_handle(
        "() => { const told = []; ClvAddin.log.subscribe(all => told.push(all.length)); return told; }"
    )
    cells.calculate(*fails)
    cells.calculate(*fails)
    entries = [(e["cell"], e["function"], e["code"], e["count"]) for e in cells.log()]
    wanted = [expected(*fails[2]), expected(*fails[0])]
    assert entries == [("Sheet1!A3", "CLV", wanted[0][0], 2), ("Sheet1!A1", "CLV.RATIO", wanted[1][0], 2)]
    assert [e["sentence"] for e in cells.log()] == [w[1] for w in wanted]
    assert told.json_value() == [2, 2]  # once a batch, however many cells
    cells.page.evaluate("ClvAddin.log.clear()")
    assert cells.log() == []


def test_the_log_keeps_the_last_two_hundred(cells: Sheet) -> None:
    cells.calculate(*[("CLV", 50, 3, "x")] * 250)
    log = cells.log()
    assert len(log) == 200
    assert log[0]["cell"] == "Sheet1!A250"


def test_the_language_setting_reaches_tables_and_sentences(cells: Sheet) -> None:
    for language in ("fi", "el", "en"):
        cells.page.evaluate("language => ClvAddin.settings.set({language})", language)
        near(
            cells.calculate(("CLV.HISTORICAL", ORDERS))[0],
            expected("CLV.HISTORICAL", ORDERS, language=language),
        )
        assert cells.calculate(("CLV", 50, 3, "x")) == [expected("CLV", 50, 3, "x", language=language)]


def test_the_language_of_excel_is_used_where_none_is_set(driver: Browser, server: Running) -> None:
    for host, language in (("pl-PL", "pl"), ("sv-SE", "en")):
        script = f"window.Office = {{context: {{displayLanguage: {json.dumps(host)}}}}}"
        with sheet(driver, server, "bare=1", script) as found:
            sentence = found.page.evaluate("ClvAddin.call('CLV', [50, 3, 'x']).catch(e => e.sentence)")
            assert sentence == expected("CLV", 50, 3, "x", language=language)[1]


def test_the_header_setting_fills_the_argument_left_out(cells: Sheet) -> None:
    def first_row() -> Any:
        return cells.calculate(("CLV.HISTORICAL", ORDERS))[0][0]

    with_headers = first_row()
    cells.page.evaluate("ClvAddin.settings.set({headers: 0})")
    assert first_row() == expected("CLV.HISTORICAL", ORDERS, None, 0)[0] != with_headers
    near(cells.calculate(("CLV.HISTORICAL", ORDERS, None, 1))[0], expected("CLV.HISTORICAL", ORDERS, None, 1))
    assert cells.calculate(("CLV", 50, 3, 3)) == [450]
    cells.page.evaluate("ClvAddin.settings.set({headers: null})")
    assert first_row() == with_headers


def test_settings_are_kept_and_nonsense_is_not(cells: Sheet) -> None:
    cells.page.evaluate("ClvAddin.settings.set({language: 'ka', headers: 2, token: ' t '})")
    kept = {"language": "ka", "headers": 2, "token": "t"}
    cells.page.reload()
    assert cells.page.evaluate("ClvAddin.settings.get()") == kept
    cells.page.evaluate("ClvAddin.settings.set({language: 'xx', headers: 7, token: 5})")
    assert cells.page.evaluate("ClvAddin.settings.get()") == {
        "language": None,
        "headers": None,
        "token": None,
    }
    cells.page.evaluate("localStorage.setItem('clv_xl.settings', '{broken')")
    cells.page.reload()
    assert cells.page.evaluate("ClvAddin.settings.get()") == {
        "language": None,
        "headers": None,
        "token": None,
    }


def test_without_excel_the_functions_are_called_by_name(driver: Browser, server: Running) -> None:
    """As the start page does: no CustomFunctions there."""
    with sheet(driver, server, "bare=1") as found:
        assert found.page.evaluate("typeof CustomFunctions") == "undefined"
        assert found.page.evaluate("ClvAddin.call('clv', [50, 3, 3])") == 450
        rows = found.page.evaluate("rows => ClvAddin.call('CLV.HISTORICAL', [rows])", ORDERS)
        near(rows, run(CATALOGUE["CLV.HISTORICAL"], [taken(ORDERS)]).to_rows())  # type: ignore[union-attr]
        failed = found.page.evaluate("ClvAddin.call('CLV.NOSUCH', []).catch(e => e)")
        assert failed["code"] == "#NAME?"
        assert set(failed) == {"code", "key", "sentence"}


def test_every_function_of_the_metadata_is_associated(cells: Sheet, server: Running) -> None:
    ids = {f["id"].upper() for f in server.client.get("/functions.json").json()["functions"]}
    mapped = cells.page.evaluate("Object.keys(CustomFunctions._association.mappings)")
    assert {name.upper() for name in mapped} == ids


def test_ragged_rows_and_single_lists_of_a_pasted_table_are_filled_with_blanks(
    driver: Browser, server: Running
) -> None:
    with sheet(driver, server, "bare=1") as found:
        assert found.page.evaluate("ClvAddin.call('CLV.AOV', [[[10], [], [20]]])") == 15
        assert found.page.evaluate("ClvAddin.call('CLV.AOV', [[10, 20]])") == 15
        assert (
            found.page.evaluate(
                "ClvAddin.call('CLV.AOV', [Array.from({length: 64}, (_, i) => i % 2 ? [30] : [])])"
            )
            == 30
        )
