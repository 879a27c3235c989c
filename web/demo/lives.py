"""The life of one objective, as the commands that tell it: from its definition to its end."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from application.carrying_over import successor_of
from web.demo.made_up import WORDS
from web.demo.objectives import drift
from web.demo.organisation import NOTHING, KeyResult, Objective, Organisation, Person

UNFINISHED = ("draft", "submitted", "returned")
LATE, MISTYPED = 0.04, 0.015  # of the check-ins


class Life:
    """Tells one objective, and what it is carried over into."""

    def __init__(self, org: Organisation, objective: Objective) -> None:
        self._org, self._objective, self._number = org, objective, 0
        self._dice = org.chance.dice("life", objective.number)
        self._values: dict[UUID, Decimal] = {}  # last read
        self._middle = objective.cycle.day(95)

    def tell(self) -> None:
        objective, day, dice = self._objective, self._objective.defined_on, self._dice
        if objective.origin is None:
            self._say("define", day, self._definition())
        if objective.fate == "draft":
            return
        waivers = {"waivers": self._waivers()}
        self._say("commit", day + timedelta(days=1), {"confidence": dice.randint(5, 9)})
        self._say("submit", day + timedelta(days=2), waivers)
        if objective.fate == "returned":
            reason = "Too vague: how would we notice?"
            self._say("return_", day + timedelta(days=3), by=self._approver(day), reason=reason)
        if objective.fate in UNFINISHED:
            return
        approved_on = day + timedelta(days=dice.randint(3, 5))
        self._say("approve", approved_on, by=self._approver(approved_on))
        if objective.fate == "approved":
            return
        active_on = max(objective.cycle.day(-dice.randint(0, 3)), approved_on)
        self._say("activate", active_on, waivers)
        self._check_ins(active_on)
        self._end()

    def _definition(self) -> dict[str, object]:
        objective = self._objective
        return {
            "title": objective.title,
            "description": objective.why,
            "level": objective.level,
            "cycle_id": objective.cycle.id,
            "owner": {"person_id": objective.person.id}
            if objective.person
            else {"unit_id": objective.unit.id},
            "starts_on": objective.cycle.starts_on,
            "ends_on": objective.ends_on,
            "visibility": "private" if objective.private else "open",
            "external_id": objective.number,
            "key_results": [
                {
                    "key_result_id": each.id,
                    "title": each.measure.title,
                    "kind": each.measure.kind,
                    "unit_of_measure": each.measure.unit,
                    "baseline": each.baseline,
                    "target": each.target,
                    "weight": Decimal(1),
                }
                for each in objective.key_results
            ],
            "alignments": [
                {"objective_id": parent.id, "kind": kind, "weight": weight}
                for parent, kind, weight in objective.links
            ],
        }

    def _waivers(self) -> list[dict[str, str]]:
        if self._objective.origin is not None:
            return [{"criterion": letter, "reason": "Taken over as it stands"} for letter in ("M", "R")]
        if self._objective.level == "strategic" or self._objective.links:
            return []
        return [{"criterion": "R", "reason": "Needed here, though no objective above asks for it"}]

    def _check_ins(self, active_on: date) -> None:
        """About monthly, in a rhythm of its own; what is neglected is looked at twice and then forgotten."""
        objective, dice = self._objective, self._dice
        day, last, pause = active_on + timedelta(days=dice.randint(3, 18)), objective.ends_on, range(0)
        if objective.fate in ("cancelled", "postponed"):
            last = objective.cycle.day(90)
        if objective.fate == "resumed":
            pause = range(93, 122)
        if objective.is_anas and objective.cycle is self._org.calendar.reviewed_cycle:
            day = min(day, self._org.calendar.review_day - timedelta(days=3))
        while day <= min(last, self._org.calendar.today):
            if (day - objective.cycle.starts_on).days not in pause:
                self._check_in(day)
                if objective.fate == "neglected" and self._number == 2:
                    return
            day += timedelta(days=dice.randint(26, 30))

    def _check_in(self, day: date) -> None:
        objective, dice = self._objective, self._dice
        self._number += 1
        id = self._org.chance.id("check-in", objective.number, self._number)
        values = {each.id: self._value(each, objective.reached(day)) for each in objective.key_results}
        self._values |= values
        confidence = max(1, min(10, round(6.5 + 10 * objective.drift + dice.uniform(-1.5, 1.5))))
        mood = "good" if confidence >= 8 else "fair" if confidence >= 5 else "poor"
        note = dice.choice(WORDS["check_in"][mood]) if dice.random() < 0.35 else None
        said = {"check_in_id": id, "on": day, "readings": values, "confidence": confidence, "note": note}
        late = objective.fate == "runs" and dice.random() < LATE
        told_on = min(day + timedelta(days=dice.randint(8, 20)), objective.ends_on) if late else day
        self._say("check_in", day, said, told_on=told_on)
        if dice.random() < MISTYPED:
            first = objective.key_results[0]
            readings = {first.id: first.corrected(values[first.id], 0)}
            right = {"check_in_id": id, "readings": readings, "confidence": None, "note": None}
            reason, told_on = "Typing error in the reading", day + timedelta(days=25)
            self._say("correct_check_in", day, right, reason=reason, told_on=told_on)

    def _value(self, key_result: KeyResult, reached: float) -> Decimal:
        if key_result.baseline is None:
            return key_result.measure.value(float(key_result.target or 14) + self._dice.gauss(1.8, 0.8))
        way = float(key_result.target or 0) - float(key_result.baseline)
        about = float(key_result.baseline) + way * max(0.0, reached + self._dice.gauss(0, 0.02))
        return key_result.measure.value(about)

    def _end(self) -> None:
        objective, dice, middle = self._objective, self._dice, self._middle
        if objective.fate == "cancelled":
            objective.ended_on = middle
            reason = "Overtaken by the change of plan"
            self._say("cancel", middle, by=self._approver(middle), reason=reason)
        elif objective.fate in ("postponed", "resumed"):
            reason = "No capacity before the peak season"
            self._say("postpone", middle, by=self._approver(middle), reason=reason)
            if objective.fate == "resumed":
                self._say("resume", middle + timedelta(days=24), reason="Capacity is back")
            else:
                objective.ended_on = middle
        elif objective.fate == "neglected" and dice.random() < 0.3:
            self._say("reaffirm", middle, reason="Still wanted")
        elif objective.fate == "carried":
            self._carry_over()
        if objective.fate in ("runs", "resumed", "neglected") and self._org.calendar.is_over(objective.cycle):
            self._close(objective.cycle.after(dice.randint(4, 12)))

    def _close(self, day: date) -> None:
        objective = self._objective
        objective.ended_on = day
        outcome = "achieved" if objective.strength >= 0.93 else "partly_achieved"
        if objective.fate == "neglected" or objective.strength < 0.7:
            outcome = "not_achieved"
        score = note = None
        if self._dice.random() < 0.05:
            score = Decimal(round(min(1.0, objective.strength) * 10)) / 10
            note = "Judged by what reached the customer, not by the figure alone"
        said = {"outcome": outcome, "score": score, "note": note}
        self._say("close", day, said, by=self._approver(day))

    def _carry_over(self) -> None:
        """It goes on in the next half-year, measured from where it got to, through the same gates."""
        objective, cycles = self._objective, self._org.calendar.cycles
        cycle = cycles[cycles.index(objective.cycle) + 1]
        day = objective.ended_on = cycle.day(self._dice.randint(1, 3))
        into = {"cycle_id": cycle.id, "starts_on": cycle.starts_on, "ends_on": cycle.ends_on}
        reason = "Half done and worth finishing"
        self._say("carry_over", day, into, by=self._approver(day), reason=reason)
        heir = Objective(
            id=successor_of(objective.id, cycle.id),
            number=f"{objective.number}-carried-over",
            level=objective.level,
            cycle=cycle,
            title=objective.title,
            why=objective.why,
            unit=objective.unit,
            person=objective.person if objective.person and objective.person.is_there(day) else None,
            defined_on=day,
            ends_on=cycle.ends_on,
            key_results=[],
            drift=drift(self._dice),
            fate="runs",
            private=objective.private,
            origin=objective,
        )
        for each in objective.key_results:
            id = uuid5(heir.id, str(each.id))
            value = None if each.baseline is None else self._values.get(each.id, each.baseline)
            heir.key_results.append(KeyResult(id, each.measure, value, each.target))
        self._org.objectives.append(heir)
        Life(self._org, heir).tell()

    def _approver(self, day: date) -> Person:
        return self._org.approver(self._objective, day)

    def _say(
        self,
        action: str,
        day: date,
        said: Mapping[str, object] = NOTHING,
        *,
        by: Person | None = None,
        **how: Any,
    ) -> None:
        who = by or self._org.answerable(self._objective, how.get("told_on", day))
        self._org.tell(day, f"objectives.{action}", self._objective.id, said, by=who, **how)
