"""Questions about reviews, answered as far as they are for the caller."""

from typing import Any
from uuid import UUID

from projections.audit.queries.history import HistoryQuestion
from projections.directory.reporting import reports_of
from projections.page import Page
from projections.reviews.queries import Circle, ReviewFilters
from web.access.guard import caller
from web.access.privacy import reads_all
from web.access.roles import READING_ALL
from web.api.names import with_names_of_actors, with_names_of_groups
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.review_answers import Fairness, ReviewHistory, ReviewSchema, ReviewSummary
from web.schemas.reviews import AskedFairness, AskedReviews

questions = Routes("review_questions", __name__, description="Reviews, as far as they are for the caller.")
FILTERS = ("person", "reviewer", "cycle", "status")
OWN = ("review.opened", "review.self_assessed")
"""The person reviewed sees these entries of the history before it is shared."""
NOBODY = UUID(int=0)
NOT_YET: dict[str, Any] = {"rating": None, "assessment": None, "calibrations": [], "withdrawal": None}


@questions.listing("/reviews", AskedReviews(), ReviewSummary(), personal=True)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Reviews by the day of their opening"""
    filters = ReviewFilters(**{name: asked[name] for name in FILTERS}, within=_circle(snapshot))
    page = snapshot.reviews.reviews(snapshot.moment, filters, asked["limit"], asked["after"])
    items = [{**item, "rating": None} if _is_held_back(item) else item for item in page.items]
    return Page(items, page.next)


@questions.single("/reviews/<uuid:id>", ReviewSchema(), personal=True)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One review with all of its steps; the evidence as it was fixed"""
    found = _seen(snapshot, id)
    return {**found, **NOT_YET} if found and _is_held_back(found) else found


@questions.single("/reviews/<uuid:id>/history", ReviewHistory(), rows=("items",), personal=True)
def history(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """Every change, and of the evidence what was fixed, what is so now, and why the two differ"""
    found = _seen(snapshot, id)
    asking = HistoryQuestion(snapshot.moment.known_at, snapshot.moment.as_of)
    told = snapshot.history.changes("review", id, asking, limit=None) if found else None
    if found is None or told is None:
        return None
    items, evidence = told.items, snapshot.reviews.evidence(snapshot.moment, id)
    if _is_held_back(found):
        items, evidence = [item for item in items if item["action"] in OWN], []
    with_names_of_actors(snapshot, items)
    return {"review_id": str(id), "items": items, "evidence": evidence}


@questions.single(
    "/reviews/fairness", Fairness(), AskedFairness(), roles=READING_ALL, rows=("groups",), personal=True
)
def fairness(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """Ratings and what calibration did to them, in groups of five people and more"""
    found = snapshot.reviews.fairness(snapshot.moment, asked["cycle"], asked["by"])
    with_names_of_groups(snapshot, found["groups"])
    return {"cycle_id": str(asked["cycle"]), **found}


def _circle(snapshot: ReadSnapshot) -> Circle | None:
    """Gives the circle of people in whose reviews the caller has a part; None: everybody's."""
    asking = caller()
    if reads_all(asking):
        return None
    if asking.person_id is None:
        return Circle([], NOBODY)
    reports = reports_of(snapshot.connection, snapshot.moment, asking.person_id)
    return Circle([asking.person_id, *reports], asking.person_id)


def _seen(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """The review, if the caller sees it at all."""
    found, asking = snapshot.reviews.review(snapshot.moment, id), caller()
    if found is None or reads_all(asking):
        return found
    if asking.person_id is None:
        return None
    involved = {found["person_id"], found["reviewer_id"]}
    if str(asking.person_id) in involved:
        return found
    above = snapshot.directory.managers(snapshot.moment, UUID(found["person_id"]))
    return found if str(asking.person_id) in above else None


def _is_held_back(review: dict[str, Any]) -> bool:
    """Returns whether the caller is the person reviewed, and it was not shared yet."""
    return (
        review["shared_on"] is None
        and review["person_id"] == str(caller().person_id)
        and not reads_all(caller())
    )
