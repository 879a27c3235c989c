"""The steps of an objective's life."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from application.act import Act
from domain.objective import Waiver
from tests.stateful.model import progress
from tests.stateful.model.facts import refuse
from tests.stateful.model.in_cycle import AFTER_APPROVAL, LIVE, OPEN
from tests.stateful.model.key_results import sets_of
from tests.stateful.model.objectives import FIELDS, Objectives
from tests.stateful.model.policies import Policies


class Steps(Objectives):
    policies: Policies

    def submit(self, act: Act, id: UUID, *, waivers: Sequence[Waiver]) -> None:
        self.subject(act, id)
        letters = {waiver.criterion for waiver in waivers}
        if self.status(id) == "submitted":
            self.again(act, id, "submitted", waived=letters)
        else:
            self.check_step(act, id, ["draft"])
            refuse("not-smart", self._missing(id, act.by.effective_on) - letters)
            self.step(act, id, "submitted", "submitted", {"waived": letters})

    def _missing(self, id: UUID, day: date) -> set[str]:
        at = {name: self.facts.at(id, name, day) for name in (*FIELDS, "commitment")}
        aims = [aim for _, aim in self.key_results(id, day).values()]
        first, last = self.facts.at(self.facts.last(id, "cycle_id"), "period", date.max)
        inside = at["starts_on"] and at["ends_on"] and first <= at["starts_on"] and at["ends_on"] <= last
        fine = {
            "S": at["title"] and at["description"] and at["owner"],
            "M": any(aim[2] is not None for aim in aims) or self.contributors(id, day),
            "A": at["owner"] and at["commitment"] and at["commitment"][0] == at["owner"],
            "R": self.facts.last(id, "level") == "strategic" or self.links(id, day),
            "T": inside,
        }
        return {letter for letter, holds in fine.items() if not holds}

    def return_(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.ends_with(id, "returned"):
            self.again(act, id, "returned")
        else:
            self.check_step(act, id, ["submitted"])
            refuse("reason-required", act.by.reason is None)
            self.step(act, id, "returned", "draft")

    def approve(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        status = self.status(id)
        if status in AFTER_APPROVAL and not self.amended(id):
            self.again(act, id, "approved")
        else:
            self.check_step(act, id, ["submitted", *AFTER_APPROVAL])
            self.step(act, id, "approved", "approved" if status == "submitted" else status)

    def amended(self, id: UUID) -> bool:
        """Since the last approval."""
        last = max(f.position for f in self.facts.of(id) if f.topic == "objective.approved")
        return any("amendment" in f.sets and f.position > last for f in self.facts.of(id))

    def activate(self, act: Act, id: UUID, *, waivers: Sequence[Waiver]) -> None:
        self.subject(act, id)
        letters = {waiver.criterion for waiver in waivers}
        if self.status(id) == "active":
            self.again(act, id, "activated", waived=letters)
        else:
            self.check_step(act, id, ["approved"])
            refuse("not-smart", self._missing(id, act.by.effective_on) - letters - self.waived(id))
            self.step(act, id, "activated", "active", {"waived": letters})

    def postpone(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.status(id) == "postponed":
            self.again(act, id, "postponed")
        else:
            self.check_step(act, id, LIVE)
            self.step(act, id, "postponed", "postponed")

    def resume(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.ends_with(id, "resumed"):
            self.again(act, id, "resumed")
        else:
            self.check_step(act, id, ["postponed"])
            self.step(act, id, "resumed", self._last_of(id, LIVE))

    def reaffirm(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.facts.at(id, "reaffirmed", act.by.effective_on) == act.by.effective_on:
            return
        refuse("forbidden-transition", self.status(id) not in LIVE)
        self.past(act, id)
        refuse("forbidden-transition", self.facts.at(id, "status", act.by.effective_on) not in LIVE)
        self.say(act, id, "reaffirmed", {"reaffirmed": act.by.effective_on})
        self._withdrawn_later(act, id, act.by.effective_on)

    def withdraw_reaffirmation(self, act: Act, id: UUID, *, on: date) -> None:
        self.subject(act, id)
        refuse("effective-date", not self.facts.first_day(id) <= on <= act.today)
        self.own_day(act, on)
        said = self.facts.days(id, ["reaffirmed"])
        refuse("not-found", on not in said)
        if self.facts.at(id, "reaffirmed", on) == on:
            refuse("reason-required", act.by.reason is None)
            standing = [day for day in said if day < on and self.facts.at(id, "reaffirmed", day) == day]
            self.say(act, id, "reaffirmation_withdrawn", {"reaffirmed": max(standing, default=None)}, on)
            self._withdrawn_later(act, id, on)

    def _withdrawn_later(self, act: Act, id: UUID, day: date) -> None:
        """Up to the next one that stands, the last one is said anew on each day of one withdrawn."""
        last = self.facts.at(id, "reaffirmed", day)
        for on in sorted(on for on in self.facts.days(id, ["reaffirmed"]) if on > day):
            if self.facts.at(id, "reaffirmed", on) == on:
                return
            self.say(act, id, "reaffirmation_withdrawn", {"reaffirmed": last}, on)

    def cancel(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.status(id) == "cancelled":
            self.again(act, id, "cancelled")
        else:
            self.check_step(act, id, OPEN)
            refuse("reason-required", act.by.reason is None)
            self.step(act, id, "cancelled", "cancelled")

    def close(
        self, act: Act, id: UUID, *, outcome: str, score: Decimal | None = None, note: str | None = None
    ) -> None:
        self.subject(act, id)
        day = act.by.effective_on
        suggested = progress.shown(progress.of(self, id, day), self.policies.in_force(day)["rounding"])
        refuse("invalid-value", score is not None and not 0 <= score <= 1)
        ending = (outcome, suggested if score is None else score, note)
        if self.status(id) == "closed":
            self.again(act, id, "closed", ending=ending)
            return
        self.check_step(act, id, ["active"])
        refuse("reason-required", suggested not in (None, ending[1]) and note is None)
        self.step(act, id, "closed", "closed", {"ending": ending})

    def reopen(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.ends_with(id, "reopened"):
            self.again(act, id, "reopened")
        else:
            self.check_step(act, id, ["closed"])
            refuse("reason-required", act.by.reason is None)
            self.step(act, id, "reopened", "active", {"ending": None})

    def reinstate(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.ends_with(id, "reinstated"):
            self.again(act, id, "reinstated")
            return
        self.check_step(act, id, ["cancelled", "carried_over"])
        refuse("reason-required", act.by.reason is None)
        goes_on_as = self.facts.last(id, "successor_id")
        refuse("still-in-use", goes_on_as and self.status(goes_on_as) != "cancelled")
        self.step(act, id, "reinstated", self._last_of(id, OPEN), {"successor_id": None})

    def _last_of(self, id: UUID, statuses: Collection[str]) -> str:
        """The last of these statuses that it had."""
        had = [fact.sets["status"] for fact in self.facts.of(id) if "status" in fact.sets]
        return str([status for status in had if status in statuses][-1])

    def carry_over(
        self, act: Act, id: UUID, *, cycle_id: UUID, starts_on: date | None, ends_on: date | None
    ) -> None:
        self.subject(act, id)
        refuse("invalid-value", cycle_id == self.facts.last(id, "cycle_id"))
        self.open_cycle(cycle_id)
        new, days = successor_of(id, cycle_id), {"starts_on": starts_on, "ends_on": ends_on}
        if self.facts.last(id, "successor_id") == new:
            first = {name: self.facts.of(new)[0].sets[name] for name in days}
            if first == days and self.facts.last(new, "cycle_id") == cycle_id:
                self.again(act, id, "carried_over")
                return
        refuse("forbidden-transition", self.status(id) not in AFTER_APPROVAL)
        refuse("already-exists", self.facts.exists("objective", new))
        self.check_step(act, id, AFTER_APPROVAL)
        self.may_define(act, starts_on, ends_on)
        self.step(act, id, "carried_over", "carried_over", {"successor_id": new})
        self._succeed(act, id, new, {"cycle_id": cycle_id, "origin_id": id, **days})

    def _succeed(self, act: Act, id: UUID, new: UUID, said: dict[str, Any]) -> None:
        day = act.by.effective_on
        kept = {name: self.facts.at(id, name, day) for name in ("level", *FIELDS)}
        self.begin(act, new, kept | said)
        for each, (label, aim) in self.key_results(id, day).items():
            value = progress.value(self, id, each, day)
            reached = progress.attained(aim, value)
            kind, start, goal = aim
            if kind in progress.DIRECTED and value is not None and reached is not None:
                kind, start, goal = ("observe", value, None) if reached >= 1 else (kind, value, goal)
            there = uuid5(new, str(each))
            self.say(act, new, "key_result_added", sets_of(there, label, (kind, start, goal)))


def successor_of(id: UUID, cycle_id: UUID) -> UUID:
    """The id under which the answer is found again."""
    return uuid5(id, f"carried over to {cycle_id}")
