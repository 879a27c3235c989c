"""Cycles: from preparation to the seal, and back."""

from datetime import date
from typing import Any
from uuid import UUID

from application.act import Act
from tests.stateful.model.facts import Part, a_year_after, refuse

AT_REST = {
    "objective": ("closed", "cancelled", "postponed", "carried_over"),
    "review": ("finalised", "withdrawn"),
}


class Cycles(Part):
    kind = "cycle"

    def define(
        self, act: Act, *, id: UUID, name: str, starts_on: date, ends_on: date, appeal_days: int, **_: Any
    ) -> None:
        self.free(id)
        refuse("effective-date", act.by.effective_on > a_year_after(act.today))
        refuse("invalid-value", ends_on < starts_on)
        said = {"name": name, "period": (starts_on, ends_on), "appeal_days": appeal_days}
        self.say(act, id, "defined", {**said, "status": "preparation", "step": "defined"})

    def activate(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self._is(id, "active", "activated"):
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
        if self._is(id, "active", "reopened"):
            return
        self._step(act, id, "closed")
        refuse("reason-required", act.by.reason is None)
        self.say(act, id, "reopened", {"status": "active", "step": "reopened"})

    def _is(self, id: UUID, status: str, step: str) -> bool:
        return (self.facts.last(id, "status"), self.facts.last(id, "step")) == (status, step)

    def _step(self, act: Act, id: UUID, status: str) -> None:
        refuse("forbidden-transition", self.facts.last(id, "status") != status)
        last = next(fact.on for fact in reversed(self.facts.of(id)) if "step" in fact.sets)
        refuse("effective-date", not last <= act.by.effective_on <= act.today)
