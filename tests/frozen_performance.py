"""The story of which the frozen events are made goes on: an objective carried over, a review, a measure."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from domain.aggregate import Aggregate
from domain.measure import Measure
from domain.objective import Objective, Owner, Standing, Waiver
from domain.review import Evidence, KeyResultEvidence, Review, Share
from tests.frozen_story import YEAR, by_, id_of

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
SCALE = {"lowest": 1, "highest": 3, "labels": ["below", "meets", "above"]}


def aggregates() -> Iterator[Aggregate]:
    """Those of the performance cycle, with everything that can happen to them pending."""
    yield from (_carried_over(), _finalised(), _withdrawn(), _measure())


def _carried_over() -> Aggregate:
    """Itself a successor, so that its definition names an origin."""
    objective = Objective.define(
        by=by_(date(2026, 1, 5)),
        id=id_of("successor"),
        title="Answer customers within a day",
        description=None,
        level="team",
        cycle_id=id_of("cycle"),
        owner=Owner(person_id=id_of("person")),
        starts_on=None,
        ends_on=None,
        origin_id=id_of("objective"),
    )
    standing, all = Standing(YEAR, has_contributing_child=False), [Waiver(c, "a pilot") for c in "SMART"]
    objective.submit(by=by_(date(2026, 1, 6)), waivers=all, standing=standing)
    objective.approve(by=by_(date(2026, 1, 7)))
    by = by_(date(2026, 2, 1))
    objective.give_feedback(
        by=by, feedback_id=id_of("feedback"), kind="concern", text="Nights are slow", visibility="private"
    )
    objective.withdraw_feedback(by=by_(date(2026, 2, 3), "a misreading"), feedback_id=id_of("feedback"))
    objective.carry_over(by=by_(MAY), successor_id=id_of("successor's successor"))
    return objective


def _finalised() -> Aggregate:
    review = _review()
    review.finalise(by=by_(JUNE))
    return review


def _withdrawn() -> Aggregate:
    """The same review with another end."""
    review = _review()
    review.withdraw(by=by_(JUNE, "the wrong objectives"))
    return review


def _review() -> Review:
    review = Review.open(
        by=by_(date(2026, 4, 20)),
        id=id_of("review"),
        person_id=id_of("person"),
        reviewer_id=id_of("reviewer"),
        cycle_id=id_of("cycle"),
        shares=[Share(id_of("objective"), Decimal("60.5")), Share(id_of("successor"), Decimal("39.5"))],
        scale=SCALE,
        appeal_days=20,
        external_id="R-1",
    )
    review.self_assess(by=by_(date(2026, 4, 25)), text="A good year, but for Easter", on_behalf=True)
    review.correct_external_id(by=by_(date(2026, 4, 20), "that of another"), external_id="R-2")
    review.reassign(by=by_(date(2026, 4, 26), "the reviewer left"), reviewer_id=id_of("manager"))
    review.assess(
        by=by_(date(2026, 4, 28)),
        rating=2,
        text="Faster than promised",
        evidence=[_measured(), _unmeasured()],
        on_behalf=True,
    )
    comment = "the others were rated higher"
    calibrator = by_(date(2026, 4, 30), actor="token:calibration")
    review.calibrate(by=calibrator, rating=3, reason_code="consistency", comment=comment)
    review.share(by=by_(MAY))
    agreed = "all but the last sentence"
    reviewed = f"person:{id_of('person')}"
    review.acknowledge(by=by_(date(2026, 5, 2), actor=reviewed), agrees=False, comment=agreed)
    review.appeal(by=by_(date(2026, 5, 4), actor=reviewed), grounds="Easter is in every year")
    judge = by_(date(2026, 5, 20), actor="token:appeals")
    review.decide_appeal(by=judge, decision="amended", comment="so it is", rating=2)
    return review


def _measured() -> Evidence:
    read = KeyResultEvidence(id_of("key result"), Decimal("25.75"), Decimal("0.730769"), Decimal("0.730769"))
    return Evidence(
        objective_id=id_of("objective"),
        title="Answer customers within a day",
        version=20,
        position=419,
        status="active",
        progress=Decimal("0.730769"),
        score=None,
        key_results=[read],
    )


def _unmeasured() -> Evidence:
    return Evidence(
        objective_id=id_of("successor"),
        title="Answer customers within a day",
        version=5,
        position=420,
        status="closed",
        progress=None,
        score=Decimal("0.5"),
        key_results=[KeyResultEvidence(id_of("other key result"), None, None, None)],
    )


def _measure() -> Aggregate:
    measure = Measure.define(
        by=by_(date(2026, 1, 1)),
        id=id_of("measure"),
        name="Customers who stay",
        unit_of_measure="per cent",
        direction="increase",
        baseline=Decimal("71.5"),
        target=Decimal(80),
        objective_ids=[id_of("parent")],
        external_id="M-1",
    )
    reading, on = id_of("reading"), date(2026, 3, 31)
    measure.record_reading(
        by=by_(on), reading_id=reading, on=on, value=Decimal("72.25"), source="the quarterly survey"
    )
    measure.correct_reading(by=by_(on, "a region was missing"), reading_id=reading, value=Decimal("73.5"))
    measure.withdraw_reading(by=by_(on, "of another measure"), reading_id=reading)
    measure.correct_external_id(by=by_(date(2026, 1, 1), "there is none"), external_id=None)
    measure.revise(by=by_(date(2026, 4, 1), "the survey has another scale"), target=Decimal(78))
    return measure
