"""The audit trail: who changed what, who read what is personal, who was refused, what was exported."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from projections.audit.queries.conditions import TrailFilters
from projections.audit.queries.trail import NEWEST, OLDEST, known
from projections.directory.spans import units_below
from web.access import readers as access
from web.access.guard import caller
from web.access.roles import READING_ALL, demand
from web.api.names import with_names_of_actors
from web.api.routes import Routes
from web.exports.lists import of_statement
from web.freshness import POSITION_HEADER, ReadSnapshot, read_snapshot
from web.schemas.audit import AskedReaders, AskedTrail
from web.schemas.audit_answers import AuditPage, AuditRow, Readers
from web.schemas.fields import ID
from web.schemas.queries import asked
from web.wiring import services

audit = Routes("audit", __name__, description="Who changed what, who read what, who was refused.")
SHAPE = AskedTrail()
NO_TIMES = {"as_of": None, "known_at": None}


@audit.plain("/audit", AuditPage(), SHAPE, headers=(POSITION_HEADER, "Link"), personal=True)
def list_all() -> Response:
    """Every event, every read of what is personal, every refused command, every export"""
    demand(caller().role, READING_ALL)
    asking = asked(SHAPE)
    with read_snapshot(services(), NO_TIMES | asking) as snapshot:
        page = snapshot.trail.page(
            filters(snapshot, asking), asking["order"], asking["limit"], asking["after"]
        )
        with_names_of_actors(snapshot, page.items)
    response = Response(
        orjson.dumps({"items": page.items, "position": snapshot.position}), mimetype="application/json"
    )
    response.headers[POSITION_HEADER] = str(snapshot.position)
    response.headers["Cache-Control"] = "no-store"
    if page.next is not None:
        following = urlencode({**request.args.to_dict(), "after": page.next})
        response.headers["Link"] = f'<{request.path}?{following}>; rel="next"'
    return response


@audit.single("/audit/readers", Readers(), AskedReaders(), roles=READING_ALL, tagged=False, personal=True)
def readers(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any] | None:
    """List who could have read something: by what they are to it, and by which tokens"""
    return access.readers(snapshot, asked["subject"])


def filters(snapshot: ReadSnapshot, asking: dict[str, Any]) -> TrailFilters:
    """Gives what was asked, with the units and the actions that are meant looked up."""
    unit = asking["unit"]
    return TrailFilters(
        kind=asking["kind"],
        actors=_actors(asking["actor"]),
        subject=asking["subject"],
        subject_type=asking["subject_type"],
        actions=_actions(snapshot, asking["action"]),
        cycle=asking["cycle"],
        units=None if unit is None else units_below(snapshot.connection, snapshot.moment, unit),
        since=asking["from_"],
        before=asking["to"],
        effective_from=asking["effective_from"],
        effective_to=asking["effective_to"],
        words=asking["words"],
        reasons=asking["reasons"],
        fields=asking["fields"],
    )


def _actors(actor: str | None) -> list[str] | None:
    """As events name them; an id alone is that of a person or of a token."""
    if actor is None:
        return None
    return [f"person:{actor.lower()}", f"token:{actor.lower()}"] if ID.fullmatch(actor) else [actor]


def _actions(snapshot: ReadSnapshot, action: str | None) -> list[str] | None:
    if action is None:
        return None
    if not action.endswith("*"):
        return [action]
    return [name for name in known(snapshot.connection, "action") if name.startswith(action[:-1])]


def _everything(snapshot: ReadSnapshot, asking: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    everybody = [{"actor": actor} for actor in known(snapshot.connection, "actor")]
    with_names_of_actors(snapshot, everybody)
    names = {one["actor"]: one["actor_name"] for one in everybody}
    order = asking["order"] or (NEWEST if asking["after"] else OLDEST)
    return snapshot.trail.everything(filters(snapshot, dict(asking)), names, order, asking["after"])


audit.exported("/audit", list_all, of_statement(SHAPE, AuditRow(), _everything, READING_ALL))
