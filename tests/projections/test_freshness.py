"""Waiting for a position, and the default instant of known_at."""

from threading import Timer
from typing import Any
from uuid import uuid4

from psycopg import Connection

from projections import freshness
from projections.follower import Follower
from projections.status import status
from tests.projections.log import Log, unit
from tests.projections.running import counting, create, eventually, running


def test_waiting_ends_when_the_position_is_there(dsn: str, log: Log, connection: Connection[Any]) -> None:
    create(dsn, model := counting())
    with running(Follower(dsn, [model])):
        eventually(lambda: status(connection, [model]).leader)
        Timer(0.1, lambda: log.save(unit(uuid4()))).start()

        assert freshness.wait_for(connection, 1, timeout=5, models=["counting"])
    assert freshness.position(connection, "counting") == 1


def test_waiting_for_what_does_not_come_gives_up(dsn: str, connection: Connection[Any]) -> None:
    assert not freshness.wait_for(connection, 1, timeout=0.05)
    assert freshness.wait_for(connection, 0, timeout=0)


def test_now_is_never_before_what_the_rows_already_hold(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, model := counting())
    log.save(unit(uuid4()))
    Follower(dsn, [model]).catch_up(connection)
    connection.execute(
        "update projection.positions set recorded_at = '2199-01-01Z' where read_model = 'counting'"
    )

    mark = freshness.high_water_mark(connection, ["counting"])

    assert (mark.position, mark.now.year, mark.head) == (1, 2199, 1)


def test_the_status_tells_head_lag_and_leader(dsn: str, log: Log, connection: Connection[Any]) -> None:
    create(dsn, model := counting())
    log.saves([[unit(uuid4())] for _ in range(3)])

    behind = status(connection, [model])
    assert (behind.head, behind.lag, behind.leader) == (3, 3, False)
    assert behind.models[0].lag_seconds > 100
    assert behind.problems() == ["no projector is running", "read model counting is 3 events behind"]

    with running(Follower(dsn, [model])):
        eventually(lambda: status(connection, [model]).problems() == [])
    assert status(connection, [model]).lag == 0


def test_the_status_names_a_read_model_of_another_version(dsn: str, connection: Connection[Any]) -> None:
    create(dsn, counting(version=1))

    [*_, problem] = status(connection, [counting(version=2)]).problems()

    assert problem == "read model counting is of another version: run throughline rebuild counting"
