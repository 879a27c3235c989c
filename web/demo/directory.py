"""The made-up organisation knows who works where, at every date of its history."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from web.demo.calendar import Calendar
from web.demo.made_up import DIVISIONS, FAMILY, GIVEN, MAIL_DOMAIN, ORGANISATION, DepartmentOutline
from web.demo.steps import Chance, Step, by_person

ANA = "Ana Oliveira"
ANAS_TEAM = "Campaigns"
DISSOLVED, TAKEN_OVER_BY = "Digital Channels", "Customer Platform"  # in the reorganisation
BY_KIND = ("organisation", "division", "department", "team")


@dataclass(eq=False)
class Unit:
    id: UUID
    name: str
    kind: str
    parent: "Unit | None"
    focus: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    head_title: str = ""
    lead: "Person | None" = None
    since: date = date.min
    until: date = date.max

    @property
    def department(self) -> "Unit":
        return self.parent if self.kind == "team" and self.parent else self


@dataclass(eq=False)
class Person:
    id: UUID
    name: str
    title: str
    joined_on: date
    places: list[tuple[date, Unit]]  # since when in which unit, in order
    manager: "Person | None" = None
    left_on: date = date.max

    def unit_at(self, day: date) -> Unit:
        return [unit for since, unit in self.places if since <= max(day, self.joined_on)][-1]

    def is_there(self, day: date) -> bool:
        return self.joined_on <= day < self.left_on


@dataclass
class Directory:
    units: list[Unit] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def of_kind(self, kind: str, day: date) -> list[Unit]:
        return [unit for unit in self.units if unit.kind == kind and unit.since <= day < unit.until]

    def unit(self, name: str) -> Unit:
        return next(unit for unit in self.units if unit.name == name)

    def members(self, unit: Unit, day: date) -> list[Person]:
        return [person for person in self.people if person.is_there(day) and person.unit_at(day) is unit]

    def lead_of(self, unit: Unit) -> Person:
        """Gives the person who answers for the unit: its own lead, or that of the unit above."""
        above: Unit | None = unit
        while above is not None and above.lead is None:
            above = above.parent
        return above.lead if above and above.lead else self.people[0]

    def steps(self, founded_on: date) -> Iterator[Step]:
        """Defines the units from the top down and the people from the chief down."""
        chief = by_person(self.people[0].id)
        for unit in self.units:
            if unit.since == founded_on:
                yield define_unit(unit, chief, founded_on)
        for number, person in enumerate(self.people):
            yield _define_person(person, number, chief)


def define_unit(unit: Unit, actor: str, told_on: date) -> Step:
    above = unit.parent.id if unit.parent else None
    slug = "".join(letter if letter.isalnum() else "-" for letter in unit.name.lower())
    arguments = {"name": unit.name, "kind": unit.kind, "parent_id": above, "external_id": slug}
    return Step(told_on, "units", "define", unit.id, actor, unit.since, arguments)


def _define_person(person: Person, number: int, actor: str) -> Step:
    arguments: dict[str, object] = {
        "name": person.name,
        "email": f"{person.name.lower().replace(' ', '.').replace(chr(39), '')}@{MAIL_DOMAIN}",
        "job_title": person.title,
        "unit_id": person.places[0][1].id,
        "manager_id": person.manager.id if person.manager else None,
        "external_id": f"P{number + 1:04}",
    }
    return Step(person.joined_on, "people", "define", person.id, actor, person.joined_on, arguments)


def found(chance: Chance, when: Calendar, people: int) -> Directory:
    """The organisation on its first day, and everybody who ever joins it."""
    directory = Directory(units=list(_units(chance, when.founded_on, people)))
    names = _names(chance)
    for unit in [unit for kind in BY_KIND for unit in directory.units if unit.kind == kind]:
        _appoint(chance, directory, unit, names, when)
    _fill_teams(chance, directory, names, when, people)
    return directory


def _units(chance: Chance, since: date, people: int) -> Iterator[Unit]:
    """From the top down. Every unit takes a lead, so a small organisation has fewer teams."""
    top = Unit(
        chance.id("unit", ORGANISATION),
        ORGANISATION,
        "organisation",
        None,
        since=since,
        head_title="Chief Executive",
    )
    yield top
    for outline in DIVISIONS:
        division = Unit(
            chance.id("unit", outline.name),
            outline.name,
            "division",
            top,
            since=since,
            head_title=outline.head,
        )
        yield division
        for inner in outline.departments:
            yield from _department(chance, division, inner, since, teams=4 if people >= 120 else 2)


def _department(
    chance: Chance, above: Unit, outline: DepartmentOutline, since: date, teams: int
) -> Iterator[Unit]:
    focus = tuple(team.name.lower() for team in outline.teams)
    department = Unit(
        chance.id("unit", outline.name), outline.name, "department", above, focus, outline.roles, outline.head
    )
    department.since = since
    yield department
    for team in outline.teams[:teams]:
        yield Unit(
            chance.id("unit", team.name), team.name, "team", department, team.focus, outline.roles,
            f"Team lead {team.name}", since=since,
        )  # fmt: skip


def _names(chance: Chance) -> Iterator[str]:
    dice = chance.dice("names")
    seen: set[str] = {ANA}
    while True:
        name = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
        if name not in seen:
            seen.add(name)
            yield name


def _appoint(chance: Chance, directory: Directory, unit: Unit, names: Iterator[str], when: Calendar) -> None:
    boss = directory.lead_of(unit.parent) if unit.parent else None
    name = next(names)
    lead = Person(
        chance.id("person", name), name, unit.head_title, when.founded_on, [(when.founded_on, unit)], boss
    )
    unit.lead = lead
    directory.people.append(lead)


def _fill_teams(
    chance: Chance, directory: Directory, names: Iterator[str], when: Calendar, people: int
) -> None:
    dice = chance.dice("staff")
    teams = [unit for unit in directory.units if unit.kind == "team"]
    lasting = [team for team in teams if team.name != DISSOLVED]
    home = next(team for team in teams if team.name == ANAS_TEAM)
    for number in range(max(1, people - len(directory.people))):
        name, team = (ANA, home) if number == 0 else (next(names), teams[number % len(teams)])
        late = number > 0 and dice.random() < 0.15
        team = dice.choice(lasting) if late else team
        span = (when.today - when.founded_on).days - 30
        joined = when.founded_on + timedelta(days=dice.randrange(span) if late else 0)
        title = team.roles[dice.randrange(len(team.roles))]
        directory.people.append(
            Person(chance.id("person", name), name, title, joined, [(joined, team)], team.lead)
        )
