"""A sentence for each cell in error, wherever the error came from."""

import json
from pathlib import Path

import xlsxwriter

from clv_xl.hosts.headless.report import Report
from tests.hosts.headless.books import formulas, make, run


def blamed(report: Report) -> dict[str, tuple[str, str, str]]:
    return {e.cell: (e.code, e.sentence.key, e.origin) for e in report.errors}


def test_sentences(tmp_path: Path) -> None:
    source = formulas(
        tmp_path / "b.xlsx",
        {
            "A1": "=CLV(50,3,-1)",
            "A2": "=A1*2",
            "A3": "=SUM(A2:A2)+1",
            "A4": '=IF(CLV(1,1,1)>0,CLV(1,1,-2),"")',
            "A5": "=CLV(A2,1,1)",
            "A6": "=1/0",
            "A7": "=CLV(A6,1,1)",
            "A8": '=CLV("x",1,1)+A1',
            "A9": "=name*2",
            "A10": "=nothing",
            "A11": "=MATCH(9,B1:B2,0)",
            "A12": "=IFERROR(A1,0)",
            "A13": "=IFERROR(CLV(1,1,-3),CLV(1,1,-4))",
        },
        {"B9": "#N/A"},
    )
    report, _ = run(source)
    assert blamed(report) == {
        "A1": ("#NUM!", "negative_lifespan", ""),
        "A2": ("#NUM!", "negative_lifespan", "S!A1"),
        "A3": ("#NUM!", "negative_lifespan", "S!A1"),
        "A4": ("#NUM!", "negative_lifespan", ""),
        "A5": ("#NUM!", "negative_lifespan", "S!A1"),
        "A6": ("#DIV/0!", "headless_code_div", ""),
        "A7": ("#DIV/0!", "headless_code_div", "S!A6"),
        "A8": ("#VALUE!", "wrong_kind", ""),
        "A9": ("#NAME?", "headless_code_name", ""),
        "A10": ("#NAME?", "headless_code_name", ""),
        "A11": ("#N/A", "headless_code_na", ""),
        "A13": ("#NUM!", "negative_lifespan", ""),
    }
    got = {e.cell: e.sentence.params.get("got") for e in report.errors}
    assert (got["A1"], got["A4"], got["A13"]) == (-1.0, -2.0, -4.0)


def test_errors_inside_a_spill_and_typed_in(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        book.define_name("bad", "=S!$B$1")
        sheet.write_dynamic_array_formula("A1", "=CLV.BROKEN(1)")
        sheet.write_formula("D1", "=B1+1", None, 0)
        sheet.write_formula("D2", "=bad", None, 0)

    report, _ = run(make(tmp_path / "b.xlsx", fill))
    assert blamed(report) == {
        "B1": ("#NUM!", "bad_row", ""),
        "D1": ("#NUM!", "bad_row", "S!B1"),
        "D2": ("#NUM!", "bad_row", "S!B1"),
    }


def test_many_errors_through_a_long_chain(tmp_path: Path) -> None:
    chain = {"A1": "=CLV(1,1,-1)"} | {f"A{r}": f"=A{r - 1}+1" for r in range(2, 400)}
    report, _ = run(formulas(tmp_path / "b.xlsx", chain))
    assert len(report.errors) == 399
    assert {(e.sentence.key, e.origin) for e in report.errors[1:]} == {("negative_lifespan", "S!A1")}


def test_the_report_is_json(tmp_path: Path) -> None:
    report, _ = run(formulas(tmp_path / "b.xlsx", {"A1": "=CLV(1,1,-1)", "A2": "=FOO()"}), gets=("S!A1:B1",))
    found = json.loads(json.dumps(report.to_json()))
    assert found["errors"][0]["sentence"] == {"key": "negative_lifespan", "got": -1.0}
    assert found["results"] == [{"request": "S!A1:B1", "rows": [["#NUM!", None]]}]
    assert found["unknown"] == {"FOO": 1}
    worded = report.to_json(lambda sentence: f"<{sentence.key}>")
    assert worded["kept"][0]["reason"] == "<headless_keep_function>"
