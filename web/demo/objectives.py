"""The made-up objectives have owners, measures and links up to others."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from web.demo.calendar import Calendar, HalfYear
from web.demo.directory import ANA, Directory, Person, Unit
from web.demo.made_up import GOALS, SILOS, Measure
from web.demo.steps import Chance

LEVELS = ("strategic", "department", "team", "individual")
# Days before the cycle's first day on which the objectives of a level are defined: (first, last).
PREPARED = {"strategic": (44, 40), "department": (33, 28), "team": (24, 17), "individual": (14, 6)}
ORPHANS = {"strategic": 0.0, "department": 0.04, "team": 0.07, "individual": 0.10}
CROSSING = {"strategic": 0.0, "department": 0.0, "team": 0.22, "individual": 0.14}  # outside silos


@dataclass(frozen=True)
class KeyResult:
    id: UUID
    measure: Measure
    baseline: Decimal | None
    target: Decimal | None


@dataclass(eq=False)
class Objective:
    """`strength` is the attainment it will reach by the end of its period; `links` are (parent, kind,
    weight).
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
    starts_on: date
    ends_on: date
    key_results: list[KeyResult]
    strength: float
    fate: str
    private: bool = False
    links: list[tuple["Objective", str, Decimal]] = field(default_factory=list)

    @property
    def dice_topic(self) -> tuple[str, str]:
        return ("objective", self.number)


def set_objectives(chance: Chance, when: Calendar, directory: Directory) -> list[Objective]:
    """All objectives of all cycles, parents before children."""
    made: list[Objective] = []
    for cycle in when.cycles:
        in_cycle: list[Objective] = []
        for level in LEVELS:
            for unit, person in _owners(chance, level, cycle, directory):
                number = f"{cycle.name.replace(' ', '')}-{len(in_cycle) + 1:03}"
                objective = _make(chance, when, cycle, level=level, number=number, unit=unit, person=person)
                objective.links = _links(chance, objective, in_cycle)
                in_cycle.append(objective)
        made += in_cycle
    return made


def _owners(
    chance: Chance, level: str, cycle: HalfYear, directory: Directory
) -> Iterator[tuple[Unit, Person | None]]:
    day = cycle.day(-PREPARED[level][0])
    dice = chance.dice("owners", level, cycle.name)
    if level == "strategic":
        divisions = directory.of_kind("division", day)
        for number in range(len(GOALS[level])):
            yield (directory.units[0] if number < 4 else divisions[number % len(divisions)]), None
    elif level in ("department", "team"):
        for unit in directory.of_kind(level, day):
            yield from (
                (unit, None) for _ in range(3 if level == "department" or dice.random() < 0.75 else 2)
            )
    else:
        for person in directory.people:
            wanted = 2 if person.name == ANA else int(dice.random() < 0.95)
            stays = person.is_there(day) and person.is_there(cycle.starts_on)
            if stays and person.unit_at(day).kind == "team":
                yield from ((person.unit_at(day), person) for _ in range(wanted))


def _make(
    chance: Chance,
    when: Calendar,
    cycle: HalfYear,
    *,
    level: str,
    number: str,
    unit: Unit,
    person: Person | None,
) -> Objective:
    dice = chance.dice("objective", number)
    goals = GOALS[level]
    goal = goals[int(number[-3:]) - 1] if level == "strategic" else dice.choice(goals)
    focus = dice.choice(unit.focus or (unit.name.lower(),))
    early, late = PREPARED[level]
    ends_on = cycle.day(cycle.days - 31) if level == "individual" and dice.random() < 0.1 else cycle.ends_on
    ana = person is not None and person.name == ANA
    return Objective(
        id=chance.id("objective", number),
        number=number,
        level=level,
        cycle=cycle,
        title=goal.title.format(focus=focus),
        why=goal.why,
        unit=unit,
        person=person,
        defined_on=cycle.day(-dice.randint(late, early)),
        starts_on=cycle.starts_on,
        ends_on=ends_on,
        key_results=[_key_result(chance, dice, number, each) for each in goal.measures],
        strength=min(1.2, max(0.05, dice.gauss(0.78, 0.24))),
        fate="runs" if ana or level == "strategic" else _fate(dice, over=when.is_over(cycle)),
        private=level == "individual" and not ana and dice.random() < 0.006,
    )


def _fate(dice: random.Random, over: bool) -> str:
    """Draws what becomes of it. Out of a cycle that is over some are carried into the next; in the one that
    still runs, some are not through the approval yet.
    """
    ends = {"cancelled": 0.04, "postponed": 0.02, "resumed": 0.02, "neglected": 0.10}
    stuck = (
        {"carried": 0.03} if over else {"draft": 0.03, "submitted": 0.02, "returned": 0.015, "approved": 0.02}
    )
    draw = dice.random()
    for fate, share in {**ends, **stuck}.items():
        draw -= share
        if draw < 0:
            return fate
    return "runs"


def _key_result(chance: Chance, dice: random.Random, number: str, measure: Measure) -> KeyResult:
    """The measure with figures of its own, never the same baseline and target."""
    id = chance.id("key-result", number, measure.title)
    if measure.kind == "observe":
        return KeyResult(id, measure, None, None)
    if measure.kind.startswith("maintain"):
        return KeyResult(id, measure, None, Decimal(measure.target - dice.randint(0, 3)))
    scale = dice.uniform(0.85, 1.15) if measure.baseline > 5 and measure.unit[0] != "%" else 1.0
    baseline, target = round(measure.baseline * scale), round(measure.target * scale)
    if measure.unit[0] == "%":
        shift = dice.randint(-3, 3) if measure.baseline > 5 and measure.target < 97 else 0
        baseline, target = baseline + shift, target + shift
    return KeyResult(id, measure, Decimal(baseline), Decimal(target))


def _links(
    chance: Chance, objective: Objective, above: list[Objective]
) -> list[tuple[Objective, str, Decimal]]:
    """Upward links: usually into the own line, elsewhere if the department is no silo, sometimes nowhere."""
    dice = chance.dice("links", objective.number)
    parents = [each for each in above if LEVELS.index(each.level) == LEVELS.index(objective.level) - 1]
    ana = objective.person is not None and objective.person.name == ANA
    if not parents or (dice.random() < ORPHANS[objective.level] and not ana):
        return []
    near = [each for each in parents if _in_line(objective, each)]
    silo = objective.unit.department.name in SILOS
    crosses = not silo and not ana and dice.random() < CROSSING[objective.level]
    first = dice.choice(parents if crosses or not near else near)
    links = [(first, "contributes", Decimal(dice.choice((1, 1, 1, 2, 3))))]
    if not silo and dice.random() < 0.12:
        second = dice.choice(parents)
        if second is not first:
            links.append((second, dice.choice(("supports", "contributes")), Decimal(1)))
    return links


def _in_line(objective: Objective, parent: Objective) -> bool:
    """A person's objective goes under the own team's, a team's under its department's, the rest under any."""
    return parent.unit in (objective.unit, objective.unit.department) or parent.level == "strategic"
