"""The definition: the state at (as_of, known_at) is the fold of the events recorded at or before known_at
with effective date at or before as_of, in the order (effective date, position).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tests.oracle import performance
from tests.oracle.event import Event
from tests.oracle.objective import CheckIn, Objective
from tests.oracle.performance import Feedback, Measure, Review, Sealing


@dataclass
class Unit:
    kind: str
    parent_id: UUID | None
    lead_person_id: UUID | None = None
    status: str = "active"


@dataclass
class Person:
    unit_id: UUID
    manager_id: UUID | None
    status: str = "active"


@dataclass
class Cycle:
    starts_on: date
    ends_on: date
    cadence_days: int


FIRST_POLICY = {
    "name": "2026-1",
    "zones": {"stretch": "1", "target": "0.7", "commit": "0.3"},
    "paces": {"ahead": "0.1", "on_track": "-0.1", "behind": "-0.25"},
    "confidence_bands": {"high": "8", "medium": "4"},
    "live": "by_status",
    "stale": "from_last_sign",
    "crossing": "between_units",
    "rounding": "half_even",
}


@dataclass
class World:
    """Everything that exists at one (as_of, known_at)."""

    as_of: date
    known_at: datetime
    units: dict[UUID, Unit] = field(default_factory=dict)
    people: dict[UUID, Person] = field(default_factory=dict)
    cycles: dict[UUID, Cycle] = field(default_factory=dict)
    objectives: dict[UUID, Objective] = field(default_factory=dict)
    reviews: dict[UUID, Review] = field(default_factory=dict)
    feedback: dict[UUID, list[Feedback]] = field(default_factory=dict)
    measures: dict[UUID, Measure] = field(default_factory=dict)
    sealings: dict[UUID, list[Sealing]] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=lambda: FIRST_POLICY)
    policies: dict[UUID, Mapping[str, Any]] = field(default_factory=dict)


def fold(events: Iterable[Event], as_of: date, known_at: datetime) -> World:
    known = [event for event in events if event.recorded_at <= known_at]
    holding = [event for event in known if event.effective_on <= as_of]
    world = World(as_of, known_at)
    for event in sorted(holding, key=lambda event: (event.effective_on, event.position)):
        aggregate, _, what = event.topic.partition(".")
        APPLY[aggregate](world, what, event)
    for event in known:  # the version is that of the record, not of the business day
        if event.originator_id in world.objectives:
            objective = world.objectives[event.originator_id]
            objective.version = max(objective.version, event.version)
        elif found := world.reviews.get(event.originator_id) or world.measures.get(event.originator_id):
            found.version = max(found.version, event.version)
            found.position = max(found.position, event.position)
    return world


def _unit(world: World, what: str, event: Event) -> None:
    if what == "defined":
        world.units[event.originator_id] = Unit(event.data["kind"], _id(event.data["parent_id"]))
    elif what == "moved":
        world.units[event.originator_id].parent_id = _id(event.data["parent_id"])
    elif what == "lead_named":
        world.units[event.originator_id].lead_person_id = _id(event.data["lead_person_id"])
    elif what == "dissolved":
        world.units[event.originator_id].status = "dissolved"
    elif what in ("restored", "dissolution_withdrawn"):
        world.units[event.originator_id].status = "active"


def _person(world: World, what: str, event: Event) -> None:
    data = event.data
    if what == "defined":
        world.people[event.originator_id] = Person(UUID(data["unit_id"]), _id(data["manager_id"]))
    elif what == "transferred":
        person = world.people[event.originator_id]
        person.unit_id, person.manager_id = UUID(data["unit_id"]), _id(data["manager_id"])
    elif what == "departed":
        world.people[event.originator_id].status = "departed"
    elif what in ("returned", "departure_withdrawn"):
        world.people[event.originator_id].status = "active"


def _cycle(world: World, what: str, event: Event) -> None:
    if what == "defined":
        starts_on, ends_on = (date.fromisoformat(event.data[name]) for name in ("starts_on", "ends_on"))
        world.cycles[event.originator_id] = Cycle(starts_on, ends_on, event.data["cadence_days"])
    elif what == "revised":
        cycle, after = world.cycles[event.originator_id], event.data["after"]
        if "starts_on" in after:
            cycle.starts_on = date.fromisoformat(after["starts_on"])
            cycle.ends_on = date.fromisoformat(after["ends_on"])
        cycle.cadence_days = after.get("cadence_days", cycle.cadence_days)
    elif what in ("closed", "reopened"):
        performance.seal(world.sealings.setdefault(event.originator_id, []), event)


def _objective(world: World, what: str, event: Event) -> None:
    if what == "defined":
        world.objectives[event.originator_id] = Objective.defined(event.originator_id, event.data)
        return
    if what in ("feedback_given", "feedback_withdrawn"):
        performance.remark(world.feedback.setdefault(event.originator_id, []), event)
        return
    objective = world.objectives[event.originator_id]
    if event.data.get("amendment"):
        objective.amended_version = max(objective.amended_version, event.version)
    if what == "checked_in":
        check_in = CheckIn(event.effective_on, event.position)
        check_in.read(event.data, event.position, event.version)
        objective.check_ins[UUID(event.data["check_in_id"])] = check_in
    elif what == "check_in_corrected":
        check_in = objective.check_ins[UUID(event.data["check_in_id"])]
        check_in.read(event.data, event.position, event.version)
    elif what == "check_in_withdrawn":
        check_in = objective.check_ins[UUID(event.data["check_in_id"])]
        check_in.withdraw(event.data, event.position, event.version)
    elif what == "approved":
        objective.approved_version = max(objective.approved_version, event.version)
        objective.step(what)
    else:
        objective.change(what, event.data, event.effective_on)


def _review(world: World, what: str, event: Event) -> None:
    review = world.reviews.setdefault(event.originator_id, Review(event.originator_id))
    review.steps[what] = event
    review.events.append(event)


def _measure(world: World, what: str, event: Event) -> None:
    if what == "defined":
        world.measures[event.originator_id] = Measure(event.originator_id, dict(event.data))
    elif what in ("revised", "external_id_corrected"):
        said = event.data["after"] if what == "revised" else {"external_id": event.data["external_id"]}
        world.measures[event.originator_id].said |= said
    else:
        world.measures[event.originator_id].read(event)


def _policy(world: World, what: str, event: Event) -> None:
    world.policy = world.policies[event.originator_id] = event.data


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


APPLY = {
    "unit": _unit,
    "person": _person,
    "cycle": _cycle,
    "objective": _objective,
    "review": _review,
    "measure": _measure,
    "policy": _policy,
}
