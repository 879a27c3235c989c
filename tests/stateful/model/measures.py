"""Measures of impact."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from application.act import Act
from tests.stateful.model.facts import Part, refuse


class Measures(Part):
    kind = "measure"

    def define(
        self,
        act: Act,
        *,
        id: UUID,
        direction: str,
        baseline: Decimal,
        target: Decimal,
        objective_ids: Sequence[UUID],
        **_: Any,
    ) -> None:
        self.free(id)
        day = act.by.effective_on
        refuse("effective-date", day > act.today)
        _check_aim(direction, baseline, target)
        refuse("invalid-value", not objective_ids or len(set(objective_ids)) < len(objective_ids))
        for each in objective_ids:
            refuse("unknown-reference", not self.facts.there("objective", each, day))
            refuse("strategic-only", self.facts.last(each, "level") != "strategic")
        aim = (direction, baseline, target)
        self.say(act, id, "defined", {"objective_ids": tuple(objective_ids), "aim": aim})

    def revise(self, act: Act, id: UUID, *, direction: str | None = None, target: Any = None) -> None:
        self.subject(act, id)
        self.fact_date(act, id)
        now = self.facts.at(id, "aim", act.by.effective_on)
        wanted = (direction or now[0], now[1], now[2] if target is None else target)
        _check_aim(*wanted)
        if wanted != now:
            refuse("reason-required", act.by.reason is None)
            self.say(act, id, "revised", {"aim": wanted})

    def record_reading(
        self, act: Act, id: UUID, *, on: date, value: Decimal, source: str | None, reading_id: UUID
    ) -> None:
        self.subject(act, id)
        refuse("effective-date", not self.facts.first_day(id) <= on <= act.today)
        self.own_day(act, on)
        there = self.facts.last(id, ("reading", reading_id))
        refuse("already-exists", there not in (None, (on, value, source)))
        if there is None:
            self.say(act, id, "reading_recorded", {("reading", reading_id): (on, value, source)}, on)

    def correct_reading(
        self, act: Act, id: UUID, reading_id: UUID, *, value: Decimal, source: str | None
    ) -> None:
        self.subject(act, id)
        there = self.facts.last(id, ("reading", reading_id))
        if there is None or there[1] is None:
            refuse("not-found")
            return
        self.own_day(act, there[0])
        wanted = (there[0], value, source or there[2])
        if wanted != there:
            refuse("reason-required", act.by.reason is None)
            self.say(act, id, "reading_corrected", {("reading", reading_id): wanted}, there[0])

    def withdraw_reading(self, act: Act, id: UUID, reading_id: UUID) -> None:
        self.subject(act, id)
        there = self.facts.last(id, ("reading", reading_id))
        if there is None:
            refuse("not-found")
            return
        self.own_day(act, there[0])
        if there[1] is not None:
            refuse("reason-required", act.by.reason is None)
            gone = (there[0], None, None)
            self.say(act, id, "reading_withdrawn", {("reading", reading_id): gone}, there[0])

    def value(self, id: UUID, day: date, known: int | None = None) -> Decimal | None:
        """The latest reading by that day, in the order of recording, as known at a position."""
        readings: dict[Any, tuple[date, Decimal | None, str | None]] = {}
        for fact in self.facts.of(id):
            if known is None or fact.position <= known:
                readings.update({name: said for name, said in fact.sets.items() if name[0] == "reading"})
        standing = (r for r in readings.values() if r[0] <= day and r[1] is not None)
        read = sorted(standing, key=lambda reading: reading[0])
        return read[-1][1] if read else None


def _check_aim(direction: str, baseline: Decimal, target: Decimal) -> None:
    refuse("invalid-value", direction == "increase" and target <= baseline)
    refuse("invalid-value", direction == "decrease" and target >= baseline)
