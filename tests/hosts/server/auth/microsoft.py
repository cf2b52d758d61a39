"""A stand-in for login.microsoftonline.com on loopback: real RSA keys, a real key set over HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

TENANT = "11111111-aaaa-4bbb-8ccc-000000000001"
OTHER_TENANT = "22222222-aaaa-4bbb-8ccc-000000000002"
STRANGER = "33333333-aaaa-4bbb-8ccc-000000000003"
CLIENT = "44444444-aaaa-4bbb-8ccc-000000000004"
USER = "55555555-aaaa-4bbb-8ccc-000000000005"
SCOPE = "access_as_user"


class Key:
    """A key that signs tokens."""

    def __init__(self, kid: str, bits: int = 2048) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=bits)

    @property
    def pem(self) -> bytes:
        """The public key as anybody can write it: what HS256 must never be given as its secret."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def entry(self, **changes: Any) -> dict[str, Any]:
        """Return the key as a key set lists it, in the form Microsoft uses."""
        public = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        listed = {"kty": "RSA", "use": "sig", "kid": self.kid, "n": public["n"], "e": public["e"]}
        return {**listed, **changes}


class Microsoft(ThreadingHTTPServer):
    """The key sets of tenants, and what is asked of them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keys: list[dict[str, Any]] = []
        self.body: bytes | None = None
        self.status = 200
        self.headers: dict[str, str] = {}
        self.delay = 0.0
        self.trickle = 0.0
        self.paths: list[str] = []

    @property
    def authority(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def token(self, key: Key, *, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """Return a token of version 2.0 for the user; a claim changed to None is left out."""
        claims = {key: value for key, value in {**self.claims(), **changes}.items() if value is not None}
        content = json.dumps(claims).encode()  # as it is: PyJWT would not sign some of what is tested
        return jwt.api_jws.encode(content, key.private, "RS256", {"kid": key.kid, **(header or {})})

    def claims(self) -> dict[str, Any]:
        """Return the claims of a token that is valid for an hour."""
        now = int(time.time())
        return {
            "aud": CLIENT,
            "iss": f"{self.authority}/{TENANT}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "oid": USER,
            "tid": TENANT,
            "scp": f"{SCOPE} profile",
            "sub": "pairwise",
            "ver": "2.0",
        }


class _Handler(BaseHTTPRequestHandler):
    server: Microsoft

    def do_GET(self) -> None:
        server = self.server
        server.paths.append(self.path)
        time.sleep(server.delay)
        body = server.body if server.body is not None else json.dumps({"keys": server.keys}).encode()
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            for place in range(0, len(body), 64 if server.trickle else len(body)):
                self.wfile.write(body[place : place + 64] if server.trickle else body)
                time.sleep(server.trickle)
        except OSError:
            self.close_connection = True  # the client had enough

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name that http.server has
        """Stay silent."""


@contextmanager
def running() -> Iterator[Microsoft]:
    """Run the stand-in on a free port while the block runs."""
    with Microsoft() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
