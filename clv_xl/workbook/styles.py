"""How cells of a workbook look: fonts, colours by role, number formats."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

# Georgian letters are in Sylfaen on every Windows; Arial holds Latin and Greek everywhere.
FONTS: Final = MappingProxyType({"ka": "Sylfaen"})
FONT, SIZE = "Arial", 10
MONOSPACE: Final = "Consolas"

INK, NAVY, GREY, LINE, BAND = "#1F2933", "#1F3864", "#667085", "#BFC5CE", "#F2F4F7"
BLUE, PALE_YELLOW, GREEN, PURPLE = "#0000FF", "#FFFFCC", "#008000", "#7030A0"
GOOD, GOOD_FILL, BAD, BAD_FILL = "#006100", "#E2F0D9", "#9C0006", "#FCE4E4"
WARN, WARN_FILL = "#7F6000", "#FFF2CC"
TEAL, AMBER = "#2E75B6", "#C55A11"

NUMBERS: Final = MappingProxyType(
    {
        "text": "General",
        "int": '#,##0;-#,##0;"-"',
        "count": "#,##0;-#,##0;0",
        "money": '#,##0.00;-#,##0.00;"-"',
        "money_whole": '#,##0;-#,##0;"-"',
        "decimal": "0.00",
        "tenth": "0.0",
        "percent": "0.0%",
        "percent_input": "0%",
        "change": "[>=0.0005]+0.0%;[<=-0.0005]-0.0%;0.0%",  # no sign at what is shown as nothing
        "multiple": '0.0"x"',
        "date": "yyyy-mm-dd",
        # What reckoning with 15 digits leaves is shown as nothing.
        "exact": "[>=0.0000000001]0.0E+00;[<=-0.0000000001]-0.0E+00;0",
        # Excel shows a boolean as it is; elsewhere one may be 1 or 0.
        "truth": '"TRUE";"TRUE";"FALSE"',
    }
)
_SPILL_HEADER: Final = MappingProxyType(
    {
        "bold": True,
        "font_color": PURPLE,
        "bg_color": BAND,
        "bottom": 1,
        "bottom_color": NAVY,
        "text_wrap": True,
        "valign": "vcenter",
    }
)
ROLES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "plain": {},
        "title": {"bold": True, "font_size": 16, "font_color": NAVY},
        "subtitle": {"font_color": GREY},
        "section": {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY},
        "header": {
            "bold": True,
            "bg_color": BAND,
            "bottom": 1,
            "bottom_color": NAVY,
            "text_wrap": True,
            "valign": "vcenter",
        },
        "label": {},
        "strong": {"bold": True},
        "note": {"font_color": GREY, "text_wrap": True},
        "unit": {"font_color": GREY, "indent": 1},
        "code": {"font_name": MONOSPACE, "font_size": 9, "font_color": GREY, "text_wrap": True},
        "code_line": {"font_name": MONOSPACE, "font_size": 9, "font_color": GREY},
        "input": {"font_color": BLUE, "bg_color": PALE_YELLOW, "border": 1, "border_color": LINE},
        "calculation": {},
        "addin": {"font_color": PURPLE},
        "link": {"font_color": GREEN},
        "spill_text": {**_SPILL_HEADER, "align": "left"},
        "spill_number": {**_SPILL_HEADER, "align": "right"},
        "spill_total": {"font_color": PURPLE, "bold": True, "top": 1, "top_color": NAVY},
        "check": {"bold": True, "align": "center"},
    }
)


class Styles:
    """The formats of one workbook, each made once.

    Parameters
    ----------
    workbook : xlsxwriter.Workbook
        The workbook being written.
    language : str
        Chooses a font that has its letters.
    """

    def __init__(self, workbook: Any, language: str) -> None:
        self._workbook = workbook
        self.font = font_of(language)
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, role: str, number: str = "text", **more: Any) -> Any:
        """Return the format of a role with a number format, and anything that differs.

        Parameters
        ----------
        role : str
            One of `ROLES`.
        number : str
            One of `NUMBERS`.
        **more
            Properties of XlsxWriter that win over those of the role.
        """
        wanted = {"font_name": self.font, "font_size": SIZE, "font_color": INK, "valign": "vcenter"}
        wanted |= {**ROLES[role], "num_format": NUMBERS[number], **more}
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(wanted)
        return self._made[key]

    def chart_font(self, size: int = 9, **more: Any) -> dict[str, Any]:
        """Return the font of a text of a chart."""
        return {"name": self.font, "size": size, "color": INK, **more}


def font_of(language: str) -> str:
    """Return the font of a language.

    Examples
    --------
    >>> font_of("el"), font_of("ka")
    ('Arial', 'Sylfaen')
    """
    return FONTS.get(language, FONT)
