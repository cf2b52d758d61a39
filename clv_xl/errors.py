"""Every error of the package.

::

    ClvXlError
    ├── CellError    a cell cannot show a number: an Excel error code and a sentence
    ├── UserError    a command cannot do its work: a file, a setting, a word on the command line
    └── FormulaError a function called from Python shows a CellError; a ValueError too

Both carry the key of a sentence and what fills it, never the sentence itself: the language is
known only at the edge, where :func:`clv_xl.texts.sentence` words them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

VALUE = "#VALUE!"
NUM = "#NUM!"
NA = "#N/A"
DIV = "#DIV/0!"
REF = "#REF!"
NAME = "#NAME?"
NULL = "#NULL!"
SPILL = "#SPILL!"
CALC = "#CALC!"
CODES = (NULL, DIV, VALUE, REF, NAME, NUM, NA, SPILL, CALC)


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of wording: the key of a text and what fills it, worded at the edge.

    Parameters
    ----------
    key : str
        Key in one of the tables of :mod:`clv_xl.texts`.
    params : Mapping
        Values for the named places of the text; a value may itself be a `Text`.
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notation:
    """Something typed in a formula, in both forms; the language chooses at the edge.

    Parameters
    ----------
    english : str
        With commas between arguments and a decimal point.
    local : str
        With semicolons and a decimal comma.
    """

    english: str
    local: str

    def __str__(self) -> str:
        return self.english


class ClvXlError(Exception):
    """Root of everything the package raises on purpose."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        return f"{self.key} {self.params}" if self.params else self.key

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.args == other.args

    def __hash__(self) -> int:
        return hash((type(self), self.key))

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), **self.params), self.args[:-1]


class CellError(ClvXlError):
    """An error that a cell shows; raised by bodies, and a value inside results.

    Parameters
    ----------
    code : str
        One of `CODES`.
    key : str
        Key of the sentence in ``texts/sentences.csv``.
    **params
        What fills the sentence: ``function``, ``argument``, ``row`` (1 is the first row of the
        range), ``got``, ``expected``. The runner adds function and argument where they are missing.
    """

    def __init__(self, code: str, key: str, **params: Any) -> None:
        super().__init__(key, **params)
        self.code = code
        self.args = (code, key, params)

    def with_params(self, **params: Any) -> "CellError":
        """Return the same error with `params` added where it has none of that name."""
        return CellError(self.code, self.key, **{**params, **self.params})

    def __str__(self) -> str:
        return f"{self.code} {super().__str__()}"


class UserError(ClvXlError):
    """A command or a file operation that cannot be done, with a sentence for its user."""


class FormulaError(ClvXlError, ValueError):
    """What a function called from Python raises where a cell would show an error.

    Parameters
    ----------
    error : CellError
        The error.
    sentence : str
        Its sentence: function, argument, what came, first bad row, what is expected.

    Attributes
    ----------
    code : str
        The error code that a cell shows, such as ``#VALUE!``.
    """

    def __init__(self, error: CellError, sentence: str) -> None:
        super().__init__(error.key, **error.params)
        self.error = error
        self.code = error.code
        self.sentence = sentence
        self.args = (error, sentence)

    def __str__(self) -> str:
        return f"{self.code} {self.sentence}"

    def __reduce__(self) -> tuple[Any, ...]:
        return FormulaError, self.args
