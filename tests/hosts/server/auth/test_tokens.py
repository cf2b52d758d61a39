"""The token file: what it keeps, who may read it, many who write it at once, and damage."""

import json
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.hosts.server.auth import filelock, tokens
from clv_xl.hosts.server.auth.tokens import MOST_BYTES, TokenFile, hash_of, parse
from tests.cli.program import environment

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no modes; the profile is private there")


@pytest.fixture
def file(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "config" / "tokens.json")


def refusal(file: TokenFile) -> str:
    with pytest.raises(UserError) as refused:
        file.read()
    return refused.value.key


def test_a_token_has_256_random_bits_and_a_form_that_scanners_find(file: TokenFile) -> None:
    """43 characters of base64 hold 258 bits, the fewest that hold 256."""
    secrets = {file.create("Anna")[0] for _ in range(20)}
    assert len(secrets) == 20
    assert all(re.fullmatch(r"clv_[A-Za-z0-9_-]{43}", secret) for secret in secrets)


def test_the_file_keeps_the_hash_and_never_the_token(file: TokenFile) -> None:
    secret, token = file.create("Anna", "acme", 30)
    kept = file.path.read_text("utf-8")
    assert secret not in kept
    assert secret.removeprefix("clv_") not in kept
    assert token.hash == hash_of(secret)
    assert token.hash in kept
    assert (token.name, token.tenant, token.last) == ("Anna", "acme", secret[-4:])
    assert file.read() == (token,)


def test_the_hash_is_sha_256() -> None:
    """FIPS 180-4, the example of the three letters abc."""
    assert hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_end_is_days_from_now(file: TokenFile) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    _, token = file.create("Anna", days=30)
    end = datetime.fromisoformat(token.expires or "")
    assert before <= end - timedelta(days=30) <= datetime.now(UTC)
    assert not token.expired(end - timedelta(seconds=1))
    assert token.expired(end)
    assert not file.create("Bo")[1].expired(datetime.max.replace(tzinfo=UTC))


@POSIX
def test_only_its_user_reads_it(file: TokenFile) -> None:
    file.create("Anna")
    file.create("Bo")
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (file.path.parent, file.path)]
    assert modes == [0o700, 0o600]


@POSIX
def test_a_file_that_everybody_may_change_is_not_used(file: TokenFile) -> None:
    file.create("Anna")
    file.path.chmod(0o646)
    assert refusal(file) == "auth.tokens_open"
    with pytest.raises(UserError):
        file.create("Bo")


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="only root hands files over")
def test_what_root_changes_its_service_still_reads(file: TokenFile) -> None:
    """An administrator makes a token as root; the server runs as another user."""
    file.path.parent.mkdir()
    os.chown(file.path.parent, 12345, 12345)
    file.create("Anna")
    for path in (file.path, *file.path.parent.glob("*.lock"), *file.path.parent.glob(".*.lock")):
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12345)
    os.chown(file.path, 23456, 12345)
    file.create("Bo")
    assert (file.path.stat().st_uid, file.path.stat().st_gid) == (23456, 12345)


@POSIX
def test_the_lock_is_no_way_to_somebody_elses_file(file: TokenFile, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("x")
    file.path.parent.mkdir()
    (file.path.parent / ".tokens.json.lock").symlink_to(victim)
    with pytest.raises(OSError, match="symbolic link"):
        file.create("Anna")
    assert victim.read_text() == "x"


def test_revoked_is_removed(file: TokenFile) -> None:
    anna, bo = file.create("Anna")[1], file.create("Bo")[1]
    assert file.revoke(f" {anna.id.upper()} ") == anna
    assert file.read() == (bo,)
    with pytest.raises(UserError) as refused:
        file.revoke(anna.id)
    assert refused.value.key == "auth.unknown_id"
    assert file.read() == (bo,)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m", "n" * 65, "\u202eanna"])
def test_a_name_that_would_spoil_a_log_is_refused(file: TokenFile, name: str) -> None:
    with pytest.raises(UserError) as refused:
        file.create(name)
    assert refused.value.key == "auth.bad_name"
    assert not file.path.exists()


@pytest.mark.parametrize("tenant", ["", "..", "../x", "Acme", "a/b", "a b", "-a", "a" * 65, "ä"])
def test_a_tenant_that_cannot_name_a_directory_is_refused(file: TokenFile, tenant: str) -> None:
    with pytest.raises(UserError) as refused:
        file.create("Anna", tenant)
    assert refused.value.key == "auth.bad_tenant"


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_days_have_bounds(file: TokenFile, days: int) -> None:
    with pytest.raises(UserError) as refused:
        file.create("Anna", days=days)
    assert refused.value.key == "auth.bad_days"


def test_the_list_is_bounded(file: TokenFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    file.create("Anna")
    file.create("Bo")
    with pytest.raises(UserError) as refused:
        file.create("Cleo")
    assert refused.value.key == "auth.too_many"
    assert len(file.read()) == 2


def test_as_many_tokens_as_are_allowed_fit_into_the_file(file: TokenFile) -> None:
    """The longest entry: 64 letters that JSON escapes to 12 characters each."""
    token = file.create("\N{GRINNING FACE}" * 64, "t" * 64, 3650)[1]
    assert len(json.dumps(asdict(token), indent=1).encode()) * tokens.MOST_TOKENS < MOST_BYTES


def test_without_a_file_there_are_no_tokens(file: TokenFile) -> None:
    assert file.read() == ()
    assert not file.path.parent.exists()


def test_the_file_is_in_the_directory_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLV_XL_CONFIG", str(tmp_path))
    assert TokenFile().path == tmp_path / "tokens.json"


def changed(file: TokenFile, change: dict[str, Any]) -> str:
    content = json.loads(file.path.read_text("utf-8"))
    content["tokens"][1].update(change)
    file.path.write_text(json.dumps(content), "utf-8")
    return refusal(file)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"id": 7},
        {"name": ""},
        {"name": "a\nb"},
        {"tenant": "../x"},
        {"created": "yesterday"},
        {"expires": "2026-13-45T00:00:00Z"},
        {"expires": 0},
        {"expires": False},
        {"hash": "0" * 63},
        {"hash": None},
        {"last": "12345"},
    ],
)
def test_a_wrong_entry_closes_the_whole_file(file: TokenFile, change: dict[str, Any]) -> None:
    """An end that cannot be read must not become no end."""
    file.create("Anna")
    file.create("Bo")
    assert changed(file, change) == "auth.tokens_damaged"


@pytest.mark.parametrize("name", ["id", "hash"])
def test_two_entries_alike_close_the_file(file: TokenFile, name: str) -> None:
    first = file.create("Anna")[1]
    file.create("Bo")
    assert changed(file, {name: getattr(first, name)}) == "auth.tokens_damaged"


DAMAGE = {
    "empty": b"",
    "cut": b'{"version": 1, "tokens": [',
    "no object": b"[]",
    "no list": b'{"version": 1, "tokens": {}}',
    "another version": b'{"version": 2, "tokens": []}',
    "entries no objects": b'{"version": 1, "tokens": ["clv_x"]}',
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "huge": b" " * (MOST_BYTES + 1),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_file_is_a_sentence_in_every_language(file: TokenFile, case: str) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(DAMAGE[case])
    with pytest.raises(UserError) as refused:
        file.read()
    assert refused.value.key == "auth.tokens_damaged"
    said = {texts.sentence(refused.value, language) for language in texts.LANGUAGES}
    assert len(said) == len(texts.LANGUAGES)
    assert all(str(file.path) in sentence and "auth." not in sentence for sentence in said)


def test_a_damaged_file_is_not_written_over(file: TokenFile) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(b"{")
    with pytest.raises(UserError):
        file.create("Anna")
    assert file.path.read_bytes() == b"{"


def test_a_directory_in_its_place_is_a_sentence(file: TokenFile) -> None:
    file.path.mkdir(parents=True)
    assert refusal(file) == "auth.tokens_unreadable"


def test_what_is_said_of_damage_never_quotes_the_file(file: TokenFile) -> None:
    with pytest.raises(UserError) as refused:
        parse(b'{"version": 1, "tokens": ["clv_secret"]}', file.path)
    assert "clv_secret" not in texts.sentence(refused.value)


def test_processes_that_create_at_once_lose_no_token(file: TokenFile) -> None:
    code = (
        "import sys; from pathlib import Path; from clv_xl.hosts.server.auth.tokens import TokenFile\n"
        "for i in range(10): print(TokenFile(Path(sys.argv[1])).create(f'{sys.argv[2]}-{i}')[0])"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(file.path), str(n)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        for n in range(5)
    ]
    printed = [line for process in started for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in started] == [0] * 5
    assert len(printed) == 50
    assert {token.hash for token in file.read()} == {hash_of(secret) for secret in printed}
    assert {p.name for p in file.path.parent.iterdir()} == {"tokens.json", ".tokens.json.lock"}


def test_threads_that_revoke_and_create_at_once_agree(file: TokenFile) -> None:
    made = [file.create(f"old-{i}")[1] for i in range(10)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda token: (file.revoke(token.id), file.create(f"new-{token.id}")), made))
    assert {token.name for token in file.read()} == {f"new-{token.id}" for token in made}


def test_a_lock_that_somebody_holds_is_waited_for_and_then_told(
    file: TokenFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.create("Anna")
    with filelock.locked(file.path.with_name(".tokens.json.lock")):
        monkeypatch.setattr(tokens, "locked", lambda path: filelock.locked(path, seconds=0.1))
        with pytest.raises(UserError) as refused:
            file.create("Bo")
    assert refused.value.key == "auth.tokens_locked"
    file.create("Bo")
    assert [token.name for token in file.read()] == ["Anna", "Bo"]


def test_the_lock_of_a_process_that_died_is_free(file: TokenFile) -> None:
    file.create("Anna")
    code = (
        "import os, sys; from pathlib import Path; from clv_xl.hosts.server.auth.filelock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    path = file.path.with_name(".tokens.json.lock")
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(TimeoutError), filelock.locked(path, seconds=0.1):
            pass
        process.kill()
    with filelock.locked(path, seconds=5):
        pass
