"""The whole made-up history, ready to be loaded."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from web.demo.calendar import Calendar, calendar
from web.demo.changes import MOVE_TOLD, amend, correct, remark, seal
from web.demo.directory import choose_leavers, found, hand_over, reorganise
from web.demo.lives import Life
from web.demo.measures import measure
from web.demo.objectives import set_objectives
from web.demo.organisation import ANA, Organisation
from web.demo.reviews import review
from web.demo.steps import Chance, Step

WORKDAY = time(8, tzinfo=UTC), timedelta(hours=9)

PERSONNEL, FINANCE = "People", "Finance"


@dataclass(frozen=True)
class Story:
    """`steps` are in the order in which they were told.

    `ana` is the person of the HR question, about what was not known until `known_later`; the target of
    `amended` was changed on `amended_on`; `running` is an objective that a client can check in on, with one
    of its key results.
    """

    steps: tuple[Step, ...]
    calendar: Calendar
    ana: UUID
    known_later: date
    amended: UUID
    amended_on: date
    running: UUID
    key_result: UUID
    next_value: Decimal
    visitors: Mapping[str, UUID]
    """The persons as whom one can look at it, by what they are."""

    def timed(self) -> Iterator[tuple[Step, datetime | None]]:
        """The steps, those of a day spread over its working hours; None for today, when the clock says it."""
        count, told = Counter(step.told_on for step in self.steps), Counter[date]()
        begin, hours = WORKDAY
        for step in self.steps:
            day = step.told_on
            at = datetime.combine(day, begin) + hours * (2 * told[day] + 1) / (2 * count[day])
            told[day] += 1
            yield step, at if day < self.calendar.today else None

    def count(self, use_case: str) -> int:
        """Counts the units, people, cycles, objectives, measures or reviews that come into being in it."""
        return sum(step.use_case == use_case and step.is_creation for step in self.steps)


def tell(seed: int, people: int, today: date) -> Story:
    """The same story for the same seed, number of people and day. Nothing in it lies after `today`."""
    chance = Chance(seed)
    org = Organisation(chance, calendar(chance, today))
    found(org, people)
    reorganise(org)
    choose_leavers(org)
    for cycle in org.calendar.cycles:
        said = {"name": cycle.name, "starts_on": cycle.starts_on, "ends_on": cycle.ends_on}
        said["external_id"] = cycle.name.replace(" ", "")
        org.tell(cycle.day(-60), "cycles.define", cycle.id, said)
        org.tell(cycle.starts_on, "cycles.activate", cycle.id)
    set_objectives(org)
    for each in list(org.objectives):
        Life(org, each).tell()
    amend(org)
    correct(org)
    hand_over(org)
    review(org)
    remark(org)
    measure(org)
    seal(org)
    steps = tuple(sorted(org.steps, key=lambda step: step.told_on))
    running = next(
        each
        for each in reversed(org.objectives)
        if each.fate == "runs" and each.level == "team" and not each.origin
    )
    first = running.key_results[0]
    amended = next(step for step in reversed(steps) if step.action == "change_target")
    return Story(
        steps=steps,
        calendar=org.calendar,
        ana=next(person.id for person in org.people if person.name == ANA),
        known_later=min(org.calendar.review_day + timedelta(days=MOVE_TOLD), today),
        amended=amended.subject,
        amended_on=amended.effective_on,
        running=running.id,
        key_result=first.id,
        next_value=first.target or Decimal(1),
        visitors=_visitors(org),
    )


def _visitors(org: Organisation) -> dict[str, UUID]:
    """Somebody of HR, an auditor, and Ana with her manager."""
    ana, today = next(person for person in org.people if person.name == ANA), org.calendar.today
    found = {
        "HR": org.lead_of(org.unit(PERSONNEL)),
        "auditor": org.lead_of(org.unit(FINANCE)),
        "manager": ana.manager_on(today) or org.chief,
        "employee": ana,
    }
    return {what: person.id for what, person in found.items()}
