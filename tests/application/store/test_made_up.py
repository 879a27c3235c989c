"""A clock of its own is for a log that is made up, says so for ever, and holds nothing else."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import dict_row

from application.store import Store, wire
from application.store.made_up import END, MARK, made_up
from application.store.mentions import mentions_of
from application.store.records import Reads, Save
from application.store.verification import Walk, check
from tests.application.store.notes import Note, command, save

LONG_AGO = datetime(2025, 3, 1, 9, tzinfo=UTC)


def record(store: Store, dsn: str, *instants: datetime) -> list[datetime]:
    """Saves as many notes at these instants, in one transaction; the instants at which they were recorded."""
    notes = [Note.about() for _ in instants]
    saves = []
    for note in notes:
        events = note.collect_events()
        stored = [store.mapper.to_stored_event(event) for event in events]
        saves.append(Save(command(), note.id, stored, mentions_of(events), Reads()))
    with psycopg.connect(dsn) as conn:
        told_at = "{" + ",".join(each.isoformat() for each in instants) + "}"
        conn.execute("select set_config('throughline.told_at', %s, true)", [told_at])
        return [row["recorded_at"] for row in wire.record(conn, saves)]


def run(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(statement.encode())


def faults(dsn: str) -> tuple[list[str], list[str]]:
    """What is wrong with the log, and what is noted about it."""
    with Connection.connect(dsn, row_factory=dict_row) as conn:
        return [each.kind for each in check(conn, Walk())], [each.kind for each in made_up(conn)]


def test_a_story_is_recorded_at_its_own_instants_and_the_chain_holds(store: Store, dsn: str) -> None:
    run(dsn, MARK)
    instants = [LONG_AGO, LONG_AGO + timedelta(hours=3), LONG_AGO + timedelta(days=200)]

    assert record(store, dsn, *instants) == instants
    assert faults(dsn) == ([], ["made-up"])


def test_instants_rise_and_are_never_ahead_whatever_the_story_says(store: Store, dsn: str) -> None:
    run(dsn, MARK)
    first, second = record(store, dsn, LONG_AGO, LONG_AGO - timedelta(days=1))
    (third,) = record(store, dsn, datetime.now(UTC) + timedelta(days=30))

    assert (first, second) == (LONG_AGO, LONG_AGO + timedelta(microseconds=1))
    assert second < third <= datetime.now(UTC)


def test_what_is_recorded_without_an_instant_has_that_of_the_clock(store: Store, dsn: str) -> None:
    run(dsn, MARK)
    record(store, dsn, LONG_AGO)
    begun = datetime.now(UTC) - timedelta(seconds=1)

    recorded_at = save(store, Note.about()).recorded_at

    assert recorded_at is not None
    assert begun < recorded_at


def test_any_other_log_refuses_instants_and_records_nothing(store: Store, dsn: str) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="clock of the database"):
        record(store, dsn, LONG_AGO)
    save(store, Note.about())
    with pytest.raises(psycopg.errors.RaiseException, match="clock of the database"):
        record(store, dsn, LONG_AGO)

    assert store.position() == 1
    assert faults(dsn) == ([], [])


def test_a_log_with_events_is_never_marked_as_made_up(store: Store, dsn: str) -> None:
    save(store, Note.about())
    with pytest.raises(psycopg.errors.RaiseException, match="only an empty log"):
        run(dsn, MARK)


def test_a_story_that_has_been_told_takes_no_further_instants(store: Store, dsn: str) -> None:
    run(dsn, MARK)
    record(store, dsn, LONG_AGO)
    run(dsn, END)
    with pytest.raises(psycopg.errors.RaiseException, match="clock of the database"):
        record(store, dsn, LONG_AGO + timedelta(days=1))

    with Connection.connect(dsn, row_factory=dict_row) as conn:
        assert [note.position for note in made_up(conn)] == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "delete from store.made_up",
        "truncate store.made_up",
        "update store.made_up set until_position = null",
        "update store.made_up set until_position = 7",
        "update store.made_up set marked_at = now()",
    ],
)
def test_the_mark_stays(store: Store, dsn: str, statement: str) -> None:
    run(dsn, MARK)
    record(store, dsn, LONG_AGO)
    run(dsn, END)
    with pytest.raises(psycopg.errors.RaiseException, match="for ever"):
        run(dsn, statement)
