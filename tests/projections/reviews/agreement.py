"""The answers about the performance cycle beside those of the oracle, at one moment."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.alignment.queries import Alignment
from projections.directory.queries import Directory
from projections.events import Recorded
from projections.feedback.queries import Feedback
from projections.measures.queries import Measures
from projections.moment import Moment
from projections.reviews.queries import ReviewFilters, Reviews
from tests.histories import Telling
from tests.oracle import PerformanceOracle

FIXED = ("title", "status", "progress", "score", "key_results")
# What an objective owes to its own events alone. Without one of those that made its status, or the progress
# of what contributes to it, a later event may come to mean something else.
OWN = frozenset({"title", "score", "key_results"})
APPROVED, CHECKED_IN, CORRECTED = "objective.approved", "objective.checked_in", "objective.check_in_corrected"


def assert_agrees(connection: Connection[Any], telling: Telling, moment: Moment) -> None:
    """AssertionError at the first answer of a read model that is not the oracle's."""
    oracle = PerformanceOracle(telling.log, moment.as_of, moment.known_at)
    _assert_reviews(Reviews(connection), telling, moment, oracle)
    _assert_measures(Measures(connection), telling, moment, oracle)
    for objective in telling.objectives:
        said = Feedback(connection).for_objective(moment, objective.id)
        assert said == oracle.feedback(objective.id)
    for cycle in telling.cycles:
        assert Directory(connection).seals(moment, cycle.id) == oracle.seals(cycle.id)
        assert Alignment(connection).cycle_figures(moment, cycle.id) == oracle.cycle_figures(cycle.id)
    goals = [each.id for each in telling.objectives[:2]]
    assert Alignment(connection).impact(moment, goals, [moment.as_of]) == [oracle.impact(goals)]


def _assert_reviews(reviews: Reviews, telling: Telling, moment: Moment, oracle: PerformanceOracle) -> None:
    assert _pages(reviews, moment, ReviewFilters()) == oracle.reviews()
    for asked in ("self_assessed", "shared", "upheld", "withdrawn"):
        assert _pages(reviews, moment, ReviewFilters(status=[asked])) == oracle.reviews(status=asked)
    for person in telling.people:
        assert _pages(reviews, moment, ReviewFilters(person=person.id)) == oracle.reviews(person_id=person.id)
        asked_by = ReviewFilters(reviewer=person.id, cycle=telling.cycles[0].id)
        found = oracle.reviews(reviewer_id=person.id, cycle_id=telling.cycles[0].id)
        assert _pages(reviews, moment, asked_by) == found
    for review in telling.reviews:
        shown = oracle.review(review.id)
        assert reviews.review(moment, review.id) == shown
        _assert_evidence(reviews.evidence(moment, review.id), telling.log, moment, shown)
    for by in ("unit", "level", "reviewer"):
        groups = reviews.fairness(moment, telling.cycles[0].id, by)["groups"]
        assert {each.pop("key"): each for each in groups} == oracle.fairness(telling.cycles[0].id, by)


def _assert_evidence(
    evidence: list[dict[str, Any]] | None,
    log: Sequence[Recorded],
    moment: Moment,
    review: dict[str, Any] | None,
) -> None:
    assert (evidence is None) == (review is None)
    if evidence is None or review is None:
        return
    assert (review["assessment"] is None) == (evidence == [])
    for compared in evidence:
        made = next(
            event
            for event in log
            if event.topic == "review.assessed" and str(event.originator_id) == review["id"]
        )
        _assert_explained(compared, log, moment, made)


def _assert_explained(
    compared: dict[str, Any], log: Sequence[Recorded], moment: Moment, made: Recorded
) -> None:
    """`now` is what the fold says; without the events that are named, nothing of its own would differ."""
    id = next(event.originator_id for event in log if str(event.originator_id) == compared["objective_id"])
    fixed, now = compared["fixed"], compared["now"]
    assert _sorted(now) == _sorted(PerformanceOracle(log, moment.as_of, moment.known_at).evidence_now(id))
    assert compared["differs"] == (_sorted(fixed) != _sorted(now)) == bool(compared["differing"])
    named = {event["position"] for event in compared["events"]}
    assert bool(named) <= compared["differs"]
    made_on = str(made.effective_on)
    counted = {
        event.position
        for event in log
        if event.position < made.position and event.effective_on <= made.effective_on
    }
    assert not named & counted
    assert all(event["late"] == (event["effective_on"] <= made_on) for event in compared["events"])
    if made.data["policy"] != PerformanceOracle(log, moment.as_of, moment.known_at).world.policy["name"]:
        return  # other rules show other figures, and both policies are named where the figures are
    without = _standing_without(log, named)
    as_if = PerformanceOracle(without, moment.as_of, moment.known_at).evidence_now(id)
    if now is not None and as_if is not None:
        for field in OWN.intersection(compared["differing"]):
            assert _sorted(as_if)[field] == _sorted(fixed)[field], field


def _standing_without(log: Sequence[Recorded], named: set[int]) -> list[Recorded]:
    """The log without these events, and without what stands on them: what is left of aggregates that they
    define, corrections of their check-ins, and later approvals, of which the first would become the approval
    that was taken away.
    """
    gone = [event for event in log if event.position in named]
    unread = {event.data["check_in_id"] for event in gone if event.topic == CHECKED_IN}
    undefined = {event.originator_id for event in gone if event.version == 1}
    unapproved = {event.originator_id for event in gone if event.topic == APPROVED}
    return [
        event
        for event in log
        if event.position not in named
        and event.originator_id not in undefined
        and not (event.topic == APPROVED and event.originator_id in unapproved)
        and not (event.topic == CORRECTED and event.data["check_in_id"] in unread)
    ]


def _sorted(evidence: dict[str, Any] | None) -> dict[str, Any]:
    if evidence is None:
        return dict.fromkeys(FIXED)
    return {**evidence, "key_results": {one["key_result_id"]: one for one in evidence["key_results"]}}


def _assert_measures(measures: Measures, telling: Telling, moment: Moment, oracle: PerformanceOracle) -> None:
    page = measures.measures(moment, limit=1)
    items = page.items
    while page.next is not None:
        page = measures.measures(moment, 1, page.next)
        items = items + page.items
    assert items == oracle.measures()
    days = sorted({event.effective_on for event in telling.log})
    for measure in telling.measures:
        found = oracle.measure(measure.id)
        assert measures.measure(moment, measure.id) == found
        series = measures.series(moment, measure.id, days)
        assert (series is None) == (found is None)
        for point, day in zip(series or [], days, strict=False):
            then = PerformanceOracle(telling.log, day, moment.known_at).measure(measure.id)
            latest = then["latest"] if then else None
            value = latest["value"] if latest else None
            attained = then["attainment"] if then else None
            read_on = latest["on"] if latest else None
            assert point == {"on": str(day), "value": value, "read_on": read_on, "attainment": attained}


def _pages(reviews: Reviews, moment: Moment, filters: ReviewFilters) -> list[dict[str, Any]]:
    """The whole list, walked page by page."""
    page = reviews.reviews(moment, filters, 2)
    items = page.items
    while page.next is not None:
        page = reviews.reviews(moment, filters, 2, page.next)
        items = items + page.items
    return items
