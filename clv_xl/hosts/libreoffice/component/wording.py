"""Sentences of the extension itself, in the user's language."""

from __future__ import annotations

import os
from typing import Any

from . import files

LANGUAGE = "CLV_XL_LANG"
FILE = "texts.json"


class Words:
    """The texts that came with the extension.

    Parameters
    ----------
    language : str
        One of their languages, or a locale such as ``pl-PL``; English where there is none of it.
    """

    def __init__(self, language: str) -> None:
        self._texts: dict[str, dict[str, str]] = files.data(FILE)
        code = language.replace("_", "-").split("-")[0].lower()
        self.language = code if code in next(iter(self._texts.values())) else "en"

    def say(self, key: str, **params: Any) -> str:
        """Return a text with its places filled."""
        text = self._texts[key]
        filled = text[self.language]
        for name, value in params.items():
            filled = filled.replace("{" + name + "}", str(value))
        return filled


def language(settings: dict[str, Any], locale: str) -> str:
    """Return the language: of the settings, else of the environment, else of LibreOffice."""
    return str(settings.get("language") or os.environ.get(LANGUAGE) or locale or "en")
