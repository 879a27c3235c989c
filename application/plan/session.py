"""The session of an import: that of commands, which knows beforehand all that the folder names."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import inf
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.utils import get_topic

from application.plan.handed_in import Exported
from application.plan.rows import AGGREGATES
from application.plan.said import Said, gone_since, listen
from application.session import Session
from application.store import Store
from application.store.mentions import mentions_of
from application.store.recorder import Recorder
from domain.aggregate import Aggregate, Event
from domain.objective import Objective
from domain.person import Person
from domain.refusals import UnknownReference
from domain.unit import Unit

A = TypeVar("A", bound=Aggregate)

_PARTS = """
    select convert_from(state, 'UTF8')::jsonb ->> %s as part, originator_id from store.events
    where topic = %s and convert_from(state, 'UTF8')::jsonb ->> %s = any(%s)
"""
_IMPORTS = "select command_id from store.commands where originator_id = %s"
_VERSIONS = """
    select originator_id, max(originator_version) as version from store.events
    where originator_id = any(%s) and recorded_at <= %s group by originator_id
"""
_DEFINITIONS = """
    select topic, originator_id, position, said ->> 'actor' as actor,
        coalesce(said ->> 'external_id', said -> 'after' ->> 'external_id') as name,
        coalesce(said ->> 'key_result_id', originator_id::text) as part
    from store.events, lateral (select convert_from(state, 'UTF8')::jsonb as said offset 0) payload
    where topic = any(%s) and (said ? 'external_id' or said -> 'after' ? 'external_id')
"""
# Those that are called so last.
_NAMED = f"""
    with named as ({_DEFINITIONS})
    select * from named where name = any(%s) and not exists (
        select from named later where later.part = named.part and later.position > named.position
    ) order by position
"""  # noqa: S608 - put together from constants
_BROUGHT = f"{_DEFINITIONS} and command_id = any(%s::uuid[]) order by position"
ENDED = ("closed", "cancelled", "carried_over")
# The event that gives a thing the id of its source -> the kind of thing.
NAMING = {
    "unit.defined": "unit",
    "person.defined": "person",
    "cycle.defined": "cycle",
    "objective.defined": "objective",
    "objective.key_result_added": "key_result",
    "review.opened": "review",
    "measure.defined": "measure",
}
# The event that corrects that id.
CORRECTING = {
    **{f"{kind}.external_id_corrected": kind for kind in NAMING.values() if kind != "key_result"},
    "objective.key_result_revised": "key_result",
}
# The event that makes a part of an objective, and the field of it with the id of the part.
KEY_RESULT = ("objective.key_result_added", "key_result_id")
FEEDBACK = ("objective.feedback_given", "feedback_id")


@dataclass(frozen=True)
class Known:
    """Something is known here by the id that a source gave it; `aggregate` is it, or holds it."""

    kind: str
    name: str
    id: UUID
    aggregate: UUID
    actor: str


class AlreadyBlamed(Exception):
    """The decision rests on something that is not there, and the cell or row to blame for that is known."""


class PlanSession(Session):
    """`source` is what the imports are of. `exported`: when and as of which day this store was, when it said
    itself what the plan says. The words of a refusal are those of a plan folder.
    """

    MOST_EVENTS = inf

    def __init__(self, store: Store, source: UUID, exported: Exported | None = None) -> None:
        super().__init__(store)
        self._source = source
        self._exported = exported
        self._histories: dict[UUID, list[Event]] = {}
        self._said: dict[UUID, Said] = {}
        self._named: dict[tuple[UUID, str], dict[UUID, None]] = defaultdict(dict)

    def prefetch(self, ids: Iterable[UUID]) -> dict[UUID, list[Event]]:
        """As for any session; what happened is kept, for what was `said`."""
        histories = super().prefetch(ids)
        self._histories |= histories
        return histories

    def prefetch_upward(self) -> None:
        """Loads all above what is here, since a loop may lead through it, and the cycles of objectives."""
        seen: set[UUID] = set()
        while True:
            above = {id for aggregate in self._loaded.values() for id in _above(aggregate)}
            above |= {objective.cycle_id for objective in self.all(Objective)}
            if above <= seen:
                return
            self.prefetch(above - seen)
            seen |= above

    @property
    def is_exported(self) -> bool:
        """Says whether the plan was written by an export, of this store or of another one."""
        return self._exported is not None

    def objectives_of(self, parts: Iterable[UUID], made_by: tuple[str, str]) -> dict[UUID, UUID]:
        """Part -> objective, of those that are recorded. Searches the whole log."""
        wanted, (topic, field) = [str(id) for id in parts], made_by
        if not wanted:
            return {}
        rows = self._rows(_PARTS, [field, topic, field, wanted])
        return {UUID(row["part"]): row["originator_id"] for row in rows}

    def all(self, kind: type[A]) -> list[A]:
        """Those of this kind that are here."""
        return [aggregate for aggregate in self._loaded.values() if isinstance(aggregate, kind)]

    def is_new(self, id: UUID) -> bool:
        """Returns whether this import defines it."""
        return id in self._loaded and id not in self._histories

    def said(self, id: UUID) -> Said:
        """Gives what imports of this source said of it; of one that none of them defined, what anybody said.
        An export said all that was known when it was made, in the order of the days.
        """
        if id not in self._said:
            events = self._histories.get(id, [])
            ours = [
                event for event in events if event.command_id in self._imports or self._is_in_export(event)
            ]
            gone = gone_since((get_topic(type(event)), event.day) for event in ours)
            if self._exported is not None:
                ours.sort(key=lambda event: event.effective_on)
            said = self._said[id] = listen(ours or events)
            if self._exported is not None and ours:
                said.fields["gone_on"] = None if gone is None else gone.isoformat()
        return self._said[id]

    @cached_property
    def _imports(self) -> set[str]:
        """The commands of this source. Asked for when the histories are here: it knows all that they hold."""
        return {str(row["command_id"]) for row in self._rows(_IMPORTS, [self._source])}

    @cached_property
    def _exported_versions(self) -> dict[UUID, int]:
        if self._exported is None:
            return {}
        rows = self._rows(_VERSIONS, [list(self._histories), self._exported.known_at])
        return {row["originator_id"]: row["version"] for row in rows}

    def _is_in_export(self, event: Event) -> bool:
        return (
            self._exported is not None
            and event.originator_version <= self._exported_versions.get(event.originator_id, 0)
            and event.effective_on <= self._exported.as_of.isoformat()
        )

    def named_here(self, ids: Collection[str]) -> list[Known]:
        """All aggregates, and key results, of any source that somebody gave one of these ids, and that have
        it still. Searches the whole log.
        """
        if not ids:
            return []
        return [_known(row) for row in self._rows(_NAMED, [[*NAMING, *CORRECTING], list(ids)])]

    def corrected(self, ids: Collection[str]) -> list[Known]:
        """As `named_here`, those that have the id by a correction. Searches the corrections in the log."""
        if not ids:
            return []
        return [_known(row) for row in self._rows(_NAMED, [list(CORRECTING), list(ids)])]

    def brought(self) -> list[Known]:
        """All that imports of this source defined. Searches the whole log."""
        return [_known(row) for row in self._rows(_BROUGHT, [list(NAMING), list(self._imports)])]

    def lasts(self, known: Known) -> bool:
        """Returns whether it is not over: a leaver, a dissolved unit, a closed objective, a key result that
        was removed.
        """
        aggregate = self._loaded[known.aggregate]
        if isinstance(aggregate, Objective):
            is_there = known.id == aggregate.id or known.id in aggregate.key_results.slots
            return is_there and aggregate.status not in ENDED
        return not isinstance(aggregate, Unit | Person) or aggregate.exists_on(date.max)

    def _rows(self, query: str, parameters: list[Any]) -> list[Any]:
        return cast(Recorder, self._store.recorder).rows(query, parameters)

    def referred(self, kind: type[A], id: UUID, pointer: str) -> A:
        """As for any session, but what is nowhere has been complained about: see `Plan.check_references`."""
        try:
            return super().referred(kind, id, pointer)
        except UnknownReference as missing:
            raise AlreadyBlamed from missing

    def add(self, aggregate: Aggregate) -> None:
        super().add(aggregate)
        self.note(aggregate)

    def note(self, aggregate: Aggregate) -> None:
        """Lets `mentioning` know, from now on, whom its pending events name."""
        for mention in mentions_of(aggregate.pending_events):
            self._named[mention.target, mention.relation][aggregate.id] = None

    def note_changes(self) -> None:
        """As `note`, of all that has any pending."""
        for aggregate in super().changed:
            self.note(aggregate)

    def naming(self, target: UUID, relation: str) -> set[UUID]:
        recorded = set() if self.is_new(target) else super().naming(target, relation)
        return recorded.union(self._named.get((target, relation), ()))

    def mentioning(self, kind: type[A], target: UUID, relation: str) -> list[A]:
        """Also those that name it by what is pending, if that was noted."""
        recorded = [] if self.is_new(target) else super().mentioning(kind, target, relation)
        known = {each.id for each in recorded}
        return recorded + [
            self.get(kind, id) for id in self._named.get((target, relation), ()) if id not in known
        ]

    @property
    def changed(self) -> list[Aggregate]:
        """In the order in which they are recorded: by kind; among units, people and objectives, parents,
        managers and objectives aligned to come first.

        Links that hold at different times may run in a circle; the circle is then cut somewhere.
        """
        kinds = list(AGGREGATES.values())
        changed = {each.id: each for each in sorted(super().changed, key=lambda a: kinds.index(type(a)))}
        ordered: dict[UUID, Aggregate] = {}
        for aggregate in changed.values():
            stack = [(aggregate, False)]
            seen: set[UUID] = set()
            while stack:
                current, above_is_in = stack.pop()
                if above_is_in:
                    ordered[current.id] = current
                elif current.id not in ordered and current.id not in seen:
                    seen.add(current.id)
                    stack.append((current, True))
                    stack += [(changed[id], False) for id in _above(current) if id in changed]
        return list(ordered.values())

    def absence(self, aggregate: Aggregate, day: date) -> str:
        if day < aggregate.first_day:
            return f"is not there on {day}, but from {aggregate.first_day} on"
        return f"is not there any more on {day}"


def _known(row: Any) -> Known:
    return Known(
        {**NAMING, **CORRECTING}[row["topic"]],
        row["name"],
        UUID(row["part"]),
        row["originator_id"],
        row["actor"],
    )


def _above(aggregate: Aggregate) -> list[UUID]:
    if isinstance(aggregate, Unit):
        return [link.parent_id for link in aggregate.parents()]
    if isinstance(aggregate, Person):
        return [link.parent_id for link in aggregate.managers()]
    return list(aggregate.links.slots) if isinstance(aggregate, Objective) else []
