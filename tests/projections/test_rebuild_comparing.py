"""A rebuild compares what it has made with what was there, and says what differed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from projections import directory, replacing
from projections.comparing import TableDifference
from projections.events import Recorded
from projections.follower import Follower
from projections.rebuild import Progress, Rebuilt, rebuild
from tests.projections.log import Log, renamed, rows_of, unit
from tests.projections.running import counting, create, running, seen
from tests.projections.test_rebuild import history

Follow = Callable[..., None]
BAD = UUID(int=13)


def rebuilt(dsn: str, **more: Any) -> Rebuilt:
    [done] = rebuild(dsn, ["directory"], **more)
    return done


def schemas(connection: Connection[Any]) -> set[str]:
    found = connection.execute("select nspname from pg_namespace where nspname like 'read_directory%'")
    return {name for (name,) in found}


@pytest.fixture
def followed(dsn: str, log: Log, connection: Connection[Any]) -> Connection[Any]:
    """The directory as the follower has made it."""
    log.saves(history(200))
    Follower(dsn, [directory.READ_MODEL]).catch_up(connection)
    return connection


def test_equal_rows_are_found_equal_and_the_old_ones_are_gone(dsn: str, followed: Connection[Any]) -> None:
    done = rebuilt(dsn)
    assert (done.differences, done.not_compared) == ((), None)
    assert schemas(followed) == {"read_directory"}


ALTERATIONS = {
    "a row altered": (
        "update units set name = 'forged' where ctid = (select min(ctid) from units)",
        "units",
        1,
        1,
    ),
    "a row gone": ("delete from people where ctid = (select min(ctid) from people)", "people", 0, 1),
    "a row too many": ("insert into versions select gen_random_uuid(), now(), 1, 1", "versions", 1, 0),
    "two versions swapped": (
        "update versions v set position = o.position from versions o where o.position + v.position = 3",
        "versions",
        2,
        2,
    ),
    "a table gone": ("drop table seals", "seals", 0, 0),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_a_row_altered_by_hand_is_found_counted_and_put_right(
    dsn: str, followed: Connection[Any], alteration: str
) -> None:
    right = rows_of(dsn, "read_directory")
    statement, table, only_old, only_new = ALTERATIONS[alteration]
    followed.execute("set search_path to read_directory")
    followed.execute(statement.encode())

    assert rebuilt(dsn).differences == (TableDifference(table, only_old, only_new),)
    assert rows_of(dsn, "read_directory") == right


def test_old_rows_that_differed_are_kept_until_the_next_rebuild(dsn: str, followed: Connection[Any]) -> None:
    followed.execute("update read_directory.units set name = 'forged'")

    rebuilt(dsn)
    assert followed.execute("select distinct name from read_directory_old.units").fetchall() == [("forged",)]
    rebuilt(dsn)
    assert schemas(followed) == {"read_directory"}


def test_rows_are_compared_while_events_come_in(dsn: str, log: Log, follow: Follow) -> None:
    follow(directory.READ_MODEL)
    log.saves(history(100))

    def more(now: Progress) -> None:
        if now.doing in ("comparing", "switching"):
            log.saves(history(30, seed=now.position))

    done = rebuilt(dsn, tell=more)

    assert (done.differences, done.not_compared) == ((), None)
    assert done.position > 100


def test_rows_of_another_version_are_not_compared(dsn: str, log: Log) -> None:
    create(dsn, counting(version=1))
    log.save(unit(uuid4()))
    [done] = rebuild(dsn, ["counting"], read_models=[counting(version=2)])
    assert done.not_compared == replacing.NOT_ALIKE


def test_rows_that_are_behind_and_stay_there_are_not_compared(dsn: str, log: Log) -> None:
    log.saves(history(20))
    done = rebuilt(dsn)
    assert (done.differences, done.not_compared) == ((), replacing.BEHIND)


def test_rows_without_those_of_parked_aggregates_are_not_compared(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    def refuse_bad(event: Recorded) -> None:
        if event.originator_id == BAD:
            raise ValueError("no such name")

    create(dsn, failing := counting(before=refuse_bad))
    log.save(unit(BAD), renamed(BAD, "x"), unit(uuid4()))
    with running(Follower(dsn, [failing])):
        [done] = rebuild(dsn, ["counting"], read_models=[counting()])
    assert done.not_compared == replacing.PARKED
    assert seen(dsn) == [1, 2, 3]
