"""A tree of up to a thousand objectives with the units and people that own them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from benchmarks.history.telling import DAYS, YEAR, Payload, Said, Save, Teller
from web.demo.made_up import FAMILY, GIVEN

OBJECTIVES = 1000
DEPARTMENTS, TEAMS, PEOPLE = 1, 10, 100
"""The first places of objectives of departments, teams and people; the one of the division has place 0."""
OBJECTIVES_OF_A_PERSON = 3
VERBS = "Shorten Double Halve Rebuild Secure Simplify Open Finish Automate Renew".split()
THINGS = "delivery onboarding billing hiring support reporting training safety procurement quality".split()
KINDS = ("division", "department", "team")
LEVELS = ("strategic", "department", "team", "individual")
PLAN = 0
"""The cycle of all years, among the cycles."""


@dataclass(slots=True)
class Goal:
    """An objective: its place in the tree, and the first and last day on which it takes check-ins."""

    id: UUID
    place: int
    actor: str
    cycle: int
    live: tuple[int, int]
    key_results: list[UUID] = field(default_factory=list)


def above(place: int) -> int:
    """The place that one is aligned with, or whose unit is above."""
    if place < TEAMS:
        return 0
    return (place - TEAMS) // 10 + DEPARTMENTS if place < PEOPLE else (place - PEOPLE) // 10 + TEAMS


def level(place: int) -> int:
    return (place >= DEPARTMENTS) + (place >= TEAMS) + (place >= PEOPLE)


class Tree:
    """Tells of its units and people, then of its objectives, all but their check-ins; keeps `goals`."""

    def __init__(self, teller: Teller, number: int, size: int, top: UUID, cycles: list[UUID]) -> None:
        self._teller, self._number, self._size, self._top, self._cycles = teller, number, size, top, cycles
        self._units = [teller.id() for _ in range(min(size, PEOPLE))]
        self._people: list[UUID] = []
        self.goals: list[Goal] = []

    def saves(self) -> Iterator[Save]:
        for place in range(len(self._units)):
            yield from self._unit(place)
        for number in range(-(-(self._size - PEOPLE) // OBJECTIVES_OF_A_PERSON)):
            yield from self._person(number)
        for place in range(self._size):
            yield from self._objective(place)

    def _unit(self, place: int) -> Iterator[Save]:
        teller, id = self._teller, self._units[place]
        parent = self._units[above(place)] if place else self._top
        name = f"{THINGS[place % 10]} {KINDS[level(place)]} {self._number}.{place}"
        payload = {"name": name, "kind": KINDS[level(place)], "parent_id": str(parent)}
        external = f"unit-{self._number}-{place}"
        yield teller.save(0, [("unit.defined", id, {**payload, "external_id": external})], second=1)
        if place >= TEAMS and place % 15 == 0:
            other = self._units[DEPARTMENTS + above(place) % (TEAMS - DEPARTMENTS)]
            moved = {"parent_id": str(other), "parent_id_before": str(parent)}
            if other != parent:
                yield teller.save(
                    YEAR * (1 + place % 2), [("unit.moved", id, moved)], 10, reason="the yearly round"
                )

    def _person(self, number: int) -> Iterator[Save]:
        teller, id = self._teller, self._teller.id()
        self._people.append(id)
        name = f"{teller.choose.choice(GIVEN)} {teller.choose.choice(FAMILY)}"
        team = self._team_of(number)
        payload = {
            "name": name, "email": f"p{number}.{self._number}@example.org", "job_title": None,
            "external_id": f"person-{self._number}-{number}", **self._belongs(team, number),
        }  # fmt: skip
        yield teller.save(1, [("person.defined", id, payload)], second=0)
        if number % 4 == 1 and team + 1 < len(self._units):
            before = {f"{name}_before": value for name, value in self._belongs(team, number).items()}
            moved = {**self._belongs(team + 1, number), **before}
            day = teller.choose.randrange(200, DAYS - 30)
            yield teller.save(day, [("person.transferred", id, moved)], teller.choose.randrange(20))
        if number % 50 == 2:
            renamed = {"name": f"{name}-{teller.choose.choice(FAMILY)}", "name_before": name}
            yield teller.save(teller.choose.randrange(200, DAYS), [("person.renamed", id, renamed)])

    def _team_of(self, number: int) -> int:
        return above(PEOPLE + OBJECTIVES_OF_A_PERSON * number)

    def _belongs(self, team: int, number: int) -> Payload:
        """To a unit and under the first of its people, who has no manager."""
        lead = -(-10 * (team - TEAMS) // OBJECTIVES_OF_A_PERSON)
        manager = str(self._people[lead]) if lead < number else None
        return {"unit_id": str(self._units[team]), "manager_id": manager}

    def _objective(self, place: int) -> Iterator[Save]:
        teller = self._teller
        cycle = PLAN if place < PEOPLE or self._number == 0 else 1 + place % 3
        lag = 7 if place >= PEOPLE and teller.chance(0.05) else 0
        begin = (0 if cycle == PLAN else (cycle - 1) * YEAR) + 3 + level(place) * 3
        end = DAYS - 1 if cycle == PLAN else cycle * YEAR - 1
        actor = f"person:{self._owner(place)}" if place >= PEOPLE else "token:office"
        goal = Goal(teller.id(), place, actor, cycle, (begin + 6 + lag, end - 1))
        yield teller.save(begin, self._defined(goal, cycle), lag, actor)
        self.goals.append(goal)
        steps: list[tuple[int, str, Payload]] = [
            (2, "submitted", {"waivers": []}),
            (4, "approved", {}),
            (5, "activated", {"waivers": []}),
        ]
        for days, step, said in steps:
            yield teller.save(begin + days, [(f"objective.{step}", goal.id, said)], lag, actor)
        yield from self._life(goal)
        if cycle != PLAN and end < DAYS - 1:
            score = f"0.{teller.choose.randint(1, 9)}"
            closed = {"outcome": "partly_achieved", "score": score, "suggested_score": score, "note": None}
            yield teller.save(end, [("objective.closed", goal.id, closed)], 5, actor)

    def _owner(self, place: int) -> UUID:
        if place < PEOPLE:
            return self._units[place]
        return self._people[(place - PEOPLE) // OBJECTIVES_OF_A_PERSON]

    def _defined(self, goal: Goal, cycle: int) -> list[Said]:
        place, choose = goal.place, self._teller.choose
        owner = str(self._owner(place))
        title = f"{VERBS[choose.randrange(10)]} {THINGS[choose.randrange(10)]} {self._number}.{place}"
        payload: Payload = {
            "title": title, "description": f"{title}, measurably and with everybody who has a part in it.",
            "level": LEVELS[level(place)], "cycle_id": str(self._cycles[cycle]),
            "owner_unit_id": owner if place < PEOPLE else None,
            "owner_person_id": owner if place >= PEOPLE else None,
            "starts_on": None, "ends_on": None, "visibility": "private" if place % 97 == 96 else "open",
            "external_id": f"objective-{self._number}-{place}", "origin_id": None,
        }  # fmt: skip
        events: list[Said] = [("objective.defined", goal.id, payload)]
        for number in range(2 if place % 3 == 0 else 1):
            goal.key_results.append(self._teller.id())
            measured: Payload = {
                "key_result_id": str(goal.key_results[-1]), "title": f"{title}: figure {number}",
                "kind": "increase", "unit_of_measure": "per cent", "baseline": "0", "target": "100",
                "weight": "1", "external_id": None, "amendment": False,
            }  # fmt: skip
            events.append(("objective.key_result_added", goal.id, measured))
        if place:
            events.append(("objective.aligned", goal.id, self._aligned(above(place))))
        if place >= PEOPLE and place % 20 == 0:
            events.append(("objective.aligned", goal.id, self._aligned(above(place) - 1, "supports")))
        return events

    def _aligned(self, place: int, kind: str = "contributes", amendment: bool = False) -> Payload:
        before = {"kind_before": None, "weight_before": None}
        parent = str(self.goals[place].id)
        return {"parent_id": parent, "kind": kind, "weight": "1", "amendment": amendment, **before}

    def _life(self, goal: Goal) -> Iterator[Save]:
        """What befalls some of the objectives in the middle of their time."""
        teller, place, (start, end) = self._teller, goal.place, goal.live
        day, happens = start + (end - start) // 3, place % 60
        if happens == 11:
            aim = {"kind": "increase", "baseline": "0", "kind_before": "increase", "baseline_before": "0"}
            target = {
                "key_result_id": str(goal.key_results[0]),
                "target": "120",
                "target_before": "100",
                **aim,
            }
            event = ("objective.target_changed", goal.id, {**target, "amendment": True})
            yield teller.save(day, [event], 3, goal.actor, "the market moved")
            yield teller.save(day + 4, [("objective.approved", goal.id, {})])
        elif happens == 22 and TEAMS < above(place) < PEOPLE:
            removed = {
                "parent_id": str(self.goals[above(place)].id),
                "kind_before": "contributes",
                "weight_before": "1",
            }
            gone: Said = ("objective.alignment_removed", goal.id, {**removed, "amendment": True})
            made: Said = ("objective.aligned", goal.id, self._aligned(above(place) - 1, amendment=True))
            yield teller.save(
                day, [gone, made], teller.choose.randint(5, 40), goal.actor, "another team's now"
            )
        elif happens == 33:
            after, before = {"description": "Said again, and better."}, {"description": None}
            revised = {"after": after, "before": before, "amendment": True}
            yield teller.save(day, [("objective.revised", goal.id, revised)], 0, goal.actor, "clearer")
        elif happens == 44:
            yield teller.save(day, [("objective.reaffirmed", goal.id, {})], 1, goal.actor)
        elif happens in (5, 55):
            said = {
                "feedback_id": str(teller.id()),
                "kind": "praise",
                "text": "This helps us.",
                "visibility": "open",
            }
            yield teller.save(day, [("objective.feedback_given", goal.id, said)])
        elif happens == 50:
            goal.live = (start, day)
            yield teller.save(day + 1, [("objective.postponed", goal.id, {})], 25, goal.actor)
            yield teller.save(day + 40, [("objective.resumed", goal.id, {})], 0, goal.actor)
