"""Impact sets a measure beside objectives: how these, and the alignment below them, stand at one moment."""

from collections import Counter
from collections.abc import Collection
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.health import ALIGNED, DETACHED, ORPHAN, coverage
from domain.progress import ALL, weighed
from projections.alignment.queries import cascade, listing, statements
from projections.alignment.queries.rows import Node
from projections.alignment.queries.shapes import day, figure
from projections.moment import Moment


def on(connection: Connection[Any], moment: Moment, ids: Collection[UUID]) -> dict[str, Any]:
    """{on, live_below, coverage, progress} of the objectives and of what is below them."""
    top = {str(id) for id in ids}
    below = cascade.array(listing.below_any(connection, moment, top))
    nodes = cascade.fetch(connection, Node, statements.NODES, moment, ids=below)
    around = cascade.load(connection, moment, nodes)
    classes = Counter(around.class_of(id) for id in around.progress if id not in top)
    return {
        "on": day(moment.as_of),
        "live_below": classes.total() - classes[None],
        "coverage": figure(coverage(classes[ALIGNED], classes[DETACHED], classes[ORPHAN]), around.rules),
        "progress": figure(weighed((ALL, around.progress.get(id)) for id in sorted(top)), around.rules),
    }
