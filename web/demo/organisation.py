"""The made-up organisation, its people and objectives at every date, and what was told of it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from web.demo.calendar import Calendar, HalfYear
from web.demo.made_up import Measure
from web.demo.steps import Chance, Step

ANA = "Ana Oliveira"
LEVELS = ("strategic", "department", "team", "individual")
NOTHING: Mapping[str, object] = {}
LEAD = 0.1  # what is reached ahead of the calendar by those on track, since readings are some weeks old


@dataclass(eq=False)
class Unit:
    id: UUID
    name: str
    kind: str
    parent: "Unit | None"
    focus: tuple[str, ...]
    roles: tuple[str, ...]
    since: date
    until: date = date.max
    heir: "Unit | None" = None
    lead: "Person | None" = None

    @property
    def department(self) -> "Unit":
        return self.parent if self.kind == "team" and self.parent else self


@dataclass(eq=False)
class Person:
    """`places` are (since when, in which unit, under whom), in order."""

    id: UUID
    name: str
    title: str
    joined_on: date
    places: list[tuple[date, Unit, "Person | None"]]
    left_on: date = date.max

    def place_on(self, day: date) -> "tuple[date, Unit, Person | None]":
        return [place for place in self.places if place[0] <= max(day, self.joined_on)][-1]

    def unit_on(self, day: date) -> Unit:
        return self.place_on(day)[1]

    def manager_on(self, day: date) -> "Person | None":
        return self.place_on(day)[2]

    def is_there(self, day: date) -> bool:
        return self.joined_on <= day < self.left_on


@dataclass(frozen=True)
class KeyResult:
    id: UUID
    measure: Measure
    baseline: Decimal | None
    target: Decimal | None

    def corrected(self, value: Decimal, share: float) -> Decimal:
        """Gives another value, less far along by that share of the way and by one step at least; further
        along where it cannot be less.
        """
        way = (self.target or 0) - self.baseline if self.baseline is not None else Decimal(8)
        step = max(1.0, abs(float(way) * share)) * (1 if way > 0 else -1)
        less = self.measure.value(float(value) - step)
        return less if less != value else self.measure.value(float(value) + step)


@dataclass(eq=False)
class Objective:
    """`drift` is by how much it runs ahead of the calendar or behind; `links` are (parent, kind, weight);
    `origin` is what it was carried over from.
    """

    id: UUID
    number: str
    level: str
    cycle: HalfYear
    title: str
    why: str
    unit: Unit  # whose it is, or where the person who owns it works when it is defined
    person: Person | None
    defined_on: date
    ends_on: date
    key_results: list[KeyResult]
    drift: float
    fate: str
    private: bool = False
    links: list[tuple["Objective", str, Decimal]] = field(default_factory=list)
    origin: "Objective | None" = None
    ended_on: date = date.max

    @property
    def is_anas(self) -> bool:
        return self.person is not None and self.person.name == ANA

    @property
    def strength(self) -> float:
        """The attainment that it reaches by its last day."""
        return self.reached(self.ends_on)

    def reached(self, day: date) -> float:
        """The attainment on that day, before chance has its part."""
        share = (day - self.cycle.starts_on).days / (self.ends_on - self.cycle.starts_on).days
        return max(0.0, share + min(1.0, 2.5 * share) * (self.drift + LEAD))


@dataclass(eq=False)
class Organisation:
    """`steps` are in the order in which they were given, not in that of the days on which they are told."""

    chance: Chance
    calendar: Calendar
    units: list[Unit] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def tell(
        self,
        day: date,
        command: str,
        subject: UUID,
        said: Mapping[str, object] = NOTHING,
        *,
        by: Person | None = None,
        reason: str | None = None,
        told_on: date | None = None,
    ) -> None:
        """Adds a step, such as "objectives.check_in", by the chief unless by somebody else, and told on the
        day itself unless later. What would be told after today is left out.
        """
        if (told_on or day) <= self.calendar.today:
            use_case, action = command.split(".")
            actor = f"person:{(by or self.chief).id}"
            self.steps.append(Step(told_on or day, use_case, action, subject, actor, day, said, reason))

    @property
    def chief(self) -> Person:
        return self.people[0]

    def unit(self, name: str) -> Unit:
        return next(unit for unit in self.units if unit.name == name)

    def of_kind(self, kind: str, day: date) -> list[Unit]:
        return [unit for unit in self.units if unit.kind == kind and unit.since <= day < unit.until]

    def members(self, unit: Unit, day: date) -> list[Person]:
        return [person for person in self.people if person.is_there(day) and person.unit_on(day) is unit]

    def lead_of(self, unit: Unit) -> Person:
        """Gives the person who answers for the unit: its own lead, or that of the unit above."""
        above: Unit | None = unit
        while above is not None and above.lead is None:
            above = above.parent
        return above.lead if above and above.lead else self.chief

    def answerable(self, objective: Objective, day: date) -> Person:
        """Gives the person who speaks for the objective on that day."""
        if objective.person is not None and objective.person.is_there(day):
            return objective.person
        unit = objective.unit
        return self.lead_of(unit.heir if unit.heir and day >= unit.until else unit)

    def approver(self, objective: Objective, day: date) -> Person:
        return self.answerable(objective, day).manager_on(day) or self.chief

    def anas_objectives(self) -> list[Objective]:
        """Lists the objectives on which Ana worked at the review day."""
        cycle = self.calendar.reviewed_cycle
        return [each for each in self.objectives if each.is_anas and each.cycle is cycle]
