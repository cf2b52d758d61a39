"""The files that came with the extension, and the settings."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))  # of the extension: this package lies in its pythonpath
SETTINGS = "settings.json"
USER_SETTINGS = "libreoffice.json"
HOME = "CLV_XL_CONFIG"


def data(name: str) -> Any:
    """Return the content of a JSON file of the extension."""
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return json.load(file)


def settings() -> dict[str, Any]:
    """Return the settings: those of the extension, else the user's own, else none."""
    for path in (os.path.join(ROOT, SETTINGS), os.path.join(user_directory(), USER_SETTINGS)):
        try:
            with open(path, encoding="utf-8") as file:
                found = json.load(file)
        except (OSError, ValueError):
            continue
        if isinstance(found, dict):
            return found
    return {}


def user_directory() -> str:
    """Return the directory of the user's settings of clv_xl."""
    named = os.environ.get(HOME)
    if named:
        return os.path.expanduser(named)
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        return os.path.join(base, "clv_xl", "config")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Application Support", "clv_xl")
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return os.path.join(base if os.path.isabs(base) else os.path.join(home, ".config"), "clv_xl")
