"""Folds recorded events into the rows of the alignment read model, a batch at a time."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections import versions
from projections.alignment.folds import links, measuring, objectives
from projections.alignment.folds.fold import Fold
from projections.alignment.tables import Rows
from projections.events import Recorded

FOLDS: dict[str, Fold] = {**objectives.FOLDS, **measuring.FOLDS, **links.FOLDS}
TOPICS = frozenset(FOLDS)


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Load the rows these events touch, fold the events into them, write once."""
    rows = Rows.load(connection, events)
    for event in events:
        FOLDS[event.topic](rows, event)
        objectives.note_amendment(rows, event)
    rows.write(connection)
    versions.record(connection, "versions", events)
