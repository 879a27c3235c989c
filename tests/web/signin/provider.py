"""An OpenID provider on loopback: it describes itself, publishes its keys, and signs what a test wants."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal

from joserfc.jwk import ECKey, KeyParameters, RSAKey
from joserfc.jws import JWSRegistry
from typing_extensions import override

Answer = tuple[int, bytes, dict[str, str]]
Page = Callable[[str, bytes, dict[str, str]], Answer]
AUDIENCE = "https://objectives.example.org"


def rsa(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, KeyParameters(kid=kid))


def ec(kid: str, curve: Literal["P-256", "P-384"] = "P-256") -> ECKey:
    return ECKey.generate_key(curve, KeyParameters(kid=kid))


def signed(header: dict[str, Any], claims: Any, key: Any) -> str:
    """The token as it would be if the header meant what it says; a key that is bytes makes an HMAC of it."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return with_signature(json.dumps(header, separators=(",", ":")).encode(), payload, header["alg"], key)


def with_signature(header: bytes, payload: bytes, alg: str, key: Any) -> str:
    said = f"{encoded(header)}.{encoded(payload)}"
    if isinstance(key, bytes):
        return f"{said}.{encoded(hmac.digest(key, said.encode(), f'sha{alg[2:]}'))}"
    return f"{said}.{encoded(JWSRegistry.algorithms[alg].sign(said.encode(), key))}"


def encoded(said: bytes) -> str:
    return urlsafe_b64encode(said).rstrip(b"=").decode()


class OpenIDProvider:
    """`published` are the keys that it shows; `pages` what else it answers, by path. `asked` counts."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = rsa("first")
        self.published: list[Any] = [self.key.as_dict(private=False)]
        self.about: dict[str, Any] = {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []

    def answer(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.asked.append(path)
        where = path.partition("?")[0]
        if where in self.pages:
            return self.pages[where](path, body, headers)
        if where == "/.well-known/openid-configuration":
            return as_json(self.about)
        if where == "/keys":
            return as_json({"keys": self.published})
        return 404, b"", {}

    def claims(self, **given: Any) -> dict[str, Any]:
        """Those of a good access token, but for what is given; None leaves a claim out."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "someone",
            "client_id": "a-client",
            "iat": now,
            "exp": now + 300,
            "jti": "1",
        }
        return {name: value for name, value in {**good, **given}.items() if value is not None}

    def token(self, header: Any = None, key: Any = None, **claims: Any) -> str:
        said = {"alg": "RS256", "typ": "at+jwt", "kid": "first", **(header or {})}
        kept = {name: value for name, value in said.items() if value is not None}
        return signed(kept, self.claims(**claims), key or self.key)


def as_json(found: Any, status: int = 200) -> Answer:
    return status, json.dumps(found).encode(), {"Content-Type": "application/json"}


@contextmanager
def openid_provider() -> Iterator[OpenIDProvider]:
    """A provider that answers until the end of this."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            status, said, headers = provider.answer(self.path, body, dict(self.headers))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider = OpenIDProvider(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
