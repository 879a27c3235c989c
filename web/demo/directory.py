"""Units are founded, moved, renamed and dissolved; people join, are transferred and leave."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from web.demo.made_up import DIVISIONS, FAMILY, GIVEN, MAIL_DOMAIN, ORGANISATION
from web.demo.organisation import ANA, Organisation, Person, Unit

ANAS_TEAM = "Campaigns"
DISSOLVED, TAKEN_OVER_BY = "Digital Channels", "Customer Platform"  # in the reorganisation
NEW_TEAM, NEW_TEAMS_DEPARTMENT = "Customer Insight", "Marketing and Communications"
MOVES = (("Leak Detection", "Data and Analytics"), ("Data and Analytics", "Networks and Plants"))
REASON = "Reorganisation: closer to the customer"
LEAVING = 0.05  # over the time


def found(org: Organisation, people: int) -> None:
    """The organisation on its first day, and everybody who ever joins it. Every unit takes a lead, so a small
    organisation has fewer teams.
    """
    names = _names(org)
    top = _unit(org, {"name": ORGANISATION}, "organisation", None)
    divisions = [(given, _unit(org, given, "division", top)) for given in DIVISIONS]
    departments = [
        (inner, _unit(org, inner, "department", division))
        for given, division in divisions
        for inner in given["departments"]
    ]
    teams = [
        _unit(org, team | {"roles": inner["roles"]}, "team", department)
        for inner, department in departments
        for team in inner["teams"][: 4 if people >= 120 else 2]
    ]
    heads = ["Chief Executive", *(given["head"] for given, _ in (*divisions, *departments))]
    heads += [f"Team lead {team.name}" for team in teams]
    for unit, title in zip(org.units, heads, strict=True):
        unit.lead = _join(org, next(names), title, unit, org.calendar.founded_on, led_from=unit.parent)
    _fill(org, teams, names, people)
    for unit in org.units:
        _define(org, unit, unit.since)
    for number, person in enumerate(org.people, 1):
        _, unit, boss = person.places[0]
        said = {"name": person.name, "job_title": person.title, "external_id": f"P{number:04}"}
        place = {"unit_id": unit.id, "manager_id": boss.id if boss else None}
        said["email"] = f"{person.name.lower().replace(' ', '.').replace(chr(39), '')}@{MAIL_DOMAIN}"
        org.tell(person.joined_on, "people.define", person.id, {**said, **place})


def _unit(org: Organisation, given: dict[str, Any], kind: str, parent: Unit | None) -> Unit:
    focus = given.get("focus") or [team["name"].lower() for team in given.get("teams", ())]
    id, since = org.chance.id("unit", given["name"]), given.get("since", org.calendar.founded_on)
    unit = Unit(id, given["name"], kind, parent, tuple(focus), tuple(given.get("roles", ())), since)
    org.units.append(unit)
    return unit


def _define(org: Organisation, unit: Unit, told_on: date) -> None:
    slug = "".join(letter if letter.isalnum() else "-" for letter in unit.name.lower())
    above = unit.parent.id if unit.parent else None
    said = {"name": unit.name, "kind": unit.kind, "parent_id": above, "external_id": slug}
    org.tell(unit.since, "units.define", unit.id, said, told_on=told_on)


def _join(
    org: Organisation, name: str, title: str, unit: Unit, day: date, *, led_from: Unit | None
) -> Person:
    boss = org.lead_of(led_from) if led_from else None
    org.people.append(Person(org.chance.id("person", name), name, title, day, [(day, unit, boss)]))
    return org.people[-1]


def _names(org: Organisation) -> Iterator[str]:
    dice = org.chance.dice("names")
    seen = {ANA}
    while True:
        name = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
        if name not in seen:
            seen.add(name)
            yield name


def _fill(org: Organisation, teams: list[Unit], names: Iterator[str], people: int) -> None:
    """Ana and most others from the first day on, some later, none of these in the team that does not last."""
    dice, founded_on = org.chance.dice("staff"), org.calendar.founded_on
    lasting = [team for team in teams if team.name != DISSOLVED]
    span = (org.calendar.today - founded_on).days - 30
    for number in range(max(1, people - len(org.people))):
        name, team = (ANA, org.unit(ANAS_TEAM)) if number == 0 else (next(names), teams[number % len(teams)])
        joined = founded_on
        if number > 0 and dice.random() < 0.15:
            team, joined = dice.choice(lasting), founded_on + timedelta(days=dice.randrange(span))
        _join(org, name, dice.choice(team.roles), team, joined, led_from=team)


def reorganise(org: Organisation) -> None:
    """Announced ahead, in part told weeks late. The team that is to go is dissolved by `hand_over`."""
    dice, day = org.chance.dice("reorganisation"), org.calendar.reorganised_on
    announced, late = day - timedelta(days=9), day + timedelta(days=19)
    for (name, above), told_on in zip(MOVES, (announced, late), strict=True):
        unit = org.unit(name)
        unit.parent = org.unit(above)
        said = {"parent_id": unit.parent.id}
        org.tell(day, "units.move", unit.id, said, reason=REASON, told_on=told_on)
    given = {"name": NEW_TEAM, "focus": ["customer interviews", "the panel", "churn reports"]}
    new = _unit(org, given | {"since": day}, "team", org.unit(NEW_TEAMS_DEPARTMENT))
    _define(org, new, announced)
    service = org.unit("Customer Service")
    org.tell(day, "units.rename", service.id, {"name": "Customer Care"}, reason=REASON)
    teams = [unit for unit in org.of_kind("team", day) if unit.name != DISSOLVED]
    moving = [
        person
        for person in org.people
        if person.is_there(day) and person.unit_on(day) in teams and not _stays(org, person)
    ]
    for number, person in enumerate(dice.sample(moving, min(24, len(moving) // 4))):
        told_on = day + timedelta(days=dice.randint(14, 40) if number % 3 == 2 else 0)
        transfer(org, person, new if number < 5 else dice.choice(teams), day, told_on)
    old, heir = org.unit(DISSOLVED), org.unit(TAKEN_OVER_BY)
    old.until, old.heir = day + timedelta(days=14), heir
    for person in org.members(old, old.until):
        transfer(org, person, heir, old.until, old.until)


def _stays(org: Organisation, person: Person) -> bool:
    return person.name == ANA or any(unit.lead is person for unit in org.units)


def transfer(org: Organisation, person: Person, team: Unit, day: date, told_on: date) -> None:
    """Moves the person under the lead of the new team, unless there already or only just there."""
    if person.unit_on(day) is team or not person.is_there(day) or person.joined_on >= day:
        return
    lead = org.lead_of(team)
    person.places.append((day, team, lead))
    said = {"unit_id": team.id, "manager_id": lead.id}
    org.tell(day, "people.transfer", person.id, said, reason=REASON, told_on=told_on)


def choose_leavers(org: Organisation) -> None:
    dice = org.chance.dice("departures")
    first = org.calendar.cycles[0].day(40)
    span = max(1, (org.calendar.today - first).days - 3)
    for person in org.people:
        if dice.random() < LEAVING and not _stays(org, person):
            day = first + timedelta(days=dice.randrange(span))
            if day > max(person.joined_on, person.places[-1][0]) + timedelta(days=60):
                person.left_on = day


def hand_over(org: Organisation) -> None:
    """On the day on which an owner leaves or is dissolved, a team takes what is open; then that is told."""
    old, heir = org.unit(DISSOLVED), org.unit(TAKEN_OVER_BY)
    for objective in org.objectives:
        person, day, team, reason = objective.person, old.until, heir, REASON
        if person is not None:
            day, team, reason = person.left_on, person.unit_on(person.left_on), f"{person.name} has left"
        if (person or objective.unit is old) and objective.defined_on < day < objective.ended_on:
            said = {"owner": {"unit_id": team.id}}
            org.tell(day, "objectives.transfer", objective.id, said, by=org.lead_of(team), reason=reason)
    org.tell(old.until, "units.dissolve", old.id, reason=REASON)
    for person in org.people:
        boss = person.manager_on(person.left_on)
        org.tell(person.left_on, "people.depart", person.id, by=boss, reason="Left on own wish")
