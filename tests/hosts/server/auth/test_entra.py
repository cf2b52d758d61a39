"""Entra ID: what a token must say, each refusal with its own sentence and nothing of the token."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import time
from typing import Any

import jwt
import pytest

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.hosts.server.auth import authenticator_of
from clv_xl.hosts.server.auth.bearer import LONGEST
from clv_xl.hosts.server.auth.entra import Entra
from clv_xl.hosts.server.auth.principal import AuthError, Principal
from clv_xl.hosts.server.settings import Settings
from tests.hosts.server.auth.microsoft import (
    CLIENT,
    OTHER_TENANT,
    SCOPE,
    STRANGER,
    TENANT,
    USER,
    Key,
    Microsoft,
)

HOST = "clv.example.com"


def settings_of(microsoft: Microsoft, **changes: Any) -> Settings:
    values = {
        "auth": "entra",
        "address": f"https://{HOST}",
        "entra_tenants": (TENANT, OTHER_TENANT),
        "entra_client_id": CLIENT,
        "entra_authority": microsoft.authority,
    }
    return Settings(**{**values, **changes})


def caller(microsoft: Microsoft, token: str) -> Principal:
    headers = {"authorization": f"Bearer {token}"}
    return asyncio.run(authenticator_of(settings_of(microsoft)).identify(headers))


def refusal(microsoft: Microsoft, token: str) -> AuthError:
    with pytest.raises(AuthError) as refused:
        caller(microsoft, token)
    return refused.value


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_a_token_names_tenant_and_user(microsoft: Microsoft, key: Key) -> None:
    assert caller(microsoft, microsoft.token(key)) == Principal(TENANT, USER)
    assert microsoft.paths == [f"/{TENANT}/discovery/v2.0/keys"]


def test_a_token_of_version_1_names_them_too(microsoft: Microsoft, key: Key) -> None:
    """Microsoft's reference of claims: issuer sts.windows.net, audience the URI of the application."""
    old = microsoft.token(
        key, iss=f"https://sts.windows.net/{TENANT}/", aud=f"api://{HOST}/{CLIENT}", ver="1.0"
    )
    assert caller(microsoft, old) == Principal(TENANT, USER)


@pytest.mark.parametrize("audience", [CLIENT, f"api://{CLIENT}", f"api://{HOST}/{CLIENT}"])
def test_the_audience_is_the_application(microsoft: Microsoft, key: Key, audience: str) -> None:
    assert caller(microsoft, microsoft.token(key, aud=audience)) == Principal(TENANT, USER)


def test_two_tenants_are_two_principals(microsoft: Microsoft, key: Key) -> None:
    other = microsoft.token(key, tid=OTHER_TENANT, iss=f"{microsoft.authority}/{OTHER_TENANT}/v2.0")
    assert caller(microsoft, other) == Principal(OTHER_TENANT, USER)
    assert microsoft.paths == [f"/{OTHER_TENANT}/discovery/v2.0/keys"]


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "expired": ({"exp": -61}, 401, "auth.entra_expired"),
    "not yet valid": ({"nbf": 120}, 401, "auth.entra_not_yet"),
    "made in the future": ({"iat": 120}, 401, "auth.entra_not_yet"),
    "another audience": ({"aud": "00000003-0000-0000-c000-000000000000"}, 401, "auth.entra_audience"),
    "audience that begins alike": ({"aud": f"api://{HOST}/{CLIENT}x"}, 401, "auth.entra_audience"),
    "issuer of another tenant": (
        {"iss": f"https://sts.windows.net/{OTHER_TENANT}/"},
        401,
        "auth.entra_issuer",
    ),
    "issuer elsewhere": ({"iss": f"https://evil.example/{TENANT}/v2.0"}, 401, "auth.entra_issuer"),
    "part of the issuer": ({"iss": "https://sts.windows.net"}, 401, "auth.entra_issuer"),
    "issuer a list": ({"iss": [f"https://sts.windows.net/{TENANT}/"]}, 401, "auth.entra_issuer"),
    "another tenant": ({"tid": STRANGER}, 403, "auth.entra_tenant"),
    "no tenant": ({"tid": None}, 403, "auth.entra_tenant"),
    "another of our tenants": ({"tid": OTHER_TENANT}, 401, "auth.entra_issuer"),
    "no user": ({"oid": None}, 401, "auth.entra_claims"),
    "user a path": ({"oid": "../../etc/passwd"}, 401, "auth.entra_claims"),
    "no end": ({"exp": None}, 401, "auth.entra_claims"),
    "no scope": ({"scp": None}, 403, "auth.entra_scope"),
    "another scope": ({"scp": "User.Read access_as_user_admin"}, 403, "auth.entra_scope"),
    "scope a list": ({"scp": [SCOPE]}, 403, "auth.entra_scope"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_token_is_refused(microsoft: Microsoft, key: Key, case: str) -> None:
    changes, status, sentence = REFUSED[case]
    times = {name: int(time.time()) + value for name, value in changes.items() if isinstance(value, int)}
    error = refusal(microsoft, microsoft.token(key, **{**changes, **times}))
    assert (error.status, error.key) == (status, sentence)


def test_the_clocks_may_differ_by_a_minute(microsoft: Microsoft, key: Key) -> None:
    now = int(time.time())
    token = microsoft.token(key, exp=now - 50, nbf=now + 50, iat=now + 50)
    assert caller(microsoft, token) == Principal(TENANT, USER)


def test_a_refusal_says_how_to_ask_again(microsoft: Microsoft, key: Key) -> None:
    """The error codes are those of RFC 6750, section 3.1."""
    expired = refusal(microsoft, microsoft.token(key, exp=1))
    assert expired.headers == {"WWW-Authenticate": 'Bearer realm="clv_xl", error="invalid_token"'}
    narrow = refusal(microsoft, microsoft.token(key, scp="x"))
    assert narrow.headers == {
        "WWW-Authenticate": f'Bearer realm="clv_xl", error="insufficient_scope", scope="{SCOPE}"'
    }


def test_nothing_of_a_token_is_in_its_refusal(
    microsoft: Microsoft, key: Key, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = ("api://secret-audience", "https://secret-issuer/", "secret-kid", "secret-scope", STRANGER)
    tokens = [
        microsoft.token(key, aud=words[0]),
        microsoft.token(key, iss=words[1]),
        microsoft.token(key, header={"kid": words[2]}),
        microsoft.token(key, scp=words[3]),
        microsoft.token(key, tid=words[4]),
    ]
    for token in tokens:
        error = refusal(microsoft, token)
        said = [str(error), *error.headers.values(), caplog.text]
        said += [texts.sentence(error, language) for language in texts.LANGUAGES]
        assert not any(word in text for text in said for word in (*words, token, token.split(".")[1]))


def test_an_unsigned_token_is_refused(microsoft: Microsoft) -> None:
    for alg in ("none", "None", "nOnE"):
        token = f"{part({'alg': alg, 'kid': 'first'})}.{part(microsoft.claims())}."
        assert refusal(microsoft, token).key == "auth.entra_algorithm"
    assert microsoft.paths == []


def test_the_public_key_is_no_secret_of_hs256(microsoft: Microsoft, key: Key) -> None:
    """The classic confusion: HMAC with the public key, which everybody has, as its secret."""
    signed = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(microsoft.claims())}"
    mac = hmac.new(key.pem, signed.encode(), hashlib.sha256).digest()
    token = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert refusal(microsoft, token).key == "auth.entra_algorithm"


def test_hs256_that_calls_itself_rs256_is_refused(microsoft: Microsoft, key: Key) -> None:
    signed = f"{part({'alg': 'RS256', 'kid': 'first'})}.{part(microsoft.claims())}"
    mac = hmac.new(key.pem, signed.encode(), hashlib.sha256).digest()
    token = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert refusal(microsoft, token).key == "auth.entra_signature"


def test_another_rsa_algorithm_is_refused(microsoft: Microsoft, key: Key) -> None:
    for alg in ("RS512", "PS256"):
        token = jwt.encode(microsoft.claims(), key.private, alg, {"kid": key.kid})
        assert refusal(microsoft, token).key == "auth.entra_algorithm"


def test_a_key_that_the_token_brings_is_not_used(microsoft: Microsoft, new_key: Key) -> None:
    """Headers jwk, jku and x5c name a key of the sender's choice (RFC 7515, section 10)."""
    header = {"kid": "first", "jwk": new_key.entry(), "jku": f"{microsoft.authority}/mine"}
    assert refusal(microsoft, microsoft.token(new_key, header=header)).key == "auth.entra_signature"
    assert microsoft.paths == [f"/{TENANT}/discovery/v2.0/keys"]


def test_a_changed_token_is_refused(microsoft: Microsoft, key: Key) -> None:
    header, _, signature = microsoft.token(key).split(".")
    changed = part({**microsoft.claims(), "oid": CLIENT})
    assert refusal(microsoft, f"{header}.{changed}.{signature}").key == "auth.entra_signature"


GARBAGE = {
    "a word": "abc",
    "dots": "...",
    "five parts": "a.b.c.d.e",
    "no base64": "é.é.é",
    "no JSON": "YWJj.YWJj.YWJj",
    "header a list": f"{part([])}.{part({})}.AAAA",
    "claims a list": f"{part({'alg': 'RS256', 'kid': 'first'})}.{part([])}.AAAA",
    "claims deep": f"{part({'alg': 'RS256', 'kid': 'first'})}."
    f"{base64.urlsafe_b64encode(b'[' * 9000).decode()}.AAAA",
    "header deep": f"{base64.urlsafe_b64encode(b'[' * 9000).decode()}.{part({})}.AAAA",
    "a null byte": "\x00.\x00.\x00",
}


@pytest.mark.parametrize("case", GARBAGE)
def test_garbage_is_refused(microsoft: Microsoft, case: str) -> None:
    error = refusal(microsoft, GARBAGE[case])
    assert (error.status, error.key) == (401, "auth.entra_unreadable")
    assert microsoft.paths == []


@pytest.mark.parametrize("kid", [None, 7, "", "k" * 257, ["first"]])
def test_a_key_id_that_cannot_be_one_is_not_looked_for(microsoft: Microsoft, kid: object) -> None:
    token = f"{part({'alg': 'RS256', 'kid': kid})}.{part(microsoft.claims())}.AAAA"
    assert refusal(microsoft, token).key in {"auth.entra_key", "auth.entra_unreadable"}
    assert microsoft.paths == []


@pytest.mark.parametrize("end", ["Infinity", "1e400", '"soon"', "[]", "-1", "99999999999999999999999"])
def test_an_end_that_is_no_time_never_breaks_the_server(microsoft: Microsoft, key: Key, end: str) -> None:
    claims = json.dumps({**microsoft.claims(), "exp": "END"}).replace('"END"', end)
    token = jwt.api_jws.encode(claims.encode(), key.private, "RS256", {"kid": key.kid})
    headers = {"authorization": f"Bearer {token}"}
    entra = authenticator_of(settings_of(microsoft))
    if end.startswith("999"):  # the end of no life, and a number all the same
        assert asyncio.run(entra.identify(headers)) == Principal(TENANT, USER)
    else:
        with pytest.raises(AuthError) as refused:
            asyncio.run(entra.identify(headers))
        assert refused.value.status == 401


def test_a_huge_token_is_not_read(microsoft: Microsoft, key: Key) -> None:
    error = refusal(microsoft, microsoft.token(key, groups=["g" * 36] * 1000))
    assert (error.key, error.params) == ("auth.too_long", {"most": LONGEST})
    assert microsoft.paths == []


def test_a_token_of_a_user_in_200_groups_is_read(microsoft: Microsoft, key: Key) -> None:
    """Microsoft puts up to 200 groups into a token (claims reference, groups overage)."""
    token = microsoft.token(key, groups=[STRANGER] * 200)
    assert caller(microsoft, token) == Principal(TENANT, USER)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"entra_client_id": None}, "auth.entra_client"),
        ({"entra_client_id": "clv"}, "auth.entra_client"),
        ({"entra_tenants": ()}, "auth.entra_no_tenants"),
        ({"entra_tenants": (TENANT, "common")}, "auth.entra_bad_tenant"),
        ({"entra_tenants": ("contoso.com",)}, "auth.entra_bad_tenant"),
        ({"entra_authority": "http://login.example.com"}, "auth.entra_authority"),
        ({"entra_authority": "login.microsoftonline.com"}, "auth.entra_authority"),
        ({"entra_authority": "file:///etc"}, "auth.entra_authority"),
    ],
)
def test_settings_that_let_nobody_in_are_told_at_the_start(
    microsoft: Microsoft, changes: dict[str, Any], expected: str
) -> None:
    with pytest.raises(UserError) as wrong:
        authenticator_of(settings_of(microsoft, **changes))
    assert wrong.value.key == expected


def test_ids_in_capitals_and_a_slash_after_the_authority_are_understood(
    microsoft: Microsoft, key: Key
) -> None:
    settings = settings_of(
        microsoft,
        entra_tenants=(TENANT.upper(),),
        entra_client_id=CLIENT.upper(),
        entra_authority=f"{microsoft.authority}/",
    )
    headers = {"authorization": f"bearer {microsoft.token(key)}"}
    assert asyncio.run(authenticator_of(settings).identify(headers)) == Principal(TENANT, USER)


def test_an_audience_of_ones_own_stands_for_the_usual_uris(microsoft: Microsoft, key: Key) -> None:
    """The id of the application stays: tokens of version 2.0 name it, whatever URI was asked for."""
    own = "https://clv.example.com/api"
    entra = Entra.of(settings_of(microsoft, entra_audience=own))

    def answer(audience: str) -> str:
        headers = {"authorization": f"Bearer {microsoft.token(key, aud=audience)}"}
        try:
            return str(asyncio.run(entra.identify(headers)))
        except AuthError as error:
            return error.key

    assert [answer(audience) for audience in (own, CLIENT, f"api://{CLIENT}")] == [
        f"{TENANT}/{USER}",
        f"{TENANT}/{USER}",
        "auth.entra_audience",
    ]
