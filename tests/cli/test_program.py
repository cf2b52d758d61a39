"""The program as a whole: help, mistakes, ends, languages, and what it loads."""

import ast
import csv
import errno
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path

import pytest

import clv_xl as package
from clv_xl import texts
from clv_xl.cli import main, program
from clv_xl.cli.parser import COMMANDS, UsageError, parser_of
from clv_xl.cli.terminal import Terminal
from tests.cli.program import clv_xl, environment, python

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "clv_xl" / "cli").glob("*.py"))


def text_keys() -> set[str]:
    return {key for name in texts.tables() for key in texts.table(name) if key.startswith("cli.")}


def used_keys() -> set[str]:
    """Return every key that the sources name; those put together stand as patterns ending in a dot-star."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"cli\.\w*[a-z]", str(node.value)):
                found.add(str(node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else ".*" for p in node.values]
                found.add("".join(map(str, parts)))
    return {key for key in found if key.startswith("cli.")}


def test_the_installed_command_is_this_program() -> None:
    (entry,) = metadata.entry_points(group="console_scripts", name="clv-xl")
    assert entry.load() is main


def test_version() -> None:
    done = clv_xl("--version")
    assert (done.returncode, done.stdout) == (0, f"clv-xl {package.__version__}\n")


def test_alone_it_shows_its_help() -> None:
    done = clv_xl()
    assert done.returncode == 0
    assert all(re.search(rf"(?m)^    {name} ", done.stdout) for name in COMMANDS)


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_examples(command: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--lang", language, "--help"]) == 0
    out = capsys.readouterr().out
    assert texts.word("cli.examples", language) in out
    assert out.index(texts.word("cli.examples", language)) < out.index(f"\n  clv-xl {command}")
    assert "cli." not in out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_of_the_help_can_be_typed(command: str) -> None:
    for line, _ in import_module(f"clv_xl.cli.{command}").EXAMPLES:
        program_name, *words = shlex.split(re.split(r" (?:>>?|<) ", line)[0])
        assert program_name == "clv-xl"
        assert callable(parser_of("en").parse_args(words).run)


def test_every_sentence_is_a_text_and_every_text_is_used() -> None:
    keys, used = text_keys(), used_keys()
    patterns = [re.compile(key.replace(".", r"\.", 1)) for key in used if ".*" in key]
    assert sorted(key for key in used if ".*" not in key and key not in keys) == []
    assert sorted(key for key in keys - used if not any(p.fullmatch(key) for p in patterns)) == []


def test_the_english_texts_are_plain_rows() -> None:
    path = ROOT / "clv_xl" / "texts"
    rows = [row for p in path.glob("cli*.csv") for row in csv.reader(p.read_text("utf-8").splitlines())]
    assert len({len(row) for row in rows}) == 1
    assert all(cell == cell.strip() != "" for row in rows for cell in row[:2])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["calk"], "calc"),
        (["call"], "FORMULA"),
        (["calc", "A.xlsx", "--fromat", "csv"], "--fromat"),
        (["calc", "A.xlsx", "--format", "cvs"], "csv"),
        (["calc", "A.xlsx", "-o"], "-o"),
        (["call", "--lang", "sv", "CLV(1,1,1)"], "sv"),
        (["call", "--json=1", "CLV(1,1,1)"], "--json"),
        (["store", "burn"], "burn"),
    ],
)
def test_a_slip_of_the_pen_is_answered(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err.splitlines()[-1]
    assert shown.err.startswith("usage: clv-xl")


def test_a_mistake_known_to_argparse_only_still_has_a_sentence() -> None:
    with pytest.raises(UsageError) as caught:
        parser_of("en").error("something new of a later Python")
    assert caught.value.params["reason"] == "something new of a later Python"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (["call", "--lang", "el", "CLV.COMPARE(60,80%,10%)"], "el"),
        (["--lang=ka", "call", "CLV.COMPARE(60,80%,10%)"], "ka"),
        (["call", "CLV.COMPARE(60,80%,10%)"], "pl"),
        (["call", "--lang", "FI", "CLV.COMPARE(60,80%,10%)"], "fi"),
    ],
)
def test_the_language_is_asked_for_or_set_for_good(words: list[str], language: str) -> None:
    done = clv_xl(*words, CLV_XL_LANG="pl_PL.UTF-8")
    assert texts.word("clv", language) in done.stdout.splitlines()[0]


def test_one_formula_loads_nothing_slow() -> None:
    slow = ("pandas", "scipy", "rich", "shtab", "xlwings", "xlsxwriter", "formualizer", "lxml")
    done = python(
        "import sys\nfrom clv_xl.cli import main\n"
        "status = main(['call', 'CLV(50,3,3)'])\n"
        f"print(status, [m for m in {slow} if m in sys.modules])"
    )
    assert done.stdout.splitlines() == ["450", "0 []"]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_without_the_letters_shows_question_marks(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clv_xl", "call", "--lang", "ka", "CLV.COMPARE(60,80%,10%)"],
        capture_output=True,
        env=environment(PYTHONIOENCODING=encoding),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"???" in done.stdout
    assert b"---" in done.stdout


def test_json_loses_no_letter_in_such_a_terminal() -> None:
    done = clv_xl("call", "--json", "--lang", "ka", "CLV.COMPARE(60,80%,10%)", PYTHONIOENCODING="ascii")
    assert "\\u10d0" in done.stdout  # ა


@pytest.mark.skipif(os.name == "nt", reason="pipes close without a signal there")
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "clv_xl", "functions"]
    with os.fdopen(writer, "wb") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=environment(), check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a file that is always full")
def test_a_full_disk_is_told() -> None:
    command = [sys.executable, "-m", "clv_xl", "functions"]
    with Path("/dev/full").open("wb") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=environment(), check=False)
    assert done.returncode == 2
    assert os.strerror(errno.ENOSPC) in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1


def broken(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(program, "_command", fail)


def test_an_interrupt_is_status_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(KeyboardInterrupt(), monkeypatch)
    assert main([]) == 130
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_fault_of_ours_is_a_sentence_and_a_traceback_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(ZeroDivisionError("by surprise"), monkeypatch)
    assert main([]) == 2
    err = capsys.readouterr().err
    assert "by surprise" in err
    assert "Traceback" not in err
    monkeypatch.setenv("CLV_XL_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main([])


@pytest.mark.parametrize(
    ("setting", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_only_for_who_wants_it(
    setting: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("WT_SESSION", "1")
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal("en")
    assert terminal.styled("x", "good") == "x"  # standard output is no terminal here
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert ("\x1b[" in terminal.styled("x", "good")) == coloured


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_completion_script_knows_the_commands(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in COMMANDS)
    program_of = {"bash": "bash", "zsh": "zsh", "fish": "fish"}.get(shell)
    found = program_of and shutil.which(program_of)
    if found:
        done = subprocess.run([found, "-n"], input=script, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["fun"], {"functions"}),
        (["completion", "z"], {"zsh"}),
        (["calc", "--str"], {"--strict"}),
        (["calc", "--format", "c"], {"csv"}),
        (["functions", "CLV.PA"], {"CLV.PARETO", "CLV.PAYBACK"}),
    ],
)
def test_bash_completes(words: list[str], offered: set[str], tmp_path: Path) -> None:
    shim = tmp_path / "clv-xl"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clv_xl "$@"\n')
    shim.chmod(0o755)
    line = shlex.join(["clv-xl", *words])
    code = (
        f"{clv_xl('completion', 'bash').stdout}\n"
        f"COMP_WORDS=({line}); COMP_CWORD={len(words)}; COMP_LINE={shlex.quote(line)}\n"
        '_shtab_clv_xl; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "-c", code], capture_output=True, text=True, env=environment(PATH=path), check=False
    )
    assert {word.strip() for word in done.stdout.split()} == offered
