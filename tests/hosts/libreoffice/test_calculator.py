"""What the extension calculates with: this Python or the server, in whose language, by which settings."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from clv_xl.hosts.libreoffice import extension
from clv_xl.hosts.libreoffice.component import calculator, files

OWN = sys.implementation.cache_tag
OTHER = "cpython-399"  # a Python that nobody has


@pytest.fixture(autouse=True)
def as_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "extension"
    folder.mkdir()
    for name in ("names.json", "texts.json"):
        (folder / name).write_bytes(extension.contents()[name])
    monkeypatch.setattr(files, "ROOT", folder)


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ({}, "InProcess"),
        ({"cache_tag": OWN}, "InProcess"),
        ({"cache_tag": OTHER}, "OverServer"),
        ({"cache_tag": OWN, "pointer_bytes": 2}, "OverServer"),
    ],
)
def test_what_fits_this_python_is_calculated_in_it(found: dict[str, Any], kind: str) -> None:
    assert type(calculator.chosen(found, "en")).__name__ == kind


def test_a_package_that_cannot_be_loaded_leaves_the_path_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "clv_xl.hosts.libreoffice.host", None)  # its import fails
    before = list(sys.path)
    backend = calculator.chosen({"cache_tag": None, "paths": [str(tmp_path)]}, "pl_PL")
    assert type(backend).__name__ == "OverServer"
    assert sys.path == before
    assert "ModuleNotFoundError" in backend.why or "ImportError" in backend.why
    assert backend.words.language == "pl"


@pytest.mark.parametrize(
    ("of_settings", "of_environment", "locale", "wanted"),
    [("fi", "pl", "el", "fi"), (None, "pl", "el", "pl"), (None, "", "el-GR", "el"), (None, "", "sv", "en")],
)
def test_the_language_is_that_of_the_settings_else_the_environment_else_libreoffice(
    of_settings: str | None, of_environment: str, locale: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLV_XL_LANG", of_environment)
    monkeypatch.setattr(files, "settings", lambda: {"language": of_settings})
    found = calculator.Calculator()
    found.locale = locale
    assert found.words().language == wanted


def test_settings_of_the_user_serve_an_extension_without_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLV_XL_CONFIG", str(tmp_path))
    assert files.settings() == {}
    (tmp_path / "libreoffice.json").write_text('{"python": "/p"}')
    assert files.settings() == {"python": "/p"}
    (tmp_path / "libreoffice.json").write_text("[broken")
    assert files.settings() == {}


def test_settings_of_the_extension_go_before_the_user_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLV_XL_CONFIG", str(tmp_path))
    (tmp_path / "libreoffice.json").write_text(json.dumps({"python": "/user"}))
    (files.ROOT / "settings.json").write_text(json.dumps({"python": "/own"}))
    assert files.settings() == {"python": "/own"}
