"""What a call knows besides its arguments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clv_xl.orders.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a call; nothing else is ambient.

    Parameters
    ----------
    language : str
        Language of header rows, labels and sentences: en, fi, ka, pl or el.
    store : Store, optional
        Where CLV.DATA keeps columns; None refuses its texts.
    sources : mapping
        Configured sources by name; empty until sources exist.
    principal : str, optional
        Who calls, where a server knows it.
    deadline : float, optional
        `time.monotonic()` after which long work gives up.
    days : float
        From 30 December 1899 to the day from which the caller's document counts its dates.
    """

    language: str = "en"
    store: "Store | None" = None
    sources: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    principal: str | None = None
    deadline: float | None = None
    days: float = 0.0
