"""Seals of cycles: made when one closes, and made again from the log to be compared."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.rows import DictRow

from application.session import Session
from application.store.mapper import EventMapper, PlainJson
from application.store.verification import Fault
from domain.objective import Objective
from domain.refusals import CycleNotReady
from domain.review import Review
from domain.sealing import Seal, State, seal

CLOSINGS = """
    select position, originator_id, originator_version, topic, state from store.events
    where topic = 'cycle.closed' order by position
"""
# What was in a cycle at a position.
MEMBERS = """
    select distinct m.originator_id as id from store.mentions m
    join store.events e on e.originator_id = m.originator_id and e.originator_version = 1
    where m.target_id = %s and m.relation in ('in_cycle', 'review_in') and e.position <= %s
"""
EVENTS = """
    select originator_id, originator_version, topic, state from store.events
    where originator_id = %s and position <= %s order by originator_version
"""
_MAPPER = EventMapper(PlainJson())


def seal_of(session: Session, cycle_id: UUID) -> Seal:
    """The seal of everything in the cycle; `CycleNotReady` if something in it has not ended."""
    objectives = session.mentioning(Objective, cycle_id, "in_cycle")
    reviews = session.mentioning(Review, cycle_id, "review_in")
    members: list[Objective | Review] = [*objectives, *reviews]
    open = sorted(member.id for member in members if not member.at_rest)
    if open:
        raise CycleNotReady.because_of(open)
    position = session.position()  # last, so that it holds all that was read
    return seal((o.final_state() for o in objectives), (r.final_state() for r in reviews), position)


def count_seals(conn: Connection[DictRow]) -> int:
    """How many times a cycle was closed."""
    return len(conn.execute(CLOSINGS.encode()).fetchall())


def check_seals(conn: Connection[DictRow]) -> Iterator[Fault]:
    """The seals that are not the ones of what the log says was in their cycles.

    `conn` sees one state of the database all the while (REPEATABLE READ). One cycle is in memory at a time.
    """
    for closing in conn.execute(CLOSINGS.encode()).fetchall():
        try:
            detail = _check(conn, closing)
        except Exception as damage:  # noqa: BLE001 - whatever a damaged event raises is the finding
            detail = f"cannot be made again: {type(damage).__name__}: {damage}"
        if detail is not None:
            yield Fault(
                "seal",
                f"the seal {detail}",
                position=closing["position"],
                aggregate_id=closing["originator_id"],
                version=closing["originator_version"],
                topic=closing["topic"],
            )


def _check(conn: Connection[DictRow], closing: DictRow) -> str | None:
    recorded = _MAPPER.payload(closing["topic"], closing["state"])["seal"]
    if recorded is None:
        return None  # closed before there were seals
    again = _seal_at(conn, closing["originator_id"], recorded["position"])
    wrong = [name for name, value in again.payload().items() if recorded[name] != value]
    said = ", ".join(f"{name} is {recorded[name]}, not {again.payload()[name]}" for name in wrong)
    return f"is not that of the events before it: {said}" if wrong else None


def _seal_at(conn: Connection[DictRow], cycle_id: UUID, position: int) -> Seal:
    states: dict[type[Objective | Review], list[State]] = {Objective: [], Review: []}
    for member in conn.execute(MEMBERS.encode(), [cycle_id, position]).fetchall():
        aggregate = _load(conn, member["id"], position)
        states[type(aggregate)].append(aggregate.final_state())
    return seal(states[Objective], states[Review], position)


def _load(conn: Connection[DictRow], id: UUID, position: int) -> Objective | Review:
    aggregate: Any = None
    for row in conn.execute(EVENTS.encode(), [id, position]):
        event: Any = _MAPPER.to_domain_event(StoredEvent(**row))
        aggregate = event.mutate(aggregate)
    if not isinstance(aggregate, Objective | Review):
        raise TypeError(f"{id} is neither an objective nor a review")
    return aggregate
