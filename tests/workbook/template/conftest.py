"""Template workbooks for the tests that only read them: each is written and calculated once."""

import pytest

from tests.workbook.template.built import Built, Templates
from tests.workbook.template.planned import Planning


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def native(templates: Templates) -> Built:
    """The native build in English."""
    return templates.built("native")


@pytest.fixture(scope="session")
def addin(templates: Templates) -> Built:
    """The Excel add-in build in English."""
    return templates.built("addin")


@pytest.fixture(scope="session")
def planning(tmp_path_factory: pytest.TempPathFactory) -> Planning:
    """Scenarios and Forecast on a small log, calculated with inputs changed."""
    return Planning(tmp_path_factory.mktemp("planned"))
