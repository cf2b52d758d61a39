"""A plain formula shows one value: ranges where one value is due shrink to the formula's own row.

Files write such a formula without a mark; the programs of today show it with ``@``.
"""

from clv_xl.hosts.headless.address import cell_of
from clv_xl.hosts.headless.formula import CALL, MARK, NAME, SHEET, Token, bare_name, text_of, tokens
from clv_xl.hosts.headless.shared import is_range

# Functions all of whose arguments are single values.
SCALAR = frozenset(
    """
    ABS DATE DAY EDATE EOMONTH EXP IF IFERROR IFNA INT ISBLANK ISERROR ISNUMBER ISTEXT LEFT LEN LN LOG
    LOG10 LOWER MID MOD MONTH NOT POWER RIGHT ROUND ROUNDDOWN ROUNDUP SIGN SQRT TEXT TRIM UPPER VALUE YEAR
    """.split()  # noqa: SIM905  a list of words reads better than fifty quoted ones
)


def intersected(formula: str) -> str:
    """Return the formula with ``@`` before each range that stands for one of its cells.

    A formula without such a range is marked as a whole and shows the first cell of its result.

    Examples
    --------
    >>> intersected("A1:A10*2"), intersected("IF(Data!B:B>1,1,SUM(C1:C9))"), intersected("CLV.SEGMENT(A1:D9)")
    ('@A1:A10*2', 'IF(@Data!B:B>1,1,SUM(C1:C9))', '@(CLV.SEGMENT(A1:D9))')
    """
    parts = tokens(formula)
    out: list[Token] = []
    plural = [False]  # for each open bracket, whether a range may stand in it as a whole
    for i, part in enumerate(parts):
        if part.kind == CALL:
            plural.append(plural[-1] or bare_name(part.text) not in SCALAR)
        elif part.text in ("(", "{"):
            plural.append(plural[-1])
        elif part.text in (")", "}") and len(plural) > 1:
            plural.pop()
        elif not plural[-1] and _starts_range(parts, i):
            out.append(Token(MARK, "@"))
        out.append(part)
    text = text_of(out)
    return text if text != formula else f"@({formula})"


def _starts_range(parts: list[Token], i: int) -> bool:
    before = parts[i - 1] if i else Token(MARK, "")
    if before.kind == SHEET or before.text in ("@", ":"):
        return False
    if parts[i].kind == SHEET:
        i += 1
    if is_range(parts, i):
        return True
    ends = parts[i : i + 3]
    return (
        len(ends) == 3
        and ends[1].text == ":"
        and all(end.kind == NAME and cell_of(end.text) is not None for end in (ends[0], ends[2]))
    )
