"""The list of links has what health counts."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.objective import Owner
from projections.alignment.queries import Alignment, LinkFilters
from projections.moment import Moment
from projections.page import BadCursor, cursor_after
from tests.histories import histories
from tests.oracle import Oracle, measures, shapes
from tests.oracle.words import as_people_sort
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.story import LONG_AGO, Story
from tests.projections.alignment.test_against_the_oracle import moments

SHORT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def walked(answers: Alignment, moment: Moment, filters: LinkFilters, limit: int = 2) -> list[dict[str, Any]]:
    page = answers.links(moment, filters, limit)
    items = page.items
    while page.next is not None:
        page = answers.links(moment, filters, limit, page.next)
        assert page.items, "a page that was announced is empty"
        items = items + page.items
    return items


def links(oracle: Oracle, unit: UUID | None, crossing: bool | None) -> list[dict[str, Any]]:
    world = oracle.world
    units = None if unit is None else measures.units_below(world, unit)
    found = []
    for child in world.objectives.values():
        of = measures.unit_of(world, child)
        for parent_id, link in child.links.items():
            parent = world.objectives.get(parent_id)
            if (
                not measures.live(world, child)
                or parent is None
                or not measures.live(world, parent)
                or (units is not None and of not in units)
            ):
                continue
            crosses = measures.crosses(world, child, parent)
            if crossing in (None, crosses):
                found.append({
                    "from": str(child.id),
                    "from_title": child.title,
                    "from_unit_id": shapes.text(of),
                    "to": str(parent.id),
                    "to_title": parent.title,
                    "to_unit_id": shapes.text(measures.unit_of(world, parent)),
                    "crossing": crosses,
                    "kind": link.kind,
                    "weight": link.weight,
                    "since": str(link.since),
                })  # fmt: skip
    return sorted(found, key=lambda each: (as_people_sort(each["from_title"]), each["from"], each["to"]))


@pytest.mark.timeout(900)
@SHORT
@given(data=st.data())
def test_the_links_are_those_that_health_counts(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories())
    answers, units = Alignment(project(telling.log)), [None, *(unit.id for unit in telling.units)]
    for moment in [Moment(telling.today, telling.now), *data.draw(st.lists(moments(telling), max_size=2))]:
        oracle = Oracle(telling.log, moment.as_of, moment.known_at)
        unit, crossing = data.draw(st.sampled_from(units)), data.draw(st.sampled_from([None, True, False]))
        assert walked(answers, moment, LinkFilters(unit, crossing=crossing)) == links(oracle, unit, crossing)
        total = oracle.health(unit)["total"]
        assert len(walked(answers, moment, LinkFilters(unit))) == total["links"]
        assert len(walked(answers, moment, LinkFilters(unit, crossing=True))) == total["links_crossing"]


@pytest.fixture
def story() -> Story:
    return Story()


def test_links_of_one_title_are_walked_without_gap_or_repetition(story: Story, project: Project) -> None:
    for _ in range(4):
        story.align(story.objective("Same", "team", Owner(unit_id=story.support.id)), story.growth, LONG_AGO)
    answers = Alignment(project(story.telling.log))

    found = walked(answers, story.at(), LinkFilters(crossing=True), limit=1)

    assert len({each["from"] for each in found}) == len(found) == 4


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        cursor_after("objectives", "a", f"{UUID(int=7)}:{UUID(int=7)}"),
        cursor_after("alignment-links", "a", "not an id"),
        cursor_after("alignment-links", "a", str(UUID(int=7)), str(UUID(int=7))),
    ],
    ids=range(4),
)
def test_a_made_up_cursor_is_refused(story: Story, project: Project, cursor: str) -> None:
    with pytest.raises(BadCursor):
        Alignment(project(story.telling.log)).links(story.at(), after=cursor)
