"""OFFLINE.md: the wheels that it tells to download are all that Windows wants."""

import re
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import clv_xl
from clv_xl.hosts import xlwings_udf

PAGE = (Path(xlwings_udf.__file__).parent / "OFFLINE.md").read_text("utf-8")
COMMAND = re.search(r"^pip download .*$", PAGE, re.MULTILINE)
# What Python's manual ("os.name", "sys.platform", "platform.system") has for each.
WINDOWS = MappingProxyType({"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"})
LINUX = MappingProxyType({"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"})
MAC = MappingProxyType({"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"})


def wanted(system: Mapping[str, str], extra: str = "workbook") -> set[str]:
    """Return all that clv_xl wants on a system, by what the packages installed here declare."""
    found: set[str] = set()
    todo = [("clv-xl", extra)]
    while todo:
        name, extra = todo.pop()
        found.add(name)
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # for another system: what it wants in turn is unknown here
            continue
        for need in map(Requirement, lines):
            if need.marker is None or need.marker.evaluate({**system, "extra": extra}):
                todo += [(canonicalize_name(need.name), e) for e in need.extras or {""}]
                todo = [pair for pair in todo if pair[0] not in found]
    return found


def test_windows_wants_something_that_other_systems_do_not() -> None:
    assert "pywin32" in wanted(WINDOWS) - wanted(LINUX)  # xlwings: platform_system == "Windows"
    assert {"numpy", "xlwings", "xlsxwriter", "mdurl"} <= wanted(LINUX)  # mdurl by way of rich


@pytest.mark.parametrize("system", [LINUX, MAC], ids=["Linux", "macOS"])
def test_what_pip_does_not_see_from_another_system_is_named(system: Mapping[str, str]) -> None:
    assert COMMAND is not None
    named = set(COMMAND[0].split())
    assert sorted(wanted(WINDOWS) - wanted(system) - named) == []


def test_the_command_names_the_wheel_of_this_version_and_a_python_that_we_test() -> None:
    assert COMMAND is not None
    assert f"clv_xl-{clv_xl.__version__}-py3-none-any.whl[workbook]" in COMMAND[0]
    version = re.search(r"--python-version (\S+)", COMMAND[0])
    assert version is not None
    stated = metadata.metadata("clv_xl").get_all("Classifier") or []
    assert f"Programming Language :: Python :: {version[1]}" in stated
    assert f"py -{version[1]} " in PAGE
