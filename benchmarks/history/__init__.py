"""A made-up history of an organisation over three years, of any length; the same for the same seed and day.

It consists of trees of a thousand objectives: one strategic, nine of departments, ninety of teams and nine
hundred of people, each aligned with one of the level above. Ten thousand events hold one tree; more of them
first give each objective up to thirty events, then there are more trees. What belongs to the first tree
runs for all the three years, so that it can be asked about on any day; the people of other trees set
themselves objectives for a year. Late facts, corrections, transfers, a yearly reorganisation, amendments,
feedback and measures are in it, reviews are not. Check-ins make up the length that is asked for.
"""

from collections.abc import Iterator
from datetime import date

from benchmarks.history.telling import DAYS, YEAR, Payload, Save, Teller
from benchmarks.history.tree import OBJECTIVES, Goal, Tree
from domain.cycle import DEFAULT_SCALE

SHORTEST = 200
MOST_OF_AN_OBJECTIVE, FEWEST_OF_AN_OBJECTIVE = 30, 9
"""Events of an objective, about; the fewest give it hardly more than a beginning."""
MONTHS = 36
PUT_RIGHT_AFTER = 25
"""Days from a check-in to its correction; more than any check-in is late."""

__all__ = ["History", "Payload", "Save"]


class History:
    """`length` events up to the day before `today`, not in order: the instants of the saves give that.

    `strategic`: the ids of the strategic objectives told so far; under the first there are a thousand from
    ten thousand events on.
    """

    def __init__(self, length: int, today: date, seed: int = 1) -> None:
        if length < SHORTEST:
            raise ValueError(f"a history has at least {SHORTEST} events")
        few, many = length // FEWEST_OF_AN_OBJECTIVE, length // MOST_OF_AN_OBJECTIVE
        self.length, self._objectives = length, max(min(OBJECTIVES, few), many)
        self._teller = teller = Teller(today, seed)
        self._root = teller.id()
        self._cycles = [teller.id() for _ in range(4)]
        self._goals: list[Goal] = []

    @property
    def strategic(self) -> list[str]:
        return [str(goal.id) for goal in self._goals if goal.place == 0]

    def saves(self) -> Iterator[Save]:
        left = self.length
        for save in self._all_but_check_ins():
            left -= len(save.events)
            yield save
        each, rest = divmod(left, len(self._goals))
        for number, goal in enumerate(self._goals):
            yield from self._check_ins(goal, each + (number < rest))

    def _all_but_check_ins(self) -> Iterator[Save]:
        teller = self._teller
        top = {"name": "The organisation", "kind": "organisation", "parent_id": None, "external_id": "top"}
        yield teller.save(0, [("unit.defined", self._root, top)], second=0)
        for number, id in enumerate(self._cycles):
            yield teller.save(0, [("cycle.defined", id, self._cycle(number))], second=0)
            yield teller.save(
                0 if number == 0 else (number - 1) * YEAR, [("cycle.activated", id, {})], second=2
            )
        for first in range(0, self._objectives, OBJECTIVES):
            size = min(OBJECTIVES, self._objectives - first)
            tree = Tree(teller, first // OBJECTIVES, size, self._root, self._cycles)
            yield from tree.saves()
            yield from self._measure(tree.goals[0])
            self._goals += tree.goals

    def _cycle(self, number: int) -> Payload:
        """The first is the plan of four years, the others are its years so far."""
        start, end = (0, 4 * YEAR) if number == 0 else ((number - 1) * YEAR, number * YEAR - 1)
        return {
            "name": f"Year {number}" if number else "The plan", "starts_on": self._teller.day(start),
            "ends_on": self._teller.day(end), "cadence_days": 30, "appeal_days": 10,
            "rating_scale": dict(DEFAULT_SCALE), "external_id": f"cycle-{number}",
        }  # fmt: skip

    def _measure(self, goal: Goal) -> Iterator[Save]:
        teller, id = self._teller, self._teller.id()
        aim = {"direction": "increase", "baseline": "50", "target": "80", "unit_of_measure": "points"}
        said = {"name": f"Satisfaction {id}", **aim, "objective_ids": [str(goal.id)], "external_id": None}
        yield teller.save(20, [("measure.defined", id, said)])
        for month in range(1, MONTHS if self.length >= DAYS else 3):
            reading = {"reading_id": str(teller.id()), "value": str(50 + month), "source": "survey"}
            yield teller.save(20 + 29 * month, [("measure.reading_recorded", id, reading)])

    def _check_ins(self, goal: Goal, count: int) -> Iterator[Save]:
        """Readings that rise to their target over the objective's time; some are late, some put right."""
        teller, (start, end) = self._teller, goal.live
        wrong: tuple[int, Payload] | None = None
        for number in range(count):
            if wrong:
                yield self._correction(goal, *wrong)
                wrong = None
                continue
            day = start + (end - start) * (number + 1) // count
            value = str(100 * number // count + teller.choose.randint(0, 9))
            said = {
                "check_in_id": str(teller.id()),
                "readings": [{"key_result_id": str(id), "value": value} for id in goal.key_results],
                "confidence": teller.choose.randint(2, 10),
                "note": None if number % 4 else "on the way, with the usual hurdles",
            }
            lag = min(teller.choose.randint(2, 20) if teller.chance(0.05) else 0, end - day)
            yield teller.save(day, [("objective.checked_in", goal.id, said)], lag, goal.actor)
            if teller.chance(0.04) and day + PUT_RIGHT_AFTER < DAYS:
                wrong = day, said

    def _correction(self, goal: Goal, day: int, said: Payload) -> Save:
        before = {name: said[name] for name in ("readings", "confidence", "note")}
        readings = [{**one, "value": str(self._teller.choose.randint(0, 100))} for one in said["readings"]]
        now = {"check_in_id": said["check_in_id"], "readings": readings, "confidence": None, "note": None}
        event = ("objective.check_in_corrected", goal.id, {**now, "before": before})
        return self._teller.save(day, [event], PUT_RIGHT_AFTER, goal.actor, "misread")
