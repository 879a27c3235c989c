"""A token that the provider has signed is a caller."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.web.api import Api
from tests.web.conftest import token
from tests.web.signin.house import EMPLOYEE, NORTH, SOUTH, House
from tests.web.signin.provider import AUDIENCE
from web.app import create_app
from web.signin.provider import Provider
from web.wiring import EXTENSION


def _now(seconds: float) -> int:
    return int(time.time() + seconds)


@pytest.mark.parametrize(
    "token",
    [
        lambda house: house.provider.token(**EMPLOYEE),
        lambda house: house.provider.token({"typ": "application/AT+jwt"}, **EMPLOYEE),
        lambda house: house.provider.token({"alg": "PS256"}, **EMPLOYEE),
        lambda house: house.provider.token({"alg": "ES256", "kid": "p256"}, house.p256, **EMPLOYEE),
        lambda house: house.provider.token({"alg": "ES384", "kid": "p384"}, house.p384, **EMPLOYEE),
        lambda house: house.provider.token(aud=["https://wiki.example.org", AUDIENCE], **EMPLOYEE),
        lambda house: house.provider.token(iat=_now(-200), exp=_now(-50), **EMPLOYEE),
        lambda house: house.provider.token(nbf=_now(50), iat=_now(50), **EMPLOYEE),
        lambda house: house.provider.token(employee_number=" hr-1 "),
        lambda house: house.provider.token(email="ANA.RUIZ@example.org", email_verified=True),
        lambda house: house.provider.token(sub="payroll"),
        lambda house: house.provider.token(oid="an-account"),
        lambda house: house.provider.token(oid="an-account", email="other@example.org", email_verified=True),
        lambda house: house.provider.token(oid="of Ana", employee_number="HR-1"),
    ],
)
def test_a_good_token_is_a_caller(house: House, token: Callable[[House], str]) -> None:
    assert house.status(token(house), "/people") == 200


def _caller(house: House, **claims: Any) -> Any:
    return house.app.extensions[EXTENSION].tokens.authenticate(f"Bearer {house.provider.token(**claims)}")


@pytest.mark.parametrize(
    ("claims", "roles", "units"),
    [
        ({}, {"employee"}, set()),
        ({"groups": ["others"]}, {"employee"}, set()),
        ({"groups": "people-team"}, {"hr"}, set()),
        ({"groups": ["people-team", "hr-south"]}, {"hr"}, set()),
        ({"groups": ["audit-north"]}, {"auditor"}, {NORTH}),
        ({"groups": ["hr-south"], "realm_access": {"roles": ["administrator"]}}, {"hr", "admin"}, {SOUTH}),
        ({"groups": {"people-team": True}}, {"employee"}, set()),
        ({"groups": ["PEOPLE-TEAM"]}, {"employee"}, set()),
    ],
)
def test_claims_give_the_roles_that_the_mapping_declares(
    house: House, claims: dict[str, Any], roles: set[str], units: set[UUID]
) -> None:
    caller = _caller(house, **EMPLOYEE, **claims)

    assert (caller.roles, caller.units, str(caller.person_id)) == (roles, units, house.ana)
    assert caller.actor == f"person:{house.ana}"


def test_a_program_has_its_scopes_and_nothing_that_claims_say(house: House) -> None:
    claims = {"sub": "payroll", "groups": ["people-team"], **EMPLOYEE}
    caller = _caller(house, **claims)

    assert (caller.roles, caller.scopes, caller.person_id) == ({"service"}, ("people.*",), None)
    assert caller.actor == f"token:{caller.token_id}" == _caller(house, **claims, jti="2").actor
    program = house.provider.token(**claims)
    assert (house.status(program, "/people"), house.status(program, "/units")) == (200, 403)


def test_a_command_by_a_signed_token_is_recorded_as_the_person(house: House) -> None:
    token = house.provider.token(**EMPLOYEE, realm_access={"roles": ["administrator"]})
    made = Api(house.app, house.dsn, token).unit("Made by Ana")
    with psycopg.connect(house.dsn) as conn:
        row = conn.execute(
            "select convert_from(state, 'UTF8')::json ->> 'actor' from store.events where originator_id = %s",
            [made],
        ).fetchone()
    assert row == (f"person:{house.ana}",)


def test_the_document_says_where_the_provider_is(house: House) -> None:
    document = house.app.test_client().get("/api/v1/openapi.json").json
    assert document is not None
    assert document["security"] == [{"token": []}, {"openid": []}]
    assert document["components"]["securitySchemes"]["openid"] == {
        "type": "openIdConnect",
        "openIdConnectUrl": f"{house.provider.issuer}/.well-known/openid-configuration",
    }


def test_issued_tokens_are_good_beside_the_provider(house: House) -> None:
    assert house.status(token(house.dsn, "auditor")) == 200


def test_a_provider_that_does_not_answer_is_a_problem_of_its_own(house: House) -> None:
    settings = house.app.extensions[EXTENSION].settings
    away = replace(settings, provider=Provider("http://127.0.0.1:9", AUDIENCE))
    app = create_app(away)
    headers = {"Authorization": f"Bearer {house.provider.token(**EMPLOYEE)}"}
    answer = app.test_client().get("/api/v1/units", headers=headers)
    issued = Api(app, house.dsn, token(house.dsn, "admin")).get("/units", behind=True)
    app.extensions[EXTENSION].close()

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["type"] == "/problems/provider-unavailable"
    assert answer.headers["Retry-After"]
    assert issued.status_code == 200
