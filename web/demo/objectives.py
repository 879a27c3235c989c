"""The made-up objectives have owners, measures and links up to others."""

import random
from collections.abc import Iterator
from decimal import Decimal

from web.demo.calendar import HalfYear
from web.demo.made_up import GOALS, SILOS, Measure
from web.demo.organisation import ANA, LEVELS, KeyResult, Objective, Organisation, Person, Unit

# Days before the cycle's first day on which the objectives of a level are defined: (first, last).
PREPARED = {"strategic": (44, 40), "department": (33, 28), "team": (24, 17), "individual": (14, 6)}
ORPHANS = {"strategic": 0.0, "department": 0.04, "team": 0.07, "individual": 0.10}
CROSSING = {"strategic": 0.0, "department": 0.0, "team": 0.22, "individual": 0.14}  # outside silos
PRIVATE = 0.05  # of those of one person
# How they run: (share of all, drift on average, its spread).
DRIFTS = ((0.09, 0.16, 0.03), (0.52, 0.03, 0.02), (0.36, -0.18, 0.02), (0.03, -0.36, 0.05))
# What becomes of them: some of a cycle that is over are carried into the next; in the one that still runs,
# some are not through the approval yet. The others run to the end.
ENDS = {"cancelled": 0.04, "postponed": 0.02, "resumed": 0.02, "neglected": 0.025}
WHEN_OVER, WHILE_RUNNING = (
    {"carried": 0.03},
    {"draft": 0.03, "submitted": 0.02, "returned": 0.015, "approved": 0.007},
)


def set_objectives(org: Organisation) -> None:
    """All objectives of all cycles, parents before children."""
    for cycle in org.calendar.cycles:
        in_cycle: list[Objective] = []
        for level in LEVELS:
            for unit, person in _owners(org, level, cycle):
                number = f"{cycle.name.replace(' ', '')}-{len(in_cycle) + 1:03}"
                objective = _make(org, cycle, level, number, unit=unit, person=person)
                objective.links = _links(org, objective, in_cycle)
                in_cycle.append(objective)
        org.objectives += in_cycle


def _owners(org: Organisation, level: str, cycle: HalfYear) -> Iterator[tuple[Unit, Person | None]]:
    day = cycle.day(-PREPARED[level][0])
    dice = org.chance.dice("owners", level, cycle.name)
    if level == "strategic":
        divisions = org.of_kind("division", day)
        for number in range(len(GOALS[level])):
            yield (org.units[0] if number < 4 else divisions[number % len(divisions)]), None
    elif level in ("department", "team"):
        for unit in org.of_kind(level, day):
            for _ in range(3 if level == "department" or dice.random() < 0.75 else 2):
                yield unit, None
    else:
        for person in org.people:
            wanted = 2 if person.name == ANA else int(dice.random() < 0.95)
            stays = person.is_there(day) and person.is_there(cycle.starts_on)
            if stays and person.unit_on(day).kind == "team":
                yield from ((person.unit_on(day), person) for _ in range(wanted))


def _make(
    org: Organisation, cycle: HalfYear, level: str, number: str, *, unit: Unit, person: Person | None
) -> Objective:
    dice, goals = org.chance.dice("objective", number), GOALS[level]
    goal = goals[int(number[-3:]) - 1] if level == "strategic" else dice.choice(goals)
    focus = dice.choice(unit.focus or (unit.name.lower(),))
    early, late = PREPARED[level]
    ends_early = level == "individual" and dice.random() < 0.1
    ana = person is not None and person.name == ANA
    return Objective(
        id=org.chance.id("objective", number),
        number=number,
        level=level,
        cycle=cycle,
        title=goal.title.format(focus=focus),
        why=goal.why,
        unit=unit,
        person=person,
        defined_on=cycle.day(-dice.randint(late, early)),
        ends_on=cycle.after(-31 if ends_early else 0),
        key_results=[_key_result(org, dice, number, each) for each in goal.measures],
        drift=drift(dice),
        fate="runs" if ana or level == "strategic" else _fate(dice, org.calendar.is_over(cycle)),
        private=level == "individual" and not ana and dice.random() < PRIVATE,
    )


def drift(dice: random.Random) -> float:
    """Draws by how much an objective runs ahead of the calendar or behind."""
    shares, means, spreads = zip(*DRIFTS, strict=True)
    (which,) = dice.choices(range(len(DRIFTS)), shares)
    return dice.gauss(means[which], spreads[which])


def _fate(dice: random.Random, over: bool) -> str:
    fates = ENDS | (WHEN_OVER if over else WHILE_RUNNING)
    (fate,) = dice.choices([*fates, "runs"], [*fates.values(), 1 - sum(fates.values())])
    return fate


def _key_result(org: Organisation, dice: random.Random, number: str, measure: Measure) -> KeyResult:
    """The measure with figures of its own, never the same baseline and target."""
    id = org.chance.id("key-result", number, measure.title)
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
    org: Organisation, objective: Objective, above: list[Objective]
) -> list[tuple[Objective, str, Decimal]]:
    """Upward links: usually into the own line, elsewhere if the department is no silo, sometimes nowhere."""
    dice, ana = org.chance.dice("links", objective.number), objective.is_anas
    parents = [each for each in above if LEVELS.index(each.level) == LEVELS.index(objective.level) - 1]
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
