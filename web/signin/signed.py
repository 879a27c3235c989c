"""A JWT is believed only if a key of the provider has signed it for this service and for now.

Access tokens are judged as RFC 9068 has it. Nothing in a token chooses how it is checked: the algorithm
must be one of the list and fit the key, and the key is one of those that the provider publishes.
"""

from collections.abc import Mapping
from decimal import Decimal
from hmac import compare_digest
from typing import Any

from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry, extract_compact, validate_compact
from joserfc.util import urlsafe_b64decode

from domain.refusals import Refusal
from web.schemas.reading import parse
from web.signin.keyring import Keyring

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384")
HEADER = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
ACCESS_TOKEN = frozenset({"at+jwt", "application/at+jwt"})
LONGEST = 8_192
LEEWAY_SECONDS = 60
MOST_SECONDS = 24 * 3_600
"""A token cannot be called back, so it may not be for longer."""
_REGISTRY = JWSRegistry(algorithms=ALGORITHMS)


class BadToken(Exception):
    """The token is not to be believed; the text says why, for the log alone."""


def access_token(token: str, keyring: Keyring, *, issuer: str, audience: str, now: float) -> dict[str, Any]:
    """The claims of an access token for this service; raises `BadToken`."""
    header, claims = _verified(token, keyring)
    typ = header.get("typ")
    if not isinstance(typ, str) or typ.lower() not in ACCESS_TOKEN:
        raise BadToken("typ")
    _check(claims, issuer=issuer, audience=audience, now=now)
    return claims


def id_token(
    token: str, keyring: Keyring, *, issuer: str, client: str, nonce: str, now: float
) -> dict[str, Any]:
    """The claims of an id token for this client and this attempt to sign in; raises `BadToken`."""
    header, claims = _verified(token, keyring)
    if header.get("typ") not in (None, "JWT"):
        raise BadToken("typ")
    _check(claims, issuer=issuer, audience=client, now=now)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client) != client:
        raise BadToken("azp")
    said = claims.get("nonce")
    if not isinstance(said, str) or not compare_digest(said.encode(), nonce.encode()):
        raise BadToken("nonce")
    return claims


def _verified(token: str, keyring: Keyring) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """(header, claims) of what a key of the provider has signed."""
    segment, *others = token.split(".")
    if len(token) > LONGEST or len(others) != 2:
        raise BadToken("form")
    header = _header(segment)
    if not header.keys() <= HEADER:  # nothing there may name a key, or another way to read it
        raise BadToken("header")
    if header.get("alg") not in ALGORITHMS:
        raise BadToken("alg")
    kid = header.get("kid")
    key = keyring.key(kid) if isinstance(kid, str) else None
    if key is None:
        raise BadToken("kid")
    try:
        found = extract_compact(token.encode(), registry=_REGISTRY)
        if key.alg not in (None, header["alg"]) or not validate_compact(found, key, registry=_REGISTRY):
            raise BadToken("signature")
    except (JoseError, ValueError) as error:
        raise BadToken("signature") from error
    return header, _read(found.payload)


def _check(claims: Mapping[str, Any], *, issuer: str, audience: str, now: float) -> None:
    if claims.get("iss") != issuer:
        raise BadToken("iss")
    aud = claims.get("aud")
    if audience not in (aud if isinstance(aud, list) else [aud]):
        raise BadToken("aud")
    sub = claims.get("sub")
    if not isinstance(sub, str) or not sub:
        raise BadToken("sub")
    expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
    if expires + LEEWAY_SECONDS <= now or expires - issued > MOST_SECONDS:
        raise BadToken("exp")
    if issued - LEEWAY_SECONDS > now:
        raise BadToken("iat")
    if "nbf" in claims and _instant(claims, "nbf") - LEEWAY_SECONDS > now:
        raise BadToken("nbf")


def _instant(claims: Mapping[str, Any], name: str) -> float:
    said = claims.get(name)
    if isinstance(said, bool) or not isinstance(said, int | Decimal) or not 0 <= said < 2**40:
        raise BadToken(name)
    return float(said)


def _header(segment: str) -> dict[str, Any]:
    try:
        return _read(urlsafe_b64decode(segment.encode("ascii")))
    except ValueError as error:
        raise BadToken("form") from error


def _read(text: bytes) -> dict[str, Any]:
    """A JSON object, read as strictly as a body: what two readers could understand differently is none."""
    try:
        found = parse(text)
    except Refusal as error:
        raise BadToken("form") from error
    if not isinstance(found, dict):
        raise BadToken("form")
    return found
