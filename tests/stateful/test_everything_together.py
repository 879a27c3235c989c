"""Whatever is asked of all aggregates together: same outcome, same state, same answers as the model."""

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.conftest import copied, on_database
from tests.stateful import giving_measurements, giving_objectives, giving_organisation, giving_reviews
from tests.stateful.driving import Run, begun
from tests.stateful.system import System

PARTS = 4
STEPS = 50
SEEDS = st.integers(0, 2**20 - 1)
CHECKS = list(HealthCheck)
SHORT = settings(max_examples=50, stateful_step_count=STEPS, deadline=None, suppress_health_check=CHECKS)
LONG = settings(max_examples=100, stateful_step_count=60, deadline=None, suppress_health_check=CHECKS)
Begun = tuple[System, Sequence[Any]]


class Everything(RuleBasedStateMachine):
    """The rules. `service` is the one to test, and the facts that every run begins with."""

    service: ClassVar[Begun]
    it: Run
    seed: int
    used: Counter[str]
    before: str

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        system, facts = self.service
        system.begin_again()
        self.it, self.seed = Run(system, facts), seed
        self.used, self.before = Counter(), ""

    def numbers(self, what: str) -> bytes:
        """Even ones; drawn one by one, too many are the same. They depend on the step before and on how often
        this one was taken, so that variations of a run differ, and leaving out a step changes few others.
        """
        self.used[what] += 1
        before, self.before = self.before, what
        return Random(f"{self.seed} {before} {what} {self.used[what]}").randbytes(60)

    @rule()
    def units(self) -> None:
        self.it.make(giving_organisation.UNITS, self.numbers("units"))

    @rule()
    def people(self) -> None:
        self.it.make(giving_organisation.PEOPLE, self.numbers("people"))

    @rule()
    def cycles(self) -> None:
        self.it.make(giving_organisation.CYCLES, self.numbers("cycles"))

    @rule()
    def policies(self) -> None:
        self.it.make(giving_organisation.POLICIES, self.numbers("policies"))

    @rule()
    def content(self) -> None:
        self.it.make(giving_objectives.CONTENT, self.numbers("content"))

    @rule()
    def living(self) -> None:
        self.it.make(giving_objectives.LIVING, self.numbers("living"))

    @rule()
    def links(self) -> None:
        self.it.make(giving_objectives.LINKS, self.numbers("links"))

    @rule()
    def key_results(self) -> None:
        self.it.make(giving_measurements.KEY_RESULTS, self.numbers("key_results"))

    @rule()
    def feedback(self) -> None:
        self.it.make(giving_measurements.FEEDBACK, self.numbers("feedback"))

    @rule()
    def measures(self) -> None:
        self.it.make(giving_measurements.MEASURES, self.numbers("measures"))

    @rule()
    def reviews(self) -> None:
        self.it.make(giving_reviews.REVIEWS, self.numbers("reviews"))

    @rule()
    def reviews_go_on(self) -> None:
        self.it.make_several(giving_reviews.REVIEWS[1:], self.numbers("reviews_go_on"))

    @rule(days=st.sampled_from((1, 5, 11, 40)))
    def time_passes(self, days: int) -> None:
        self.it.wait(days)
        self.it.make(giving_measurements.KEY_RESULTS, self.numbers("time_passes"))

    @rule()
    def a_cycle_ends(self) -> None:
        numbers = self.numbers("a_cycle_ends")
        if numbers[-1] % 3 == 0:
            self.it.end_cycle(numbers)
        else:
            self.it.make(giving_objectives.LIVING, numbers)

    def teardown(self) -> None:
        if self.it.agreed:
            self.it.compare(self.numbers("the end"))


def on(service: Begun) -> type[Everything]:
    """The rules on this service."""
    return type("EverythingOnService", (Everything,), {"service": service})


@pytest.fixture(scope="module")
def service(server: str) -> Iterator[Begun]:
    with psycopg.connect(server, autocommit=True) as admin:
        copied(admin, "together")
        try:
            with begun(server, on_database(server, "together")) as both:
                yield both
        finally:
            admin.execute(b"drop database together with (force)")


@pytest.mark.timeout(900)  # finding the shortest run that fails takes its time
def test_every_run_goes_as_the_model_says(service: Begun) -> None:
    run_state_machine_as_test(on(service), settings=SHORT)


@pytest.mark.long
@pytest.mark.timeout(14_400)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_long_run_goes_as_the_model_says(service: Begun, part: int) -> None:
    run_state_machine_as_test(on(service), settings=LONG)
