"""Seals of cycles: made when one closes, and made again from the log to be compared."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, TypeAlias, cast
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from application.session import Session
from application.store import chain
from application.store.mapper import EventMapper, PlainJson
from application.store.verification import Fault
from domain.objective import Objective
from domain.refusals import CycleNotReady
from domain.review import Review
from domain.sealing import ALGORITHM, RETIRED, Seal, member_digest, seal

OBJECTIVES, REVIEWS = "in_cycle", "review_in"  # the relations in which they name their cycle
CLOSINGS = """
    select position, originator_id, originator_version, topic, state from store.events
    where topic = 'cycle.closed' order by position
"""
# What was defined in a cycle, or moved there, up to a position.
MEMBERS = """
    select distinct m.originator_id as id from store.mentions m
    join store.events e on e.originator_id = m.originator_id and e.originator_version = 1
    where m.target_id = %s and m.relation = %s and e.position <= %s
"""
PLACING = ("objective.defined", "objective.revised", "review.opened")  # these say in which cycle they are
RETIRED_SEAL = "retired-seal"
AT_ONCE = 500  # members whose events are in memory
_MAPPER = EventMapper(PlainJson())

Stored: TypeAlias = Callable[[Sequence[UUID], int], list[chain.ChainRow]]
"""Gives the events of some aggregates as they are stored up to a position, by aggregate and version."""


def objectives_in(session: Session, cycle_id: UUID) -> list[Objective]:
    """Those that are in the cycle, and not those that once were, as drafts."""
    named = session.mentioning(Objective, cycle_id, OBJECTIVES)
    return [objective for objective in named if objective.cycle_id == cycle_id]


def seal_of(session: Session, cycle_id: UUID) -> Seal:
    """The seal of everything in the cycle; `CycleNotReady` if something in it has not ended."""
    objectives = objectives_in(session, cycle_id)
    reviews = session.mentioning(Review, cycle_id, REVIEWS)
    members: list[Objective | Review] = [*objectives, *reviews]
    open = sorted(member.id for member in members if not member.at_rest)
    if open:
        raise CycleNotReady.because_of(open)
    position = session.position()  # last, so that it holds all that was read
    ids = [each.id for each in objectives], [each.id for each in reviews]
    return _seal(session.stored, cycle_id, ids, position)


def count_seals(conn: Connection[DictRow]) -> int:
    """Counts how many times a cycle was closed."""
    return len(conn.execute(CLOSINGS.encode()).fetchall())


def check_seals(conn: Connection[DictRow]) -> Iterator[Fault]:
    """The seals that are not those of what the log says was in their cycles, and, of kind RETIRED_SEAL,
    those that only an earlier version could make again.

    `conn` sees one state of the database all the while (REPEATABLE READ).
    """
    for closing in conn.execute(CLOSINGS.encode()).fetchall():
        kind: str = "seal"
        detail: str | None
        try:
            recorded = _MAPPER.payload(closing["topic"], closing["state"])["seal"]
            if recorded is None:
                continue  # closed before there were seals
            if recorded["algorithm"] in RETIRED:
                kind, detail = RETIRED_SEAL, "was made by an earlier version and cannot be verified any more"
            else:
                detail = _difference(conn, closing["originator_id"], recorded)
        except Exception as damage:  # noqa: BLE001 - whatever a damaged event raises is the finding
            detail = f"cannot be made again: {type(damage).__name__}: {damage}"
        if detail is not None:
            yield Fault(
                kind,
                f"the seal {detail}",
                position=closing["position"],
                aggregate_id=closing["originator_id"],
                version=closing["originator_version"],
                topic=closing["topic"],
            )


def _difference(conn: Connection[DictRow], cycle_id: UUID, recorded: dict[str, Any]) -> str | None:
    if recorded["algorithm"] != ALGORITHM:
        return f"is of an unknown kind: {recorded['algorithm']}"
    position = recorded["position"]

    def members(relation: str) -> list[UUID]:
        return [row["id"] for row in conn.execute(MEMBERS.encode(), [cycle_id, relation, position])]

    def stored(ids: Sequence[UUID], position: int) -> list[chain.ChainRow]:
        return cast(
            list[chain.ChainRow], conn.execute(chain.OF_AGGREGATES.encode(), [ids, position]).fetchall()
        )

    again = _seal(stored, cycle_id, (members(OBJECTIVES), members(REVIEWS)), position).payload()
    wrong = [name for name, value in again.items() if recorded[name] != value]
    said = ", ".join(f"{name} is {recorded[name]}, not {again[name]}" for name in wrong)
    return f"is not that of the events before it: {said}" if wrong else None


def _seal(stored: Stored, cycle_id: UUID, ids: tuple[list[UUID], list[UUID]], position: int) -> Seal:
    """The seal of objectives and reviews with these ids, but for those that were in another cycle then."""
    objectives, reviews = (_digests(stored, cycle_id, some, position) for some in ids)
    return seal(objectives, reviews, position)


def _digests(stored: Stored, cycle_id: UUID, ids: Iterable[UUID], position: int) -> dict[UUID, bytes]:
    """The digest over its events up to the position of each that was in the cycle then."""
    found: dict[UUID, bytes] = {}
    waiting = iter(ids)
    while some := list(islice(waiting, AT_ONCE)):
        for id, rows in groupby(stored(some, position), key=lambda event: event["originator_id"]):
            events = list(rows)
            if _cycle_of(events) == str(cycle_id):
                found[id] = member_digest(chain.canonical(event) for event in events)
    return found


def _cycle_of(events: Sequence[chain.ChainRow]) -> str | None:
    """The cycle that the events said last."""
    placing = (event for event in reversed(events) if event["topic"] in PLACING)
    said = (_MAPPER.payload(event["topic"], event["state"]) for event in placing)
    return next((cycle for each in said if (cycle := each.get("after", each).get("cycle_id"))), None)
