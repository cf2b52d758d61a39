from pathlib import Path

import pytest

from tests import hosts_available
from tests.hosts_available import REQUIRE, require, required


@pytest.fixture
def no_calc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFFICE_BIN", "no-such-program")


@pytest.mark.usefixtures("no_calc")
def test_a_missing_host_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed"):
        require("calc")


@pytest.mark.usefixtures("no_calc")
def test_a_missing_host_that_is_required_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE, "calc")
    with pytest.raises(pytest.fail.Exception, match="CLV_XL_REQUIRE asks for calc"):
        require("calc")


def test_a_host_that_is_there_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "soffice.exe"
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.setenv("SOFFICE_BIN", str(program))
    require("calc")
    assert hosts_available.soffice() == program


def test_names_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE, " calc, ")
    assert required() == {"calc"}


def test_an_unknown_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE, "calc,calk")
    known = "calc, calc_new, chromium, deploy, office_js, pyodide, uno"
    with pytest.raises(ValueError, match=f"names calk; known are {known}"):
        required()
