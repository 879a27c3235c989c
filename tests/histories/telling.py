"""Tells a history: carries out commands on aggregates in memory and records what they decide."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from eventsourcing.utils import get_topic

from domain.aggregate import Aggregate
from domain.cascade import Upward, find_loop
from domain.cycle import Cycle
from domain.measure import Measure
from domain.objective import Objective
from domain.objective.values import Owner, Standing
from domain.period import Period
from domain.person import Person
from domain.policy import Policy
from domain.provenance import Provenance
from domain.refusals import Refusal
from domain.review import Review
from domain.unit import Unit
from domain.window import Window
from projections.events import Recorded

DAWN = datetime(2026, 1, 20, 9, tzinfo=UTC)
DAYS = [date(2026, 1, 4) + timedelta(days=days) for days in (0, 3, 4, 8, 12, 16, 17, 25, 40, 70, 120)]
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
BESIDE_THE_PAYLOAD = ("originator_id", "originator_version", "timestamp")


class Loop(Exception):
    """The command would close a loop, so the application would refuse it."""


@dataclass
class Telling:
    """The aggregates so far, the log, and the clock: `now` is the instant of the save that is being made."""

    now: datetime = DAWN
    log: list[Recorded] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    ids: int = 0

    @property
    def today(self) -> date:
        return self.now.date()

    def new_id(self) -> UUID:
        """Scattered over the range of ids, and the same in every run."""
        self.ids += 1
        return UUID(int=(self.ids * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128)

    def wait(self, hours: int) -> None:
        """0 hours make the next command a part of the same save."""
        self.now += timedelta(hours=hours, microseconds=bool(hours))

    def by(self, days: int = 0) -> Provenance:
        """Provenance of a fact effective so many days from today, which is not said for today."""
        effective_on = self.today + timedelta(days=days)
        act = ("token:test", UUID(int=0), self.today, effective_on, "because")
        return Provenance(*act, dated=bool(days))

    def on(self, number: int, latest: date = date.max) -> Provenance:
        """Provenance of a fact effective on one of a few days, so that facts meet, and not after `latest`."""
        effective_on = min(DAYS[number % len(DAYS)], latest)
        return Provenance("token:test", UUID(int=0), self.today, effective_on, "because")

    def attempt(self, command: Callable[[], Aggregate | None], *changed: Aggregate) -> bool:
        """Carry out a command and record its events; False, and nothing recorded, if it is refused."""
        try:
            made = command()
        except (Refusal, Loop):
            return False
        self.record(changed if made is None else (made,))
        return True

    def record(self, aggregates: Iterable[Aggregate]) -> None:
        """Append the pending events of the aggregates to the log, at the present instant."""
        for aggregate in aggregates:
            for event in aggregate.collect_events():
                payload = {
                    name: value for name, value in vars(event).items() if name not in BESIDE_THE_PAYLOAD
                }
                self.log.append(
                    Recorded(
                        position=len(self.log) + 1,
                        originator_id=event.originator_id,
                        version=event.originator_version,
                        topic=get_topic(type(event)),
                        recorded_at=self.now,
                        effective_on=date.fromisoformat(payload["effective_on"]),
                        data=payload,
                    )
                )

    def check_loop(
        self, links: Callable[[UUID], Iterable[Upward]], child: UUID, parent: UUID, window: Window
    ) -> None:
        """What the application does before a link: Loop if it would close one on any day of the window."""
        if find_loop(links, parent, child, window) is not None:
            raise Loop

    def standing(self, objective: Objective, day: date) -> Standing:
        contributing = any(
            link.parent_id == objective.id and link.holds_on(day) and link.kind == "contributes"
            for other in self.objectives
            for link in other.links_up()
        )
        return Standing(YEAR, contributing)

    def owner(self, number: int) -> Owner:
        """One of the people or units."""
        owners = [Owner(person_id=each.id) for each in self.people] + [
            Owner(unit_id=each.id) for each in self.units
        ]
        return owners[number % len(owners)]
