"""The functions under the real xlwings.server; skipped unless a licence is stated (see runtimes.py)."""

from pathlib import Path
from typing import Any

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.spelling import underscored
from tests.hosts.xlwings_udf.office_calls import calls
from tests.hosts.xlwings_udf.office_js import request, sent, shown
from tests.hosts.xlwings_udf.pages import pasted
from tests.hosts.xlwings_udf.runtimes import in_cpython, licence, wrong

MAIN = "from clv_xl.hosts.xlwings_udf.udfs import *"
CLV = request("CLV", [[50]], [[3]], [[3]])
REFUSED = request("CLV", [[50]], [[3]], [[-1]])


@pytest.fixture(autouse=True)
def stated() -> None:
    licence()


def answer(store: Path, *requests: dict[str, Any], main: str = MAIN) -> list[dict[str, Any]]:
    return in_cpython(main, requests, store)


def test_every_example_every_case_and_every_kind_of_cell(tmp_path: Path) -> None:
    asked = calls()
    assert wrong(asked, answer(tmp_path, *(one.call for one in asked))) == []


def test_excel_is_told_of_every_function(tmp_path: Path) -> None:
    (found,) = answer(tmp_path, {"meta": True})
    told = {function["name"]: function for function in found["meta"]["functions"]}
    assert set(told) == set(CATALOGUE)
    for name, function in CATALOGUE.items():
        assert told[name]["id"] == underscored(name)
        assert told[name]["description"].startswith(function.summary)
        known = [(p["name"], p.get("optional", False)) for p in told[name]["parameters"]]
        assert known == [(arg.name, not arg.required) for arg in function.args]
        assert all(p["dimensionality"] == "matrix" and p["description"] for p in told[name]["parameters"])
    assert found["meta"]["allowErrorForDataTypeAny"]  # errors in a range reach the function


@pytest.mark.parametrize("page", ["LITE.md", "SERVER.md"])
def test_what_the_page_says_to_paste_registers_every_function(tmp_path: Path, page: str) -> None:
    meta, called = answer(tmp_path, {"meta": True}, CLV, main=pasted(page, "python"))
    assert {function["name"] for function in meta["meta"]["functions"]} == set(CATALOGUE)
    assert called["result"] == [[450.0]]  # 50 x 3 x 3


def test_the_pasted_script_writes_the_sentences_to_a_new_sheet(tmp_path: Path) -> None:
    book = {
        "client": "Office.js",
        "version": "",
        "book": {"name": "Book1", "active_sheet_index": 0, "selection": "A1"},
        "names": [],
        "sheets": [{"name": "Sheet1", "values": [[]], "pictures": [], "tables": []}],
    }
    main = pasted("LITE.md", "python")
    _, done = answer(tmp_path, REFUSED, {"script": "clv_errors", "book": book}, main=main)
    actions = done["book"]["actions"]
    assert "addSheet" in [action["func"] for action in actions]
    (heads, row) = actions[-1]["values"]
    assert heads == ["Number", "Function", "Code", "Sentence"]
    assert row[:3] == [1, "CLV", "#NUM!"]
    assert "lifespan" in row[3]


def test_the_language_is_a_setting_of_the_process(tmp_path: Path) -> None:
    summary = request("CLV_EXPLAIN", sent("CLV"))
    english, _, finnish = answer(tmp_path, summary, {"setting": {"CLV_XL_LANG": "fi"}}, summary)
    texts = [str(shown(found["result"])) for found in (english, finnish)]
    assert "Customer lifetime value" in texts[0]
    assert "Asiakkaan" in texts[1]


def test_excel_before_data_types_shows_the_code_as_a_text(tmp_path: Path) -> None:
    """Requirement set CustomFunctionsRuntime 1.4 brought error objects; xlwings sends none to 1.3."""
    old, new = answer(tmp_path, {"call": {**REFUSED["call"], "runtime": "1.3"}}, REFUSED)
    assert old["result"] == [["#NUM!"]]
    assert new["result"] == [[{"type": "Error", "errorType": "Num"}]]


def test_another_version_of_the_client_is_refused_by_xlwings(tmp_path: Path) -> None:
    other = {"call": {**CLV["call"], "version": "0.1", "client": "Google Apps Script"}}
    same, refused = answer(tmp_path, {"call": {**CLV["call"], "version": "0.1"}}, other)
    assert same["result"] == [[450.0]]  # Office.js loads its part from the server itself
    assert "version mismatch" in refused["fault"]
