"""What a call knows besides its arguments."""

from dataclasses import dataclass, field
from typing import Any


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
    """

    language: str = "en"
    store: Any = None
    sources: Any = field(default=())
    principal: str | None = None
    deadline: float | None = None
