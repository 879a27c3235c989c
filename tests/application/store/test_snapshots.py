"""Snapshots: an aggregate that is made from one is the one that its events make, and none is ever missed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import resolve_topic
from hypothesis import given, settings
from hypothesis import strategies as st

from application.store import Store
from application.store.freezing import freeze, thaw
from application.store.mapper import EventMapper, PlainJson
from application.store.snapshots import MOST_EVENTS, code_digest
from domain.aggregate import Aggregate
from domain.objective import Objective
from tests.application.organisation import START, Organisation, act, key_result
from tests.application.store.notes import Note, save
from tests.histories import Telling, histories, moves, performing

_MAPPER = EventMapper(PlainJson())


def stories(telling: Telling) -> Iterator[list[StoredEvent]]:
    """The events of each aggregate of the history, in order."""
    log = sorted(telling.log, key=lambda each: (each.originator_id, each.version))
    for _, events in groupby(log, key=lambda each: each.originator_id):
        yield [
            StoredEvent(
                each.originator_id,
                each.version,
                each.topic,
                orjson.dumps(
                    each.data
                    | {"timestamp": each.recorded_at.isoformat()}
                    | {"class_version": getattr(resolve_topic(each.topic), "class_version", 1)}
                ),
            )
            for each in events
        ]


def folded(aggregate: Aggregate | None, events: Sequence[StoredEvent]) -> Any:
    for stored in events:
        event: Any = _MAPPER.to_domain_event(stored)
        aggregate = event.mutate(aggregate)
    return aggregate


@settings(max_examples=40, deadline=None)
@given(telling=histories(made_of={**moves.MOVES, **performing.MOVES}), cut=st.integers(0, 30))
def test_what_is_thawed_is_what_was_frozen_and_goes_on_as_it_would_have(telling: Telling, cut: int) -> None:
    for events in stories(telling):
        place = 1 + cut % len(events)
        half = folded(None, events[:place])
        thawed = thaw(freeze(half))

        assert type(thawed) is type(half)
        assert thawed == half
        assert folded(thawed, events[place:]) == folded(None, events)


@pytest.mark.parametrize(
    "value",
    [1.5, b"bytes", Note.about(), [object()], {"a": {"b": 0.1}}, {(1, 0.5)}],
    ids=["a float", "bytes", "no class of the domain", "an object", "a float within", "a float in a set"],
)
def test_what_is_not_foreseen_is_not_frozen(value: object) -> None:
    with pytest.raises(TypeError):
        freeze(value)


@pytest.mark.parametrize(
    "bytes",
    [
        b"",
        b"{",
        b'["pair", 1, 2]',
        b'{"": "os:system"}',
        b'{"": "domain.objective:Gone"}',
        b'["uuid", "x"]',
        b"[]",
    ],
    ids=repr,
)
def test_what_was_never_frozen_is_not_thawed(bytes: bytes) -> None:
    with pytest.raises((LookupError, TypeError, ValueError, AttributeError, ImportError)):
        thaw(bytes)


class Failures:
    """Counts what a store reports."""

    count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def failures() -> Failures:
    return Failures()


@pytest.fixture
def long_lived(store: Store) -> UUID:
    """An objective of more events than are read without a snapshot, none of which has been read."""
    organisation = Organisation(store)
    id = organisation.new_objective(live=True, key_results=[key_result()])
    objective = organisation.load(id)
    reading = objective.key_results_on(START)[0].id
    for day in range(MOST_EVENTS):
        on = START + timedelta(days=day)
        objective.check_in(
            by=act(on).by, check_in_id=uuid4(), on=on, readings={reading: Decimal(day)}, confidence=day % 10
        )
    save(store, objective)
    return id


@pytest.fixture
def whole(long_lived: UUID, store: Store) -> Objective:
    """As its events make it."""
    made: Objective = folded(None, store.recorder.select_events(long_lived))
    return made


def kept(dsn: str) -> list[tuple[UUID, int]]:
    with psycopg.connect(dsn) as conn:
        return conn.execute("select originator_id, version from store.snapshots").fetchall()


def execute(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn) as conn:
        assert conn.execute(statement.encode()).rowcount != 0


def loaded(dsn: str, id: UUID, failures: Failures | None = None) -> Objective:
    """By a process that knows nothing yet."""
    with Store(dsn, snapshot_failed=failures or Failures()) as store:
        return store.load(Objective, id)


def renamed_in_the_snapshot(dsn: str) -> None:
    """So that it shows whether the snapshot was used."""
    execute(
        dsn,
        "update store.snapshots set state ="
        " convert_to(replace(convert_from(state, 'UTF8'), '\"Grow\"', '\"Shrink\"'), 'UTF8')",
    )


def title(objective: Objective) -> str | None:
    return objective.title.at(START)


def test_loading_many_events_leaves_a_snapshot_that_the_next_process_uses(dsn: str, whole: Objective) -> None:
    assert kept(dsn) == []
    assert loaded(dsn, whole.id) == whole
    assert kept(dsn) == [(whole.id, whole.version)]

    assert loaded(dsn, whole.id) == whole
    renamed_in_the_snapshot(dsn)
    assert title(loaded(dsn, whole.id)) == "Shrink"


def test_what_follows_on_a_snapshot_is_added_and_in_time_makes_another(
    store: Store, dsn: str, whole: Objective
) -> None:
    loaded(dsn, whole.id)
    organisation = Organisation(store)
    for number in range(MOST_EVENTS + 1):
        organisation.objectives.commit(act(), whole.id, confidence=number % 2)

    assert loaded(dsn, whole.id) == folded(None, store.recorder.select_events(whole.id))
    assert kept(dsn) == [(whole.id, whole.version + MOST_EVENTS + 1)]


def test_few_events_leave_no_snapshot(store: Store, dsn: str) -> None:
    id = Organisation(store).new_objective(live=True)
    loaded(dsn, id)
    assert kept(dsn) == []


@pytest.mark.parametrize(
    "damage",
    [
        "update store.snapshots set code = sha256('other code')",
        "update store.snapshots set digest = sha256('another history')",
        "update store.snapshots set version = version + 1",
        "delete from store.snapshots",
    ],
)
def test_a_snapshot_of_other_code_or_of_another_history_is_passed_over(
    dsn: str, whole: Objective, damage: str
) -> None:
    loaded(dsn, whole.id)
    renamed_in_the_snapshot(dsn)
    execute(dsn, damage)

    assert loaded(dsn, whole.id) == whole
    assert loaded(dsn, whole.id) == whole
    assert kept(dsn) == [(whole.id, whole.version)]


@pytest.mark.parametrize("state", ["", "{", '{"": "domain.gone:Gone"}', '["uuid", "x"]', '["list", []]'])
def test_a_snapshot_that_cannot_be_read_is_counted_and_replaced(
    dsn: str, whole: Objective, failures: Failures, state: str
) -> None:
    loaded(dsn, whole.id)
    execute(dsn, f"update store.snapshots set state = convert_to('{state}', 'UTF8')")

    assert loaded(dsn, whole.id, failures) == whole
    assert failures.count == 1
    assert loaded(dsn, whole.id, failures) == whole
    assert failures.count == 1


def test_a_snapshot_that_cannot_be_taken_is_counted_and_fails_nothing(
    dsn: str, whole: Objective, failures: Failures
) -> None:
    execute(dsn, "alter table store.snapshots add check (version < 0)")
    with Store(dsn, snapshot_failed=failures) as store:
        Organisation(store).objectives.commit(act(), whole.id, confidence=1)

    assert failures.count == 1
    assert kept(dsn) == []
    assert loaded(dsn, whole.id).version == whole.version + 1


def test_an_aggregate_that_cannot_be_frozen_is_loaded_all_the_same(dsn: str, failures: Failures) -> None:
    note = Note.about()
    for _ in range(MOST_EVENTS):
        note.write("x")
    with Store(dsn, snapshot_failed=failures) as store:
        save(store, note)
        assert len(store.load(Note, note.id).lines) == MOST_EVENTS

    assert failures.count == 1


def test_any_change_of_the_domain_is_other_code(tmp_path: Path) -> None:
    digests = []
    for number, text in enumerate(("a = 1", "a = 2", "a = 1\n")):
        folder = tmp_path / str(number)
        (folder / "within").mkdir(parents=True)
        (folder / "within" / "module.py").write_text(text)
        digests.append(code_digest(folder))

    assert len({*digests, code_digest()}) == 4
    assert code_digest(tmp_path / "0") == digests[0]
