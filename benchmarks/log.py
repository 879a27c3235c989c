"""Fills an empty store with a made-up history (`benchmarks.history`) of any length, a million events in about
a minute: as it would lie there if it had been recorded, with its digests, commands and mentions.

    python -m benchmarks.log 1000000                     into the database that DATABASE_URL names
    python -m benchmarks.log 1000000 --data-dir FOLDER   into the embedded server of a data folder

    filled = fill(dsn, 100_000)                          in Python; `filled.strategic` are ids to ask about

The read models stay where they are: the projector takes the events in when it runs.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson
import psycopg
from eventsourcing.utils import resolve_topic
from psycopg import Connection

import application.store.topics  # noqa: F401 - makes the event classes known
from benchmarks.history import History, Payload, Save
from domain.aggregate import Creation
from web.ops.postgres import running
from web.wiring import migrate

_TOLD = """
    create temporary table told (
        number bigint, place int, at timestamptz, command_id uuid, originator_id uuid, topic text, state text)
"""
_COPY = "copy told from stdin (format binary)"
_TYPES = ("int8", "int4", "timestamptz", "uuid", "uuid", "text", "text")
_EVENTS = """
    insert into store.events
    select e.*, store.chained(h.digest, store.canonical(e.position, originator_id, version, topic,
                                                        e.recorded_at, command_id, state))
                over (order by e.position rows unbounded preceding)
      from store.head h, (
        select row_number() over (order by at, number, place) as position, originator_id,
               row_number() over (partition by originator_id order by at, number, place) as version, topic,
               convert_to(state, 'UTF8') as state,
               at + dense_rank() over (order by at, number) * interval '1 microsecond' as recorded_at,
               command_id
          from told) e
     order by e.position
"""
_COMMANDS = """
    insert into store.commands
    select command_id, ''::bytea, (array_agg(originator_id))[1], max(originator_version), max(position),
           max(recorded_at), array_agg(topic order by position)
      from store.events group by command_id
"""
_MENTIONS = """
    insert into store.mentions
    select distinct named.id::uuid, %(relation)s, originator_id
      from told cross join lateral (select state::json -> %(field)s as value) said
     cross join lateral (
        select value #>> '{}' as id where json_typeof(value) = 'string'
        union all
        select json_array_elements_text(value) where json_typeof(value) = 'array') named
     where topic = %(topic)s
    on conflict do nothing
"""
_HEAD = """
    update store.head h set position = e.position, recorded_at = e.recorded_at, digest = e.digest
      from (select * from store.events order by position desc limit 1) e
"""


@dataclass(frozen=True)
class Filled:
    """How long the log is, and its strategic objectives; up to a thousand others are under the first."""

    events: int
    strategic: tuple[UUID, ...]


def fill(dsn: str, events: int, seed: int = 1, today: date | None = None) -> Filled:
    """Put so many events into a migrated, empty store, in one transaction; ValueError if it is not empty."""
    history = History(events, today or datetime.now(UTC).date(), seed)
    with psycopg.connect(dsn, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("set local timezone = 'UTC'")
            connection.execute("set local work_mem = '256MB'")
            head = connection.execute("select position from store.head for update").fetchone()
            if head != (0,):
                raise ValueError("the store is not empty")
            _tell(connection, history, seed)
            connection.execute(_EVENTS.encode())
            connection.execute(_COMMANDS)
            for topic in connection.execute("select distinct topic from told").fetchall():
                _mention(connection, *topic)
            connection.execute(_HEAD)
            connection.execute("drop table told")
        connection.execute("vacuum (analyze) store.events, store.commands, store.mentions")
    return Filled(events, tuple(map(UUID, history.strategic)))


def _tell(connection: Connection[Any], history: History, seed: int) -> None:
    """The history as it is told, into a table of its own; the database puts it in order."""
    connection.execute(_TOLD)
    ids = Random(seed + 1)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for number, save in enumerate(history.saves()):
            command_id = UUID(int=ids.getrandbits(128), version=4)
            for place, (topic, id, payload) in enumerate(save.events):
                state = _state(topic, save, command_id, payload)
                copy.write_row((number, place, save.at, command_id, id, topic, state))


def _state(topic: str, save: Save, command_id: UUID, payload: Payload) -> str:
    said = {
        "timestamp": save.at.isoformat(), "actor": save.actor, "reason": save.reason,
        "effective_on": save.effective_on.isoformat(), "command_id": str(command_id), **payload,
    }  # fmt: skip
    kind = resolve_topic(topic)
    if issubclass(kind, Creation):
        said["originator_topic"] = topic.partition(".")[0]
    version = getattr(kind, "class_version", 1)
    if version > 1:
        said["class_version"] = version
    return orjson.dumps(said).decode()


def _mention(connection: Connection[Any], topic: str) -> None:
    for field, relation in getattr(resolve_topic(topic), "MENTIONS", {}).items():
        connection.execute(_MENTIONS, {"topic": topic, "field": field, "relation": relation})


@contextmanager
def _database(data_dir: Path | None) -> Iterator[str]:
    if data_dir is None:
        yield os.environ["DATABASE_URL"]
        return
    with running(data_dir) as dsn:
        migrate(dsn)
        yield dsn


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill an empty store with a made-up history.")
    parser.add_argument("events", type=int)
    parser.add_argument("--data-dir", type=Path)
    asked = parser.parse_args()
    with _database(asked.data_dir) as dsn:
        filled = fill(dsn, asked.events)
    print(f"{filled.events} events; strategic objectives: {', '.join(map(str, filled.strategic))}")


if __name__ == "__main__":
    main()
