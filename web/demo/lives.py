"""The life of one objective, as the commands that tell it: from its definition to its end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from application.carrying_over import successor_of
from web.demo.calendar import Calendar
from web.demo.directory import Directory, Person
from web.demo.objectives import Objective
from web.demo.readings import Reading, note_for, outcome_for, readings
from web.demo.steps import Chance, Step, by_person

UNFINISHED = ("draft", "submitted", "returned")


class Life:
    """Tells one objective. Steps come in the order in which they happen; the caller drops what lies after
    today.
    """

    def __init__(self, chance: Chance, when: Calendar, directory: Directory, objective: Objective) -> None:
        self._chance, self._when, self._directory, self._objective = chance, when, directory, objective
        self._dice = chance.dice("life", objective.number)
        self._owner = by_person(self._answerable().id)
        boss = self._answerable().manager
        self._approver = by_person(boss.id if boss else directory.people[0].id)
        self.approved_on = objective.defined_on + timedelta(days=self._dice.randint(3, 5))
        self.active_on = max(objective.starts_on - timedelta(days=self._dice.randint(0, 3)), self.approved_on)

    def _answerable(self) -> Person:
        return self._objective.person or self._directory.lead_of(self._objective.unit)

    def steps(self) -> Iterator[Step]:
        yield from self._preparation()
        if self._objective.fate in UNFINISHED:
            return
        yield self._step("approve", self.approved_on, actor=self._approver)
        if self._objective.fate == "approved":
            return
        yield self._step("activate", self.active_on, {"waivers": self._waivers()})
        yield from self._check_ins()
        yield from self._ending()

    def _preparation(self) -> Iterator[Step]:
        objective, day = self._objective, self._objective.defined_on
        yield self._step("define", day, self._definition())
        if objective.fate == "draft":
            return
        yield self._step("commit", day + timedelta(days=1), {"confidence": self._dice.randint(5, 9)})
        yield self._step("submit", day + timedelta(days=2), {"waivers": self._waivers()})
        if objective.fate == "returned":
            reason = "Too vague: how would we notice?"
            yield self._step("return_", day + timedelta(days=3), actor=self._approver, reason=reason)

    def _definition(self) -> dict[str, object]:
        objective = self._objective
        owner = {"person_id": objective.person.id} if objective.person else {"unit_id": objective.unit.id}
        return {
            "title": objective.title,
            "description": objective.why,
            "level": objective.level,
            "cycle_id": objective.cycle.id,
            "owner": owner,
            "starts_on": objective.starts_on,
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
        if self._objective.level == "strategic" or self._objective.links:
            return []
        return [{"criterion": "R", "reason": "Needed here, though no objective above asks for it"}]

    def _check_ins(self) -> Iterator[Step]:
        for reading in readings(self._chance, self._objective, self.active_on, self._when):
            arguments: dict[str, object] = {
                "on": reading.on,
                "readings": reading.values,
                "confidence": reading.confidence,
                "note": note_for(self._dice, reading),
                "check_in_id": reading.id,
            }
            late = self._objective.fate == "runs" and self._dice.random() < 0.04
            told_on = min(reading.on + timedelta(days=self._dice.randint(8, 20)), self._objective.ends_on)
            yield self._step("check_in", reading.on, arguments, told_on=told_on if late else None)
            if self._dice.random() < 0.015:
                yield self._typing_error(reading)

    def _typing_error(self, reading: Reading) -> Step:
        """A few days later somebody sees that one figure was mistyped."""
        key_result, value = next(iter(reading.values.items()))
        arguments: dict[str, object] = {
            "check_in_id": reading.id,
            "readings": {key_result: value + 1},
            "confidence": None,
            "note": None,
        }
        told_on = reading.on + timedelta(days=25)
        return self._step(
            "correct_check_in", reading.on, arguments, reason="Typing error in the reading", told_on=told_on
        )

    def _ending(self) -> Iterator[Step]:
        objective, middle = self._objective, self._objective.cycle.day(95)
        if objective.fate == "cancelled":
            yield self._step("cancel", middle, actor=self._approver, reason="Overtaken by the change of plan")
        elif objective.fate in ("postponed", "resumed"):
            yield self._step(
                "postpone", middle, actor=self._approver, reason="No capacity before the peak season"
            )
        if objective.fate == "resumed":
            yield self._step("resume", middle + timedelta(days=24), reason="Capacity is back")
        if objective.fate == "neglected" and self._dice.random() < 0.3:
            yield self._step("reaffirm", middle, reason="Still wanted")
        if objective.fate == "carried":
            yield from self._second_life()
        if objective.fate in ("runs", "resumed", "neglected") and self._when.is_over(objective.cycle):
            yield self._closure(objective.cycle.ends_on + timedelta(days=self._dice.randint(4, 12)))

    def _second_life(self) -> Iterator[Step]:
        """It is carried over, and its successor is taken through the same gates."""
        cycles = self._when.cycles
        following = cycles[cycles.index(self._objective.cycle) + 1]
        heir, day = successor_of(self._objective.id, following.id), following.day(self._dice.randint(1, 3))
        into: dict[str, object] = {
            "cycle_id": following.id,
            "starts_on": following.starts_on,
            "ends_on": following.ends_on,
        }
        over = self._step(
            "carry_over", day, into, actor=self._approver, reason="Half done and worth finishing"
        )
        yield replace(over, makes=heir)
        waivers = [{"criterion": letter, "reason": "Taken over as it stands"} for letter in ("M", "R")]
        later = [
            self._step("commit", day + timedelta(days=1), {"confidence": self._dice.randint(4, 8)}),
            self._step("submit", day + timedelta(days=2), {"waivers": waivers}),
            self._step("approve", day + timedelta(days=4), actor=self._approver),
            self._step("activate", day + timedelta(days=5), {"waivers": []}),
            self._step("reaffirm", day + timedelta(days=60), reason="Nearly there"),
        ]
        if self._when.is_over(following):
            end = following.ends_on + timedelta(days=self._dice.randint(4, 12))
            outcome: dict[str, object] = {"outcome": "achieved", "score": None, "note": None}
            later.append(self._step("close", end, outcome, actor=self._approver))
        for step in later:
            yield replace(step, subject=heir)

    def _closure(self, day: date) -> Step:
        arguments: dict[str, object] = {"outcome": outcome_for(self._objective), "score": None, "note": None}
        if self._dice.random() < 0.05:
            score = Decimal(round(min(1.0, self._objective.strength) * 10)) / 10
            arguments |= {
                "score": score,
                "note": "Judged by what reached the customer, not by the figure alone",
            }
        return self._step("close", day, arguments, actor=self._approver)

    def _step(
        self,
        action: str,
        day: date,
        arguments: dict[str, object] | None = None,
        actor: str | None = None,
        reason: str | None = None,
        told_on: date | None = None,
    ) -> Step:
        return Step(
            told_on or day,
            "objectives",
            action,
            self._objective.id,
            actor or self._owner,
            day,
            arguments or {},
            reason,
        )
