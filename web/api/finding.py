"""One search over all that has a name, and events by their number."""

import re
from datetime import timedelta
from typing import Any

from projections.audit.queries.conditions import EVENT, TrailFilters
from projections.searching import WHOLE, search
from web.access.guard import caller
from web.access.table import has_role, row_of
from web.api.names import with_names_of_actors
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.finding import AskedSearch, Found
from web.topics import OWN_WORDS

finding = Routes("search", __name__, description="One search over all that has a name.")
NUMBER = re.compile(r"#?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})", re.ASCII)


@finding.single("/search", Found(), AskedSearch(), personal=True)
def find(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """Find objectives, people, units and cycles by their names, and events by their number"""
    hidden = snapshot.alignment.hidden
    items, found = search(snapshot.connection, snapshot.moment, asked["q"], asked["limit"], hidden)
    items = [{**each, "position": None} for each in items]
    events = _events(snapshot, asked["q"])
    return {"items": [*events, *items], "found": {"event": len(events), **found}}


def _events(snapshot: ReadSnapshot, q: str) -> list[dict[str, Any]]:
    """The event of this number, for whoever reads the trail."""
    number = NUMBER.fullmatch(q.strip())
    if number is None or not has_role(caller(), row_of("audit.list")):
        return []
    asked = TrailFilters(
        kind=[EVENT],
        position=int(number[1].replace(",", "")),
        before=snapshot.moment.known_at + timedelta(microseconds=1),
        held_back=snapshot.sight.held_back,
        told_of_those=OWN_WORDS,
    )
    rows = snapshot.trail.page(asked, limit=1).items
    with_names_of_actors(snapshot, rows)
    return [
        {
            "type": EVENT,
            "id": row["event_id"],
            "title": row["subject"]["title"],
            "status": None,
            "detail": row["action"],
            "place": row["actor_name"],
            "match": WHOLE,
            "position": row["position"],
        }
        for row in rows
    ]
