"""Histories told by hand: what is late, what is ahead, what was approved, and two states side by side."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.objective import Owner
from projections.audit.queries.history import History, HistoryQuestion
from projections.moment import Moment
from projections.page import BadCursor, cursor_after
from tests.histories.beginning import ALL_WAIVED
from tests.projections.alignment.story import LONG_AGO, Story
from tests.projections.reviews.story import ReviewStory
from tests.projections.tables import Project


@pytest.fixture
def story() -> Story:
    return Story()


def history(story: Story, project: Project, id: UUID | None = None, **asked: Any) -> list[dict[str, Any]]:
    """The items about `calls`, or another objective."""
    found = History(project(story.telling.log)).changes(
        "objective", id or story.calls.id, HistoryQuestion(story.telling.now, **asked), limit=None
    )
    assert found is not None
    return found.items


def new_target(story: Story, days: int, target: int, baseline: int = 0) -> None:
    story.calls.change_target(
        by=story.telling.by(days),
        key_result_id=story.visits,
        target=Decimal(target),
        baseline=Decimal(baseline),
    )
    story.record(story.calls)


HARDER = {"raised": True, "key_result_kind": "increase"}


def test_a_change_has_who_when_why_and_what_it_was_before(story: Story, project: Project) -> None:
    story.later()
    new_target(story, 0, 12)

    changed = history(story, project)[-1]

    assert changed == {
        "position": len(story.telling.log),
        "event_id": f"{story.calls.id}:{story.calls.version}",
        "version": story.calls.version,
        "recorded_at": "2026-01-21T09:00:00.000001Z",
        "effective_on": "2026-01-21",
        "actor": "token:test",
        "reason": "because",
        "action": "objective.target_changed",
        "late": False,
        "changes": [
            {
                "field": f"key_results.{story.visits}.target",
                "before": "10",
                "after": "12",
                "label": "Visits",
                **HARDER,
            }
        ],
    }


def test_a_late_change_says_what_held_on_its_own_day_and_until_when_it_holds(
    story: Story, project: Project
) -> None:
    new_target(story, 0, 12)
    story.later()
    new_target(story, -5, 11, baseline=1)

    late = history(story, project)[-1]

    until = (story.telling.today - timedelta(days=1)).isoformat()
    field = f"key_results.{story.visits}"
    assert late["late"] is True
    assert late["changes"] == [
        {"field": f"{field}.baseline", "before": "0", "after": "1", "until": until, "label": "Visits"},
        {
            "field": f"{field}.target",
            "before": "10",
            "after": "11",
            "until": until,
            "label": "Visits",
            **HARDER,
        },
    ]


def test_a_revised_key_result_is_told_field_by_field_under_the_title_that_it_had(
    story: Story, project: Project
) -> None:
    def revise(days: int, **changes: Any) -> None:
        story.calls.revise_key_result(by=story.telling.by(days), key_result_id=story.visits, **changes)
        story.record(story.calls)

    revise(0, weight=Decimal("2.5"))
    story.later()
    revise(-5, title="Visits made", weight=Decimal(3))

    first, late = history(story, project)[-2:]

    until = (story.telling.today - timedelta(days=1)).isoformat()
    field, label = f"key_results.{story.visits}", "Visits"
    assert (late["action"], late["late"]) == ("objective.key_result_revised", True)
    assert first["changes"] == [{"field": f"{field}.weight", "before": "1", "after": "2.5", "label": label}]
    assert late["changes"] == [
        {"field": f"{field}.title", "before": "Visits", "after": "Visits made", "label": label},
        {"field": f"{field}.weight", "before": "1", "after": "3", "until": until, "label": label},
    ]


def test_a_correction_of_a_reading_says_what_was_read_before(story: Story, project: Project) -> None:
    story.later()
    story.calls.correct_check_in(
        by=story.telling.by(),
        check_in_id=story.check_in_id,
        readings={story.visits: Decimal(3)},
        note="Counted twice.",
    )
    story.record(story.calls)

    corrected = history(story, project)[-1]

    part = f"check_ins.{story.check_in_id}"
    assert (corrected["effective_on"], corrected["late"]) == ("2026-01-10", True)
    assert corrected["changes"] == [
        {"field": f"{part}.note", "before": None, "after": "Counted twice."},
        {"field": f"{part}.readings.{story.visits}", "before": "2", "after": "3", "label": "Visits"},
    ]


def test_a_link_is_called_by_the_title_of_the_day(story: Story, project: Project) -> None:
    made = history(story, project, field="alignments")
    assert [change["label"] for change in made[0]["changes"]] == ["Growth"] * 3
    assert [change["field"].rpartition(".")[2] for change in made[0]["changes"]] == [
        "kind",
        "present",
        "weight",
    ]


def test_resuming_leads_back_to_the_status_before(story: Story, project: Project) -> None:
    approved = story.objective("Later", "team", Owner(unit_id=story.sales.id), live=False)
    by = story.telling.by(LONG_AGO)
    approved.submit(by=by, waivers=ALL_WAIVED, standing=story.telling.standing(approved, by.effective_on))
    approved.approve(by=by)
    approved.postpone(by=by)
    approved.resume(by=by)
    story.record(approved)

    statuses = [
        (change["before"], change["after"])
        for item in history(story, project, approved.id, field="status")
        for change in item["changes"]
    ]

    assert statuses == [
        (None, "draft"),
        ("draft", "submitted"),
        ("submitted", "approved"),
        ("approved", "postponed"),
        ("postponed", "approved"),
    ]


def test_a_day_leaves_out_what_is_ahead_and_an_instant_what_was_not_known(
    story: Story, project: Project
) -> None:
    before = story.later()
    new_target(story, 30, 12)
    answers = History(project(story.telling.log))

    def positions(known_at: Any, as_of: date | None) -> list[int]:
        page = answers.changes("objective", story.calls.id, HistoryQuestion(known_at, as_of))
        return [] if page is None else [item["position"] for item in page.items]

    now, ahead = story.telling.now, len(story.telling.log)
    assert positions(now, None)[-1] == ahead
    assert ahead not in positions(now, story.telling.today)
    assert ahead not in positions(before.known_at, None)
    assert positions(now, date(2026, 1, 4)) == []


def test_only_one_field_can_be_asked_for(story: Story, project: Project) -> None:
    new_target(story, 0, 12)
    targets = [item["changes"] for item in history(story, project, field="target")]
    assert [[change["after"] for change in changes] for changes in targets] == [["10"], ["12"]]
    assert history(story, project, field=f"key_results.{story.visits}.target")[-1]["changes"] == targets[-1]
    assert history(story, project, field="arget") == []


def test_pages_follow_one_another_and_a_cursor_is_of_its_own_history(story: Story, project: Project) -> None:
    answers, asked = History(project(story.telling.log)), HistoryQuestion(story.telling.now)
    seen, after = list[int](), None
    while True:
        page = answers.changes("objective", story.calls.id, asked, limit=2, after=after)
        assert page is not None
        seen += [item["position"] for item in page.items]
        if (after := page.next) is None:
            break
    assert seen == [item["position"] for item in history(story, project)]
    first = answers.changes("objective", story.growth.id, asked, limit=1)
    assert first is not None
    of_growth = first.next
    made_up = [cursor_after(f"history of {story.calls.id}", place) for place in ("x", "-1", "9" * 40, "²")]
    for cursor in ("nonsense", of_growth, cursor_after("objectives", "1"), *made_up):
        with pytest.raises(BadCursor):
            answers.changes("objective", story.calls.id, asked, after=cursor)


def test_there_is_no_history_of_what_is_not_known_or_something_else(story: Story, project: Project) -> None:
    answers = History(project(story.telling.log))
    long_ago = HistoryQuestion(story.telling.now - timedelta(days=1))
    assert answers.changes("objective", uuid4(), HistoryQuestion(story.telling.now)) is None
    assert answers.changes("objective", story.ana.id, HistoryQuestion(story.telling.now)) is None
    assert answers.changes("objective", story.calls.id, long_ago) is None


def test_what_was_approved_is_set_against_what_is_so(story: Story, project: Project) -> None:
    approved = next(
        event
        for event in story.telling.log
        if event.topic == "objective.approved" and event.originator_id == story.calls.id
    )
    before = story.later()
    new_target(story, 0, 12)
    story.later()
    new_target(story, -1, 13)
    answers = History(project(story.telling.log))

    made = answers.approval(story.calls.id, story.at())

    assert made is not None
    assert (made["position"], made["actor"], made["as_of"]) == (approved.position, "token:test", "2026-01-05")
    assert made["known_at"] == made["recorded_at"] == "2026-01-20T09:00:00.000000Z"
    changes = {change["field"]: change for change in made["changes"]}
    target = changes[f"key_results.{story.visits}.target"]
    last, head = changes[f"alignments.{story.growth.id}.kind"], len(story.telling.log)
    assert (target["before"], target["after"], target["events"][1:]) == (None, "13", [head - 1, head])
    assert (last["label"], target["label"]) == ("Growth", "Visits")
    then = answers.approval(story.calls.id, before)
    assert then is not None
    assert [change["after"] for change in then["changes"] if "target" in change["field"]] == ["10"]
    assert answers.approval(story.calls.id, story.at(date(2026, 1, 4))) is None


def test_an_approval_of_the_amendments_settles_the_difference(story: Story, project: Project) -> None:
    story.later()
    story.calls.approve(by=story.telling.by())
    new_target(story, 0, 12)
    story.calls.approve(by=story.telling.by())
    story.calls.reaffirm(by=story.telling.by())
    story.record(story.calls)

    made = History(project(story.telling.log)).approval(story.calls.id, story.at())

    assert made is not None
    assert (made["differs"], made["changes"]) == (False, [])


def test_a_draft_was_not_approved_yet(story: Story, project: Project) -> None:
    draft = story.objective("Later", "team", Owner(unit_id=story.sales.id), live=False)
    assert History(project(story.telling.log)).approval(draft.id, story.at()) is None


def test_two_states_differ_by_the_events_that_count_for_one_of_them(story: Story, project: Project) -> None:
    then = story.later()
    new_target(story, -5, 11)
    new_target(story, 0, 12)
    late, today = len(story.telling.log) - 1, len(story.telling.log)
    answers, field = History(project(story.telling.log)), f"key_results.{story.visits}.target"

    def compared(before: Moment, after: Moment) -> list[dict[str, Any]]:
        return list(answers.comparison(story.calls.id, before, after)["changes"])

    known_now = Moment(then.as_of, story.telling.now)
    difference = {"field": field, "before": "10", "after": "11", "events": [late], "label": "Visits"}
    assert compared(then, known_now) == [difference]
    assert compared(known_now, then) == [{**difference, "before": "11", "after": "10"}]
    assert compared(known_now, story.at()) == [
        {**difference, "before": "11", "after": "12", "events": [today]}
    ]
    assert [change["events"] for change in compared(then, story.at())] == [[late, today]]
    assert compared(then, then) == []
    assert answers.comparison(story.calls.id, then, known_now)["from"] == {
        "as_of": "2026-01-20",
        "known_at": "2026-01-20T09:00:00.000000Z",
    }


def test_a_link_made_and_removed_between_two_states_is_no_difference(story: Story, project: Project) -> None:
    before = story.later()
    story.align(story.calls, story.service, 0)
    story.calls.remove_alignment(by=story.telling.by(), parent_id=story.service.id)
    story.record(story.calls)
    answers = History(project(story.telling.log))
    assert answers.comparison(story.calls.id, before, story.at())["changes"] == []


def test_a_review_has_every_step_with_before_and_after(project: Project) -> None:
    story = ReviewStory()
    calibrator = story.as_actor("person:cleo")
    story.review.calibrate(by=calibrator, rating=4, reason_code="consistency", comment="As the others.")
    story.telling.record([story.review])

    page = History(project(story.telling.log)).changes(
        "review", story.review.id, HistoryQuestion(story.telling.now)
    )

    assert page is not None
    assert [item["action"].removeprefix("review.") for item in page.items] == [
        "opened",
        "self_assessed",
        "assessed",
        "calibrated",
    ]
    assert page.items[-1]["actor"] == "person:cleo"
    assert page.items[-1]["changes"] == [
        {"field": "calibration_comment", "before": None, "after": "As the others.", "personal": True},
        {"field": "calibration_reason_code", "before": None, "after": "consistency"},
        {"field": "rating", "before": 3, "after": 4},
        {"field": "status", "before": "assessed", "after": "calibrated"},
    ]
