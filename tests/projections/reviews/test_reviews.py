"""What a review shows, what it rested on, and why that may differ from what is so today."""

import sys
from datetime import date, timedelta
from decimal import Decimal
from types import FrameType
from typing import Any
from uuid import UUID, uuid4

import pytest

from projections.moment import Moment
from projections.page import BadCursor, cursor_after
from projections.reviews.queries import ReviewFilters, Reviews
from tests.projections.reviews.story import ASSESSED_ON, ReviewStory
from tests.projections.tables import Project


@pytest.fixture
def story() -> ReviewStory:
    return ReviewStory()


def evidence(story: ReviewStory, project: Project, moment: Moment | None = None) -> dict[str, Any]:
    """The one objective of the review, fixed and now."""
    evidence = Reviews(project(story.telling.log)).evidence(moment or story.at(), story.review.id)
    assert evidence is not None
    [compared] = evidence
    return compared


def test_right_after_the_assessment_the_evidence_is_what_is_so(story: ReviewStory, project: Project) -> None:
    compared = evidence(story, project)

    assert compared["fixed"] == compared["now"]
    assert compared["fixed"]["progress"] == 0.5
    assert (compared["differs"], compared["differing"], compared["events"]) == (False, [], [])


def test_a_late_correction_leaves_the_evidence_and_is_named_as_the_reason(
    story: ReviewStory, project: Project
) -> None:
    before = story.later()
    check_in_id = next(reversed(story.calls.check_ins.all))
    story.correct(check_in_id, Decimal(8))

    compared = evidence(story, project)

    [reading] = compared["fixed"]["key_results"]
    assert (reading["value"], compared["fixed"]["progress"], compared["now"]["progress"]) == ("5", 0.5, 0.8)
    assert compared["differing"] == ["progress", "key_results"]
    [event] = compared["events"]
    assert event["changes"] == [{"field": f"key_results/{story.visits}/value", "before": "5", "after": "8"}]
    assert event["action"] == "objective.check_in_corrected"
    assert (event["reason"], event["actor"], event["late"]) == ("because", "token:test", True)
    assert event["event_id"] == f"{story.calls.id}:{story.calls.version}"
    assert evidence(story, project, before)["differs"] is False


def test_progress_made_since_differs_only_as_of_days_since(story: ReviewStory, project: Project) -> None:
    story.later()
    story.visit(Decimal(9))

    compared = evidence(story, project)

    assert (compared["now"]["progress"], compared["events"][0]["late"]) == (0.9, False)
    assert evidence(story, project, story.at(ASSESSED_ON))["differs"] is False


def test_what_contributes_is_among_the_reasons(story: ReviewStory, project: Project) -> None:
    story.later()
    child = story.child("Invitations")
    child.add_key_result(
        by=story.telling.by(),
        key_result_id=uuid4(),
        title="Sent",
        kind="increase",
        unit_of_measure=None,
        baseline=Decimal(0),
        target=Decimal(4),
    )
    story.record(child)

    compared = evidence(story, project)

    assert (compared["now"]["progress"], compared["differing"]) == (0.25, ["progress"])
    assert {event["objective_id"] for event in compared["events"]} == {str(child.id)}
    assert {"objective.aligned", "objective.key_result_added"} <= {
        event["action"] for event in compared["events"]
    }


def test_what_has_no_part_in_the_difference_is_not_named(story: ReviewStory, project: Project) -> None:
    story.later()
    story.calls.reaffirm(by=story.telling.by())
    story.growth.cancel(by=story.telling.by())
    story.record(story.calls, story.growth)
    story.calls.close(by=story.telling.by(), outcome="achieved", score=Decimal("0.7"), note="well")
    story.record(story.calls)

    compared = evidence(story, project)

    assert compared["differing"] == ["status", "score"]
    assert [event["action"] for event in compared["events"]] == ["objective.closed"]
    assert [change["field"] for change in compared["events"][0]["changes"]] == ["score", "status"]


@pytest.mark.parametrize("values", [(8, 9), (9, 9)], ids=["each another", "all the same"])
def test_the_history_of_evidence_costs_what_is_in_it_and_not_the_square_of_that(
    story: ReviewStory, project: Project, values: tuple[int, int]
) -> None:
    story.later()
    calls, told = [], []
    for _ in range(2):
        for number in range(60):
            story.visit(Decimal(values[number % 2]))
        reviews, moment = Reviews(project(story.telling.log)), story.at()
        calls.append(0)

        def count(_frame: FrameType, event: str, _argument: object) -> None:
            calls[-1] += event == "call"  # of what is written in Python

        sys.setprofile(count)
        try:
            found = reviews.evidence(moment, story.review.id)
        finally:
            sys.setprofile(None)
        assert found is not None
        told.append(len(found[0]["events"]))

    assert told == [60, 120]
    assert calls[1] < 2.1 * calls[0]


def test_a_review_shows_what_was_said_and_since_when_it_may_be_appealed(
    story: ReviewStory, project: Project
) -> None:
    story.review.share(by=story.telling.by())
    story.telling.record([story.review])

    review = Reviews(project(story.telling.log)).review(story.at(), story.review.id)

    assert review is not None
    assert (review["status"], review["rating"]) == ("shared", 3)
    assert (review["shared_on"], review["appeal_until"]) == ("2026-01-25", "2026-02-04")
    assert review["self_assessment"]["text"] == "I did what I could."
    assert review["assessment"]["evidence"][0]["key_results"][0]["value"] == "5"
    assert (review["assessment"]["by"], review["assessment"]["on"]) == ("token:test", "2026-01-25")
    assert (review["calibrations"], review["withdrawal"]) == ([], None)


def test_there_is_no_review_before_it_was_opened_or_known(story: ReviewStory, project: Project) -> None:
    reviews = Reviews(project(story.telling.log))
    early = Moment(ASSESSED_ON, story.telling.now - timedelta(microseconds=1))
    for moment, id in (
        (story.at(ASSESSED_ON - timedelta(days=1)), story.review.id),
        (early, story.review.id),
    ):
        assert reviews.review(moment, id) is None
        assert reviews.evidence(moment, id) is None
        assert reviews.reviews(moment).items == []
    assert reviews.review(story.at(), uuid4()) is None


def test_lists_come_in_pages_and_by_filter(story: ReviewStory, project: Project) -> None:
    others = [story.assessed(UUID(int=number + 1), story.calls) for number in range(4)]
    reviews, listed, after = Reviews(project(story.telling.log)), list[str](), None
    while True:
        page = reviews.reviews(story.at(), limit=2, after=after)
        listed += [item["id"] for item in page.items]
        if (after := page.next) is None:
            break
    assert listed == sorted(str(each.id) for each in (story.review, *others))
    [found] = reviews.reviews(story.at(), ReviewFilters(person=UUID(int=2))).items
    assert found["id"] == str(others[1].id)
    assert reviews.reviews(story.at(), ReviewFilters(status=["shared"])).items == []


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        cursor_after("objectives", "2026-01-01", str(UUID(int=7))),
        cursor_after("reviews", "x", "y"),
    ],
)
def test_a_made_up_cursor_is_refused(story: ReviewStory, project: Project, cursor: str) -> None:
    with pytest.raises(BadCursor):
        Reviews(project(story.telling.log)).reviews(story.at(date(2026, 2, 1)), after=cursor)
