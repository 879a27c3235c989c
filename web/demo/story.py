"""The whole made-up history, ready to be loaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from web.demo.amendments import amendments, targets_of_march
from web.demo.calendar import Calendar, HalfYear, calendar
from web.demo.corrections import anas_objectives, late_corrections
from web.demo.directory import ANA, found
from web.demo.impact import impact
from web.demo.lives import Life
from web.demo.objectives import set_objectives
from web.demo.remarks import remarks
from web.demo.reorganisation import departures, hand_over_of_dissolved, hand_over_of_leavers, reorganise
from web.demo.reviews import reviews
from web.demo.sealing import seal_the_first
from web.demo.steps import Chance, Step, by_person


@dataclass(frozen=True)
class Story:
    """`history` in the order in which it was told; `corrections` told after all of it; then the `closing`
    of Ana's objectives, which had to wait for the corrections, and of the first cycle, which is sealed, put
    right and sealed again. In the second one, reviews go on.

    `ana` is the person of the HR question; the target of `amended` was changed on `amended_on`; `running`
    is an objective that a client can check in on, with one of its key results.
    """

    history: tuple[Step, ...]
    corrections: tuple[Step, ...]
    closing: tuple[Step, ...]
    calendar: Calendar
    ana: UUID
    amended: UUID
    amended_on: date
    running: UUID
    key_result: UUID
    next_value: Decimal

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.history + self.corrections + self.closing

    @property
    def day_before_amended(self) -> date:
        return self.amended_on - timedelta(days=1)

    def count(self, use_case: str) -> int:
        """Counts the units, people, cycles, objectives, measures or reviews that come into being in it."""
        return sum(step.use_case == use_case and step.is_creation for step in self.history)


def tell(seed: int, people: int, today: date) -> Story:
    """The same story for the same seed, number of people and day. Nothing in it lies after `today`."""
    chance = Chance(seed)
    when = calendar(chance, today)
    directory = found(chance, when, people)
    founding = list(directory.steps(when.founded_on))
    chief = by_person(directory.people[0].id)
    changes = [*reorganise(chance, when, directory), *departures(chance, when, directory)]
    objectives = set_objectives(chance, when, directory)
    lives = [step for each in objectives for step in Life(chance, when, directory, each).steps()]
    changes += amendments(chance, when, directory, objectives)
    changes += targets_of_march(chance, when, directory, objectives, changes)
    changes += hand_over_of_dissolved(when, directory, objectives)
    changes += hand_over_of_leavers(when, directory, objectives)
    changes += reviews(chance, when, directory, objectives)
    changes += remarks(chance, when, directory, objectives)
    changes += impact(chance, when, directory, objectives)
    cycles = [step for cycle in when.cycles for step in _cycle(cycle, chief)]
    hers = anas_objectives(when, objectives)
    late = [step for step in lives if step.action == "close" and step.subject in {each.id for each in hers}]
    history = _in_order([*founding, *cycles, *changes, *(step for step in lives if step not in late)], when)
    running = next(each for each in reversed(objectives) if each.fate == "runs" and each.level == "team")
    amended = next(step for step in reversed(history) if step.action == "change_target")
    return Story(
        history=history,
        corrections=tuple(late_corrections(chance, when, directory, objectives, list(history))),
        closing=(*late, *seal_the_first(chance, when, objectives, list(history), chief)),
        calendar=when,
        ana=next(person.id for person in directory.people if person.name == ANA),
        amended=amended.subject,
        amended_on=amended.effective_on,
        running=running.id,
        key_result=running.key_results[0].id,
        next_value=running.key_results[0].target or Decimal(1),
    )


def _in_order(steps: Iterable[Step], when: Calendar) -> tuple[Step, ...]:
    """By the day they were told; on one day in the order given. What lies after today is left out."""
    told = [step for step in steps if step.told_on <= when.today]
    return tuple(sorted(told, key=lambda step: step.told_on))


def _cycle(cycle: HalfYear, actor: str) -> Iterable[Step]:
    defined_on = cycle.day(-60)
    definition: dict[str, object] = {
        "name": cycle.name,
        "starts_on": cycle.starts_on,
        "ends_on": cycle.ends_on,
        "external_id": cycle.name.replace(" ", ""),
    }
    yield Step(defined_on, "cycles", "define", cycle.id, actor, defined_on, definition)
    yield Step(cycle.starts_on, "cycles", "activate", cycle.id, actor, cycle.starts_on)
