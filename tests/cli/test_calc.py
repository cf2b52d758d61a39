"""``clv-xl calc``. Values: the table of functions in the specification (issue "1 of 7")."""

import csv
import json
import os
import signal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clv_xl.catalogue.run import run
from clv_xl.cli import answers, main
from tests.cli.program import clv_xl, python, workbook

SHEETS: dict[str, dict[str, Any]] = {
    "Inputs": {
        "B3": 0.8,
        "B4": "fifty",
        "C3": '=CLV.CONTRACT(60,B3,10%,"upfront")',
        "C4": "=CLV(B4,3,3)",
        "C5": "=C4+1",
    },
    "My Sheet": {"A1": "#=CLV.COMPARE(60,Inputs!B3,10%)"},
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return workbook(tmp_path / "Plan.xlsx", SHEETS)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return workbook(tmp_path / "Good.xlsx", {"S": {"A1": "=CLV(50,3,3)", "A2": "=_xldudf_CLV_RATIO(180,45)"}})


def value(path: Path, sheet: str, cell: str) -> object:
    return openpyxl.load_workbook(path, data_only=True)[sheet][cell].value


def test_the_copy_stands_beside_the_source_which_stays(good: Path) -> None:
    before = good.read_bytes()
    done = clv_xl("calc", str(good))
    copy = good.with_name("Good.calculated.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(copy) in done.stdout
    assert good.read_bytes() == before
    assert (value(copy, "S", "A1"), value(copy, "S", "A2")) == (450, 4)
    assert {p.name for p in good.parent.iterdir()} == {"Good.xlsx", "Good.calculated.xlsx"}


def test_each_cause_of_errors_is_told_with_sheet_cell_code_and_sentence(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calc", str(plan)]) == 0
    first, rest = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    _, where, code, sentence = first.split("  ")
    assert (where, code) == ("Inputs!C4", "#VALUE!")
    assert sentence.startswith("CLV: avg_order_value ")
    assert rest == "  Cells that hold an error because of these: 1"  # C5 reads C4


def test_strict_tells_by_its_status(plan: Path, good: Path) -> None:
    assert main(["calc", str(plan), "--strict", "-q"]) == 1
    assert main(["calc", str(good), "--strict", "-q"]) == 0


def test_a_cell_that_cannot_be_calculated_counts_for_strict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = workbook(tmp_path / "Odd.xlsx", {"S": {"A1": "=NOSUCHFUNCTION(1)"}})
    assert main(["calc", str(book), "--strict"]) == 1
    assert "NOSUCHFUNCTION" in capsys.readouterr().out


def test_quiet_writes_the_file_and_no_word(plan: Path) -> None:
    done = clv_xl("calc", str(plan), "-o", str(plan.with_name("Out.xlsx")), "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert value(plan.with_name("Out.xlsx"), "Inputs", "C3") == pytest.approx(220)


def test_a_scenario_is_printed_and_nothing_written(plan: Path) -> None:
    done = clv_xl("calc", str(plan), "--set", "Inputs!B3=85%", "--get", "Inputs!C3")
    # m (1+d) / (1+d-r) = 60 x 1.1 / 0.25, the definition of CLV.CONTRACT "upfront"
    assert (done.returncode, done.stdout.split()) == (0, ["264"])
    assert "Inputs!C4" in done.stderr
    assert [p.name for p in plan.parent.iterdir()] == ["Plan.xlsx"]


def test_a_spill_as_csv_and_json_agree(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = "'My Sheet'!A1#"
    main(["calc", str(plan), "--get", request, "--format", "csv", "-q"])
    rows = list(csv.reader(capsys.readouterr().out.splitlines()))
    main(["calc", str(plan), "--get", request, "--format", "json", "-q"])
    found = json.loads(capsys.readouterr().out)[request]
    assert [float(row[1]) for row in rows[1:]] == [row[1] for row in found[1:]]
    assert found[1][1] == pytest.approx(220)
    assert [len(row) for row in rows] == [4] * 7


def test_a_csv_file_is_utf_8_whatever_the_terminal_is(plan: Path) -> None:
    done = clv_xl(
        "calc",
        str(plan),
        "--get",
        "'My Sheet'!B1",
        "--format",
        "csv",
        "-q",
        "--lang",
        "ka",
        PYTHONIOENCODING="ascii",
    )
    assert done.stdout.strip() == "მომხმარებლის სიცოცხლის ხანგრძლივობის ღირებულება (CLV)"  # texts/terms.csv


def test_json_is_the_whole_report(plan: Path) -> None:
    done = clv_xl("calc", str(plan), "--json", "--lang", "en", "--get", "Inputs!C3:C4")
    report = json.loads(done.stdout)
    assert (report["formulas"], report["ours"], report["output"]) == (4, 3, "")
    assert [e["cell"] for e in report["errors"]] == ["C4", "C5"]
    assert report["errors"][0]["sentence"].startswith("CLV: avg_order_value ")
    assert report["results"] == [{"request": "Inputs!C3:C4", "rows": [[pytest.approx(220)], ["#VALUE!"]]}]


@pytest.mark.parametrize(
    "words",
    [
        ["calc", "Missing.xlsx"],
        ["calc", "Plan.xlsx", "-o", "Plan.xlsx"],
        ["calc", "Plan.xlsx", "-o", "no/such/folder/Out.xlsx"],
        ["calc", "Plan.xlsx", "--get", "Nowhere!A1"],
        ["calc", "Plan.xlsx", "--set", "Inputs!B3"],
        ["calc", "Plan.xlsx", "--set", "Inputs!B3==1+1"],
        ["calc", "Broken.xlsx"],
        ["calc", "."],
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    words: list[str], plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan.with_name("Broken.xlsx").write_bytes(plan.read_bytes()[:700])
    before = plan.read_bytes()
    monkeypatch.chdir(plan.parent)
    monkeypatch.setenv("CLV_XL_DEBUG", "1")
    assert main(words) == 2
    shown = capsys.readouterr()
    assert (shown.out, len(shown.err.splitlines())) == ("", 1)
    assert plan.read_bytes() == before
    assert {p.name for p in plan.parent.iterdir()} == {"Plan.xlsx", "Broken.xlsx"}


def test_a_missing_extra_is_said_with_what_to_type(plan: Path) -> None:
    code = (
        "import sys; sys.modules['formualizer'] = None\n"
        "from clv_xl.cli import main\n"
        f"sys.exit(main(['calc', {str(plan)!r}]))"
    )
    done = python(code)
    assert (done.returncode, done.stdout) == (2, "")
    assert "formualizer" in done.stderr
    assert 'pip install "clv_xl[workbook]"' in done.stderr


def test_an_interrupt_while_the_engine_calls_back_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The engine takes an exception of a callback for that cell's error and goes on.
    cells = {f"B{i}": f"=CLV({i},3,3)" for i in range(1, 200)}
    book = workbook(tmp_path / "Many.xlsx", {"S": cells})
    calls = []

    def interrupted(*args: object) -> object:
        calls.append(1)
        if len(calls) == 50:
            os.kill(os.getpid(), signal.SIGINT)
        return run(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(answers, "run", interrupted)
    before = signal.getsignal(signal.SIGINT)
    assert main(["calc", str(book)]) == 130
    assert len(calls) == 50
    assert signal.getsignal(signal.SIGINT) is before
    assert [p.name for p in tmp_path.iterdir()] == ["Many.xlsx"]
    assert len(capsys.readouterr().err.splitlines()) == 1
