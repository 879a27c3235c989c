"""Questions about reviews, answered as far as they are for the caller."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from projections.audit.queries.history import HistoryQuestion
from projections.page import Page
from projections.reviews.queries import Circle, ReviewFilters
from web.api.names import with_names_of_actors, with_names_of_groups
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.review_answers import Fairness, ReviewHistory, ReviewSchema, ReviewSummary
from web.schemas.reviews import AskedFairness, AskedReviews
from web.topics import OWN_WORDS

questions = Routes("review_questions", __name__, description="Reviews, as far as they are for the caller.")
FILTERS = ("person", "reviewer", "cycle", "status")
NOT_YET: dict[str, Any] = {"rating": None, "assessment": None, "calibrations": [], "withdrawal": None}


@questions.listing("/reviews", AskedReviews(), ReviewSummary(), personal=True)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Reviews by the day of their opening"""
    filters = ReviewFilters(**{name: asked[name] for name in FILTERS}, within=_circle(snapshot))
    page = snapshot.reviews.reviews(snapshot.moment, filters, asked["limit"], asked["after"])
    items = [{**item, "rating": None} if snapshot.sight.is_held_back(item) else item for item in page.items]
    return Page(items, page.next)


@questions.single("/reviews/<uuid:id>", ReviewSchema(), personal=True)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One review with all of its steps; the evidence as it was fixed"""
    found = _seen(snapshot, id)
    return {**found, **NOT_YET} if found and snapshot.sight.is_held_back(found) else found


@questions.single("/reviews/<uuid:id>/history", ReviewHistory(), rows=("items",), personal=True)
def history(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """Every change, and of the evidence what was fixed, what is so now, and why the two differ"""
    found = _seen(snapshot, id)
    asking = HistoryQuestion(snapshot.moment.known_at, snapshot.moment.as_of)
    changes = snapshot.history.changes("review", id, asking, limit=None) if found else None
    if found is None or changes is None:
        return None
    items, evidence = changes.items, snapshot.reviews.evidence(snapshot.moment, id)
    if snapshot.sight.is_held_back(found):
        items, evidence = [item for item in items if item["action"] in OWN_WORDS], []
    with_names_of_actors(snapshot, items)
    told = [_beside(each, snapshot.alignment.hidden) for each in evidence or ()]
    return {"review_id": str(id), "items": items, "evidence": told}


@questions.single("/reviews/fairness", Fairness(), AskedFairness(), rows=("groups",), personal=True)
def fairness(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """Ratings and what calibration did to them, in groups of five people and more"""
    found = snapshot.reviews.fairness(snapshot.moment, asked["cycle"], asked["by"])
    with_names_of_groups(snapshot, found["groups"])
    return {"cycle_id": str(asked["cycle"]), **found}


def _beside(evidence: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """The review has what was fixed. Its objectives have what is so now, and why that differs: of those
    that are hidden it is not told.
    """
    events = [each for each in evidence["events"] if each["objective_id"] not in hidden]
    now = None if evidence["objective_id"] in hidden else evidence["now"]
    return {**evidence, "now": now, "events": events}


def _circle(snapshot: ReadSnapshot) -> Circle | None:
    """Gives the reviews in which the caller has a part; None: everybody's."""
    of = snapshot.sight.reviews_of
    return None if of is None else Circle(of, snapshot.sight.reviews_written)


def _seen(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """The review, if the caller sees it at all."""
    found = snapshot.reviews.review(snapshot.moment, id)
    return found if found is not None and snapshot.sight.reads_review(found) else None
