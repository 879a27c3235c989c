"""Changes are counted by day, of whatever they are."""

from typing import Any

from web.api.days import last_days, year_before
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.history_answers import Changes
from web.schemas.queries import AskedChanges

changes = Routes("changes", __name__, description="When how much has changed.")


@changes.single("/changes", Changes(), AskedChanges(), rows=("items",), personal=False)
def count(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """Count the changes that hold since each step of a span, and those of them that were recorded late"""
    first = asked["from_"] or year_before(snapshot.moment.as_of)
    days = last_days(first, snapshot.moment.as_of, asked["step"])
    return {
        "from": first.isoformat(),
        "to": days[-1].isoformat(),
        "step": asked["step"],
        "items": snapshot.trail.counts(snapshot.moment, first, days, snapshot.zone),
    }
