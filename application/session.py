"""One decision: what it loads, what it changes, and what it rests on.

A session remembers the version of every aggregate it has read, and how many aggregates named a target when it
asked. The store records the changes only if all of that still holds; else the decision is made again from the
start. Aggregates are taken as this process knows them, which may be behind; so a refusal, too, counts only if
what it rests on still holds.
"""

import random
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from application.act import Act
from application.store import Answer, Command, MovedOn, Reads, Store, StoreUnavailable
from application.store.chain import ChainRow
from domain.aggregate import Aggregate, Event, made_of
from domain.refusals import AlreadyExists, NotFound, StaleVersion, TooBusy, TooManyEvents, UnknownReference

A = TypeVar("A", bound=Aggregate)
S = TypeVar("S", bound="Session")

ATTEMPTS = 50
MOST_EVENTS = 5_000
LONGEST_PAUSE_SECONDS = 0.05
FEW = 20
"""So many aggregates are sooner taken one by one from what this process knows than loaded together."""


class Session:
    """The aggregates of one decision."""

    MOST_EVENTS: float = MOST_EVENTS

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: dict[UUID, Aggregate] = {}
        self._absent: set[UUID] = set()
        self._mentions: dict[tuple[UUID, str], int] = {}
        self._asked: dict[tuple[UUID, str], list[UUID]] = {}

    def prefetch(self, ids: Iterable[UUID]) -> dict[UUID, list[Event]]:
        """Loads in one query those of the aggregates that exist and are not here yet, at their last versions,
        and answers all that happened to each. From then on it is known here which of them do not exist.
        """
        wanted = set(ids) - self._loaded.keys() - self._absent
        histories = self._store.histories(wanted)
        for id, events in histories.items():
            self._loaded[id] = made_of(events)
        self._absent |= wanted - histories.keys()
        return histories

    def prefetch_mentioning(self, asked: Collection[tuple[UUID, str]]) -> set[UUID]:
        """Loads all that name any of these targets in its relation, for `mentioning`, and gives their ids: a
        query for who they are, and one for those of many.
        """
        self._asked |= self._store.mentioning_any(asked)
        found = {id for each in asked for id in self._asked[each]}
        if len(found) > FEW:
            self.prefetch(found)
        return found

    def get(self, kind: type[A], id: UUID) -> A:
        """The aggregate, loaded once per session; `NotFound` if there is none of this kind."""
        if id not in self._loaded and id not in self._absent:
            self._loaded[id] = self._store.recall(kind, id)
        aggregate = self._loaded.get(id)
        if not isinstance(aggregate, kind):
            raise NotFound(f"there is no {kind.TOPIC} {id}")
        return aggregate

    def find(self, kind: type[A], id: UUID) -> A | None:
        """As `get`, but None if there is none of this kind."""
        try:
            return self.get(kind, id)
        except NotFound:
            return None

    def referred(self, kind: type[A], id: UUID, pointer: str) -> A:
        """An aggregate that the body names at `pointer`; `UnknownReference` if there is none."""
        try:
            return self.get(kind, id)
        except NotFound as missing:
            raise UnknownReference.at(pointer, missing.detail) from missing

    def existing(self, kind: type[A], id: UUID, day: date, pointer: str) -> A:
        """As `referred`, and it must exist on that day."""
        aggregate = self.referred(kind, id, pointer)
        if not aggregate.exists_on(day):
            raise UnknownReference.at(pointer, self.absence(aggregate, day))
        return aggregate

    def absence(self, aggregate: Aggregate, day: date) -> str:
        """Says that the aggregate is not there on that day."""
        return f"the {aggregate.TOPIC} {aggregate.id} does not exist on {day}"

    def subject(self, kind: type[A], id: UUID, act: Act) -> A:
        """The aggregate that the command is about; `StaleVersion` if the caller saw another version."""
        aggregate = self.get(kind, id)
        if act.if_match is not None and aggregate.version not in act.if_match:
            named = " or ".join(map(str, sorted(act.if_match))) or "what If-Match names"
            detail = f"the {kind.TOPIC} is at version {aggregate.version}, not {named}"
            raise StaleVersion(detail, version=aggregate.version)
        return aggregate

    def add(self, aggregate: Aggregate) -> None:
        """A new aggregate; `AlreadyExists` if the id is taken in this session."""
        if aggregate.id in self._loaded:
            raise AlreadyExists(f"there is already something with the id {aggregate.id}")
        self._loaded[aggregate.id] = aggregate

    def naming(self, target: UUID, relation: str) -> set[UUID]:
        """The ids of those that `mentioning` would give, without resting on there being no others: for a
        bound that those who come at the same moment may overshoot a little.
        """
        return set(self._naming(target, relation))

    def mentioning(self, kind: type[A], target: UUID, relation: str) -> list[A]:
        """Every aggregate of which an event ever named `target` in this relation."""
        ids = self._naming(target, relation)
        self._mentions[(target, relation)] = len(ids)
        return [self.get(kind, id) for id in ids]

    def _naming(self, target: UUID, relation: str) -> list[UUID]:
        known = self._asked.get((target, relation))
        return self._store.mentioning(target, relation) if known is None else known

    def position_of(self, aggregate: Aggregate) -> int:
        """The position of the last event of an aggregate of this session that has nothing pending."""
        return self._store.position_of(aggregate)

    def position(self) -> int:
        """A position that holds everything this session has read so far; if more about what it has read comes
        before that position, the decision is made again.
        """
        return self._store.position()

    def stored(self, ids: Sequence[UUID], position: int) -> list[ChainRow]:
        """The events of these aggregates as they are stored up to the position, by aggregate and version."""
        return self._store.stored(ids, position)

    def catch_up(self) -> bool:
        """Returns whether anything that this session read has moved on; the next one is not behind that."""
        loaded = self._loaded.items()
        return self._store.catch_up({id: each.version - len(each.pending_events) for id, each in loaded})

    def record(self, command: Command, subject: UUID) -> Answer:
        """Records what the decision has changed; the session is over then. `TooManyEvents` if that is more
        than one command may.
        """
        if sum(len(each.pending_events) for each in self._loaded.values()) > self.MOST_EVENTS:
            raise TooManyEvents(f"it would record more than {MOST_EVENTS:,} events", most=MOST_EVENTS)
        answer = self._store.record(self.changed, command=command, subject=subject, reads=self.reads)
        if not answer.replayed:
            self._store.give_back(self._loaded.values())
        return answer

    @property
    def changed(self) -> list[Aggregate]:
        return [aggregate for aggregate in self._loaded.values() if aggregate.pending_events]

    @property
    def reads(self) -> Reads:
        """The decision rests on these beside the aggregates it changes."""
        versions = {
            id: aggregate.version for id, aggregate in self._loaded.items() if not aggregate.pending_events
        }
        return Reads(versions=versions, mentions=dict(self._mentions))


def decide(store: Store, act: Act, subject: UUID, decision: Callable[[Session], None]) -> Answer:
    """Makes the decision and records it, again as often as what it rests on has moved on meanwhile.

    Raises the refusal of the decision, or `TooBusy` when 50 attempts were overtaken.
    """

    def judged(session: Session) -> None:
        act.judge.allow(session)
        decision(session)

    return decide_in(lambda: Session(store), store, act, subject, judged)


def decide_in(
    begin: Callable[[], S], store: Store, act: Act, subject: UUID, decision: Callable[[S], None]
) -> Answer:
    """As `decide`, with a session of the caller's kind for each attempt."""
    for attempt in range(ATTEMPTS):
        session = begin()
        try:
            decision(session)
        except StoreUnavailable:
            raise
        except Exception:  # refused; or at a loss, if what it knew does not belong together
            if not session.catch_up():
                first = _first_answer(store, act.command)
                if first is None:
                    raise
                return first
        else:
            if act.rehearsal:
                return Answer(subject, version=0, position=0, recorded_at=None, events=())
            try:
                return session.record(act.command, subject)
            except MovedOn:
                session.catch_up()
        time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.002 * (2**attempt - 1))))  # noqa: S311 - spreads retries, no secret
    raise TooBusy(f"{ATTEMPTS} attempts were overtaken by other commands")


def _first_answer(store: Store, command: Command) -> Answer | None:
    """A command that is given again gets its first answer: what it asks for may be refused by now."""
    return store.answer_to(command.id, command.fingerprint) if command.remember else None
