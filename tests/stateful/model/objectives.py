"""What an objective says, who owns it, and what is said about it."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from application.act import Act
from domain.objective import Owner, Revision
from tests.stateful.model.facts import refuse
from tests.stateful.model.in_cycle import AFTER_APPROVAL, OfObjective

OF_A_DRAFT = ("level", "cycle_id")
FIELDS = ("title", "description", "owner", "starts_on", "ends_on", "visibility")


class Objectives(OfObjective, ABC):
    def define(
        self, act: Act, *, id: UUID, level: str, cycle_id: UUID, alignments: Sequence[Any] = (), **said: Any
    ) -> None:
        self.free(id)
        self.may_define(act, said["starts_on"], said["ends_on"])
        self.open_cycle(cycle_id)
        self.owner_there(act, said["owner"])
        self.begin(act, id, {"level": level, "cycle_id": cycle_id, **said})
        for each in alignments:
            self.link(act, id, each.objective_id, each.kind, each.weight)

    def may_define(self, act: Act, starts_on: date | None, ends_on: date | None) -> None:
        refuse("effective-date", act.by.effective_on > act.today)
        refuse("invalid-value", starts_on and ends_on and ends_on < starts_on)

    def begin(self, act: Act, id: UUID, said: dict[str, Any]) -> None:
        self.step(act, id, "defined", "draft", {"visibility": "open", **said})

    @abstractmethod
    def link(self, act: Act, id: UUID, other: UUID, kind: str, weight: Any) -> None:
        """Align the objective to the other."""

    def owner_there(self, act: Act, owner: Owner | None) -> None:
        if owner is not None:
            kind, id = ("unit", owner.unit_id) if owner.unit_id else ("person", owner.person_id)
            refuse("unknown-reference", id and not self.facts.there(kind, id, act.by.effective_on))

    def revise(self, act: Act, id: UUID, *, changes: Revision) -> None:
        self.subject(act, id)
        if isinstance(changes.cycle_id, UUID):
            self.open_cycle(changes.cycle_id)
        self.check_change(act, id)
        day, first = act.by.effective_on, self.facts.first_day(id)
        changed = {n: v for n, v in changes.given().items() if v != self.facts.at(id, n, day)}
        corrected = {n: changed.pop(n) for n in OF_A_DRAFT if n in changed}
        if corrected:
            refuse("forbidden-transition", self.status(id) != "draft")
            refuse("effective-date", act.effective_on not in (None, first))
        if day == first:
            corrected, changed = {**corrected, **changed}, {}
        needs_reason = self.status(id) in AFTER_APPROVAL and act.by.reason is None
        for on, sets in ((first, corrected), (day, changed)):
            if sets:
                self.say(act, id, "revised", {**sets, **self._mark(id)}, on)
        if (corrected.keys() | changed.keys()) & {"starts_on", "ends_on"}:
            self._check_period(id, day)
        refuse("reason-required", needs_reason and (corrected or changed))
        self._check_corrected(id, corrected)

    def _check_corrected(self, id: UUID, corrected: Collection[str]) -> None:
        """The level and the cycle of a draft fit with what it is linked to, and with what names it."""
        if "level" in corrected:
            for each in self.facts.ids("objective"):
                for child, parent in ((id, each), (each, id)):
                    levels = [self.facts.last(one, "level") == "strategic" for one in (child, parent)]
                    linked = any(self.facts.at(child, ("link", parent), on) for on in self._days_of(child))
                    refuse("strategic-only", linked and levels == [True, False])
            if self.facts.last(id, "level") != "strategic":
                named = [self.facts.last(each, "objective_ids") for each in self.facts.ids("measure")]
                refuse("strategic-only", any(id in ids for ids in named))
        if "cycle_id" in corrected:
            cycle, origin = self.facts.last(id, "cycle_id"), self.facts.last(id, "origin_id")
            refuse("invalid-value", origin and self.facts.last(origin, "cycle_id") == cycle)
            for each in self.facts.ids("review"):
                about = id in self.facts.last(each, "objectives") and self.status(each) != "withdrawn"
                refuse("still-in-use", about and self.facts.last(each, "cycle_id") != cycle)
            self.overlap_all(id, date.min)

    def _days_of(self, id: UUID) -> list[date]:
        return [fact.on for fact in self.facts.of(id)]

    def _mark(self, id: UUID) -> dict[str, bool]:
        return {"amendment": True} if self.status(id) in AFTER_APPROVAL else {}

    def _check_period(self, id: UUID, day: date) -> None:
        """On every day from this one on: in order, inside the cycle, and shared with all that it is linked
        to.
        """
        names = ("starts_on", "ends_on")
        days = sorted({day, *(on for on in self.facts.days(id, names) if on > day)})
        periods = [tuple(self.facts.at(id, name, on) for name in names) for on in days]
        refuse("invalid-value", any(a and b and b < a for a, b in periods))
        cycle = self.cycle_period(id)
        if self.status(id) in AFTER_APPROVAL and "T" not in self.waived(id):
            inside = [a and b and cycle.starts_on <= a and b <= cycle.ends_on for a, b in periods]
            refuse("not-smart", not all(inside))
        self.overlap_all(id, day)

    def overlap_all(self, id: UUID, day: date) -> None:
        """With all that it is linked to from that day on."""
        for each in self.facts.ids("objective"):
            for child, parent in ((id, each), (each, id)):
                for start, end in self._linked(child, parent, day):
                    self.overlap(id, each, start, end)

    def _linked(self, child: UUID, parent: UUID, day: date) -> list[tuple[date, date]]:
        """When there is a link, from this day on."""
        name = ("link", parent)
        days = sorted({day, *(on for on in self.facts.days(child, [name]) if on > day)})
        ends = [*days[1:], date.max]
        return [(a, b) for a, b in zip(days, ends, strict=True) if self.facts.at(child, name, a)]

    def waived(self, id: UUID) -> set[str]:
        """What was waived by the last submission and by activations since."""
        waived: set[str] = set()
        for fact in self.facts.of(id):
            if "waived" in fact.sets:
                more = set(fact.sets["waived"])
                waived = more if fact.topic == "objective.submitted" else waived | more
        return waived

    def transfer(self, act: Act, id: UUID, *, owner: Owner) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        if self.facts.at(id, "owner", act.by.effective_on) != owner:
            self.amend(act, id, "transferred", {"owner": owner})
            self.owner_there(act, owner)

    def commit(self, act: Act, id: UUID, *, confidence: int) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        self.past(act, id)
        owner = self.facts.at(id, "owner", act.by.effective_on)
        refuse("invalid-value", not 0 <= confidence <= 10 or owner is None)
        if self.facts.at(id, "commitment", act.by.effective_on) != (owner, confidence):
            self.say(act, id, "committed", {"commitment": (owner, confidence)})

    def give_feedback(
        self, act: Act, id: UUID, *, kind: str, text: str, visibility: str, feedback_id: UUID
    ) -> None:
        self.subject(act, id)
        self.past(act, id)
        refuse("invalid-value", not text.strip())
        given = (act.by.effective_on, act.actor, kind, text, visibility)
        there = self.facts.last(id, ("feedback", feedback_id))
        withdrawn = self.facts.last(id, ("withdrawn", feedback_id))
        refuse("already-exists", withdrawn or there not in (None, given))
        if there is None:
            self.say(act, id, "feedback_given", {("feedback", feedback_id): given})

    def withdraw_feedback(self, act: Act, id: UUID, feedback_id: UUID) -> None:
        self.subject(act, id)
        there = self.facts.last(id, ("feedback", feedback_id))
        refuse("not-found", there is None)
        if self.facts.last(id, ("withdrawn", feedback_id)):
            since = self.facts.days(id, [("withdrawn", feedback_id)])
            refuse("effective-date", act.effective_on not in (None, *since))
        else:
            refuse("effective-date", not there[0] <= act.by.effective_on <= act.today)
            refuse("reason-required", act.by.reason is None)
            self.say(act, id, "feedback_withdrawn", {("withdrawn", feedback_id): True})
