"""An import says what becomes of each row, told from the events that it would record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid5

from application.plan.ids import Identities
from application.plan.reading import Plan
from application.plan.rows import AlignmentRow, CheckInRow, FeedbackRow, PlanRow, ReadingRow, ReaffirmationRow
from application.plan.session import PlanSession
from domain.aggregate import Event
from domain.objective import Objective
from domain.objective.events import ObjectiveEvent

CREATE, CHANGE, SKIP, TAKE_AWAY, GONE = "create", "change", "skip", "take away", "gone"
PARTS = ("key_result_id", "check_in_id", "feedback_id", "reading_id")
Key = UUID | tuple[UUID, UUID]


@dataclass
class RowOutcome:
    """`outcome`: create, change or skip; `waives`: what of SMART the objective of the row is let off. Without
    a `line`: a link that is taken away with its row, or what is gone from the plan, to which nothing happens.
    """

    file: str
    line: int | None
    id: str
    outcome: str
    waives: list[str] = field(default_factory=list)


def outcomes_of(plan: Plan, ids: Identities, session: PlanSession) -> list[RowOutcome]:
    """One for each row, in the order of the files, and one for each link that is taken away."""
    happens: dict[Key, list[Event]] = {}
    for aggregate in session.changed:
        for event in cast(Iterable[Event], aggregate.pending_events):
            happens.setdefault(_key_of_event(event), []).append(event)
    found, told = [], set[Key]()
    for table in plan.tables():
        for row in table:
            key = _key_of_row(row, ids)
            told.add(key)
            events = happens.get(key, [])
            outcome = SKIP if not events else CREATE if _is_new(key, events, session) else CHANGE
            name = row.key if isinstance(row.key, str) else " ".join(row.key)
            found.append(RowOutcome(row.FILE, row.line, name, outcome, _waived(events)))
    for key in happens:
        if isinstance(key, tuple) and key not in told:
            ends = (session.find(Objective, id) for id in key)
            name = " ".join(end.external_id or str(end.id) for end in ends if end is not None)
            found.append(RowOutcome(AlignmentRow.FILE, None, name, TAKE_AWAY))
    return found


def gone(plan: Plan, session: PlanSession) -> Iterator[RowOutcome]:
    """Gives what earlier imports of the source brought, what is not over by now, and what a file that is
    there has no row of any more.
    """
    tables = {table.kind.OF: table for table in plan.tables() if table.kind.OF and table.is_there}
    brought = [known for known in session.brought() if known.kind in tables]
    session.prefetch(known.aggregate for known in brought)
    for known in brought:
        table = tables[known.kind]
        if table.complete and known.name not in table.ids() | table.bad_ids() and session.lasts(known):
            yield RowOutcome(table.kind.FILE, None, known.name, GONE)


def _key_of_row(row: PlanRow, ids: Identities) -> Key:
    match row:
        case AlignmentRow():
            return ids.objective(row.objective), ids.objective(row.aligned_to)
        case ReaffirmationRow():
            return uuid5(ids.objective(row.objective), row.on.isoformat())
        case CheckInRow():
            return ids.check_in(row.key_result, row.on)
        case ReadingRow():
            return ids.reading(row.measure, row.on)
        case FeedbackRow():
            return ids.feedback(row.id)
    return ids.of(str(row.OF), getattr(row, "id"))  # noqa: B009 - rows of things have one, each its own


def _key_of_event(event: Event) -> Key:
    said: dict[str, Any] = vars(event)
    part = next((said[name] for name in PARTS if name in said), None)
    if part is not None:
        return UUID(part)
    if isinstance(event, Objective.Reaffirmed):
        return uuid5(event.originator_id, event.effective_on)
    if "parent_id" in said and isinstance(event, ObjectiveEvent):
        return event.originator_id, UUID(said["parent_id"])
    return event.originator_id


def _is_new(key: Key, events: list[Event], session: PlanSession) -> bool:
    """Returns whether nothing was said of it before."""
    aggregate = events[0].originator_id
    if session.is_new(aggregate):
        return True
    said = session.said(aggregate)
    if isinstance(key, tuple):
        return str(key[1]) not in said.links
    known = said.key_results.keys() | said.check_ins.keys() | said.readings.keys()
    return key != aggregate and str(key) not in known


def _waived(events: list[Event]) -> list[str]:
    return sorted({each["criterion"] for event in events for each in vars(event).get("waivers", ())})
