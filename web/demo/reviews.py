"""The reviews of the made-up people: all of them ended in the first half-year, in every state in the second,
just begun in the one that runs.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle as cycle_through

from web.demo.calendar import HalfYear
from web.demo.made_up import WORDS
from web.demo.organisation import ANA, NOTHING, Objective, Organisation, Person, Unit

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


def review(org: Organisation) -> None:
    stuck = cycle_through(STUCK)
    for cycle in org.calendar.cycles:
        share = EARLY if cycle is org.calendar.cycles[-1] else REVIEWED
        for person, theirs in _reviewed(org, cycle):
            if org.chance.dice("review", cycle.name, person.name).random() < share or person.name == ANA:
                _Review(org, person, theirs, stuck).tell()


def _reviewed(org: Organisation, cycle: HalfYear) -> Iterator[tuple[Person, list[Objective]]]:
    """Lists those who are there throughout, with what they own in the cycle."""
    owned: dict[Person, list[Objective]] = {}
    for objective in org.objectives:
        if objective.cycle is cycle and objective.person is not None and objective.origin is None:
            owned.setdefault(objective.person, []).append(objective)
    for person in org.people:
        stays = person.joined_on < cycle.starts_on and person.left_on > cycle.after(120)
        if person in owned and stays and person.manager_on(cycle.ends_on) is not None:
            yield person, owned[person][: max(WEIGHTS)]


class _Review:
    """One review. Ana's goes its whole way, so that what was corrected afterwards can be seen beside it."""

    def __init__(
        self, org: Organisation, person: Person, objectives: list[Objective], stuck: Iterator[str]
    ) -> None:
        cycle = objectives[0].cycle
        self._org, self._cycle, self._person, self._objectives = org, cycle, person, objectives
        self._dice = org.chance.dice("season", cycle.name, person.name)
        self._id = org.chance.id("review", cycle.name, person.name)
        self._running = cycle is org.calendar.cycles[-1]
        self._opened_on = cycle.day(40 if self._running else cycle.days - 12)
        self._reviewer = person.manager_on(self._opened_on) or org.chief
        taken = [person, self._reviewer]
        self._calibrator = _other_than(taken, org, person.unit_on(cycle.ends_on).department)
        self._panel = _other_than([*taken, self._calibrator], org, org.unit("People"))
        strictness = org.chance.dice("strictness", self._reviewer.name).gauss(0, 0.35)
        reached = sum(each.strength for each in objectives) / len(objectives)
        self._grade = _grade(0.6 + 2.6 * reached + strictness + self._dice.gauss(0, 0.5))
        self._fate = self._drawn_fate(stuck)

    def _drawn_fate(self, states: Iterator[str]) -> str:
        """Draws what it gets to: a state, or withdrawn, or finalised."""
        draw = self._dice.random()
        if self._person.name == ANA:
            return "finalised"
        if draw < IS_WITHDRAWN:
            return "withdrawn"
        stuck = self._cycle is self._org.calendar.cycles[1] and draw < IS_WITHDRAWN + IS_STUCK
        return next(states) if stuck else "finalised"

    def tell(self) -> None:
        weights = WEIGHTS[len(self._objectives)]
        shares = [
            {"objective_id": each.id, "weight": Decimal(weight)}
            for each, weight in zip(self._objectives, weights, strict=True)
        ]
        people = {"person_id": self._person.id, "reviewer_id": self._reviewer.id}
        opening: dict[str, object] = {**people, "cycle_id": self._cycle.id, "objectives": shares}
        self._say("open", self._opened_on, self._reviewer, opening)
        if self._fate == "withdrawn":
            day, reason = self._opened_on + timedelta(days=9), self._one("withdrawn")
            self._org.tell(day, "reviews.withdraw", self._id, by=self._reviewer, reason=reason)
        elif not self._running and self._fate != "opened":
            for state in self._way():
                if state == self._fate:
                    return

    def _way(self) -> Iterator[str]:
        """Tells each step and gives the state that it leads to."""
        self._say("self_assess", self._day(5, 13), self._person, {"text": self._own_words()})
        yield "self_assessed"
        said = {"rating": self._grade, "text": self._one("assessment", str(self._grade))}
        self._say("assess", self._day(15, 32), self._reviewer, said)
        yield "assessed"
        if self._fate == "calibrated" or self._dice.random() < IS_CALIBRATED:
            self._calibrate()
            yield "calibrated"
        shared_on = self._day(46, 52)
        self._say("share", shared_on, self._reviewer)
        yield "shared"
        if self._fate in ("appealed", "upheld", "amended") or self._dice.random() < IS_APPEALED:
            yield from self._appeal(shared_on)
        else:
            agrees = self._dice.random() < 0.9
            comment = self._one("seen" if agrees else "seen_otherwise")
            seen = {"agrees": agrees, "comment": comment if self._dice.random() < 0.5 or not agrees else None}
            seen_on = shared_on + timedelta(days=self._dice.randint(1, 9))
            self._say("acknowledge", seen_on, self._person, seen)
            yield "acknowledged"
        self._say("finalise", self._day(84, 95), self._panel)
        yield "finalised"

    def _appeal(self, shared_on: date) -> Iterator[str]:
        appealed_on = shared_on + timedelta(days=self._dice.randint(2, 10))
        self._say("appeal", appealed_on, self._person, {"grounds": self._one("grounds")})
        yield "appealed"
        followed = self._fate == "amended" or (self._fate != "upheld" and self._dice.random() < 0.4)
        followed = followed and self._grade < LAST_GRADE
        decision, rating = ("amended", self._grade + 1) if followed else ("upheld", None)
        day, comment = (
            appealed_on + timedelta(days=self._dice.randint(7, 20)),
            self._one("decision", decision),
        )
        decided = {"decision": decision, "comment": comment, "rating": rating}
        self._say("decide_appeal", day, self._panel, decided)
        yield decision

    def _calibrate(self) -> None:
        """Up, down or as it was; the grade goes on as calibrated."""
        before, self._grade = self._grade, _grade(self._grade + self._dice.choice((-1, -1, 0, 1)))
        code = self._dice.choice(sorted(WORDS["calibration"]))
        comment = WORDS["as_it_was"] if self._grade == before else self._one("calibration", code)
        said = {"rating": self._grade, "reason_code": code, "comment": comment}
        self._say("calibrate", self._day(36, 44), self._calibrator, said)

    def _own_words(self) -> str:
        first = self._objectives[0]
        mood = "good" if first.strength > 1 else "fair" if first.strength > 0.8 else "poor"
        return f"{self._one('self', mood).format(goal=first.title)} {self._one('also')}"

    def _day(self, first: int, last: int) -> date:
        """That many days after the end of the half-year."""
        return self._cycle.after(self._dice.randint(first, last))

    def _one(self, occasion: str, *mood: str) -> str:
        words = WORDS[occasion]
        return str(self._dice.choice(words[mood[0]] if mood else words))

    def _say(self, action: str, day: date, by: Person, said: Mapping[str, object] = NOTHING) -> None:
        self._org.tell(day, f"reviews.{action}", self._id, said, by=by)


def _other_than(taken: list[Person], org: Organisation, unit: Unit) -> Person:
    """The lead of the unit, or of the first one above it whose lead is none of these; else whoever leads
    another one.
    """
    above: Unit | None = unit
    while above is not None:
        lead = org.lead_of(above)
        if lead not in taken:
            return lead
        above = above.parent
    return next(each.lead for each in org.units if each.lead is not None and each.lead not in taken)


def _grade(about: float) -> int:
    return min(LAST_GRADE, max(1, round(about)))
