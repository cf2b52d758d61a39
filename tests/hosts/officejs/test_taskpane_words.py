"""What the files of the pages say without a browser: their texts, the kinds they know, what they never do."""

import re
from pathlib import Path

import pytest

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts import officejs
from clv_xl.hosts.officejs.gallery import help_json
from clv_xl.hosts.officejs.pane_texts import pane_texts

STATIC = Path(officejs.__file__).parent / "static"
PAGES = ("shared", "formula", "host", "reference", "gallery", "taskpane", "paste", "tryit", "start")
FILES = [*(STATIC / f"{name}.js" for name in PAGES), STATIC / "taskpane.html", STATIC / "start.html"]
KEY = re.compile(r"""["`]((?:pane|start|explain)\.[a-z_0-9]+)(["`$])""")
FUNCTIONS = [f for family in help_json(CATALOGUE, "en", "CLV")["families"] for f in family["functions"]]
# Keys that are put together: what stands before the rest.
MADE = re.compile(r"^(pane\.(status|headers)_|start\.(type|count|on|windows|mac|web|everyone)_)")


def test_every_text_of_the_pages_exists_and_is_used() -> None:
    used = {key for file in FILES for key, end in KEY.findall(file.read_text("utf-8")) if end != "$"}
    used -= {"start.css", "start.js"}
    known = set(pane_texts("en"))
    assert sorted(used - known) == []
    assert sorted(key for key in known - used if not MADE.match(key)) == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_language_has_every_text(language: str) -> None:
    assert set(pane_texts(language)) == set(pane_texts("en"))
    assert all(pane_texts(language).values())


def test_the_pages_know_every_kind_of_argument() -> None:
    """A page takes a cell for a number but for the kinds it names, and a range by its entry."""
    cells, entries = set(), set()
    for arg in (a for f in FUNCTIONS for a in f["arguments"]):
        entries.add(arg["entry"])
        if arg["entry"] == "cell":
            cells.add(arg["kind"])
    assert cells == {"Number", "Flag", "Keyword", "Date"}
    assert entries == {"cell", "text", "typed", "pasted"}
    script = "".join((STATIC / f"{name}.js").read_text("utf-8") for name in ("tryit", "reference", "formula"))
    assert set(re.findall(r'\.kind === "([A-Z]\w+)"', script)) == cells - {"Number"} | {"ColumnOf"}
    assert set(re.findall(r'\.entry === "(\w+)"', script)) == entries - {"cell"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_writes_html_or_runs_text(file: Path) -> None:
    text = file.read_text("utf-8")
    banned = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b|javascript:"
    )
    assert re.findall(banned, text) == []
    if file.suffix == ".html":
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text) == []
        outside = re.findall(r"""(?:src|href)="(https?:[^"]+)""", text)
        assert outside in ([], ["https://appsforoffice.microsoft.com/lib/1/hosted/office.js"])


def test_files_of_the_pages_can_be_read_in_one_sitting() -> None:
    assert [file.name for file in FILES if len(file.read_text("utf-8").splitlines()) >= 400] == []
