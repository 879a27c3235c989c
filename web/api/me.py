"""Callers learn who they are here, and what is theirs to do."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from flask import Response, current_app, request

from application.session import Session
from domain.refusals import Forbidden, NotFound
from projections.moment import instant
from web.access.deeds import NEW, fits, may, subject_of
from web.access.guard import caller
from web.access.table import TABLE, demand, operation_of
from web.access.tokens import Caller
from web.api.openapi import path_of
from web.api.routes import Routes
from web.freshness import POSITION_HEADER, ReadSnapshot, read_snapshot
from web.schemas.me_answers import AskedMe, AskedOperations, Me, OperationsOfMine
from web.schemas.queries import asked
from web.wiring import services

me = Routes("me", __name__, description="Who is calling, and what they may do.")
NO_TIMES = {"as_of": None, "known_at": None}
ATTEMPTS = 5
"""So often may what is judged move on meanwhile."""


@me.plain("/me", Me(), AskedMe(), headers=(POSITION_HEADER,), personal=False)
def read() -> Response:
    """Say who is calling, how and until when they are signed in, and what they may do to something"""
    with read_snapshot(services(), NO_TIMES | asked(AskedMe()), caller()) as snapshot:
        found = who(snapshot, caller(), by_cookie="Authorization" not in request.headers)
    response = _answer(found)
    response.headers[POSITION_HEADER] = str(found["position"])
    return response


@me.plain("/me/operations", OperationsOfMine(), AskedOperations(), about=True, personal=False)
def operations() -> Response:
    """Say which commands are the caller's to give on one thing today, and whether its state leaves room"""
    return _answer(on(caller(), asked(AskedOperations())["subject"]))


def who(snapshot: ReadSnapshot, of: Caller, *, by_cookie: bool) -> dict[str, Any]:
    """Gives the answer `Me`, by the names of today."""
    people = [] if of.person_id is None else [of.person_id]
    names = snapshot.directory.names(snapshot.sight.now, [*people, *of.units])
    named = [{"id": str(id), "name": names.get(str(id))} for id in (*people, *sorted(of.units))]
    how = "provider" if of.token_id is None else "session" if by_cookie else "token"
    return {
        "actor": of.actor,
        "person": named[0] if people else None,
        "roles": sorted(of.roles),
        "units": named[len(people) :],
        "scopes": list(of.scopes),
        "signed_in": {
            "how": how,
            "token_id": of.token_id and str(of.token_id),
            "name": of.name,
            "until": of.expires_at and instant(of.expires_at),
        },
        "operations": [operation for operation in TABLE if _is_possible(of, operation)],
        "today": snapshot.sight.now.as_of.isoformat(),
        "position": snapshot.position,
    }


def on(of: Caller, id: UUID) -> dict[str, Any]:
    """Gives the answer `OperationsOfMine`; raises `NotFound` where there is nothing for the caller."""
    store = services().use_cases.store
    for _ in range(ATTEMPTS - 1):
        session = Session(store)
        try:
            found = _told(session, of, id)
        except NotFound:
            if not session.catch_up():
                raise
        else:
            if not session.catch_up():
                return found
    return _told(Session(store), of, id)


def _told(session: Session, of: Caller, id: UUID) -> dict[str, Any]:
    today = services().today()
    collection, subject = subject_of(session, of, id, today)
    told = [
        {"operation": operation, "path": path, "fits": fits(session, of, operation, subject, today)}
        for operation, path in _commands(collection, id)
        if may(session, of, operation, subject, today)
    ]
    about = {"type": subject.TOPIC, "id": str(id), "version": subject.version}
    return {"subject": about, "operations": told}


def _commands(collection: str, id: UUID) -> Iterator[tuple[str, str]]:
    """(operation, path) of all commands on what is in the collection, and for it."""
    new = NEW.get(collection, {})
    for operation, path in paths_of_commands().items():
        if path.startswith(f"/api/v1/{collection}/{{id}}/") or operation in new:
            yield operation, path.replace("{id}", str(id))


def paths_of_commands() -> dict[str, str]:
    """The path of every command by its operation, with its ids in braces."""
    rules = current_app.url_map.iter_rules()
    return {operation_of(rule.endpoint): path_of(rule) for rule in rules if "POST" in (rule.methods or ())}


def _is_possible(of: Caller, operation: str) -> bool:
    try:
        demand(of, operation)
    except Forbidden:
        return False
    return True


def _answer(body: dict[str, Any]) -> Response:
    response = Response(orjson.dumps(body), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
