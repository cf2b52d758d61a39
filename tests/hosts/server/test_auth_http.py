"""Who may call, seen from outside: a server in a process of its own, tokens and Entra ID."""

import asyncio
import hashlib
import json
import logging
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest

from clv_xl import texts
from clv_xl.cells import Block
from clv_xl.errors import Text
from clv_xl.hosts.server.auth.tokens import TokenFile
from tests.hosts.server.auth.microsoft import CLIENT, OTHER_TENANT, TENANT, USER, Key, Microsoft
from tests.hosts.server.auth.microsoft import running as microsoft_running
from tests.hosts.server.running import Running, body, running, section

ROWS = [[float(amount)] for amount in (10, 20, 60)]
MEAN = 30.0  # (10 + 20 + 60) / 3: what CLV.AOV makes of three orders


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def asked(server: Running, token: str, name: str) -> object:
    """Return what CLV.AOV of a range that is only named answers."""
    answer = server.batch(("CLV.AOV", [[{"range": name}]]), authorization=f"Bearer {token}")
    return answer["groups"][0]["results"][0]


def sent(server: Running, token: str, piece: bytes, name: str) -> object:
    """Return what CLV.AOV of a range that is sent answers."""
    answer = server.batch(("CLV.AOV", [[{"range": name}]]), ranges=[piece], authorization=f"Bearer {token}")
    return answer["groups"][0]["results"][0]


def me(server: Running, headers: dict[str, str], **query: str) -> httpx.Response:
    return server.client.get("/v1/me", headers=headers, params=query)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> TokenFile:
    return TokenFile(tmp_path_factory.mktemp("config") / "tokens.json")


@pytest.fixture(scope="module")
def server(file: TokenFile) -> Iterator[Running]:
    with running({"auth": "token", "token_file": file.path}) as found:
        yield found


@pytest.fixture(scope="module")
def entra_key() -> Key:
    return Key("first")


@pytest.fixture(scope="module")
def login(entra_key: Key) -> Iterator[Microsoft]:
    with microsoft_running() as found:
        found.keys = [entra_key.entry()]
        yield found


@pytest.fixture(scope="module")
def entra(login: Microsoft) -> Iterator[Running]:
    values = {
        "auth": "entra",
        "entra_tenants": (TENANT, OTHER_TENANT),
        "entra_client_id": CLIENT,
        "entra_authority": login.authority,
    }
    with running(values) as found:
        yield found


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("path", ["/v1/me", "/v1/batch"])
def test_without_a_token_the_answer_is_401_and_a_sentence(server: Running, path: str, language: str) -> None:
    method = "GET" if path == "/v1/me" else "POST"
    answer = server.client.request(method, path, params={"language": language})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="clv_xl"'
    assert answer.json()["key"] == "auth.missing"
    assert answer.json()["sentence"] == texts.word("auth.missing", language)


def test_health_is_told_to_everybody(server: Running) -> None:
    assert server.client.get("/healthz").status_code == 200


def test_a_holder_is_told_who_he_is(server: Running, file: TokenFile) -> None:
    secret, _ = file.create("Anna", "acme")
    answer = me(server, bearer(secret))
    assert (answer.status_code, answer.json()["tenant"], answer.json()["user"]) == (200, "acme", "Anna")


def test_a_wrong_token_is_refused_before_the_body_is_read(server: Running) -> None:
    """A caller who is not known cannot make the server hold 100 MB: none of them is sent here."""
    head = (
        "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Authorization: Bearer clv_{'A' * 43}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {100 * 1024**2}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.settings.port), timeout=10) as line:
        line.sendall(head.encode())
        answer = line.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 401 ")
    assert 'error="invalid_token"' in answer


def test_a_revoked_token_is_refused_at_the_next_request(server: Running, file: TokenFile) -> None:
    secret, token = file.create("Anna", "acme")
    call = {"groups": [{"function": "CLV", "calls": [[50, 3, 3]]}]}
    answers = [server.client.post("/v1/batch", json=call, headers=bearer(secret))]
    file.revoke(token.id)
    answers.append(server.client.post("/v1/batch", json=call, headers=bearer(secret)))
    assert [answer.status_code for answer in answers] == [200, 401]
    assert answers[1].json()["key"] == "auth.token_unknown"


def test_a_damaged_token_file_is_503_and_its_mending_is_seen(server: Running, file: TokenFile) -> None:
    secret, _ = file.create("Anna", "acme")
    content = file.path.read_bytes()
    file.path.write_bytes(content[:-20])
    answer = me(server, bearer(secret))
    assert (answer.status_code, answer.json()["key"]) == (503, "auth.tokens_unavailable")
    assert answer.headers["retry-after"] == "30"
    assert str(file.path) not in answer.text
    file.path.write_bytes(content)
    assert me(server, bearer(secret)).status_code == 200


def test_a_tenant_neither_reads_nor_learns_of_anothers_range(server: Running, file: TokenFile) -> None:
    anna, bo = (file.create("Anna", tenant)[0] for tenant in ("acme", "beta"))
    piece = section(Block.from_rows(ROWS))
    name = hashlib.sha256(piece).hexdigest()
    assert sent(server, anna, piece, name) == MEAN
    assert asked(server, anna, name) == MEAN
    never = hashlib.sha256(b"no range").hexdigest()
    assert asked(server, bo, name) == asked(server, bo, never) == {"unknown": True}
    assert sent(server, bo, piece, name) == MEAN
    assert asked(server, bo, name) == MEAN


def test_users_of_one_tenant_share_what_is_stored(server: Running, file: TokenFile) -> None:
    anna, bo = (file.create(name, "shared")[0] for name in ("Anna", "Bo"))
    piece = section(Block.from_rows([*ROWS, [30.0]]))
    name = hashlib.sha256(piece).hexdigest()
    assert sent(server, anna, piece, name) == MEAN
    assert asked(server, bo, name) == MEAN


def test_nobody_can_store_under_the_hash_of_another_content(server: Running, file: TokenFile) -> None:
    """The hash is computed again from what came: a claim in the body poisons nothing."""
    secret, _ = file.create("Anna", "poison")
    true, false = section(Block.from_rows([[1.0], [3.0]])), section(Block.from_rows([[1000.0], [3000.0]]))
    name = hashlib.sha256(true).hexdigest()
    claim = body([{"function": "CLV.AOV", "calls": [[{"range": name}]]}], [false], hashes=[name])
    headers = {"content-type": "application/vnd.clv.batch", **bearer(secret)}
    answer = server.client.post("/v1/batch", content=claim, headers=headers)
    assert answer.json()["groups"][0]["results"] == [{"unknown": True}]
    assert asked(server, secret, name) == {"unknown": True}
    assert sent(server, secret, true, name) == 2.0  # (1 + 3) / 2


def test_the_log_of_the_server_holds_no_token(server: Running, file: TokenFile) -> None:
    secret, token = file.create("Anna", "acme")
    assert me(server, bearer(secret)).status_code == 200
    assert me(server, bearer("clv_wrong_" + secret[4:])).status_code == 401
    file.revoke(token.id)
    assert me(server, bearer(secret)).status_code == 401
    assert secret[4:] not in server.log()
    assert token.hash not in server.log()


def test_a_user_of_entra_id_is_tenant_and_object_id(entra: Running, login: Microsoft, entra_key: Key) -> None:
    answer = me(entra, bearer(login.token(entra_key)))
    assert (answer.status_code, answer.json()["tenant"], answer.json()["user"]) == (200, TENANT, USER)


@pytest.mark.parametrize(
    ("changes", "status", "key"),
    [
        ({"exp": 1}, 401, "auth.entra_expired"),
        ({"aud": USER}, 401, "auth.entra_audience"),
        ({"iss": "https://evil.example/"}, 401, "auth.entra_issuer"),
        ({"tid": USER}, 403, "auth.entra_tenant"),
        ({"scp": "User.Read"}, 403, "auth.entra_scope"),
    ],
)
def test_a_token_of_entra_id_is_refused_in_the_language_asked_for(
    entra: Running, login: Microsoft, entra_key: Key, changes: dict[str, Any], status: int, key: str
) -> None:
    token = login.token(entra_key, **changes)
    answer = me(entra, bearer(token), language="fi")
    assert (answer.status_code, answer.json()["key"]) == (status, key)
    assert answer.json()["sentence"] == texts.word(Text(key, {"wanted": "access_as_user"}), "fi")
    assert token not in entra.log()


def test_tenants_of_entra_id_are_apart(entra: Running, login: Microsoft, entra_key: Key) -> None:
    """The same person as a guest of another organisation has the same claims but for tenant and issuer."""
    ours = login.token(entra_key)
    other = login.token(entra_key, tid=OTHER_TENANT, iss=f"{login.authority}/{OTHER_TENANT}/v2.0")
    piece = section(Block.from_rows(ROWS))
    name = hashlib.sha256(piece).hexdigest()
    assert sent(entra, ours, piece, name) == MEAN
    assert asked(entra, other, name) == {"unknown": True}


def test_a_hundred_users_at_once_ask_microsoft_once(entra_key: Key) -> None:
    async def crowd(address: str, token: str) -> list[int]:
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
            answers = await asyncio.gather(*(client.get("/v1/me", headers=bearer(token)) for _ in range(100)))
        return [answer.status_code for answer in answers]

    with microsoft_running() as login:
        login.keys, login.delay = [entra_key.entry()], 0.3
        values = {
            "auth": "entra",
            "entra_tenants": (TENANT,),
            "entra_client_id": CLIENT,
            "entra_authority": login.authority,
        }
        with running(values) as server:
            logging.getLogger("httpx").setLevel(logging.WARNING)
            assert asyncio.run(crowd(server.address, login.token(entra_key))) == [200] * 100
            assert len(login.paths) == 1


def test_without_authentication_another_name_of_this_machine_is_refused() -> None:
    """DNS rebinding, from outside: the request comes from loopback under a name that is not."""
    with running() as server:
        assert me(server, {}).json()["user"] == "local"
        answer = me(server, {"host": f"evil.example:{server.settings.port}"})
        assert answer.status_code == 403
        assert answer.json()["key"] in {"auth.host", "server.foreign_host"}  # whoever looks first


@pytest.mark.slow
def test_every_worker_refuses_what_was_revoked(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "tokens.json")
    secret, token = file.create("Anna")
    with running({"auth": "token", "token_file": file.path}, workers=2) as server:

        def status() -> int:
            """Ask on a connection of its own, so that any worker may answer."""
            line = HTTPConnection("127.0.0.1", server.settings.port, timeout=30)
            with closing(line):
                line.request("GET", "/v1/me", headers=bearer(secret))
                return line.getresponse().status

        assert {status() for _ in range(40)} == {200}
        file.revoke(token.id)
        assert {status() for _ in range(40)} == {401}


def test_the_answer_is_json(server: Running) -> None:
    answer = me(server, {})
    assert answer.headers["content-type"].startswith("application/json")
    assert json.loads(answer.text)["error"] == "#N/A"
