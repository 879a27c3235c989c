"""The path at which programs ask for somebody's calendar: its secret is in the path, for they send no tokens.

The secret stands in no log and in no row of the journal; the journal has whose calendar was read.
"""

from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, Response, g

from domain.refusals import NotFound
from projections.reviews.queries.obligations import obligations
from web.access import noting
from web.access.journal import Note
from web.access.tokens import Caller
from web.freshness import POSITION_HEADER, read_snapshot
from web.origin import own_origin
from web.reminders.ical import MEDIA_TYPE, Due, calendar
from web.wiring import services

calendar_feed = Blueprint("calendar_feed", __name__)
NO_TIMES = {"as_of": None, "known_at": None, "min_position": None}
AHEAD_DAYS = 92
MOST_EVENTS = 500


@calendar_feed.get("/calendar/<secret>.ics")
def read(secret: str) -> Response:
    """Gives what its person owes, by day, from the oldest on; what has no day is on no calendar."""
    who = services().tokens.authenticate_calendar(secret)
    if who is None or who.person_id is None:
        raise NotFound("there is no such calendar; make another one in the preferences")
    with read_snapshot(services(), NO_TIMES, who) as snapshot:
        snapshot.sight.show_reviews()
        moment, position = snapshot.moment, snapshot.position
        whose = snapshot.sight.whose(who.person_id)
        rows = obligations(snapshot.connection, moment, whose, AHEAD_DAYS, MOST_EVENTS).items
    due = [
        Due(row["kind"], row["type"], row["id"], date.fromisoformat(row["due_on"]))
        for row in rows
        if row["due_on"] is not None
    ]
    unwritten = noting.write([_note(who, position)])
    if unwritten is not None:
        return unwritten.response()
    url = services().settings.public_url or own_origin()
    body = calendar(due, moment.known_at, url, urlsplit(url).hostname or "")
    response = Response(body, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="throughline.ics"'
    response.headers[POSITION_HEADER] = str(position)
    return response


def _note(who: Caller, position: int) -> Note:
    return Note(
        caller=who,
        kind="read",
        action="calendar_feed.read",
        path="/calendar",
        position=position,
        address=g.address,
        subject_type="person",
        subject_id=who.person_id,
    )
