"""Links up."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from application.act import Act
from tests.stateful.model.facts import refuse
from tests.stateful.model.in_cycle import OfObjective


class Links(OfObjective):
    def align(self, act: Act, id: UUID, *, objective_id: UUID, kind: str, weight: Decimal) -> None:
        self.subject(act, id)
        self.link(act, id, objective_id, kind, weight)

    def link(self, act: Act, id: UUID, other: UUID, kind: str, weight: Decimal) -> None:
        day = act.by.effective_on
        refuse("unknown-reference", not self.facts.there("objective", other, day))
        self.open_cycle(self.facts.last(other, "cycle_id"))
        self.check_change(act, id)
        refuse("invalid-value", weight <= 0)
        refuse("alignment-to-itself", other == id)
        levels = [self.facts.last(each, "level") == "strategic" for each in (id, other)]
        refuse("strategic-only", levels == [True, False])
        if self.links(id, day).get(other) == (kind, weight):
            return
        end = self.facts.next_after(id, ("link", other), day)
        self.overlap(id, other, day, end)
        sets = {("link", other): True, ("kind", other): kind, ("weight", other): weight}
        self.amend(act, id, "aligned", sets)
        refuse("alignment-loop", self._loops(id, other, day, end))

    def _loops(self, id: UUID, parent: UUID, start: date, end: date) -> bool:
        """Whether on any day from `start` until before `end` a way leads from `parent` up to `id`."""
        objectives = self.facts.ids("objective")
        names = [("link", each) for each in objectives]
        later = {on for each in objectives for on in self.facts.days(each, names) if start < on < end}
        return any(self._leads_to(parent, id, day) for day in {start, *later})

    def _leads_to(self, id: UUID, goal: UUID, day: date) -> bool:
        return id == goal or any(self._leads_to(each, goal, day) for each in self.links(id, day))

    def change_alignment_weight(self, act: Act, id: UUID, other: UUID, *, weight: Decimal) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        refuse("invalid-value", weight <= 0)
        there = self.links(id, act.by.effective_on).get(other)
        if there is None:
            refuse("not-found")
        elif there[1] != weight:
            self.amend(act, id, "alignment_weight_changed", {("weight", other): weight})

    def remove_alignment(self, act: Act, id: UUID, other: UUID) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        there = self.facts.at(id, ("link", other), act.by.effective_on)
        refuse("not-found", there is None)
        self.gone_as_said(act, id, ("link", other))
        if there:
            self.amend(act, id, "alignment_removed", {("link", other): False})
