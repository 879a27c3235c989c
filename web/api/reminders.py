"""Callers learn here whether they are reminded of what they owe, and make a calendar of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from flask import Response, request
from psycopg import Connection

from projections.moment import instant
from web.access import calendars, journal
from web.access.guard import caller
from web.access.table import demand, operation_of
from web.api.commands import posted
from web.api.routes import Routes, read_body
from web.freshness import POSITION_HEADER, read_snapshot
from web.reminders.how import Reminding
from web.schemas.queries import asked
from web.schemas.reading import load
from web.schemas.reminders import AskedReminders, CalendarOfMine, CalendarWithSecret, Reminders
from web.schemas.webhooks import Nothing
from web.wiring import services

reminders = Routes("reminders", __name__, description="How the caller is reminded of what they owe.")
NO_TIMES = {"as_of": None, "known_at": None}
PATH = "/calendar/{secret}.ics"


@reminders.plain("/me/reminders", Reminders(), AskedReminders(), headers=(POSITION_HEADER,), personal=False)
def read() -> Response:
    """Say whether mails remind the caller, and whether they have a calendar"""
    how, person = services().settings.reminding, caller().person_id
    with read_snapshot(services(), NO_TIMES | asked(AskedReminders()), caller()) as snapshot:
        feed, is_reached = None, False
        if person is not None:
            found = snapshot.directory.person(snapshot.moment, person, snapshot.sight.emails_of)
            is_reached = found is not None and found["email"] is not None
            feed = calendars.present(snapshot.connection, person)
        position = snapshot.position
    response = _answer(
        {
            "mails": is_reached and how is not None and how.server is not None,
            "hour": Reminding.hour if how is None else how.hour,
            "has_address": is_reached,
            "calendar": None if feed is None else _shown(feed),
            "position": position,
        }
    )
    response.headers[POSITION_HEADER] = str(position)
    return response


@reminders.administration("/me/calendar", CalendarWithSecret(), Nothing())
def subscribe() -> Response:
    """Make a calendar of what the caller owes; the answer holds its path, this once; it ends the last"""
    load(Nothing(), posted("reminders", {}, read_body()).body)
    with services().administration.connection() as conn, conn.transaction():
        secret = calendars.begin(conn, _person())
        found = calendars.present(conn, _person()) or {}
        _note(conn, UUID(found["id"]))
    return _answer({**_shown(found), "path": PATH.format(secret=secret)})


@reminders.administration("/me/calendar/revocation", CalendarOfMine(), Nothing())
def unsubscribe() -> Response:
    """End the calendar of the caller, also if there is none"""
    load(Nothing(), posted("reminders", {}, read_body()).body)
    with services().administration.connection() as conn, conn.transaction():
        found = calendars.present(conn, _person())
        if found is not None:
            calendars.end(conn, _person())
            _note(conn, UUID(found["id"]))
    return _answer({"calendar": None})


def _person() -> UUID:
    demand(caller(), operation_of(request.endpoint or ""))
    found = caller().person_id
    if found is None:
        raise ValueError("the access table lets only people in here")
    return found


def _note(conn: Connection[Any], id: UUID) -> None:
    note = journal.Note(
        caller=caller(),
        kind="administration",
        action=request.endpoint or "",
        path=request.path,
        detail=calendars.NAME,
        subject_type="token",
        subject_id=id,
    )
    journal.write(conn, [note])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: instant(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _answer(body: dict[str, Any]) -> Response:
    response = Response(orjson.dumps(body), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
