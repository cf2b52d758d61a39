"""One column of an order log: what its cells must be, and what is wrong with those that are not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from clv_xl.cells import BLANK, BOOLEAN, ERROR, NUMBER, TEXT, BoolArray, Cells, FloatArray
from clv_xl.errors import NUM, VALUE, CellError, Text
from clv_xl.orders.ids import Merge, NumberNames, coded
from clv_xl.orders.log import Coded, Issue

FIRST_DAY, END_OF_TIME = 1.0, 2958466.0  # 1900-01-01; the day after 9999-12-31
LARGEST = 1e300  # beyond it sums of money overflow
MOST_MERGES = 200  # listed one by one; the rest are counted
_TIME = r"(?:[T ,]+\d{1,2}:\d{2}.*)?"
_YMD = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\.?" + _TIME + r"|(?:19|20)\d{6}")
_STAMP = re.compile(r"^\s*\d{4}-\d{2}-\d{2}(?:T\d|.*\d ?(?:Z|UTC|[+-]\d{2}:?\d{2})\s*$)")
_DMY = re.compile(r"\d{1,2}\. ?\d{1,2}\. ?(?:\d{4}|\d{2})\.?" + _TIME)
_EITHER = re.compile(r"\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d{2})" + _TIME)
_NAMED = re.compile(r"(?:\d{1,2}[ .-]+[^\W\d]{3,}[ .,-]+\d{2,4}|[^\W\d]{3,}\.? \d{1,2},? \d{4})" + _TIME)
_UNITS = re.compile(r"[\s'’€$£₾]|zł|EUR|USD|GBP|PLN|GEL", re.IGNORECASE)
_NUMBER = re.compile(r"\(?[-+−]?\d[\d.,]*\)?[-%]?|[-+]?\d+(?:[.,]\d+)?e[-+]?\d+", re.IGNORECASE)
_FORMULA = re.compile(r"^[=+\-@]", re.MULTILINE)
_SIGNED = re.compile(r"[-+]\d+(?:\.\d+)?")
_LONGEST = 100  # letters of a date or a number; a novel in each cell of a column is not searched for one


def date_order(text: str) -> str | None:
    """Return the order in which a text gives year, month and day, None if it is no date.

    >>> [date_order(t) for t in ("1.2.2025", "2025-02-01", "02/01/25", "1 Feb 2025", "soon")]
    ['dmy', 'ymd', 'either', 'named', None]
    """
    plain = text.strip()
    if len(plain) > _LONGEST:
        return None
    patterns = (("ymd", _YMD), ("dmy", _DMY), ("either", _EITHER), ("named", _NAMED))
    return next((name for name, pattern in patterns if pattern.fullmatch(plain)), None)


def looks_numeric(text: str) -> bool:
    """Return whether a text is a number in the spelling of some country.

    >>> [looks_numeric(t) for t in ("1 234,50", "€12.50", "(12.50)", "1.2.2025", "A12")]
    [True, True, True, False, False]
    """
    plain = text.strip()
    return len(plain) <= _LONGEST and not date_order(plain) and bool(_NUMBER.fullmatch(_UNITS.sub("", plain)))


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """Where a column stands, so that its issues can be worded.

    Parameters
    ----------
    cells : Cells
        The column, its header left out.
    field : str
        One of `clv_xl.orders.headers.FIELDS`.
    name : str
        Its header, or the name of the argument.
    first_row : int
        Row of its first cell in the range as given.
    skip : ndarray of bool, optional
        Rows that are not read.
    """

    cells: Cells
    field: str
    name: str
    first_row: int
    skip: BoolArray | None = None

    def where(self, mask: BoolArray) -> BoolArray:
        """Return a mask without the rows that are not read."""
        return mask if self.skip is None else mask & ~self.skip

    def issue(self, key: str, mask: BoolArray, error: CellError) -> Issue:
        """Return the issue of the rows where `mask` holds; its error is told the column and row."""
        row = self.first_row + int(np.argmax(mask))
        found = error.with_params(column=self.name, row=row)
        return Issue(key, "error", int(mask.sum()), row, dict(found.params), found)

    def refused(
        self, key: str, mask: BoolArray, code: str, expected: Text, mend: Text | None = None
    ) -> Issue:
        """Return the issue of cells that are not what is expected."""
        got = self.cells.cell(int(np.argmax(mask)))
        extra = {} if mend is None else {"mend": mend}
        return self.issue(key, mask, CellError(code, "column_cell", got=got, expected=expected, **extra))

    def blank(self, mask: BoolArray, expected: Text) -> Issue:
        """Return the issue of blank cells."""
        return self.issue("blank", mask, CellError(VALUE, "column_blank", expected=expected))

    def errors(self) -> Iterator[tuple[Issue, BoolArray]]:
        """Return an issue for each distinct error among the cells: it passes through."""
        if self.cells.codes is None or not self.cells.errors:
            return
        is_error = self.where(self.cells.is_tag(ERROR))
        for code, error in enumerate(self.cells.errors):
            mask = is_error & (self.cells.codes == code)
            if mask.any():
                yield self.issue("error_cell", mask, error.with_params(got=error.code)), mask


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """A column as read: its values, the rows that were refused (None: none) and the issues."""

    values: FloatArray
    refused: BoolArray | None
    issues: list[Issue] = field(default_factory=list)


def read_numbers(column: Column, low: float, high: float, *, date: bool = False, blank: bool = False) -> Read:
    """Read numbers of a half-open interval.

    Parameters
    ----------
    column : Column
        The column.
    low, high : float
        ``low <= value < high``.
    date : bool
        Whether they are dates, for the wording.
    blank : bool
        Whether blanks are let through, as NaN.
    """
    values = column.cells.numbers
    if not values.size:
        return Read(values, None)
    plain = column.cells.tags is None or not column.cells.tags.any()  # NUMBER is 0
    if plain and values.min() >= low and values.max() < high:
        return Read(values, None)
    with np.errstate(invalid="ignore"):
        inside = (values >= low) & (values < high)
    if column.cells.tags is not None:
        inside &= column.cells.tags == NUMBER
        if blank:
            inside |= _blanks(column.cells)
    refused = column.where(~inside)
    if not refused.any():
        return Read(values, None)
    return Read(values, refused, list(_number_issues(column, refused, date)))


def _number_issues(column: Column, refused: BoolArray, date: bool) -> Iterator[Issue]:
    """Say what is wrong with the refused cells of a column of numbers or dates."""
    cells = column.cells
    expected = Text("expect.date" if date else "expect.number")
    yield from (issue for issue, _ in column.errors())
    blanks = refused & _blanks(cells)
    if blanks.any():
        yield column.blank(blanks, expected)
    booleans = refused & cells.is_tag(BOOLEAN)
    if booleans.any():
        yield column.refused("boolean", booleans, VALUE, expected)
    numbers = refused & cells.is_tag(NUMBER)
    infinite = numbers & ~np.isfinite(cells.numbers)
    if infinite.any():
        yield column.refused("not_finite", infinite, NUM, expected)
    outside = numbers & ~infinite
    if outside.any():
        key = "date_out_of_range" if date else "too_large"
        mend = Text("mend.date_out_of_range" if date else "mend.too_large")
        yield column.refused(key, outside, NUM, Text("expect.date_between") if date else expected, mend)
    texts = refused & cells.is_tag(TEXT) & ~blanks
    if texts.any():
        yield from _text_issues(column, texts, expected, date)


def _text_issues(column: Column, texts: BoolArray, expected: Text, date: bool) -> Iterator[Issue]:
    """Tell texts that could be mended in bulk from other texts."""
    codes, labels = column.cells.codes, column.cells.labels
    assert codes is not None
    used = np.unique(codes[texts]).tolist()
    orders = {i: date_order(labels[i]) for i in used} if date else {}
    mendable = np.zeros(len(labels), np.bool_)
    mendable[[i for i in used if orders.get(i) or looks_numeric(labels[i])]] = True
    is_mendable = texts & mendable[np.where(texts, codes, 0)]
    if is_mendable.any():
        order = orders.get(int(codes[int(np.argmax(is_mendable))])) or "number"
        mend = Text("mend.dates_typed", {"order": Text(f"date_order.{order}")})
        if _STAMP.search(str(column.cells.cell(int(np.argmax(is_mendable))))):
            mend = Text("mend.dates_stamped")  # Text to Columns leaves a time zone as it is
        if not date:
            mend = Text("mend.numbers_typed")
        yield column.refused("text_date" if date else "text_number", is_mendable, VALUE, expected, mend)
    other = texts & ~is_mendable
    if other.any():
        yield column.refused("text_in_dates" if date else "text_in_numbers", other, VALUE, expected)


def _blanks(cells: Cells) -> BoolArray:
    """Return where cells are blank or hold nothing but spaces."""
    blank = cells.is_tag(BLANK)
    spaces = [i for i, label in enumerate(cells.labels) if not label.strip()]
    if spaces and cells.codes is not None:
        blank |= cells.is_tag(TEXT) & np.isin(cells.codes, spaces)
    return blank


@dataclass(frozen=True, eq=False, slots=True)
class Names:
    """A column of ids as read: codes, rows refused (None: none) and issues."""

    coded: Coded
    refused: BoolArray | None
    issues: list[Issue]


def read_names(column: Column, *, required: bool = False, booleans: bool = False) -> Names:
    """Read ids or names; blanks are code -1 and, if required, an issue."""
    names, merges = coded(column.cells, booleans)
    issues = [*_merge_issues(column, merges), *_formula_issues(column, names)]
    if column.cells.tags is None and np.isfinite(column.cells.numbers).all():
        return Names(names, None, issues)
    unread = column.where(names.codes < 0)
    if not unread.any():
        return Names(names, None, issues)
    refused = np.zeros(len(names), np.bool_)
    for issue, mask in column.errors():
        issues.append(issue)
        refused |= mask
    for key, tag, code in (("boolean", BOOLEAN, VALUE), ("not_finite", NUMBER, NUM)):
        mask = unread & column.cells.is_tag(tag)
        if mask.any():
            issues.append(column.refused(key, mask, code, Text("expect.id")))
            refused |= mask
    blanks = unread & ~refused
    if required and blanks.any():
        issues.append(column.blank(blanks, Text("expect.id")))
        refused |= blanks
    return Names(names, refused if refused.any() else None, issues)


def _merge_issues(column: Column, merges: tuple[Merge, ...]) -> Iterator[Issue]:
    """List spellings that are one id."""
    for merge in merges[:MOST_MERGES]:
        params = {"column": column.name, "kept": merge.kept, "other": merge.other}
        yield Issue("merged_ids", "note", merge.count, column.first_row + merge.line, params)
    rest = merges[MOST_MERGES:]
    if rest:
        row = column.first_row + min(m.line for m in rest)
        count = sum(m.count for m in rest)
        yield Issue("merged_ids_more", "note", count, row, {"column": column.name, "pairs": len(rest)})


def _formula_issues(column: Column, names: Coded) -> Iterator[Issue]:
    """Find names that a spreadsheet would read as a formula once they are exported to a file."""
    if isinstance(names.names, NumberNames) or not _FORMULA.search("\n".join(names.names)):
        return
    risky = np.zeros(len(names.names) + 1, np.bool_)
    places = [i for i, n in enumerate(names.names) if n[:1] in "=+-@" and not _SIGNED.fullmatch(n)]
    risky[places] = True
    mask = column.where(risky[names.codes])
    if mask.any():
        first = int(np.argmax(mask))
        params = {"column": column.name, "got": names.names[int(names.codes[first])]}
        yield Issue("formula_text", "note", int(mask.sum()), column.first_row + first, params)
