"""The pages of a provider where people sign in, and a browser that goes there and back."""

import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.signin.house import House
from tests.web.signin.provider import Answer, OpenIDProvider, as_json
from web.signin.provider import Client

CLIENT = Client("objectives", "a secret/of:the client", "https://objectives.example.org")
BASIC = "Basic " + b64encode(b"objectives:a%20secret%2Fof%3Athe%20client").decode()


@dataclass
class Login:
    """`who` signs in there, by their claims; `header` and `said` change the id token, `told` what is told
    beside it.
    """

    provider: OpenIDProvider
    who: dict[str, Any]
    header: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    key: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        issuer = self.provider.issuer
        self.provider.about |= {
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "authorization_response_iss_parameter_supported": True,
        }
        self.provider.pages |= {
            "/authorize": self.authorize,
            "/token": self.token,
            "/userinfo": self.userinfo,
        }

    def authorize(self, path: str, _: bytes, __: dict[str, str]) -> Answer:
        asked = {name: value for name, (value,) in parse_qs(urlsplit(path).query).items()}
        assert asked["client_id"] == CLIENT.id
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.provider.issuer}
        return 302, b"", {"Location": f"{asked['redirect_uri']}?{urlencode(back)}"}

    def token(self, _: str, body: bytes, headers: dict[str, str]) -> Answer:
        form = {name: value for name, (value,) in parse_qs(body.decode()).items()}
        asked = self.codes.pop(form["code"], None)
        proof = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        good = (
            asked is not None
            and form["redirect_uri"] == asked["redirect_uri"]
            and headers.get("Authorization") == BASIC
            and proof == asked["code_challenge"]
        )
        if asked is None or not good:
            return as_json({"error": "invalid_grant"}, 400)
        said = {"aud": CLIENT.id, "nonce": asked["nonce"], "client_id": None, "jti": None, **self.said}
        token = self.provider.token({"typ": "JWT", **self.header}, self.key, **{"sub": "ana", **said})
        return as_json({"id_token": token, "access_token": "opaque", "token_type": "Bearer"})

    def userinfo(self, _: str, __: bytes, headers: dict[str, str]) -> Answer:
        assert headers["Authorization"] == "Bearer opaque"
        return as_json({"sub": "ana", **self.who, **self.told})


class Browser:
    """One browser, which keeps its cookies; `go` follows nothing."""

    def __init__(self, house: House, login: Login) -> None:
        self.house, self.login = house, login
        self.client: FlaskClient = house.app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=CLIENT.public_url)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.client.post(
            path, data=json.dumps(body or {}), base_url=CLIENT.public_url, content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )  # fmt: skip

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(name, "objectives.example.org")
        return None if found is None else found.value

    def led_back(self, next: str = "/") -> str:
        """The path by which the provider leads back."""
        leaving = self.get(f"/signin?{urlencode({'next': next})}")
        assert leaving.status_code == 302, leaving.text
        parts = urlsplit(leaving.headers["Location"])
        assert f"{parts.scheme}://{parts.netloc}" == self.login.provider.issuer
        _, _, headers = self.login.provider.answer(f"{parts.path}?{parts.query}", b"", {})
        return headers["Location"].removeprefix(CLIENT.public_url)

    def sign_in(self, next: str = "/") -> TestResponse:
        return self.get(self.led_back(next))
