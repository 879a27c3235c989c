"""The audit trail: who changed what, who read what is personal, who was refused, what was exported."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from flask import Response, current_app, request

from domain.refusals import InvalidValue
from projections.audit.queries.conditions import TrailFilters
from projections.audit.queries.trail import MOST_COUNTED, NEWEST, OLDEST, known
from projections.catalogue.events import EVENTS
from projections.directory.spans import units_below
from web.access import readers as access
from web.access import tokens
from web.access.guard import caller
from web.api.names import with_names_of_actors
from web.api.routes import Routes
from web.exports.lists import of_statement
from web.freshness import POSITION_HEADER, ReadSnapshot, read_snapshot
from web.schemas.audit import AskedReaders, AskedTrail
from web.schemas.audit_answers import AuditPage, AuditRow, Readers
from web.schemas.fields import ID
from web.schemas.queries import asked
from web.topics import OWN_WORDS
from web.wiring import services

audit = Routes("audit", __name__, description="Who changed what, who read what, who was refused.")
SHAPE = AskedTrail()
ACTING = ("person", "token")
NO_TIMES = {"as_of": None, "known_at": None}


@audit.plain("/audit", AuditPage(), SHAPE, headers=(POSITION_HEADER, "Link"), personal=True)
def list_all() -> Response:
    """Every event, every read of what is personal, every refused command, every export"""
    asking = asked(SHAPE)
    with read_snapshot(services(), NO_TIMES | asking, caller()) as snapshot:
        chosen = filters(snapshot, asking)
        page = snapshot.trail.page(chosen, asking["order"], asking["limit"], asking["after"])
        approvals = [each for row in page.items for each in (row["amendment"] or {}).values() if each]
        with_names_of_actors(snapshot, [*page.items, *approvals])
        count = _counted(snapshot.trail.count(chosen)) if asking["count"] else None
    body = {"items": page.items, "count": count, "position": snapshot.position}
    response = Response(orjson.dumps(body), mimetype="application/json")
    response.headers[POSITION_HEADER] = str(snapshot.position)
    response.headers["Cache-Control"] = "no-store"
    if page.next is not None:
        following = urlencode({**request.args.to_dict(flat=False), "after": page.next}, doseq=True)
        response.headers["Link"] = f'<{request.path}?{following}>; rel="next"'
    return response


@audit.single("/audit/readers", Readers(), AskedReaders(), tagged=False, personal=True)
def readers(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any] | None:
    """List who could have read something: by what they are to it, and by which tokens"""
    return access.readers(snapshot, asked["subject"])


def filters(snapshot: ReadSnapshot, asking: dict[str, Any]) -> TrailFilters:
    """Gives what was asked, with the units and the actions that are meant looked up."""
    unit = asking["unit"]
    return TrailFilters(
        kind=asking["kind"],
        position=asking["position"],
        actors=_actors(snapshot, asking["actor"]),
        subject=asking["subject"],
        subject_type=asking["subject_type"],
        actions=_actions(snapshot, asking["action"]),
        cycle=asking["cycle"],
        units=None if unit is None else units_below(snapshot.connection, snapshot.moment, unit),
        since=_instant(asking["from_"], snapshot.zone),
        before=_instant(asking["to"], snapshot.zone),
        effective_from=asking["effective_from"],
        effective_to=asking["effective_to"],
        words=asking["words"],
        reasons=asking["reasons"],
        fields=asking["fields"],
        late=asking["late"],
        lowered=asking["lowered"],
        raised=asking["raised"],
        approved_again=asking["approved_again"],
        outcome=asking["outcome"],
        amendment=asking["amendment"],
        zone=snapshot.zone.key,
        held_back=snapshot.sight.held_back,
        told_of_those=OWN_WORDS,
    )


def _counted(rows: int) -> dict[str, Any]:
    return {"rows": min(rows, MOST_COUNTED), "exact": rows <= MOST_COUNTED}


def _instant(asked: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The instant that is meant: a time without a zone is one of the organisation."""
    return asked.replace(tzinfo=zone) if asked is not None and asked.tzinfo is None else asked


def _actors(snapshot: ReadSnapshot, actor: str | None) -> list[str] | None:
    """As events name them; an id alone is that of a person or of a token, and what else is not the name of an
    actor is that of people or of tokens. Refused if there is nobody.
    """
    if actor is None:
        return None
    kind, _, id = actor.lower().rpartition(":")
    meant = [f"{each}:{id}" for each in ([kind] if kind else ACTING)] if ID.fullmatch(id) else [actor]
    there = known(snapshot.connection, "actor") | _named(snapshot, id if ID.fullmatch(id) else None)
    found = [each for each in meant if each in there]
    if not found and not ID.fullmatch(id):
        people = snapshot.directory.people_called(snapshot.moment, actor)
        issued = tokens.called(snapshot.connection, actor)
        found = [*(f"person:{each}" for each in people), *(f"token:{each}" for each in issued)]
    if not found:
        raise _unknown("actor", "is nobody who is known: no actor, and no name of a person or of a token")
    return found


def _named(snapshot: ReadSnapshot, id: str | None) -> set[str]:
    """The person or the token of this id, as an actor, though there is nothing yet that they did."""
    if id is None:
        return set()
    people = snapshot.directory.names(snapshot.moment, [id])
    return {
        *(f"person:{each}" for each in people),
        *map("token:{}".format, tokens.names(snapshot.connection, [id])),
    }


def _actions(snapshot: ReadSnapshot, action: str | None) -> list[str] | None:
    """All that are meant, of those that there can be and those that there were. Refused if there are none."""
    if action is None:
        return None
    there = known(snapshot.connection, "action") | EVENTS.keys() | current_app.view_functions.keys()
    begin = action.removesuffix("*")
    found = [name for name in there if name == action or (begin != action and name.startswith(begin))]
    if not found:
        raise _unknown("action", "is no action: neither an event, nor a request, nor the beginning of some")
    return found


def _unknown(name: str, detail: str) -> InvalidValue:
    return InvalidValue.at(f"?{name if name in request.args else 'q'}", detail)


def _everything(snapshot: ReadSnapshot, asking: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    everybody = [{"actor": actor} for actor in known(snapshot.connection, "actor")]
    with_names_of_actors(snapshot, everybody)
    names = {one["actor"]: one["actor_name"] for one in everybody}
    order = asking["order"] or (NEWEST if asking["after"] else OLDEST)
    return snapshot.trail.everything(filters(snapshot, dict(asking)), names, order, asking["after"])


audit.exported("/audit", list_all, of_statement(SHAPE, AuditRow(), _everything))
