"""Verification finds out whether the log is what was recorded: every event in its place, none altered, none
gone.

An event is sound if its bytes give its digest, following on the digest before it. Each is judged by the
digest stored before it, and if that fails by the one computed, so that one alteration is blamed on one event.
What the chain cannot show is a log that was rewritten from some event to its end, digests and head included:
for that, keep the digest of the head somewhere else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from application.store import chain
from application.store.chain import ChainRow

EVENTS = f"select {chain.COLUMNS}, digest from store.events order by position"  # noqa: S608 - own columns
HEAD = "select position, timestamptz_send(recorded_at) as recorded_at, digest from store.head"
VERSION_GAPS = """
    select * from (
        select originator_id, originator_version, position, topic,
               coalesce(lag(originator_version) over versions, 0) + 1 as expected
        from store.events window versions as (partition by originator_id order by originator_version)
    ) event where originator_version <> expected order by position
"""
# A command says how many events it recorded, up to which position, and their topics.
MISSING = """
    select missing as position, c.command_id, c.originator_id,
           c.topics[missing - c.position + cardinality(c.topics)] as topic
    from generate_series(%s::bigint, %s::bigint) missing
    left join lateral (
        select * from store.commands
        where missing > position - cardinality(topics) and missing <= position limit 1
    ) c on true
    order by missing
"""
MOST_NAMED = 100  # of the missing positions in a row
BATCH = 2_000


@dataclass(frozen=True)
class Fault:
    """`kind`: altered, missing, version-gap, head, seal, retired-seal or made-up; of an event that is
    missing, `aggregate_id` is what its command was about.
    """

    kind: str
    detail: str
    position: int | None = None
    aggregate_id: UUID | None = None
    version: int | None = None
    topic: str | None = None


@dataclass
class Walk:
    """A walk knows how far along the log it has come."""

    position: int = 0
    digest: bytes = chain.FIRST  # as stored
    computed: bytes = chain.FIRST
    recorded_at: bytes | None = None
    events: int = field(default=0)

    def take(self, row: DictRow) -> Fault | None:
        """Goes on to the event; the fault if its bytes do not give its digest. After a gap there is nothing
        to follow on, and the event is taken as it is.
        """
        event, stored = cast(ChainRow, row), bytes(row["digest"])
        follows = row["position"] == self.position + 1
        computed = chain.link(self.digest, event)
        sound = not follows or stored in (computed, chain.link(self.computed, event))
        self.position, self.recorded_at, self.events = row["position"], row["recorded_at"], self.events + 1
        self.digest, self.computed = stored, stored if sound else computed
        return None if sound else _fault("altered", "its bytes do not give its digest", row)


def check(conn: Connection[DictRow], walk: Walk) -> Iterator[Fault]:
    """Every fault of the log, in flat memory; `walk` is at the end of the log when all are told.

    `conn` sees one state of the database all the while (REPEATABLE READ).
    """
    with conn.cursor("log_in_order") as cursor:
        cursor.itersize = BATCH
        for row in cursor.execute(EVENTS.encode()):
            yield from _missing(conn, walk.position + 1, row["position"] - 1)
            fault = walk.take(row)
            if fault is not None:
                yield fault
    yield from _check_head(conn, walk)
    for row in conn.execute(VERSION_GAPS.encode()):
        detail = f"version {row['originator_version']} follows where version {row['expected']} should"
        yield _fault("version-gap", detail, row)


def _check_head(conn: Connection[DictRow], walk: Walk) -> Iterator[Fault]:
    head = conn.execute(HEAD.encode()).fetchone()
    if head is None:
        yield Fault("head", "the log has no head")
        return
    yield from _missing(conn, walk.position + 1, head["position"])
    if head["position"] < walk.position:
        yield Fault("head", f"the head is at {head['position']}, the log goes on to {walk.position}")
    if head["position"] == walk.position:
        wrong = [name for name in ("digest", "recorded_at") if head[name] != getattr(walk, name)]
        if wrong:
            detail = f"the head's {' and '.join(wrong)} differ from the last event's"
            yield Fault("head", detail, position=walk.position)


def _missing(conn: Connection[DictRow], first: int, last: int) -> Iterator[Fault]:
    if last < first:
        return
    for row in conn.execute(MISSING.encode(), [first, min(last, first + MOST_NAMED - 1)]).fetchall():
        named = f", which command {row['command_id']} recorded" if row["command_id"] else ""
        yield _fault("missing", f"there is no event at position {row['position']}{named}", row)
    if last >= first + MOST_NAMED:
        detail = f"nor is there any from position {first + MOST_NAMED} to {last}"
        yield Fault("missing", detail, position=first + MOST_NAMED)


def _fault(kind: str, detail: str, row: dict[str, Any]) -> Fault:
    return Fault(
        kind,
        detail,
        position=row["position"],
        aggregate_id=row["originator_id"],
        version=row.get("originator_version"),
        topic=row["topic"],
    )
