from collections.abc import Iterator

import pytest

from tests.hosts.server.apps import PAGED, POLICY, SECRET
from tests.hosts.server.running import FULL, Running, running

BATCH = {"groups": [{"function": "CLV", "calls": [[50, 3, 3]]}]}
RESULT = [{"results": [450.0]}]  # 50 x 3 x 3
PROBES = ("/healthz", "/readyz")


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(factory=PAGED) as found:
        yield found


@pytest.mark.parametrize("name", ["a", "Z" * 64, "0.9_b-C"])
def test_a_request_keeps_the_name_it_brings(server: Running, name: str) -> None:
    answer = server.client.post("/v1/batch", json=BATCH, headers={"x-request-id": name})
    assert answer.headers["x-request-id"] == answer.json()["request"] == name


@pytest.mark.parametrize("name", ["", "Z" * 65, "a b", "a\tb", "ä".encode(), "<script>", '{"a":1}'])
def test_a_request_with_no_name_that_can_be_kept_gets_one(server: Running, name: str) -> None:
    answer = server.client.get("/healthz", headers={"x-request-id": name})
    assert answer.headers["x-request-id"].isalnum()
    assert len(answer.headers["x-request-id"]) == 16


def test_every_answer_has_a_name_of_its_own(server: Running) -> None:
    paths = ["/", "/v1/me", "/nothing", "/v1/nothing", "/v1/fault", "/metrics", "/openapi.json"]
    names = [server.client.get(path).headers["x-request-id"] for path in paths]
    assert len(set(names)) == len(paths)


def test_a_fault_is_a_sentence_with_the_number_of_the_request_and_nothing_else(server: Running) -> None:
    answer = server.client.get("/v1/fault", params={"language": "fi"}, headers={"x-request-id": "no-7"})
    assert answer.status_code == 500
    found = answer.json()
    assert (found["error"], found["key"], found["request"]) == ("#VALUE!", "server.internal", "no-7")
    assert "no-7" in found["sentence"]
    assert "odottamaton" in found["sentence"]  # Finnish: unexpected
    assert "ValueError" not in answer.text
    assert SECRET not in answer.text


def test_every_answer_tells_browsers_to_do_no_more_than_is_meant(server: Running) -> None:
    for path in ("/", "/v1/me", "/nothing", "/v1/nothing", "/v1/fault", "/healthz", "/openapi.json"):
        headers = server.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "camera=()" in headers["permissions-policy"]
        assert "strict-transport-security" not in headers  # plain HTTP on this machine
        assert not any(name.startswith("access-control-") for name in headers)
        policy = POLICY if path == "/" else "default-src 'none'; frame-ancestors 'none'"
        assert headers["content-security-policy"] == policy


def test_answers_of_the_api_are_kept_by_nobody_and_loaded_by_nobody_else(server: Running) -> None:
    for answer in (server.client.get("/v1/me"), server.client.post("/v1/batch", json=BATCH)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_pages_may_be_loaded_by_excel_and_are_asked_for_again_by_their_tag(server: Running) -> None:
    first = server.client.get("/")
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["cache-control"] == "no-cache"
    again = server.client.get("/", headers={"if-none-match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    changed = server.client.get("/", headers={"if-none-match": '"other"'})
    assert (changed.status_code, changed.content) == (200, first.content)


def test_pages_travel_packed_to_who_reads_that(server: Running) -> None:
    packed = server.client.get("/", headers={"accept-encoding": "gzip"})
    plain = server.client.get("/", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "accept-encoding" in packed.headers["vary"]
    icon = server.client.get("/icon-16.png", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in icon.headers
    assert icon.headers["cache-control"] == "public, max-age=60"


def test_a_head_is_an_answer_without_its_body(server: Running) -> None:
    whole = server.client.get("/")
    head = server.client.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::"])
def test_a_name_that_points_here_without_being_ours_is_refused(server: Running, host: str) -> None:
    """DNS rebinding: the page of evil.example asks evil.example, which points to this machine."""
    for path in ("/", "/v1/me", "/metrics"):
        answer = server.client.get(path, headers={"host": host})
        assert answer.status_code == 403
        assert answer.json()["key"] == "server.foreign_host"
    for path in PROBES:
        assert server.client.get(path, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:80", "LOCALHOST:8765"])
def test_every_name_of_this_machine_is_ours(server: Running, host: str) -> None:
    assert server.client.get("/v1/me", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://127.0.0.1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_site_may_not_call(server: Running, headers: dict[str, str]) -> None:
    answer = server.client.post("/v1/batch", params={"language": "pl"}, json=BATCH, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["key"] == "server.foreign_origin"
    assert server.settings.public_address in answer.json()["sentence"]
    assert server.client.get("/", headers=headers).status_code == 200


def test_its_own_page_may_call(server: Running) -> None:
    for origin in (server.address, server.address.replace("http:", "https:")):
        headers = {"origin": origin, "sec-fetch-site": "same-origin"}
        assert server.client.post("/v1/batch", json=BATCH, headers=headers).json()["groups"] == RESULT


def test_no_page_of_another_site_is_promised_anything(server: Running) -> None:
    """A browser asks first (CORS preflight), and is not told yes."""
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = server.client.options("/v1/batch", headers=headers)
    assert answer.status_code == 403
    assert not any(name.startswith("access-control-") for name in answer.headers)


def test_what_is_not_there_is_a_sentence(server: Running) -> None:
    answer = server.client.get("/v1/nothing", params={"language": "pl"})
    assert (answer.status_code, answer.json()["key"]) == (404, "server.no_page")
    assert answer.json()["sentence"] == "Pod tym adresem nic nie ma."
    method = server.client.get("/v1/batch")
    assert (method.status_code, method.json()["key"]) == (405, "server.no_method")
    assert method.headers["allow"] == "POST"
    page = server.client.get("/nothing")
    assert (page.status_code, page.text) == (404, "There is nothing at this address.")
    assert page.headers["content-type"].startswith("text/plain")
    assert server.client.get("/v1/batch/").status_code == 404  # and no redirect


def test_a_large_answer_travels_packed_to_other_machines_only() -> None:
    """On one machine packing takes longer than sending."""
    calls = [[50 + i / 7, 3, 3] for i in range(5_000)]
    body = {"groups": [{"function": "CLV", "calls": calls}]}
    with running({"auth": "none", "forwarded_allow_ips": "127.0.0.1"}) as server:
        near = server.client.post("/v1/batch", json=body)
        far = server.client.post("/v1/batch", json=body, headers={"x-forwarded-for": "192.0.2.7"})
    assert "content-encoding" not in near.headers
    assert far.headers["content-encoding"] == "gzip"
    assert far.json()["groups"] == near.json()["groups"]


def test_a_server_with_a_name_tells_browsers_to_keep_to_tls() -> None:
    address = "https://clv.example.com/excel"
    with running({"auth": "token", "address": address, "forwarded_allow_ips": "127.0.0.1"}) as server:
        proxied = {"host": "inner:8765", "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"}
        answer = server.client.get("/healthz", headers=proxied)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        own = server.client.get("/v1/me", headers={**proxied, "origin": "https://clv.example.com"})
        assert own.status_code == 401  # no token, and no foreign page
        foreign = server.client.get("/v1/me", headers={**proxied, "origin": "https://evil.example"})
        assert (foreign.status_code, foreign.json()["key"]) == (403, "server.foreign_origin")


@pytest.mark.slow
def test_the_pages_of_the_add_in_may_be_loaded_into_excels_own() -> None:
    with running(factory=FULL) as server:
        for path in ("/functions.js", "/functions.json", "/icon-32.png", "/manifest.xml", "/taskpane.html"):
            answer = server.client.get(path, headers={"origin": "https://excel.officeapps.live.com"})
            assert (path, answer.status_code) == (path, 200)
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
