"""What the function wizard of a real LibreOffice shows, read back through its API, in three languages."""

from collections.abc import Iterator
from typing import Any

import pytest

from clv_xl.catalogue import docs
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.libreoffice.registry import argument_help, function_help
from tests.hosts.libreoffice.with_extension import PROCEDURES, Profiles

ADD_IN = 11  # com.sun.star.sheet.FunctionCategory.ADDINS
SHOWN = (
    pytest.param(("uno", "en"), marks=pytest.mark.uno),
    pytest.param(("calc_new", "en"), marks=pytest.mark.calc_new),
    pytest.param(("calc_new", "fi"), marks=pytest.mark.calc_new),
    pytest.param(("calc_new", "pl"), marks=pytest.mark.calc_new),
)
"""LibreOffice and the language of its user interface; .ci/libreoffice brings Finnish and Polish."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=SHOWN, ids="-".join)
def wizard(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    host, language = request.param
    spoken = () if language == "en" else (f"--language={language}",)
    with Profiles(tmp_path_factory).calc(host, PROCEDURES, arguments=spoken) as calc:
        yield language, calc("wizard")


def test_every_function_is_shown_with_its_help(wizard: tuple[str, list[dict[str, Any]]]) -> None:
    """Calc takes every argument for optional (calc_arguments_look_optional); the words say which is not."""
    language, found = wizard
    by_help = {(entry["name"], entry["description"]): entry for entry in found}
    for function in CATALOGUE.values():
        entry = by_help[function.name, function_help(function, language)]
        assert entry["category"] == ADD_IN
        assert entry["description"].startswith(docs.part(function, "summary", language))
        for (_, text, _), arg in zip(entry["arguments"], function.args, strict=True):
            assert text.startswith(docs.meaning(function, arg, language))
        assert entry["arguments"] == [
            [arg.name, argument_help(function, arg, language), True] for arg in function.args
        ]


def test_every_function_is_shown_once(wizard: tuple[str, list[dict[str, Any]]]) -> None:
    _, found = wizard
    assert sorted(entry["name"] for entry in found) == sorted(CATALOGUE)


def test_no_text_is_missing_and_each_language_has_its_own(
    wizard: tuple[str, list[dict[str, Any]]],
) -> None:
    language, found = wizard
    texts = [e["description"] for e in found] + [text for e in found for _, text, _ in e["arguments"]]
    assert all(text.strip() and "###" not in text and "{" not in text for text in texts)
    english = {function_help(f, "en") for f in CATALOGUE.values()}
    assert (english & set(texts) == english) is (language == "en")
    assert bool(english & set(texts)) is (language == "en")
