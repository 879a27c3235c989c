"""The figures of a story, from its steps alone: what its objectives are measured by, and how far they are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

from domain.progress import attainment, elapsed, pace, progress, rolled_up
from domain.rules import VERSION_2
from web.demo.story import Story, tell

STATUSES = {
    "approve": "approved",
    "activate": "active",
    "postpone": "postponed",
    "resume": "active",
    "cancel": "cancelled",
    "close": "closed",
    "carry_over": "carried_over",
}


story_of = cache(tell)
"""The story of a seed, a number of people and a day, told once for all who ask."""


@dataclass
class Told:
    """An objective as it stands on the last day of the story. What it was carried over into is left out."""

    starts_on: date
    ends_on: date
    aims: dict[UUID, dict[str, Any]]
    links: dict[UUID, tuple[str, Decimal]]
    status: str = "draft"
    values: dict[UUID, tuple[date, Decimal]] = field(default_factory=dict)

    def read(self, on: date, readings: dict[UUID, Decimal]) -> None:
        for id, value in readings.items():
            if id not in self.values or on >= self.values[id][0]:
                self.values[id] = (on, value)

    def own(self) -> Iterator[tuple[Decimal, Fraction | None]]:
        for id, aim in self.aims.items():
            kind, (_, value) = aim["kind"], self.values.get(id, (None, None))
            yield aim["weight"], progress(kind, attainment(kind, aim["baseline"], aim["target"], value))


def told(story: Story) -> dict[UUID, Told]:
    found: dict[UUID, Told] = {}
    for step in story.steps:
        said: Any = step.arguments
        if step.use_case == "objectives" and step.action == "define":
            aims = {each["key_result_id"]: dict(each) for each in said["key_results"]}
            links = {each["objective_id"]: (each["kind"], each["weight"]) for each in said["alignments"]}
            found[step.subject] = Told(said["starts_on"], said["ends_on"], aims, links)
        elif step.subject in found:
            _happened(found[step.subject], step.action, step.effective_on, said)
    return found


def _happened(objective: Told, action: str, day: date, said: Any) -> None:
    match action:
        case "approve" if objective.status != "draft":
            pass  # of an amendment
        case "check_in" | "correct_check_in":
            objective.read(day, said["readings"])
        case "change_target":
            objective.aims[said["key_result_id"]] |= said
        case "align":
            objective.links[said["objective_id"]] = (said["kind"], said["weight"])
        case "remove_alignment":
            del objective.links[said["parent_id"]]
        case _:
            objective.status = STATUSES.get(action, objective.status)


def paces(story: Story) -> Counter[str]:
    """How many of the objectives in their period have each pace on the last day of the story."""
    objectives, today = told(story), story.calendar.today
    below: dict[UUID, list[tuple[UUID, Decimal]]] = {id: [] for id in objectives}
    for id, each in objectives.items():
        for parent, (kind, weight) in each.links.items():
            if kind == "contributes" and each.status in ("approved", "active", "closed"):
                below[parent].append((id, weight))
    shares = rolled_up(objectives, lambda id: objectives[id].own(), below.__getitem__)
    return Counter(
        pace(share, elapsed(each.starts_on, each.ends_on, today), VERSION_2)
        for id, each in objectives.items()
        if each.status in ("approved", "active") and each.starts_on <= today <= each.ends_on
        if (share := shares[id]) is not None
    )
