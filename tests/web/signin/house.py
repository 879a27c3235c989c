"""A provider, and a service that believes it."""

import json
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from joserfc.jwk import RSAKey

from tests.web.api import Api
from tests.web.conftest import token
from tests.web.keys import KEYS
from tests.web.signin.provider import AUDIENCE, OpenIDProvider, ec, encoded, rsa
from web.app import create_app
from web.ops.settings import Settings
from web.signin.provider import Client, Provider, mapping_of

NORTH, SOUTH = UUID(int=1), UUID(int=2)
MAPPING = mapping_of(
    json.dumps(
        {
            "person": {"account_id": "oid", "external_id": "employee_number", "email": "email"},
            "roles": [
                {"claim": "groups", "value": "people-team", "role": "hr"},
                {"claim": "groups", "value": "audit-north", "role": "auditor", "units": [str(NORTH)]},
                {"claim": "groups", "value": "hr-south", "role": "hr", "units": [str(SOUTH)]},
                {"claim": "realm_access.roles", "value": "administrator", "role": "admin"},
            ],
            "programs": {"payroll": {"scopes": ["people.*"]}, "idle": {"scopes": ["measures.define"]}},
        }
    )
)
EMPLOYEE: dict[str, Any] = {"employee_number": "HR-1"}


class House:
    """A provider, and a service with three people that believes it."""

    def __init__(self, dsn: str, provider: OpenIDProvider, client: Client | None = None) -> None:
        self.provider = provider
        self.p256, self.p384, self.other = ec("p256"), ec("p384", "P-384"), rsa("other")
        self.restricted, self.for_encryption, self.symmetric = rsa("restricted"), rsa("enc"), b"s" * 32
        self.small = rsa_of(1024, "small")
        provider.published += [key.as_dict(private=False) for key in (self.p256, self.p384, self.small)]
        provider.published += [
            {**self.restricted.as_dict(private=False), "alg": "PS256"},
            {**self.for_encryption.as_dict(private=False), "use": "enc"},
            {"kty": "oct", "kid": "oct", "k": encoded(self.symmetric)},
            {"kty": "unknown", "kid": "unknown"},
            "x",
        ]
        trusted = Provider(provider.issuer, AUDIENCE, MAPPING, client)
        self.app = create_app(Settings(database_url=dsn, secret_keys=KEYS, provider=trusted))
        self.admin = Api(self.app, dsn, token(dsn, "admin"))
        self.dsn = dsn
        unit = self.admin.unit()
        self.ana = self.person(unit, "Ana Ruiz", external_id="HR-1", email="Ana.Ruiz@example.org")
        self.ben = self.person(unit, "Ben Roth", email="ben.roth@example.org")
        self.gone = self.person(unit, "Gil Gone", external_id="HR-9", email="gil@example.org")
        self.admin.done(f"/people/{self.gone}/departure", {"effective_on": "2026-01-31", "reason": "left"})
        account = {"account_id": "an-account", "effective_on": "2026-01-31"}
        self.admin.done(f"/people/{self.ben}/revision", account)
        self.admin.project()

    def person(self, unit: str, name: str, **said: str) -> str:
        body = {"name": name, "unit_id": unit, "effective_on": "2025-01-01", **said}
        return self.admin.done("/people", body)

    def status(self, token: str, path: str = "/units") -> int:
        return Api(self.app, self.dsn, token).get(path, behind=True).status_code


def rsa_of(bits: int, kid: str) -> Any:
    key = generate_private_key(65537, bits)
    return RSAKey(key, key, {"kid": kid})
