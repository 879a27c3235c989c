"""One run: gives each order to the service and to the model, and wants the same of both."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from hypothesis import currently_in_test_context, note

from application.store import Store
from domain.refusals import Refusal
from projections.moment import Moment
from projections.read_models import READ_MODELS
from tests.projections.tables import projecting
from tests.stateful.beginning import beginning
from tests.stateful.comparing import assert_same_answers, assert_same_details, assert_same_state
from tests.stateful.model import Facts, Model, Refused
from tests.stateful.orders import Make, Order, order
from tests.stateful.picks import DAYS, Picks, id_of
from tests.stateful.system import System

MARCH = date(2026, 3, 1)
LATEST = date(2027, 1, 15)


class Run:
    """The service and the model, from the same beginning on."""

    def __init__(self, system: System, begun: Sequence[Any] = ()) -> None:
        self.system, self.model, self.today = system, Model(), MARCH
        self.agreed = True  # until they differ
        for fact in begun:
            self.model.facts.all.append(fact)
            self.model.facts.by_id.setdefault(fact.id, []).append(fact)

    def picks(self, numbers: bytes) -> Picks:
        return Picks(self.model, self.today, numbers)

    def wait(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), LATEST)

    def make(self, makers: Sequence[Make], numbers: bytes) -> None:
        picks = self.picks(numbers)
        self.give(picks.of(makers)(picks))

    def give(self, order: Order) -> str:
        """The outcome that both agree on: the topics recorded, or the slug of the refusal."""
        self.agreed = False
        before = len(self.model.facts.all)
        wanted = self._of_model(order)
        got = self._of_system(order)
        if currently_in_test_context():
            note(f"{order}: {got}")
        assert got == wanted, str(order)
        for id in {fact.id for fact in self.model.facts.all[before:]}:
            assert_same_state(self.system, self.model, id, self.today)
        self.agreed = True
        return wanted if isinstance(wanted, str) else ""

    def make_several(self, makers: Sequence[Make], numbers: bytes) -> None:
        """Three orders one after the other."""
        picks = self.picks(numbers)
        for _ in range(3):
            self.give(picks.of(makers)(picks))

    def end_cycle(self, numbers: bytes) -> None:
        """Everything in one cycle comes to its end, then the cycle does; one that has ended is reopened."""
        picks, facts = self.picks(numbers), self.model.facts
        cycle = id_of("cycle", 0) if picks.rarely(2) else picks.there("cycle")
        if facts.last(cycle, "status") == "closed":
            self.give(order("cycles", "reopen", picks.act(cycle, late=20), cycle))
            return
        for id in [id for id in facts.by_id if facts.last(id, "cycle_id") == cycle]:
            if facts.exists("review", id):
                self.give(order("reviews", "withdraw", picks.act(id, late=20), id))
            elif picks.rarely(3):
                days = {"starts_on": None, "ends_on": None}
                others = [each for each in facts.ids("cycle") if each != cycle]
                to = {"cycle_id": picks.of(others), **days}
                self.give(order("objectives", "carry_over", picks.act(id, late=20), id, **to))
            elif not picks.rarely(20):
                self.give(order("objectives", "cancel", picks.act(id, late=20), id))
        self.give(order("cycles", "close", picks.act(cycle, late=20), cycle))

    def _of_model(self, order: Order) -> object:
        facts: Facts = self.model.facts
        before = len(facts.all)
        try:
            order.give_to(self.model)
        except Refused as refused:
            facts.forget(before)
            return refused.slug
        return tuple(fact.topic for fact in facts.all[before:])

    def _of_system(self, order: Order) -> object:
        before = self.system.store.position()
        try:
            answer = order.give_to(self.system)
        except Refusal as refusal:
            assert self.system.store.position() == before, "a refused command recorded something"
            return refusal.slug
        assert answer.position == before + len(answer.events)
        return answer.events

    def compare(self, numbers: bytes) -> None:
        """Every aggregate; every answer now and at some other moments; every seal."""
        for id in self.model.facts.by_id:
            assert_same_state(self.system, self.model, id, self.today)
        log, picks = self.system.log(), self.picks(numbers)
        connection = self.system.project(log, [picks.number() for _ in range(3)])
        now = Moment(self.today, log[-1].recorded_at)
        for moment in (now, self._moment(picks, log), self._moment(picks, log)):
            assert_same_answers(connection, self.model, log, moment)
            for kind in ("objective", "review", "measure"):
                assert_same_details(connection, log, moment, picks.there(kind))
        assert self.system.broken_seals() == []

    def _moment(self, picks: Picks, log: Sequence[Any]) -> Moment:
        """A day on which something changes or one around it; the instant of a save, or just before."""
        days = sorted({fact.on for fact in self.model.facts.all} | {*DAYS})
        instants = sorted({event.recorded_at for event in log})
        day = picks.of(days) + timedelta(days=picks.of((0, 0, -1, 40)))
        return Moment(day, picks.of(instants) - timedelta(microseconds=picks.of((0, 1))))


@contextmanager
def begun(server: str, dsn: str) -> Iterator[tuple[System, Sequence[Any]]]:
    """A service in which the beginning is recorded, and the facts of the model that go with it."""
    with Store(dsn) as store, projecting(server, *READ_MODELS) as project:
        system = System(dsn, store, project)
        try:
            run = Run(system)
            system.policies.adopt_built_in(run.today)
            run.model.policies.came_along()
            for order in beginning(run.today):
                assert run.give(order) == "", f"the beginning is refused: {order}"
            system.keep()
            yield system, list(run.model.facts.all)
        finally:
            system.close()
