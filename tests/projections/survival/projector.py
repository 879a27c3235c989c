"""A projector in a process of its own, over every read model and one more that counts what it is given."""

import sys
from collections.abc import Sequence
from threading import Event
from typing import Any

from psycopg import Connection

import web.wiring  # noqa: F401 - makes the event classes known, as in every process of the service
from application.store import decode
from projections.events import Recorded
from projections.follower import Follower
from projections.model import ReadModel
from projections.read_models import READ_MODELS


def _count(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    with connection.cursor() as cursor, cursor.copy("copy seen from stdin") as copy:
        for event in events:
            copy.write_row((event.position,))


COUNTING = ReadModel(
    name="counting",
    revision=1,
    ddl="create table seen (position bigint)",
    topics=frozenset().union(*(model.topics for model in READ_MODELS)),
    apply=_count,
)

if __name__ == "__main__":
    Follower(sys.argv[1], (*READ_MODELS, COUNTING), decode, batch=50).run(Event())
