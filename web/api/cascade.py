"""POST /objectives/{id}/cascade: a draft aligned to an objective for all people or units below one.

Each draft is defined as by a command of its own, with its own judgement, provenance and outcome. With an
Idempotency-Key each has a key that follows from it and from the recipient, so that a repetition makes nothing
twice, and makes what was refused or not tried.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import orjson
from flask import Response

from application.session import Session
from domain.objective import Objective, Owner
from domain.presence import ACTIVE
from domain.refusals import InvalidValue, LimitReached, NotFound, UnknownReference
from projections.alignment.queries import ownership
from projections.directory.queries import DirectoryFilters
from projections.directory.reporting import people_within, reports_of, units_within
from web.access.guard import caller
from web.access.judging import TableJudge
from web.access.table import row_of
from web.api import openapi
from web.api.batch import carry_out_all
from web.api.commands import Posting, key_of, posted, takes
from web.api.routes import SOME_ID, Routes, read_body
from web.freshness import ReadSnapshot, read_snapshot
from web.schemas.batch import MOST_COMMANDS
from web.schemas.cascade import PEOPLE, Cascaded, ObjectiveCascade
from web.schemas.reading import load
from web.wiring import services

cascading = Routes("cascading", __name__, description="Drafts for everybody below, aligned to one objective.")
OPERATION = "objectives.cascade"
SHAPE = ObjectiveCascade()
OF_DRAFT = (
    *("title", "description", "starts_on", "ends_on", "visibility", "key_results"),
    *("effective_on", "reason"),
)
"""A draft has these fields as they were given."""
EXAMPLE = {
    "recipients": "people",
    "below": {"unit_id": SOME_ID},
    "title": "Answer your customers within a day",
    "key_results": [{"title": "Answered in time", "kind": "increase", "baseline": 60, "target": 95}],
}


@cascading.post("/objectives/<uuid:id>/cascade")
@cascading.doc(**openapi.cascade(SHAPE, Cascaded(), EXAMPLE))
@takes(Posting(SHAPE, OPERATION, creates=None, changes=False))
def cascade(id: UUID) -> Response:
    """Make an aligned draft for all people or units below one"""
    post = posted(OPERATION, {"id": id}, read_body())
    given = load(SHAPE, post.body)
    key, dry_run = key_of(post.idempotency_key), given["dry_run"]
    objective, whose = _seen(id)
    to = _recipients(given, whose)
    named = "person_id" if given["recipients"] == PEOPLE else "unit_id"
    owners = [{named: each["id"]} for each in to]
    shown = [{**owner, "name": each["name"]} for owner, each in zip(owners, to, strict=True)]
    draft = {name: post.body[name] for name in OF_DRAFT if name in post.body}
    draft |= {
        "level": given["level"] or ("individual" if given["recipients"] == PEOPLE else "team"),
        "cycle_id": str(given["cycle_id"] or objective.cycle_id),
        "alignments": [{"objective_id": str(id), "kind": given["kind"], "weight": str(given["weight"])}],
    }
    key = None if dry_run else key  # what was recorded under a key before is not what is tried now
    items = [_command({**draft, "owner": owner}, key, id) for owner in owners]
    outcomes = carry_out_all(items, rehearsal=dry_run)
    told = zip(shown, outcomes, strict=True)
    return _answer([{"recipient": each, **outcome} for each, outcome in told], dry_run=dry_run)


def _seen(id: UUID) -> tuple[Objective, Owner | None]:
    """The objective, if it exists for the caller, and whose it is today."""
    session, today = Session(services().use_cases.store), services().today()
    objective = session.get(Objective, id)
    judge = TableJudge(row_of(OPERATION), OPERATION, caller(), {"id": id}, {}, today)
    if not judge.sees(session, objective):
        raise NotFound(f"there is no {Objective.TOPIC} {id}")
    return objective, objective.owner.at(max(today, objective.first_day))


def _recipients(given: Mapping[str, Any], owner: Owner | None) -> list[dict[str, Any]]:
    """Everybody below who is there on the day, as all that is recorded by now has it: {id, name, kind}."""
    below = owner if given["below"] is None else Owner(**given["below"])
    if below is None:
        raise InvalidValue.at("/below", "must say below whom, for nobody owns the objective")
    day: date | None = given["effective_on"]
    asked = {"as_of": day, "known_at": None, "min_position": services().use_cases.store.position()}
    with read_snapshot(services(), asked, caller()) as snapshot:
        units, people = below.unit_id, below.person_id
        if units is not None and snapshot.directory.unit(snapshot.moment, units) is None:
            raise UnknownReference.at("/below/unit_id", f"there is no unit {units} on that day")
        if people is not None and snapshot.directory.person(snapshot.moment, people) is None:
            raise UnknownReference.at("/below/person_id", f"there is no person {people} on that day")
        found = _below(snapshot, below, given["recipients"], directly=given["directly"])
    if len(found) > MOST_COMMANDS:
        raise LimitReached(
            f"there are more than {MOST_COMMANDS:,} {given['recipients']} below; name a unit further down",
            limit=MOST_COMMANDS,
        )
    return found


def _below(snapshot: ReadSnapshot, below: Owner, kind: str, *, directly: bool) -> list[dict[str, Any]]:
    """Those of them who have not left, by name: one more than there may be, if there are more."""
    if kind == PEOPLE:
        chosen = replace(_people(snapshot, below, directly=directly), status=[ACTIVE], emails_of=())
        return snapshot.directory.people(snapshot.moment, MOST_COMMANDS + 1, None, chosen).items
    chosen = replace(_units(snapshot, below, directly=directly), status=[ACTIVE])
    return snapshot.directory.units(snapshot.moment, MOST_COMMANDS + 1, None, chosen).items


def _people(snapshot: ReadSnapshot, below: Owner, *, directly: bool) -> DirectoryFilters:
    connection, moment = snapshot.connection, snapshot.moment
    if below.person_id is not None:
        if directly:
            return DirectoryFilters(manager=[below.person_id])
        return DirectoryFilters(among=[str(each) for each in reports_of(connection, moment, below.person_id)])
    unit = _unit_of(below)
    if directly:
        found = ownership.unit(connection, moment, unit)
        return DirectoryFilters(among=[] if found is None else found["people"])
    return DirectoryFilters(among=people_within(connection, moment, [unit]))


def _units(snapshot: ReadSnapshot, below: Owner, *, directly: bool) -> DirectoryFilters:
    unit = _unit_of(below)
    if directly:
        return DirectoryFilters(parent=[unit])
    within = units_within(snapshot.connection, snapshot.moment, [unit])
    return DirectoryFilters(among=[each for each in within if each != str(unit)])


def _unit_of(below: Owner) -> UUID:
    if below.unit_id is None:
        raise InvalidValue.at("/recipients", "a person has no units below: say below which unit")
    return below.unit_id


def _command(draft: Mapping[str, Any], key: UUID | None, id: UUID) -> dict[str, Any]:
    """The definition of one draft; its key follows from that of the cascade, the objective and the owner."""
    own = None if key is None else str(uuid5(key, f"cascade {id} to {draft['owner']}"))
    return {"path": "/objectives", "body": draft, "if_match": None, "idempotency_key": own}


def _answer(outcomes: list[dict[str, Any]], *, dry_run: bool) -> Response:
    body = {"outcomes": outcomes, "dry_run": dry_run}
    return Response(orjson.dumps(body), mimetype="application/json", headers={"Cache-Control": "no-store"})
