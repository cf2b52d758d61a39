"""TLS: certificates from files, and a local authority for ``--dev``.

Excel loads an add-in over https only. ``--dev`` therefore makes an authority on this machine, which
its user trusts once, and issues certificates for ``localhost`` with it. The authority is limited
(name constraints, RFC 5280 section 4.2.1.10) to this machine's own names: whoever steals its key can
pretend to be ``localhost`` and nobody else.
"""

import datetime as dt
import ssl
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clv_xl.errors import Text, UserError
from clv_xl.hosts.server.places import config_directory, make_private_directory, write_private

if TYPE_CHECKING:
    import trustme
    from cryptography import x509

NAMES: Final = ("localhost", "127.0.0.1", "::1")
AUTHORITY_NAME: Final = "clv_xl local authority"
AUTHORITY_DAYS: Final = 3650
LEAF_DAYS: Final = 397  # browsers refuse leaves of 398 days and more (Apple, support article 102028)
RENEW_DAYS: Final = 30
_PLATFORMS: Final = ("win32", "darwin", "linux")


@dataclass(frozen=True, slots=True)
class DevTls:
    """The files of ``--dev``.

    Parameters
    ----------
    authority : Path
        Certificate of the authority, to be trusted by browsers.
    certfile, keyfile : Path
        Certificate and key of the server.
    made : bool
        Whether the authority is new: nobody trusts it yet.
    """

    authority: Path
    certfile: Path
    keyfile: Path
    made: bool


def check_pair(certfile: Path, keyfile: Path) -> None:
    """Raise a sentence if a certificate and a key are no pair that a server can use."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certfile, keyfile, password=_no_password)
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        raise UserError(
            "serve.bad_pair", certfile=str(certfile), keyfile=str(keyfile), reason=str(reason)
        ) from error


def dev_tls(directory: Path | None = None, now: dt.datetime | None = None) -> DevTls:
    """Return certificate and key for this machine's own names; makes what is missing.

    Parameters
    ----------
    directory : Path, optional
        Where they are kept; `config_directory` / ``authority`` if left out.
    now : datetime, optional
        Time that decides about renewal.

    Raises
    ------
    UserError
        If the directory cannot be written, or holds what is no authority.
    """
    place = directory or config_directory() / "authority"
    moment = now or dt.datetime.now(dt.UTC)
    files = {name: place / f"{name}.pem" for name in ("ca", "ca-key", "localhost", "localhost-key")}
    try:
        for private in (place.parent, place):
            make_private_directory(private)
        made = not (files["ca"].is_file() and files["ca-key"].is_file())
        if made or _expires(files["ca"]) < moment + dt.timedelta(days=RENEW_DAYS):
            made = True
            certificate, key = _new_authority(moment)
            write_private(files["ca-key"], key)
            write_private(files["ca"], certificate)
        authority = _authority(files["ca"], files["ca-key"])
        if not _usable(files["localhost"], files["localhost-key"], files["ca"], moment):
            end = min(moment + dt.timedelta(days=LEAF_DAYS), _expires(files["ca"]))
            begin = moment - dt.timedelta(hours=1)  # a clock that was set back trusts it too
            leaf = authority.issue_cert(
                *NAMES,
                organization_name="clv_xl",
                organization_unit_name="clv-xl serve --dev",
                not_before=begin,
                not_after=end - dt.timedelta(hours=1),
            )
            write_private(files["localhost-key"], leaf.private_key_pem.bytes())
            write_private(files["localhost"], b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("serve.no_authority", directory=str(place), reason=reason) from error
    except ValueError as error:
        raise UserError("serve.broken_authority", directory=str(place)) from error
    return DevTls(files["ca"], files["localhost"], files["localhost-key"], made)


def trust_steps(authority: Path, platform: str) -> list[tuple[Text, tuple[str, ...]]]:
    """Return how a platform learns to trust the authority, and to forget it: what, and what to type.

    Parameters
    ----------
    authority : Path
        Its certificate.
    platform : str
        A value of `sys.platform`; what is neither Windows nor macOS is treated as Linux.
    """
    known = platform if platform in _PLATFORMS else "linux"
    return [
        (Text(f"serve.trust_{known}"), _trust(str(authority), known)),
        (Text("serve.forget"), _forget(str(authority), known)),
    ]


def _trust(path: str, platform: str) -> tuple[str, ...]:
    if platform == "win32":
        return (f'certutil -user -addstore Root "{path}"',)
    if platform == "darwin":
        keychain = "~/Library/Keychains/login.keychain-db"
        return (f'security add-trusted-cert -r trustRoot -k {keychain} "{path}"',)
    store = "$HOME/.pki/nssdb"
    return (
        f'mkdir -p "{store}"',
        f'certutil -d "sql:{store}" -A -t "C,," -n "{AUTHORITY_NAME}" -i "{path}"',
        f'sudo cp "{path}" /usr/local/share/ca-certificates/clv_xl.crt && sudo update-ca-certificates',
    )


def _forget(path: str, platform: str) -> tuple[str, ...]:
    if platform == "win32":
        return (f'certutil -user -delstore Root "{AUTHORITY_NAME}"',)
    if platform == "darwin":
        keychain = "~/Library/Keychains/login.keychain-db"
        return (
            f'security remove-trusted-cert "{path}"',
            f'security delete-certificate -c "{AUTHORITY_NAME}" {keychain}',
        )
    return (
        f'certutil -d "sql:$HOME/.pki/nssdb" -D -n "{AUTHORITY_NAME}"',
        "sudo rm /usr/local/share/ca-certificates/clv_xl.crt && sudo update-ca-certificates --fresh",
    )


def _no_password() -> str:
    """Stand for the password of a key: without it, a locked key would ask on the terminal."""
    return ""


def _new_authority(now: dt.datetime) -> tuple[bytes, bytes]:
    """Return certificate and key of a new authority, as PEM.

    trustme's own authority may sign for every name there is; this one may not.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "clv_xl"),
            x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY_NAME),
        ]
    )
    own: list[x509.GeneralName] = [x509.DNSName("localhost")]
    own += [x509.IPAddress(ip_network(network)) for network in ("127.0.0.0/8", "::1/128")]
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(own, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(_signs_certificates(), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def _signs_certificates() -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(certificate: Path, key: Path) -> "trustme.CA":
    import trustme

    return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())


def _expires(path: Path) -> dt.datetime:
    from cryptography import x509

    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc


def _usable(certfile: Path, keyfile: Path, authority: Path, now: dt.datetime) -> bool:
    """Return whether a leaf is there, comes from the authority and lasts a while."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        check_pair(certfile, keyfile)
        leaf = x509.load_pem_x509_certificate(certfile.read_bytes())
        leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.read_bytes()))
    except (UserError, OSError, ValueError, TypeError, InvalidSignature):
        return False
    return leaf.not_valid_after_utc - now >= dt.timedelta(days=RENEW_DAYS)
