"""What objectives and reviews have in common: they are in a cycle, and live step by step."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from application.act import Act
from domain.period import Period
from tests.stateful.model.facts import Part, refuse

LIVE = ("approved", "active")
AFTER_APPROVAL = (*LIVE, "postponed")
OPEN = ("draft", "submitted", *AFTER_APPROVAL)


class InCycle(Part):
    def subject(self, act: Act, id: UUID) -> None:
        super().subject(act, id)
        self.open_cycle(self.facts.last(id, "cycle_id"))

    def status(self, id: UUID) -> str:
        return str(self.facts.last(id, "status"))

    def ends_with(self, id: UUID, step: str) -> bool:
        return bool(self.facts.last(id, "step") == step)

    def step(self, act: Act, id: UUID, what: str, status: str, sets: dict[Any, Any] | None = None) -> None:
        self.say(act, id, what, {"status": status, "step": what, **(sets or {})})

    def check_step(self, act: Act, id: UUID, origins: Collection[str]) -> None:
        """From one of these statuses, not before the last step and not ahead."""
        refuse("forbidden-transition", self.status(id) not in origins)
        last = next(fact.on for fact in reversed(self.facts.of(id)) if "step" in fact.sets)
        refuse("effective-date", not last <= act.by.effective_on <= act.today)


class OfObjective(InCycle):
    kind = "objective"

    def gone_as_said(self, act: Act, id: UUID, name: Any) -> None:
        """What is gone is taken away again: from the same day on, or no day is said."""
        day = act.by.effective_on
        if self.facts.at(id, name, day) is False:
            refuse("effective-date", act.effective_on not in (None, self.facts.since(id, name, day)))

    def check_change(self, act: Act, id: UUID) -> None:
        refuse("forbidden-transition", self.status(id) not in OPEN)
        self.fact_date(act, id)

    def amend(self, act: Act, id: UUID, what: str, sets: dict[Any, Any]) -> None:
        """After the approval it takes a reason."""
        amendment = self.status(id) in AFTER_APPROVAL
        refuse("reason-required", amendment and act.by.reason is None)
        self.say(act, id, what, {"amendment": True, **sets} if amendment else sets)

    def past(self, act: Act, id: UUID) -> None:
        refuse("effective-date", not self.facts.first_day(id) <= act.by.effective_on <= act.today)

    def links(self, id: UUID, day: date) -> dict[UUID, tuple[str, Any]]:
        """Parent -> (kind, weight) on a day."""
        parents = {name[1] for fact in self.facts.of(id) for name in fact.sets if name[0] == "link"}
        return {
            parent: (self.facts.at(id, ("kind", parent), day), self.facts.at(id, ("weight", parent), day))
            for parent in parents
            if self.facts.at(id, ("link", parent), day)
        }

    def children(self, id: UUID, day: date) -> dict[UUID, tuple[str, Any]]:
        links = {child: self.links(child, day) for child in self.facts.ids("objective")}
        return {child: up[id] for child, up in links.items() if id in up}

    def contributors(self, id: UUID, day: date) -> dict[UUID, Any]:
        """Child -> weight, of those whose progress counts."""
        return {
            child: weight
            for child, (kind, weight) in self.children(id, day).items()
            if kind == "contributes" and self.facts.at(child, "status", day) in (*LIVE, "closed")
        }

    def key_results(self, id: UUID, day: date) -> dict[UUID, tuple[Any, Any]]:
        """Id -> ((title, weight), aim) on a day, in the order of recording."""
        ids = dict.fromkeys(
            name[1] for fact in self.facts.of(id) for name in fact.sets if name[0] == "key_result"
        )
        return {
            each: (
                (self.facts.at(id, ("called", each), day), self.facts.at(id, ("weighs", each), day)),
                self.facts.at(id, ("aim", each), day),
            )
            for each in ids
            if self.facts.at(id, ("key_result", each), day)
        }

    def cycle_period(self, id: UUID) -> Period:
        return Period(*self.facts.at(self.facts.last(id, "cycle_id"), "period", date.max))

    def period(self, id: UUID, day: date) -> Period:
        """The cycle's where a day is missing."""
        first, last = (self.facts.at(id, name, day) for name in ("starts_on", "ends_on"))
        return self.cycle_period(id) if first is None or last is None else Period(first, last)

    def overlap(self, id: UUID, other: UUID, start: date, end: date) -> None:
        """The periods of the two share a day, on every day from `start` until before `end`."""
        names = ("starts_on", "ends_on")
        days = {*self.facts.days(id, names), *self.facts.days(other, names)}
        for day in sorted({start, *(on for on in days if start < on < end)}):
            apart = not self.period(id, day).overlaps(self.period(other, day))
            refuse("periods-do-not-overlap", apart)
