"""What every run begins with: an organisation whose year has begun."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from application.act import Act
from application.carrying_over import NewAlignment
from application.store import Command
from domain.objective import Owner
from domain.review import Share
from tests.stateful.giving_measurements import key_result_of
from tests.stateful.giving_objectives import ALL
from tests.stateful.giving_organisation import PERIODS
from tests.stateful.orders import Order, order
from tests.stateful.picks import id_of

FIRST = date(2026, 1, 1)
YEAR = id_of("cycle", 0)


def beginning(today: date) -> Iterator[Order]:
    """Two units, four people, two cycles, of which one has begun with three objectives, a review, a
    measure.
    """
    act = Act("token:hr", Command(uuid4(), b"", remember=False), effective_on=FIRST, today=today)
    for each in _everything(act):
        yield replace(each, act=replace(act, command=Command(uuid4(), b"", remember=False)))


def _everything(act: Act) -> Iterator[Order]:
    yield from _organisation(act)
    yield from _objective(act, 0, "strategic", Owner(unit_id=id_of("unit", 0)), [])
    yield from _objective(act, 1, "team", Owner(person_id=id_of("person", 1)), [id_of("objective", 0)])
    yield from _objective(act, 2, "individual", Owner(person_id=id_of("person", 2)), [id_of("objective", 1)])
    objective = id_of("objective", 1)
    yield order("objectives", "activate", act, objective, waivers=ALL)
    yield order(
        "reviews",
        "open",
        act,
        id=id_of("review", 0),
        person_id=id_of("person", 1),
        reviewer_id=id_of("person", 2),
        cycle_id=YEAR,
        objectives=[Share(objective, Decimal(100))],
    )
    yield order(
        "measures",
        "define",
        act,
        id=id_of("measure", 0),
        name="Engagement",
        unit_of_measure=None,
        direction="increase",
        baseline=Decimal(1),
        target=Decimal(9),
        objective_ids=[id_of("objective", 0)],
    )


def _organisation(act: Act) -> Iterator[Order]:
    for number, parent in enumerate((None, id_of("unit", 0))):
        id = id_of("unit", number)
        yield order("units", "define", act, id=id, name="North", kind="team", parent_id=parent)
    for number in range(4):
        named: dict[str, Any] = {"name": "Ana", "email": None, "job_title": None}
        named |= {"unit_id": id_of("unit", number % 2), "manager_id": id_of("person", 0) if number else None}
        yield order("people", "define", act, id=id_of("person", number), **named)
    for number, (starts_on, ends_on) in enumerate(PERIODS):
        days = {"starts_on": starts_on, "ends_on": ends_on, "appeal_days": 10}
        yield order("cycles", "define", act, id=id_of("cycle", number), name="A year", **days)
    yield order("cycles", "activate", act, YEAR)


def _objective(act: Act, number: int, level: str, owner: Owner, above: Sequence[UUID]) -> Iterator[Order]:
    """With a key result, approved."""
    id = id_of("objective", number)
    yield order(
        "objectives",
        "define",
        act,
        id=id,
        title="Grow",
        description="In every way.",
        level=level,
        cycle_id=YEAR,
        owner=owner,
        starts_on=PERIODS[0][0],
        ends_on=PERIODS[0][1],
        alignments=[NewAlignment(each, "contributes") for each in above],
    )
    yield order(
        "objectives",
        "add_key_result",
        act,
        id,
        key_result_id=key_result_of(id, 0),
        title="Calls",
        kind="increase",
        unit_of_measure=None,
        baseline=Decimal(0),
        target=Decimal(10),
        weight=Decimal(1),
    )
    yield order("objectives", "submit", act, id, waivers=ALL)
    yield order("objectives", "approve", act, id)
