"""What every test gets: its hosts, and laws tested with inputs that can be drawn again."""

from pathlib import Path

import pytest

from tests.hosts_available import HOSTS, require, required, soffice


def pytest_configure() -> None:
    try:
        required()
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_runtest_setup(item: pytest.Item) -> None:
    for host in HOSTS:
        if item.get_closest_marker(host):
            require(host)


@pytest.fixture(scope="session")
def calc() -> Path:
    """Return the LibreOffice program; skips the test (or fails it, see `require`) without one."""
    require("calc")
    program = soffice()
    assert program is not None
    return program
