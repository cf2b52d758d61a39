"""The documentation of the settings, derived from their declarations.

::

    python -m clv_xl.hosts.server.settings_table --write   # deploy/server.toml, table in deploy/DEPLOY.md
"""

import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clv_xl import texts
from clv_xl.errors import Text
from clv_xl.hosts.server.setting_kinds import toml
from clv_xl.hosts.server.settings import DEFAULTS, KINDS, PREFIX, TABLE, Loaded, Origin

DEPLOY: Final = Path(__file__).parent / "deploy"
BEGIN: Final = "<!-- settings: made by python -m clv_xl.hosts.server.settings_table --write -->"
END: Final = "<!-- end of settings -->"
_UNSET: Final = {  # what stands in the example file where there is no default
    "certfile": "/etc/clv_xl/server.pem",
    "keyfile": "/etc/clv_xl/server-key.pem",
    "address": "https://clv.example.com",
    "addin_id": "f3a7c0e2-1b5d-4e6f-8a90-123456789abc",
    "templates": "/var/lib/clv_xl/templates",
    "token_file": "/etc/clv_xl/tokens.json",
    "entra_client_id": "00000000-0000-0000-0000-000000000000",
    "entra_audience": "api://clv.example.com/00000000-0000-0000-0000-000000000000",
    "store_directory": "/var/lib/clv_xl/store",
}


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting, in the words of a language."""

    name: str
    variable: str
    value: str
    origin: str
    default: str
    expected: str
    meaning: str
    given: Any

    def as_json(self) -> dict[str, Any]:
        """Return it for a program."""
        value = str(self.given) if isinstance(self.given, Path) else self.given
        return {
            "name": self.name,
            "variable": self.variable,
            "value": list(value) if isinstance(value, tuple) else value,
            "origin": self.origin,
            "default": self.default,
            "expected": self.expected,
            "meaning": self.meaning,
        }


def settings_table(language: str = "en", loaded: Loaded | None = None) -> list[SettingRow]:
    """Return every setting: its value, where that comes from, its default and what it means.

    Parameters
    ----------
    language : str
        Language of the words.
    loaded : Loaded, optional
        The settings of a server; the defaults if left out.
    """
    found = DEFAULTS if loaded is None else loaded.settings
    unset = texts.word("serve.unset", language)

    def shown(value: object) -> str:
        return unset if value is None else toml(value)

    return [
        SettingRow(
            name,
            PREFIX + name.upper(),
            shown(getattr(found, name)),
            texts.word((Origin("default") if loaded is None else loaded.origins[name]).text, language),
            shown(getattr(DEFAULTS, name)),
            texts.word(kind.expected, language),
            texts.word(Text(f"setting.{name}"), language),
            getattr(found, name),
        )
        for name, kind in KINDS.items()
    ]


def example_file() -> str:
    """Return a settings file in which every setting stands as a comment with what it means."""
    lines = [
        "# Settings of the formula server: clv-xl serve --config server.toml",
        "# Every line below shows a default, or an example where there is none. Remove its # to set it.",
        "# A relative path starts where this file is. Environment variables (CLV_XL_SERVE_PORT) and flags",
        "# (--port) go before this file. Made by python -m clv_xl.hosts.server.settings_table --write.",
        "",
        f"[{TABLE}]",
    ]
    for row in settings_table():
        meaning = f"{row.meaning[0].upper()}{row.meaning[1:]}. Expected: {row.expected}."
        lines += ["", *textwrap.wrap(meaning, 100, initial_indent="# ", subsequent_indent="# ")]
        lines.append(f"# {row.name} = {toml(_UNSET[row.name]) if row.name in _UNSET else row.default}")
    return "\n".join(lines) + "\n"


def markdown_table(language: str = "en") -> str:
    """Return the table of all settings for a page."""
    heads = ("name", "default", "expected", "meaning")
    lines = ["| " + " | ".join(texts.word(f"serve.column_{h}", language) for h in heads) + " |"]
    lines.append("|" + " --- |" * len(heads))
    for row in settings_table(language):
        cells = (f"`{row.name}`", f"`{row.default}`", row.expected, row.meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |")
    return "\n".join(lines)


def with_table(page: str) -> str:
    """Return a page with the table of settings between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{markdown_table()}\n\n{END}{after}"


def main(words: list[str]) -> int:
    """Write the generated files if ``--write`` is asked; return 1 if one is stale."""
    page = DEPLOY / "DEPLOY.md"
    wanted = {DEPLOY / "server.toml": example_file(), page: with_table(page.read_text("utf-8"))}
    stale = {path: text for path, text in wanted.items() if _text(path) != text}
    if "--write" in words:
        for path, text in stale.items():
            path.write_text(text, "utf-8", newline="\n")
        return 0
    return int(bool(stale))


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
