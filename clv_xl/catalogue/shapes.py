"""What a range argument looks like from outside: to Python, to its editors, to a page where one types it.

A kind of range names its shape and is known everywhere; nothing else lists the kinds.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """How a range comes in where there is no worksheet.

    Parameters
    ----------
    words : str
        What Python may pass, as numpydoc writes it.
    stub : str
        The same as the stub file writes it.
    headed : bool
        Whether the column names of a DataFrame are its header row.
    named : bool
        Whether it is names with numbers, so that a mapping or a Series will do.
    exact : bool
        Whether ids too long for a float stay texts.
    typed : bool
        Whether it is short enough to be typed; the others are chosen from pasted data.
    """

    words: str
    stub: str
    headed: bool = False
    named: bool = False
    exact: bool = True
    typed: bool = True


def shape_of(kind: object) -> Shape | None:
    """Return the shape of a kind of argument, None for a single cell."""
    return getattr(kind, "shape", None)


COLUMN = Shape("array_like, shape (n,)", "_Column | str", typed=False)
ORDERS = Shape(
    "DataFrame, mapping of columns, rows with a header row, or str", "_Orders", headed=True, typed=False
)
SPILLED = Shape("DataFrame or rows with a header row", "_Rows", headed=True, typed=False)
ROWS = Shape("DataFrame or rows with a header row", "_Rows", headed=True)
NUMBERS = Shape("array_like", "_Column | _Rows", exact=False)
NUMBER_OR_NUMBERS = Shape("float or array_like", "_Number | _Column | _Rows", exact=False)
WORDS = Shape("list of str", "Sequence[str]")
WORD_OR_WORDS = Shape("str or list of str", "str | Sequence[str]")
NAMED = Shape("mapping, Series or two columns", "_ByName", named=True, exact=False)
NAMED_OR_NUMBER = Shape("float, mapping, Series or two columns", "_Number | _ByName", named=True, exact=False)
