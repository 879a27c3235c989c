"""Claims are somebody: a person of the directory who is there today, or a program that the mapping lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from domain.claims import claim, level
from web.access.roles import EMPLOYEE, LIMITED
from web.signin.provider import ClaimMapping
from web.signin.signed import BadToken

_EXTERNAL_ID, _EMAIL = "person_external_id", "person_email"
_PRESENT = """
    select p.id, p.external_id, p.email
      from store.mentions m join read_directory.people p on p.id = m.originator_id
     where m.target_id = %(target)s and m.relation = %(relation)s and p.recorded_to = 'infinity'
       and p.status = 'active' and p.valid_from <= %(today)s and p.valid_to > %(today)s"""


@dataclass(frozen=True)
class Grant:
    """The claims amount to this."""

    roles: frozenset[str]
    units: frozenset[UUID]


def person_of(claims: Mapping[str, Any], mapping: ClaimMapping, conn: Connection[Any], today: date) -> UUID:
    """The person that the claims are of, by the external id, or else by an address that the provider has
    verified. Raises `BadToken` if that is nobody who is there today: people are never made by signing in.
    """
    external = _text(claims, mapping.external_id)
    if external is not None and (found := _one(conn, _EXTERNAL_ID, external, today)):
        return found[0]
    email = _text(claims, mapping.email) if claims.get("email_verified") is True else None
    if email is not None and (found := _one(conn, _EMAIL, email, today)):
        if external is not None and found[1] is not None:
            raise BadToken("the person of this address has another external id")
        return found[0]
    raise BadToken("nobody of this external id or verified address is there")


def granted(claims: Mapping[str, Any], mapping: ClaimMapping) -> Grant:
    """The roles that the claims give: that of an employee if none. Raises `BadToken` for two that are
    limited to different units, since a caller has one limit for all.
    """
    rules = [rule for rule in mapping.roles if rule.value in _values(claims, rule.claim)]
    limits = dict[str, frozenset[UUID]]()
    for rule in rules:
        if rule.role in LIMITED:
            known = limits.get(rule.role)
            everywhere = not rule.units or (known is not None and not known)
            limits[rule.role] = frozenset() if everywhere else rule.units | (known or frozenset())
    if len(set(limits.values())) > 1:
        raise BadToken("the roles are limited to different units")
    roles = frozenset(rule.role for rule in rules) or frozenset({EMPLOYEE})
    return Grant(roles, next(iter(limits.values()), frozenset()))


def _one(conn: Connection[Any], relation: str, text: str, today: date) -> tuple[UUID, str | None] | None:
    """(id, external id) of whoever has this today, however it is spelled; not of whoever had it once."""
    asked = {"target": claim(relation, text), "relation": relation, "today": today}
    with conn.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_PRESENT, asked).fetchall()
    place = 1 if relation == _EXTERNAL_ID else 2
    found = [row for row in rows if row[place] is not None and level(row[place]) == level(text)]
    return (found[0][0], found[0][1]) if len(found) == 1 else None


def _text(claims: Mapping[str, Any], name: str | None) -> str | None:
    if name is None:
        return None
    said = [value for value in _values(claims, name) if value]
    return said[0] if len(said) == 1 else None


def _values(claims: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a claim, of which there may be several; a dot leads into an object, as in
    `realm_access.roles`, unless there is a claim of that very name.
    """
    said: Any = claims.get(name)
    if said is None:
        said = claims
        for step in name.split("."):
            said = said.get(step) if isinstance(said, Mapping) else None
    several = said if isinstance(said, list) else [said]
    return [each for each in several if isinstance(each, str)]
