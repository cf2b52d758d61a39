"""Every text in five languages, its places kept; every key that the code uses exists."""

import ast
import re
from pathlib import Path

import pytest

import clv_xl
from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.docs import help_rows
from clv_xl.errors import NUM, VALUE, CellError, Text

PACKAGE = Path(clv_xl.__file__).parent
ROWS = [(name, key) for name in texts.tables() for key in texts.table(name)]
# What must stand in every language as it stands in English: places, our names, options, error codes.
KEPT = tuple(map(re.compile, (r"\{[a-z_]*\}", r"CLV(?:\.[A-Z]+)+", r"--[a-z]+", r"#[A-Z/0]+[!?]?")))
MAKERS = {"Text": 0, "UserError": 0, "CellError": 1}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_language_lacks_a_text(language: str) -> None:
    assert [
        f"{name}: {key}" for name, key in ROWS if not (texts.table(name)[key].get(language) or "").strip()
    ] == []


@pytest.mark.parametrize("language", texts.LANGUAGES[1:])
def test_translations_keep_places_names_and_codes(language: str) -> None:
    broken = []
    for name, key in ROWS:
        row = texts.table(name)[key]
        kept = [(sorted(p.findall(row["en"])), sorted(p.findall(row[language]))) for p in KEPT]
        if any(english != other for english, other in kept):
            broken.append(f"{name}: {key}: {row['en']} | {row[language]}")
    assert broken == []


def test_no_key_stands_twice() -> None:
    keys = [key for _, key in ROWS]
    assert len(keys) == len(set(keys))


def test_the_help_is_a_translation_of_the_declarations_as_they_are() -> None:
    """A changed declaration leaves its translations behind: this says which."""
    declared = help_rows(CATALOGUE)
    tables = [name for name in texts.tables() if name.startswith("help")]
    translated = {key: row["en"] for name in tables for key, row in texts.table(name).items()}
    assert {k for k in declared if declared[k] != translated.get(k)} == set()
    assert set(translated) == set(declared)


def keys_in_code() -> list[tuple[str, str]]:
    """Return the literal keys handed to Text, CellError and UserError, with their file."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                at = MAKERS[node.func.id]
                if (
                    len(node.args) > at
                    and isinstance(key := node.args[at], ast.Constant)
                    and isinstance(key.value, str)
                ):
                    found.append((path.name, key.value))
    return found


def test_every_key_of_the_code_has_a_text() -> None:
    used = keys_in_code()
    assert len(used) > 200
    assert sorted({f"{file}: {key}" for file, key in used if texts.find(key) is None}) == []


def test_headers_of_tables_have_a_text() -> None:
    """What a table's columns are called, as far as they stand as literals in Table.of and of_rows."""
    keys = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"of", "of_rows"}
            ):
                first = node.args[0] if node.args else None
                if isinstance(node.func.value, ast.Name) and node.func.value.id == "Table":
                    cells = first.keys if isinstance(first, ast.Dict) else getattr(first, "elts", [])
                    keys |= {
                        k.value for k in cells if isinstance(k, ast.Constant) and isinstance(k.value, str)
                    }
    assert len(keys) > 15
    assert sorted(k for k in keys if texts.find(k) is None) == []


def test_numbers_take_the_decimal_mark_of_the_language() -> None:
    error = CellError(
        NUM, "expected", function="CLV", argument="margin", got=1.5, expected=Text("expect.number")
    )
    assert "1.5" in texts.sentence(error, "en")
    for language in ("fi", "ka", "pl", "el"):
        assert "1,5" in texts.sentence(error, language)


def test_the_text_of_a_cell_is_shown_and_never_filled_in() -> None:
    """A cell that reads like a place of a sentence stays what it is."""
    error = CellError(
        VALUE, "expected", argument="margin", got="{argument} {0.__class__}", expected=Text("expect.number")
    )
    assert '"{argument} {0.__class__}"' in texts.sentence(error)


def test_long_cells_are_cut() -> None:
    error = CellError(VALUE, "expected", argument="margin", got="x" * 10_000, expected=Text("expect.number"))
    assert len(texts.sentence(error)) < 200


def test_language_of_reads_locales() -> None:
    assert [texts.language_of(x) for x in ("fi_FI.UTF-8", "pl-PL", "KA", "sv", "")] == [
        "fi",
        "pl",
        "ka",
        "en",
        "en",
    ]
