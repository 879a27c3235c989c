"""Whatever is altered or removed behind the store's back is found and named."""

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from application.store import Store
from application.store.verification import Walk, check
from application.verification import Report, verify
from tests.application.store.notes import Note, save, saved_note
from tests.application.store.tampering import alter, behind_the_back


def log_of_six(store: Store) -> list[Note]:
    """Three notes, each opened (positions 1, 3, 5) and written (2, 4, 6) in one save."""
    notes = []
    for number in range(3):
        note = Note.about()
        note.write(f"line {number}")
        save(store, note)
        notes.append(note)
    return notes


def named(report: Report) -> list[tuple[str, int | None, str | None]]:
    return [(fault.kind, fault.position, fault.topic) for fault in report.faults]


def test_an_untouched_log_is_sound_and_its_digest_can_be_kept(store: Store, dsn: str) -> None:
    empty = verify(dsn)
    assert (empty.sound, empty.events, empty.position, empty.digest) == (True, 0, 0, "00" * 32)

    log_of_six(store)
    report = verify(dsn)
    assert (report.sound, report.events, report.position) == (True, 6, 6)
    with psycopg.connect(dsn) as conn:
        row = conn.execute("select encode(digest, 'hex') from store.events where position = 6").fetchone()
    assert row == (report.digest,)


ALTERATIONS = [
    "state = set_bit(state, 5, 1 - get_bit(state, 5))",
    "topic = 'test_note.opened'",
    "recorded_at = recorded_at - interval '1 microsecond'",
    "recorded_at = 'infinity'",
    "command_id = originator_id",
    "digest = sha256(digest)",
]


@pytest.mark.parametrize("alteration", ALTERATIONS)
@pytest.mark.parametrize("position", [1, 4])
def test_one_altered_field_is_blamed_on_its_event_alone(
    store: Store, dsn: str, alteration: str, position: int
) -> None:
    notes = log_of_six(store)
    alteration = alteration.replace("opened'", "written'") if position == 1 else alteration

    alter(dsn, f"update store.events set {alteration} where position = %s", position)

    (fault,) = verify(dsn).faults
    assert (fault.kind, fault.position, fault.aggregate_id) == (
        "altered",
        position,
        notes[(position - 1) // 2].id,
    )
    assert fault.topic is not None
    assert fault.version == 2 - position % 2


def test_a_changed_version_or_aggregate_is_found_twice(store: Store, dsn: str) -> None:
    log_of_six(store)
    alter(dsn, "update store.events set originator_version = 3 where position = 4")
    assert named(verify(dsn)) == [
        ("altered", 4, "test_note.written"),
        ("version-gap", 4, "test_note.written"),
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bit_of_any_event_is_found(store: Store, dsn: str, data: st.DataObject) -> None:
    if not store.position():
        log_of_six(store)
    position = data.draw(st.integers(1, 6))
    column = data.draw(st.sampled_from(["state", "digest"]))
    with psycopg.connect(dsn) as conn:
        query = f"select octet_length({column}) from store.events where position = %s"
        row = conn.execute(query.encode(), [position]).fetchone()
    assert row is not None
    bit = data.draw(st.integers(0, 8 * row[0] - 1))
    other = f"set_bit({column}, %s, 1 - get_bit({column}, %s))"
    flip = f"update store.events set {column} = {other} where position = %s"

    alter(dsn, flip, bit, bit, position)
    try:
        found = {(fault.kind, fault.position) for fault in verify(dsn).faults}
    finally:
        alter(dsn, flip, bit, bit, position)

    assert ("altered", position) in found
    assert found <= {("altered", position), ("head", 6)}
    assert verify(dsn).sound


@pytest.mark.parametrize("position", range(1, 7))
def test_a_removed_event_is_named_with_its_topic_and_what_it_was_about(
    store: Store, dsn: str, position: int
) -> None:
    notes = log_of_six(store)
    alter(dsn, "delete from store.events where position = %s", position)

    fault, *others = verify(dsn).faults

    topic = "test_note.opened" if position % 2 else "test_note.written"
    assert (fault.kind, fault.position, fault.topic) == ("missing", position, topic)
    assert fault.aggregate_id == notes[(position - 1) // 2].id
    gaps = [("version-gap", position + 1, "test_note.written")] if position % 2 else []
    assert [(other.kind, other.position, other.topic) for other in others] == gaps


def test_a_removed_end_of_the_log_is_found_also_if_the_head_was_put_back(store: Store, dsn: str) -> None:
    log_of_six(store)
    alter(dsn, "delete from store.events where position > 4")
    assert [fault.position for fault in verify(dsn).faults] == [5, 6]

    with behind_the_back(dsn) as conn:
        conn.execute("update store.head set position = 4")
    (fault,) = verify(dsn).faults
    assert (fault.kind, fault.position) == ("head", 4)


@pytest.mark.parametrize(
    "change",
    ["position = 5", "digest = sha256(digest)", "recorded_at = recorded_at + interval '1 second'"],
)
def test_a_head_that_is_not_the_last_event_is_found(store: Store, dsn: str, change: str) -> None:
    log_of_six(store)
    with psycopg.connect(dsn) as conn:
        conn.execute(f"update store.head set {change}".encode())
    assert [fault.kind for fault in verify(dsn).faults] == ["head"]


def test_a_log_without_a_head_is_found(store: Store, dsn: str) -> None:
    saved_note(store)
    with psycopg.connect(dsn) as conn:
        conn.execute("delete from store.head")
    assert [fault.kind for fault in verify(dsn).faults] == ["head"]


def test_events_that_changed_places_are_found_and_so_is_that_nothing_follows_on_them(
    store: Store, dsn: str
) -> None:
    log_of_six(store)
    with behind_the_back(dsn) as conn:
        for here, there in ((2, -2), (4, 2), (-2, 4)):
            conn.execute("update store.events set position = %s where position = %s", [there, here])
    assert [fault.position for fault in verify(dsn).faults if fault.kind == "altered"] == [2, 3, 4, 5]


def test_a_wide_gap_is_named_in_part_and_bounded(store: Store, dsn: str) -> None:
    note = Note.about()
    for _ in range(250):
        note.write("x")
    save(store, note)
    alter(dsn, "delete from store.events where position between 11 and 240")

    faults = [fault for fault in verify(dsn).faults if fault.kind == "missing"]

    assert [fault.position for fault in faults] == list(range(11, 112))
    assert "from position 111 to 240" in faults[-1].detail


def test_writing_goes_on_while_it_is_verified(store: Store, dsn: str) -> None:
    log_of_six(store)
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.execute("select 1 from store.head")
        saved_note(store)
        walk = Walk()
        assert list(check(conn, walk)) == []
        assert walk.position == 6
