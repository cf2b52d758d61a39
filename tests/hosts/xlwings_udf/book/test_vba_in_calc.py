"""The VBA of the workbook run by LibreOffice, every module but the one that reaches Python.

What LibreOffice lacks, and what stands for it here: an error value of VBA shows as its number
("Error 2036"); an error cell in a range arrives as 0; Application.Caller is empty, so that sentences are
kept under the function's name; MacroOptions and Date1904 are Excel's alone.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.spelling import underscored
from clv_xl.hosts.xlwings_udf.book.blank import blank
from clv_xl.hosts.xlwings_udf.book.modules import modules, written
from clv_xl.hosts.xlwings_udf.book.ovba import Module
from clv_xl.hosts.xlwings_udf.book.package import sheet_code_names, with_modules
from clv_xl.hosts.xlwings_udf.book.ribbon import ribbon
from clv_xl.hosts.xlwings_udf.functions import argument_help, function_help
from clv_xl.hosts.xlwings_udf.marks import MARK
from tests.hosts.libreoffice.office import Office, office

HERE = Path(__file__).parent
LANGUAGE = "ka"  # no letter of it is in VBA's code page
AFAR = "BA"  # a column that the blank workbook leaves empty
# Of a workbook without a window: with these lines LibreOffice 7.4 sooner or later ends.
WINDOW = re.compile(r"^ +Application\.(?:StatusBar = |OnTime ).*$", re.MULTILINE)
pytestmark = [pytest.mark.uno, pytest.mark.slow]


def error(number: int) -> str:
    """Return how LibreOffice shows an error value of VBA (numbers: XlCVError of Excel's object model)."""
    return f"Error {number}"


class Book:
    """The workbook in a LibreOffice."""

    def __init__(self, calc: Office, path: Path) -> None:
        self.calc, self.path = calc, str(path)
        self.row = 0

    def show(self, formula: str, rows: int = 1, columns: int = 1) -> Any:
        """Type a formula in cells of its own and return what it shows."""
        self.row += 1
        start = f"{AFAR}{self.row}"
        if (rows, columns) == (1, 1):
            address = start
        else:
            last = chr(ord("A") + columns - 1)
            address, self.row = f"{start}:B{last}{self.row + rows - 1}", self.row + rows
        return self.calc("vba_type", path=self.path, data={}, formulas={address: formula})[address]

    def type(self, **data: list[list[Any]]) -> None:
        """Fill cells."""
        self.calc("vba_type", path=self.path, data=data, formulas={})

    def sheet_of(self, macro: str, columns: int) -> list[list[str]]:
        """Run a macro and return the sheet that it makes."""
        found: list[list[str]] = self.calc("vba_new_sheet", path=self.path, macro=macro, columns=columns)
        return found


def made(path: Path, without: re.Pattern[str] | None = None, stub: bool = True) -> Path:
    """Write the blank workbook, with the stub in place of ClvPython."""
    xlsx = blank(LANGUAGE, CATALOGUE)
    ours = modules(CATALOGUE, LANGUAGE, sheet_code_names(xlsx))
    if without:
        ours = tuple(Module(m.name, m.kind, without.sub("", m.source)) for m in ours)
    replaced = [Module(m.name, m.kind, source(m.name)) if stub and m.name == "ClvPython" else m for m in ours]
    probe = Module("ClvProbe", "standard", source("ClvProbe"))
    path.write_bytes(with_modules(xlsx, [*replaced, probe], ribbon(LANGUAGE)))
    return path


def source(name: str) -> str:
    return (HERE / f"{name}.bas").read_text(encoding="ascii")


def said(key: str) -> str:
    """Return a text with its places as they are: the VBA fills them."""
    return texts.find(key, LANGUAGE) or ""


@pytest.fixture(scope="module", params=["calc", "calc_new"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    program: Path = request.getfixturevalue(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    started = office(
        program,
        folder / "profile",
        procedures=(HERE / "vba_procedures.py",),
        environment={"CLV_XL_PYTHON": ""},
    )
    with started as calc:
        yield Book(calc, made(folder / "CLV.xlsm", WINDOW if request.param == "calc" else None))


# --- what is handed on ------------------------------------------------------------------------


def test_every_function_hands_on_all_its_arguments_in_order(book: Book) -> None:
    for name, function in CATALOGUE.items():
        flat = underscored(name)
        numbers = [str(i + 1) for i in range(len(function.args))]
        assert book.show(f"={flat}({';'.join(numbers)})") == "|".join([flat, *numbers])
        required = numbers[: function.least]
        missing = ["missing"] * (len(function.args) - len(required))
        assert book.show(f"={flat}({';'.join(required)})") == "|".join([flat, *required, *missing])


def test_ranges_are_handed_on_as_their_values(book: Book) -> None:
    book.type(AZ1=[[50.5, "=TRUE()"], [None, "text"], [70.5, 3.5]])
    assert book.show("=CLV_AOV($AZ$1:$AZ$3)") == "CLV_AOV|3x1:50.5,empty,70.5,|missing"
    assert book.show("=CLV(1;2;3;$AZ$1;$AZ$2)") == "CLV|1|2|3|50.5|empty|missing|missing"
    assert book.show("=CLV_AOV({1;2|3;4})") == "CLV_AOV|2x2:1,2,3,4,|missing"
    assert book.show("=CLV_AOV($AZ$1)") == "CLV_AOV|50.5|missing"


def test_a_range_to_the_end_of_the_sheet_ends_with_the_last_row_in_use(book: Book) -> None:
    book.type(AX1=[[1.5], [2.5]], AX500=[[4.5]])
    assert book.show("=CLV_AOV($AX:$AX)").startswith("CLV_AOV|500x1:1.5,2.5,empty,")
    assert book.show("=CLV_AOV($AX$2:$AX$1048576)").startswith("CLV_AOV|499x1:2.5,empty,")
    assert book.show("=CLV_AOV($AW$900:$AW$1048576)") == "CLV_AOV|empty|missing"
    assert book.show("=CLV_AOV($AX$1:$AX$3)") == "CLV_AOV|3x1:1.5,2.5,empty,|missing"


def test_a_reference_to_several_areas_is_refused_with_a_sentence(book: Book) -> None:
    book.type(AW1=[[1.5], [2.5], [3.5]])
    assert book.show("=ProbeAreas($AW$1;$AW$3)") == error(2015)
    expected = said("vba.areas").replace("{function}", "CLV_AOV")
    assert book.show('=ProbeSentence("CLV_AOV")') == expected


# --- what comes back --------------------------------------------------------------------------


def test_plain_answers_stay_what_they_are(book: Book) -> None:
    assert book.show('=CLV_AOV("number")') == 1.25
    assert book.show('=CLV_AOV("truth")') == 1.0  # TRUE
    assert book.show("=CLV_VERSION()") == "CLV_VERSION"


NUMBERS = {  # XlCVError
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#SPILL!": 2015,
    "#CALC!": 2015,
}


@pytest.mark.parametrize(("code", "number"), NUMBERS.items())
def test_a_marked_error_becomes_a_true_one_and_its_sentence_is_kept(
    book: Book, code: str, number: int
) -> None:
    assert book.show(f'=CLV_CHURN("{code}";1)') == error(number)
    assert book.show('=ProbeSentence("CLV_CHURN")') == f"CLV_CHURN: sentence of {code}"
    assert book.show("=CLV_CHURN(1;2)") == "CLV_CHURN|1|2"
    assert book.show('=ProbeSentence("CLV_CHURN")') == ""


def test_errors_within_a_row_and_a_table_are_true_ones(book: Book) -> None:
    assert book.show('=CLV_AOV("row")', 1, 4) == [[1.5, error(2036), "x", error(2042)]]
    table = [["head", error(2007)], [2.5, error(2007)], [error(2015), ""]]
    assert book.show('=CLV_AOV("table")', 3, 2) == table
    assert book.show('=ProbeSentence("CLV_AOV")') == "first sentence"


def test_a_text_that_begins_with_the_mark_is_no_error(book: Book) -> None:
    shown = [["x", f"{MARK}user", f"{MARK}alone"]]  # the last as no Python of ours sends it
    assert book.show('=CLV_AOV("mark")', 1, 3) == shown
    assert book.show('=ProbeSentence("CLV_AOV")') == ""


def test_a_crash_is_not_available_with_a_sentence_and_the_next_calculation_recovers(book: Book) -> None:
    assert book.show('=CLV_NRR("crash";1;2;3)') == error(2042)
    sentence = book.show('=ProbeSentence("CLV_NRR")')
    head, _, tail = said("vba.crashed").replace("{function}", "CLV_NRR").partition("{detail}")
    assert sentence == f"{head}The remote server machine does not exist  or is unavailable{tail}"
    assert book.show('=CLV_NRR("crash";1;2;3)') == 7.5
    assert book.show('=ProbeSentence("CLV_NRR")') == ""


def test_our_own_sentence_is_shown_as_it_is_where_python_cannot_be_reached(book: Book) -> None:
    assert book.show('=CLV_CAC("absent";1)') == error(2042)
    assert book.show('=ProbeSentence("CLV_CAC")') == "CLV_CAC: Install it."


# --- the list of errors and the texts ---------------------------------------------------------


def test_a_message_leaves_the_status_bar_when_a_cell_is_selected_or_the_workbook_is_left(book: Book) -> None:
    assert book.show("=ProbeSaid()") == "*||"


def test_the_last_five_hundred_errors_are_kept_one_for_each_place(book: Book) -> None:
    assert book.show("=ProbeMany(510)") == 500
    assert book.show('=ProbeSentence("Many!A10")') == ""
    assert book.show('=ProbeSentence("Many!A11")') == "sentence 11"
    assert book.show('=ProbeNote("Many!A11";"#NUM!";"another")') == 500
    assert book.show('=ProbeSentence("many!a11")') == "another"
    assert book.show('=ProbeForget("Many!A11")') == 499


def test_the_macros_list_the_errors_newest_first_and_the_functions(
    book: Book, request: pytest.FixtureRequest
) -> None:
    if "calc_new" not in request.node.name:
        pytest.skip("LibreOffice 7.4 ends when such a workbook makes another")
    book.show('=ProbeNote("Sheet1!B2";"#NUM!";"older")')
    book.show('=CLV_CAC("#DIV/0!";1)')
    heads, newest, older, *_ = book.sheet_of("ClvMacros.ClvShowErrors", 5)
    keys = ("vba.cell", "vba.function", "vba.code", "vba.sentence", "vba.time")
    assert heads == [said(key) for key in keys]
    assert newest[:4] == ["CLV_CAC", "CLV_CAC", "#DIV/0!", "CLV_CAC: sentence of #DIV/0!"]
    assert older[:4] == ["Sheet1!B2", "CLV", "#NUM!", "older"]
    assert newest[4].count(":") == 2
    _, hint, *rows = book.sheet_of("ClvMacros.ClvShowHelp", 2)
    assert hint == ["", said("vba.help")]
    listed = [[written(f, LANGUAGE), function_help(f, LANGUAGE)] for f in CATALOGUE.values()]
    assert rows == listed


def test_texts_of_any_alphabet_are_decoded(book: Book) -> None:
    assert book.show('=ProbeDecode("\\u10D0\\u10D1 \\u03B1 x \\u20AC")') == "აბ α x €"
    assert book.show('=ProbeDecode("")') == ""
    assert book.show('=ProbeText("vba.no_errors")') == said("vba.no_errors")
    assert book.show('=ProbeText("language")') == LANGUAGE
    for number, function in enumerate(CATALOGUE.values()):
        assert book.show(f"=ProbeWords({number};0)") == underscored(function.name)
        assert book.show(f"=ProbeWords({number};2)") == function_help(function, LANGUAGE)
        if function.args:
            last = len(function.args) - 1
            expected = argument_help(function, function.args[last], LANGUAGE)
            assert book.show(f"=ProbeWords({number};{last + 3})") == expected


# --- where Python is --------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["CHAR(13)&CHAR(10)", "CHAR(10)", "CHAR(13)"])
def test_settings_in_one_text_are_told_apart_whatever_ends_their_lines(book: Book, ends: str) -> None:
    """In Excel a file with the line ends of Unix is one line; LibreOffice splits it by itself."""
    text = f'SUBSTITUTE("[clv_xl]|python = C:\\a b\\p.exe |language=fi|";"|";{ends})'
    assert book.show(f'=ProbeValueIn({text};"python")') == "C:\\a b\\p.exe"
    assert book.show(f'=ProbeValueIn({text};"language")') == "fi"
    assert book.show(f'=ProbeValueIn({text};"xlwings")') == ""


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_the_settings_are_read_whatever_ends_their_lines(book: Book, tmp_path: Path, ends: str) -> None:
    path = tmp_path / "settings.ini"
    lines = ["[clv_xl]", r"python=C:\PROGRA~1\Py=3\pythonw.exe", "xlwings=0.37.8", "language=fi", ""]
    path.write_bytes(ends.join(lines).encode("ascii"))
    assert book.show(f'=ProbeSetting("{path}";"python")') == r"C:\PROGRA~1\Py=3\pythonw.exe"
    assert book.show(f'=ProbePython("{path}")') == r"C:\PROGRA~1\Py=3\pythonw.exe"
    assert book.show(f'=ProbeLanguage("{path}")') == "fi"
    assert book.show(f'=ProbeSetting("{path}";"clv_xl")') == ""


def test_without_settings_the_language_is_that_of_the_workbook(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "none.ini"
    assert book.show(f'=ProbeSetting("{path}";"python")') == ""
    assert book.show(f'=ProbeLanguage("{path}")') == LANGUAGE
    path.write_text("language=x'y\n", encoding="ascii")  # never into the command
    assert book.show(f'=ProbeLanguage("{path}")') == LANGUAGE


def test_the_command_starts_python_in_its_language_and_is_not_too_long_for_windows(book: Book) -> None:
    # The last words are those of xlwings' own VBA (XLPyCommand in xlwings.bas).
    assert book.show('=ProbeCommand("C:\\R&D 3%\\pythonw.exe";"fi")') == (
        "\"C:\\R&D 3%\\pythonw.exe\" -P -c \"import os;os.environ['CLV_XL_LANG']='fi';"
        "import xlwings;xlwings.serve('$(CLSID)')\""
    )
    assert "xlwings.serve" in book.show('=ProbeCommand(REPT("x";259);"fi")')  # MAX_PATH less its end
    refused = book.show('=ProbeCommand(REPT("x";260);"fi")')
    assert refused == "clv_xl: " + said("vba.long_path").replace("{path}", "x" * 260)


def test_whether_python_is_there_is_asked_without_losing_the_place_of_a_macro_in_a_folder(
    book: Book, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt", "pythonw.exe"):
        (tmp_path / name).touch()
    assert book.show(f'=ProbeExists("{tmp_path}/pythonw.exe")') == 1.0
    assert book.show(f'=ProbeExists("{tmp_path}/none.exe")') == 0.0
    assert book.show(f'=ProbeExists("{tmp_path}")') == 0.0  # a folder
    assert book.show(f'=ProbeDir("{tmp_path}/*.txt";"{tmp_path}/pythonw.exe")') in (
        "a.txt|b.txt",
        "b.txt|a.txt",
    )


@pytest.mark.parametrize("program", ["calc", "calc_new"])
def test_without_excel_a_function_says_where_it_works(
    request: pytest.FixtureRequest, tmp_path: Path, program: str
) -> None:
    """The module that reaches Python is compiled here, and refuses."""
    soffice: Path = request.getfixturevalue(program)
    with office(soffice, tmp_path / "profile", procedures=(HERE / "vba_procedures.py",)) as calc:
        book = Book(calc, made(tmp_path / "CLV.xlsm", WINDOW, stub=False))
        assert book.show("=CLV_AOV(1)") == error(2042)
        assert book.show('=ProbeSentence("CLV_AOV")') == f"CLV_AOV: {said('vba.windows_only')}"
