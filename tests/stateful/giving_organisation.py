"""Orders about units, people and cycles."""

from datetime import date

from tests.stateful.orders import Make, Order, order
from tests.stateful.picks import Picks, id_of

NAMES = ("North", "South")
PERIODS = ((date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 7, 1), date(2027, 6, 30)))


def define_unit(picks: Picks) -> Order:
    parent = None if picks.rarely(4) else picks.there("unit")
    id = picks.new("unit", 4)
    return order("units", "define", picks.act(), id=id, name=picks.of(NAMES), kind="team", parent_id=parent)


def move_unit(picks: Picks) -> Order:
    id, parent = picks.there("unit"), None if picks.rarely(4) else picks.there("unit")
    return order("units", "move", picks.act(id), id, parent_id=parent)


def rename_unit(picks: Picks) -> Order:
    id = picks.there("unit")
    return order("units", "rename", picks.act(id), id, name=picks.of(NAMES))


def dissolve_unit(picks: Picks) -> Order:
    id = picks.there("unit")
    return order("units", "dissolve", picks.act(id), id)


def define_person(picks: Picks) -> Order:
    manager = None if picks.rarely(3) else picks.there("person")
    return order(
        "people",
        "define",
        picks.act(),
        id=picks.new("person", 6),
        name=picks.of(NAMES),
        email=None,
        job_title=None,
        unit_id=picks.there("unit"),
        manager_id=manager,
    )


def transfer_person(picks: Picks) -> Order:
    id, manager = picks.there("person"), None if picks.rarely(4) else picks.there("person")
    return order("people", "transfer", picks.act(id), id, unit_id=picks.there("unit"), manager_id=manager)


def rename_person(picks: Picks) -> Order:
    id = picks.there("person")
    return order("people", "rename", picks.act(id), id, name=picks.of(NAMES))


def person_departs(picks: Picks) -> Order:
    id = picks.there("person")
    return order("people", "depart", picks.act(id), id)


def define_cycle(picks: Picks) -> Order:
    starts_on, ends_on = picks.of((*PERIODS, PERIODS[0][::-1]))
    return order(
        "cycles",
        "define",
        picks.act(),
        id=picks.new("cycle", 3),
        name=picks.of(NAMES),
        starts_on=starts_on,
        ends_on=ends_on,
        appeal_days=10,
    )


def cycle_step(picks: Picks) -> Order:
    """Mostly of the first cycle, the one that most things are in."""
    id = id_of("cycle", 0) if picks.rarely(2) else picks.there("cycle")
    return order("cycles", picks.of(("activate", "close", "reopen")), picks.act(id, late=6), id)


UNITS: tuple[Make, ...] = (define_unit, move_unit, move_unit, rename_unit, dissolve_unit)
PEOPLE: tuple[Make, ...] = (define_person, transfer_person, transfer_person, rename_person, person_departs)
CYCLES: tuple[Make, ...] = (define_cycle, cycle_step, cycle_step, cycle_step)
