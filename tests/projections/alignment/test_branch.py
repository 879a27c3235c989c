"""The cascade as one looks at it: what is opened, what is left out, and what stands below."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.objective import Owner
from projections.alignment.queries import Alignment
from projections.moment import Moment
from tests.histories import histories
from tests.oracle import Oracle, World, measures, shapes
from tests.oracle.objective import Objective
from tests.oracle.reach import by_need
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.story import LONG_AGO, Story
from tests.projections.alignment.test_against_the_oracle import moments

SHORT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LEVELS = ("strategic", "department", "team", "individual")


def branch(world: World, opened: list[UUID], children: int) -> dict[str, Any]:
    live = {each.id: each for each in world.objectives.values() if measures.live(world, each)}

    def below(id: UUID) -> set[UUID]:
        direct = {each.id for each in live.values() if id in each.links}
        return direct.union(*map(below, direct))

    def direct(id: UUID) -> list[Objective]:
        return by_need(world, [each for each in live.values() if id in each.links])

    found = [id for id in opened if id in live]
    shown = {id for id, each in live.items() if each.level == "strategic"} | set(found)
    shown |= {each.id for id in found for each in direct(id)[:children]}
    in_order = sorted(by_need(world, [live[id] for id in shown]), key=lambda each: LEVELS.index(each.level))
    nodes = []
    for each in in_order:
        told, under = shapes.summary(world, each), [live[id] for id in below(each.id)]
        names = ("id", "title", "level", "class", "owner", "unit_id", "progress", "elapsed", "pace")
        paces = [measures.pace(world, one) for one in under]
        left_out = max(0, len(direct(each.id)) - children) if each.id in found else None
        nodes.append({
            **{name: told[name] for name in names},
            "parents": sum(parent in live for parent in each.links),
            "children": len(direct(each.id)),
            "children_left_out": left_out,
            "below": len(under),
            "below_paces": {name or "no_progress": paces.count(name) for name in measures.PACES},
        })  # fmt: skip
    links = [(str(id), str(parent)) for id in shown for parent in live[id].links if parent in shown]
    return {"nodes": nodes, "links": sorted(links)}


@pytest.mark.timeout(900)
@SHORT
@given(data=st.data())
def test_a_branch_at_any_moment_is_that_of_the_fold(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories())
    answers = Alignment(project(telling.log))
    moment = data.draw(st.one_of(st.just(Moment(telling.today, telling.now)), moments(telling)))
    objectives = [each.originator_id for each in telling.log if each.topic == "objective.defined"]
    opened = data.draw(st.lists(st.sampled_from(objectives), unique=True, max_size=4)) if objectives else []
    children = data.draw(st.integers(0, 3))

    found = answers.branch(moment, opened, children)

    expected = branch(Oracle(telling.log, moment.as_of, moment.known_at).world, opened, children)
    assert found["nodes"] == expected["nodes"]
    assert [(link["from"], link["to"]) for link in found["links"]] == expected["links"]


@pytest.fixture
def story() -> Story:
    return Story()


def titles(found: dict[str, Any]) -> list[str]:
    return [each["title"] for each in found["nodes"]]


def test_what_is_not_opened_is_folded(story: Story, project: Project) -> None:
    for number in range(4):
        made = story.objective(f"Team {number}", "team", Owner(unit_id=story.sales.id))
        story.align(made, story.growth, LONG_AGO)
    answers = Alignment(project(story.telling.log))

    folded, opened = (answers.branch(story.at(), ids, 2) for ids in ([], [story.growth.id]))

    assert titles(folded) == ["Growth", "Service"]
    assert [(each["children"], each["below"]) for each in folded["nodes"]] == [(5, 5), (0, 0)]
    assert titles(opened) == ["Growth", "Service", "Team 0", "Calls"]
    growth = opened["nodes"][0]
    assert (growth["children_left_out"], growth["below_paces"]["no_progress"]) == (3, 4)
    assert opened["nodes"][1]["children_left_out"] is None


def test_of_a_cycle_it_has_what_is_of_it_and_the_goals_to_which_that_leads(
    story: Story, project: Project
) -> None:
    answers = Alignment(project(story.telling.log))
    assert titles(answers.branch(story.at(), [story.growth.id], 9, story.cycle.id)) == [
        "Growth",
        "Service",
        "Calls",
    ]
    assert titles(answers.branch(story.at(), [story.growth.id], 9, UUID(int=7))) == []


def test_what_is_hidden_has_no_name_and_cannot_be_opened(story: Story, project: Project) -> None:
    connection = project(story.telling.log)
    hidden = frozenset({str(story.calls.id), str(story.service.id)})

    found = Alignment(connection, hidden).branch(story.at(), [story.growth.id, story.service.id], 9)

    calls = next(each for each in found["nodes"] if each["id"] == str(story.calls.id))
    assert (calls["title"], calls["owner"], calls["pace"], calls["withheld"]) == (None, None, None, True)
    service = next(each for each in found["nodes"] if each["id"] == str(story.service.id))
    assert (service["title"], service["children_left_out"], service["withheld"]) == (None, None, True)
