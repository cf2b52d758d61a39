"""Demonstration workbooks for the tests that only read them: each is built once."""

import pytest

from tests.workbook.demo_book import Books, Made


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return Books(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def made(books: Books) -> Made:
    return books.made()
