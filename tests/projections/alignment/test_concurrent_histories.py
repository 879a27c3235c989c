"""Histories that several threads record at once through the real application, projected meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from application.store import Store
from application.store.mapper import decode
from domain.objective import Owner, Revision
from domain.refusals import Refusal
from projections import alignment, directory, freshness
from projections.alignment.queries import Alignment
from projections.events import Recorded
from projections.follower import Follower
from projections.moment import Moment
from tests.application.organisation import START, Organisation, act, key_result
from tests.oracle import Oracle
from tests.projections.alignment.agreement import assert_agrees, one_of_each
from tests.projections.running import eventually, running

STAGES = (directory.READ_MODEL, alignment.READ_MODEL)
NAMES = [model.name for model in STAGES]
WRITERS = 4
LEVELS = ("strategic", "department", "team", "individual")
ROUNDS = [
    pytest.param(40, id="short"),
    pytest.param(250, id="long", marks=[pytest.mark.long, pytest.mark.timeout(1200)]),
]


@dataclass
class Crowd:
    """Writers that share a few aggregates, and a reader that keeps what it was answered meanwhile."""

    organisation: Organisation
    units: list[UUID] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)
    objectives: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        organisation = self.organisation
        self.units = [organisation.unit, organisation.new_unit(organisation.unit)]
        self.people = [organisation.new_person(), organisation.new_person()]
        owners = [
            Owner(person_id=self.people[0]),
            Owner(unit_id=self.units[1]),
            Owner(person_id=self.people[1]),
        ]
        for number in range(6):
            fields: dict[str, Any] = {"owner": owners[number % 3], "key_results": [key_result()]}
            self.objectives.append(
                organisation.new_objective(level=LEVELS[number % 4], live=number % 5 < 4, **fields)
            )

    def write(self, rounds: int, random: Random) -> None:
        """Any command on any objective or person, late, today or ahead; refusals are part of the game."""
        for _ in range(rounds):
            with suppress(Refusal):
                self.command(random)()

    def command(self, random: Random) -> Callable[[], object]:
        use, people = self.organisation.objectives, self.organisation.people
        when = act(START + timedelta(days=random.choice((0, 30, 90, 180, 200))))
        id, other = random.choice(self.objectives), random.choice(self.objectives)
        owner = Owner(unit_id=random.choice(self.units))
        unit, boss = random.choice(self.units), random.choice((None, self.people[0]))
        return random.choice((
            partial(use.align, when, id, objective_id=other, kind="contributes", weight=Decimal(2)),
            partial(use.align, when, id, objective_id=other, kind=random.choice(("contributes", "supports"))),
            partial(use.remove_alignment, when, id, other),
            partial(use.revise, when, id, changes=Revision(title=random.choice("ABC"))),
            partial(use.transfer, when, id, owner=owner),
            partial(use.commit, when, id, confidence=random.randint(0, 10)),
            partial(use.postpone, when, id),
            partial(use.resume, when, id),
            partial(use.approve, when, id),
            partial(use.reaffirm, when, id),
            partial(self.check_in, id, random),
            partial(self.check_in, id, random),
            partial(people.transfer, when, self.people[1], unit_id=unit, manager_id=boss),
        ))  # fmt: skip

    def check_in(self, id: UUID, random: Random) -> None:
        objective = self.organisation.load(id)
        value = Decimal(random.randint(-20, 120))
        if objective.check_ins.all and random.random() < 0.4:
            check_in = random.choice(list(objective.check_ins.all))
            readings = dict.fromkeys(objective.check_ins.all[check_in].readings, value)
            self.organisation.objectives.correct_check_in(act(None), id, check_in, readings=readings)
        else:
            on = START + timedelta(days=random.randint(0, 180))
            readings = {each.id: value for each in objective.key_results_on(on)}
            self.organisation.objectives.check_in(
                act(None), id, on=on, readings=readings, check_in_id=uuid4()
            )


def log_of(dsn: str) -> list[Recorded]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "select position, originator_id, originator_version, topic, recorded_at, state"
            " from store.events order by position"
        ).fetchall()
    log = []
    for position, id, version, topic, recorded_at, state in rows:
        data = decode(topic, state)
        day = date.fromisoformat(data["effective_on"])
        log.append(Recorded(position, id, version, topic, recorded_at, day, data))
    return log


def ask(dsn: str, random: Random) -> tuple[Moment, dict[str, Any], dict[str, Any]]:
    """What is answered while others write, about a moment that is wholly projected."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        position = freshness.high_water_mark(connection, NAMES).position
        found = connection.execute(
            "select recorded_at from store.events where position = %s", [position]
        ).fetchone()
        recorded_at = found[0] if found else datetime(2020, 1, 1, tzinfo=UTC)
        moment = Moment(START + timedelta(days=random.randint(0, 220)), recorded_at)
        answers = Alignment(connection)
        return moment, answers.graph(moment), answers.health(moment)


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("seed", range(2))
def test_what_was_answered_while_others_wrote_stays_the_answer(dsn: str, seed: int, rounds: int) -> None:
    with Store(dsn) as store, running(Follower(dsn, STAGES, decode)):
        crowd, random, asked = Crowd(Organisation(store)), Random(seed), []
        with ThreadPoolExecutor(WRITERS) as pool:
            writing = [
                pool.submit(crowd.write, rounds, Random(f"{seed}{number}")) for number in range(WRITERS)
            ]
            while not all(each.done() for each in writing):
                asked.append(ask(dsn, random))
            for each in writing:
                each.result()
        log = log_of(dsn)
        with psycopg.connect(dsn, autocommit=True) as connection:
            eventually(lambda: freshness.high_water_mark(connection, NAMES)[0] == log[-1].position)
            for day in (START, *(START + timedelta(days=random.randint(0, 220)) for _ in range(8))):
                known_at = random.choice(log).recorded_at
                assert_agrees(connection, log, Moment(day, known_at), one_of_each(random.randint(0, 99)))
    assert len(log) > 100
    assert len({moment.known_at for moment, _, _ in asked}) > 1  # asked while they wrote, not only after
    for moment, graph, health in random.sample(asked, min(len(asked), 20)):
        oracle = Oracle(log, moment.as_of, moment.known_at)
        assert graph == oracle.graph()
        assert health == oracle.health()
