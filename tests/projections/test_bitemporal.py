"""The engine of the bitemporal rows against a plain fold, and the rectangles it draws."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from projections.bitemporal import Table, Touched
from projections.events import Recorded

THINGS = Table("things", {"id": "int", "part": "text"}, ("a", "b", "c"))
DDL = """
    create temporary table if not exists things (
        id int, part text, valid_from date not null, valid_to date not null,
        recorded_from timestamptz not null, recorded_to timestamptz not null, written_on date[] not null,
        a text, b int, c jsonb, primary key (id, part, valid_from, recorded_from));
    truncate things
"""
KEY = (1, "x")


class Fact(NamedTuple):
    key: tuple[int, str]
    day: date
    recorded_at: datetime
    patch: dict[str, Any]


def at(second: int) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=second)


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


def apply(connection: Connection[Any], facts: Sequence[Fact]) -> None:
    beliefs = THINGS.load(connection, Touched([], (fact.key for fact in facts)))
    for fact in facts:
        beliefs.set(*fact)
    beliefs.write(connection)


def row_at(connection: Connection[Any], key: tuple[int, str], as_of: date, known_at: datetime) -> Any:
    rows = connection.execute(
        "select a, b, c from things where (id, part) = (%s, %s) and valid_from <= %s and %s < valid_to"
        " and recorded_from <= %s and %s < recorded_to",
        [*key, as_of, as_of, known_at, known_at],
    ).fetchall()
    assert len(rows) <= 1, "two rows claim the same moment"
    return rows[0] if rows else None


def folded(facts: Sequence[Fact], key: tuple[int, str], as_of: date, known_at: datetime) -> Any:
    """The definition: facts known and in force, in the order (day, position), each field its last writer."""
    valid = [f for f in facts if f.key == key and f.recorded_at <= known_at and f.day <= as_of]
    state: dict[str, Any] = {}
    for fact in sorted(valid, key=lambda fact: fact.day):
        state.update(fact.patch)
    return tuple(state.get(field) for field in THINGS.fields) if valid else None


def rectangles(connection: Connection[Any]) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select a, valid_from - date '2026-01-01', nullif(valid_to, 'infinity') - date '2026-01-01',"
        " extract(second from recorded_from)::int, extract(second from nullif(recorded_to, 'infinity'))::int"
        " from things order by recorded_from, valid_from"
    ).fetchall()


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Fact], list[int]]:
    """Facts on three keys, several of them at the same instant, and the places where the batches are cut."""
    keys = st.sampled_from([(1, "x"), (1, "y"), (2, "x")])
    patches = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.none() | st.integers(0, 9), min_size=1)
    drawn = draw(
        st.lists(st.tuples(keys, st.integers(0, 12), st.booleans(), patches), min_size=1, max_size=25)
    )
    facts, second = [], 0
    for key, number, another_save, patch in drawn:
        second += another_save
        typed = {
            name: (value if name != "a" or value is None else str(value)) if name != "c" else {"v": value}
            for name, value in patch.items()
        }
        facts.append(Fact(key, day(number), at(second), typed))
    cuts = draw(st.lists(st.integers(0, len(facts)), max_size=6))
    return facts, sorted({0, len(facts), *cuts})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_any_history_in_any_batches_answers_like_the_fold(
    connection: Connection[Any], history: tuple[list[Fact], list[int]]
) -> None:
    facts, cuts = history
    connection.execute(DDL)
    for start, end in pairwise(cuts):
        apply(connection, facts[start:end])
    for key in {fact.key for fact in facts}:
        for known_at in {fact.recorded_at for fact in facts}:
            for as_of in {fact.day for fact in facts} | {day(13)}:
                assert row_at(connection, key, as_of, known_at) == folded(facts, key, as_of, known_at)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_the_rows_do_not_depend_on_how_the_batches_are_cut(
    connection: Connection[Any], history: tuple[list[Fact], list[int]]
) -> None:
    facts, cuts = history
    connection.execute(DDL)
    apply(connection, facts)
    at_once = connection.execute("select t::text from things t order by 1").fetchall()
    connection.execute(DDL)
    for start, end in pairwise(cuts):
        apply(connection, facts[start:end])
    assert connection.execute("select t::text from things t order by 1").fetchall() == at_once


def test_a_late_fact_takes_its_place_and_does_not_displace_a_later_one(connection: Connection[Any]) -> None:
    connection.execute(DDL)
    apply(connection, [Fact(KEY, day(0), at(1), {"a": "first"}), Fact(KEY, day(20), at(2), {"a": "later"})])

    apply(connection, [Fact(KEY, day(10), at(3), {"a": "late"})])

    assert row_at(connection, KEY, day(10), at(2)) == ("first", None, None)
    assert row_at(connection, KEY, day(10), at(3)) == ("late", None, None)
    assert row_at(connection, KEY, day(20), at(3)) == ("later", None, None)


def test_a_fact_ahead_of_its_day_waits_for_it(connection: Connection[Any]) -> None:
    connection.execute(DDL)
    apply(connection, [Fact(KEY, day(0), at(1), {"a": "now"}), Fact(KEY, day(30), at(2), {"a": "then"})])

    assert rectangles(connection) == [
        ("now", 0, None, 1, 2),
        ("now", 0, 30, 2, None),
        ("then", 30, None, 2, None),
    ]


def test_a_segment_opened_and_closed_in_one_batch_keeps_both_its_instants(
    connection: Connection[Any],
) -> None:
    connection.execute(DDL)
    apply(connection, [Fact(KEY, day(0), at(second), {"a": str(second)}) for second in (1, 2, 3)])

    assert rectangles(connection) == [("1", 0, None, 1, 2), ("2", 0, None, 2, 3), ("3", 0, None, 3, None)]


def test_a_segment_believed_for_no_time_leaves_no_row_even_across_batches(
    connection: Connection[Any],
) -> None:
    connection.execute(DDL)
    apply(connection, [Fact(KEY, day(0), at(1), {"a": "half of the save"})])
    apply(connection, [Fact(KEY, day(0), at(1), {"a": "all of the save"})])

    assert rectangles(connection) == [("all of the save", 0, None, 1, None)]


def test_a_fact_before_the_first_day_reaches_up_to_what_is_written_later(connection: Connection[Any]) -> None:
    connection.execute(DDL)
    apply(connection, [Fact(KEY, day(10), at(1), {"a": "first"})])
    apply(connection, [Fact(KEY, day(5), at(2), {"a": "earlier", "b": 1})])

    assert row_at(connection, KEY, day(5), at(2)) == ("earlier", 1, None)
    assert row_at(connection, KEY, day(10), at(2)) == ("first", 1, None)


def test_nothing_is_looked_for_of_an_aggregate_that_begins_in_the_batch() -> None:
    begun, older = uuid4(), uuid4()
    touched = Touched([_event(begun, 1), _event(begun, 2), _event(older, 2)], [(begun, "x"), (older, "x")])
    assert touched.keys == {(begun, "x"): False, (older, "x"): True}


def test_a_key_is_fresh_when_its_first_event_in_the_batch_makes_it() -> None:
    id = uuid4()
    touched = Touched([_event(id, 7), _event(id, 8)])
    touched.add((id, "made"), fresh=True)
    touched.add((id, "made"))
    touched.add((id, "known"))
    assert touched.keys == {(id, "made"): False, (id, "known"): True}


def _event(id: UUID, version: int) -> Recorded:
    return Recorded(version, id, version, "thing.done", at(1), day(0), {})


def test_beliefs_tell_what_holds_on_a_day_while_they_are_changed(connection: Connection[Any]) -> None:
    connection.execute(DDL)
    beliefs = THINGS.load(connection, Touched([], [KEY]))
    assert KEY not in beliefs
    beliefs.set(KEY, day(0), at(1), {"a": "one"})
    beliefs.set(KEY, day(9), at(2), {"a": "two"})

    assert beliefs.at(KEY, day(-1)) is None
    assert beliefs.at(KEY, day(8)) == {"a": "one", "b": None, "c": None}
    assert [span[:2] for span in beliefs.spans(KEY)] == [(day(0), day(9)), (day(9), None)]
