"""The version that an aggregate had at an instant, one row for each of its saves."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from projections import versions
from projections.events import Recorded

DDL = """
    create temporary table versions (id uuid, recorded_at timestamptz, version bigint, position bigint,
                                     primary key (id, recorded_at))
"""
A, B = UUID(int=1), UUID(int=2)
SAVES = ((A, 1, 0), (A, 2, 0), (B, 1, 0), (B, 2, 1), (A, 3, 2), (A, 4, 2))
"""(aggregate, version, number of the save)"""
EVENTS = [
    Recorded(
        place,
        id,
        version,
        "t",
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=save),
        date(2026, 1, 1),
        {},
    )
    for place, (id, version, save) in enumerate(SAVES, start=1)
]


def recorded(connection: Connection[Any], calls: Sequence[Sequence[Recorded]]) -> list[tuple[Any, ...]]:
    connection.execute(DDL)
    for events in calls:
        versions.record(connection, "versions", events)
    return connection.execute(
        "select id, version, position from versions order by recorded_at, id"
    ).fetchall()


@pytest.mark.parametrize("cut", range(len(EVENTS) + 1))
def test_a_save_leaves_one_row_for_each_of_its_aggregates_wherever_it_is_cut(
    connection: Connection[Any], cut: int
) -> None:
    assert recorded(connection, [EVENTS[:cut], EVENTS[cut:]]) == [(A, 2, 2), (B, 1, 3), (B, 2, 4), (A, 4, 6)]


def test_event_by_event_is_the_same(connection: Connection[Any]) -> None:
    assert recorded(connection, [[event] for event in EVENTS]) == recorded_at_once(EVENTS)


def recorded_at_once(events: Sequence[Recorded]) -> list[tuple[UUID, int, int]]:
    """The definition: of each aggregate and instant the last event."""
    last = {(event.recorded_at, event.originator_id): event for event in events}
    return [(id, event.version, event.position) for (_, id), event in sorted(last.items())]
