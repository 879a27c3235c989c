"""Commands without pause, as a client posts them: each with its own id, repeated until it is answered."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from threading import Event
from time import sleep
from uuid import UUID, uuid4

from application.act import Act, utc_today
from application.store import Answer, Command, Store
from domain.objective import Owner, Waiver
from domain.refusals import Refusal, TooBusy
from web.wiring import Commands

FINGERPRINT = b"survival"
WAIVED = [Waiver(criterion, "made for a test") for criterion in "SMAR"]


@dataclass
class Writer:
    """Posts random commands, late and ahead, until told to stop; `acknowledged` holds what was answered."""

    dsn: str
    seed: int
    acknowledged: dict[UUID, Answer] = field(default_factory=dict)
    refused: int = 0

    def __post_init__(self) -> None:
        self._choose = random.Random(self.seed)
        self._units, self._people, self._objectives = list[UUID](), list[UUID](), dict[UUID, UUID]()

    def run(self, stop: Event, pause: float = 0.01) -> None:
        with Store(self.dsn, pool_size=2) as store:
            self._use = Commands.over(store)
            self._begin()
            while not stop.is_set():
                self._choose.choice(self._repertoire)()
                sleep(pause)

    def _begin(self) -> None:
        self._repertoire = [
            self._unit,
            self._person,
            self._objective,
            self._rename,
            self._transfer,
            self._move,
        ]
        self._repertoire += [self._check_in, self._align, self._retarget] * 2
        self._today = utc_today()
        self._first = self._today - timedelta(days=200)
        self._cycle = uuid4()
        self._do(
            lambda act: self._use.cycles.define(
                act,
                name="cycle",
                starts_on=self._first,
                ends_on=self._today + timedelta(days=165),
                id=self._cycle,
            ),
            self._first,
        )
        for make in (self._unit, self._unit, self._person, self._objective, self._objective):
            make()

    def _do(self, command: Callable[[Act], Answer], on: date | None = None) -> bool:
        """Post one command until it is answered or refused; whether it was answered."""
        act = Act(
            "token:test", Command(uuid4(), FINGERPRINT, remember=True), effective_on=on, reason="a test"
        )
        while True:
            try:
                self.acknowledged[act.command.id] = command(act)
            except TooBusy:
                sleep(0.05)
            except Refusal:
                self.refused += 1
                return False
            else:
                return True

    def _any_day(self, ahead: int = 60) -> date:
        return self._first + timedelta(days=self._choose.randint(1, 199 + ahead))

    def _unit(self) -> None:
        new, parent = uuid4(), self._choose.choice(self._units) if self._units else None
        if self._do(
            lambda act: self._use.units.define(act, name="unit", kind="team", parent_id=parent, id=new),
            self._first,
        ):
            self._units.append(new)

    def _person(self) -> None:
        new, home = uuid4(), self._choose.choice(self._units)
        if self._do(
            lambda act: self._use.people.define(
                act, name="person", email=None, job_title=None, unit_id=home, manager_id=None, id=new
            ),
            self._first,
        ):
            self._people.append(new)

    def _objective(self) -> None:
        """An objective with a key result, taken through its states to active."""
        new, key_result, use = uuid4(), uuid4(), self._use.objectives
        owner, on = Owner(unit_id=self._choose.choice(self._units)), self._first
        level = "strategic" if not self._objectives else "team"
        steps: list[Callable[[Act], Answer]] = [
            lambda act: use.define(
                act, title="t", description="d", level=level, cycle_id=self._cycle, owner=owner, starts_on=on,
                ends_on=self._today, id=new,
            ),
            lambda act: use.add_key_result(
                act, new, title="k", kind="increase", unit_of_measure=None, baseline=Decimal(0),
                target=Decimal(10), key_result_id=key_result,
            ),
            lambda act: use.submit(act, new, waivers=WAIVED),
            lambda act: use.approve(act, new),
            lambda act: use.activate(act, new, waivers=WAIVED),
        ]  # fmt: skip
        if sum(self._do(step, on) for step in steps) == len(steps):
            self._objectives[new] = key_result

    def _rename(self) -> None:
        unit, name = self._choose.choice(self._units), f"unit {self._choose.random()}"
        self._do(lambda act: self._use.units.rename(act, unit, name=name), self._any_day())

    def _move(self) -> None:
        unit, parent = self._choose.choice(self._units), self._choose.choice(self._units)
        self._do(lambda act: self._use.units.move(act, unit, parent_id=parent), self._any_day())

    def _transfer(self) -> None:
        person, unit = self._choose.choice(self._people), self._choose.choice(self._units)
        self._do(
            lambda act: self._use.people.transfer(act, person, unit_id=unit, manager_id=None), self._any_day()
        )

    def _check_in(self) -> None:
        objective, key_result = self._choose.choice(list(self._objectives.items()))
        on, value = self._any_day(ahead=0), Decimal(self._choose.randint(0, 12))
        self._do(
            lambda act: self._use.objectives.check_in(act, objective, on=on, readings={key_result: value}), on
        )

    def _retarget(self) -> None:
        objective, key_result = self._choose.choice(list(self._objectives.items()))
        target = Decimal(self._choose.randint(5, 20))
        self._do(
            lambda act: self._use.objectives.change_target(act, objective, key_result, target=target),
            self._any_day(),
        )

    def _align(self) -> None:
        child, parent = self._choose.choices(list(self._objectives), k=2)
        weight = Decimal(self._choose.randint(1, 9))
        self._do(
            lambda act: self._use.objectives.align(
                act,
                child,
                objective_id=parent,
                kind=self._choose.choice(["contributes", "supports"]),
                weight=weight,
            ),
            self._any_day(),
        )
