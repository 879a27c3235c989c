"""Units and people: defined, moved, gone."""

from domain.person import Person
from domain.policy import Policy
from domain.rules import CHOICES
from domain.unit import Unit
from domain.window import Window
from tests.histories.move import Move, Moves
from tests.histories.telling import Telling


def _define_unit(telling: Telling, move: Move) -> None:
    if len(telling.units) < 6:
        unit = Unit.define(
            by=telling.on(move.day),
            id=telling.new_id(),
            name="New",
            kind="team",
            parent_id=telling.units[move.other % len(telling.units)].id,
        )
        telling.units.append(unit)
        telling.record([unit])


def _define_person(telling: Telling, move: Move) -> None:
    if len(telling.people) < 5:
        person = Person.define(
            by=telling.on(move.day),
            id=telling.new_id(),
            name="Newcomer",
            email=None,
            job_title=None,
            unit_id=telling.units[move.other % len(telling.units)].id,
            manager_id=telling.people[move.pick % len(telling.people)].id,
        )
        telling.people.append(person)
        telling.record([person])


def _move_unit(telling: Telling, move: Move) -> None:
    unit, above = (telling.units[number % len(telling.units)] for number in (move.who, move.other))
    by, up = telling.on(move.day), {each.id: each for each in telling.units}

    def command() -> None:
        window = Window(by.effective_on, unit.parent_id.next_after(by.effective_on))
        telling.check_loop(lambda id: up[id].parents(), unit.id, above.id, window)
        unit.move(by=by, parent_id=above.id)

    telling.attempt(command, unit)


def _name_lead(telling: Telling, move: Move) -> None:
    unit, person = (
        telling.units[move.who % len(telling.units)],
        telling.people[move.pick % len(telling.people)],
    )
    lead = person.id if move.other % 3 else None
    telling.attempt(lambda: unit.name_lead(by=telling.on(move.day), person_id=lead), unit)


def _dissolve_unit(telling: Telling, move: Move) -> None:
    if len(telling.units) > 3:
        unit = telling.units[-1]
        telling.attempt(lambda: unit.dissolve(by=telling.on(move.day)), unit)


def _unit_comes_back(telling: Telling, move: Move) -> None:
    unit, by = telling.units[-1], telling.on(move.day)
    command = unit.restore if move.pick % 2 else unit.withdraw_dissolution
    telling.attempt(lambda: command(by=by), unit)


def _person_comes_back(telling: Telling, move: Move) -> None:
    person, by = telling.people[move.who % len(telling.people)], telling.on(move.day)
    command = person.return_ if move.pick % 2 else person.withdraw_departure
    telling.attempt(lambda: command(by=by), person)


def _transfer_person(telling: Telling, move: Move) -> None:
    person, unit = (
        telling.people[move.who % len(telling.people)],
        telling.units[move.other % len(telling.units)],
    )
    manager = telling.people[0].id if person is not telling.people[0] and move.pick % 2 else None
    telling.attempt(
        lambda: person.transfer(by=telling.on(move.day), unit_id=unit.id, manager_id=manager), person
    )


def _depart(telling: Telling, move: Move) -> None:
    person = telling.people[move.who % len(telling.people)]
    if move.pick > 6:
        telling.attempt(lambda: person.depart(by=telling.on(move.day)), person)


def _revise_person(telling: Telling, move: Move) -> None:
    person = telling.people[move.who % len(telling.people)]
    title = ("Lead", None, "Clerk")[move.pick % 3]
    telling.attempt(lambda: person.revise(by=telling.on(move.day), job_title=title), person)


def _revise_cycle(telling: Telling, move: Move) -> None:
    """Its days stay those of the year, by which the histories judge what is in it."""
    cycle = telling.cycles[move.who % 2]
    days = (3, 7, 30, 90)[move.pick % 4]
    telling.attempt(lambda: cycle.revise(by=telling.on(move.day), cadence_days=days), cycle)


def _adopt_policy(telling: Telling, move: Move) -> None:
    if telling.policies:
        before = telling.policies[move.who % len(telling.policies)]
        given = {
            "name": f"policy {len(telling.policies)}",
            "zones": {"stretch": "0.9", "target": "0.5", "commit": "0.25"} if move.other % 2 else None,
            "paces": {"ahead": "0.3", "on_track": "0", "behind": "-0.5"} if move.other % 3 else None,
            "live": CHOICES["live"][move.pick % 2],
            "stale": CHOICES["stale"][move.pick // 2 % 2],
            "crossing": CHOICES["crossing"][move.pick // 4 % 2],
            "rounding": CHOICES["rounding"][move.other % 2],
        }
        policy = Policy.adopt(
            by=telling.on(move.day), id=telling.new_id(), before=before, others=telling.policies, **given
        )
        telling.policies.append(policy)
        telling.record([policy])


MOVES: Moves = {
    "adopt policy": (1, _adopt_policy),
    "define person": (1, _define_person),
    "define unit": (1, _define_unit),
    "depart": (1, _depart),
    "dissolve unit": (1, _dissolve_unit),
    "move unit": (2, _move_unit),
    "name lead": (1, _name_lead),
    "person comes back": (1, _person_comes_back),
    "unit comes back": (1, _unit_comes_back),
    "revise cycle": (1, _revise_cycle),
    "revise person": (1, _revise_person),
    "transfer person": (2, _transfer_person),
}
