"""Where LibreOffice is, on systems that are made up of files; and the real ones."""

import os
import struct
from pathlib import Path

import pytest

from clv_xl.hosts.libreoffice.offices import Machine, Office, Python, clean_environment, offices, running
from tests.hosts_available import soffice_new

ELF = {64: b"\x7fELF\x02", 32: b"\x7fELF\x01"}


def program(path: Path, content: str = "#!/bin/sh\n") -> Path:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o755)
    return path


def libreoffice(folder: Path, version: str, *, bridge: bytes = b"", profile: str = "libreoffice/4") -> Path:
    """Write a folder ``program`` as LibreOffice has it on Linux."""
    soffice = program(folder / "soffice")
    program(folder / "unopkg")
    (folder / "bootstraprc").write_text(
        f"[Bootstrap]\nProductKey=LibreOffice {version}\nUserInstallation=$SYSUSERCONFIG/{profile}\n"
    )
    if bridge:
        (folder / "libpyuno.so").write_bytes(bridge)
    return soffice


def needing(version: str, bits: int = 64) -> bytes:
    """Return the beginning of a library that needs a Python."""
    return ELF[bits] + struct.pack("<Q", 0) + f"libpython{version}.so.1.0".encode() + b"\0"


def linux(root: Path, **environ: str) -> Machine:
    return Machine("linux", {"HOME": str(root / "home"), "PATH": str(root / "usr/bin"), **environ}, root)


def test_debian_keeps_links_to_one_program(tmp_path: Path) -> None:
    real = libreoffice(tmp_path / "usr/lib/libreoffice/program", "7.4", bridge=needing("3.11"))
    (tmp_path / "usr/bin").mkdir()
    for name in ("soffice", "libreoffice"):
        (tmp_path / "usr/bin" / name).symlink_to(real)
    assert offices(linux(tmp_path)) == (
        Office(
            soffice=tmp_path / "usr/bin/soffice", version="7.4", unopkg=real.with_name("unopkg"),
            python=Python("cpython-311"), profile=tmp_path / "home/.config/libreoffice/4",
            packages=tmp_path / "usr/lib/libreoffice/share/uno_packages/cache",
        ),
    )  # fmt: skip


def test_several_in_opt_the_newest_first_and_each_with_its_python(tmp_path: Path) -> None:
    libreoffice(tmp_path / "opt/libreoffice7.3/program", "7.3", bridge=needing("3.8", 32))
    newer = libreoffice(tmp_path / "opt/libreoffice25.2/program", "25.2", bridge=needing("3.11"))
    (newer.parent / "python-core-3.10.16").mkdir()
    program(newer.with_name("python"), "#!/bin/sh\necho cpython-310 64\n")  # what it ships goes before
    found = offices(linux(tmp_path))
    assert [(o.version, o.too_old) for o in found] == [("25.2", False), ("7.3", True)]  # OLDEST is 7.4
    assert [o.python for o in found] == [Python("cpython-310"), Python("cpython-38", 32)]
    assert [str(o.python) for o in found] == ["3.10", "3.8 (32 bit)"]


def test_without_the_bridge_there_is_no_python(tmp_path: Path) -> None:
    libreoffice(tmp_path / "usr/lib/libreoffice/program", "7.4")
    (found,) = offices(linux(tmp_path))
    assert found.python is None


def test_a_script_that_starts_it_is_looked_through(tmp_path: Path) -> None:
    real = libreoffice(tmp_path / "nix/store/abc/program", "24.8", bridge=needing("3.12"))
    script = program(tmp_path / "usr/bin/soffice", f'#!/bin/sh\nexport A=1\nexec "{real}" "$@"\n')
    unopkg = program(tmp_path / "usr/bin/unopkg")
    (found,) = offices(linux(tmp_path))
    assert (found.soffice, found.unopkg, found.version) == (script, unopkg, "24.8")
    assert found.python == Python("cpython-312")


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (
            "var/lib/flatpak/app/org.libreoffice.LibreOffice/current/active/files/libreoffice/program",
            "flatpak",
        ),
        ("snap/libreoffice/current/lib/libreoffice/program", "snap"),
    ],
)
def test_sandboxes_are_known_as_such(place: str, kind: str, tmp_path: Path) -> None:
    libreoffice(tmp_path / place, "25.2", bridge=needing("3.11"))
    (found,) = offices(linux(tmp_path))
    assert found.sandbox == kind


def test_macos(tmp_path: Path) -> None:
    contents = tmp_path / "Applications/LibreOffice.app/Contents"
    program(contents / "MacOS/soffice")
    program(contents / "MacOS/unopkg")
    (contents / "Resources").mkdir()
    (contents / "Resources/bootstraprc").write_text(
        "ProductKey=LibreOffice 25.2\nUserInstallation=$SYSUSERCONFIG/LibreOffice/4\n"
    )
    program(
        contents / "Frameworks/LibreOfficePython.framework/Versions/3.10/bin/python3",
        "#!/bin/sh\necho cpython-310 64\n",
    )
    (found,) = offices(Machine("darwin", {"HOME": str(tmp_path / "me"), "PATH": ""}, tmp_path))
    assert (found.version, found.python) == ("25.2", Python("cpython-310"))
    assert found.profile == tmp_path / "me/Library/Application Support/LibreOffice/4"
    assert found.packages == contents / "Resources/uno_packages/cache"


def test_windows(tmp_path: Path) -> None:
    folder = tmp_path / "Program Files/LibreOffice/program"
    for name in ("soffice.exe", "unopkg.com"):
        program(folder / name)
    program(folder / "python.exe", "#!/bin/sh\necho cpython-310 64\n")
    (folder / "bootstrap.ini").write_text(
        "[Bootstrap]\nProductKey=LibreOffice 25.2\nUserInstallation=$SYSUSERCONFIG/LibreOffice/4\n"
    )
    environ = {"PROGRAMFILES": str(tmp_path / "Program Files"), "APPDATA": str(tmp_path / "app"), "PATH": ""}
    (found,) = offices(Machine("win32", environ, tmp_path))
    assert (found.unopkg, found.python) == (folder / "unopkg.com", Python("cpython-310"))
    assert found.profile == tmp_path / "app/LibreOffice/4"


def test_the_setting_goes_before_all_else(tmp_path: Path) -> None:
    libreoffice(tmp_path / "usr/lib/libreoffice/program", "7.4")
    wanted = libreoffice(tmp_path / "mine/program", "25.8")
    assert [o.soffice for o in offices(linux(tmp_path, SOFFICE_BIN=str(wanted)))] == [wanted]
    assert offices(linux(tmp_path, SOFFICE_BIN=str(tmp_path / "nothing"))) == ()


def test_libreoffice_is_started_outside_of_virtual_environments(tmp_path: Path) -> None:
    for name, mark in (("venv", "pyvenv.cfg"), ("conda", "conda-meta"), ("plain", "other")):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / mark).touch()
    places = [str(tmp_path / name / "bin") for name in ("venv", "conda", "plain")]
    given = {
        "PATH": os.pathsep.join(places),
        "VIRTUAL_ENV": "x",
        "PYTHONPATH": "y",
        "PYTHONHOME": "z",
        "A": "1",
    }
    assert clean_environment(given) == {"PATH": places[2], "A": "1"}


def test_a_profile_that_nobody_opened_is_not_open(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("[Lockdata]\nIPCServer=true\n")
    assert not running(tmp_path)


@pytest.mark.calc_new
def test_the_real_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    program = soffice_new()
    assert program is not None
    monkeypatch.setenv("SOFFICE_BIN", str(program))
    (found,) = offices()
    assert (found.version, found.unopkg) == (
        "25.2",
        program.with_name("unopkg"),
    )  # what .ci/libreoffice unpacks
    assert found.python == Python("cpython-311")  # of Debian 12
