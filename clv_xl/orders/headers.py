"""Which column of an order log is which: header rows in five languages and of common exports.

The vocabulary is ``headers.csv``: a field, where the word is from, a rank and the header. The
words of an export (Shopify, WooCommerce, HubSpot, Salesforce) count only in a row that carries one
of its signatures, since "Name" is an order number there and a customer elsewhere.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from clv_xl.errors import VALUE, CellError, Text

REQUIRED = ("customer", "date", "amount")
OPTIONAL = ("order_id", "segment", "channel", "cost", "currency")
FIELDS = REQUIRED + OPTIONAL
OWN = "clv"
LANGUAGES = frozenset(("en", "fi", "ka", "pl", "el"))
ENOUGH = 2  # headers of its own by which an export is recognised; one alone may be chance
GENERAL, STRIPPED = 10, 20  # added to the rank of words of a language, of headers with a unit cut off
_UNDECOMPOSED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i"})
_AFTERTHOUGHT = re.compile(
    r"\s*[\(\[].*?[\)\]]\s*|\s*,?\s*(?:[€$£₾]|\b(?:eur|usd|gbp|pln|gel|zł)\b)\s*$", re.IGNORECASE
)


def fold(text: str) -> str:
    """Return a header without case, accents, blanks and punctuation; ``#`` and ``%`` stay.

    >>> fold(" Order_ID "), fold("Määrä"), fold("Ημερομηνία παραγγελίας"), fold("Order #")
    ('orderid', 'maara', 'ημερομηνιαπαραγγελιασ', 'order#')
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return "".join(c for c in plain.casefold() if c.isalnum() or c in "#%")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of the headers, folded.

    Parameters
    ----------
    general : mapping
        Folded header -> field -> rank (1 is most exact), own names and words of the languages.
    own : frozenset of str
        The folded names that are ours: they beat every other word.
    exports : mapping
        Export -> folded header -> field -> rank; the field ``unused`` names what must not be taken,
        ``refunded`` money given back, which the reading of files subtracts where its rank is 1.
    signatures : mapping
        Export -> folded headers that only it has.
    """

    general: Mapping[str, Mapping[str, int]]
    own: frozenset[str]
    exports: Mapping[str, Mapping[str, Mapping[str, int]]]
    signatures: Mapping[str, frozenset[str]]

    def export_of(self, folded: Sequence[str]) -> str:
        """Return the export that a header row is from, ``""`` if none."""
        hits = {name: len(words.intersection(folded)) for name, words in self.signatures.items()}
        best = max(hits, key=lambda name: hits[name])
        return best if hits[best] >= ENOUGH else ""

    def meanings(self, header: str, export: str) -> dict[str, int]:
        """Return the fields a header may stand for, each with its rank."""
        key = fold(header)
        if export and key in self.exports[export]:
            return dict(self.exports[export][key])
        if key in self.own:
            return {name: 0 for name, rank in self.general[key].items() if rank == 1}
        if key in self.general:
            return {name: GENERAL + rank for name, rank in self.general[key].items()}
        cut = fold(_AFTERTHOUGHT.sub(" ", header))
        return {name: STRIPPED + rank for name, rank in self.general.get(cut, {}).items()}


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary of ``headers.csv``."""
    general: dict[str, dict[str, int]] = {}
    exports: dict[str, dict[str, dict[str, int]]] = {}
    signatures: dict[str, set[str]] = {}
    own = set()
    text = files("clv_xl.orders").joinpath("headers.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        key, rank = fold(row["header"]), int(row["rank"])
        if row["field"] == "signature":
            signatures.setdefault(row["origin"], set()).add(key)
            continue
        general_word = row["origin"] == OWN or row["origin"] in LANGUAGES
        words = general if general_word else exports.setdefault(row["origin"], {})
        ranks = words.setdefault(key, {})
        ranks[row["field"]] = min(rank, ranks.get(row["field"], rank))
        if row["origin"] == OWN:
            own.add(key)
    return Vocabulary(
        MappingProxyType(general),
        frozenset(own),
        MappingProxyType(exports),
        MappingProxyType({name: frozenset(words) for name, words in signatures.items()}),
    )


def is_known_header(text: str, field: str | None = None) -> bool:
    """Return whether a text is a header of the vocabulary.

    Parameters
    ----------
    text : str
        The first cell of a column.
    field : str, optional
        Only words of this field; pass it where the argument is known, since "Email" heads a column
        of customers and is a value in a column of channels.

    >>> is_known_header("Tilauspäivä"), is_known_header("Email", "channel"), is_known_header("Anna")
    (True, False, False)
    """
    words, key = vocabulary(), fold(text)
    known = {*words.general.get(key, ())}.union(*(export.get(key, ()) for export in words.exports.values()))
    known -= {"unused", "refunded"}  # of a file only: no argument of a function takes them
    return bool(known) if field is None else field in known


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column holds which field.

    Parameters
    ----------
    columns : dict
        Field -> index of its column.
    headers : dict
        Field -> its header as written.
    unused : tuple of str
        Headers that were taken for nothing.
    export : str
        The export recognised by its signature, ``""`` if none.
    """

    columns: dict[str, int]
    headers: dict[str, str]
    unused: tuple[str, ...] = field(default=())
    export: str = ""


def recognise(headers: Sequence[str | None], required: Sequence[str] = REQUIRED) -> Layout:
    """Find the fields of an order log in its header row.

    A header that is ours (``customer_id``) beats a word of a recognised export, that beats a word of
    one of the languages, and within these the more exact word beats the looser one. No header means
    two fields.

    Parameters
    ----------
    headers : sequence of str or None
        The header row; None where the cell is not a text.
    required : sequence of str
        Fields that must be found.

    Raises
    ------
    CellError
        ``#VALUE!`` if a required field is missing, or two columns suit a field equally well.

    Examples
    --------
    >>> recognise(["Asiakas", "Pvm", "Summa", "Huomautus"]).columns
    {'customer': 0, 'date': 1, 'amount': 2}
    """
    words = vocabulary()
    export = words.export_of([fold(h) for h in headers if h])
    offers: dict[str, dict[int, list[int]]] = {name: {} for name in FIELDS}
    for column, header in enumerate(headers):
        if header:
            for name, rank in words.meanings(header, export).items():
                if name in offers:
                    offers[name].setdefault(rank, []).append(column)
    chosen: dict[str, int] = {}
    for name in FIELDS:
        if offers[name]:
            suited = offers[name][min(offers[name])]
            if len(suited) > 1:
                raise _ambiguous(name, [str(headers[c]) for c in suited])
            chosen[name] = suited[0]
        elif name in required:
            found = ", ".join(h.strip() for h in headers if h)
            raise CellError(VALUE, "missing_column", field=Text(f"field.{name}"), found=found)
    taken = {name: str(headers[column]).strip() for name, column in chosen.items()}
    unused = tuple(h.strip() for c, h in enumerate(headers) if h and c not in chosen.values())
    return Layout(chosen, taken, unused, export)


def _ambiguous(name: str, candidates: list[str]) -> CellError:
    """Return the error for columns that suit a field equally well."""
    label = Text(f"field.{name}")
    if len({fold(c) for c in candidates}) == 1:
        return CellError(
            VALUE, "duplicate_column", field=label, header=candidates[0].strip(), count=len(candidates)
        )
    return CellError(
        VALUE, "ambiguous_column", field=label, candidates=", ".join(c.strip() for c in candidates)
    )


# Columns that may say of a line that it was never a sale, or is one no more.
STATUS = (
    *("Status", "State", "Order Status", "Financial Status", "Payment Status", "Fulfillment Status"),
    *("Cancelled at", "Canceled at", "Refunded Amount", "Amount Refunded"),
    *("Stage", "StageName", "Deal Stage", "Is Won", "Is Closed"),
    *("Tila", "Tilauksen tila", "Vaihe", "Status zamówienia", "Etap", "Anulowano", "Κατάσταση", "Στάδιο"),
    *("სტატუსი", "შეკვეთის სტატუსი", "ეტაპი"),
)


def tells_status(header: str) -> bool:
    """Return whether a column of this header may mark lines as cancelled, refunded, lost or open.

    >>> tells_status("Financial Status"), tells_status("deal_stage"), tells_status("Notes")
    (True, True, False)
    """
    return fold(header) in map(fold, STATUS)
