"""EXCEL.md: what it tells a first reader to type answers what it says."""

import re
from pathlib import Path

import pytest

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.context import Context
from clv_xl.catalogue.formula import parse
from clv_xl.catalogue.run import run
from clv_xl.errors import CellError
from clv_xl.hosts import xlwings_udf
from clv_xl.hosts.xlwings_udf.book.bridge import COPIES
from clv_xl.hosts.xlwings_udf.book.modules import shipped

PAGE = (Path(xlwings_udf.__file__).parent / "EXCEL.md").read_text("utf-8")
TRIED = re.findall(r"`=(CLV\([^`]*\))` is `?(#?[\w!]+)", PAGE)


@pytest.mark.parametrize(("formula", "shown"), TRIED)
def test_a_formula_of_the_page_answers_what_it_says(formula: str, shown: str) -> None:
    answer = run(CATALOGUE["CLV"], parse(formula).values(Context()), Context())
    assert (answer.code if isinstance(answer, CellError) else f"{answer:.0f}") == shown


def test_the_page_has_such_formulas() -> None:
    assert {shown for _, shown in TRIED} == {"450", "#NUM!"}


def test_what_an_administrator_reads_is_in_the_macros() -> None:
    words = re.findall(
        r"\*(Workbook_Open|Environ|GetEnvironmentVariableW|LoadLibraryW|Lib|Open|ChrW)\*", PAGE
    )
    assert len(set(words)) == 7
    macros = "".join(map(shipped, ("ThisWorkbook.cls", "ClvSettings.bas", "ClvPython.bas", "ClvCall.bas")))
    assert [word for word in words if word not in macros] == []
    assert COPIES["64"] in PAGE
