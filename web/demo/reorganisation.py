"""Units moved, renamed, founded and dissolved; people transferred and leaving."""

from collections.abc import Iterator
from datetime import date, timedelta

from web.demo.calendar import Calendar
from web.demo.directory import ANA, DISSOLVED, TAKEN_OVER_BY, Directory, Person, Unit, define_unit
from web.demo.objectives import Objective
from web.demo.steps import Chance, Step, by_person

NEW_TEAM = "Customer Insight"
REASON = "Reorganisation: closer to the customer"
MOVES = (("Leak Detection", "Data and Analytics"), ("Data and Analytics", "Networks and Plants"))


def reorganise(chance: Chance, when: Calendar, directory: Directory) -> list[Step]:
    """Changes the directory and tells it: announced ahead, in part told weeks late."""
    dice = chance.dice("reorganisation")
    day, chief = when.reorganised_on, by_person(directory.people[0].id)
    announced, late = day - timedelta(days=9), day + timedelta(days=19)
    steps = []
    for (name, above), told_on in zip(MOVES, (announced, late), strict=True):
        unit = directory.unit(name)
        unit.parent = directory.unit(above)
        steps.append(
            Step(told_on, "units", "move", unit.id, chief, day, {"parent_id": unit.parent.id}, REASON)
        )
    new = Unit(
        chance.id("unit", NEW_TEAM),
        NEW_TEAM,
        "team",
        directory.unit("Marketing and Communications"),
        since=day,
    )
    new.focus, new.lead = ("customer interviews", "the panel", "churn reports"), None
    directory.units.append(new)
    steps.append(define_unit(new, chief, announced))
    service = directory.unit("Customer Service")
    steps.append(Step(day, "units", "rename", service.id, chief, day, {"name": "Customer Care"}, REASON))
    moving = [person for person in directory.people if _may_move(person, directory, day)]
    for number, person in enumerate(dice.sample(moving, min(24, len(moving) // 4))):
        team = (
            new
            if number < 5
            else dice.choice([unit for unit in directory.of_kind("team", day) if unit.name != DISSOLVED])
        )
        told_on = day + timedelta(days=dice.randint(14, 40) if number % 3 == 2 else 0)
        steps += transfer(person, team, directory, day, told_on, chief)
    steps += _dissolve(directory, day + timedelta(days=14), chief)
    return steps


def _is_movable(person: Person, directory: Directory) -> bool:
    return person.name != ANA and all(unit.lead is not person for unit in directory.units)


def _may_move(person: Person, directory: Directory, day: date) -> bool:
    """In a team that stays, and leading none."""
    if not person.is_there(day) or person.unit_at(day).kind != "team":
        return False
    return person.unit_at(day).name != DISSOLVED and _is_movable(person, directory)


def transfer(
    person: Person, team: Unit, directory: Directory, day: date, told_on: date, actor: str
) -> list[Step]:
    """Moves the person under the lead of the new team; nothing if the person is there already."""
    if person.unit_at(day) is team or not person.is_there(day) or person.joined_on >= day:
        return []
    person.places.append((day, team))
    person.manager = directory.lead_of(team)
    arguments: dict[str, object] = {"unit_id": team.id, "manager_id": person.manager.id}
    return [Step(told_on, "people", "transfer", person.id, actor, day, arguments, REASON)]


def _dissolve(directory: Directory, day: date, chief: str) -> Iterator[Step]:
    old, heir = directory.unit(DISSOLVED), directory.unit(TAKEN_OVER_BY)
    lead = old.lead
    for person in directory.members(old, day):
        yield from transfer(person, heir, directory, day, day, chief)
    old.until, old.lead = day, None
    yield Step(day, "units", "dissolve", old.id, chief, day, {}, REASON)
    for person in directory.people:
        if lead is not None and person.manager is lead and person.is_there(day):
            person.manager = heir.lead


def hand_over_of_dissolved(
    when: Calendar, directory: Directory, objectives: list[Objective]
) -> Iterator[Step]:
    """The running objectives of the dissolved team go to the team that takes over."""
    old, heir = directory.unit(DISSOLVED), directory.unit(TAKEN_OVER_BY)
    for objective in objectives:
        running = objective.cycle.starts_on < old.until <= objective.cycle.ends_on
        if objective.unit is old and objective.person is None and running and objective.fate == "runs":
            actor = by_person(directory.lead_of(heir).id)
            owner = {"owner": {"unit_id": heir.id}}
            yield Step(old.until, "objectives", "transfer", objective.id, actor, old.until, owner, REASON)


def departures(chance: Chance, when: Calendar, directory: Directory) -> Iterator[Step]:
    """About one in twenty leaves over the time."""
    dice = chance.dice("departures")
    first = when.cycles[0].day(40)
    span = (when.today - first).days - 3
    for person in directory.people:
        if dice.random() < 0.05 and _is_movable(person, directory):
            day = first + timedelta(days=dice.randrange(max(1, span)))
            if day > max(person.joined_on, person.places[-1][0]) + timedelta(days=60):
                person.left_on = day
                boss = by_person((person.manager or directory.people[0]).id)
                yield Step(day, "people", "depart", person.id, boss, day, {}, "Left on own wish")


def hand_over_of_leavers(when: Calendar, directory: Directory, objectives: list[Objective]) -> Iterator[Step]:
    """Hands a leaver's work over to the team; some of it nobody thinks of, and it stays."""
    for number, objective in enumerate(objectives):
        person = objective.person
        if person is None or person.left_on > when.today or number % 4 == 3:
            continue
        if objective.cycle.starts_on < person.left_on <= objective.cycle.day(92) and objective.fate == "runs":
            team = person.unit_at(person.left_on)
            actor = by_person(directory.lead_of(team).id)
            owner = {"owner": {"unit_id": team.id}}
            reason = f"{person.name} has left"
            yield Step(
                person.left_on, "objectives", "transfer", objective.id, actor, person.left_on, owner, reason
            )
