"""Keys that take long to make are made once."""

from collections.abc import Iterator

import pytest

from tests.hosts.server.auth.microsoft import Key, Microsoft, running


@pytest.fixture(scope="session")
def key() -> Key:
    return Key("first")


@pytest.fixture(scope="session")
def new_key() -> Key:
    return Key("second")


@pytest.fixture
def microsoft(key: Key) -> Iterator[Microsoft]:
    with running() as server:
        server.keys = [key.entry()]
        yield server
