"""The texts of the task pane and the start page in a language."""

from clv_xl import texts

PAGES = "pane"
OF_THE_HELP = tuple(
    f"explain.{part}"
    for part in ("convention", "formula", "result", "source", "example", "must_be", "unit", "default")
)
"""What the pages word as CLV.EXPLAIN does."""


def pane_texts(language: str) -> dict[str, str]:
    """Return every text of the pages by its key; places in braces are filled in by the pages.

    Parameters
    ----------
    language : str
        en, fi, ka, pl or el.

    Examples
    --------
    >>> pane_texts("fi")["pane.tab_connection"]
    'Yhteys'
    """
    language = texts.language_of(language)
    return {key: texts.find(key, language) or "" for key in (*texts.table(PAGES), *OF_THE_HELP)}
