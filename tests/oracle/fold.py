"""The definition: the state at (as_of, known_at) is the fold of the events recorded at or before known_at
with effective date at or before as_of, in the order (effective date, position).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from tests.oracle.objective import CheckIn, Objective


class Event(Protocol):
    """What the oracle reads of a recorded event."""

    @property
    def position(self) -> int: ...
    @property
    def originator_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def topic(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass
class Unit:
    parent_id: UUID | None
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


@dataclass
class World:
    """Everything that exists at one (as_of, known_at)."""

    as_of: date
    known_at: datetime
    units: dict[UUID, Unit] = field(default_factory=dict)
    people: dict[UUID, Person] = field(default_factory=dict)
    cycles: dict[UUID, Cycle] = field(default_factory=dict)
    objectives: dict[UUID, Objective] = field(default_factory=dict)


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
    return world


def _unit(world: World, what: str, event: Event) -> None:
    if what == "defined":
        world.units[event.originator_id] = Unit(_id(event.data["parent_id"]))
    elif what == "moved":
        world.units[event.originator_id].parent_id = _id(event.data["parent_id"])
    elif what == "dissolved":
        world.units[event.originator_id].status = "dissolved"


def _person(world: World, what: str, event: Event) -> None:
    data = event.data
    if what == "defined":
        world.people[event.originator_id] = Person(UUID(data["unit_id"]), _id(data["manager_id"]))
    elif what == "transferred":
        person = world.people[event.originator_id]
        person.unit_id, person.manager_id = UUID(data["unit_id"]), _id(data["manager_id"])
    elif what == "departed":
        world.people[event.originator_id].status = "departed"


def _cycle(world: World, what: str, event: Event) -> None:
    if what == "defined":
        starts_on, ends_on = (date.fromisoformat(event.data[name]) for name in ("starts_on", "ends_on"))
        world.cycles[event.originator_id] = Cycle(starts_on, ends_on, event.data["cadence_days"])


def _objective(world: World, what: str, event: Event) -> None:
    if what == "defined":
        world.objectives[event.originator_id] = Objective.defined(event.originator_id, event.data)
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
    elif what == "approved":
        objective.approved_version = max(objective.approved_version, event.version)
        objective.step(what)
    else:
        objective.change(what, event.data, event.effective_on)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


APPLY = {"unit": _unit, "person": _person, "cycle": _cycle, "objective": _objective}
