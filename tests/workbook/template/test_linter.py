"""Rules of financial modelling, held against every cell of the workbooks as they are written."""

import inspect
import re
import zipfile
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
import xlsxwriter.worksheet
from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl import texts
from clv_xl.hosts.headless import formula
from clv_xl.hosts.headless.formula import CALL, NAME, NUMBER, bare_name, text_of
from clv_xl.hosts.headless.shared import shifted
from clv_xl.workbook.template.all import SHEETS
from clv_xl.workbook.template.kit import Build
from tests.workbook.template.built import Built, Templates

COMMITTED: tuple[Build, ...] = ("native", "addin", "calc")
VOLATILE = frozenset(
    ("NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "OFFSET", "INDIRECT", "CELL", "INFO")
)
# Tried in LibreOffice 7.4 and in the headless host; what is younger than 2019 is in neither.
COMMON = frozenset(
    """
    ABS AND AVERAGE AVERAGEIFS COLUMN COLUMNS COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE DAY EDATE
    EOMONTH EXP GAMMALN HYPERLINK IF IFERROR IFS INDEX INT ISBLANK ISERROR ISNA ISNUMBER ISTEXT LARGE LEFT
    LEN LN LOOKUP MATCH MAX MAXIFS MEDIAN MIN MINIFS MOD MONTH N NA NORM.DIST NORM.INV NORM.S.INV NOT OR
    PERCENTILE.INC PRODUCT PV RANK ROUND ROUNDUP ROUNDDOWN ROW ROWS SIGN SMALL SQRT STDEV.P STDEV.S SUM
    SUMIF SUMIFS SUMPRODUCT SUMXMY2 T TRIM TRUNC UPPER VALUE YEAR
    """.split()  # noqa: SIM905
)
tokens = lru_cache(maxsize=5_000)(formula.tokens)  # a table column holds one formula thousands of times
TIME_SHEETS = ("forecast",)
A4_ACROSS = 1046  # pixels at 96 to the inch: 297 mm less two margins of 0.4 inch
FIRST_PERIOD = 6  # column F


@pytest.fixture(scope="session", params=COMMITTED)
def built(request: pytest.FixtureRequest, templates: Templates) -> Built:
    return templates.built(request.param)


def test_a_formula_holds_no_number_but_0_and_1(built: Built) -> None:
    """FAST 3.03-06: constants have cells of their own; formulas of the gallery are the examples."""
    gallery = built.kit.word("sheet.functions")
    found = [
        f"{sheet}!{cell.coordinate} {text}"
        for sheet, cell, text in built.written_formulas
        if sheet != gallery
        and any(part.kind == NUMBER and float(part.text) not in (0.0, 1.0) for part in tokens(text))
    ]
    assert found == []


def test_no_function_is_volatile_or_young(built: Built) -> None:
    native = built.kit.build == "native"
    found = []
    for sheet, cell, text in built.written_formulas:
        names = {bare_name(part.text) for part in tokens(text) if part.kind == CALL}
        ours = {name for name in names if name.startswith(("CLV", "_XLDUDF_CLV"))}
        wrong = names & VOLATILE | (ours if native else frozenset())
        array = isinstance(cell.value, ArrayFormula)
        wrong |= set() if array else names - ours - COMMON
        if wrong:
            found.append(f"{sheet}!{cell.coordinate}: {sorted(wrong)}")
    assert found == []


def test_young_functions_have_the_prefix_that_files_hold(built: Built) -> None:
    """XlsxWriter lists the functions that want one; without it Excel shows #NAME?."""
    young = set(re.findall(r'"(_xlfn\.(?:_xlws\.)?[A-Z.0-9]+)\("', inspect.getsource(xlsxwriter.worksheet)))
    wanted = {name.rpartition("_xlfn.")[2].removeprefix("_xlws."): name for name in young}
    assert len(wanted) > 100
    found = {
        part.text[:-1]
        for _, _, text in built.written_formulas
        for part in tokens(text)
        if part.kind == CALL and bare_name(part.text) in wanted
    }
    assert {name for name in found if name != wanted[bare_name(f"{name}(")]} == set()


def test_the_native_build_has_no_dynamic_array(templates: Templates) -> None:
    built = templates.built("native")
    arrays = [
        f"{s}!{c.coordinate}" for s, c, _ in built.written_formulas if isinstance(c.value, ArrayFormula)
    ]
    assert arrays == []


def test_every_name_is_used(built: Built) -> None:
    used: set[str] = set()
    for _, _, text in built.written_formulas:
        used |= {part.text for part in tokens(text) if part.kind == NAME}
    for sheet in built.formulas.worksheets:
        for rule in sheet.data_validations.dataValidation:
            used |= {part.text for part in tokens(str(rule.formula1 or "").removeprefix("="))}
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                used |= {part.text for formula in rule.formula for part in tokens(formula)}
    assert sorted(set(built.kit.names) - used) == []


def test_a_row_of_periods_has_one_formula(built: Built) -> None:
    """FAST 3.03-01, on the sheets that run over time: what stands in F stands in every later column."""
    found = []
    for key in TIME_SHEETS:
        sheet = built.sheet(key, formulas=True)
        for row in sheet.iter_rows(min_col=FIRST_PERIOD):
            run = [c for c in row if c.data_type == "f" and isinstance(c.value, str)]
            if len(run) < 3:
                continue
            first = run[1]  # the first period may begin differently where there is none before it
            for cell in run[2:]:
                moved = text_of(shifted(tokens(first.value[1:]), 0, cell.column - first.column))
                if moved != cell.value[1:]:
                    found.append(f"{key}!{cell.coordinate}: {cell.value} is not {moved}")
                    break
    assert found == []


def test_every_input_says_what_it_takes_and_refuses_the_rest(built: Built) -> None:
    found = []
    for sheet in built.formulas.worksheets:
        if not sheet.protection.sheet:
            continue
        covered = [(rule, rule.sqref) for rule in sheet.data_validations.dataValidation]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.protection.locked:
                    continue
                rules = [rule for rule, area in covered if cell.coordinate in area]
                if not rules or not all(rule.prompt and rule.error for rule in rules):
                    found.append(f"{sheet.title}!{cell.coordinate}")
    assert found == []


def test_nothing_is_hidden_and_nothing_merged(built: Built) -> None:
    for sheet in built.formulas.worksheets:
        assert sheet.sheet_state == "visible"
        assert list(sheet.merged_cells.ranges) == []
        assert [r for r, d in sheet.row_dimensions.items() if d.hidden] == []
        assert [c for c, d in sheet.column_dimensions.items() if d.hidden] == []


def test_sheets_are_protected_without_a_password_but_the_log(built: Built) -> None:
    open_sheets = [s.title for s in built.formulas.worksheets if not s.protection.sheet]
    assert open_sheets == [built.kit.word("sheet.orders")]
    assert [s.title for s in built.formulas.worksheets if s.protection.password] == []


def test_every_sheet_is_set_up_for_print(built: Built) -> None:
    for sheet in built.formulas.worksheets:
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize)) == ("landscape", 9), sheet.title
        assert sheet.print_area, sheet.title
        assert all(part.text for part in (sheet.oddFooter.left, sheet.oddFooter.center)), sheet.title
        if not sheet.sheet_properties.pageSetUpPr.fitToPage:  # then no page is wider than the paper
            assert max(_across(sheet)) * (setup.scale or 100) / 100 <= A4_ACROSS, sheet.title


def _across(sheet: Any) -> list[int]:
    """Return how many pixels each page is wide at full size, the columns that every page repeats with it."""
    widths = {
        number: int(7 * part.width + 5)
        for part in sheet.column_dimensions.values()
        for number in range(part.min, part.max + 1)
    }
    _, _, last, _ = range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))
    edges = [0, *(part.id for part in sheet.col_breaks.brk), last]
    title = sheet.print_title_cols
    repeated = range(1, column_index_from_string(title.rpartition(":")[2].strip("$")) + 1) if title else ()
    pages = [range(first + 1, end + 1) for first, end in pairwise(edges)]
    return [sum(widths.get(c, 64) for c in {*page, *(repeated if i else ())}) for i, page in enumerate(pages)]


def test_every_chart_says_in_words_what_it_shows(built: Built) -> None:
    with zipfile.ZipFile(built.path) as package:
        drawings = [package.read(n).decode() for n in package.namelist() if "/drawings/drawing" in n]
    frames = [frame for text in drawings for frame in re.findall(r"<xdr:cNvPr [^>]*>", text)]
    assert frames
    assert [frame for frame in frames if not re.search(r'descr="[^"]{20,}"', frame)] == []


def test_no_cell_shows_an_error(built: Built) -> None:
    errors = [f"{s}!{c.coordinate} {c.value}" for s, c in built.cells() if c.data_type == "e"]
    assert errors == []
    assert [str(kept) for kept in built.report.kept] == []


def test_the_master_check_is_green(built: Built) -> None:
    assert built.named("chk_broken") == 0
    assert built.named("chk_master") == built.kit.word("status_ok")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_sheet_names_are_short_and_told_apart(language: str) -> None:
    names = [texts.word(f"sheet.{sheet.key}", language) for sheet in SHEETS]
    assert len(set(map(str.casefold, names))) == len(names)
    assert [name for name in names if len(name) > 21 or re.search(r"[\[\]:*?/\\']", name)] == []


LETTERS = {"ka": "[\u10a0-\u10ff]", "el": "[\u0370-\u03ff\u1f00-\u1fff]"}
# Words that stand in English or in signs whatever the language.
SAME = re.compile(
    r"=?(?:CLV|_xl|in_|set_|chk_)|[-=+] (?:AOV|CAC|CLV)$|[A-Z]{1,4}\d*\b\W*$|[\d\s.,:%x()/+|-]*$|[•■№|]"
    r"|R / F$|[\d-]+ CDs?\b|[a-z_]+$|m .*[-)] ?(?:cac|r\))|m / |S\(t"
)


@pytest.mark.slow
@pytest.mark.parametrize("language", LETTERS)
def test_every_text_is_in_the_language(language: str, templates: Templates) -> None:
    built = templates.built("native", language)
    english = {text for _, cell in templates.built("native").cells() if isinstance(text := cell.value, str)}
    skipped = {built.kit.word("sheet.orders"), built.kit.word("sheet.glossary")}
    found = {
        f"{sheet}: {cell.value}"
        for sheet, cell in built.cells()
        if isinstance(cell.value, str)
        and sheet not in skipped
        and not re.search(LETTERS[language], cell.value)
        and not SAME.match(cell.value)
        and cell.value in english
    }
    assert sorted(found) == []
