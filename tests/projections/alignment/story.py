"""A small organisation told by hand: a goal for each of two units, and Ana's objective under the first."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.cycle import Cycle
from domain.objective import Objective, Owner, Parent
from domain.person import Person
from domain.unit import Unit
from projections.moment import Moment
from tests.histories.beginning import ALL_WAIVED
from tests.histories.telling import YEAR, Telling

LONG_AGO = -15


@dataclass
class Story:
    """Told on 20 January; everything is effective from 5 January, the reading is of the 10th."""

    telling: Telling = field(default_factory=Telling)

    def __post_init__(self) -> None:
        self.company = self.unit("Company")
        self.sales, self.support = self.unit("Sales", self.company), self.unit("Support", self.company)
        self.ana = Person.define(
            by=self.telling.by(LONG_AGO),
            id=self.telling.new_id(),
            name="Ana",
            email=None,
            job_title=None,
            unit_id=self.sales.id,
            manager_id=None,
        )
        self.cycle = Cycle.define(
            by=self.telling.by(LONG_AGO),
            id=self.telling.new_id(),
            name="2026",
            starts_on=YEAR.starts_on,
            ends_on=YEAR.ends_on,
        )
        self.telling.record([self.ana, self.cycle])
        self.growth = self.objective("Growth", "strategic", Owner(unit_id=self.sales.id))
        self.service = self.objective("Service", "strategic", Owner(unit_id=self.support.id))
        self.calls = self.objective("Calls", "individual", Owner(person_id=self.ana.id))
        self.visits = self.telling.new_id()
        self.calls.add_key_result(
            by=self.telling.by(LONG_AGO),
            key_result_id=self.visits,
            title="Visits",
            kind="increase",
            unit_of_measure=None,
            baseline=Decimal(0),
            target=Decimal(10),
        )
        self.align(self.calls, self.growth, LONG_AGO)
        self.check_in_id = self.telling.new_id()
        self.calls.check_in(
            by=self.telling.by(),
            check_in_id=self.check_in_id,
            on=date(2026, 1, 10),
            readings={self.visits: Decimal(2)},
        )
        self.record(self.calls)

    def unit(self, name: str, parent: Unit | None = None) -> Unit:
        made = Unit.define(
            by=self.telling.by(LONG_AGO),
            id=self.telling.new_id(),
            name=name,
            kind="team",
            parent_id=parent.id if parent else None,
        )
        self.telling.record([made])
        return made

    def objective(self, title: str, level: str, owner: Owner, live: bool = True) -> Objective:
        """An active one, or a draft."""
        by = self.telling.by(LONG_AGO)
        made = Objective.define(
            by=by,
            id=self.telling.new_id(),
            title=title,
            description="Because.",
            level=level,
            cycle_id=self.cycle.id,
            owner=owner,
            starts_on=YEAR.starts_on,
            ends_on=YEAR.ends_on,
        )
        if live:
            made.submit(by=by, waivers=ALL_WAIVED, standing=self.telling.standing(made, by.effective_on))
            made.approve(by=by)
            made.activate(by=by, waivers=[], standing=self.telling.standing(made, by.effective_on))
        self.telling.record([made])
        return made

    def align(self, child: Objective, above: Objective, days: int, kind: str = "contributes") -> None:
        """`days` from today."""
        parent = Parent(above.id, above.level, above.periods(YEAR))
        by = self.telling.by(days)
        child.align(by=by, parent=parent, kind=kind, weight=Decimal(1), cycle=YEAR)
        self.telling.record([child])

    def record(self, *changed: Objective | Person) -> None:
        self.telling.record(changed)

    def later(self) -> Moment:
        """Lets a day go by; the moment before it, as of its own day."""
        before = self.at()
        self.telling.wait(24)
        return before

    def at(self, as_of: date | None = None) -> Moment:
        """As known now, as of that day or today."""
        return Moment(as_of or self.telling.today, self.telling.now)


def on(moment: Moment, as_of: date) -> Moment:
    """Another day, as known at the same instant."""
    return Moment(as_of, moment.known_at)


def ids(items: list[dict[str, str]], name: str = "id") -> list[UUID]:
    return [UUID(item[name]) for item in items]
