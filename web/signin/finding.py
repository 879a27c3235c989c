"""Claims are somebody: a person of the directory who is there today, or a program that the mapping lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from domain.claims import claim, level
from web.access.roles import EMPLOYEE, LIMITED
from web.signin.provider import ClaimMapping
from web.signin.signed import BadToken

IDS = ("account_id", "external_id")
"""A person has these alone, the first the surer: the account at the provider, and the id of the data."""
_PRESENT = """
    select p.id, p.account_id, p.external_id, p.email
      from store.mentions m join read_directory.people p on p.id = m.originator_id
     where m.target_id = %(target)s and m.relation = %(relation)s and p.recorded_to = 'infinity'
       and p.status = 'active' and p.valid_from <= %(today)s and p.valid_to > %(today)s"""


@dataclass(frozen=True)
class Grant:
    """The claims amount to this."""

    roles: frozenset[str]
    units: frozenset[UUID]


def person_of(claims: Mapping[str, Any], mapping: ClaimMapping, conn: Connection[Any], today: date) -> UUID:
    """The person that the claims are of, by an id, or else by an address that the provider has verified.
    Raises `BadToken` if that is nobody who is there today, or somebody with another id than is claimed:
    people are never made by signing in.
    """
    named = {"account_id": mapping.account_id, "external_id": mapping.external_id, "email": mapping.email}
    said = {each: text for each, name in named.items() if (text := _text(claims, name)) is not None}
    if claims.get("email_verified") is not True:
        said.pop("email", None)
    found = next(filter(None, (_one(conn, each, text, today) for each, text in said.items())), None)
    if found is None:
        raise BadToken("nobody of this account, external id or verified address is there")
    for each in IDS:
        if each in said and found[each] is not None and not _same(found[each], said[each]):
            raise BadToken(f"the person has another {each}")
    id: UUID = found["id"]
    return id


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


def _one(conn: Connection[Any], field: str, text: str, today: date) -> dict[str, Any] | None:
    """Whoever has this today, however it is spelled; nobody who had it once."""
    relation = f"person_{field}"
    asked = {"target": claim(relation, text), "relation": relation, "today": today}
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_PRESENT, asked).fetchall()
    found = [row for row in rows if row[field] is not None and _same(row[field], text)]
    return found[0] if len(found) == 1 else None


def _same(one: str, other: str) -> bool:
    return level(one) == level(other)


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
