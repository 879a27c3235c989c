"""The raw feed: every event of the log, in the one order, for whoever may read all."""

from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from web.access.guard import caller
from web.access.noting import nothing_told
from web.api.routes import Routes
from web.errors import RETRY_AFTER_SECONDS
from web.exports.log import of_log
from web.freshness import POSITION_HEADER
from web.schemas.events import AskedEvents, CloudEvent, Events
from web.schemas.queries import asked
from web.topics import matching
from web.wiring import services

events = Routes("events", __name__, description="The log as it is, to be followed.")
SHAPE = AskedEvents()
ANSWER_HEADERS = (POSITION_HEADER, "Link", "Retry-After")


@events.plain("/events", Events(), SHAPE, headers=ANSWER_HEADERS, personal=True)
def follow() -> Response:
    """Events after a position, in their order, as CloudEvents 1.0; waits for the next one if asked to"""
    asking = asked(SHAPE)
    topics = matching(asking["topic"]) if asking["topic"] else None
    found, waited = services().feed.follow(asking["after"], asking["limit"], topics, asking["wait"])
    if not found.items:
        nothing_told()
    items = _told(found.items)
    body = {"items": items, "next": found.next, "position": found.head}
    response = Response(orjson.dumps(body), mimetype="application/json")
    response.headers[POSITION_HEADER] = str(found.head)
    response.headers["Cache-Control"] = "no-store"
    if found.next < found.head:
        following = urlencode({**request.args.to_dict(), "after": found.next})
        response.headers["Link"] = f'<{request.path}?{following}>; rel="next"'
    if not waited:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _told(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As far as they are for the caller."""
    feed, who = services().feed, caller()
    if not who.reads_all:
        return feed.withheld(items, services().today())
    return items if who.person_id is None else feed.held_back(items, who.person_id)


events.exported("/events", follow, of_log(SHAPE, CloudEvent()))
