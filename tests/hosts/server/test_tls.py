"""TLS: the local authority of ``--dev``, how long things last, and who may sign what."""

import datetime as dt
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
import trustme
from cryptography import x509

from clv_xl import texts
from clv_xl.errors import UserError
from clv_xl.hosts.server.places import config_directory
from clv_xl.hosts.server.tls import AUTHORITY_NAME, DevTls, check_pair, dev_tls, trust_steps

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes are a matter of POSIX")


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> None:
    """Let a client meet a server over TLS."""
    left, right = socket.socketpair()

    def serve() -> None:
        with left, suppress(OSError):  # the client may refuse
            server.wrap_socket(left, server_side=True).close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with right, client.wrap_socket(right, server_hostname=name):
            pass
    finally:
        right.close()
        thread.join()


def contexts(files: DevTls) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certfile, files.keyfile)
    client = ssl.create_default_context(cafile=str(files.authority))
    client.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    return server, client


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_a_client_that_trusts_the_authority_accepts_this_machine(tmp_path: Path, name: str) -> None:
    shake_hands(*contexts(dev_tls(tmp_path / "authority")), name)


def test_a_client_refuses_another_name_and_an_authority_it_does_not_trust(tmp_path: Path) -> None:
    server, client = contexts(dev_tls(tmp_path / "one"))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(server, client, "clv.example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(server, contexts(dev_tls(tmp_path / "other"))[1], "localhost")


def test_whoever_steals_the_authority_can_pretend_to_be_this_machine_only(tmp_path: Path) -> None:
    files = dev_tls(tmp_path / "authority")
    stolen = trustme.CA.from_pem(
        files.authority.read_bytes(), files.authority.with_name("ca-key.pem").read_bytes()
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    stolen.issue_cert("login.example.com").configure_cert(server)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands(server, contexts(files)[1], "login.example.com")


def test_the_certificate_names_this_machine_and_lasts_less_than_browsers_allow(tmp_path: Path) -> None:
    files = dev_tls(tmp_path / "authority", NOW)
    leaf = certificate(files.certfile)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [IPv4Address("127.0.0.1"), IPv6Address("::1")]
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= dt.timedelta(days=397)  # Apple, 102028
    assert leaf.not_valid_before_utc <= NOW


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    first = dev_tls(tmp_path / "authority", NOW)
    before = {path.name: path.read_bytes() for path in first.authority.parent.iterdir()}
    second = dev_tls(tmp_path / "authority", NOW + dt.timedelta(days=300))
    assert (first.made, second.made) == (True, False)
    assert {path.name: path.read_bytes() for path in first.authority.parent.iterdir()} == before


def test_a_certificate_near_its_end_is_renewed_by_the_same_authority(tmp_path: Path) -> None:
    first = dev_tls(tmp_path / "authority", NOW)
    authority, leaf = first.authority.read_bytes(), certificate(first.certfile)
    second = dev_tls(tmp_path / "authority", leaf.not_valid_after_utc - dt.timedelta(days=29))
    assert (second.made, second.authority.read_bytes()) == (False, authority)
    assert certificate(second.certfile).not_valid_after_utc > leaf.not_valid_after_utc
    certificate(second.certfile).verify_directly_issued_by(certificate(second.authority))


def test_an_authority_near_its_end_is_made_anew(tmp_path: Path) -> None:
    first = dev_tls(tmp_path / "authority", NOW)
    end = certificate(first.authority).not_valid_after_utc
    second = dev_tls(tmp_path / "authority", end - dt.timedelta(days=29))
    assert second.made
    certificate(second.certfile).verify_directly_issued_by(certificate(second.authority))


def test_a_lost_key_is_mended(tmp_path: Path) -> None:
    files = dev_tls(tmp_path / "authority")
    files.keyfile.write_text("not a key", "utf-8")
    again = dev_tls(tmp_path / "authority")
    assert not again.made
    check_pair(again.certfile, again.keyfile)


def test_what_is_no_authority_is_told(tmp_path: Path) -> None:
    files = dev_tls(tmp_path / "authority")
    files.authority.write_text("not a certificate", "utf-8")
    with pytest.raises(UserError) as caught:
        dev_tls(tmp_path / "authority")
    assert caught.value.key == "serve.broken_authority"
    assert str(tmp_path / "authority") in texts.sentence(caught.value)


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(UserError) as caught:
        dev_tls(tmp_path / "file" / "authority")
    assert "CLV_XL_CONFIG" in texts.sentence(caught.value)


@POSIX
def test_only_the_user_can_read_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLV_XL_CONFIG", str(tmp_path / "config"))
    before = os.umask(0)
    try:
        files = dev_tls()
    finally:
        os.umask(before)
    assert files.authority.parent.parent == config_directory()
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "config").rglob("*")}
    assert modes["authority"] == 0o700
    assert stat.S_IMODE((tmp_path / "config").stat().st_mode) == 0o700
    assert modes["ca-key.pem"] == modes["localhost-key.pem"] == 0o600


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    one, other = dev_tls(tmp_path / "one"), dev_tls(tmp_path / "other")
    check_pair(one.certfile, one.keyfile)
    for certfile, keyfile in (
        (one.certfile, other.keyfile),
        (one.keyfile, one.certfile),
        (tmp_path / "none", one.keyfile),
    ):
        with pytest.raises(UserError) as caught:
            check_pair(certfile, keyfile)
        assert str(certfile) in texts.sentence(caught.value)


def test_a_key_with_a_password_is_refused_and_not_asked_for(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    files = dev_tls(tmp_path / "authority")
    key = serialization.load_pem_private_key(files.keyfile.read_bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    files.keyfile.write_bytes(locked)
    with pytest.raises(UserError) as caught:
        check_pair(files.certfile, files.keyfile)
    assert "without a password" in texts.sentence(caught.value)


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize(
    ("platform", "adds", "removes"),
    [
        ("win32", "certutil -user -addstore Root", "certutil -user -delstore Root"),
        ("darwin", "security add-trusted-cert", "security delete-certificate"),
        ("linux", "update-ca-certificates", "update-ca-certificates --fresh"),
        ("freebsd14", "update-ca-certificates", "update-ca-certificates --fresh"),
    ],
)
def test_each_platform_is_told_how_to_trust_and_to_forget(
    platform: str, adds: str, removes: str, language: str
) -> None:
    (trust, trusting), (forget, forgetting) = trust_steps(Path("ca file.pem"), platform)
    assert adds in " ".join(trusting)
    assert '"ca file.pem"' in " ".join(trusting)
    assert removes in " ".join(forgetting)
    assert texts.find(trust.key, language)
    assert texts.find(forget.key, language)


@pytest.mark.skipif(shutil.which("certutil") is None, reason="certutil of NSS is not installed")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Windows has another certutil")
def test_the_lines_for_chromium_work_as_they_are_printed(tmp_path: Path) -> None:
    files = dev_tls(tmp_path / "authority")
    (_, trusting), (_, forgetting) = trust_steps(files.authority, "linux")

    def typed(line: str) -> str:
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            env={**os.environ, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    typed(trusting[0])
    typed(trusting[1])
    listed = 'certutil -d "sql:$HOME/.pki/nssdb" -L'
    assert AUTHORITY_NAME in typed(listed)
    typed(forgetting[0])
    assert AUTHORITY_NAME not in typed(listed)
