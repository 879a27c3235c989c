"""Key results and what is read of them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from application.act import Act
from tests.stateful.model import progress
from tests.stateful.model.facts import refuse
from tests.stateful.model.in_cycle import LIVE, OfObjective


class KeyResults(OfObjective):
    def add_key_result(
        self,
        act: Act,
        id: UUID,
        *,
        key_result_id: UUID,
        title: str,
        kind: str,
        baseline: Decimal | None,
        target: Decimal | None,
        weight: Decimal,
        **_: Any,
    ) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        label, aim = (title, weight), _aim(kind, baseline, target)
        there = self.key_results(id, act.by.effective_on).get(key_result_id)
        refuse("already-exists", there not in (None, (label, aim)))
        if there is None:
            self.amend(act, id, "key_result_added", sets_of(key_result_id, label, aim))

    def revise_key_result(
        self, act: Act, id: UUID, key_result_id: UUID, *, title: str | None = None, weight: Any = None
    ) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        there = self.key_results(id, act.by.effective_on).get(key_result_id)
        if there is None:
            refuse("not-found")
            return
        refuse("invalid-value", weight is not None and weight <= 0)
        wanted = {"called": title, "weighs": weight}
        now = dict(zip(wanted, there[0], strict=True))
        changed = {name: value for name, value in wanted.items() if value not in (None, now[name])}
        if changed:
            sets = {(name, key_result_id): value for name, value in changed.items()}
            self.amend(act, id, "key_result_revised", sets)

    def change_target(
        self, act: Act, id: UUID, key_result_id: UUID, *, target: Decimal | None, kind: str | None
    ) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        there = self.key_results(id, act.by.effective_on).get(key_result_id)
        if there is None:
            refuse("not-found")
            return
        was, baseline, _ = there[1]
        wanted = kind or was
        refuse("invalid-value", wanted != was and "observe" not in (wanted, was))
        aim = _aim(wanted, baseline, target)
        if aim != there[1]:
            self.amend(act, id, "target_changed", {("aim", key_result_id): aim})

    def remove_key_result(self, act: Act, id: UUID, key_result_id: UUID) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        there = self.facts.at(id, ("key_result", key_result_id), act.by.effective_on)
        refuse("not-found", there is None)
        self.gone_as_said(act, id, ("key_result", key_result_id))
        if there:
            self.amend(act, id, "key_result_removed", {("key_result", key_result_id): False})

    def reinstate_key_result(self, act: Act, id: UUID, key_result_id: UUID) -> None:
        self.subject(act, id)
        self.check_change(act, id)
        there = self.facts.at(id, ("key_result", key_result_id), act.by.effective_on)
        refuse("not-found", there is None)
        if there:
            since = self.facts.since(id, ("key_result", key_result_id), act.by.effective_on)
            refuse("effective-date", act.effective_on not in (None, since))
        else:
            self.amend(act, id, "key_result_reinstated", {("key_result", key_result_id): True})

    def check_in(
        self,
        act: Act,
        id: UUID,
        *,
        on: date,
        readings: Mapping[UUID, Decimal],
        confidence: int | None,
        check_in_id: UUID,
    ) -> None:
        self.subject(act, id)
        there = progress.check_ins(self, id).get(check_in_id)
        refuse("forbidden-transition", there is None and self.status(id) not in LIVE)
        refuse("effective-date", not self.facts.first_day(id) <= on <= act.today)
        self.own_day(act, on)
        refuse("forbidden-transition", there is None and self.facts.at(id, "status", on) not in LIVE)
        read = there["readings"] if there else ()
        refuse("unknown-reference", set(readings) - {*self.key_results(id, on), *read})
        refuse("invalid-value", not readings and confidence is None)
        given = {"on": on, "readings": dict(readings), "confidence": confidence}
        refuse("already-exists", there not in (None, given))
        if there is None:
            self.say(act, id, "checked_in", {("check_in", check_in_id): given}, on)

    def correct_check_in(
        self,
        act: Act,
        id: UUID,
        check_in: UUID,
        *,
        readings: Mapping[UUID, Decimal | None],
        confidence: int | None,
    ) -> None:
        self.subject(act, id)
        there = progress.check_ins(self, id).get(check_in)
        if there is None:
            refuse("not-found")
            return
        refuse("not-found", "withdrawn" in there)
        self.own_day(act, there["on"])
        refuse("unknown-reference", set(readings) - set(there["readings"]))
        same = all(there["readings"][each] == value for each, value in readings.items())
        if same and confidence in (None, there["confidence"]):
            return
        refuse("reason-required", act.by.reason is None)
        given = {"readings": dict(readings), "confidence": confidence}
        self.say(act, id, "check_in_corrected", {("check_in", check_in): given}, there["on"])

    def withdraw_check_in(self, act: Act, id: UUID, check_in: UUID) -> None:
        self.subject(act, id)
        there = progress.check_ins(self, id).get(check_in)
        if there is None:
            refuse("not-found")
            return
        self.own_day(act, there["on"])
        if "withdrawn" not in there:
            refuse("reason-required", act.by.reason is None)
            given = {"readings": dict.fromkeys(there["readings"]), "confidence": None, "withdrawn": True}
            self.say(act, id, "check_in_withdrawn", {("check_in", check_in): given}, there["on"])


def sets_of(key_result_id: UUID, label: tuple[str, Any], aim: progress.Aim) -> dict[Any, Any]:
    """All that is said of a key result when it is added."""
    title, weight = label
    said = {"key_result": True, "called": title, "weighs": weight, "aim": aim}
    return {(name, key_result_id): value for name, value in said.items()}


def _aim(kind: str, baseline: Decimal | None, target: Decimal | None) -> progress.Aim:
    refuse("invalid-value", (kind == "observe") == (target is not None))
    refuse("invalid-value", kind in progress.DIRECTED and baseline in (None, target))
    return kind, baseline, target
