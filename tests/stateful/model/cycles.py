"""Cycles: from preparation to the seal, and back."""

from datetime import date
from typing import Any
from uuid import UUID

from application.act import Act
from domain.period import Period
from tests.stateful.model.facts import Part, a_year_after, refuse
from tests.stateful.model.in_cycle import AFTER_APPROVAL, OPEN

AT_REST = {
    "objective": ("closed", "cancelled", "postponed", "carried_over"),
    "review": ("finalised", "withdrawn"),
}


class Cycles(Part):
    kind = "cycle"
    objectives: Any

    def define(
        self, act: Act, *, id: UUID, name: str, starts_on: date, ends_on: date, appeal_days: int, **_: Any
    ) -> None:
        self.free(id)
        refuse("effective-date", act.by.effective_on > a_year_after(act.today))
        refuse("invalid-value", ends_on < starts_on)
        said = {"name": name, "period": (starts_on, ends_on), "appeal_days": appeal_days}
        self.say(act, id, "defined", {**said, "status": "preparation", "step": "defined"})

    def revise(self, act: Act, id: UUID, **given: Any) -> None:
        self.subject(act, id)
        refuse("cycle-sealed", self.facts.last(id, "status") == "closed")
        self.fact_date(act, id)
        day = act.by.effective_on
        first, last = self.facts.at(id, "period", day)
        period = (given.pop("starts_on", first), given.pop("ends_on", last))
        refuse("invalid-value", period[1] < period[0])
        wanted = {**given, "period": period}
        sets = {name: value for name, value in wanted.items() if value != self.facts.at(id, name, day)}
        if sets:
            before = self.facts.at(id, "period", date.max)
            self.say(act, id, "revised", sets)
            if self.facts.at(id, "period", date.max) != before:
                self._fits(id)

    def _fits(self, id: UUID) -> None:
        """What is in it lies inside its days, as it has them in the end."""
        first, last = self.facts.at(id, "period", date.max)
        outside = False
        for member in sorted(self.facts.ids("objective")):
            if self.facts.last(member, "cycle_id") != id:
                continue
            status = self.facts.last(member, "status")
            own = self.objectives.period(member, date.max)
            if status in AFTER_APPROVAL and "T" not in self.objectives.waived(member):
                outside = outside or not (first <= own.starts_on and own.ends_on <= last)
            days = {fact.on for fact in self.facts.all if fact.on >= self.facts.first_day(member)}
            periods = [self.objectives.period(member, on) for on in days]
            if status in OPEN and Period(first, last) in periods:
                self.objectives.overlap_all(member, date.min)
        refuse("still-in-use", outside)

    def activate(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.facts.last(id, "step") == "activated":
            self.again(act, id, "activated")
            return
        refuse("cycle-sealed", self.facts.last(id, "status") == "closed")
        self._step(act, id, "preparation")
        self.say(act, id, "activated", {"status": "active", "step": "activated"})

    def close(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        refuse("cycle-sealed", self.facts.last(id, "status") == "closed")
        self._step(act, id, "active")
        members = [
            (kind, member)
            for kind in ("objective", "review")
            for member in self.facts.ids(kind)
            if self.facts.last(member, "cycle_id") == id
        ]
        still_open = [m for kind, m in members if self.facts.last(m, "status") not in AT_REST[kind]]
        refuse("cycle-not-ready", still_open)
        counts = [sum(kind == wanted for kind, _ in members) for wanted in ("objective", "review")]
        self.say(act, id, "closed", {"status": "closed", "step": "closed", "seal": tuple(counts)})

    def reopen(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.facts.last(id, "step") == "reopened":
            self.again(act, id, "reopened")
            return
        self._step(act, id, "closed")
        refuse("reason-required", act.by.reason is None)
        self.say(act, id, "reopened", {"status": "active", "step": "reopened"})

    def _step(self, act: Act, id: UUID, status: str) -> None:
        refuse("forbidden-transition", self.facts.last(id, "status") != status)
        last = next(fact.on for fact in reversed(self.facts.of(id)) if "step" in fact.sets)
        refuse("effective-date", not last <= act.by.effective_on <= act.today)
