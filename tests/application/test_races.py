"""Commands at once, from several processes, that would together break a rule: exactly one succeeds."""

from multiprocessing.synchronize import Barrier
from uuid import UUID

import psycopg
import pytest

from application.act import Act
from application.store import Store
from domain.refusals import AlignmentLoop, Refusal, StaleVersion
from tests.application.organisation import UNSMART, Organisation, act
from tests.application.store.processes import in_processes

PROCESSES = 4
ROUNDS = [20, pytest.param(1000, marks=[pytest.mark.long, pytest.mark.timeout(1200)])]


def align_in_a_ring(seat: int, barrier: Barrier, dsn: str, rings: list[list[UUID]]) -> list[str]:
    """Each seat links its objective of every ring up to the next one: all together would close the ring."""
    outcomes = []
    with Store(dsn) as store:
        objectives = Organisation(store).objectives
        for ring in rings:
            barrier.wait()
            outcomes.append(
                outcome(
                    lambda ring=ring: objectives.align(
                        act(), ring[seat], objective_id=ring[(seat + 1) % len(ring)], kind="contributes"
                    )
                )
            )
    return outcomes


def take_a_version(seat: int, barrier: Barrier, dsn: str, ids: list[UUID]) -> list[str]:
    """Each seat commits with its own confidence to version 1 of every objective."""
    outcomes = []
    with Store(dsn) as store:
        objectives = Organisation(store).objectives
        for id in ids:
            barrier.wait()
            outcomes.append(outcome(lambda id=id: objectives.commit(seen_at_first(), id, confidence=seat)))
    return outcomes


def seen_at_first() -> Act:
    return act(version=1)


def outcome(attempt: object) -> str:
    """recorded, or the slug of the refusal."""
    try:
        attempt()  # type: ignore[operator]  # a lambda without arguments
    except Refusal as refusal:
        return refusal.slug
    return "recorded"


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("size", [2, PROCESSES])
def test_of_links_that_together_close_a_loop_all_but_one_succeed(
    dsn: str, organisation: Organisation, size: int, rounds: int
) -> None:
    rings = [[organisation.new_objective() for _ in range(size)] for _ in range(rounds)]

    outcomes = in_processes(size, align_in_a_ring, dsn, rings)

    for ring, results in zip(rings, zip(*outcomes, strict=True), strict=True):
        assert sorted(results) == [AlignmentLoop.slug] + ["recorded"] * (size - 1)
        assert sum(len(organisation.load(id).links_up()) for id in ring) == size - 1


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_version_is_taken_once(dsn: str, organisation: Organisation, rounds: int) -> None:
    ids = [organisation.new_objective() for _ in range(rounds)]

    outcomes = in_processes(PROCESSES, take_a_version, dsn, ids)

    for id, results in zip(ids, zip(*outcomes, strict=True), strict=True):
        assert sorted(results) == ["recorded"] + [StaleVersion.slug] * (PROCESSES - 1)
        assert organisation.load(id).version == 2


@pytest.mark.parametrize("rounds", [10, pytest.param(300, marks=pytest.mark.long)])
def test_a_child_that_leaves_while_its_parent_is_submitted_does_not_count(
    dsn: str, organisation: Organisation, rounds: int
) -> None:
    pairs = []
    for _ in range(rounds):
        goal = organisation.new_objective(level="strategic")
        pairs.append([goal, organisation.new_objective(goal, live=True)])

    in_processes(2, submit_or_leave, dsn, pairs)

    for goal, child in pairs:
        submitted = store_position(dsn, goal, "objective.submitted")
        left = store_position(dsn, child, "objective.alignment_removed")
        assert left is not None
        assert submitted is None or submitted < left


def submit_or_leave(seat: int, barrier: Barrier, dsn: str, pairs: list[list[UUID]]) -> list[str]:
    """Seat 0 submits the goal, which only its child makes measurable; seat 1 takes the child away."""
    outcomes = []
    unmeasured = [waiver for waiver in UNSMART if waiver.criterion != "M"]
    with Store(dsn) as store:
        objectives = Organisation(store).objectives
        for goal, child in pairs:
            barrier.wait()
            if seat == 0:
                outcomes.append(outcome(lambda goal=goal: objectives.submit(act(), goal, waivers=unmeasured)))
            else:
                outcomes.append(
                    outcome(lambda goal=goal, child=child: objectives.remove_alignment(act(), child, goal))
                )
    return outcomes


def store_position(dsn: str, id: UUID, topic: str) -> int | None:
    """The position of the first event of this topic of an aggregate."""
    query = "select min(position) from store.events where originator_id = %s and topic = %s"
    with psycopg.connect(dsn) as conn:
        row = conn.execute(query, [id, topic]).fetchone()
    return None if row is None else row[0]
