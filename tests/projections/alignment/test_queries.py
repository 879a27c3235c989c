"""What the queries do beyond giving the oracle's answers: pages, limits, depth, and unknown ids."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from domain.objective import Objective, Owner
from projections.alignment.queries import Alignment, ObjectiveFilters
from projections.page import BadCursor, cursor_after
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.story import LONG_AGO, Story, ids

NOBODY = UUID(int=7)


@pytest.fixture
def story() -> Story:
    return Story()


def chain(story: Story, length: int) -> list[Objective]:
    """Objectives each aligned to the one before; the first to a goal."""
    made = [story.growth]
    for number in range(length):
        made.append(story.objective(f"{number:04}", "team", Owner(unit_id=story.sales.id)))
        story.align(made[-1], made[-2], LONG_AGO)
    return made


def test_pages_follow_one_another_without_gap_or_repetition(story: Story, project: Project) -> None:
    for _ in range(4):
        story.objective("Same title", "team", Owner(unit_id=story.sales.id))
    answers, seen, after = Alignment(project(story.telling.log)), list[UUID](), None
    while True:
        page = answers.objectives(story.at(), limit=2, after=after)
        seen += ids(page.items)
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 7
    assert seen == ids(answers.objectives(story.at(), limit=100).items)


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        cursor_after("people", "1", "a", str(NOBODY)),
        cursor_after("objectives", "1", "a", "not an id"),
        cursor_after("objectives", "9", "a", str(NOBODY)),
        cursor_after("objectives", "99999999999999", "a", str(NOBODY)),
    ],
)
def test_a_made_up_cursor_is_refused(story: Story, project: Project, cursor: str) -> None:
    with pytest.raises(BadCursor):
        Alignment(project(story.telling.log)).objectives(story.at(), after=cursor)


def test_what_does_not_exist_at_the_moment_has_no_answer(story: Story, project: Project) -> None:
    answers = Alignment(project(story.telling.log))
    day_before = story.at(story.calls.first_day.replace(day=4))
    for moment, id in ((day_before, story.calls.id), (story.at(), uuid4())):
        assert answers.objective(moment, id) is None
        assert answers.paths(moment, id) is None
        assert answers.progress(moment, id) is None
        assert answers.person(moment, id) is None
        assert answers.graph(moment, root=id)["nodes"] == []
        assert answers.objectives(moment, ObjectiveFilters(owner=[id])).items == []
    assert answers.person(day_before, story.ana.id) is None


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("100 STRASSE", 1),
        ("stras 10", 1),
        ("00%_STRASSE", 0),
        ("100 because", 1),
        ("BECAUSE", 4),
        ("ecause", 0),
    ],
)
def test_a_search_is_by_words_and_ignores_case(story: Story, project: Project, q: str, found: int) -> None:
    story.objective("100%_Straße\\", "team", Owner(unit_id=story.sales.id))
    answers = Alignment(project(story.telling.log))
    assert len(answers.objectives(story.at(), ObjectiveFilters(q=q)).items) == found


def test_paths_are_cut_off_at_a_thousand_and_say_so(story: Story, project: Project) -> None:
    below = [story.growth, story.service]
    for level in range(10):
        layer = [story.objective(f"{level}{side}", "team", Owner(unit_id=story.sales.id)) for side in "ab"]
        for child in layer:
            for parent in below:
                story.align(child, parent, LONG_AGO)
        below = layer
    found = Alignment(project(story.telling.log)).paths(story.at(), below[0].id)
    assert found is not None
    assert len(found["paths"]) == 1_000
    assert found["truncated"] is True


def test_an_objective_without_a_way_up_costs_no_search(story: Story, project: Project) -> None:
    story.growth.cancel(by=story.telling.by())
    story.record(story.growth)
    found = Alignment(project(story.telling.log)).paths(story.at(), story.calls.id)
    assert found is not None
    assert (found["paths"], found["truncated"]) == ([], False)


def test_a_cascade_may_be_a_thousand_links_deep(story: Story, project: Project) -> None:
    deep = chain(story, 1_100)
    deep[-1].add_key_result(
        by=story.telling.by(LONG_AGO),
        key_result_id=uuid4(),
        title="Done",
        kind="increase",
        unit_of_measure=None,
        baseline=Decimal(0),
        target=Decimal(1),
    )
    deep[-1].check_in(
        by=story.telling.by(),
        check_in_id=uuid4(),
        on=story.telling.today,
        readings={deep[-1].key_results_on(story.telling.today)[0].id: Decimal("0.25")},
    )
    story.record(deep[-1])
    answers = Alignment(project(story.telling.log))
    paths, progress = answers.paths(story.at(), deep[-1].id), answers.progress(story.at(), deep[1].id)
    assert paths is not None
    assert ids(paths["paths"][0]["objectives"]) == [each.id for each in reversed(deep)]
    assert progress is not None
    assert progress["progress"] == 0.25


def test_health_lists_every_unit_that_exists_with_those_below_it(story: Story, project: Project) -> None:
    answers = Alignment(project(story.telling.log))
    units = {UUID(each["unit_id"]): each for each in answers.health(story.at())["units"]}
    assert set(units) == {story.company.id, story.sales.id, story.support.id}
    assert units[story.company.id]["live"] == 3
    assert units[story.support.id]["coverage"] is None
    assert answers.health(story.at(story.calls.first_day.replace(day=4)))["units"] == []
    sales = answers.health(story.at(), story.sales.id)
    assert (sales["total"]["live"], sales["total"]["coverage"], len(sales["units"])) == (2, 1.0, 1)
