"""Where private files are, and who may read them."""

import os
import stat
import sys
from pathlib import Path

import pytest

from clv_xl.errors import UserError
from clv_xl.hosts.server.places import config_directory, make_private_directory, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_setting_names_the_directory_on_every_platform() -> None:
    for platform in ("linux", "darwin", "win32"):
        assert config_directory({"CLV_XL_CONFIG": "/srv/clv"}, platform) == Path("/srv/clv")


def test_a_tilde_in_the_setting_is_the_home_directory() -> None:
    assert config_directory({"CLV_XL_CONFIG": "~/clv"}) == Path.home() / "clv"


def test_linux_follows_the_xdg_base_directory_specification() -> None:
    """An XDG directory that is relative is to be ignored, says the specification."""
    assert config_directory({"XDG_CONFIG_HOME": "/x"}, "linux") == Path("/x/clv_xl")
    for environ in ({}, {"XDG_CONFIG_HOME": ""}, {"XDG_CONFIG_HOME": "x"}):
        assert config_directory(environ, "linux") == Path.home() / ".config" / "clv_xl"


def test_macos_and_windows_have_places_of_their_own() -> None:
    assert config_directory({}, "darwin") == Path.home() / "Library" / "Application Support" / "clv_xl"
    assert config_directory({"LOCALAPPDATA": "/l"}, "win32") == Path("/l/clv_xl/config")
    assert config_directory({}, "win32") == Path.home() / "AppData" / "Local" / "clv_xl" / "config"


def test_without_a_home_directory_a_sentence_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        message = "Could not determine home directory."
        raise RuntimeError(message)

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(UserError) as refused:
        config_directory({}, "linux")
    assert refused.value == UserError("auth.no_home", setting="CLV_XL_CONFIG")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes; the profile is private there")
def test_what_is_written_only_its_user_reads(tmp_path: Path) -> None:
    path = tmp_path / "config" / "deep" / "secret"
    write_private(path, b"1")
    write_private(path, b"2")
    assert (path.read_bytes(), mode(path), mode(path.parent)) == (b"2", 0o600, 0o700)
    assert [found.name for found in path.parent.iterdir()] == ["secret"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes; the profile is private there")
def test_a_directory_of_others_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "etc"
    shared.mkdir()
    shared.chmod(0o755)
    make_private_directory(shared)
    assert mode(shared) == 0o755


def test_nothing_is_left_of_a_write_that_failed(tmp_path: Path) -> None:
    (tmp_path / "name").mkdir()
    with pytest.raises(OSError, match=r"."):
        write_private(tmp_path / "name", b"1")
    assert [found.name for found in tmp_path.iterdir()] == ["name"]


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="only root hands directories over")
def test_what_root_makes_belongs_to_whom_the_place_belongs(tmp_path: Path) -> None:
    """An administrator makes the first token before the service has made its directory."""
    os.chown(tmp_path, 12345, 23456)
    make_private_directory(tmp_path / "config" / "deeper")
    for place in (tmp_path / "config", tmp_path / "config" / "deeper"):
        assert (place.stat().st_uid, place.stat().st_gid) == (12345, 23456)
        assert mode(place) == 0o700 or place.name == "config"  # parents have the mode of the umask
