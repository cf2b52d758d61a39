"""A workbook that names its language is calculated in it; the words come from the table of texts."""

import os
import re
import shlex
import subprocess
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from clv_xl import texts
from clv_xl.cli import main
from tests.cli.program import clv_xl, environment


def spoken(path: Path, language: str | None) -> Path:
    """Write a workbook with one worded table that says which language it is in."""
    book = xlsxwriter.Workbook(str(path))
    if language is not None:
        book.set_custom_property("clv_xl_language", language)
    book.add_worksheet("S").write_dynamic_array_formula("A1:A1", "=CLV.COMPARE(60,80%,10%)")
    book.close()
    return path


def asked(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["calc", str(path), "--get", "S!B1", "-q", *words]) == 0
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_property_is_the_language(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLV_XL_LANG", "fi")
    assert asked(spoken(tmp_path / "B.xlsx", language), capsys) == texts.word("clv", language)


def test_the_option_comes_first_and_the_environment_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    polish, silent = spoken(tmp_path / "P.xlsx", "pl"), spoken(tmp_path / "S.xlsx", None)
    assert asked(polish, capsys, "--lang", "el") == texts.word("clv", "el")
    assert asked(silent, capsys) == texts.word("clv", "en")
    monkeypatch.setenv("CLV_XL_LANG", "fi")
    assert asked(silent, capsys) == texts.word("clv", "fi")


@pytest.mark.parametrize("content", ["xx", "", "pl" * 9, "../pl"])
def test_a_language_that_is_none_counts_for_nothing(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(spoken(tmp_path / "B.xlsx", content), capsys) == texts.word("clv", "en")


@pytest.mark.parametrize("properties", [b"<broken", b"", b"<a>" + b" " * 2**21 + b"</a>"])
def test_damaged_properties_do_not_stop_a_calculation(
    properties: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, path = spoken(tmp_path / "B.xlsx", "pl"), tmp_path / "Damaged.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, properties if name == "docProps/custom.xml" else old.read(name))
    assert asked(path, capsys) == texts.word("clv", "en")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the hinted command is read as a POSIX shell reads it")
def test_what_the_polish_demo_hints_at_runs_without_an_error(tmp_path: Path) -> None:
    book = tmp_path / "Demo.xlsx"
    made = clv_xl("demo", "--lang", "pl", "-o", str(book))
    assert (made.returncode, made.stderr) == (0, "")
    hinted = [shlex.split(line)[1:] for line in made.stdout.splitlines() if line.startswith("  clv-xl ")]
    assert [words[0] for words in hinted] == ["calc", "call", "functions"]
    assert all(words[1:3] == ["--lang", "pl"] for words in hinted[1:])
    for words in hinted:
        strict = ["--strict"] if words[0] == "calc" else []
        done = clv_xl(*words, *strict)
        assert done.returncode == 0, done.stderr
        assert texts.word("cli.calc_no_errors", "pl") in done.stderr or words[0] != "calc"
    # CLV to date is revenue times margin: raised from 25% to 30%, it is 1.2 times what it was.
    totals = []
    for margin in ("25%", "30,0%"):
        setting = f"{hinted[0][3].split('=')[0]}={margin}"
        shown = clv_xl("calc", str(book), "--set", setting, *hinted[0][4:], "-q").stdout.splitlines()
        column = re.split(r"  +", shown[0]).index(texts.word("clv_to_date", "pl"))
        totals.append(float(re.split(r"  +", shown[-1])[column].replace(",", ".")))
    assert totals[1] / totals[0] == pytest.approx(1.2)


def test_results_stand_before_the_summary_in_one_file(tmp_path: Path) -> None:
    book, into = spoken(tmp_path / "B.xlsx", "en"), tmp_path / "out.txt"
    with into.open("wb") as file:
        command = ["clv-xl", "calc", str(book), "--get", "S!B1"]
        subprocess.run(command, stdout=file, stderr=file, env=environment(), check=True)
    lines = into.read_text(encoding="utf-8").splitlines()
    assert lines[0] == texts.word("clv", "en")
    assert texts.word("cli.calc_no_errors", "en") in lines[1:]
