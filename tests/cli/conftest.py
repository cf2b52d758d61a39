"""Every command line test has an order store of its own and a terminal of one width."""

from pathlib import Path

import pytest

from tests.cli.program import CLEAN


@pytest.fixture(autouse=True)
def store_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in CLEAN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    directory = tmp_path / "store"
    monkeypatch.setenv("CLV_XL_STORE", str(directory))
    return directory
