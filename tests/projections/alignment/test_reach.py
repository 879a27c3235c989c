"""How many objectives stand under each goal, and what came and went since another moment."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.objective import Objective, Owner, Parent
from projections.alignment.queries import Alignment
from projections.alignment.queries.reach import CHANGES, MARKS
from projections.moment import Moment
from tests.histories import histories
from tests.histories.telling import YEAR
from tests.oracle import Oracle
from tests.oracle.reach import reach
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.story import LONG_AGO, Story
from tests.projections.alignment.test_against_the_oracle import moments

SHORT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.timeout(900)
@SHORT
@given(data=st.data())
def test_the_reach_at_any_moment_is_that_of_the_fold(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories())
    answers = Alignment(project(telling.log))
    moment = data.draw(st.one_of(st.just(Moment(telling.today, telling.now)), moments(telling)))
    before = data.draw(st.one_of(st.none(), moments(telling)))
    unit = data.draw(st.sampled_from([None, None, *(each.id for each in telling.units)]))
    cycle = data.draw(st.sampled_from([None, None, *(each.id for each in telling.cycles)]))

    found = answers.reach(moment, unit, cycle, before)

    now = Oracle(telling.log, moment.as_of, moment.known_at)
    then = None if before is None else Oracle(telling.log, before.as_of, before.known_at)
    expected = reach(now.world, unit, cycle, None if then is None else then.world)
    then_heading = None if then is None else {**then.heading, "total": expected["from"]}
    assert found == {**now.heading, **expected, "from": then_heading}


@pytest.fixture
def story() -> Story:
    return Story()


def team(story: Story, title: str, *above: Objective) -> Objective:
    made = story.objective(title, "team", Owner(unit_id=story.sales.id))
    for each in above:
        story.align(made, each, LONG_AGO)
    return made


def cell(found: dict[str, Any], row: UUID | str, level: str = "team") -> dict[str, Any]:
    rows = {each["goal"]["id"] if each["goal"] else each["class"]: each for each in found["rows"]}
    return next(each for each in rows[str(row)]["cells"] if each["level"] == level)


def marks(of: dict[str, Any]) -> list[tuple[UUID, bool]]:
    return [(UUID(each["id"]), each["also"]) for each in of["marks"]]


def test_it_stands_under_the_goal_of_its_heaviest_link_and_then_of_the_oldest(
    story: Story, project: Project
) -> None:
    older = team(story, "Older", story.service)
    story.align(older, story.growth, LONG_AGO + 1)
    below = team(story, "Below", older)
    heavier = team(story, "Heavier", story.service)
    by = story.telling.by(LONG_AGO + 1)
    parent = Parent(story.growth.id, story.growth.level, story.growth.periods(YEAR))
    heavier.align(by=by, parent=parent, kind="supports", weight=Decimal("1.5"), cycle=YEAR)
    story.record(heavier)

    found = Alignment(project(story.telling.log)).reach(story.at())

    assert marks(cell(found, story.service.id)) == [(below.id, False), (older.id, False), (heavier.id, True)]
    assert marks(cell(found, story.growth.id)) == [(heavier.id, False), (below.id, True), (older.id, True)]


def test_what_lost_its_goal_is_told_where_it_stood_and_where_it_stands(
    story: Story, project: Project
) -> None:
    both, only = team(story, "Both", story.growth), team(story, "Only", story.growth)
    story.align(both, story.service, LONG_AGO + 1)
    gone = team(story, "Gone", story.service)
    start = story.later()
    for each in (story.growth, gone):
        each.cancel(by=story.telling.by())
        story.record(each)
    new = team(story, "New", story.service)

    found = Alignment(project(story.telling.log)).reach(story.at(), before=start)

    def changed(row: UUID | str) -> dict[str, list[UUID]]:
        told = cell(found, row)["change"]
        ids = {name: [UUID(id) for id in told[name]["ids"]] for name in CHANGES}
        return {name: each for name, each in ids.items() if each}

    assert {each["goal"]["title"]: each["goal_change"] for each in found["rows"] if each["goal"]} == {
        "Growth": "gone",
        "Service": "stayed",
    }
    assert changed(story.growth.id) == {"lost": [only.id], "moved": [both.id]}
    assert changed(story.service.id) == {"gone": [gone.id], "came": [both.id, new.id]}
    assert changed("detached") == {"came": [only.id]}
    assert (found["from"]["total"]["aligned"], found["total"]["aligned"]) == (4, 2)


def test_a_cell_names_so_many_and_counts_all(story: Story, project: Project) -> None:
    made = [team(story, f"{number:03}", story.growth) for number in range(MARKS + 6)]

    found = Alignment(project(story.telling.log)).reach(story.at(), before=story.at())

    of = cell(found, story.growth.id)
    assert (of["live"], of["paces"]["no_progress"]) == (MARKS + 6, MARKS + 6)
    assert marks(of) == [(each.id, False) for each in made[:MARKS]]
    assert (of["change"]["stayed"]["count"], len(of["change"]["stayed"]["ids"])) == (MARKS + 6, MARKS)


def test_of_what_is_hidden_it_counts_all_and_tells_nothing(story: Story, project: Project) -> None:
    low = team(story, "Aaa", story.service)
    connection = project(story.telling.log)
    hidden = frozenset(str(each.id) for each in (story.growth, story.calls, low))

    whole, told = (Alignment(connection, ids).reach(story.at()) for ids in (frozenset[str](), hidden))

    (mark,) = cell(told, story.growth.id, "individual")["marks"]
    assert mark == {"id": str(story.calls.id), "pace": None, "also": False, "withheld": True}
    assert cell(whole, story.growth.id, "individual")["marks"][0]["pace"] is not None
    goal = next(each["goal"] for each in told["rows"] if each["goal"]["id"] == str(story.growth.id))
    assert (goal["title"], goal["progress"], goal["pace"], goal["withheld"]) == (None, None, None, True)
    assert told["total"] == whole["total"]
    for row in (story.growth.id, story.service.id):
        for name in ("live", "paces"):
            assert cell(told, row, "individual")[name] == cell(whole, row, "individual")[name]


def test_a_chain_may_be_a_thousand_links_deep(story: Story, project: Project) -> None:
    above = story.growth
    for number in range(1_100):
        above = team(story, f"{number:04}", above)

    assert cell(Alignment(project(story.telling.log)).reach(story.at()), story.growth.id)["live"] == 1_100
