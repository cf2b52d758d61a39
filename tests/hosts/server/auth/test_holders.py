"""Holders of tokens: who they are, and what a change of the file does to a server that runs."""

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from clv_xl import texts
from clv_xl.hosts.server.auth import authenticator_of, holders
from clv_xl.hosts.server.auth.holders import Holders
from clv_xl.hosts.server.auth.principal import AuthError, Principal
from clv_xl.hosts.server.auth.tokens import TokenFile, parse
from clv_xl.hosts.server.settings import Settings
from tests.cli.program import environment


@pytest.fixture
def file(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "tokens.json")


def headers_of(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def caller(server: Holders, headers: Mapping[str, str]) -> Principal | str:
    """Return the caller, or the refusal: its status and its key."""
    try:
        return asyncio.run(server.identify(headers))
    except AuthError as error:
        return f"{error.status} {error.key}"


def long_ago(file: TokenFile) -> None:
    """Make the file look as if it had been there for an hour."""
    then = time.time_ns() - 3600 * 10**9
    os.utime(file.path, ns=(then, then))


def test_the_settings_choose_tokens_and_their_file(file: TokenFile) -> None:
    secret, _ = file.create("Anna", "acme")
    server = authenticator_of(Settings(auth="token", host="0.0.0.0", token_file=file.path))  # noqa: S104  meant
    assert asyncio.run(server.identify(headers_of(secret))) == Principal("acme", "Anna")


def test_tenants_are_apart_and_tokens_of_one_name_are_one_user(file: TokenFile) -> None:
    secrets = [file.create("Anna", tenant)[0] for tenant in ("acme", "beta", "acme")]
    server = Holders(file)
    found = [caller(server, headers_of(secret)) for secret in secrets]
    assert found == [Principal("acme", "Anna"), Principal("beta", "Anna"), Principal("acme", "Anna")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "401 auth.missing"),
        ("", "401 auth.missing"),
        ("Bearer", "401 auth.missing"),
        ("Bearer  ", "401 auth.missing"),
        ("Basic YTpi", "401 auth.scheme"),
        ("clv_token", "401 auth.scheme"),
        ("Bearer clv_", "401 auth.token_unknown"),
        ("Bearer " + "clv_" + "A" * 43, "401 auth.token_unknown"),
        ("Bearer {} x", "401 auth.token_unknown"),
        ("Bearer {}\n", "anna"),
        ("BEARER {}", "anna"),
        ("Bearer " + "x" * 16_385, "401 auth.too_long"),
        ("Bearer é\udc80", "401 auth.token_unknown"),
    ],
)
def test_the_header_is_read(file: TokenFile, given: str | None, expected: str) -> None:
    secret, _ = file.create("anna", "local")
    headers = {} if given is None else {"Authorization": given.replace("{}", secret)}
    found = caller(Holders(file), headers)
    assert found == (Principal("local", "anna") if expected == "anna" else expected)


def test_the_hash_of_a_token_opens_nothing(file: TokenFile) -> None:
    """Who reads the file, or its backup, cannot call."""
    _, token = file.create("Anna")
    server = Holders(file)
    for stolen in (token.hash, f"clv_{token.hash}", f"clv_{token.hash[:43]}"):
        assert caller(server, headers_of(stolen)) == "401 auth.token_unknown"


def test_a_refusal_asks_for_a_token(file: TokenFile) -> None:
    """RFC 6750, section 3: no error code where no token came."""
    for headers, challenge in (
        ({}, 'Bearer realm="clv_xl"'),
        (headers_of("x"), 'Bearer realm="clv_xl", error="invalid_token"'),
    ):
        with pytest.raises(AuthError) as refused:
            asyncio.run(Holders(file).identify(headers))
        assert refused.value.headers == {"WWW-Authenticate": challenge}


def test_a_token_ends(file: TokenFile) -> None:
    secret, token = file.create("Anna", days=1)
    now = datetime.now(UTC)
    server = Holders(file, lambda: now)
    assert caller(server, headers_of(secret)) == Principal("local", "Anna")
    now += timedelta(days=1, seconds=1)
    with pytest.raises(AuthError) as refused:
        asyncio.run(server.identify(headers_of(secret)))
    assert (refused.value.status, refused.value.key) == (401, "auth.token_expired")
    assert (token.expires or "?")[:10] in texts.sentence(refused.value)


def test_revoked_by_another_process_is_refused_at_the_next_request(file: TokenFile) -> None:
    secret, token = file.create("Anna")
    bo, _ = file.create("Bo")
    long_ago(file)
    server = Holders(file)
    assert caller(server, headers_of(secret)) == Principal("local", "Anna")
    subprocess.run(
        [sys.executable, "-m", "clv_xl", "token", "revoke", token.id, "--file", str(file.path)],
        check=True,
        capture_output=True,
        env=environment(),
    )
    assert caller(server, headers_of(secret)) == "401 auth.token_unknown"
    assert caller(server, headers_of(bo)) == Principal("local", "Bo")


def test_a_token_made_while_the_server_runs_opens_it(file: TokenFile) -> None:
    server = Holders(file)
    assert caller(server, headers_of("clv_" + "A" * 43)) == "401 auth.token_unknown"
    secret, _ = file.create("Anna")
    assert caller(server, headers_of(secret)) == Principal("local", "Anna")


def test_a_change_within_one_tick_of_the_clock_is_seen(file: TokenFile) -> None:
    """Same size, same time, same inode: what some file systems show when a file changes twice at once."""
    anna, _ = file.create("Anna")
    first = file.path.read_bytes()
    file.path.unlink()
    bo, _ = file.create("Bob_")
    second = file.path.read_bytes()
    assert len(first) == len(second)
    server = Holders(file)
    facts = file.path.stat()
    assert caller(server, headers_of(bo)) == Principal("local", "Bob_")
    file.path.write_bytes(first)
    os.utime(file.path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    same = file.path.stat()
    assert (same.st_mtime_ns, same.st_size, same.st_ino) == (facts.st_mtime_ns, facts.st_size, facts.st_ino)
    assert caller(server, headers_of(bo)) == "401 auth.token_unknown"
    assert caller(server, headers_of(anna)) == Principal("local", "Anna")


def test_a_file_that_stays_is_not_read_again(file: TokenFile, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = file.create("Anna")
    long_ago(file)
    server = Holders(file)
    reading = Mock(wraps=file.read_bytes)
    monkeypatch.setattr(file, "read_bytes", reading)
    for _ in range(5):
        assert caller(server, headers_of(secret)) == Principal("local", "Anna")
    assert reading.call_count == 1


def test_a_file_that_just_changed_is_read_and_not_parsed_again(
    file: TokenFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = file.create("Anna")
    server = Holders(file)
    parsing = Mock(wraps=parse)
    monkeypatch.setattr(holders, "parse", parsing)
    for _ in range(5):
        assert caller(server, headers_of(secret)) == Principal("local", "Anna")
    assert parsing.call_count == 1


@pytest.mark.parametrize("kind", ["cut", "empty", "open", "directory"])
def test_a_file_that_cannot_be_used_lets_nobody_in_until_it_is_mended(
    file: TokenFile, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    secret, _ = file.create("Anna")
    long_ago(file)
    content = file.path.read_bytes()
    server = Holders(file)
    assert caller(server, headers_of(secret)) == Principal("local", "Anna")
    if kind == "open" and os.name != "posix":
        pytest.skip("Windows has no modes")
    if kind in {"cut", "empty"}:
        file.path.write_bytes(content[:-5] if kind == "cut" else b"")
    elif kind == "open":
        file.path.chmod(0o666)
        os.utime(file.path)
    else:
        file.path.unlink()
        file.path.mkdir()
    for _ in range(3):
        assert caller(server, headers_of(secret)) == "503 auth.tokens_unavailable"
    assert len(caplog.records) == 1
    assert caplog.records[0].levelno == logging.ERROR
    assert str(file.path) in caplog.text
    assert secret not in caplog.text
    if kind == "directory":
        file.path.rmdir()
    file.path.write_bytes(content)
    file.path.chmod(0o600)
    assert caller(server, headers_of(secret)) == Principal("local", "Anna")


def test_a_lost_file_lets_nobody_in(file: TokenFile) -> None:
    secret, _ = file.create("Anna")
    long_ago(file)
    server = Holders(file)
    assert caller(server, headers_of(secret)) == Principal("local", "Anna")
    file.path.unlink()
    assert caller(server, headers_of(secret)) == "401 auth.token_unknown"


def test_the_answer_to_callers_names_no_place_of_the_server(file: TokenFile) -> None:
    file.path.write_bytes(b"{")
    with pytest.raises(AuthError) as refused:
        asyncio.run(Holders(file).identify(headers_of("clv_" + "A" * 43)))
    assert refused.value.headers == {"Retry-After": "30"}
    assert str(file.path) not in texts.sentence(refused.value)
