"""The made-up log is one that could have been recorded: sound, loadable, and taken in by every read model."""

from datetime import date
from typing import Any

import orjson
import psycopg
import pytest
from eventsourcing.utils import resolve_topic

from application.store import Store, decode
from application.store.topics import AGGREGATES
from application.verification import verify
from benchmarks.history import SHORTEST, History
from benchmarks.log import fill
from projections.follower import Follower
from projections.read_models import READ_MODELS
from projections.status import status
from tests.event_classes import fields_of, version_of
from tests.projections.log import connected

TODAY = date(2026, 11, 20)
KINDS = {kind.TOPIC: kind for kind in AGGREGATES}
BESIDE_THE_PAYLOAD = {"originator_id", "originator_version"}


def query(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    with connected(dsn) as connection:
        return connection.execute(statement.encode()).fetchall()


@pytest.mark.parametrize("events", [SHORTEST, 1234, 11_000])
def test_it_is_sound_and_as_long_as_was_asked_for(dsn: str, events: int) -> None:
    filled = fill(dsn, events, today=TODAY)
    report = verify(dsn)
    assert (report.sound, report.events, filled.events) == (True, events, events)


def test_every_event_has_the_fields_of_its_class(dsn: str) -> None:
    fill(dsn, 11_000, today=TODAY)
    found = query(dsn, "select distinct on (topic) topic, state from store.events order by topic")
    for topic, state in found:
        kind = resolve_topic(topic)
        said = orjson.loads(state)
        assert said.pop("class_version", 1) == version_of(kind)
        assert set(said) == fields_of(kind) - BESIDE_THE_PAYLOAD, topic
    assert len(found) > 20


def test_every_aggregate_loads_and_every_read_model_takes_all_of_it_in(dsn: str) -> None:
    fill(dsn, 11_000, today=TODAY)
    begun = "select originator_id, topic from store.events where originator_version = 1"
    with Store(dsn) as store:
        for id, topic in query(dsn, begun):
            store.load(KINDS[topic.split(".")[0]], id)
    with connected(dsn) as connection:
        Follower(dsn, READ_MODELS, decode).catch_up(connection)
        found = status(connection)
    assert (found.parked, found.lag) == ((), 0)


def test_commands_and_mentions_are_there_as_the_store_keeps_them(dsn: str) -> None:
    fill(dsn, 11_000, today=TODAY)
    unaccounted = query(
        dsn, "select from store.events where command_id not in (select command_id from store.commands)"
    )
    assert unaccounted == []
    ((events,),) = query(dsn, "select sum(cardinality(topics)) from store.commands")
    assert events == 11_000
    aligned = query(
        dsn,
        "select count(distinct (originator_id, convert_from(state, 'UTF8')::json ->> 'parent_id')),"
        " (select count(*) from store.mentions where relation = 'aligned_to')"
        " from store.events where topic = 'objective.aligned'",
    )
    assert aligned[0][0] == aligned[0][1] > 900


def test_under_the_first_strategic_objective_there_are_a_thousand(dsn: str) -> None:
    filled = fill(dsn, 11_000, today=TODAY)
    with psycopg.connect(dsn) as connection:
        below = connection.execute(
            "with recursive below as (select %s::uuid as id union select m.originator_id"
            " from store.mentions m join below on m.target_id = below.id and m.relation = 'aligned_to')"
            " select count(*) from below",
            [filled.strategic[0]],
        ).fetchone()
    assert below == (1000,)


def test_the_same_seed_and_day_tell_the_same() -> None:
    told = [list(History(2000, TODAY, seed).saves()) for seed in (1, 1, 2)]
    assert told[0] == told[1] != told[2]


def test_a_store_that_holds_something_is_not_filled(dsn: str) -> None:
    fill(dsn, SHORTEST, today=TODAY)
    with pytest.raises(ValueError, match="the store is not empty"):
        fill(dsn, SHORTEST)


def test_a_history_is_not_shorter_than_what_has_to_be_told() -> None:
    with pytest.raises(ValueError, match="at least"):
        History(SHORTEST - 1, TODAY)
