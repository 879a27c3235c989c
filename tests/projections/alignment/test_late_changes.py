"""A late change changes the answers for dates since its effective date as known now, none as known before."""

from datetime import date
from decimal import Decimal

import pytest

from projections.alignment.queries import Alignment, ObjectiveFilters
from projections.moment import Moment
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.story import Story, ids, on

BEFORE, SINCE = date(2026, 1, 11), date(2026, 1, 12)


@pytest.fixture
def story() -> Story:
    return Story()


def test_a_late_move_to_another_goal_changes_what_is_known_now_since_its_date(
    story: Story, project: Project
) -> None:
    then = story.later()
    story.calls.remove_alignment(by=story.telling.by(-9), parent_id=story.growth.id)
    story.align(story.calls, story.service, -9)
    answers, now = Alignment(project(story.telling.log)), story.at()

    def goals(day: date, moment: Moment) -> list[object]:
        found = answers.paths(on(moment, day), story.calls.id)
        assert found is not None
        return [ids(path["objectives"])[-1] for path in found["paths"]]

    assert goals(SINCE, now) == [story.service.id]
    assert goals(BEFORE, now) == [story.growth.id]
    assert goals(SINCE, then) == goals(BEFORE, then) == [story.growth.id]


def test_a_late_move_takes_its_progress_to_the_other_goal(story: Story, project: Project) -> None:
    then = story.later()
    story.calls.remove_alignment(by=story.telling.by(-9), parent_id=story.growth.id)
    story.align(story.calls, story.service, -9)
    answers, now = Alignment(project(story.telling.log)), story.at()

    def progress(day: date, moment: Moment) -> list[object]:
        at = on(moment, day)
        return [(answers.progress(at, goal.id) or {})["progress"] for goal in (story.growth, story.service)]

    assert progress(SINCE, now) == [None, 0.2]
    assert progress(BEFORE, now) == [0.2, None]
    assert progress(SINCE, then) == progress(BEFORE, then) == [0.2, None]


def test_a_late_transfer_of_a_person_moves_what_they_own_since_its_date(
    story: Story, project: Project
) -> None:
    then = story.later()
    story.ana.transfer(by=story.telling.by(-9), unit_id=story.support.id, manager_id=None)
    story.record(story.ana)
    answers, now = Alignment(project(story.telling.log)), story.at()

    def of_support(day: date, moment: Moment) -> set[object]:
        at = on(moment, day)
        return set(ids(answers.objectives(at, ObjectiveFilters(unit=[story.support.id])).items))

    assert of_support(SINCE, now) == {story.service.id, story.calls.id}
    assert of_support(BEFORE, now) == {story.service.id}
    assert of_support(SINCE, then) == of_support(BEFORE, then) == {story.service.id}


def test_a_late_transfer_of_a_person_makes_a_link_cross_units_since_its_date(
    story: Story, project: Project
) -> None:
    then = story.later()
    story.ana.transfer(by=story.telling.by(-9), unit_id=story.support.id, manager_id=None)
    story.record(story.ana)
    answers, now = Alignment(project(story.telling.log)), story.at()
    assert answers.health(on(now, SINCE))["total"]["silo_index"] == 0.0
    assert answers.health(on(now, BEFORE))["total"]["silo_index"] == 1.0
    assert answers.health(on(then, SINCE))["total"]["silo_index"] == 1.0


def test_a_corrected_reading_changes_progress_since_its_day_and_only_as_known_now(
    story: Story, project: Project
) -> None:
    then = story.later()
    readings = {story.visits: Decimal(7)}
    story.calls.correct_check_in(by=story.telling.by(), check_in_id=story.check_in_id, readings=readings)
    story.record(story.calls)
    answers, now = Alignment(project(story.telling.log)), story.at()

    def progress(day: date, moment: Moment) -> object:
        found = answers.objective(on(moment, day), story.calls.id)
        assert found is not None
        return found["progress"]

    assert progress(date(2026, 1, 10), now) == 0.7
    assert progress(date(2026, 1, 9), now) == 0.0
    assert progress(date(2026, 1, 10), then) == 0.2


def test_a_correction_that_takes_a_reading_back_leaves_the_one_before(story: Story, project: Project) -> None:
    later = story.telling.new_id()
    story.calls.check_in(
        by=story.telling.by(), check_in_id=later, on=date(2026, 1, 15), readings={story.visits: Decimal(9)}
    )
    story.calls.correct_check_in(by=story.telling.by(), check_in_id=later, readings={story.visits: None})
    story.record(story.calls)
    found = Alignment(project(story.telling.log)).objective(story.at(), story.calls.id)
    assert found is not None
    assert found["key_results"][0]["reading"]["on"] == "2026-01-10"
    assert found["last_check_in_on"] == "2026-01-15"


def test_a_correction_of_the_earlier_of_two_check_ins_of_a_day_does_not_displace_the_later(
    story: Story, project: Project
) -> None:
    day, readings = date(2026, 1, 10), {story.visits: Decimal(5)}
    story.calls.check_in(by=story.telling.by(), check_in_id=story.telling.new_id(), on=day, readings=readings)
    first = {story.visits: Decimal(8)}
    story.calls.correct_check_in(by=story.telling.by(), check_in_id=story.check_in_id, readings=first)
    story.record(story.calls)
    found = Alignment(project(story.telling.log)).objective(story.at(), story.calls.id)
    assert found is not None
    assert found["progress"] == 0.5


def test_an_alignment_has_held_since_the_day_it_was_last_made(story: Story, project: Project) -> None:
    story.align(story.calls, story.growth, -5, kind="supports")
    reweighed = Alignment(project(story.telling.log)).objective(story.at(), story.calls.id)
    story.calls.remove_alignment(by=story.telling.by(-8), parent_id=story.growth.id)
    story.record(story.calls)
    interrupted = Alignment(project(story.telling.log)).objective(story.at(), story.calls.id)
    assert reweighed is not None
    assert interrupted is not None
    assert [link["since"] for link in reweighed["alignments"]] == ["2026-01-05"]
    assert [link["since"] for link in interrupted["alignments"]] == ["2026-01-15"]


def test_amended_is_a_matter_of_versions_not_of_days(story: Story, project: Project) -> None:
    story.calls.approve(by=story.telling.by())
    story.align(story.calls, story.service, 30)
    ahead = story.later()
    story.calls.approve(by=story.telling.by())
    story.record(story.calls)
    answers, now = Alignment(project(story.telling.log)), story.at()

    def amended(moment: Moment, day: date) -> object:
        found = answers.objective(on(moment, day), story.calls.id)
        assert found is not None
        return found["amended"]

    assert amended(ahead, date(2026, 3, 1)) is True
    assert amended(ahead, date(2026, 1, 20)) is False
    assert amended(now, date(2026, 3, 1)) is False


def test_a_late_weight_of_a_key_result_changes_the_progress_since_its_date(
    story: Story, project: Project
) -> None:
    letters = story.telling.new_id()
    story.calls.add_key_result(
        by=story.telling.by(-15), key_result_id=letters, title="Letters", kind="increase",
        unit_of_measure=None, baseline=Decimal(0), target=Decimal(4),
    )  # fmt: skip
    story.calls.check_in(
        by=story.telling.by(),
        check_in_id=story.telling.new_id(),
        on=date(2026, 1, 10),
        readings={letters: Decimal(4)},
    )
    story.record(story.calls)
    then = story.later()
    story.calls.revise_key_result(
        by=story.telling.by(-9), key_result_id=story.visits, weight=Decimal(3), title="Visits made",
        unit_of_measure="visits",
    )  # fmt: skip
    story.record(story.calls)
    answers, now = Alignment(project(story.telling.log)), story.at()

    def shown(day: date, moment: Moment) -> list[object]:
        found = answers.objective(on(moment, day), story.calls.id)
        assert found is not None
        visits = next(one for one in found["key_results"] if one["id"] == str(story.visits))
        above = answers.progress(on(moment, day), story.growth.id)
        assert above is not None
        said = [visits[name] for name in ("title", "unit_of_measure", "weight", "progress")]
        return [*said, found["progress"], above["progress"]]

    before = ["Visits", None, "1", 0.2, 0.6, 0.6]
    assert shown(SINCE, now) == ["Visits made", "visits", "3", 0.2, 0.4, 0.4]  # (3 x 0.2 + 1) / 4
    assert shown(BEFORE, now) == before
    assert shown(SINCE, then) == shown(BEFORE, then) == before
