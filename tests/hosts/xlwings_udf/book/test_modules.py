"""The sources of the workbook's VBA, and its ribbon."""

import re
import subprocess
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.reserved import VBA_RESERVED
from clv_xl.catalogue.spelling import underscored
from clv_xl.hosts.xlwings_udf.book import modules as made
from clv_xl.hosts.xlwings_udf.book.ovba import Module, build_project
from clv_xl.hosts.xlwings_udf.book.ribbon import BUTTONS, NAMESPACE, ribbon
from clv_xl.hosts.xlwings_udf.book.vba_text import LINE, assigned
from clv_xl.hosts.xlwings_udf.functions import WIZARD_LIMIT, argument_help, function_help

PROCEDURE = re.compile(r"^(?:(Public|Private) )?(Sub|Function) (\w+)\((.*)\)(?: As \w+)?$", re.MULTILINE)
MOST_OF_A_PROCEDURE = 64 * 1024  # VBA refuses a longer one ("Procedure too large")


def all_modules(language: str = "en") -> dict[str, Module]:
    return {module.name: module for module in made.modules(CATALOGUE, language)}


def decoded(coded: str) -> str:
    """Return what ClvDecode makes of a text; the VBA itself is run in LibreOffice."""
    units = re.sub(r"\\u([0-9A-F]{4})", lambda m: chr(int(m[1], 16)), coded)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


def words_of(language: str) -> dict[str, list[str]]:
    """Return what the generated procedures hold of each function, by its name."""
    found = {}
    for name, module in all_modules(language).items():
        if name.startswith(made.WORDS):
            for body in re.findall(r"As String\n(.*?)End Function", module.source, re.DOTALL):
                words: dict[int, str] = {}
                for i, piece in re.findall(r'words\((\d+)\) = .*?"((?:[^"]|"")*)"$', body, re.MULTILINE):
                    words[int(i)] = words.get(int(i), "") + piece.replace('""', '"')
                texts_of = [decoded(words[i]) for i in sorted(words)]
                found[texts_of[0]] = texts_of
    return found


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_project_is_made_of_the_modules_of_each_language(language: str) -> None:
    modules = made.modules(CATALOGUE, language, ("Sheet1", "Sheet2"))
    assert [m.name for m in modules if m.kind == "document"] == ["ThisWorkbook", "Sheet1", "Sheet2"]
    assert build_project(modules)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_source_is_ascii_in_lines_and_procedures_that_vba_takes(language: str) -> None:
    for module in all_modules(language).values():
        assert module.source.isascii(), module.name
        assert max(map(len, module.source.splitlines()), default=0) <= LINE, module.name
        bodies = re.split(r"^End (?:Sub|Function)$", module.source, flags=re.MULTILINE)
        assert max(map(len, bodies)) < MOST_OF_A_PROCEDURE, module.name


def test_every_module_is_explicit_and_only_two_show_their_procedures_to_cells() -> None:
    standard = {m.name: m.source for m in all_modules().values() if m.kind == "standard"}
    assert all(source.startswith("Option Explicit\n") for source in standard.values())
    open_to_all = {name for name, source in standard.items() if "\nOption Private Module\n" not in source}
    assert open_to_all == {"ClvFunctions", "ClvMacros"}
    # A public function of ClvMacros would be offered among the functions for cells.
    public = [
        m[2] for m in PROCEDURE.findall(standard["ClvMacros"]) if m[0] != "Private" and m[1] == "Function"
    ]
    assert public == []


def test_every_function_has_its_arguments_in_order_and_hands_them_on() -> None:
    source = all_modules()["ClvFunctions"].source
    written = {m[2]: m[3] for m in PROCEDURE.findall(source)}
    assert set(written) == {underscored(name) for name in CATALOGUE}
    for name, function in CATALOGUE.items():
        names = [made.parameter(a.name) for a in function.args]
        optional = ["" if a.required else "Optional " for a in function.args]
        declared = [f"{o}{n} As Variant" for o, n in zip(optional, names, strict=True)]
        assert written[underscored(name)] == ", ".join(declared)
        given = ", ".join(names)
        assert f'ClvAnswer("{underscored(name)}", Array({given}))' in source


def test_no_argument_hides_what_a_wrapper_calls_and_none_is_a_word_of_vba() -> None:
    used = {"array", "clvanswer", *(underscored(name).casefold() for name in CATALOGUE)}
    names = {made.parameter(arg.name).casefold() for f in CATALOGUE.values() for arg in f.args}
    assert not names & (used | VBA_RESERVED)


def test_a_word_of_libreoffice_s_basic_is_no_name_in_vba_and_stays_the_name_for_its_reader() -> None:
    """With it as a name, LibreOffice has none of the functions (test_vba_in_calc.py runs them)."""
    heads = re.findall(r"^Public Function .*$", all_modules()["ClvFunctions"].source, re.MULTILINE)
    assert not [head for head in heads if re.search(r"\boutput\b", head)]
    assert "[output]" in made.written(CATALOGUE["CLV.TORNADO"], "en")


def test_no_procedure_has_the_name_of_another_that_it_would_hide() -> None:
    public = [
        name.casefold()
        for module in all_modules().values()
        for visible, _, name, _ in PROCEDURE.findall(module.source)
        if visible != "Private"
    ]
    assert len(public) == len(set(public))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_wizard_gets_the_descriptions_whole(language: str) -> None:
    found = words_of(language)
    assert set(found) == {underscored(name) for name in CATALOGUE}
    for name, function in CATALOGUE.items():
        _, _, description, *told = found[underscored(name)]
        assert description == function_help(function, language)
        assert told == [argument_help(function, arg, language) for arg in function.args]
        assert all(len(text) <= WIZARD_LIMIT for text in (description, *told))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_vba_has_a_text_for_each_key_that_it_names(language: str) -> None:
    modules = all_modules(language)
    named = {
        key for m in modules.values() if m.name != made.TEXTS for key in re.findall(r'"(vba\.\w+)"', m.source)
    }
    assert named == set(re.findall(r'Case "(vba\.\w+)"', modules[made.TEXTS].source))
    assert f'coded = "{language}"' in modules[made.TEXTS].source


def test_letters_beyond_ascii_quotes_and_backslashes_are_kept() -> None:
    text = 'ა "β" \\u0041 żółć 😀 ' * 60
    lines = list(assigned("coded", text))
    assert len(lines) > 1
    assert max(map(len, lines)) <= LINE
    pieces = [re.fullmatch(r'coded = (?:coded & )?"(.*)"', line) for line in lines]
    assert decoded("".join(p[1] for p in pieces if p).replace('""', '"')) == text
    assert all(p and not re.search(r"\\u[0-9A-F]{0,3}$", p[1]) for p in pieces)


def test_what_stands_for_python_in_tests_has_the_procedures_of_the_real_module() -> None:
    stub = Path(__file__).with_name("ClvPython.bas").read_text(encoding="ascii")
    real = made.shipped("ClvPython.bas")
    public = [{m for m in PROCEDURE.findall(source) if m[0] == "Public"} for source in (stub, real)]
    assert public[0] == public[1]
    assert {m[2] for m in public[0]} == {"ClvSend", "ClvStop"}


def test_both_declarations_of_the_dll_are_those_of_xlwings() -> None:
    """Excel finds a DLL that is loaded by its base name alone; the arguments are those of xlwings.bas."""
    source = made.shipped("ClvPython.bas")
    theirs = (Path(find_spec("xlwings").origin or "").parent / "xlwings.bas").read_text(encoding="utf-8")  # type: ignore[union-attr]
    shape = re.compile(r"Function XLPyDLLActivateAuto Lib .*?\((.*)\) As Long")
    kinds = [re.sub(r"\w+ As", "_ As", found) for found in shape.findall(source)]
    expected = re.sub(r"\w+ As", "_ As", shape.findall(theirs)[0])
    assert kinds == [expected, expected]
    for bits in (32, 64):
        name = f"clv_xl_xlwings{bits}.dll"
        assert f'Private Const DLL As String = "{name}"' in source
        assert f'XLPyDLLActivateAuto Lib "{name}"' in source


def command(python: str) -> list[str]:
    """Return the command as Windows tells its words apart; LibreOffice shows that ClvCommand makes it so."""
    source = made.shipped("ClvSettings.bas")
    (code,) = re.findall(r'code = "(.*)"$', source, re.MULTILINE)
    (flags,) = re.findall(
        r"ClvCommand = quote & python & quote & \" (.*) \" & quote & code & quote$", source, re.MULTILINE
    )
    return [python, *flags.split(), code.replace('" & language & "', "en")]


def test_python_takes_no_module_of_the_folder_where_excel_is(tmp_path: Path) -> None:
    """It is often the folder of the workbook that was opened last, with whatever else lies there."""
    for name in ("xlwings", "clv_xl", "os"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')\n", encoding="ascii")
    python, *flags, code = command(sys.executable)
    imports = code.replace(";xlwings.serve('$(CLSID)')", "")  # which it does on Windows alone
    assert imports != code
    ran = subprocess.run([python, *flags, imports], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.stderr, ran.returncode) == ("", 0)


def test_what_excel_calls_by_its_name_later_is_in_no_private_module() -> None:
    """No document says that Application.OnTime finds a procedure of one, and it would say so in a box."""
    modules = all_modules()
    called = re.findall(r'OnTime mWhen, ClvMacro\("(\w+)\.(\w+)"\)', modules["ClvBook"].source)
    assert len(called) == 2  # set, and taken back
    for module, procedure in called:
        assert "Option Private Module" not in modules[module].source
        assert f"Public Sub {procedure}()" in modules[module].source


def test_whatever_is_shown_in_the_status_bar_goes_again() -> None:
    """Only ClvErrors writes there, since it alone knows when to give it back."""
    modules = all_modules()
    writing = {n for n, m in modules.items() if re.search(r"\bStatusBar\b|\bClvShowInStatusBar\b", m.source)}
    assert writing == {"ClvErrors"}
    left = re.search(r"Workbook_Deactivate\(\)\n(.*?)End Sub", modules["ThisWorkbook"].source, re.DOTALL)
    assert left
    assert left[1].strip() == "ClvSayNothing"


def test_no_module_starts_a_program_by_its_bare_name_or_walks_through_folders() -> None:
    for module in all_modules().values():
        code = "\n".join(line for line in module.source.splitlines() if not line.lstrip().startswith("'"))
        assert not re.search(r"\b(Shell|CreateObject|Dir)\b|\.exe\b", code), module.name


def test_every_shipped_source_is_a_module_of_the_workbook() -> None:
    shipped = {f.name for f in files(made.__package__).joinpath("vba").iterdir()}
    assert shipped == {"ThisWorkbook.cls", *(f"{name}.bas" for name in made.STANDARD)}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_ribbon_names_procedures_that_exist_in_the_language_of_the_workbook(language: str) -> None:
    root = ET.fromstring(ribbon(language))  # noqa: S314  our own
    assert root.tag == f"{{{NAMESPACE}}}customUI"
    buttons = list(root.iter(f"{{{NAMESPACE}}}button"))
    assert len(buttons) == len(BUTTONS)
    macros = {m[2]: m[3] for m in PROCEDURE.findall(all_modules()["ClvMacros"].source)}
    for button, (key, action, _) in zip(buttons, BUTTONS, strict=True):
        assert button.get("onAction") == action
        assert macros[action] == "ByVal control As Object"
        assert button.get("label") == texts.table("book")[f"book.ribbon_{key}"][language]
        assert len(button.get("supertip") or "") <= 1024  # schema of customUI: ST_LongString
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
