"""As `test_given_again`, of units, people, cycles and measures, and of one command on reviews, whose steps
are in `test_review_lifecycle`: what is given again with another day, reason or content is recorded, or
refused; it is passed over only where it holds.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from domain.aggregate import Aggregate
from domain.cycle import Cycle
from domain.measure import Measure
from domain.person import Person
from domain.provenance import Provenance
from domain.refusals import AlreadyExists, CycleSealed, ForbiddenTransition, OutOfTime, Refusal
from domain.unit import Unit
from tests.domain import reviews
from tests.domain.case import TODAY, by, given, id_of, recorded, refused
from tests.domain.reviews import HR
from tests.domain.test_cycle import SEAL, cycle
from tests.domain.test_directory import person, unit
from tests.domain.test_measure import measure

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
WHY = "so decided"
Leads = type[Refusal] | tuple[str, ...]
HOLDS: Leads = ()


@dataclass(frozen=True)
class Command:
    """`give` takes the aggregate, the provenance, and what differs from the first time, on 1 April.

    - `otherwise`: other content, each with what it leads to.
    - `earlier`, `later`: what the same content leads to on 1 March and on 1 May.
    - `reason`: what another reason leads to; facts keep the reason that they were recorded with.
    """

    make: Callable[[], Any]
    give: Callable[..., None]
    otherwise: tuple[tuple[dict[str, Any], Leads], ...] = ()
    earlier: Leads = HOLDS
    later: Leads = HOLDS
    reason: Leads = HOLDS

    def given(self) -> Any:
        subject = self.make()
        self.give(subject, by(APRIL, WHY))
        return given(subject)


def _fact(
    make: Callable[[], Any], give: Callable[..., None], event: str, *otherwise: dict[str, Any]
) -> Command:
    """A value holds from a day on: from an earlier day it is recorded, from a later one it does hold."""
    moved = tuple((fields, (event,)) for fields in otherwise)
    return Command(make, give, moved, earlier=(event,))


def _corrects(make: Callable[[], Any], kind: str) -> Command:
    """What another system calls it has no other day than the first one."""
    return Command(
        make,
        lambda s, by, name="X": s.correct_external_id(
            by=replace(by, dated=by.effective_on in (MARCH, MAY)), external_id=name
        ),
        tuple(({"name": name}, (f"{kind}.external_id_corrected",)) for name in ("Y", None)),
        earlier=OutOfTime,
        later=OutOfTime,
    )


def _ended(kind: str, make: Callable[[], Any], end: str, back: str, take_back: str) -> dict[str, Command]:
    gone, here, withdrawn = {
        "Unit": ("unit.dissolved", "unit.restored", "unit.dissolution_withdrawn"),
        "Person": ("person.departed", "person.returned", "person.departure_withdrawn"),
    }[kind]

    def ended(day: date) -> Any:
        return given(make(), lambda s: getattr(s, end)(by=by(day, WHY)))

    return {
        f"{kind}.{end}": Command(
            make,
            lambda s, by: getattr(s, end)(by=by),
            earlier=(gone,),
            later=(withdrawn, gone),
            reason=(gone,),
        ),
        f"{kind}.{back}": Command(
            lambda: ended(date(2026, 2, 1)),
            lambda s, by: getattr(s, back)(by=by),
            earlier=(here,),
            later=(gone, here),
            reason=(here,),
        ),
        f"{kind}.{take_back}": Command(lambda: ended(APRIL), lambda s, by: getattr(s, take_back)(by=by)),
    }


def _closed() -> Cycle:
    return given(
        cycle(),
        lambda c: c.activate(by=by(date(2026, 2, 1))),
        lambda c: c.close(by=by(date(2026, 2, 1)), seal=SEAL),
    )


def _read(subject: Measure, by: Provenance, on: date = APRIL, value: str = "65", **more: Any) -> None:
    subject.record_reading(by=by, reading_id=id_of("reading"), on=on, value=Decimal(value), **more)


COMMANDS: dict[str, Command] = {
    "Unit.rename": _fact(
        unit, lambda s, by, name="North": s.rename(by=by, name=name), "unit.renamed", {"name": "South"}
    ),
    "Unit.move": _fact(
        unit,
        lambda s, by, to="other": s.move(by=by, parent_id=to and id_of(to)),
        "unit.moved",
        {"to": None},
        {"to": "a third"},
    ),
    "Unit.name_lead": _fact(
        unit,
        lambda s, by, who="ana": s.name_lead(by=by, person_id=who and id_of(who)),
        "unit.lead_named",
        {"who": None},
        {"who": "bo"},
    ),
    "Unit.name_account": _fact(
        unit,
        lambda s, by, id="g-1": s.name_account(by=by, account_id=id),
        "unit.account_named",
        {"id": None},
        {"id": "g-2"},
    ),
    "Unit.correct_external_id": _corrects(unit, "unit"),
    "Person.transfer": _fact(
        person,
        lambda s, by, to="support", manager="cy": s.transfer(
            by=by, unit_id=id_of(to), manager_id=manager and id_of(manager)
        ),
        "person.transferred",
        {"to": "sales"},
        {"manager": None},
    ),
    "Person.rename": _fact(
        person, lambda s, by, name="Ana Lu": s.rename(by=by, name=name), "person.renamed", {"name": "Ann"}
    ),
    "Person.revise": _fact(
        person,
        lambda s, by, **said: s.revise(by=by, **{"job_title": "Lead", "email": "lu@example.org"} | said),
        "person.revised",
        {"job_title": None},
        {"email": "ann@example.org"},
        {"user_name": "ana"},
    ),
    "Person.correct_external_id": _corrects(person, "person"),
    "Cycle.revise": _fact(
        cycle,
        lambda s, by, **said: s.revise(by=by, **{"name": "FY", "cadence_days": 7} | said),
        "cycle.revised",
        {"name": "2026/27"},
        {"cadence_days": 8},
        {"appeal_days": 3},
        {"ends_on": date(2026, 11, 30)},
    ),
    "Cycle.activate": Command(
        cycle,
        lambda s, by: s.activate(by=by),
        earlier=ForbiddenTransition,
        later=ForbiddenTransition,
        reason=ForbiddenTransition,
    ),
    "Cycle.close": Command(
        lambda: given(cycle(), lambda c: c.activate(by=by(date(2026, 2, 1)))),
        lambda s, by: s.close(by=by, seal=SEAL),
        earlier=CycleSealed,
        later=CycleSealed,
        reason=CycleSealed,
    ),
    "Cycle.reopen": Command(
        _closed,
        lambda s, by: s.reopen(by=by),
        earlier=ForbiddenTransition,
        later=ForbiddenTransition,
        reason=ForbiddenTransition,
    ),
    "Cycle.correct_external_id": _corrects(cycle, "cycle"),
    "Measure.revise": _fact(
        measure,
        lambda s, by, **said: s.revise(by=by, **{"name": "Trust", "target": Decimal(90)} | said),
        "measure.revised",
        {"name": "Faith"},
        {"target": Decimal(91)},
        {"unit_of_measure": None},
        {"objective_ids": [id_of("another goal")]},
    ),
    "Measure.record_reading": Command(
        measure,
        _read,
        (({"value": "66"}, AlreadyExists), ({"source": "poll"}, AlreadyExists), ({"on": MAY}, OutOfTime)),
        earlier=OutOfTime,
        later=OutOfTime,
    ),
    "Measure.correct_reading": Command(
        lambda: given(measure(), lambda s: _read(s, by(APRIL))),
        lambda s, by, value="66", **more: s.correct_reading(
            by=by, reading_id=id_of("reading"), value=Decimal(value), **more
        ),
        (
            ({"value": "67"}, ("measure.reading_corrected",)),
            ({"source": "poll"}, ("measure.reading_corrected",)),
        ),
        earlier=OutOfTime,
        later=OutOfTime,
    ),
    "Measure.withdraw_reading": Command(
        lambda: given(measure(), lambda s: _read(s, by(APRIL))),
        lambda s, by: s.withdraw_reading(by=by, reading_id=id_of("reading")),
        earlier=OutOfTime,
        later=OutOfTime,
    ),
    "Measure.correct_external_id": _corrects(measure, "measure"),
    **_ended("Unit", unit, "dissolve", "restore", "withdraw_dissolution"),
    **_ended("Person", person, "depart", "return_", "withdraw_departure"),
}


def _leads_to(subject: Aggregate, leads: Leads, again: Callable[[], None]) -> None:
    if isinstance(leads, tuple):
        again()
        assert recorded(subject) == list(leads)
    else:
        with refused(subject, leads):
            again()


SHARED = ("amend", "record")


@pytest.mark.parametrize("kind", [Unit, Person, Cycle, Measure])
def test_the_table_has_every_command(kind: type[Aggregate]) -> None:
    commands = {
        f"{kind.__name__}.{name}"
        for name, each in inspect.getmembers(kind, inspect.isfunction)
        if "by" in inspect.signature(each).parameters
        and not name.startswith(("_", "check_"))
        and name not in SHARED
    }
    told = {name for name in COMMANDS if name.startswith(f"{kind.__name__}.")}
    assert told == commands


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_given_again_as_it_is_recorded_records_nothing(name: str) -> None:
    command = COMMANDS[name]
    subject = command.given()
    leads = CycleSealed if name == "Cycle.close" else HOLDS
    for again in (by(APRIL, WHY), by(APRIL), by()):
        _leads_to(subject, leads, partial(command.give, subject, again))


@pytest.mark.parametrize("name", COMMANDS)
def test_another_day_content_or_reason_is_recorded_or_refused_unless_it_holds(name: str) -> None:
    command = COMMANDS[name]
    for day, leads in ((MARCH, command.earlier), (MAY, command.later)):
        subject = command.given()
        _leads_to(subject, leads, partial(command.give, subject, by(day, WHY)))
    for fields, leads in command.otherwise:
        subject = command.given()
        _leads_to(subject, leads, partial(command.give, subject, by(APRIL, WHY), **fields))
    subject = command.given()
    _leads_to(subject, command.reason, partial(command.give, subject, by(APRIL, "another reason")))


@pytest.mark.parametrize(
    "name", ["Unit.rename", "Unit.move", "Unit.name_lead", "Person.transfer", "Person.rename"]
)
def test_what_held_before_the_end_is_refused_after_it(name: str) -> None:
    command = COMMANDS[name]
    subject = command.given()
    given(subject, lambda s: (s.dissolve if name.startswith("Unit") else s.depart)(by=by(MAY)))
    _leads_to(subject, HOLDS, partial(command.give, subject, by(APRIL, WHY)))
    _leads_to(subject, ForbiddenTransition, partial(command.give, subject, by(TODAY, WHY)))


def test_a_review_that_went_to_a_reviewer_is_not_theirs_from_an_earlier_day_on() -> None:
    eve, since = reviews.person("eve"), date(2026, 5, 10)
    review = reviews.review_in("assessed")
    given(review, lambda r: r.reassign(by=reviews.by(HR, since, WHY), reviewer_id=eve))
    for day in (since, TODAY):
        review.reassign(by=reviews.by(HR, day), reviewer_id=eve)
        assert recorded(review) == []
    with refused(review, OutOfTime) as refusal:
        review.reassign(by=reviews.by(HR, date(2026, 5, 9), WHY), reviewer_id=eve)
    assert refusal.value.members["recorded"] == {"effective_on": str(since)}
