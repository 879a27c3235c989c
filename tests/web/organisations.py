"""Organisations made up at random, and what their people may read of them, told from the rule and not from
the code: what is private carries a word of its own, which may be in no answer to whom it does not concern.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.web.api import Api

START = "2025-01-01"
AHEAD = (datetime.now(UTC).date() + timedelta(days=200)).isoformat()
"""Planned moves: nobody may see anything by them yet."""
OBJECTIVES = 8
STEPS = ("commitment", "submission", "approval", "activation")
PAST = ("2025-03-01", "2025-06-15", "2025-11-20", "2026-02-02")
"""Days of moves that hold by now, in order."""


@dataclass
class Dated:
    """What was said to hold from days on; of a day, what was said last."""

    said: list[tuple[str, str | None]] = field(default_factory=list)

    def set(self, day: str, value: str | None) -> None:
        self.said = [*(each for each in self.said if each[0] != day), (day, value)]

    @property
    def today(self) -> str | None:
        return max((each for each in self.said if each[0] < AHEAD), key=lambda each: each[0])[1]


@dataclass
class Unit:
    parent: str | None
    lead: Dated


@dataclass
class Person:
    unit: Dated
    manager: Dated
    gone: bool = False


@dataclass
class Objective:
    owner: Dated
    """The id of a person or of a unit."""
    private: bool
    word: str


@dataclass
class Remark:
    """Private feedback."""

    on: str
    giver: str
    word: str


@dataclass
class Review:
    """It was assessed, and shared or not; each word is in a text of its own."""

    of: str
    reviewer: str
    shared: bool
    said: str
    """By the person reviewed."""
    judged: str
    """By the reviewer."""
    named: str
    """What the evidence names, which is fixed with the judgement and told with it."""


@dataclass(frozen=True)
class Reader:
    """`limit`: the unit to which the role is limited."""

    person: str
    role: str = "employee"
    limit: str | None = None


class Organisation:
    """Made by commands of the organisation itself; each is told here, too."""

    def __init__(self, api: Api, random: Random, name: str = "") -> None:
        """The `name` is in each word, which tells it from those of others beside it."""
        self.api, self._random, self._name = api, random, name
        self.units: dict[str, Unit] = {}
        self.people: dict[str, Person] = {}
        self.objectives: dict[str, Objective] = {}
        self.remarks: list[Remark] = []
        self.reviews: dict[str, Review] = {}
        self.cycle = api.cycle()
        self._make_units()
        self._make_people()
        for number in range(OBJECTIVES):
            self._make_objective(number)
        self._make_active()
        for day in PAST:
            self._change(day)
        for number in range(2):
            self._review(number)
        self._remark()
        self._change(AHEAD)

    # What it is

    def _make_units(self) -> None:
        for number in range(5):
            parent = self._random.choice(list(self.units)) if self.units else None
            id = self.api.unit(f"Unit {number}", parent)
            self.units[id] = Unit(parent, Dated([("0", None)]))

    def _make_people(self) -> None:
        for number in range(8):
            manager = self._random.choice([None, *self.people]) if number else None
            unit = self._random.choice(list(self.units))
            body = {"name": f"Person {number}", "unit_id": unit, "manager_id": manager, "effective_on": START}
            id = self.api.done("/people", body)
            self.people[id] = Person(Dated([(START, unit)]), Dated([(START, manager)]))
        for unit in self._random.sample(list(self.units), 2):
            self._name_lead(unit, START)

    def _make_objective(self, number: int) -> None:
        owner = self._random.choice([*self.people, *self.units])
        private, word = self._random.random() < 0.6, f"hushed{self._name}x{number}"
        kind = "person_id" if owner in self.people else "unit_id"
        above = [{"objective_id": id, "kind": "contributes"} for id in list(self.objectives)[-1:]]
        visible = {"visibility": "private" if private else "open"}
        described = {"title": f"Goal {word}", "description": f"As {word} says."}
        id = self.api.objective(self.cycle, {kind: owner}, alignments=above, **visible, **described)
        self.objectives[id] = Objective(Dated([(START, owner)]), private, word)

    def _make_active(self) -> None:
        """All of them, since the day after, in one request."""
        waivers = [{"criterion": letter, "reason": "a test"} for letter in "SMART"]
        waived: dict[str, dict[str, Any]] = {
            "submission": {"waivers": waivers},
            "activation": {"waivers": waivers},
        }
        commands = []
        for id, objective in self.objectives.items():
            measured = {"title": f"Result {objective.word}", "kind": "observe", "reason": objective.word}
            bodies = {"key-results": measured, **{step: waived.get(step, {}) for step in STEPS}}
            bodies["commitment"] = {"confidence": 7}
            commands += [
                {
                    "path": f"/objectives/{id}/{path}",
                    "body": {**body, "effective_on": "2025-01-02"},
                    "if_match": "*",
                }
                for path, body in bodies.items()
            ]
        answer = self.api.post("/commands", {"commands": commands}, if_match=None)
        assert answer.json is not None
        assert {each["status"] for each in answer.json["outcomes"]} <= {200, 201}, answer.text

    # How it changes

    def _change(self, day: str) -> None:
        for change in self._random.sample([self._move, self._report, self._transfer, self._unveil], 3):
            change(day)
        self._name_lead(self._random.choice(list(self.units)), day)
        if self._random.random() < 0.4 and day != AHEAD:
            self._depart(day)

    def _here(self) -> list[str]:
        return [id for id, person in self.people.items() if not person.gone]

    def _name_lead(self, unit: str, day: str) -> None:
        lead = self._random.choice(self._here())
        self.api.done(f"/units/{unit}/lead", {"person_id": lead, "effective_on": day})
        self.units[unit].lead.set(day, lead)

    def _move(self, day: str) -> None:
        id, unit = self._random.choice(self._here()), self._random.choice(list(self.units))
        manager = self.people[id].manager.said[-1][1]
        self._place(id, unit, manager, day)

    def _report(self, day: str) -> None:
        id = self._random.choice(self._here())
        manager = self._random.choice([None, *(each for each in self._here() if each != id)])
        self._place(id, self.people[id].unit.said[-1][1], manager, day)

    def _place(self, id: str, unit: str | None, manager: str | None, day: str) -> None:
        body = {"unit_id": unit, "manager_id": manager, "effective_on": day}
        if self.api.post(f"/people/{id}/transfer", body).status_code == 200:  # else a circle of managers
            self.people[id].unit.set(day, unit)
            self.people[id].manager.set(day, manager)

    def _transfer(self, day: str) -> None:
        id = self._random.choice(list(self.objectives))
        owner = self._random.choice([*self._here(), *self.units])
        kind = "person_id" if owner in self.people else "unit_id"
        self.api.done(f"/objectives/{id}/transfer", {kind: owner, "effective_on": day, "reason": "moves"})
        self.objectives[id].owner.set(day, owner)

    def _unveil(self, day: str) -> None:
        if day == AHEAD:
            return
        id, private = self._random.choice(list(self.objectives)), self._random.random() < 0.7
        body = {"visibility": "private" if private else "open", "effective_on": day, "reason": "decided"}
        self.api.done(f"/objectives/{id}/revision", body)
        self.objectives[id].private = private

    def _depart(self, day: str) -> None:
        id = self._random.choice(self._here())
        heir = self._random.choice([each for each in self._here() if each != id])
        body = {"effective_on": day, "hand_over_to": heir}
        if (
            self.api.post(f"/people/{id}/departure", body).status_code != 200
        ):  # the heir reports to who leaves
            return
        self.people[id].gone = True
        for unit in self.units.values():
            if unit.lead.today == id:
                unit.lead.set(day, heir)
        for other, person in self.people.items():
            if person.manager.today == id:  # an heir who reported to whoever leaves takes their place
                person.manager.set(day, heir if other != heir else self.people[id].manager.today)
        for objective in self.objectives.values():
            if objective.owner.today == id:
                objective.owner.set(day, heir)

    def _review(self, number: int) -> None:
        theirs = [
            (owner, id)
            for id, objective in self.objectives.items()
            for _, owner in objective.owner.said
            if owner in self._here() and owner not in {each.of for each in self.reviews.values()}
        ]
        if not theirs:
            return
        of, objective = self._random.choice(theirs)
        reviewer = self._random.choice([each for each in self._here() if each != of])
        word, shared, day = f"{self._name}x{number}", self._random.random() < 0.4, PAST[-1]
        review = Review(
            of, reviewer, shared, f"owned{word}", f"judged{word}", self.objectives[objective].word
        )
        measured = [{"objective_id": objective, "weight": "100"}]
        who = {"person_id": of, "reviewer_id": reviewer, "cycle_id": self.cycle, "objectives": measured}
        id = self.api.done("/reviews", {**who, "effective_on": day})
        steps: dict[str, dict[str, Any]] = {
            "self-assessment": {"text": f"I {review.said}."},
            "assessment": {"rating": 3, "text": f"We {review.judged}."},
            **({"sharing": {}} if shared else {}),
        }
        for step, body in steps.items():
            self.api.done(f"/reviews/{id}/{step}", {**body, "effective_on": day})
        self.reviews[id] = review

    def _remark(self) -> None:
        for number, id in enumerate(self._random.sample(list(self.objectives), 3)):
            seen = [each for each in self._here() if self.sees(Reader(each), self.objectives[id])]
            if seen:
                giver, word = self._random.choice(seen), f"whispered{self._name}x{number}"
                self.remarks.append(Remark(id, giver, word))

    # What the rule says of it

    def above(self, unit: str | None) -> Iterator[str]:
        """The unit, and all above it."""
        while unit is not None:
            yield unit
            unit = self.units[unit].parent

    def manages(self, person: str, other: str) -> bool:
        chain = [self.people[other].manager.today]
        while chain[-1] is not None and len(chain) <= len(self.people):
            chain.append(self.people[chain[-1]].manager.today)
        assert chain[-1] is None, "a circle of managers"
        return person in chain

    def is_within(self, limit: str | None, owner: str | None) -> bool:
        if limit is None:
            return True
        unit = self.people[owner].unit.today if owner in self.people else owner
        return limit in [*self.above(unit)]

    def sees(self, reader: Reader, objective: Objective) -> bool:
        """A private objective: owner, lead, manager of the owner, member of the owning unit, hr, auditor."""
        owner, person = objective.owner.today, reader.person
        if not objective.private:
            return True
        if reader.role in ("hr", "auditor") and self.is_within(reader.limit, owner):
            return True
        if reader.role == "auditor":  # who only audits is nothing to anybody
            return False
        if owner in self.people:
            return person == owner or self.manages(person, owner)
        leads = any(self.units[unit].lead.today == person for unit in self.above(owner))
        belongs = person in self.people and owner in [*self.above(self.people[person].unit.today)]
        return leads or belongs

    def reads(self, reader: Reader, remark: Remark) -> bool:
        """Private feedback: giver, owner, manager of the owner, hr, auditor; on what they may see."""
        objective = self.objectives[remark.on]
        if not self.sees(reader, objective):
            return False
        owner = objective.owner.today
        if reader.role in ("hr", "auditor") and self.is_within(reader.limit, owner):
            return True
        if reader.person == remark.giver:
            return True
        if reader.role == "auditor" or owner not in self.people:
            return False
        return reader.person == owner or self.manages(reader.person, owner)

    def reads_review(self, reader: Reader, review: Review) -> bool:
        """A review: the person reviewed, the reviewer, the managers, hr, auditor."""
        if reader.role in ("hr", "auditor") and self.is_within(reader.limit, review.of):
            return True
        if reader.role == "auditor":
            return False
        return reader.person in (review.of, review.reviewer) or self.manages(reader.person, review.of)

    def reads_judgement(self, reader: Reader, review: Review) -> bool:
        """Until it is shared, the person reviewed has their own words, whatever their roles."""
        held_back = reader.person == review.of and not review.shared
        return self.reads_review(reader, review) and not held_back

    def words(self, reader: Reader) -> dict[str, bool]:
        """Word -> whether the reader may meet it."""
        told = {each.word: self.sees(reader, each) for each in self.objectives.values()}
        told |= {each.word: self.reads(reader, each) for each in self.remarks}
        told |= {each.said: self.reads_review(reader, each) for each in self.reviews.values()}
        return told | {each.judged: self.reads_judgement(reader, each) for each in self.reviews.values()}

    def hidden(self, reader: Reader) -> list[str]:
        return [word for word, may in self.words(reader).items() if not may]

    def ids(self) -> dict[str, list[Any]]:
        """What can stand in a path, by its first step."""
        return {
            "units": list(self.units),
            "people": list(self.people),
            "objectives": list(self.objectives),
            "cycles": [self.cycle],
            "reviews": list(self.reviews),
        }
