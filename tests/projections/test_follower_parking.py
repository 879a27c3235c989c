"""An event that cannot be applied parks its aggregate, says so, and stops nobody else."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from projections.events import Recorded
from projections.follower import Follower
from projections.rebuild import rebuild
from projections.status import status
from tests.projections.log import Log, renamed, unit
from tests.projections.running import counting, create, seen

BAD = UUID(int=13)
REASON = "ValueError: no such name"


def refuse_bad(event: Recorded) -> None:
    if event.originator_id == BAD and event.version >= 2:
        raise ValueError("no such name")


def test_a_failing_event_parks_its_aggregate_and_the_others_go_on(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, model := counting(before=refuse_bad))
    log.saves([[unit(uuid4())] for _ in range(5)])
    log.save(unit(BAD))
    log.save(renamed(BAD, "x"), unit(uuid4()))
    log.saves([[renamed(BAD, "y")], [unit(uuid4())]])

    Follower(dsn, [model]).catch_up(connection)
    log.save(renamed(BAD, "z"))
    Follower(dsn, [model]).catch_up(connection)

    assert seen(dsn) == [1, 2, 3, 4, 5, 6, 8, 10]
    [parked] = status(connection, [model]).parked
    assert (parked.originator_id, parked.position, parked.topic, parked.held) == (BAD, 7, "unit.renamed", 2)
    assert parked.error == "ValueError: no such name"


def test_the_status_says_what_is_parked_and_why(dsn: str, log: Log, connection: Connection[Any]) -> None:
    create(dsn, model := counting(before=refuse_bad))
    log.save(unit(BAD), renamed(BAD, "x"))
    Follower(dsn, [model]).catch_up(connection)

    problems = status(connection, [model]).problems()

    assert problems == [
        "no projector is running",
        f"read model counting has parked {BAD} at position 2 (unit.renamed, 0 later events held): {REASON}",
    ]


def test_one_read_model_parks_and_another_takes_the_same_event_in(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    models = [counting("strict", before=refuse_bad), counting("lenient")]
    create(dsn, *models)
    log.save(unit(BAD), renamed(BAD, "x"))

    Follower(dsn, models).catch_up(connection)

    assert (seen(dsn, "strict"), seen(dsn, "lenient")) == ([1], [1, 2])


def test_an_event_that_fails_only_at_first_is_applied(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    tries: list[int] = []

    def fail_three_times(event: Recorded) -> None:
        if event.originator_id == BAD:
            tries.append(event.position)
            if len(tries) <= 3:
                raise ValueError("not yet")

    create(dsn, model := counting(before=fail_three_times))
    log.save(unit(uuid4()), unit(BAD))

    Follower(dsn, [model]).catch_up(connection)

    assert seen(dsn) == [1, 2]
    assert status(connection, [model]).parked == ()


def test_a_state_that_cannot_be_read_parks_its_aggregate(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, model := counting())
    torn = renamed(BAD, "x")
    log.save(unit(BAD), unit(uuid4()))
    log.save(type(torn)(torn.topic, BAD, {}, state=b"{torn"), unit(uuid4()), renamed(BAD, "y"))

    Follower(dsn, [model]).catch_up(connection)

    assert seen(dsn) == [1, 2, 4]
    [parked] = status(connection, [model]).parked
    assert (parked.position, parked.held) == (3, 1)
    assert parked.error.startswith("JSONDecodeError")


def test_the_database_refusing_a_row_parks_too_and_its_message_repeats_no_row(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, model := counting())
    connection.execute("alter table read_counting.seen add check (position <> 2)")
    log.save(unit(uuid4()), unit(BAD), unit(uuid4()))

    Follower(dsn, [model]).catch_up(connection)

    assert seen(dsn) == [1, 3]
    [parked] = status(connection, [model]).parked
    assert (
        parked.error
        == 'CheckViolation: new row for relation "seen" violates check constraint "seen_position_check"'
    )


def test_what_is_not_the_fault_of_an_event_parks_nothing(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, model := counting())
    log.save(unit(uuid4()))
    connection.execute("alter table read_counting.seen rename to gone")
    with pytest.raises(psycopg.errors.UndefinedTable):
        Follower(dsn, [model]).catch_up(connection)
    assert status(connection, [model]).parked == ()

    connection.execute("alter table read_counting.gone rename to seen")
    Follower(dsn, [model]).catch_up(connection)
    assert seen(dsn) == [1]


def test_a_rebuild_gives_parked_aggregates_a_new_chance(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, failing := counting(before=refuse_bad))
    log.save(unit(BAD), renamed(BAD, "x"), renamed(BAD, "y"))
    Follower(dsn, [failing]).catch_up(connection)

    rebuild(dsn, ["counting"], read_models=[failing])
    assert [(parked.read_model, parked.held) for parked in status(connection, [failing]).parked] == [
        ("counting", 1)
    ]

    rebuild(dsn, ["counting"], read_models=[counting()])
    assert status(connection, [failing]).parked == ()
    assert seen(dsn) == [1, 2, 3]
