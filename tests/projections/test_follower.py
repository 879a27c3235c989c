"""The follower: order, exactly once, one leader, wake-ups, and coming back."""

from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from projections import advance, feed, freshness, leader
from projections.events import Recorded, plain_json
from projections.follower import Follower
from projections.model import ReadModel
from projections.positions import read as positions
from tests.projections.log import Log, connected, renamed, unit
from tests.projections.running import TOPICS, counting, create, eventually, running, seen

Follow = Callable[..., None]


def sizes(name: str, found: list[int]) -> ReadModel:
    """A read model that keeps nothing, but notes how many events it is given at a time."""

    def apply(_connection: Connection[Any], events: Sequence[Recorded]) -> None:
        found.append(len(events))

    return ReadModel(name, 1, "create table nothing (x int)", TOPICS, apply)


def test_what_is_recorded_becomes_visible_by_itself(dsn: str, log: Log, follow: Follow) -> None:
    create(dsn, model := counting())
    log.save(unit(north := uuid4()))
    follow(model)
    position = log.save(renamed(north, "South"))

    eventually(lambda: seen(dsn) == list(range(1, position + 1)))


def test_a_wake_up_makes_it_visible_at_once(dsn: str, log: Log, follow: Follow) -> None:
    create(dsn, model := counting())
    follow(model)
    with connected(dsn) as connection:
        eventually(lambda: leader.is_alive(connection))
        for _ in range(5):
            position = log.save(unit(uuid4()))
            assert freshness.wait_for(connection, position, timeout=0.5, models=["counting"])


def test_a_lost_wake_up_costs_about_a_second(dsn: str, log: Log, follow: Follow) -> None:
    create(dsn, model := counting())
    follow(model)
    with connected(dsn) as connection:
        eventually(lambda: leader.is_alive(connection))
        position = log.save(unit(uuid4()), notify=False)

        assert eventually(lambda: seen(dsn) == list(range(1, position + 1))) < 1.6


def test_two_followers_at_once_apply_every_event_once(dsn: str, log: Log) -> None:
    """Even without the lock on the lead: the positions stop the slower one."""
    create(dsn, model := counting())
    position = log.saves([[unit(uuid4())] for _ in range(600)])

    def catch_up() -> None:
        with connected(dsn) as connection:
            Follower(dsn, [model], batch=20).catch_up(connection)

    threads = [Thread(target=catch_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen(dsn) == list(range(1, position + 1))


def test_rows_and_position_commit_together(dsn: str, log: Log, connection: Connection[Any]) -> None:
    """A session that ends in the middle of a batch leaves neither."""

    def end_the_session(event: Recorded) -> None:
        if event.position == 7 and not ended:
            ended.append(True)
            connection.execute("select pg_terminate_backend(%s)", [backend])

    ended: list[bool] = []
    create(dsn, model := counting(before=end_the_session))
    log.saves([[unit(uuid4())] for _ in range(10)])
    with connected(dsn) as first:
        backend = first.info.backend_pid
        with pytest.raises(psycopg.OperationalError):
            Follower(dsn, [model]).catch_up(first)
    assert (seen(dsn), positions(connection)["counting"].position) == ([], 0)

    Follower(dsn, [model]).catch_up(connection)
    assert seen(dsn) == list(range(1, 11))


def test_one_follower_leads_and_the_next_takes_over_when_it_stops(dsn: str, log: Log, follow: Follow) -> None:
    create(dsn, model := counting())
    with connected(dsn) as connection:
        with running(Follower(dsn, [model])):
            eventually(lambda: leader.is_alive(connection))
            assert not leader.try_to_lead(connection)
            follow(model)
        position = log.save(unit(uuid4()))
        eventually(lambda: seen(dsn) == list(range(1, position + 1)))


def test_a_follower_whose_connection_is_cut_comes_back(
    dsn: str, log: Log, follow: Follow, connection: Connection[Any]
) -> None:
    create(dsn, model := counting())
    follow(model)
    eventually(lambda: leader.is_alive(connection))
    for _ in range(3):
        cut = connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'throughline projector' and datname = current_database()"
        )
        assert cut.rowcount == 1
        position = log.save(unit(uuid4()))
        eventually(lambda: seen(dsn) == list(range(1, position + 1)))  # noqa: B023 - called in this turn only
        eventually(lambda: leader.is_alive(connection))


def test_a_new_read_model_catches_up_while_the_others_stay_current(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, old := counting("old"))
    log.saves([[unit(uuid4())] for _ in range(50)])
    Follower(dsn, [old]).catch_up(connection)
    create(dsn, new := counting("new"))
    position = log.save(unit(uuid4()))

    Follower(dsn, [old, new], batch=10).catch_up(connection)

    assert seen(dsn, "old") == seen(dsn, "new") == list(range(1, position + 1))


def test_a_read_model_of_another_version_is_left_alone(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, counting(version=1))
    log.save(unit(uuid4()))

    Follower(dsn, [counting(version=2)]).catch_up(connection)

    assert seen(dsn) == []


def test_a_save_is_never_cut_in_two(dsn: str, log: Log, connection: Connection[Any]) -> None:
    found: list[int] = []
    create(dsn, model := sizes("sizes", found))
    log.saves([[unit(uuid4()) for _ in range(size)] for size in (3, 1, 25, 2)])

    Follower(dsn, [model], batch=4).catch_up(connection)

    assert found == [4, 25, 2]


def test_a_batch_has_a_bound_in_bytes(
    dsn: str, log: Log, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However large the states; a save that is larger alone comes alone."""
    found: list[int] = []
    create(dsn, model := sizes("sizes", found))
    log.saves([[unit(uuid4(), "x" * length)] for length in (300, 300, 300, 5000, 300, 300)])
    monkeypatch.setattr(feed, "MOST_BYTES", 2000)

    Follower(dsn, [model]).catch_up(connection)

    assert found == [3, 1, 2]


def test_a_read_model_that_is_behind_takes_small_batches_while_others_are_current(
    dsn: str, log: Log, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []
    create(dsn, current := counting("current"))
    log.saves([[unit(uuid4())] for _ in range(20)])
    Follower(dsn, [current]).catch_up(connection)
    create(dsn, behind := sizes("behind", found))
    monkeypatch.setattr(advance, "FEW_EVENTS", 6)

    Follower(dsn, [current, behind]).catch_up(connection)
    log.saves([[unit(uuid4())] for _ in range(20)])
    Follower(dsn, [current, behind]).catch_up(connection)

    assert found == [6, 6, 6, 2, 20]


def test_a_position_may_be_any_number(connection: Connection[Any]) -> None:
    for after in (0, 32_767, 2_147_483_647, 9_000_000_000):
        assert feed.read(connection, after, 10_000, TOPICS, plain_json, upto=after + 1) is None


def test_topics_nobody_wants_are_passed_over(dsn: str, log: Log, connection: Connection[Any]) -> None:
    create(dsn, model := counting())
    north = unit(uuid4())
    log.save(north)
    position = log.save(type(north)("measure.defined", uuid4(), {}))

    Follower(dsn, [model]).catch_up(connection)

    assert seen(dsn) == [1]
    assert freshness.position(connection, "counting") == position == feed.head(connection)


def test_the_feed_gives_the_events_as_they_were_recorded(log: Log, connection: Connection[Any]) -> None:
    log.save(unit(north := uuid4(), "North"), renamed(north, "South"))

    batch = feed.read(connection, 0, 100, TOPICS, plain_json)

    assert batch is not None
    first, second = batch.entries
    assert isinstance(second, Recorded)
    assert (second.originator_id, second.version, second.data["name"]) == (north, 2, "South")
    assert isinstance(first, Recorded)
    assert first.recorded_at == second.recorded_at == batch.recorded_at
    assert feed.read(connection, batch.position, 100, TOPICS, plain_json) is None
