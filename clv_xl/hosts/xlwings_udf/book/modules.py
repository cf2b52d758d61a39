"""The VBA modules of the workbook: those in `vba` as they are, and two that are written of the catalogue."""

from collections.abc import Iterator, Mapping
from importlib.resources import files

from clv_xl import texts
from clv_xl.catalogue.function import Function
from clv_xl.catalogue.spelling import underscored
from clv_xl.hosts.xlwings_udf.book.ovba import Module
from clv_xl.hosts.xlwings_udf.book.vba_text import assigned, literal
from clv_xl.hosts.xlwings_udf.functions import argument_help, function_help

STANDARD = ("ClvBook", "ClvCall", "ClvErrors", "ClvMacros", "ClvPython", "ClvSettings")
FUNCTIONS = "ClvFunctions"
TEXTS = "ClvTexts"
WORDS = "ClvWords"  # and a number: descriptions of some functions
ROOM = 30_000  # characters of one module of them; above 64 KB some versions of Basic compile nothing
TABLE = "book"
# Excel takes these as names; one of them in LibreOffice, and no function of the whole module is there.
_WORDS_OF_BASIC = frozenset(
    (
        *("access", "alias", "attribute", "base", "binary", "cdecl", "classmodule", "close", "compare"),
        *("compatible", "explicit", "lib", "local", "lprint", "output", "ptrsafe", "random", "read", "write"),
    )
)
TEXT = "vba."  # begins the keys of the texts that the VBA names
WORKBOOK = "ThisWorkbook"


def modules(
    catalogue: Mapping[str, Function], language: str, sheets: tuple[str, ...] = ("Sheet1",)
) -> tuple[Module, ...]:
    """Return the modules of a workbook: its documents first, as in a project that Excel writes.

    Parameters
    ----------
    catalogue : mapping of str to Function
        What becomes worksheet functions.
    language : str
        Of the descriptions, headings and sentences that do not come from Python.
    sheets : tuple of str
        Code names of the sheets, which have no code.
    """
    return (
        Module(WORKBOOK, "document", shipped(f"{WORKBOOK}.cls")),
        *(Module(sheet, "document", "") for sheet in sheets),
        *(Module(name, "standard", shipped(f"{name}.bas")) for name in STANDARD),
        Module(FUNCTIONS, "standard", functions_source(catalogue)),
        *texts_modules(catalogue, language),
    )


def shipped(file: str) -> str:
    """Return a source that ships beside this file."""
    return files(__package__).joinpath("vba", file).read_text(encoding="ascii")


def functions_source(catalogue: Mapping[str, Function]) -> str:
    """Return one worksheet function for each declaration; what it is given goes on as it is."""
    return "\n".join(("Option Explicit", "", *map(wrapper, catalogue.values())))


def wrapper(function: Function) -> str:
    """Return the VBA of one function.

    An optional argument has no default value: only a Variant without one tells an omitted argument
    from a blank cell, and Python knows what an omitted one stands for.
    """
    name = underscored(function.name)
    names = [parameter(a.name) for a in function.args]
    declared = ", ".join(
        f"{'' if a.required else 'Optional '}{n} As Variant"
        for a, n in zip(function.args, names, strict=True)
    )
    given = ", ".join(names)
    return (
        f"Public Function {name}({declared}) As Variant\n"
        f'    {name} = ClvAnswer("{name}", Array({given}))\n'
        "End Function\n"
    )


def parameter(name: str) -> str:
    """Return what an argument is called in VBA: its name, apart from the words of LibreOffice's Basic.

    >>> parameter("output"), parameter("cac")
    ('output_', 'cac')
    """
    return f"{name}_" if name in _WORDS_OF_BASIC else name


def texts_modules(catalogue: Mapping[str, Function], language: str) -> Iterator[Module]:
    """Yield the texts in a language: those of the VBA by key, those of the functions by number."""
    described: list[list[str]] = [[]]
    where = []  # each function's module
    for number, function in enumerate(catalogue.values()):
        procedure = "\n".join(_words(number, function, language))
        if sum(map(len, described[-1])) + len(procedure) > ROOM:
            described.append([])
        described[-1].append(procedure)
        where.append(len(described))
    yield Module(TEXTS, "standard", "\n".join((_TEXTS_HEAD, *_texts(language), *_directory(where))))
    for number, procedures in enumerate(described, 1):
        yield Module(f"{WORDS}{number}", "standard", "\n".join((_PRIVATE, "", *procedures)))


_PRIVATE = "Option Explicit\nOption Private Module"


_TEXTS_HEAD = r"""Option Explicit
Option Private Module

' Texts in the language of the workbook; VBA keeps the letters of one code page, hence \u and four digits.

Public Function ClvDecode(ByVal coded As String) As String
    Dim parts As Variant, i As Long
    parts = Split(coded, "\u")
    If UBound(parts) < 0 Then Exit Function
    ClvDecode = parts(0)
    For i = 1 To UBound(parts)
        ClvDecode = ClvDecode & ChrW$(CLng("&H" & Left$(parts(i), 4))) & Mid$(parts(i), 5)
    Next i
End Function
"""


def _texts(language: str) -> Iterator[str]:
    yield "Public Function ClvText(ByVal key As String) As String"
    yield "    Dim coded As String"
    yield "    Select Case key"
    yield '    Case "language"'
    yield f"        coded = {literal(language)}"
    for key, row in texts.table(TABLE).items():
        if key.startswith(TEXT):
            yield f'    Case "{key}"'
            yield from (f"        {line}" for line in assigned("coded", row[language]))
    yield "    Case Else"
    yield "        coded = key"
    yield "    End Select"
    yield "    ClvText = ClvDecode(coded)"
    yield "End Function"
    yield ""


def _directory(where: list[int]) -> Iterator[str]:
    yield "Public Function ClvFunctionCount() As Long"
    yield f"    ClvFunctionCount = {len(where)}"
    yield "End Function"
    yield ""
    yield "' Of one function: its name, how it is written, what it answers, then what each argument is."
    yield "Public Function ClvWords(ByVal number As Long) As Variant"
    yield "    Dim words As Variant, i As Long"
    yield "    Select Case number"
    for number, module in enumerate(where):
        yield f"    Case {number}: words = {WORDS}{module}.ClvWordsOf{number}()"
    yield "    End Select"
    yield "    For i = 0 To UBound(words)"
    yield "        words(i) = ClvDecode(words(i))"
    yield "    Next i"
    yield "    ClvWords = words"
    yield "End Function"
    yield ""


def _words(number: int, function: Function, language: str) -> Iterator[str]:
    """Yield the procedure of a function: VBA takes no more than 64 KB in one."""
    words = (
        underscored(function.name),
        written(function, language),
        function_help(function, language),
        *(argument_help(function, arg, language) for arg in function.args),
    )
    yield f"Public Function ClvWordsOf{number}() As Variant"
    yield f"    Dim words(0 To {len(words) - 1}) As String"
    for i, text in enumerate(words):
        yield from (f"    {line}" for line in assigned(f"words({i})", text))
    yield f"    ClvWordsOf{number} = words"
    yield "End Function"
    yield ""


def written(function: Function, language: str) -> str:
    """Return how a function is written, with what may be omitted in brackets.

    >>> from clv_xl.catalogue.all import CATALOGUE
    >>> written(CATALOGUE["CLV.AOV"], "fi")
    '=CLV_AOV(amounts; [order_ids])'
    """
    mark = "; " if language in texts.DECIMAL_COMMA else ", "
    args = mark.join(a.name if a.required else f"[{a.name}]" for a in function.args)
    return f"={underscored(function.name)}({args})"
