"""Settings: where they come from, what wins, and what is said of a mistake."""

import os
import sys
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.hosts.server.auth.tokens import TokenFile
from clv_xl.hosts.server.setting_kinds import is_loopback
from clv_xl.hosts.server.settings import (
    CONFIG,
    DEFAULTS,
    KINDS,
    PREFIX,
    Settings,
    environment,
    load,
    load_with_origins,
    warnings,
)
from clv_xl.hosts.server.settings_table import settings_table

EVERYWHERE = "0.0.0.0"  # noqa: S104  said, never bound to
GUID = "f3a7c0e2-1b5d-4e6f-8a90-123456789abc"
ENTRA = {"auth": "entra", "entra_client_id": GUID, "entra_tenants": GUID}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "server.toml"
    path.write_text(text, "utf-8")
    return path


def refusal(
    config: Path | None = None,
    environ: dict[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
    language: str = "en",
) -> str:
    with pytest.raises(UserError) as caught:
        load(config, environ or {}, overrides or {})
    return texts.sentence(caught.value, language)


def test_nothing_given_is_the_defaults() -> None:
    assert load(None, {}, {}) == Settings() == DEFAULTS


def test_the_flag_goes_before_the_environment_before_the_file_before_the_default(tmp_path: Path) -> None:
    config = written(tmp_path, "[server]\nport = 1001\nworkers = 2\nmax_calls = 3\n")
    environ = {"CLV_XL_SERVE_PORT": "1002", "CLV_XL_SERVE_WORKERS": "4", "PATH": "x"}
    loaded = load_with_origins(config, environ, {"port": "1003", "host": None})
    found = loaded.settings
    assert (found.port, found.workers, found.max_calls, found.host) == (1003, 4, 3, "127.0.0.1")
    assert {name: loaded.origins[name].kind for name in ("port", "workers", "max_calls", "host")} == {
        "port": "flag",
        "workers": "environment",
        "max_calls": "file",
        "host": "default",
    }


@pytest.mark.parametrize("text", ["port = 1001\n", "[server]\nport = 1001\n"])
def test_a_file_may_have_a_table_or_none(tmp_path: Path, text: str) -> None:
    assert load(written(tmp_path, text), {}, {}).port == 1001


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    config = written(tmp_path, "port = 1001\n")
    assert load(None, {CONFIG: str(config)}, {}).port == 1001


def test_an_empty_variable_sets_nothing() -> None:
    assert load(None, {"CLV_XL_SERVE_PORT": "", "CLV_XL_SERVE_CERTFILE": " "}, {}) == DEFAULTS


def test_every_setting_reaches_a_worker_through_the_environment(tmp_path: Path) -> None:
    """What a parent hands over is what a worker reads, whatever the surroundings say."""
    pem = tmp_path / "a, b.pem"
    pem.write_text("", "utf-8")
    changed: dict[str, Any] = {
        "host": "::1",
        "port": 443,
        "workers": 3,
        "certfile": pem,
        "keyfile": pem,
        "address": "https://clv.example.com/x",
        "namespace": False,
        "addin_id": GUID,
        "auth": "entra",
        "templates": tmp_path,
        "token_file": pem,
        "entra_tenants": (GUID, "0" * 8 + GUID[8:]),
        "entra_client_id": GUID,
        "entra_audience": "api://x",
        "entra_scope": "y",
        "entra_authority": "https://login.microsoftonline.us",
        "store_directory": tmp_path,
        "store_days": 0.1,
        "time_limit_s": 1.25,
        "shutdown_s": 0.0,
        "log_level": "debug",
        "log_format": "json",
        "metrics": "off",
        "forwarded_allow_ips": "10.0.0.0/8,*",
    }
    changed |= {
        name: default + 1
        for name in KINDS
        if name not in changed and isinstance(default := getattr(DEFAULTS, name), int)
    }
    settings = Settings(**changed)
    assert all(getattr(settings, name) != getattr(DEFAULTS, name) for name in KINDS)
    noise = {PREFIX + "PORT": "1", PREFIX + "WORKERS": "2", CONFIG: "/no/such/file"}
    assert load(None, {**noise, **environment(settings)}, {}) == settings
    assert load(None, {**noise, **environment(DEFAULTS)}, {}) == DEFAULTS


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "0", 0),
        ("store_days", "0.5", 0.5),
        ("namespace", "No", False),
        ("namespace", "1", True),
        ("log_level", "DEBUG", "debug"),
        ("address", "https://clv.example.com/clv/", "https://clv.example.com/clv"),
        ("addin_id", f"{{{GUID.upper()}}}", GUID),
        ("host", "[::1]", "::1"),
        ("forwarded_allow_ips", "10.0.0.1, 10.1.0.0/16", "10.0.0.1,10.1.0.0/16"),
        ("entra_authority", "http://localhost:5000", "http://localhost:5000"),
    ],
)
def test_texts_are_read(name: str, text: str, value: object) -> None:
    assert getattr(load(None, {PREFIX + name.upper(): text}, {"auth": "token"}), name) == value


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("port", "65536", "a whole number from 0 to 65535"),  # RFC 9293: a port has 16 bits
        ("port", "-1", "a whole number from 0 to 65535"),
        ("port", "http", "a whole number from 0 to 65535"),
        ("workers", "0", "a whole number from 1 to 256"),
        ("workers", "1.5", "a whole number from 1 to 256"),
        ("store_days", "nan", "a number from 0.01 to 36500"),
        ("store_days", "inf", "a number from 0.01 to 36500"),
        ("namespace", "maybe", "true or false"),
        ("auth", "password", "one of none, token, entra"),
        ("host", "http://localhost", "a machine name or an IP address"),
        ("host", "localhost:80", "a machine name or an IP address"),
        ("address", "clv.example.com", "an address that begins with https:// or http://"),
        ("address", "ftp://clv.example.com", "an address that begins with https:// or http://"),
        ("address", "https://clv.example.com/?a=1", "an address that begins with https:// or http://"),
        ("address", "https://me@clv.example.com", "an address that begins with https:// or http://"),
        ("address", 'https://clv.example.com/"><x', "an address that begins with https:// or http://"),
        ("address", "https://clv.example.com:99999", "an address that begins with https:// or http://"),
        ("addin_id", "clv", "a GUID"),
        ("entra_tenants", "contoso", "tenant ids (GUIDs)"),
        ("entra_authority", "http://login.example.com", "an address that begins with https://"),
        ("forwarded_allow_ips", "proxy", "IP addresses or networks"),
        ("entra_scope", "a\nb", "a text of one line"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(name: str, text: str, expected: str) -> None:
    variable = PREFIX + name.upper()
    said = refusal(None, {variable: text})
    assert f"The setting {name} (environment variable {variable})" in said
    assert expected in said


@pytest.mark.parametrize(
    "line",
    ['port = "8765"', "port = true", "port = 8765.0", 'namespace = "true"', "host = 1", "auth = []"],
)
def test_a_file_keeps_to_the_types_of_toml(tmp_path: Path, line: str) -> None:
    name = line.partition(" ")[0]
    config = written(tmp_path, line + "\n")
    assert f"The setting {name} (file {config})" in refusal(config)


def test_a_path_in_a_file_starts_where_the_file_is(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("", "utf-8")
    config = written(tmp_path, 'certfile = "cert.pem"\nkeyfile = "cert.pem"\n')
    assert load(config, {}, {}).certfile == tmp_path / "cert.pem"


def test_a_list_of_a_file_and_a_text_with_commas_are_one(tmp_path: Path) -> None:
    lines = f'auth = "entra"\nentra_client_id = "{GUID}"\nentra_tenants = '
    as_list = load(written(tmp_path, f'{lines}["{GUID}", "{GUID}"]\n'), {}, {})
    as_text = load(written(tmp_path, f'{lines}"{GUID}, {GUID}"\n'), {}, {})
    assert as_list.entra_tenants == as_text.entra_tenants == (GUID, GUID)


def test_a_setting_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    config = written(tmp_path, "[server]\nprot = 1\n")
    assert "no setting prot" in (said := refusal(config))
    assert f"(file {config})" in said
    assert "Did you mean port?" in said
    said = refusal(None, {"CLV_XL_SERVE_WORKER": "2"})
    assert "Did you mean CLV_XL_SERVE_WORKERS?" in said
    assert "clv-xl serve --settings" in refusal(None, {}, {"qqq": "1"})
    assert "no setting tls" in refusal(written(tmp_path, "[tls]\nport = 1\n"))


def test_files_that_are_no_settings(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.toml")
    assert "is not TOML" in refusal(written(tmp_path, "port: 1\n"))
    assert "must be a table" in refusal(written(tmp_path, "server = 1\n"))
    (tmp_path / "server.toml").write_bytes(b"\xff\xfe")
    assert "is not TOML" in refusal(tmp_path / "server.toml")


def test_a_certificate_and_its_key_go_together(tmp_path: Path) -> None:
    pem = tmp_path / "a.pem"
    pem.write_text("", "utf-8")
    assert "certfile is set (flag --certfile) without keyfile" in refusal(overrides={"certfile": pem})
    assert "keyfile is set (flag --keyfile) without certfile" in refusal(overrides={"keyfile": str(pem)})


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.pem")
    said = refusal(None, {"CLV_XL_SERVE_CERTFILE": missing, "CLV_XL_SERVE_KEYFILE": missing})
    assert f"certfile names {missing}" in said
    assert "No such file" in said


def test_a_folder_of_templates_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none", "No such file"), (Path(__file__), "Not a directory")):
        said = refusal(overrides={"templates": path})
        assert f"templates names {path}" in said
        assert reason in said
    assert load(None, {}, {"templates": tmp_path}).templates == tmp_path


def test_templates_without_the_namespace_of_their_formulas_are_told(tmp_path: Path) -> None:
    settings = Settings(templates=tmp_path)
    assert list(warnings(settings)) == []
    assert [warning.key for warning in warnings(replace(settings, namespace=False))] == [
        "serve.warn_templates"
    ]


def test_a_store_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    directory = tmp_path / "file" / "store"
    assert f"store_directory names {directory}" in refusal(overrides={"store_directory": directory})
    assert load(None, {}, {"store_directory": tmp_path / "new" / "store"}).store_directory is not None


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.1.5", "clv.example.com"])
def test_nobody_is_let_in_without_a_name_from_elsewhere(host: str) -> None:
    said = refusal(overrides={"host": host})
    assert f'host is "{host}" (flag --host)' in said
    assert "Set auth to token or entra" in said
    assert load(None, {}, {"host": host, "auth": "token"}).host == host


def test_a_public_address_needs_names_of_callers_too() -> None:
    """Behind a proxy the host is this machine, and everybody reaches it."""
    said = refusal(None, {"CLV_XL_SERVE_ADDRESS": "https://clv.example.com"})
    assert "address is" in said
    assert "CLV_XL_SERVE_ADDRESS" in said
    assert load(None, {}, {"address": "https://localhost:8765"}).auth == "none"
    assert load(None, {}, {"address": "https://clv.example.com", "auth": "token"}).auth == "token"


@pytest.mark.parametrize("missing", ["entra_client_id", "entra_tenants"])
def test_entra_needs_its_ids(missing: str) -> None:
    assert load(None, {}, ENTRA).auth == "entra"
    without = {name: value for name, value in ENTRA.items() if name != missing}
    assert f"auth is entra (flag --auth), but {missing} is missing" in refusal(overrides=without)


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (Settings(), "http://127.0.0.1:8765"),
        (Settings(host="localhost", port=80), "http://localhost"),
        (Settings(host="::1"), "http://[::1]:8765"),
        (Settings(host="127.0.0.1", certfile=Path("x"), keyfile=Path("x")), "https://localhost:8765"),
        (
            Settings(host="clv.example.com", port=443, certfile=Path("x"), keyfile=Path("x")),
            "https://clv.example.com",
        ),
        (Settings(address="https://clv.example.com/clv/"), "https://clv.example.com/clv"),
    ],
)
def test_the_public_address(settings: Settings, address: str) -> None:
    assert settings.public_address == address


def test_a_server_on_all_addresses_names_the_machine() -> None:
    address = Settings(host=EVERYWHERE).public_address
    assert EVERYWHERE not in address
    assert address.endswith(":8765")


def test_what_is_seldom_meant_is_noted(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "tokens.json")
    file.create("Anna")

    def noted(**changes: Any) -> list[str]:
        return [
            text.key for text in warnings(replace(DEFAULTS, auth="token", token_file=file.path, **changes))
        ]

    assert noted() == []
    assert noted(address="https://clv.example.com", host=EVERYWHERE) == []
    assert noted(host=EVERYWHERE) == ["serve.warn_address"]
    assert noted(host=EVERYWHERE, address="http://clv.example.com") == ["serve.warn_http"]
    assert noted(forwarded_allow_ips="*") == ["serve.warn_proxies"]


def test_a_server_that_nobody_can_use_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLV_XL_CONFIG", str(tmp_path / "config"))
    path = tmp_path / "tokens.json"

    def noted(**changes: Any) -> list[str]:
        return [
            texts.word(text, "en") for text in warnings(replace(DEFAULTS, **{"auth": "token", **changes}))
        ]

    assert noted(auth="none") == []
    (said,) = noted(token_file=path)
    assert said.endswith(f'clv-xl token create NAME --file "{path}"')
    _, token = TokenFile(path).create("Anna", days=1)
    assert noted(token_file=path) == []
    ended = path.read_text("utf-8").replace(token.expires or "?", "2020-02-29T00:00:00Z")
    path.write_text(ended, "utf-8")
    assert noted(token_file=path) == [said]
    path.write_text("{", "utf-8")
    (damaged,) = noted(token_file=path)
    assert "is damaged" in damaged
    assert noted()[0].endswith(f'NAME --file "{tmp_path / "config" / "tokens.json"}"')
    monkeypatch.delenv("CLV_XL_CONFIG")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert noted()[0].endswith("clv-xl token create NAME")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_setting_is_explained_in_every_language(language: str) -> None:
    rows = settings_table(language)
    assert [row.name for row in rows] == [field.name for field in fields(Settings)]
    for row in rows:
        assert texts.table("serve")[f"setting.{row.name}"][language] == row.meaning
        assert not row.expected.startswith("serve.")
        assert row.variable == PREFIX + row.name.upper()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_refusals_are_worded_in_every_language(language: str) -> None:
    said = refusal(None, {"CLV_XL_SERVE_PORT": "99999"}, language=language)
    assert all(piece in said for piece in ("port", "CLV_XL_SERVE_PORT", "99999", "65535"))


def test_names_of_this_machine() -> None:
    assert [is_loopback(host) for host in ("LOCALHOST", "127.1.2.3", "::1", "[::1]")] == [True] * 4
    assert [is_loopback(host) for host in (EVERYWHERE, "::", "localhost.example.com", "")] == [False] * 4


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "no directory that the server can write" in refusal(overrides={"store_directory": tmp_path})
