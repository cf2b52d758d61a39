"""Without authentication: this machine and nothing else."""

import ast
import asyncio
import pickle
from pathlib import Path

import pytest

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.hosts.server import auth
from clv_xl.hosts.server.auth import authenticator_of
from clv_xl.hosts.server.auth.principal import AuthError, Principal
from clv_xl.hosts.server.settings import Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_this_machine_is_served(host: str) -> None:
    nobody = authenticator_of(Settings(host=host))
    assert asyncio.run(nobody.identify({})) == Principal("local", "local")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "localhost.evil.com", ""])  # noqa: S104  refused
def test_a_host_that_others_reach_is_refused(host: str) -> None:
    with pytest.raises(UserError) as refused:
        authenticator_of(Settings(host=host))
    assert refused.value.key == "auth.none_not_loopback"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "localhost", "[::1]:8765", "clv.localhost:1"]
)
def test_the_names_of_this_machine_are_answered(host: str) -> None:
    nobody = authenticator_of(Settings())
    assert asyncio.run(nobody.identify({"host": host})) == Principal("local", "local")


@pytest.mark.parametrize(
    "host", ["evil.example:8765", "127.0.0.1.evil.example", "192.168.1.5", "", "[", "a@b", "0.0.0.0:8765"]
)
def test_a_name_that_was_pointed_here_is_refused(host: str) -> None:
    """DNS rebinding: the page of evil.example asks evil.example, which is 127.0.0.1 now."""
    nobody = authenticator_of(Settings())
    with pytest.raises(AuthError) as refused:
        asyncio.run(nobody.identify({"Host": host}))
    assert (refused.value.status, refused.value.key) == (403, "auth.host")


def test_another_kind_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        authenticator_of(Settings(auth="password"))
    assert refused.value.key == "auth.unknown_kind"


def test_a_refusal_travels_between_processes() -> None:
    error = AuthError(401, "auth.too_long", {"WWW-Authenticate": "Bearer"}, most=3)
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  made here
    assert (back, back.status, back.headers, back.params) == (error, 401, error.headers, {"most": 3})


def test_every_refusal_has_a_sentence_in_every_language() -> None:
    """AuthError, refused, not_allowed and unavailable take a key; all keys of the room are texts."""
    keys = {
        node.value
        for path in Path(auth.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("auth.")
    }
    assert len(keys) > 30
    assert sorted(key for key in keys if key not in texts.table("auth")) == []
    used_elsewhere = {"auth.no_home", "auth.bad_days"}
    unused = {key for key in texts.table("auth") if key.startswith("auth.")} - keys - used_elsewhere
    assert sorted(unused) == []
