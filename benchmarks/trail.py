"""A read model of one row an event, once as ours and once by the library's own means, for comparison."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import get_topic
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from typing_extensions import override

from domain.aggregate import Event
from projections.copying import copying
from projections.events import Recorded
from projections.model import ReadModel
from projections.read_models import READ_MODELS

COLUMNS = ("position", "subject_id", "version", "effective_on", "action", "actor", "reason")
DDL = """
create table entries (
    position bigint primary key, subject_id uuid not null, version bigint not null,
    effective_on date not null, action text not null, actor text not null, reason text
);
create index on entries (subject_id, position);
"""
WAIT_SECONDS = 600
RUNNER_TABLES = "trail_of_runner"
"""The schema of what the runner reads and writes."""


def _apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    with copying(connection, "entries", COLUMNS) as add_row:
        for event in events:
            about = (event.position, event.originator_id, event.version, event.effective_on, event.topic)
            add_row((*about, event.data["actor"], event.data["reason"]))


READ_MODEL = ReadModel(
    "trail", 1, DDL, topics=frozenset().union(*(model.topics for model in READ_MODELS)), apply=_apply
)


class Trail(PostgresTrackingRecorder):
    """The rows and the position of the runner, an event a transaction."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        columns, values = ", ".join(COLUMNS), ", ".join(["%s"] * len(COLUMNS))
        table = f"{RUNNER_TABLES}.entries"
        self._insert = f"insert into {table} ({columns}) values ({values})".encode()  # noqa: S608 - own names

    def add(self, event: Event, tracking: Tracking) -> None:
        about = (event.originator_id, event.originator_version, event.effective_on)
        row = (tracking.notification_id, *about, get_topic(type(event)), event.actor, event.reason)
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(self._insert, row, prepare=True)
            self._insert_tracking(cursor, tracking)


class TrailOf(Projection[Trail]):
    name = "trail"

    @override
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.add(domain_event, tracking)


class Library(Application[UUID]):
    """What was recorded, as the library keeps it."""

    name = "library"


def prepare_runner(dsn: str, events: int) -> None:
    """So many events of our log in the library's own table, and an empty table for their rows."""
    with psycopg.connect(dsn) as connection:
        connection.execute(f"create schema {RUNNER_TABLES}".encode())
    with Library(_environment(dsn)):
        pass
    with psycopg.connect(dsn) as connection:
        connection.execute(f"set search_path to {RUNNER_TABLES}".encode())
        connection.execute(DDL)
        connection.execute(
            "insert into library_events (originator_id, originator_version, topic, state)"
            " select originator_id, originator_version, topic, state from store.events where position <= %s"
            " order by position",
            [events],
        )


def run_runner(dsn: str, upto: int) -> float:
    """The library's runner, from where it is until it has taken in this position; events a second."""
    with psycopg.connect(dsn) as connection:
        connection.execute(f"set search_path to {RUNNER_TABLES}".encode())
        found = connection.execute("select count(*) from entries").fetchone()
    begun = time.monotonic()
    with ProjectionRunner(
        application_class=Library, projection_class=TrailOf, view_class=Trail, env=_environment(dsn)
    ) as runner:
        runner.wait(upto, timeout=WAIT_SECONDS)
        return (upto - (found[0] if found else 0)) / (time.monotonic() - begun)


def _environment(dsn: str) -> dict[str, str]:
    parts = conninfo_to_dict(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts.get("port") or 5432),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": str(parts.get("password") or ""),
        "POSTGRES_SCHEMA": RUNNER_TABLES,
    }
