"""The tables of the alignment read model and of those that it reads, alone or beside the log."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest
from psycopg import Connection

import application.store.schema
from projections import alignment, directory
from projections.events import Recorded
from tests.projections.log import NOT_CHAINED
from tests.projections.tables import Project, projecting

__all__ = ["Project"]


@pytest.fixture(scope="module")
def project(server: str) -> Iterator[Project]:
    with projecting(server, directory.READ_MODEL, alignment.READ_MODEL) as project:
        yield project


@pytest.fixture(scope="module")
def project_with_log(server: str) -> Iterator[Project]:
    """As `project`; the events are also in the log, as plain JSON."""
    with projecting(server, directory.READ_MODEL, alignment.READ_MODEL) as project:
        application.store.schema.create(project([]))

        def logged(events: Sequence[Recorded], cuts: Sequence[int] = ()) -> Connection[Any]:
            connection = project(events, cuts)
            _log(connection, events)
            return connection

        yield logged


def _log(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """In place of what is in the log."""
    with connection.transaction():
        connection.execute(
            "set local session_replication_role = replica"
        )  # the log cannot be emptied otherwise
        connection.execute("truncate store.events")
        with connection.cursor() as cursor, cursor.copy("copy store.events from stdin") as copy:
            for each in events:
                row = (each.position, each.originator_id, each.version, each.topic, orjson.dumps(each.data))
                copy.write_row((*row, each.recorded_at, each.data["command_id"], NOT_CHAINED))
