"""The document of the interface: it is one, it says what the server does, and the server does no other."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from clv_xl.catalogue.all import CATALOGUE
from clv_xl.hosts.server.openapi import document
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.wire import JSON
from tests.hosts.server.running import Running, running

# The server takes more than the document asks for (spellings, languages it does not know), so that
# what is outside of the document need not be refused; what it answers is always inside.
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def held(case: Any, answer: Any) -> None:
    """Raise what the document does not say of an answer."""
    checks: list[Any] = [CHECKS.get_one(name) for name in HELD]
    case.validate_response(answer, checks=checks)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running({"user_calls_per_minute": 1_000_000_000, "max_body_mb": 1}) as found:
        yield found


@pytest.fixture(scope="module")
def api(server: Running) -> Any:
    return schemathesis.openapi.from_url(f"{server.address}/openapi.json")


@pytest.mark.parametrize("auth", ["none", "token"])
def test_the_document_is_openapi(auth: str) -> None:
    schemathesis.openapi.from_dict(document(Settings(auth=auth))).validate()


def test_a_wrong_document_would_be_noticed() -> None:
    wrong = document(Settings())
    wrong["paths"]["/v1/batch"]["post"]["responses"] = ["200"]
    with pytest.raises(Exception, match=r"responses|schema"):
        schemathesis.openapi.from_dict(wrong).validate()


def test_every_function_and_argument_is_described() -> None:
    listed = {one["const"]: one for one in document(Settings())["components"]["schemas"]["Function"]["oneOf"]}
    assert set(listed) == {f.name for f in CATALOGUE.values()}
    for function in CATALOGUE.values():
        assert function.summary in listed[function.name]["description"]
        for arg in function.args:
            assert f"{arg.name}" in listed[function.name]["description"]
            assert arg.doc in listed[function.name]["description"]


def test_the_limits_of_this_server_are_stated() -> None:
    found = document(Settings(max_calls=123, time_limit_s=4.5, max_body_mb=6, max_cells=789))
    text = found["paths"]["/v1/batch"]["post"]["description"]
    for limit in ("123 calls", "4.5 seconds", "6 MB", "789 cells"):
        assert limit in text


def test_who_may_call_is_stated() -> None:
    assert "securitySchemes" not in document(Settings())["components"]
    signed = document(Settings(auth="token"))
    assert signed["paths"]["/v1/batch"]["post"]["security"] == [{"bearer": []}]
    assert "security" not in signed["paths"]["/healthz"]["get"]


def test_every_address_of_the_document_is_there_and_the_other_way_round(server: Running) -> None:
    found = json.loads(server.client.get("/openapi.json").content)
    assert found["servers"] == [{"url": server.address}]
    for path, methods in found["paths"].items():
        for method in methods:
            assert server.client.request(method, path).status_code not in {404, 405}


def test_an_example_of_the_document_is_answered_as_described(server: Running, api: Any) -> None:
    operation = api["/v1/batch"]["POST"]
    body = {"language": "fi", "groups": [{"function": "CLV", "calls": [[50, 3, 3], [50, 3, 3, 40]]}]}
    case = operation.Case(body=body, media_type=JSON)
    answer = case.call(base_url=server.address)
    held(case, answer)
    assert answer.json()["groups"][0]["results"][0] == 450.0  # 50 x 3 x 3


def test_an_answer_that_is_not_described_would_be_noticed(server: Running) -> None:
    narrow = copy.deepcopy(document(server.settings))
    narrow["components"]["schemas"]["Result"] = {"type": "string"}
    case = schemathesis.openapi.from_dict(narrow)["/v1/batch"]["POST"].Case(
        body={"groups": [{"function": "CLV", "calls": [[50, 3, 3]]}]}, media_type=JSON
    )
    answer = case.call(base_url=server.address)
    with pytest.raises(BaseException, match=r"450\.0 is not of type"):
        held(case, answer)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", ["POST /v1/batch", "GET /v1/me", "GET /healthz", "GET /readyz"])
def test_whatever_is_sent_is_answered_as_described(api: Any, operation: str, mode: GenerationMode) -> None:
    """In both modes: what the document allows, and what it does not."""
    method, path = operation.split()
    if mode is GenerationMode.NEGATIVE and path in {"/healthz", "/readyz"}:
        return  # they take nothing that could be wrong
    statuses = set()

    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=120 if path == "/v1/batch" else 30, suppress_health_check=list(HealthCheck))
    def holds(case: Any) -> None:
        answer = case.call()
        statuses.add(answer.status_code)
        held(case, answer)
        if path.startswith("/v1/") and answer.status_code >= 400:
            assert answer.json()["sentence"]

    holds()
    assert statuses
    if operation == "POST /v1/batch":
        assert (200 if mode is GenerationMode.POSITIVE else 400) in statuses
