"""A small organisation, made through the use cases, and short ways to change it."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from application.act import Act
from application.carrying_over import NewAlignment
from application.cycles import Cycles
from application.objectives import NewKeyResult, Objectives
from application.people import People
from application.store import Command, Store
from application.units import Units
from domain.objective import Objective, Owner, Waiver

TODAY = date(2026, 6, 30)
START = date(2026, 1, 1)
UNSMART = tuple(Waiver(letter, "a test") for letter in "SMART")


def act(
    on: date | None = START,
    reason: str | None = "a test",
    version: int | None = None,
    key: UUID | None = None,
    body: bytes = b"",
) -> Act:
    """An act effective `on`; `key` is the id that a client gave the command, `body` what it asked for."""
    command = Command(key or uuid4(), body, remember=key is not None)
    seen = None if version is None else frozenset({version})
    return Act("person:test", command, seen, on, reason, today=TODAY)


class Organisation:
    """One unit, one cycle for the year, and as many objectives as a test asks for."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.units, self.people = Units(store), People(store)
        self.cycles, self.objectives = Cycles(store), Objectives(store)

    @cached_property
    def unit(self) -> UUID:
        return self.new_unit()

    @cached_property
    def cycle(self) -> UUID:
        defined = self.cycles.define(act(), name="2026", starts_on=START, ends_on=date(2026, 12, 31))
        return defined.id

    def new_unit(self, parent: UUID | None = None, on: date = START) -> UUID:
        return self.units.define(act(on), name="Sales", kind="team", parent_id=parent).id

    def new_person(self, manager: UUID | None = None, on: date = START) -> UUID:
        return self.people.define(
            act(on), name="Ana", email=None, job_title=None, unit_id=self.unit, manager_id=manager
        ).id

    def new_objective(self, *parents: UUID, level: str = "team", live: bool = False, **fields: Any) -> UUID:
        alignments = [NewAlignment(parent, "contributes") for parent in parents]
        given = {
            "title": "Grow", "description": None, "level": level, "cycle_id": self.cycle,
            "owner": Owner(unit_id=self.unit), "starts_on": START, "ends_on": date(2026, 12, 31),
            "alignments": alignments,
        }  # fmt: skip
        id = self.objectives.define(act(), **{**given, **fields}).id
        if live:
            self.objectives.submit(act(), id, waivers=UNSMART)
            self.objectives.approve(act(), id)
            self.objectives.activate(act(), id)
        return id

    def load(self, id: UUID) -> Objective:
        return self.store.load(Objective, id)


def key_result(target: str = "100", weight: str = "1") -> NewKeyResult:
    return NewKeyResult("Revenue", "increase", "EUR", Decimal(0), Decimal(target), Decimal(weight))
