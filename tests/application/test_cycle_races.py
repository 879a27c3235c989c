"""Commands at once on what is in a cycle: one review of a person, and a seal that holds all or refuses."""

from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Barrier
from uuid import UUID

import pytest

from application.cycles import Cycles
from application.reviews import Reviews
from application.store import Store
from application.verification import verify
from domain.objective import Objective
from domain.refusals import AlreadyExists, CycleNotReady, CycleSealed
from domain.review import Share
from tests.application.cycles import JUNE, WHOLE, Season, act_as
from tests.application.organisation import UNSMART, Organisation, act
from tests.application.store.processes import in_processes
from tests.application.test_races import outcome

PROCESSES = 4


def open_the_same(seat: int, barrier: Barrier, dsn: str, cases: list[dict[str, UUID]]) -> list[str]:
    """Each seat opens the review of the same person in the same cycle."""
    outcomes = []
    with Store(dsn) as store:
        reviews = Reviews(store)
        for case in cases:
            shares = [Share(case["objective_id"], WHOLE)]
            people = {name: id for name, id in case.items() if name != "objective_id"}
            barrier.wait()
            outcomes.append(
                outcome(
                    lambda people=people, shares=shares: reviews.open(
                        act_as(f"hr {seat}"), **people, objectives=shares
                    )
                )
            )
    return outcomes


@pytest.mark.parametrize("rounds", [10, pytest.param(80, marks=pytest.mark.long)])
def test_of_the_same_review_posted_at_once_exactly_one_is_opened(
    dsn: str, season: Season, rounds: int
) -> None:
    cases = []
    for _ in range(rounds):
        cycle = season.next_cycle()
        own = season.new_objective(owner=season.load(season.objective).owner.at(JUNE), cycle_id=cycle)
        people = {"person_id": season.ana, "reviewer_id": season.ben}
        cases.append(people | {"cycle_id": cycle, "objective_id": own})

    outcomes = in_processes(PROCESSES, open_the_same, dsn, cases)

    for results in zip(*outcomes, strict=True):
        assert sorted(results) == [AlreadyExists.slug] * (PROCESSES - 1) + ["recorded"]
    assert len(season.store.mentioning(season.ana, "review_of")) == rounds


LATE = ("correction", "definition")


def close_or_come_late(
    seat: int, barrier: Barrier, dsn: str, late: str, cases: list[tuple[UUID, UUID]]
) -> list[str]:
    """Seat 0 closes each cycle; seat 1 gives feedback on the objective in it, or defines another one."""
    outcomes = []
    with Store(dsn) as store:
        cycles, organisation = Cycles(store), Organisation(store)
        for cycle, objective in cases:
            attempt: Callable[[], object]
            if seat == 0:
                attempt = partial(cycles.close, act(), cycle)
            elif late == "correction":
                give = organisation.objectives.give_feedback
                attempt = partial(give, act(), objective, kind="concern", text="Late")
            else:
                attempt = partial(organisation.new_objective, cycle_id=cycle, owner=None)
            organisation.cycle = cycle
            barrier.wait()
            outcomes.append(outcome(attempt))
    return outcomes


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("rounds", [15, pytest.param(300, marks=pytest.mark.long)])
def test_a_seal_holds_what_came_at_the_same_time_or_refuses_it(
    dsn: str, organisation: Organisation, late: str, rounds: int
) -> None:
    cases = [ready_cycle(organisation) for _ in range(rounds)]

    closed, came = in_processes(2, close_or_come_late, dsn, late, cases)

    for (cycle, objective), closing, coming in zip(cases, closed, came, strict=True):
        version = organisation.load(objective).version
        members = organisation.store.mentioning(cycle, "in_cycle")
        if late == "correction":
            assert closing == "recorded"
            assert (coming, version) in [("recorded", 6), (CycleSealed.slug, 5)]
        else:
            assert (closing, coming, len(members)) in [
                ("recorded", CycleSealed.slug, 1),
                (CycleNotReady.slug, "recorded", 2),
            ]
    assert verify(dsn).faults == ()


def ready_cycle(organisation: Organisation) -> tuple[UUID, UUID]:
    """An active cycle with one closed objective of version 5."""
    organisation.__dict__.pop("cycle", None)
    cycle = organisation.cycle
    organisation.cycles.activate(act(), cycle)
    id = organisation.new_objective()
    organisation.objectives.submit(act(), id, waivers=UNSMART)
    organisation.objectives.approve(act(), id)
    organisation.objectives.activate(act(), id)
    organisation.objectives.close(act(), id, outcome="achieved")
    assert organisation.store.load(Objective, id).version == 5
    return cycle, id
