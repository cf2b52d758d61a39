"""The script of the add-in: its settings, its sentences, and texts that cannot break out of it."""

import json
import re
from typing import Any

import pytest

import clv_xl
from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.officejs.client import client_js, literal
from clv_xl.hosts.officejs.metadata import functions_json
from tests.hosts.server.running import FULL, running

LIMITS = {"calls": 20_000, "cells": 20_000_000, "bodyBytes": 2**28, "resultBytes": 5 * 2**20}
HOSTILE = "</script><!--\u2028\u2029'\"\\"


def script(**settings: Any) -> str:
    return client_js(
        CATALOGUE, **{"address": "https://a.example", "namespace": "CLV", "limits": LIMITS, **settings}
    )


def config(text: str) -> dict[str, Any]:
    """Return CLV_CONFIG as the first line of the script says it."""
    first = text.partition("\n")[0]
    found: dict[str, Any] = json.loads(first.removeprefix("const CLV_CONFIG = ").removesuffix(";"))
    return found


def test_a_cell_waits_half_a_minute_longer_than_a_call_may_compute() -> None:
    """Else a call that the server was allowed to finish would be given up."""
    with running({"time_limit_s": 200.0}, factory=FULL) as server:
        assert config(server.client.get("/functions.js").text)["limits"]["timeoutMs"] == 230_000


def test_the_settings_are_those_of_the_server() -> None:
    found = config(script())
    assert found["version"] == clv_xl.__version__
    assert found["limits"] == LIMITS
    assert (found["address"], found["namespace"], found["auth"]) == ("https://a.example", "CLV", "none")
    assert found["entra"] is None
    assert config(script(namespace=None))["namespace"] is None
    entra = {"clientId": "c", "resource": "api://h/c", "scope": "access_as_user"}
    assert config(script(auth="entra", entra=entra))["entra"] == entra


def test_functions_are_those_of_the_metadata() -> None:
    metadata = functions_json(CATALOGUE, "en", "CLV")["functions"]
    found = {function["id"]: function for function in config(script())["functions"]}
    assert list(found) == [function["id"] for function in metadata]
    for function in metadata:
        own = found[function["id"]]
        arguments = [parameter["name"] for parameter in function["parameters"]]
        assert own["most"] == len(arguments)
        assert own["least"] == sum(not p.get("optional") for p in function["parameters"])
        assert own["headers"] == (arguments.index("headers") if "headers" in arguments else -1)
        assert own["spills"] is (function["result"]["dimensionality"] == "matrix")
    # CLV.DATA writes into the store and CLV.SOURCEINFO reads it: their answers are never kept.
    never_kept = ("CLV.DATA", "CLV.SOURCEINFO", "CLV.EXPLAIN")
    assert {name for name, own in found.items() if own["stores"]} == set(never_kept)
    assert {name: own["effort"] for name, own in found.items() if "effort" in own} == {
        name: [f.effort.cells, f.effort.places(f)] for name, f in CATALOGUE.items() if f.effort is not None
    }


def test_sentences_are_there_in_five_languages() -> None:
    found = config(script())["texts"]
    assert tuple(found) == texts.LANGUAGES
    for language in texts.LANGUAGES:
        assert found[language].keys() == found["en"].keys()
        assert "{address}" in found[language]["addin.client_unreachable"]
        assert found[language] == {key: texts.find(key, language) for key in found["en"]}


def test_the_script_knows_every_sentence_and_uses_every_one() -> None:
    text = script()
    code = text.partition("\n")[2]
    used = {f"addin.{key}" for key in re.findall(r"[\"'`](client_[a-z_]+)[\"'`]", code)}
    assert used == config(text)["texts"]["en"].keys()


@pytest.mark.parametrize("value", [HOSTILE, {HOSTILE: [HOSTILE]}])
def test_no_text_ends_or_breaks_the_script(value: object) -> None:
    made = literal(value)
    assert json.loads(made) == value
    assert not re.search("[<\u2028\u2029]", made)


def test_a_hostile_address_stays_a_text() -> None:
    text = script(address=HOSTILE)
    assert config(text)["address"] == HOSTILE
    assert "</script" not in text.partition("\n")[0]


def test_the_code_follows_the_settings() -> None:
    text = script()
    assert text.startswith("const CLV_CONFIG = {")
    assert "CustomFunctions.associate" in text or ".associate(" in text
    assert text.index("ClvRanges") > text.index("\n")
