"""The reference pages and the stub file: fresh, complete, and true to what Python offers."""

import ast
import inspect
from dataclasses import replace
from pathlib import Path

import pytest

import clv_xl
from clv_xl import texts
from clv_xl.catalogue import docs, pages, spelling
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.example_tables import MOST_ROWS, example_table
from clv_xl.catalogue.function import Example, Function
from clv_xl.catalogue.stub import stub
from clv_xl.metrics.periods import iso

STUB = ast.parse(stub(CATALOGUE))
DEFINITIONS = [node for node in STUB.body if isinstance(node, ast.FunctionDef)]


def test_nothing_is_stale() -> None:
    stale = sorted(path.name for path in pages.stale())
    assert stale == [], "run: python -m clv_xl.catalogue.pages --write"


def test_what_is_written_is_fresh_and_a_page_without_family_goes(tmp_path: Path) -> None:
    old = tmp_path / pages.REFERENCE / "gone.md"
    old.parent.mkdir(parents=True)
    old.write_text("old", "utf-8")
    assert old in pages.write(tmp_path)
    assert not old.exists()
    assert pages.stale(tmp_path) == {}
    index = tmp_path / pages.REFERENCE / "index.md"
    index.write_text("changed", "utf-8")
    assert list(pages.stale(tmp_path)) == [index]


@pytest.mark.parametrize("function", CATALOGUE.values(), ids=lambda f: f.name)
def test_a_page_says_everything_about_its_functions(function: object) -> None:
    declared = CATALOGUE[getattr(function, "name", "")]
    made = pages.pages()
    page = made[f"{pages.REFERENCE}/{pages.file_name(declared.family)}"]
    section = page.split(f"\n## {declared.name}\n")[1].split("\n## ")[0]
    words = (declared.signature(), declared.summary, declared.convention, declared.formula, declared.source)
    assert all(word in section for word in (*words, declared.returns))
    for arg in declared.args:
        omitted = "required" if arg.required else docs.default(arg)
        assert f"| `{arg.name}` | {arg.doc} | {docs.domain(arg)} | {arg.unit} | {omitted} |" in section
    for example in declared.examples:
        assert f"| `={example.formula}` | `{docs.example_value(example)}` |" in section
    assert spelling.stored(declared.name) in section
    assert f"clv_xl.{declared.python_name}" in section
    assert f"#{pages.anchor(declared)})" in made[f"{pages.REFERENCE}/index.md"]


def section_of(name: str) -> str:
    declared = CATALOGUE[name]
    return pages.family_page(declared.family, [declared])


def test_an_argument_without_default_leaves_the_cell_empty() -> None:
    lines = section_of("CLV.STATUS").splitlines()
    found = [line for line in lines if line.startswith(("| `as_of`", "| `lapse_days`"))]
    assert [line.rsplit(" | ", 1)[1] for line in found] == [" |", " |"]


def test_a_flag_reads_true_or_false() -> None:
    payback = section_of("CLV.PAYBACK")
    assert "[whole=FALSE])`" in payback
    assert next(line for line in payback.splitlines() if line.startswith("| `whole`")).endswith("| FALSE |")


@pytest.mark.parametrize("function", [f for f in CATALOGUE.values() if f.spills], ids=lambda f: f.name)
def test_a_page_lists_the_columns_of_a_table_and_shows_the_example(function: Function) -> None:
    """The keys are the columns that the example gives in Python, where tables have stable names."""
    table = example_table(function)
    assert table is not None
    assert all(texts.word(key) == header for key, header in table.columns)
    section = section_of(function.name)
    for key, header in table.columns:
        assert key.isdecimal() or f"| `{key}` | {header} |" in section
    assert 0 < len(table.rows) <= MOST_ROWS
    assert {len(row) for row in table.rows} == {len(table.columns)}
    value = docs.example_value(function.examples[0])
    assert table.rows[0][0] == (iso(int(value)) if table.columns[0][0] in function.dates else value)
    assert ("and more rows." in section) == table.more


def test_the_example_of_historical_is_shown_in_full() -> None:
    # Orders of the example: A 50 + 70, B 30, C 40; without margin the value is the revenue.
    shown = section_of("CLV.HISTORICAL").split("The example shows:\n\n")[1].splitlines()[:6]
    assert shown == [
        "| Customer | Orders | Revenue | CLV to date |",
        "| --- | --- | --- | --- |",
        "| A | 2 | 120 | 120 |",
        "| B | 1 | 30 | 30 |",
        "| C | 1 | 40 | 40 |",
        "| Total | 4 | 190 | 190 |",
    ]


def test_a_page_does_not_depend_on_the_time_it_is_made() -> None:
    # 46022.5 is noon of 2025-12-31 as a spreadsheet counts days.
    table = example_table(CATALOGUE["CLV.SOURCEINFO"])
    assert table is not None
    assert ["Stored (UTC)", "46022.5"] in [list(row) for row in table.rows]


def test_a_function_without_table_or_example_shows_none() -> None:
    assert example_table(CATALOGUE["CLV"]) is None
    assert example_table(replace(CATALOGUE["CLV.STATUS"], examples=())) is None
    refused = Example('CLV.SOURCEINFO("CLV:DATA:nowhere")', "#N/A")
    assert example_table(replace(CATALOGUE["CLV.SOURCEINFO"], examples=(refused,))) is None


def test_the_stub_has_the_functions_and_parameters_of_the_package() -> None:
    assert {d.name for d in DEFINITIONS} == {f.python_name for f in CATALOGUE.values()}
    for definition in DEFINITIONS:
        signature = inspect.signature(getattr(clv_xl, definition.name))
        names = [a.arg for a in (*definition.args.args, *definition.args.kwonlyargs)]
        assert names == list(signature.parameters)
        defaults = len(definition.args.defaults)
        given = dict(zip(reversed(definition.args.args), reversed(definition.args.defaults), strict=False))
        assert defaults == len(given)
        for arg, default in given.items():
            assert ast.literal_eval(default) == signature.parameters[arg.arg].default
    names_all = next(n for n in STUB.body if isinstance(n, ast.Assign))
    assert ast.literal_eval(names_all.value) == clv_xl.__all__


def test_help_rows_missing_from_a_table_are_printed_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    rows = docs.help_rows(CATALOGUE)
    full = {key: {"en": english} for key, english in rows.items()}
    assert pages.missing_help(full) == {}
    key = next(iter(full))
    full[key] = {"en": "Something else."}
    assert pages.missing_help(full) == {key: rows[key]}
    assert pages.main(["--help-rows"]) == 0
    assert capsys.readouterr().out.startswith(f"key,{','.join(texts.LANGUAGES)}\n")


def test_check_tells_by_its_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "stale", dict)
    assert pages.main(["--check"]) == 0
    monkeypatch.setattr(pages, "stale", lambda: {Path("index.md"): "text"})
    assert pages.main(["--check"]) == 1
    assert capsys.readouterr().out == "index.md\n"


def test_dates_are_read_as_dates() -> None:
    """A serial number such as 45382 tells nobody that it is the end of March."""
    table = example_table(CATALOGUE["CLV.TREND"])
    assert table is not None
    assert table.rows[0][:2] == ["2024-03-31", "120"]
