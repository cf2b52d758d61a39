"""One calculated demonstration workbook for the tests that only read it."""

import pytest

from tests.workbook.demo_book import Made, make


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("demo"))
