"""Readers are those who could have read something, by the rules of web/access/privacy.py and web/api as they
are today.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from domain.objective.values import PRIVATE
from projections.alignment.queries import Alignment
from projections.directory.reporting import leads_above, people_within
from projections.moment import instant
from web.access.roles import AUDITOR, HR
from web.freshness import ReadSnapshot

_TOKENS = """
    select id::text as token_id, name, array_to_string(roles, '+') as role, person_id::text,
           created_at as since, least(expires_at, revoked_at) as until
      from access.tokens
     where created_at <= %(known_at)s and coalesce(least(expires_at, revoked_at), 'infinity') > %(known_at)s
       and ((%(open)s and roles <> '{service}') or roles && %(roles)s::text[]
            or ('admin' = any(roles) and person_id is null)
            or person_id = any(%(people)s::uuid[])
            or 'token:' || id = any(%(actors)s))
     order by created_at, id
"""


@dataclass(frozen=True)
class ReadingCircle:
    """`people` by id, each with the first reason that was found, and those of them who see only a part; the
    `actors` may read it, too.
    """

    open: bool = False
    people: dict[str, str] = field(default_factory=dict)
    only_in_part: frozenset[str] = frozenset()
    actors: tuple[str, ...] = ()


def readers(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """{subject, open, people, tokens} at the moment of the snapshot; None if there is nothing of this id."""
    subject = snapshot.trail.subject(snapshot.moment, id)
    if subject is not None:
        circle = _CIRCLES.get(subject["type"], _everybody)(snapshot, id)
    else:
        remark = snapshot.feedback.one(snapshot.moment, id)
        if remark is None:
            return None
        subject = {"type": "feedback", "id": str(id), "title": None}
        circle = ReadingCircle(open=True) if remark["visibility"] == "open" else _of_remark(snapshot, remark)
    if str(id) in snapshot.alignment.hidden:
        subject = {**subject, "title": None}
    names = snapshot.directory.names(snapshot.moment, circle.people)
    people = [
        {
            "person_id": person,
            "name": names.get(person),
            "because": because,
            "only_in_part": person in circle.only_in_part,
        }
        for person, because in circle.people.items()
    ]
    return {"subject": subject, "open": circle.open, "people": people, "tokens": _tokens(snapshot, circle)}


def _of_review(snapshot: ReadSnapshot, id: UUID) -> ReadingCircle:
    review = snapshot.reviews.review(snapshot.moment, id)
    if review is None:
        return ReadingCircle()
    person = review["person_id"]
    people = {person: "person_reviewed", review["reviewer_id"]: "reviewer"}
    held_back = frozenset({person}) if review["shared_on"] is None else frozenset()
    return ReadingCircle(False, people | _managers(snapshot, person, people), held_back)


def _of_objective(snapshot: ReadSnapshot, id: UUID) -> ReadingCircle:
    objective = Alignment(snapshot.connection).objective(snapshot.moment, id)
    if objective is None or objective["visibility"] != PRIVATE:
        return ReadingCircle(open=True)
    return ReadingCircle(False, _side_of(snapshot, objective["owner"]))


def _everybody(_snapshot: ReadSnapshot, _id: UUID) -> ReadingCircle:
    return ReadingCircle(open=True)


_CIRCLES = {"review": _of_review, "objective": _of_objective}


def _side_of(snapshot: ReadSnapshot, owner: dict[str, Any] | None) -> dict[str, str]:
    """Whoever sees what is private on the owner's side: the person and those above, or the unit's leads and
    members.
    """
    if owner is None:
        return {}
    if (person := owner.get("person_id")) is not None:
        people = {person: "owner"}
        return people | _managers(snapshot, person, people)
    unit = UUID(owner["unit_id"])
    leads = dict.fromkeys(leads_above(snapshot.connection, snapshot.moment, unit), "lead")
    members = people_within(snapshot.connection, snapshot.moment, [unit])
    return leads | {member: "member" for member in members if member not in leads}


def _of_remark(snapshot: ReadSnapshot, remark: dict[str, Any]) -> ReadingCircle:
    kind, _, giver = remark["giver"].partition(":")
    people = {giver: "giver"} if kind == "person" else {}
    objective = Alignment(snapshot.connection).objective(snapshot.moment, remark["objective_id"])
    owner = ((objective or {}).get("owner") or {}).get("person_id")
    if owner is not None:
        people |= {owner: "owner", **people}
        people |= _managers(snapshot, owner, people)
    return ReadingCircle(False, people, actors=(remark["giver"],))


def _managers(snapshot: ReadSnapshot, person: str, known: dict[str, str]) -> dict[str, str]:
    above = snapshot.directory.managers(snapshot.moment, UUID(person))
    return {manager: "manager" for manager in above if manager not in known}


def _tokens(snapshot: ReadSnapshot, circle: ReadingCircle) -> list[dict[str, Any]]:
    asked = {
        "known_at": snapshot.moment.known_at,
        "open": circle.open,
        "roles": [HR, AUDITOR],
        "people": list(circle.people),
        "actors": list(circle.actors),
    }
    with snapshot.connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_TOKENS, asked).fetchall()
    return [
        {**row, "since": instant(row["since"]), "until": instant(row["until"]) if row["until"] else None}
        for row in rows
    ]
