"""``clv-xl token``: a token is shown once, listed without its secret, and revoked by its id."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from clv_xl import texts
from clv_xl.cli import main
from clv_xl.hosts.server.auth.tokens import TokenFile, hash_of
from tests.cli.program import clv_xl

SECRET = re.compile(r"clv_[A-Za-z0-9_-]{43}")


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CLV_XL_SERVE_TOKEN_FILE", raising=False)
    directory = tmp_path / "config"
    monkeypatch.setenv("CLV_XL_CONFIG", str(directory))
    return directory


def said(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["token", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_token_alone_goes_to_standard_output() -> None:
    """A script takes it: TOKEN=$(clv-xl token create Anna)."""
    done = clv_xl("token", "create", "Anna")
    assert done.returncode == 0
    assert SECRET.fullmatch(done.stdout.strip())
    assert "Copy it now" in done.stderr
    assert not SECRET.search(done.stderr)
    (token,) = TokenFile().read()
    assert (token.name, token.tenant, token.expires) == ("Anna", "local", None)
    assert token.hash == hash_of(done.stdout.strip())


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_language_says_that_it_is_shown_once(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "create", "Anna", "--days", "7", "--lang", language]) == 0
    shown = capsys.readouterr()
    assert texts.word("cli.token_copy", language) in shown.err
    assert (TokenFile().read()[0].expires or "?")[:10] in shown.err
    assert SECRET.fullmatch(shown.out.strip())


def test_json_carries_what_is_known(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = said(capsys, "create", "Bo Ek", "--tenant", "acme", "--days", "30")
    (token,) = TokenFile(config / "tokens.json").read()
    assert made == {
        "id": token.id,
        "name": "Bo Ek",
        "tenant": "acme",
        "created": token.created,
        "expires": token.expires,
        "last": made["token"][-4:],
        "token": made["token"],
    }
    assert hash_of(made["token"]) == token.hash


def test_the_list_shows_no_secret_and_no_hash(capsys: pytest.CaptureFixture[str]) -> None:
    made = [said(capsys, "create", name) for name in ("Anna", "Bo")]
    assert said(capsys, "list") == [{k: v for k, v in one.items() if k != "token"} for one in made]
    assert main(["token", "list"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 3
    for one in made:
        assert one["id"] in out
        assert f"...{one['last']}" in out
        assert one["token"] not in out
        assert hash_of(one["token"]) not in out


def test_the_list_tells_what_has_ended(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "create", "Anna", "--days", "1")
    path = config / "tokens.json"
    content = json.loads(path.read_text("utf-8"))
    content["tokens"][0]["expires"] = "2020-02-29T00:00:00Z"
    path.write_text(json.dumps(content), "utf-8")
    assert main(["token", "list"]) == 0
    assert "2020-02-29 (ended)" in capsys.readouterr().out


def test_an_empty_list_says_where_it_looked(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "list"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, str(config / "tokens.json") in shown.err) == ("", True)
    assert said(capsys, "list") == []
    assert not config.exists()


def test_revoke_ends_one_token(capsys: pytest.CaptureFixture[str]) -> None:
    anna, bo = (said(capsys, "create", name) for name in ("Anna", "Bo"))
    assert main(["token", "revoke", anna["id"]]) == 0
    assert anna["id"] in capsys.readouterr().out
    assert [one["id"] for one in said(capsys, "list")] == [bo["id"]]
    assert said(capsys, "revoke", bo["id"])["revoked"]["name"] == "Bo"
    assert main(["token", "revoke", bo["id"]]) == 2
    assert "clv-xl token list" in capsys.readouterr().err


def test_the_file_is_the_one_the_server_is_set_to(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    named, set_file = tmp_path / "named.json", tmp_path / "set.json"
    monkeypatch.setenv("CLV_XL_SERVE_TOKEN_FILE", str(set_file))
    said(capsys, "create", "Anna")
    said(capsys, "create", "Bo", "--file", str(named))
    assert [t.name for t in TokenFile(set_file).read()] == ["Anna"]
    assert [t.name for t in TokenFile(named).read()] == ["Bo"]
    assert not config.exists()


def test_the_settings_file_of_the_server_names_the_token_file(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flag goes before the environment before the settings file, as for the server itself."""
    settings = tmp_path / "server.toml"
    settings.write_text('[server]\ntoken_file = "of_file.json"\ncertfile = "not-for-me.pem"\n', "utf-8")
    said(capsys, "create", "Anna", "--config", str(settings))
    monkeypatch.setenv("CLV_XL_SERVE_CONFIG", str(settings))
    said(capsys, "create", "Bo")
    assert [t.name for t in TokenFile(tmp_path / "of_file.json").read()] == ["Anna", "Bo"]
    assert [one["name"] for one in said(capsys, "list")] == ["Anna", "Bo"]
    named = tmp_path / "named.json"
    said(capsys, "create", "Cy", "--config", str(settings), "--file", str(named))
    monkeypatch.setenv("CLV_XL_SERVE_TOKEN_FILE", str(tmp_path / "set.json"))
    said(capsys, "create", "Di")
    assert [t.name for t in TokenFile(named).read()] == ["Cy"]
    assert [t.name for t in TokenFile(tmp_path / "set.json").read()] == ["Di"]
    assert not config.exists()


def test_a_settings_file_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["list"], ["create", "Anna"], ["revoke", "abcdefgh"]):
        assert main(["token", *words, "--config", str(tmp_path / "none.toml")]) == 2
        assert "none.toml cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ([], "create, list or revoke"),
        (["create", "Anna", "--days", "0"], "3650"),
        (["create", "Anna", "--days", "1.5"], "3650"),
        (["create", "Anna", "--days", "²"], "3650"),
        (["create", "Anna", "--days", "9" * 5000], "3650"),
        (["create", "Anna", "--tenant", "../x"], "../x"),
        (["create", "Anna", "--tenant", ""], "small letters"),
        (["create", ""], "64"),
        (["create"], "NAME"),
        (["revoke", "nobody"], "clv-xl token list"),
        (["burn"], "burn"),
    ],
)
def test_a_mistake_is_a_sentence_and_makes_nothing(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", *words]) == 2
    shown = capsys.readouterr()
    assert (shown.out, hint in shown.err) == ("", True)
    assert len(shown.err) < 2000
    assert TokenFile().read() == ()


def test_a_damaged_file_is_told_and_kept(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.mkdir()
    (config / "tokens.json").write_bytes(b"{")
    for words in (["list"], ["create", "Anna"], ["revoke", "abcdefgh"]):
        assert main(["token", *words]) == 2
        assert str(config / "tokens.json") in capsys.readouterr().err
    assert (config / "tokens.json").read_bytes() == b"{"
