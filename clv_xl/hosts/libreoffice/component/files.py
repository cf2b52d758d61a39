"""The files that came with the extension, and the settings."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]  # of the extension: this package lies in its folder pythonpath
SETTINGS = "settings.json"
USER_SETTINGS = "libreoffice.json"
CONFIG = "CLV_XL_CONFIG"


def data(name: str) -> Any:
    """Return the content of a JSON file of the extension."""
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def settings() -> dict[str, Any]:
    """Return the settings: those of the extension, else the user's own, else none."""
    for path in (ROOT / SETTINGS, user_directory() / USER_SETTINGS):
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(found, dict):
            return found
    return {}


def user_directory() -> Path:
    """Return the directory of the user's settings of clv_xl, where the rest of clv_xl has it too."""
    named = os.environ.get(CONFIG)
    if named:
        return Path(named).expanduser()
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  never raises, as Path.home() does
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else home / "AppData" / "Local") / "clv_xl" / "config"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "clv_xl"
    config = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return (config if config.is_absolute() else home / ".config") / "clv_xl"
