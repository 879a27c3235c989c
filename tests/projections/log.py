"""Puts events into the log directly: any topic, any effective date, any instant, several in one save."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
from psycopg import Connection

JANUARY = date(2026, 1, 1)
NOT_CHAINED = bytes(32)  # no reader of the log looks at the digest


@dataclass(frozen=True)
class Fact:
    """An event to be recorded; `state` overrides the encoded payload, for states that cannot be read."""

    topic: str
    originator_id: UUID
    data: dict[str, Any]
    on: date = JANUARY
    state: bytes | None = None


def unit(id: UUID, name: str = "North", on: date = JANUARY, parent_id: UUID | None = None) -> Fact:
    parent = str(parent_id) if parent_id else None
    payload = {"external_id": None, "name": name, "kind": "team", "parent_id": parent}
    return Fact("unit.defined", id, payload, on)


def renamed(id: UUID, name: str, on: date = JANUARY) -> Fact:
    return Fact("unit.renamed", id, {"name": name, "name_before": "?"}, on)


def moved(id: UUID, parent_id: UUID | None, on: date = JANUARY) -> Fact:
    parent = str(parent_id) if parent_id else None
    return Fact("unit.moved", id, {"parent_id": parent, "parent_id_before": None}, on)


def person(id: UUID, unit_id: UUID, name: str = "Ana", on: date = JANUARY) -> Fact:
    payload = {
        "external_id": "p-1", "name": name, "email": "ana@example.org", "job_title": None,
        "unit_id": str(unit_id), "manager_id": None,
    }  # fmt: skip
    return Fact("person.defined", id, payload, on)


def transferred(id: UUID, unit_id: UUID, on: date = JANUARY) -> Fact:
    return Fact("person.transferred", id, {"unit_id": str(unit_id), "manager_id": None}, on)


def cycle(id: UUID, name: str = "2026", on: date = JANUARY) -> Fact:
    payload = {
        "external_id": None, "name": name, "starts_on": "2026-01-01", "ends_on": "2026-12-31",
        "cadence_days": 30,
        "appeal_days": 10, "rating_scale": {"lowest": 1, "highest": 5, "labels": []},
    }  # fmt: skip
    return Fact("cycle.defined", id, payload, on)


class Log:
    """The event log of one database."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._last = datetime.now(UTC) - timedelta(minutes=5)

    def save(self, *facts: Fact, notify: bool = True) -> int:
        """Record these facts in one save, at one instant of its own; the position reached."""
        return self.saves([facts], notify=notify)

    def saves(self, saves: Any, *, notify: bool = True) -> int:
        """Record several saves, each a sequence of facts, in one transaction; the position reached."""
        with psycopg.connect(self.dsn) as connection:
            head = connection.execute("select position from store.head for update").fetchone()
            assert head is not None
            position = head[0]
            versions: dict[UUID, int] = dict(
                connection.execute(
                    "select originator_id, max(originator_version) from store.events group by 1"
                )
            )
            rows = []
            for facts in saves:
                self._last += timedelta(microseconds=1)
                for fact in facts:
                    position += 1
                    versions[fact.originator_id] = versions.get(fact.originator_id, 0) + 1
                    rows.append(_row(fact, position, versions[fact.originator_id], self._last))
            with connection.cursor() as cursor, cursor.copy("copy store.events from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
            connection.execute(
                "update store.head set position = %s, recorded_at = %s", [position, self._last]
            )
            if notify:
                connection.execute("notify throughline")
        return int(position)


def _row(fact: Fact, position: int, version: int, recorded_at: datetime) -> tuple[Any, ...]:
    provenance = {
        "actor": "token:test",
        "reason": None,
        "effective_on": fact.on.isoformat(),
        "command_id": str(UUID(int=0)),
    }
    state = orjson.dumps({**fact.data, **provenance}) if fact.state is None else fact.state
    return (position, fact.originator_id, version, fact.topic, state, recorded_at, uuid4(), NOT_CHAINED)


@contextmanager
def connected(dsn: str) -> Iterator[Connection[Any]]:
    """A connection in autocommit."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def rows_of(dsn: str, schema: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a schema as text, in a fixed order: equal means equal contents."""
    with connected(dsn) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = %s order by 1", [schema]
        ).fetchall()
        return {
            name: connection.execute(f"select t::text from {schema}.{name} t order by 1").fetchall()
            for (name,) in tables
        }
