"""What Excel knows of the functions: Microsoft's definitions, five languages, names that hold."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from clv_xl import texts
from clv_xl.catalogue import docs
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.domains import Keyword
from clv_xl.catalogue.formula import evaluate
from clv_xl.catalogue.function import Arg
from clv_xl.catalogue.listing import Catalogue
from clv_xl.catalogue.spelling import stored
from clv_xl.cells import Block
from clv_xl.hosts.officejs import names
from clv_xl.hosts.officejs.metadata import (
    ARGUMENT_LIMIT,
    FUNCTION_LIMIT,
    TIP_LIMIT,
    encoded,
    enum_ids,
    functions_json,
)
from tests.hosts_available import NPM

ADDRESS = "https://clv.example.com"
FUNCTIONS = list(CATALOGUE.values())
GOLDEN = Path(__file__).parents[2] / "catalogue/golden/signatures.csv"
# Microsoft's page "Manually create JSON metadata for custom functions in Excel" of 2025-10-27.
OPTIONS = {
    "cancelable",
    "capturesCallingObject",
    "excludeFromAutoComplete",
    "linkedEntityLoadService",
    "requiresAddress",
    "requiresParameterAddresses",
    "requiresStreamAddress",
    "requiresStreamParameterAddresses",
    "stream",
    "volatile",
}
CELL = re.compile(r"[A-Z]{1,3}[0-9]+|R[0-9]*C[0-9]*", re.IGNORECASE)


def made(language: str = "en", namespace: str | None = "CLV") -> dict[str, Any]:
    return functions_json(CATALOGUE, language, namespace, ADDRESS)


def definitions() -> dict[str, Any]:
    """Return the definitions of the newest schema in npm @microsoft/app-manifest."""
    folder = NPM / "@microsoft/app-manifest/build/json-schemas/teams"
    numbered = [path for path in folder.iterdir() if re.fullmatch(r"v[0-9.]+", path.name)]
    newest = max(numbered, key=lambda path: [int(part) for part in path.name[1:].split(".")])
    text = (newest / "MicrosoftTeams.schema.json").read_text("utf-8")
    # Python's patterns have no \p{L}; our names are English, so the letters A to Z say no less.
    schema: dict[str, Any] = json.loads(text.replace(r"[\\p{L}]", "[A-Za-z]").replace(r"[\\p{L}", "[A-Za-z"))
    return schema


def faults(metadata: dict[str, Any]) -> list[str]:
    """Return what Microsoft's definitions find wrong with metadata."""
    schema = definitions()
    for name, length in (
        ("extensionFunction", FUNCTION_LIMIT),
        ("extensionFunctionParameter", ARGUMENT_LIMIT),
    ):
        assert schema["definitions"][name]["properties"]["description"]["maxLength"] == length
    found = []
    for kind, items in (("extensionFunction", metadata["functions"]), ("enum", metadata["enums"])):
        wanted = {"definitions": schema["definitions"], "$ref": f"#/definitions/{kind}"}
        judge = jsonschema.Draft4Validator(wanted)
        for item in items:
            # The schema has the options beside the rest; in functions.json they stand in an object.
            whole = {**item, **item.get("options", {})}
            whole.pop("options", None)
            found += [f"{item['id']}: {error.message}" for error in judge.iter_errors(whole)]
    return found


@pytest.mark.office_js
@pytest.mark.parametrize("namespace", ["CLV", None])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_metadata_fulfil_microsofts_definitions(language: str, namespace: str | None) -> None:
    assert faults(made(language, namespace)) == []


@pytest.mark.office_js
def test_the_definitions_find_what_is_wrong() -> None:
    broken = made()
    broken["functions"][0]["name"] = "2"
    broken["functions"][1]["parameters"][0]["dimensionality"] = "cube"
    broken["functions"][2]["description"] = "x" * (FUNCTION_LIMIT + 1)
    broken["functions"][3]["options"]["cancelable"] = "yes"
    broken["enums"][0]["values"][0]["tooltip"] = "x" * (TIP_LIMIT + 1)
    ids = {fault.partition(":")[0] for fault in faults(broken)}
    assert ids == {*(f["id"] for f in broken["functions"][:4]), broken["enums"][0]["id"]}


def test_options_are_those_that_microsoft_names_and_go_together() -> None:
    for function in made()["functions"]:
        options = function["options"]
        assert set(options) <= OPTIONS
        assert not options.get("stream")  # with it, neither cancelable nor requiresAddress may stand
        assert options["cancelable"]
        assert options["requiresAddress"]


def test_ids_never_change_once_workbooks_hold_them() -> None:
    with GOLDEN.open(encoding="utf-8") as file:
        golden = {row["function"] for row in csv.DictReader(file)}
    ids = [function["id"] for function in made()["functions"]]
    assert sorted(golden) == sorted(ids)
    assert [f["id"] for f in made("ka", None)["functions"]] == ids


@pytest.mark.parametrize("namespace", ["CLV", None])
def test_names_are_those_that_formulas_hold(namespace: str | None) -> None:
    listed = [function["name"] for function in made("en", namespace)["functions"]]
    assert len({name.casefold() for name in listed}) == len(listed) == len(CATALOGUE)
    assert [name for name in listed if CELL.fullmatch(name) or not 3 <= len(name) <= 64] == []
    typed = [f"{namespace}.{name}" if namespace else name for name in listed]
    assert typed == [names.typed(function.name, namespace) for function in FUNCTIONS]
    assert [CATALOGUE.find(name) for name in typed] == FUNCTIONS
    # As the file stores it: the prefix of Office, then the typed name with _ for the dot.
    flat = ["_xldudf_" + name.replace(".", "_") for name in typed]
    assert flat == [stored(function.name, namespace is not None) for function in FUNCTIONS]


def test_names_do_not_depend_on_the_language() -> None:
    def named(metadata: dict[str, Any]) -> list[tuple[str, list[str]]]:
        return [(f["name"], [p["name"] for p in f["parameters"]]) for f in metadata["functions"]]

    assert [named(made(language)) for language in texts.LANGUAGES] == [named(made())] * len(texts.LANGUAGES)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_function_and_argument_is_described_in_the_language(language: str) -> None:
    english = {function["id"]: function for function in made()["functions"]}
    for function in made(language)["functions"]:
        own, other = function, english[function["id"]]
        assert own["description"].strip()
        declared = CATALOGUE[own["id"]]
        assert own["description"].startswith(docs.part(declared, "summary", language))
        assert docs.part(declared, "convention", language) in own["description"]  # none was cut
        for arg, parameter in zip(declared.args, own["parameters"], strict=True):
            assert docs.meaning(declared, arg, language) in parameter["description"]
            assert docs.domain(arg, language) in parameter["description"]
            assert docs.default(arg, language) in parameter["description"]
        if language != "en":
            pairs = zip(own["parameters"], other["parameters"], strict=True)
            assert own["description"] != other["description"]
            assert [p["name"] for p, q in pairs if p["description"] == q["description"]] == []


def test_arguments_take_ranges_whole_and_say_whether_they_may_be_left_out() -> None:
    metadata = made()
    assert metadata["allowErrorForDataTypeAny"] is True  # else an error cell never reaches the runner
    for function in metadata["functions"]:
        declared = CATALOGUE[function["id"]]
        for arg, parameter in zip(declared.args, function["parameters"], strict=True):
            assert (parameter["type"], parameter["dimensionality"]) == ("any", "matrix")
            assert parameter.get("optional", False) is not arg.required


SPILLS = ("CLV({50;60},3,3)", 'CLV.CONVERTRATE(1%,{"M","Q"},"Y","churn")', "CLV.CAC({10;20},{5;6})")


@pytest.mark.parametrize("formula", [*(e.formula for f in FUNCTIONS for e in f.examples), *SPILLS])
def test_what_spills_is_declared_to(formula: str) -> None:
    name = formula.partition("(")[0]
    results = {function["id"]: function["result"] for function in made()["functions"]}
    spilled = isinstance(evaluate(formula), Block)
    assert spilled or formula not in SPILLS
    assert results[name]["dimensionality"] == "matrix" or not spilled
    assert results["CLV.AOV"]["dimensionality"] == results["CLV.VERSION"]["dimensionality"] == "scalar"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_keywords_are_offered_with_what_they_mean(language: str) -> None:
    metadata = made(language)
    enums = {enum["id"]: enum for enum in metadata["enums"]}
    assert len(enums) == len(metadata["enums"])
    for function in metadata["functions"]:
        for arg, parameter in zip(CATALOGUE[function["id"]].args, function["parameters"], strict=True):
            assert ("customEnumId" in parameter) is isinstance(arg.kind, Keyword)
            if isinstance(arg.kind, Keyword):
                values = enums[parameter["customEnumId"]]["values"]
                assert tuple(value["stringValue"] for value in values) == arg.kind.choices
    assert [v["name"] for enum in enums.values() for v in enum["values"] if not v.get("tooltip")] == []


def addition(**changes: Any) -> Catalogue:
    """Return the catalogue with one more function, as someone adds it without a look at this host."""
    new = replace(
        CATALOGUE["CLV.CHURN"],
        name="CLV.NOVELTY",
        args=(
            Arg("method", Keyword(("fresh", "stale")), "One way or the other."),
            Arg("unit", Keyword(("D", "W", "M", "Q", "Y")), "As elsewhere."),
        ),
        rules=(),
        **changes,
    )
    return Catalogue([FUNCTIONS, [new]])


@pytest.mark.office_js
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_new_function_needs_nothing_here(language: str) -> None:
    catalogue = addition(summary="Long. " * 150, convention="Longer. " * 100)
    metadata = functions_json(catalogue, language, "CLV", ADDRESS)
    assert faults(metadata) == []
    new = metadata["functions"][-1]
    assert new["name"] == "NOVELTY"
    # Its keywords take an id of their own, since CLV.method is that of other words.
    assert [p["customEnumId"] for p in new["parameters"]] == ["CLV.NOVELTY.method", "CLV.unit"]
    assert enum_ids(CATALOGUE).items() <= enum_ids(catalogue).items()
    assert new["description"].strip() == ("Long. " * 150).strip()  # the convention did not fit


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_file_is_far_below_what_excel_reads(language: str) -> None:
    body = encoded(made(language, None))
    print(f"functions-{language}.json: {len(body):,} bytes")  # noqa: T201  shown when it fails
    assert len(body) < 250_000  # a quarter of the limit, at about 1.3 to 2.5 kB a function
    assert json.loads(body) == made(language, None)


def test_metadata_beyond_the_limit_are_refused() -> None:
    with pytest.raises(ValueError, match="1000000"):
        encoded({"functions": ["x" * 1_000_000]})


def test_the_file_is_the_same_in_every_process() -> None:
    code = (
        "import hashlib; from clv_xl.catalogue.all import CATALOGUE;"
        "from clv_xl.hosts.officejs.metadata import encoded, functions_json;"
        f"print(hashlib.sha256(encoded(functions_json(CATALOGUE, 'el', 'CLV', '{ADDRESS}'))).hexdigest())"
    )
    command, environment = [sys.executable, "-c", code], {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == hashlib.sha256(encoded(made("el"))).hexdigest()


def test_help_is_linked_over_https_only() -> None:
    """The definition of helpUrl takes nothing else."""
    assert made()["functions"][0]["helpUrl"] == f"{ADDRESS}/#{FUNCTIONS[0].name}"
    plain = functions_json(CATALOGUE, "en", "CLV", "http://127.0.0.1:8765")
    assert [f["id"] for f in plain["functions"] if "helpUrl" in f] == []


@pytest.mark.parametrize("namespace", ["", "1A", "A B", "A-B", "A" * 33])
def test_a_namespace_that_excel_cannot_hold_is_refused(namespace: str) -> None:
    with pytest.raises(ValueError, match="namespace"):
        functions_json(CATALOGUE, "en", namespace)
