"""The reviews of the made-up people: all of them ended in the first half-year, in every state in the second,
just begun in the one that runs.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle as cycle_through
from uuid import UUID

from web.demo.calendar import Calendar, HalfYear
from web.demo.directory import ANA, Directory, Person, Unit
from web.demo.made_up import WORDS
from web.demo.objectives import Objective
from web.demo.steps import Chance, Step, by_person

REVIEWED = 0.62  # of those with objectives of their own; the others have only just changed their manager
EARLY = 0.12  # of these, in the half-year that runs
# Where a review of the second half-year has got stuck, beside those that are through.
STUCK = (
    *("opened", "self_assessed", "assessed", "calibrated", "shared"),
    *("acknowledged", "appealed", "upheld", "amended"),
)
IS_STUCK, IS_WITHDRAWN, IS_CALIBRATED, IS_APPEALED = 0.16, 0.02, 0.3, 0.08
WEIGHTS = {1: (100,), 2: (60, 40), 3: (50, 30, 20)}
LAST_GRADE = 5


def reviews(
    chance: Chance, when: Calendar, directory: Directory, objectives: list[Objective]
) -> Iterator[Step]:
    """Steps of one review come in their order; the caller drops what lies after today."""
    stuck = cycle_through(STUCK)
    for cycle in when.cycles:
        share = EARLY if cycle is when.cycles[-1] else REVIEWED
        for person, theirs in _reviewed(directory, objectives, cycle):
            dice = chance.dice("review", cycle.name, person.name)
            if dice.random() < share or person.name == ANA:
                yield from _Season(chance, when, directory, person, theirs, stuck).steps()


def _reviewed(
    directory: Directory, objectives: list[Objective], cycle: HalfYear
) -> Iterator[tuple[Person, list[Objective]]]:
    """Lists those who are there throughout, with what they own in the cycle."""
    owned: dict[UUID, list[Objective]] = {}
    for objective in objectives:
        if objective.cycle is cycle and objective.person is not None:
            owned.setdefault(objective.person.id, []).append(objective)
    for person in directory.people:
        stays = person.joined_on < cycle.day(0) and person.left_on > cycle.ends_on + timedelta(days=120)
        if person.id in owned and stays and person.manager is not None:
            yield person, owned[person.id][: max(WEIGHTS)]


class _Season:
    """One review. Ana's goes its whole way, so that what was corrected afterwards can be seen beside it."""

    def __init__(
        self,
        chance: Chance,
        when: Calendar,
        directory: Directory,
        person: Person,
        objectives: list[Objective],
        stuck: Iterator[str],
    ) -> None:
        cycle = objectives[0].cycle
        self._dice = chance.dice("season", cycle.name, person.name)
        self._cycle, self._person, self._objectives = cycle, person, objectives
        self._id = chance.id("review", cycle.name, person.name)
        self._reviewer = person.manager or directory.people[0]
        taken = [person, self._reviewer]
        self._calibrator = _other_than(taken, directory, person.unit_at(cycle.ends_on).department.name)
        self._panel = _other_than([*taken, self._calibrator], directory, "People")
        self._grade = _grade(chance, self._dice, objectives, self._reviewer)
        self._running = cycle is when.cycles[-1]
        self._fate = self._drawn_fate(when, stuck)

    def _drawn_fate(self, when: Calendar, states: Iterator[str]) -> str:
        """Draws what it gets to: a state, or withdrawn, or finalised."""
        draw = self._dice.random()
        if self._person.name == ANA:
            return "finalised"
        if draw < IS_WITHDRAWN:
            return "withdrawn"
        stuck = self._cycle is when.cycles[1] and draw < IS_WITHDRAWN + IS_STUCK
        return next(states) if stuck else "finalised"

    def steps(self) -> Iterator[Step]:
        day = self._cycle.day(40 if self._running else self._cycle.days - 12)
        yield self._step("open", day, self._reviewer, self._opening())
        if self._fate == "withdrawn":
            yield self._step(
                "withdraw", day + timedelta(days=9), self._reviewer, reason=self._one(WORDS["withdrawn"])
            )
            return
        if not self._running and self._fate != "opened":
            for state, step in self._way():
                yield step
                if state == self._fate:
                    return

    def _way(self) -> Iterator[tuple[str, Step]]:
        """Each step with the state that it leads to."""
        yield (
            "self_assessed",
            self._step("self_assess", self._day(5, 13), self._person, {"text": self._own_words()}),
        )
        text = self._one(WORDS["assessment"][str(self._grade)])
        said = {"rating": self._grade, "text": text}
        yield "assessed", self._step("assess", self._day(15, 32), self._reviewer, said)
        if self._fate == "calibrated" or self._dice.random() < IS_CALIBRATED:
            calibration = self._calibration()
            yield "calibrated", self._step("calibrate", self._day(36, 44), self._calibrator, calibration)
        shared_on = self._day(46, 52)
        yield "shared", self._step("share", shared_on, self._reviewer)
        contested = self._fate in ("appealed", "upheld", "amended")
        if contested or self._dice.random() < IS_APPEALED:
            yield from self._appeal(shared_on)
        else:
            agrees = self._dice.random() < 0.9
            comment = self._one(WORDS["seen"] if agrees else WORDS["seen_otherwise"])
            seen_on = shared_on + timedelta(days=self._dice.randint(1, 9))
            seen = {"agrees": agrees, "comment": comment if self._dice.random() < 0.5 or not agrees else None}
            yield "acknowledged", self._step("acknowledge", seen_on, self._person, seen)
        yield "finalised", self._step("finalise", self._day(84, 95), self._panel)

    def _appeal(self, shared_on: date) -> Iterator[tuple[str, Step]]:
        appealed_on = shared_on + timedelta(days=self._dice.randint(2, 10))
        grounds = {"grounds": self._one(WORDS["grounds"])}
        yield "appealed", self._step("appeal", appealed_on, self._person, grounds)
        followed = self._fate == "amended" or (self._fate != "upheld" and self._dice.random() < 0.4)
        followed = followed and self._grade < LAST_GRADE
        decision = "amended" if followed else "upheld"
        decided = {
            "decision": decision,
            "comment": self._one(WORDS["decision"][decision]),
            "rating": self._grade + 1 if followed else None,
        }
        decided_on = appealed_on + timedelta(days=self._dice.randint(7, 20))
        yield decision, self._step("decide_appeal", decided_on, self._panel, decided)

    def _opening(self) -> dict[str, object]:
        weights = WEIGHTS[len(self._objectives)]
        return {
            "person_id": self._person.id,
            "reviewer_id": self._reviewer.id,
            "cycle_id": self._cycle.id,
            "objectives": [
                {"objective_id": each.id, "weight": Decimal(weight)}
                for each, weight in zip(self._objectives, weights, strict=True)
            ],
        }

    def _own_words(self) -> str:
        strength = self._objectives[0].strength
        mood = "good" if strength > 0.85 else "fair" if strength > 0.5 else "poor"
        goal = self._objectives[0].title
        return f"{self._one(WORDS['self'][mood]).format(goal=goal)} {self._one(WORDS['also'])}"

    def _calibration(self) -> dict[str, object]:
        """Up, down or as it was; the grade goes on as calibrated."""
        shift = self._dice.choice((-1, -1, 0, 1))
        rating = min(LAST_GRADE, max(1, self._grade + shift))
        code = self._dice.choice(sorted(WORDS["calibration"]))
        same = rating == self._grade
        self._grade = rating
        comment = WORDS["as_it_was"] if same else self._one(WORDS["calibration"][code])
        return {"rating": rating, "reason_code": code, "comment": comment}

    def _day(self, first: int, last: int) -> date:
        """That many days after the end of the half-year."""
        return self._cycle.ends_on + timedelta(days=self._dice.randint(first, last))

    def _one(self, among: tuple[str, ...]) -> str:
        return self._dice.choice(among)

    def _step(
        self,
        action: str,
        day: date,
        actor: Person,
        arguments: Mapping[str, object] | None = None,
        reason: str | None = None,
    ) -> Step:
        who = by_person(actor.id)
        return Step(day, "reviews", action, self._id, who, day, arguments or {}, reason)


def _other_than(taken: list[Person], directory: Directory, unit: str) -> Person:
    """The lead of the unit, or of the first one above it whose lead is none of these; else whoever leads
    another one.
    """
    above: Unit | None = directory.unit(unit)
    while above is not None:
        lead = directory.lead_of(above)
        if lead not in taken:
            return lead
        above = above.parent
    return next(each.lead for each in directory.units if each.lead is not None and each.lead not in taken)


def _grade(chance: Chance, dice: random.Random, objectives: list[Objective], reviewer: Person) -> int:
    """By what was reached, as strict as the reviewer is."""
    strictness = chance.dice("strictness", reviewer.name).gauss(0, 0.35)
    reached = sum(each.strength for each in objectives) / len(objectives)
    return min(LAST_GRADE, max(1, round(1 + 2.9 * reached + strictness + dice.gauss(0, 0.4))))
