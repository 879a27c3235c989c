"""How some objectives, and the alignment below them, stand at one moment: what a measure is set beside."""

from collections.abc import Collection
from fractions import Fraction
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.alignment.queries import cascade, listing, statements
from projections.alignment.queries.rows import Node
from projections.alignment.queries.shapes import day, figure
from projections.moment import Moment

COVERED = ("aligned", "detached", "orphan")


def on(connection: Connection[Any], moment: Moment, ids: Collection[UUID]) -> dict[str, Any]:
    """{on, live_below, coverage, progress} of the objectives and of what is below them."""
    top = {str(id) for id in ids}
    below = cascade.array(listing.below_any(connection, moment, top))
    nodes = cascade.fetch(connection, Node, statements.NODES, moment, ids=below)
    around = cascade.load(connection, moment, nodes)
    classes = [around.class_of(id) for id in around.progress if id not in top]
    to_cover = [name for name in classes if name in COVERED]
    shares = [share for id in sorted(top) if (share := around.progress.get(id)) is not None]
    return {
        "on": day(moment.as_of),
        "live_below": sum(name is not None for name in classes),
        "coverage": figure(Fraction(to_cover.count("aligned"), len(to_cover))) if to_cover else None,
        "progress": figure(sum(shares, Fraction(0)) / len(shares)) if shares else None,
    }
