"""The health of the alignment is told on a day and over time, with why it changed and what is behind each
number.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from domain.health import CLASSES, OVERDUE, PLANNED
from domain.refusals import InvalidValue
from projections.alignment.queries import LinkFilters
from projections.alignment.queries.series import MOST_PACED_DAYS, MOST_POINTS_OF_UNITS
from projections.moment import Moment, instant
from projections.page import Page
from web.api.days import last_days, year_before
from web.api.names import with_names, with_names_of_actors
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.health_answers import (
    AskedChange,
    AskedHealth,
    AskedLinks,
    AskedSeries,
    CountedLink,
    Health,
    HealthChange,
    HealthSeries,
)  # fmt: skip
from web.schemas.reach_answers import AskedReach, Reach

alignment_health = Routes(
    "alignment_health", __name__, description="How healthy the alignment is, at any date and over time."
)
# What each number counts: the list, and what is asked of it.
LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    **{name: ("objectives", {"class": name}) for name in CLASSES},
    "live": ("objectives", {"live": "true"}),
    **{name: ("objectives", {"phase": name}) for name in (PLANNED, OVERDUE)},
    "stale": ("objectives", {"stale": "true"}),
    "links": ("alignment-links", {}),
    "links_crossing": ("alignment-links", {"crossing": "true"}),
}


@alignment_health.single(
    "/alignment-health", Health(), AskedHealth(), rows=("total", "units"), personal=False
)
def health(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """Counts per class, coverage, silo index and staleness, per unit and for the whole"""
    found = snapshot.alignment.health(snapshot.moment, asked["unit"], asked["cycle"])
    _name(snapshot, found["units"])
    return {**found, "lists": _lists(snapshot.moment, asked, found["total"])}


@alignment_health.single(
    "/alignment-health/series", HealthSeries(), AskedSeries(), rows=("points", "units.points"), personal=False
)
def series(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """The figures on the last day of every step, as known at one instant"""
    first = asked["from_"] or year_before(snapshot.moment.as_of)
    days = last_days(first, snapshot.moment.as_of, asked["step"])
    paced = bool(asked["paces"])
    if paced and len(days) > MOST_PACED_DAYS:
        raise InvalidValue.at(
            "?paces", f"are told of {MOST_PACED_DAYS} days at most, and these are {len(days):,}"
        )
    found = snapshot.alignment.series(
        snapshot.moment, days, asked["unit"], asked["cycle"], by_unit=asked["by"] == "unit", paced=paced
    )
    if found is None:
        raise InvalidValue.at(
            "?by", f"would give more than {MOST_POINTS_OF_UNITS:,} points: ask for fewer days"
        )
    _name(snapshot, found["units"])
    return {
        **found,
        "from": first.isoformat(),
        "to": days[-1].isoformat(),
        "step": asked["step"],
        "unit_id": _text(asked["unit"]),
    }


@alignment_health.single(
    "/alignment-health/change", HealthChange(), AskedChange(), rows=("objectives",), personal=False
)
def change(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """Compare two moments: figures, objectives of another class, what did it, and what else differs"""
    first, last, known_at = asked["from_"], snapshot.moment.as_of, snapshot.moment.known_at
    if first > last:
        raise InvalidValue.at("?from", f"must not be after {last}")
    before = Moment(first, asked["from_known_at"] or known_at)
    after = Moment(last, asked["to_known_at"] or known_at)
    found = changed(snapshot, before, after, asked["unit"], asked["cycle"])
    for side in ("from", "to"):
        del found[side]["units"]
    return {**found, "unit_id": _text(asked["unit"])}


def changed(
    snapshot: ReadSnapshot, before: Moment, after: Moment, unit: UUID | None, cycle: UUID | None
) -> dict[str, Any]:
    """The two moments compared, each with the figures of its units, by the names of the snapshot."""
    found = snapshot.alignment.change(before, after, unit, cycle)
    events = (event for each in found["objectives"] for event in each["events"])
    with_names_of_actors(snapshot, [*events, *found["causes"]])
    with_names(
        snapshot, ({"owner": each[side]} for each in found["owner_changes"] for side in ("before", "after"))
    )
    for name in ("objectives", "causes", "pace_changes", "owner_changes", "target_changes"):
        _name(snapshot, found[name], "unit_name")
    for side in ("from", "to"):
        _name(snapshot, found[side]["units"])
    return found


@alignment_health.single(
    "/alignment-health/reach", Reach(), AskedReach(), rows=("rows.cells",), personal=False
)
def reach(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """The objectives under each goal by level and pace, those under none, and what came and went since"""
    moment, then = snapshot.moment, None
    if asked["from_"] is not None or asked["from_known_at"] is not None:
        then = Moment(asked["from_"] or moment.as_of, asked["from_known_at"] or moment.known_at)
    found = snapshot.alignment.reach(moment, asked["unit"], asked["cycle"], then)
    _name(snapshot, [row["goal"] for row in found["rows"] if row["goal"]], "unit_name")
    return found


@alignment_health.listing("/alignment-links", AskedLinks(), CountedLink(), personal=False)
def links(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Links between live objectives by the title of the one below; `unit` is that one's, or above it"""
    filters = LinkFilters(asked["unit"], asked["cycle"], asked["crossing"])
    page = snapshot.alignment.links(snapshot.moment, filters, asked["limit"], asked["after"])
    ends = [each[f"{end}_unit_id"] for each in page.items for end in ("from", "to")]
    names = snapshot.directory.names(snapshot.moment, [id for id in ends if id is not None])
    for each in page.items:
        for end in ("from", "to"):
            each[f"{end}_unit_name"] = names.get(each[f"{end}_unit_id"])
    return page


def _name(snapshot: ReadSnapshot, items: Iterable[dict[str, Any]], field: str = "name") -> None:
    """Adds the names of the units."""
    told = list(items)
    names = snapshot.directory.names(snapshot.moment, [each["unit_id"] for each in told if each["unit_id"]])
    for each in told:
        each[field] = names.get(each["unit_id"])


def _lists(moment: Moment, asked: Mapping[str, Any], told: Collection[str]) -> dict[str, str]:
    """For each number told, the path of the list of what it counts at this moment."""
    where = {"as_of": moment.as_of.isoformat(), "known_at": instant(moment.known_at)}
    where |= {name: str(asked[name]) for name in ("unit", "cycle") if asked[name] is not None}
    return {
        name: f"/api/v1/{path}?{urlencode({**of, **where})}"
        for name, (path, of) in LISTS.items()
        if name in told
    }


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)
