"""Orders about units, people and cycles."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.rules import CHOICES
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
    heir = picks.there("unit") if picks.rarely(2) else None
    return order("units", "dissolve", picks.act(id), id, hand_over_to=heir)


def unit_comes_back(picks: Picks) -> Order:
    id = _mostly_gone(picks, "unit")
    return order("units", picks.of(("restore", "withdraw_dissolution")), picks.act(id), id)


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


def revise_person(picks: Picks) -> Order:
    id = picks.there("person")
    given = {"email": picks.of((None, "a@example.org", "nobody")), "job_title": picks.of(NAMES)}
    if picks.rarely(2):
        del given[picks.of(("email", "job_title"))]
    return order("people", "revise", picks.act(id), id, **given)


def person_departs(picks: Picks) -> Order:
    id = picks.there("person")
    heir = picks.there("person") if picks.rarely(2) else None
    return order("people", "depart", picks.act(id), id, hand_over_to=heir)


def person_comes_back(picks: Picks) -> Order:
    id = _mostly_gone(picks, "person")
    return order("people", picks.of(("return_", "withdraw_departure")), picks.act(id), id)


def _mostly_gone(picks: Picks, kind: str) -> UUID:
    facts = picks.model.facts
    gone = [id for id in facts.ids(kind) if any(fact.sets.get("ended") for fact in facts.of(id))]
    return picks.of(gone) if gone and not picks.rarely(6) else picks.there(kind)


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


def revise_cycle(picks: Picks) -> Order:
    id = picks.there("cycle")
    starts_on, ends_on = picks.of(PERIODS)
    given = {"name": picks.of(NAMES), "appeal_days": picks.of((10, 5)), "ends_on": ends_on}
    if picks.rarely(3):
        given["starts_on"] = starts_on
    return order("cycles", "revise", picks.act(id), id, **given)


def adopt_policy(picks: Picks) -> Order:
    """Dated, late or ahead, of few names, and now and then one that follows an older one."""
    named: dict[str, Any] = {rule: picks.of((None, *choices)) for rule, choices in CHOICES.items()}
    named["zones"] = picks.of((None, {"stretch": "0.9", "target": "0.5", "commit": "0.25"}))
    named["paces"] = picks.of((None, {"ahead": "0.3", "on_track": "0", "behind": "-0.5"}))
    named["follows_id"] = picks.there("policy") if picks.rarely(3) else None
    id, number = picks.new("policy", 8), picks.of(range(12))
    return order("policies", "adopt", picks.act(), id=id, name=f"ours {number}", **named)


POLICIES: tuple[Make, ...] = (adopt_policy,)
UNITS: tuple[Make, ...] = (define_unit, move_unit, move_unit, rename_unit, dissolve_unit, unit_comes_back)
PEOPLE: tuple[Make, ...] = (
    define_person,
    transfer_person,
    transfer_person,
    rename_person,
    person_departs,
    person_comes_back,
)
CYCLES: tuple[Make, ...] = (define_cycle, revise_cycle, cycle_step, cycle_step, cycle_step)
