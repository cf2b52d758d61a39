"""What every test gets: its hosts, and laws tested with inputs that can be drawn again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.hosts_available import HOSTS, require, required, soffice, soffice_new

# A law is true however busy the machine is; its time is no part of it.
settings.register_profile("clv_xl", deadline=None, print_blob=True)
if (
    "CI" not in os.environ
):  # hypothesis has a profile of its own for CI, which draws the same inputs each time
    settings.load_profile("clv_xl")


def pytest_configure() -> None:
    try:
        required()
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_runtest_setup(item: pytest.Item) -> None:
    for host in HOSTS:
        if item.get_closest_marker(host):
            require(host)


@pytest.fixture(scope="session", autouse=True)
def store_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the store of the user who runs the tests out of them."""
    before = os.environ.get("CLV_XL_STORE")
    os.environ["CLV_XL_STORE"] = str(tmp_path_factory.mktemp("store"))
    yield
    del os.environ["CLV_XL_STORE"]
    if before is not None:
        os.environ["CLV_XL_STORE"] = before


@pytest.fixture(scope="session")
def calc() -> Path:
    """Return the LibreOffice program; skips the test (or fails it, see `require`) without one."""
    require("calc")
    program = soffice()
    assert program is not None
    return program


@pytest.fixture(scope="session")
def calc_new() -> Path:
    """Return the newer LibreOffice; skips the test (or fails it) without one."""
    require("calc_new")
    program = soffice_new()
    assert program is not None
    return program
