"""People sign in at the provider by the authorization code flow, with PKCE, state and nonce.

An attempt is kept in a cookie of the browser that began it, encrypted; nothing is kept here.
"""

import json
import secrets
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from web.keys import Keys, Unreadable
from web.signin.asking import ask, endpoint_of, object_in
from web.signin.provider import Client
from web.signin.signed import BadToken

CALLBACK = "/signin/callback"
ATTEMPT_SECONDS = 600
_ABOUT = "an attempt to sign in"
_RANDOM_BYTES = 32


@dataclass(frozen=True)
class Attempt:
    """`next` is the path to go on to, `at` when it began (seconds since 1970)."""

    state: str
    nonce: str
    verifier: str
    next: str
    at: int

    @classmethod
    def begun(cls, next: str, now: float) -> "Attempt":
        state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
        return cls(state, nonce, verifier, next, int(now))

    def sealed(self, keys: Keys) -> str:
        return urlsafe_b64encode(keys.seal(json.dumps(asdict(self)).encode(), _ABOUT)).decode()

    @classmethod
    def opened(cls, sealed: str, keys: Keys, now: float) -> "Attempt":
        """Raises `BadToken` for one that was not begun here, or too long ago."""
        try:
            attempt = cls(**json.loads(keys.open(urlsafe_b64decode(sealed.encode()), _ABOUT)))
        except (ValueError, Unreadable) as error:
            raise BadToken("no attempt to sign in was begun by this browser") from error
        if not 0 <= now - attempt.at < ATTEMPT_SECONDS:
            raise BadToken("the attempt to sign in was begun too long ago")
        return attempt


def leading_to(about: Mapping[str, Any], client: Client, attempt: Attempt) -> str:
    """The address at the provider where the browser goes."""
    challenge = urlsafe_b64encode(sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.public_url + CALLBACK,
        "scope": client.scope,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = endpoint_of(about, "authorization_endpoint")
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def redeemed(about: Mapping[str, Any], client: Client, code: str, verifier: str) -> Mapping[str, Any]:
    """The provider's answer to the code, with an `id_token`; raises `BadToken` if it refuses the code."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.public_url + CALLBACK,
        "code_verifier": verifier,
        **({"client_id": client.id} if client.secret is None else {}),
    }
    headers = {} if client.secret is None else {"Authorization": _basic(client.id, client.secret)}
    endpoint = endpoint_of(about, "token_endpoint")
    status, body = ask(endpoint, urlencode(form).encode(), headers)
    if 400 <= status < 500:
        raise BadToken(f"the provider refused the code ({status})")
    return object_in(endpoint, status, body)


def told(about: Mapping[str, Any], answer: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of the id token, and those that the provider tells beside it of the same subject."""
    access = answer.get("access_token")
    if "userinfo_endpoint" not in about or not isinstance(access, str) or not access.isascii():
        return dict(claims)
    headers = {"Authorization": f"Bearer {access}"}
    endpoint = endpoint_of(about, "userinfo_endpoint")
    found = object_in(endpoint, *ask(endpoint, headers=headers))
    if found.get("sub") != claims["sub"]:
        raise BadToken("what is told beside the id token is of another subject")
    return {**found, **claims}


def _basic(id: str, secret: str) -> str:
    pair = f"{quote(id, safe='')}:{quote(secret, safe='')}"  # RFC 6749, 2.3.1
    return f"Basic {b64encode(pair.encode()).decode()}"
