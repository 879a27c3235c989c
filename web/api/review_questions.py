"""Questions about reviews, answered as far as they are for the caller."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.review.lifecycle import DUE, Status
from projections.audit.queries.history import HistoryQuestion
from projections.page import Page
from projections.reviews.queries import OPENED, Circle, ReviewFilters
from web.api.names import with_names_of_actors, with_names_of_groups
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.review_answers import (
    Fairness,
    PageOfReviewSummary,
    ReviewHistory,
    ReviewSchema,
    ReviewSummary,
)
from web.schemas.reviews import AskedFairness, AskedReviews
from web.topics import OWN_WORDS

questions = Routes("review_questions", __name__, description="Reviews, as far as they are for the caller.")
FILTERS = ("person", "reviewer", "cycle", "status")
SAID = (
    *("self_assessment", "assessment", "sharing", "acknowledgement", "appeal", "appeal_decision"),
    *("finalisation", "withdrawal"),
)
HOLDERS = {"person_reviewed": "person_id", "reviewer": "reviewer_id"}
NOT_YET: dict[str, Any] = {"rating": None, "assessment": None, "calibrations": [], "withdrawal": None}


@questions.listing("/reviews", AskedReviews(), ReviewSummary(), PageOfReviewSummary(), personal=True)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Reviews by the day of their opening, or those that wait for somebody, the longest first"""
    filters = ReviewFilters(**{name: asked[name] for name in FILTERS}, within=_circle(snapshot))
    page = snapshot.reviews.reviews(
        snapshot.moment, filters, asked["limit"], asked["after"], asked["order"] or OPENED
    )
    items = [{**item, "rating": None} if snapshot.sight.is_held_back(item) else item for item in page.items]
    with_who(snapshot, items)
    return Page(items, page.next, {"counts": snapshot.reviews.counts(snapshot.moment, filters)})


@questions.single("/reviews/<uuid:id>", ReviewSchema(), personal=True)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One review with all of its steps; the evidence as it was fixed"""
    found = _seen(snapshot, id)
    if found is None:
        return None
    if snapshot.sight.is_held_back(found):
        found |= NOT_YET
    with_who(snapshot, [found])
    steps = [step for name in SAID if (step := found[name]) is not None] + found["calibrations"]
    actors = [{"actor": step["by"]} for step in steps]
    with_names_of_actors(snapshot, actors)
    for step, actor in zip(steps, actors, strict=True):
        step["by_name"] = actor["actor_name"]
    return found


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


def with_who(snapshot: ReadSnapshot, items: Sequence[dict[str, Any]]) -> None:
    """Adds to reviews the names of the two people and the unit of the person reviewed, the last step with
    whoever took it, and the next one with whoever is to take it.
    """
    last = snapshot.reviews.last_steps(snapshot.moment, [item["id"] for item in items])
    ids = {item[column] for item in items for column in HOLDERS.values()}
    people = snapshot.directory.people_there(snapshot.moment, ids) if ids else {}
    for item in items:
        person, reviewer = (people.get(item[column]) or {} for column in HOLDERS.values())
        step = last[item["id"]]
        item |= {
            "person_name": person.get("name"),
            "reviewer_name": reviewer.get("name"),
            "unit_id": person.get("unit_id"),
            "unit_name": person.get("unit_name"),
            "last": {"action": step["topic"], "actor": step["actor"], "on": step["on"]},
            "next": _next(item, step["on"], people),
        }
    with_names_of_actors(snapshot, [item["last"] for item in items])


def _next(
    item: Mapping[str, Any], since: str, people: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any] | None:
    due = DUE.get(Status(item["status"]))
    if due is None:
        return None
    action, by = due
    person_id = item[HOLDERS[by]] if by in HOLDERS else None
    name = people.get(person_id or "", {}).get("name")
    return {
        "operation": f"reviews.{action}",
        "by": by,
        "person_id": person_id,
        "name": name,
        "since": since,
    }


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
