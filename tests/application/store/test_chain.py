"""The chain: every bit of every event counts, and the database computes what Python computes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.rows import dict_row

from application.store import Store, chain, schema
from application.store.chain import ChainRow
from tests.application.store.notes import Note, save, saved_note
from tests.application.store.tampering import behind_the_back

ROWS = f"select {chain.COLUMNS}, digest from store.events order by position"


def rows(dsn: str) -> list[dict[str, Any]]:
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        return conn.execute(ROWS.encode()).fetchall()


def chained(found: list[dict[str, Any]]) -> list[bytes]:
    digests, before = [], chain.FIRST
    for row in found:
        before = chain.link(before, cast(ChainRow, row))
        digests.append(before)
    return digests


def test_the_digests_in_the_database_are_those_of_the_chain(store: Store, dsn: str) -> None:
    for size in (1, 3, 1, 50):
        note = Note.about()
        for place in range(size):
            note.write("ä" * place, "\u0000\n")
        save(store, note)

    found = rows(dsn)
    assert [row["digest"] for row in found] == chained(found)
    with psycopg.connect(dsn) as conn:
        assert conn.execute("select position, digest from store.head").fetchone() == (
            len(found),
            found[-1]["digest"],
        )


def turned(value: object) -> Iterator[object]:
    """The value with each of its bits turned, one at a time."""
    if isinstance(value, bytes):
        whole = int.from_bytes(value)
        yield from ((whole ^ (1 << bit)).to_bytes(len(value)) for bit in range(8 * len(value)))
    elif isinstance(value, UUID):
        yield from (UUID(int=value.int ^ (1 << bit)) for bit in range(128))
    elif isinstance(value, int):
        yield from (value ^ (1 << bit) for bit in range(63))
    else:
        for other in turned(str(value).encode("latin-1")):
            yield bytes(memoryview(other)).decode("latin-1")  # type: ignore[arg-type]  # bytes of bytes


EVENT: ChainRow = {
    "position": 3,
    "originator_id": UUID(int=7),
    "originator_version": 2,
    "topic": "unit.renamed",
    "recorded_at": (12_345_678).to_bytes(8),
    "command_id": UUID(int=9),
    "state": b'{"name": "Sales"}',
}


def test_each_bit_of_an_event_changes_its_digest() -> None:
    sound = chain.link(chain.FIRST, EVENT)
    event = dict(EVENT)
    others = [cast(ChainRow, {**EVENT, field: other}) for field in EVENT for other in turned(event[field])]
    found = [chain.link(chain.FIRST, other) for other in others]
    assert len(found) > 600
    assert sound not in found


@given(st.binary(max_size=20), st.text(alphabet="ab", max_size=20), st.integers(0, 20))
def test_bytes_that_move_from_one_field_to_the_next_change_the_digest(
    state: bytes, topic: str, moved: int
) -> None:
    one: ChainRow = {**EVENT, "topic": topic, "state": state}
    other: ChainRow = {**EVENT, "topic": topic + "a" * moved, "state": state[moved:]}
    assert (chain.canonical(one) == chain.canonical(other)) == (one == other)


@pytest.mark.parametrize("instant", [datetime(2026, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC)])
def test_instants_are_microseconds_since_1970(dsn: str, instant: datetime) -> None:
    since_1970 = int(instant.timestamp()) * 1_000_000
    query = "select timestamptz_send(%s::timestamptz)"
    with psycopg.connect(dsn) as conn:
        row = conn.execute(query, [instant]).fetchone()
    assert row is not None
    assert since_1970.to_bytes(8, signed=True) in chain.canonical({**EVENT, "recorded_at": row[0]})


def test_an_instant_beyond_all_calendars_can_be_looked_at(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        row = conn.execute("select timestamptz_send('infinity')").fetchone()
    assert row is not None
    assert chain.canonical({**EVENT, "recorded_at": row[0]}) != chain.canonical(EVENT)


def test_a_log_from_before_there_was_a_chain_gets_one(store: Store, dsn: str) -> None:
    for _ in range(3):
        saved_note(store)
    before = rows(dsn)
    with behind_the_back(dsn) as conn:
        conn.execute("alter table store.events drop column digest")
        conn.execute("alter table store.head drop column digest")

    with psycopg.connect(dsn) as conn:
        schema.create(conn)

    assert rows(dsn) == before
    saved_note(store)
    assert [row["digest"] for row in rows(dsn)] == chained(rows(dsn))
