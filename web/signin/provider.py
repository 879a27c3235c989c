"""The OpenID provider as the settings name it, and how its claims are mapped to people, roles and units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from domain.refusals import Refusal
from web.access.roles import ADMIN, AUDITOR, EMPLOYEE, HR
from web.schemas.reading import load, parse

DISCOVERY = "/.well-known/openid-configuration"
_filled = validate.Length(min=1, max=200)
OF_PEOPLE = (ADMIN, HR, AUDITOR, EMPLOYEE)
"""Roles that claims can give; that of services is for programs, which the mapping lists one by one."""


class _Person(Schema):
    account_id = fields.String(validate=_filled)
    external_id = fields.String(validate=_filled)
    email = fields.String(validate=_filled)


class _Role(Schema):
    claim = fields.String(required=True, validate=_filled)
    value = fields.String(required=True, validate=_filled)
    role = fields.String(required=True, validate=validate.OneOf(OF_PEOPLE))
    units = fields.List(fields.UUID(), load_default=list)


class _Program(Schema):
    scopes = fields.List(fields.String(validate=_filled), required=True, validate=validate.Length(min=1))


class _Mapping(Schema):
    person = fields.Nested(_Person, load_default=lambda: {"email": "email"})
    roles = fields.List(fields.Nested(_Role), load_default=list)
    programs = fields.Dict(fields.String(validate=_filled), fields.Nested(_Program), load_default=dict)


class BadMapping(ValueError):
    """The text completes the sentence "the setting ..."."""


@dataclass(frozen=True)
class RoleRule:
    """Whoever has this value of a claim has this role, in these units and below; empty: everywhere."""

    claim: str
    value: str
    role: str
    units: frozenset[UUID]


@dataclass(frozen=True)
class ClaimMapping:
    """`account_id`, `external_id` and `email` name the claims by which a person is found; `programs` the
    scopes of each subject that is a program.
    """

    account_id: str | None = None
    external_id: str | None = None
    email: str | None = "email"
    roles: tuple[RoleRule, ...] = ()
    programs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Client:
    """This service is known to the provider so, for people who sign in; `public_url` is where browsers reach
    it, without a path.
    """

    id: str
    secret: str | None = field(repr=False)
    public_url: str
    scope: str = "openid profile email"


@dataclass(frozen=True)
class Provider:
    """`audience` names this service in tokens of programs; without a `client` people do not sign in."""

    issuer: str
    audience: str
    mapping: ClaimMapping = field(default_factory=ClaimMapping)
    client: Client | None = None


def described_at(issuer: str) -> str:
    """Gives the address at which the provider describes itself."""
    return issuer.rstrip("/") + DISCOVERY


def mapping_of(text: str) -> ClaimMapping:
    """The mapping that a JSON object declares; raises `BadMapping`."""
    try:
        said: dict[str, Any] = load(_Mapping(), parse(text.encode()))
    except Refusal as error:
        raise BadMapping(f"must be a mapping in JSON (docs/signing-in.md): {error.detail}") from error
    person = said["person"]
    if not person:
        raise BadMapping("must be a mapping in JSON (docs/signing-in.md): /person names no claim")
    return ClaimMapping(
        person.get("account_id"),
        person.get("external_id"),
        person.get("email"),
        tuple(RoleRule(**{**rule, "units": frozenset(rule["units"])}) for rule in said["roles"]),
        {subject: tuple(program["scopes"]) for subject, program in said["programs"].items()},
    )
