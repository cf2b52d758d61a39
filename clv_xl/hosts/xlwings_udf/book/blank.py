"""The blank workbook: how to start, and examples that are live formulas.

Its parts are written by hand, so that the base install makes it; `with_modules` adds the macros.
"""

import io
import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import escape

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.formula_text import ENGLISH, localised
from clv_xl.catalogue.function import Example, Function
from clv_xl.catalogue.spelling import canonical, underscored
from clv_xl.errors import Text

SHOWN: Final = (
    "CLV",
    "CLV.SUBSCRIPTION",
    "CLV.CONTRACT",
    "CLV.RETENTION",
    "CLV.CHURN",
    "CLV.CONVERTRATE",
    "CLV.PAYBACK",
    "CLV.RATIO",
    "CLV.EQUITY",
)
"""Functions whose first example takes single values."""
FONTS: Final = MappingProxyType({"ka": "Sylfaen"})
FONT: Final = "Arial"  # has the Latin and the Greek letters on every Windows, and no Georgian ones
WIDTHS: Final = (2, 38, 14, 76)
# Cell formats by name, in the order of cellXfs: number format, font, fill, border, alignment.
_FORMATS: Final = MappingProxyType(
    {
        "plain": (0, 0, 0, 0, ""),
        "title": (0, 1, 0, 0, ""),
        "step": (0, 0, 0, 0, 'vertical="top" wrapText="1"'),
        "header": (0, 2, 2, 1, ""),
        "header_right": (0, 2, 2, 1, 'horizontal="right"'),
        "formula": (0, 3, 0, 0, 'vertical="center"'),
        "label": (0, 0, 0, 0, 'horizontal="left" vertical="center" wrapText="1" indent="1"'),
        "money": (4, 4, 0, 0, 'vertical="center"'),
        "share": (164, 4, 0, 0, 'vertical="center"'),
        "periods": (165, 4, 0, 0, 'vertical="center"'),
        "multiple": (166, 4, 0, 0, 'vertical="center"'),
        "header_label": (0, 2, 2, 1, 'horizontal="left" indent="1"'),
    }
)
_LINE: Final = 14  # height of a line of text in points
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def blank(language: str, catalogue: Mapping[str, Function]) -> bytes:
    """Return the blank workbook.

    Parameters
    ----------
    language : str
        Of what is written in it; formulas are shown as Excel in that language writes them.
    catalogue : mapping of str to Function
        Where the examples come from, with the values that the cells show before the first calculation.

    Returns
    -------
    bytes
        The .xlsx; its formulas are in the spelling of VBA.
    """
    rows, merged, strings = _rows(language, [catalogue[name] for name in SHOWN])
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(texts.word("addin.name", language)),
        "xl/workbook.xml": _workbook(texts.word("sheet.clv", language)),
        "xl/_rels/workbook.xml.rels": _relations(
            (f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"),
            (f"{_OFFICE}/theme", "theme/theme1.xml"),
            (f"{_OFFICE}/styles", "styles.xml"),
            (f"{_OFFICE}/sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": _styles(FONTS.get(language, FONT)),
        "xl/theme/theme1.xml": files(__package__).joinpath("theme.xml").read_text(encoding="utf-8"),
        "xl/sharedStrings.xml": _strings(strings),
        "xl/worksheets/sheet1.xml": _sheet(rows, merged),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return made.getvalue()


def in_vba(formula: str) -> str:
    """Return a formula of the catalogue with its names in the spelling of VBA.

    >>> in_vba('CLV.CHURN(40,800)'), in_vba("CLV(50,3,3)")
    ('CLV_CHURN(40,800)', 'CLV(50,3,3)')
    """
    words = (
        underscored(canonical(m.group()) or m.group()) if m.lastgroup == "name" else m.group()
        for m in ENGLISH.finditer(formula)
    )
    return "".join(words)


def _sheet(rows: Sequence[str], merged: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>' for i, width in enumerate(WIDTHS, 1)
    )
    merges = "".join(f'<mergeCell ref="B{row}:D{row}"/>' for row in merged)
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="{_LINE}"/><cols>{columns}</cols>'
        f'<sheetData>{"".join(rows)}</sheetData><mergeCells count="{len(merged)}">{merges}</mergeCells>'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _rows(language: str, functions: Sequence[Function]) -> tuple[list[str], list[int], list[str]]:
    """Return the rows, the numbers of those that are one cell, and the texts that cells name by number."""
    strings: list[str] = []

    def text(look: str, said: str) -> str:
        strings.append(said)
        return f'<c s="{_format(look)}" t="s"><v>{len(strings) - 1}</v></c>'

    rows = [_row(1, {"B": text("title", texts.word("addin.name", language))}, height=28)]
    merged = []
    for step, sentence in enumerate(_steps(language, functions[0].examples[0]), 1):
        merged.append(len(rows) + 1)
        height = _height(sentence, sum(WIDTHS[1:]) - 4, language)
        rows.append(_row(len(rows) + 1, {"B": text("step", f"{step}. {sentence}")}, height=height))
    head = {
        "B": text("header", texts.word("pane.preview", language)),
        "C": text("header_right", texts.word("explain.result", language)),
        "D": text("header_label", texts.word("book.says", language)),
    }
    rows += [_row(len(rows) + 1, {}), _row(len(rows) + 2, head, height=18)]
    for function in functions:
        example = function.examples[0]
        label = docs.part(function, "summary", language)
        cells = {
            "B": text("formula", f"={localised(in_vba(example.formula), language)}"),
            "C": _formula(_kind(function), example),
            "D": text("label", label),
        }
        rows.append(_row(len(rows) + 1, cells, height=_height(label, WIDTHS[-1] - 2, language)))
    return rows, merged, strings


def _height(text: str, width: int, language: str) -> int:
    """Return the height of a row: not every program makes one grow with its text, and none a merged one.

    A letter takes about as much as a digit, after which widths are counted; a Georgian one a quarter more.
    """
    lines = math.ceil(len(text) / width * (1.25 if language in FONTS else 1))
    return _LINE * lines + 4


def _strings(strings: Sequence[str]) -> str:
    listed = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    size = f'count="{len(strings)}" uniqueCount="{len(strings)}"'
    return f'{_XML}<sst xmlns="{_MAIN}" {size}>{listed}</sst>'


def _steps(language: str, example: Example) -> Iterator[str]:
    formula = f"={localised(in_vba(example.formula), language)}"
    yield texts.word("book.start_macros", language)
    yield texts.word(Text("book.start_formula", {"formula": formula}), language)
    names = {"tab": Text("book.ribbon_tab"), "errors": Text("book.ribbon_errors")}
    yield texts.word(Text("book.start_errors", names), language)


def _kind(function: Function) -> str:
    """Return the cell format of a result: the first word of its unit says what it is."""
    return function.returns.partition(" ")[0]


def _row(number: int, cells: Mapping[str, str], height: int | None = None) -> str:
    fixed = f' ht="{height}" customHeight="1"' if height else ""
    inside = "".join(cell.replace("<c ", f'<c r="{column}{number}" ', 1) for column, cell in cells.items())
    return f'<row r="{number}"{fixed}>{inside}</row>'


def _format(name: str) -> int:
    return list(_FORMATS).index(name)


def _formula(look: str, example: Example) -> str:
    return f'<c s="{_format(look)}"><f>{escape(in_vba(example.formula))}</f><v>{example.value!r}</v></c>'


def _styles(font: str) -> str:
    def face(size: int, colour: str, name: str = font, bold: str = "") -> str:
        look = f'{bold}<sz val="{size}"/><color rgb="FF{colour}"/><name val="{name}"/><family val="2"/>'
        return f"<font>{look}</font>"

    fonts = (
        face(10, "1F2933"),
        face(16, "1F3864", bold="<b/>"),
        face(10, "1F2933", bold="<b/>"),
        face(9, "667085", "Consolas"),
        face(10, "7030A0"),
    )
    formats = "".join(
        f'<xf numFmtId="{number}" fontId="{face}" fillId="{fill}" borderId="{border}" xfId="0"'
        + (f' applyAlignment="1"><alignment {alignment}/></xf>' if alignment else "/>")
        for number, face, fill, border, alignment in _FORMATS.values()
    )
    none = "<left/><right/><top/>"
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="3"><numFmt numFmtId="164" formatCode="0.0%"/>'
        '<numFmt numFmtId="165" formatCode="0.0"/>'
        '<numFmt numFmtId="166" formatCode="0.0&quot;x&quot;"/></numFmts>'
        f'<fonts count="{len(fonts)}">{"".join(fonts)}</fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFF2F4F7"/></patternFill></fill></fills>'
        f'<borders count="2"><border>{none}<bottom/><diagonal/></border>'
        f'<border>{none}<bottom style="thin"><color rgb="FF1F3864"/></bottom><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_FORMATS)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _workbook(sheet: str) -> str:
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr/>'
        '<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="22000" windowHeight="12000"/>'
        "</bookViews>"
        f'<sheets><sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets>'
        '<calcPr calcId="191029"/></workbook>'
    )


def _core(title: str) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>clv_xl</dc:creator></cp:coreProperties>"
    )


def _relations(*found: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(found, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _types() -> str:
    parts = {
        "/xl/workbook.xml": f"{_SHEET_TYPES}.sheet.main+xml",
        "/xl/worksheets/sheet1.xml": f"{_SHEET_TYPES}.worksheet+xml",
        "/xl/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/xl/sharedStrings.xml": f"{_SHEET_TYPES}.sharedStrings+xml",
        "/xl/styles.xml": f"{_SHEET_TYPES}.styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    listed = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in parts.items())
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )
