"""Objectives are stored to be in everybody's way: put into the log at once, as commands would do it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from application.act import Act
from application.cycles import Cycles
from application.people import People
from application.store import Command, Reads, Store
from application.units import Units
from domain.objective import Objective, Owner, Parent, Standing, Waiver
from domain.period import Period

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
DAY = YEAR.starts_on
WAIVED = [Waiver(letter, "a test") for letter in "SMART"]
AT_ONCE = 100


def act(day: date = DAY) -> Act:
    return Act("token:test", Command(uuid4(), b"", remember=False), effective_on=day)


@dataclass(frozen=True)
class House:
    """A unit, two people of it, and a cycle."""

    store: Store
    unit: UUID
    ana: UUID
    bo: UUID
    cycle: UUID

    @classmethod
    def on(cls, store: Store) -> "House":
        unit = Units(store).define(act(), name="Sales", kind="department", parent_id=None).id
        ana, bo = (
            People(store)
            .define(act(), name=name, email=None, job_title=None, unit_id=unit, manager_id=None)
            .id
            for name in ("Ana", "Bo")
        )
        cycle = Cycles(store).define(act(), name="Year", starts_on=YEAR.starts_on, ends_on=YEAR.ends_on).id
        return cls(store, unit, ana, bo, cycle)

    def objective(
        self,
        owner: UUID,
        above: Iterable[Objective] = (),
        *,
        level: str = "individual",
        aims: Sequence[tuple[Decimal, Decimal]] = (),
        title: str = "Answer within a day",
    ) -> Objective:
        """An active one, contributing to those above it; each aim is (target, reading), from nought."""
        by = act().by
        made = Objective.define(
            by=by,
            id=uuid4(),
            title=title,
            description="Every request, by a person.",
            level=level,
            cycle_id=self.cycle,
            owner=Owner(person_id=owner),
            starts_on=YEAR.starts_on,
            ends_on=YEAR.ends_on,
            visibility="open",
            external_id=None,
        )
        readings = {}
        for target, value in aims:
            id = uuid4()
            made.add_key_result(
                by=by,
                key_result_id=id,
                title="Share",
                kind="increase",
                unit_of_measure=None,
                baseline=Decimal(0),
                target=target,
                weight=Decimal(1),
                external_id=None,
            )
            readings[id] = value
        for parent in above:
            made.align(
                by=by,
                parent=Parent(parent.id, parent.level, parent.periods(YEAR)),
                kind="contributes",
                weight=Decimal(1),
                cycle=YEAR,
            )
        standing = Standing(YEAR, has_contributing_child=False)
        made.submit(by=by, waivers=WAIVED, standing=standing)
        made.approve(by=by)
        made.activate(by=by, waivers=WAIVED, standing=standing)
        if readings:
            made.check_in(by=by, check_in_id=uuid4(), on=DAY, readings=readings, confidence=None, note=None)
        return made

    def record(self, made: Sequence[Objective]) -> None:
        for place in range(0, len(made), AT_ONCE):
            some = made[place : place + AT_ONCE]
            self.store.record(some, command=act().command, subject=some[0].id, reads=Reads())
