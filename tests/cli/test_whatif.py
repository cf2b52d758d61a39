"""``clv-xl whatif``. Values: CLV = 50 x 3 x 3 x margin - CAC, by head; else what ``calc`` says."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clv_xl import texts
from clv_xl.cli import main
from clv_xl.cli.variations import axis_of
from clv_xl.errors import Text, UserError
from clv_xl.hosts.headless.axes import Word
from tests.cli.program import clv_xl, environment, workbook

SHEETS: dict[str, dict[str, Any]] = {
    "Inputs": {"A1": "margin", "B3": 0.4, "B4": 45, "B5": "Y", "B6": "=B4*2"},
    "CLV": {
        "B10": "=CLV(50,3,3,Inputs!B3,Inputs!B4)",
        "B11": '=IF(Inputs!B5="Y","=risky","fine")',
        "B12": "=1/(Inputs!B3-0.5)",
        "B13": "=NOSUCH(Inputs!B3)",
        "B14": "=Inputs!B6+1",
    },
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return workbook(tmp_path / "Plan.xlsx", SHEETS, in_margin="=Inputs!$B$3")


def grid(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["whatif", *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_grid_is_the_product_and_the_first_varies_slowest(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = grid(
        capsys, str(plan), "--vary", "Inputs!B3=0.4:0.6:0.1", "--vary", "Inputs!B4=40;45", "--read", "CLV!B10"
    )
    assert (found["vary"], found["read"]) == (["Inputs!B3", "Inputs!B4"], ["CLV!B10"])
    assert found["rows"] == [
        [0.4, 40, 140], [0.4, 45, 135], [0.5, 40, 185], [0.5, 45, 180], [0.6, 40, 230], [0.6, 45, 225],
    ]  # fmt: skip
    assert (found["errors"], found["notes"]) == ([], [])


def test_together_varies_in_step(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(plan), "--vary", "Inputs!B3=40%;50%", "--vary", "Inputs!B4=0;5", "--read", "CLV!B10"]
    assert grid(capsys, *words, "--together")["rows"] == [[0.4, 0, 180], [0.5, 5, 220]]
    words[2] = "Inputs!B3=40%"
    assert main(["whatif", *words, "--together"]) == 2
    assert "Inputs!B3: 1, Inputs!B4: 2" in capsys.readouterr().err


def test_every_point_is_what_calc_says(plan: Path) -> None:
    words = ("whatif", str(plan), "--vary", "Inputs!B3=0.1:0.9:0.2", "--read", "CLV!B10", "--json")
    done = clv_xl(*words)
    assert (done.returncode, done.stderr) == (0, "")
    for margin, value in json.loads(done.stdout)["rows"]:
        alone = clv_xl("calc", str(plan), "--set", f"Inputs!B3={margin!r}", "--get", "CLV!B10", "-q",
                       "--format", "csv")  # fmt: skip
        assert float(alone.stdout) == value


def test_the_terminal_shows_the_first_rows_and_how_many_more(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["whatif", str(plan), "--vary", "Inputs!B4=1:30:1", "--read", "CLV!B10"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].split() == ["Inputs!B4", "CLV!B10"]
    assert lines[2].split() == ["1", "179"]
    assert "10" in lines[-1]
    assert len(lines) == 23
    assert "30" in err


def test_points_in_error_are_counted_and_the_reason_told(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vary = "Inputs!B3=0.5;0.6;much;1.5"
    found = grid(capsys, str(plan), "--vary", vary, "--read", "CLV!B12", "--read", "CLV!B10")
    assert [row[1] for row in found["rows"]] == ["#DIV/0!", pytest.approx(10), "#VALUE!", 1]
    told = {(e["column"], e["code"]): (e["points"], e["sentence"]) for e in found["errors"]}
    assert told["CLV!B12", "#DIV/0!"] == (1, texts.word("headless_code_div", "en"))
    assert told["CLV!B10", "#VALUE!"][1].startswith("CLV: margin")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_csv_file_is_the_same_in_every_language_and_opens_in_excel(plan: Path, language: str) -> None:
    mark = "," if language in texts.DECIMAL_COMMA else "."
    target = plan.with_name("Grid.csv")
    done = clv_xl(
        "whatif", str(plan), "--vary", f"Inputs!B3=0{mark}4:0{mark}5:0{mark}1", "--vary", "Inputs!B5=Y;M",
        "--read", "CLV!B10:B11", "-o", str(target), "--lang", language,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["Inputs!B3", "Inputs!B5", "CLV!B10", "CLV!B11"],
            ["0.4", "Y", "135", "'=risky"],
            ["0.4", "M", "135", "fine"],
            ["0.5", "Y", "180", "'=risky"],
            ["0.5", "M", "180", "fine"],
        ]


def test_a_copy_gets_a_sheet_with_the_list_and_the_two_way_table(plan: Path) -> None:
    before = plan.read_bytes()
    target = plan.with_name("Grid.xlsx")
    words = ["whatif", str(plan), "--vary", "Inputs!B3=0.4;0.5", "--vary", "Inputs!B4=0;45;90", "--read",
             "CLV!B10", "-o", str(target)]  # fmt: skip
    done = clv_xl(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert plan.read_bytes() == before
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Inputs", "CLV", "What-if"]
    rows = [[cell.value for cell in row] for row in book["What-if"].iter_rows()]
    assert [row[:3] for row in rows] == [
        ["Inputs!B3", "Inputs!B4", "CLV!B10"],
        [0.4, 0, 180], [0.4, 45, 135], [0.4, 90, 90], [0.5, 0, 225], [0.5, 45, 180], [0.5, 90, 135],
    ]  # fmt: skip
    assert [row[4:] for row in rows[:4]] == [
        [None, "Inputs!B4", None, None],
        ["CLV!B10 (Inputs!B3)", 0, 45, 90],
        [0.4, 180, 135, 90],
        [0.5, 225, 180, 135],
    ]
    assert book["CLV"]["B10"].value == "=CLV(50,3,3,Inputs!B3,Inputs!B4)"
    again = clv_xl(*words[:1], str(target), *words[2:-1], str(plan.with_name("Twice.xlsx")))
    assert "What-if 2" in again.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--read", "CLV!B10"], "--vary"),
        (["--vary", "Inputs!B3=1:2:1"], "--read"),
        (["--vary", "Inputs!B3=1:2:-1", "--read", "CLV!B10"], "1:2:-1"),
        (["--vary", "Inputs!B3=1:2:0", "--read", "CLV!B10"], "1:2:0"),
        (["--vary", "Inputs!B3=1:2", "--read", "CLV!B10"], "1:2"),
        (["--vary", "Inputs!B3=", "--read", "CLV!B10"], "Inputs!B3"),
        (["--vary", "Inputs!B3=0:1:0.0000001", "--read", "CLV!B10"], "1000000"),
        (["--vary", "Input!B3=1;2", "--read", "CLV!B10"], "Inputs"),
        (["--vary", "Inputs!B3=1;2", "--read", "CLW!B10"], "Did you mean CLV?"),
        (["--vary", "in_margn=1;2", "--read", "CLV!B10"], "Did you mean in_margin?"),
        (["--vary", "Inputs!B3=1;2", "--read", "CLV!B13"], "NOSUCH"),
        (["--vary", "Inputs!B3=1;2", "--vary", "Inputs!B3:B4=1", "--read", "CLV!B10"], "Inputs!B3:B4"),
        (["--vary", "Inputs!B3=1;2", "--read", "CLV!B10", "-o", "Grid.txt"], ".csv"),
        (["--vary", "Inputs!B3==A1", "--read", "CLV!B10"], "=A1"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    plan: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["whatif", str(plan), *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_the_source_is_never_the_output(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--vary", "Inputs!B3=1;2", "--read", "CLV!B10", "-o", str(plan)]
    assert main(["whatif", str(plan), *words]) == 2
    assert str(plan) in capsys.readouterr().err


def test_what_is_overwritten_unmoved_or_idle_is_told(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--vary", "Inputs!B6=1;2", "--vary", "Inputs!Z9=1", "--read", "CLV!B10", "--read", "CLV!B14")
    notes = [note["text"] for note in grid(capsys, str(plan), *words)["notes"]]
    assert notes == [
        texts.word(Text(key, {"cell": cell}), "en")
        for key, cell in (
            ("whatif.overwritten", "Inputs!B6"),
            ("whatif.unmoved", "CLV!B10"),
            ("whatif.moves_nothing", "Inputs!Z9"),
        )
    ]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_it_and_leaves_no_file(plan: Path) -> None:
    target = plan.with_name("Grid.csv")
    command = [sys.executable, "-m", "clv_xl", "whatif", str(plan), "--vary", "Inputs!B4=1:900000:1",
               "--read", "CLV!B10", "-o", str(target)]  # fmt: skip
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    ) as process:
        time.sleep(4)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert [path.name for path in plan.parent.iterdir() if path.is_file()] == ["Plan.xlsx"]


@pytest.mark.parametrize(
    ("word", "language", "values"),
    [
        ("B4=0.6:0.7:0.05", "en", (0.6, 0.65, 0.7)),
        ("B4=60%:70%:5%", "en", (0.6, 0.65, 0.7)),
        ("B4=0,6:0,7:0,05", "pl", (0.6, 0.65, 0.7)),
        ("B4=0.6,0.7", "en", (Word("0.6"), Word("0.7"))),
        ("B4=0,6;0,7", "fi", (0.6, 0.7)),
        ("B4=0.6,0.7", "el", (Word("0.6"), Word("0.7"))),
        ("B4=0,6", "ka", (0.6,)),
        ('B4="a, b";c', "en", (Word('"a, b"'), Word("c"))),
        ("B4=2025-01-01;2025-02-01", "en", (Word("2025-01-01"), Word("2025-02-01"))),
        ("B4=2025-01-30:2025-02-01:1", "en", (Word("2025-01-30"), Word("2025-01-31"), Word("2025-02-01"))),
        ("'a=b'!B4=1", "en", (Word("1"),)),
        ("B4=Y;;M", "en", (Word("Y"), Word(""), Word("M"))),
    ],
)
def test_values_are_written_as_people_write_them(word: str, language: str, values: tuple[Any, ...]) -> None:
    assert axis_of(word, language).values == values


def test_thousands_are_not_guessed_at() -> None:
    for word in ("B4=10,20,30", "B4=1.234.567,8"):
        with pytest.raises(UserError):
            axis_of(word, "fi")
