"""A forged or a stale token is nobody."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import OKPKey

from tests.web.signin.house import EMPLOYEE, House
from tests.web.signin.provider import AUDIENCE, encoded, signed, with_signature
from web.signin.signed import LONGEST, MOST_SECONDS

UNSIGNED = b'{"alg":"none","typ":"at+jwt","kid":"first"}'


def _pem(house: House) -> bytes:
    """The provider's public key, as an attacker has it who takes it for a secret."""
    public = house.provider.key.public_key
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _with(place: int, change: Callable[[str], str]) -> Callable[[House], str]:
    """A good token of which one of the three segments is changed after it was signed."""

    def forge(house: House) -> str:
        segments = house.provider.token(**EMPLOYEE).split(".")
        segments[place] = change(segments[place])
        return ".".join(segments)

    return forge


def _header(**said: Any) -> Callable[[House], str]:
    return lambda house: house.provider.token(said, **EMPLOYEE)


def _claims(**said: Any) -> Callable[[House], str]:
    return lambda house: house.provider.token(**{**EMPLOYEE, **said})


def _times(**seconds: int) -> Callable[[House], str]:
    """Claims of instants, by how far they are from now."""

    def forge(house: House) -> str:
        now = int(time.time())
        return house.provider.token(**EMPLOYEE, **{name: now + ahead for name, ahead in seconds.items()})

    return forge


def _by(name: str, alg: str) -> Callable[[House], str]:
    def forge(house: House) -> str:
        key = getattr(house, name)
        return house.provider.token({"alg": alg, "kid": key.kid}, key, **EMPLOYEE)

    return forge


def _raw(text: Callable[[House], str]) -> Callable[[House], str]:
    """A payload that is not what json.dumps would write."""
    head = {"alg": "RS256", "typ": "at+jwt", "kid": "first"}
    return lambda house: signed(head, text(house).encode(), house.provider.key)


def _said(house: House, **given: Any) -> str:
    return json.dumps(house.provider.claims(**EMPLOYEE, **given))


def _with_header(text: str) -> Callable[[House], str]:
    """A signature over a header that is written as json.dumps would not."""
    return lambda house: with_signature(text.encode(), _said(house).encode(), "RS256", house.provider.key)


def _of_another(house: House) -> str:
    return house.provider.token(key=house.other, **EMPLOYEE)


FORGED: dict[str, Callable[[House], str]] = {
    "alg none, no signature": lambda house: f"{encoded(UNSIGNED)}.{encoded(_said(house).encode())}.",
    "alg none, with the signature of a good one": _with(0, lambda _: encoded(UNSIGNED)),
    "alg NONE": _with(0, lambda _: encoded(b'{"alg":"NONE","typ":"at+jwt","kid":"first"}')),
    "alg missing": _with_header('{"typ":"at+jwt","kid":"first"}'),
    "alg null": _with_header('{"alg":null,"typ":"at+jwt","kid":"first"}'),
    "alg a list": _with_header('{"alg":["RS256"],"typ":"at+jwt","kid":"first"}'),
    "alg in lower case": _with_header('{"alg":"rs256","typ":"at+jwt","kid":"first"}'),
    "HS256 with the public key": lambda house: house.provider.token(
        {"alg": "HS256"}, _pem(house), **EMPLOYEE
    ),
    "HS256 with a published secret": lambda house: house.provider.token(
        {"alg": "HS256", "kid": "oct"}, house.symmetric, **EMPLOYEE
    ),
    "HS512 with the public key": lambda house: house.provider.token(
        {"alg": "HS512"}, _pem(house), **EMPLOYEE
    ),
    "RS512, which is not allowed": _header(alg="RS512"),
    "ES256 said, signed by RSA": _with_header('{"alg":"ES256","typ":"at+jwt","kid":"first"}'),
    "ES256 with a key of another curve": _by("p384", "ES256"),
    "ES384 with a key of another curve": _by("p256", "ES384"),
    "a signature of zeros": _with(2, lambda _: encoded(bytes(256))),
    "ES256, r and s of zeros": lambda house: (
        _by("p256", "ES256")(house).rpartition(".")[0] + f".{encoded(bytes(64))}"
    ),
    "an alg that the key is not for": _by("restricted", "RS256"),
    "a key for encryption": _by("for_encryption", "RS256"),
    "a key that is too small": _by("small", "RS256"),
    "Ed25519": lambda house: house.provider.token(
        {"alg": "Ed25519", "kid": "first"}, OKPKey.generate_key("Ed25519"), **EMPLOYEE
    ),
    "another's key, under this one's id": _of_another,
    "an unknown kid": _header(kid="unknown"),
    "a kid that names nothing to be used": _header(kid="x"),
    "no kid": _header(kid=None),
    "a kid that is no text": _with_header('{"alg":"RS256","typ":"at+jwt","kid":1}'),
    "a kid that is a path": _header(kid="../../../dev/null"),
    "a kid that is SQL": _header(kid="' or '1'='1"),
    "an embedded jwk": lambda house: house.provider.token(
        {"jwk": house.other.as_dict(private=False)}, house.other, **EMPLOYEE
    ),
    "jku": _header(jku="https://evil.example.org/keys"),
    "x5u": _header(x5u="https://evil.example.org/cert"),
    "x5c": _header(x5c=["MIIB"]),
    "crit, of what nobody knows": _with_header(
        '{"alg":"RS256","typ":"at+jwt","kid":"first","crit":["a"],"a":1}'
    ),
    "crit, empty": _with_header('{"alg":"RS256","typ":"at+jwt","kid":"first","crit":[]}'),
    "b64 false": _with_header('{"alg":"RS256","typ":"at+jwt","kid":"first","b64":false,"crit":["b64"]}'),
    "zip": _with_header('{"alg":"RS256","typ":"at+jwt","kid":"first","zip":"DEF"}'),
    "a header with alg twice": _with_header('{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"first"}'),
    "a header that is a list": _with_header('["RS256"]'),
    "a header of half a megabyte": _with_header(
        json.dumps({"alg": "RS256", "typ": "at+jwt", "kid": "first", "x5t": "a" * 500})
    ),
    "typ JWT, as of an id token": _header(typ="JWT"),
    "no typ": _header(typ=None),
    "typ of a logout token": _header(typ="logout+jwt"),
    "typ a number": _with_header('{"alg":"RS256","typ":1,"kid":"first"}'),
    "another issuer": _claims(iss="https://evil.example.org"),
    "the issuer with a slash": lambda house: house.provider.token(
        iss=house.provider.issuer + "/", **EMPLOYEE
    ),
    "the issuer in a list": lambda house: house.provider.token(iss=[house.provider.issuer], **EMPLOYEE),
    "no issuer": _claims(iss=None),
    "another audience": _claims(aud="https://wiki.example.org"),
    "no audience": _claims(aud=None),
    "an audience that begins the same": _claims(aud=AUDIENCE + ".evil.org"),
    "an empty list of audiences": _claims(aud=[]),
    "an audience in a list in a list": _claims(aud=[[AUDIENCE]]),
    "no subject": _claims(sub=None),
    "a subject that is no text": _claims(sub=7),
    "expired, an hour ago": _times(iat=-7200, exp=-3600),
    "expired, beyond the leeway": _times(iat=-300, exp=-62),
    "no expiry": _claims(exp=None),
    "an expiry that is text": _claims(exp="9999999999"),
    "an expiry that is true": _claims(exp=True),
    "an expiry without end": _raw(lambda house: _said(house).replace('"exp": ', '"exp": 1e999999, "was": ')),
    "for longer than a day": _times(exp=MOST_SECONDS + 60),
    "not valid yet": _times(nbf=120),
    "nbf that is text": _claims(nbf="0"),
    "issued in the future": _times(iat=120, exp=400),
    "no iat": _claims(iat=None),
    "a negative iat": _claims(iat=-1),
    "a payload that was changed": _with(
        1, lambda said: said[:-4] + ("AAAA" if said[-4:] != "AAAA" else "BBBB")
    ),
    "a signature that was changed": _with(2, lambda said: ("A" if said[0] != "A" else "B") + said[1:]),
    "a signature that is cut": _with(2, lambda said: said[:-8]),
    "no signature": _with(2, lambda _: ""),
    "a signature with padding": _with(2, lambda said: said + "=="),
    "a signature that is not canonical": _with(2, lambda said: said[:-1] + chr(ord(said[-1]) + 1)),
    "cut in the middle": lambda house: house.provider.token(**EMPLOYEE)[:200],
    "four segments": lambda house: house.provider.token(**EMPLOYEE) + ".AAAA",
    "two segments": lambda house: house.provider.token(**EMPLOYEE).rpartition(".")[0],
    "five segments, as if it were encrypted": lambda house: house.provider.token(**EMPLOYEE) + ".AAAA.AAAA",
    "dots alone": lambda _: "..",
    "a claim twice": _raw(lambda house: _said(house)[:-1] + ', "sub": "payroll"}'),
    "claims that are a list": _raw(lambda house: f"[{_said(house)}]"),
    "claims that are no JSON": _raw(lambda _: "claims"),
    "claims with NaN": _raw(lambda house: _said(house)[:-1] + ', "x": NaN}'),
    "claims that nest deep": _raw(lambda house: _said(house)[:-1] + f', "x": {"[" * 50}{"]" * 50}}}'),
    "claims that are not UTF-8": lambda house: signed(
        {"alg": "RS256", "typ": "at+jwt", "kid": "first"}, b'{"sub": "\xff"}', house.provider.key
    ),
    "too large": _claims(padding="x" * LONGEST),
    "nobody": _claims(employee_number=None),
    "an unknown person": _claims(employee_number="HR-2"),
    "somebody who has left": _claims(employee_number="HR-9"),
    "an address that was not verified": _claims(employee_number=None, email="ben.roth@example.org"),
    "an address that is said to be verified by a text": _claims(
        employee_number=None, email="ben.roth@example.org", email_verified="true"
    ),
    "an address of somebody who has left": _claims(
        employee_number=None, email="gil@example.org", email_verified=True
    ),
    "an address of somebody with another id": _claims(
        employee_number="HR-7", email="ana.ruiz@example.org", email_verified=True
    ),
    "an id of somebody with another account": _claims(
        oid="another", employee_number=None, email="ben.roth@example.org", email_verified=True
    ),
    "an address of somebody with another id, and an unknown account": _claims(
        oid="an-account-of-nobody",
        employee_number="HR-404",
        email="ana.ruiz@example.org",
        email_verified=True,
    ),
    "several people at once": _claims(employee_number=["HR-1", "HR-2"]),
    "a wildcard": _claims(employee_number="%"),
    "roles limited to different units": _claims(groups=["audit-north", "hr-south"]),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_or_stale_token_is_refused(house: House, name: str) -> None:
    forged = FORGED[name](house)
    answer = house.app.test_client().get("/api/v1/units", headers={"Authorization": f"Bearer {forged}"})

    assert answer.status_code == 401, answer.text
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="throughline", error="invalid_token"'
    assert answer.json is not None
    assert answer.json["type"] == "/problems/unauthenticated"


def test_what_is_not_forged_is_not_refused(house: House) -> None:
    assert house.status(house.provider.token(**EMPLOYEE)) == 200


def test_there_are_sixty_of_them_and_no_two_are_the_same(house: House) -> None:
    assert len({forge(house) for forge in FORGED.values()}) == len(FORGED) >= 60
