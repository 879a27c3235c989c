"""Alignment at two moments: every objective that counts as something else, and the events that made it so.

A fact is what one aggregate says about one thing: whether an objective is live, whether it is linked to a
certain other one, whose it is, of which unit a person is, what stands above a unit. First the facts are found
that differ between the moments and can be why; then, in the words that the audit read model keeps, the events
that made them differ.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

from psycopg import Connection

from domain.health import LIVE as PHASE_LIVE
from domain.objective.lifecycle import LIVE
from domain.objective.values import STRATEGIC
from domain.rules import WITHIN_PERIOD
from projections.alignment.queries import differing, health
from projections.alignment.queries.cascade import array
from projections.alignment.queries.census import upward
from projections.alignment.queries.sides import MomentOfChange
from projections.audit.queries.said import Words, words_of
from projections.moment import Moment, instant

Answer = dict[str, Any]
UNSAID = object()
Value: TypeAlias = Any

_FACTS = "select distinct * from unnest(%(ids)s::uuid[], %(parts)s::text[]) as facts (subject_id, part)"
_SAME = "t.subject_id = wanted.subject_id and t.part = wanted.part"


@dataclass(frozen=True, slots=True)
class EventOfChange:
    """`what` is a name of `KINDS`; `other` is the parent, where it is about a link."""

    subject_id: str
    what: str
    other: str | None = None

    @property
    def part(self) -> str:
        """The part of the subject in which the audit read model keeps it."""
        return f"{KINDS[self.what].part}{self.other or ''}"


@dataclass(frozen=True, slots=True)
class KindOfChange:
    """A fact is the value `of` what is said under these names; `at_first` is its value before that."""

    part: str
    names: tuple[str, ...]
    of: Callable[..., Value] = lambda *said: said
    at_first: Value = UNSAID


KINDS: Mapping[str, KindOfChange] = {
    "live": KindOfChange("life", ("status",), lambda status: status in LIVE, at_first=False),
    "starts_on": KindOfChange("", ("starts_on",)),
    "ends_on": KindOfChange("", ("ends_on",)),
    "link": KindOfChange("alignments.", ("present",), bool, at_first=False),
    "owner": KindOfChange("", ("owner_unit_id", "owner_person_id")),
    "unit": KindOfChange("", ("unit_id",)),
    "parent": KindOfChange("", ("parent_id",)),
}


class Causes:
    """Facts about objectives that both sides have looked up."""

    def __init__(self, before: MomentOfChange, after: MomentOfChange) -> None:
        self._sides = before, after
        self._before = before.census
        self._after = after.census
        self._strategic = before.census.strategic | after.census.strategic

    def of(self, id: str, before: str | None, after: str | None) -> set[EventOfChange]:
        """Tells why the objective has the class `after` instead of `before`; None: it is not live, or not of
        the unit asked about.
        """
        if not self._lives_differently(id) and None in (before, after):
            return set(self._of_membership(id))
        facts = set(self._of_life(id)) if self._lives_differently(id) else set()
        if STRATEGIC not in (before, after):
            parents = self._through(id)
            if "orphan" in (before, after):
                parents |= self._before.up.get(id, set()) ^ self._after.up.get(id, set())
            facts.update(self._of_way(id, parents))
        return facts

    def _of_way(self, id: str, parents: set[str]) -> Iterator[EventOfChange]:
        """Up by these parents of the objective, as far as there is another way up than before."""
        waiting, seen = [(id, parents)], {id}
        while waiting:
            child, parents = waiting.pop()
            for parent in parents:
                if (parent in self._before.up.get(child, ())) != (parent in self._after.up.get(child, ())):
                    yield EventOfChange(child, "link", parent)
                if parent in seen or (parent in self._before.reaching) == (parent in self._after.reaching):
                    continue
                seen.add(parent)
                if self._lives_differently(parent):
                    yield from self._of_life(parent)
                if parent not in self._strategic:
                    waiting.append((parent, self._through(parent)))

    def _of_life(self, id: str) -> Iterator[EventOfChange]:
        """Tells why it is live at one moment only: by its status, or by its period."""
        standing = [census.standing[id] for census in (self._before, self._after) if id in census.standing]
        if len(standing) == 1:
            yield EventOfChange(id, "live")
        if any(each.phase != PHASE_LIVE for each in standing):
            yield from (EventOfChange(id, "starts_on"), EventOfChange(id, "ends_on"))

    def days_of(self, facts: Iterable[EventOfChange]) -> list[Answer]:
        """The first and last days of periods that lie between the two moments and so made a difference."""
        first, last = sorted(side.moment.as_of for side in self._sides)
        found = set()
        for id in {fact.subject_id for fact in facts if fact.what == "starts_on"}:
            for census in (self._before, self._after):
                if each := census.standing.get(id):
                    if each.starts_on and first < each.starts_on <= last:
                        found.add((each.starts_on, id, "starts_on"))
                    if each.ends_on and first <= each.ends_on < last:
                        found.add((each.ends_on, id, "ends_on"))
        return [{"on": on.isoformat(), "objective_id": id, "field": field} for on, id, field in sorted(found)]

    def _of_membership(self, id: str) -> Iterator[EventOfChange]:
        """Tells why it belongs to the unit at one moment only."""
        before, after = (side.named[id] for side in self._sides)
        owners = [(each.owner_unit_id, each.owner_person_id) for each in (before, after)]
        if owners[0] != owners[1]:
            yield EventOfChange(id, "owner")
        for person in {before.owner_person_id, after.owner_person_id} - {None}:
            if person and len({side.unit_of.get(person) for side in self._sides}) > 1:
                yield EventOfChange(person, "unit")
        chains = (
            upward(unit_id, side.census.parents)
            for side, unit_id in zip(self._sides, (before.unit_id, after.unit_id), strict=True)
            if unit_id is not None
        )
        for unit in {unit for chain in chains for unit in chain}:
            above = [side.census.parents.get(unit, "") for side in self._sides]  # no id is empty
            if above[0] != above[1]:
                yield EventOfChange(unit, "parent")

    def _through(self, id: str) -> set[str]:
        """The parents that lead it up to the strategy at one moment only."""
        before, after = self._sides
        return before.reaching_parents(id) ^ after.reaching_parents(id)

    def _lives_differently(self, id: str) -> bool:
        return (id in self._before.live) != (id in self._after.live)


def change(
    connection: Connection[Any], before: Moment, after: Moment, unit_id: str | None, cycle_id: str | None
) -> Answer:
    """{from, to: {as_of, known_at, figures, units}, objectives}: every objective whose class is another one,
    with the events that made it so: {objective_id, title, unit_id, before, after, events}.

    With `unit_id`, of that unit and those below it, with `cycle_id` of that cycle: what is not theirs has no
    class. Every event is in the fold of one of the two moments only. `days` are the first and last ones of
    periods in between, where the rules look at these: a day needs no event to come.
    """
    sides = MomentOfChange(connection, before), MomentOfChange(connection, after)
    classes = [side.classes(unit_id, cycle_id) for side in sides]
    ids = {id for found in classes for id in found if classes[0].get(id) != classes[1].get(id)}
    both = classes[0].keys() & classes[1].keys()
    for side in sides:
        side.name(ids | both)
    causes, facts = _facts(sides, {id: (classes[0].get(id), classes[1].get(id)) for id in ids})
    rules = [side.census.rules for side in sides]
    by_period = any(each.live == WITHIN_PERIOD for each in rules)
    events = _deciding(connection, {fact for found in facts.values() for fact in found}, before, after)
    objectives = []
    for id in ids:
        named = sides[1].named.get(id) or sides[0].named[id]
        found = {event.position: event for fact in facts[id] for event in events[fact]}
        objectives.append({
            "objective_id": id,
            "title": named.title,
            "unit_id": named.unit_id,
            "before": classes[0].get(id),
            "after": classes[1].get(id),
            "events": [{**found[at].heading, "subject": found[at].subject} for at in sorted(found)],
            **({"days": causes.days_of(facts[id])} if by_period else {}),
        })  # fmt: skip
    return {
        "from": _figures(sides[0], unit_id, cycle_id),
        "to": _figures(sides[1], unit_id, cycle_id),
        "objectives": objectives,
        "pace_changes": differing.paces(*sides, both),
        "owner_changes": differing.owners(*sides, both),
        "target_changes": differing.targets(*sides, both),
        "policy": rules[1].name,
        **({"policy_before": rules[0].name} if rules[0] != rules[1] else {}),
    }


def _facts(
    sides: tuple[MomentOfChange, MomentOfChange], classes: Mapping[str, tuple[str | None, str | None]]
) -> tuple[Causes, dict[str, set[EventOfChange]]]:
    """Tells what made the difference for each of these objectives, whose classes before and after
    are given.
    """
    people = {side.named[id].owner_person_id for side in sides for id in classes if id in side.named} - {None}
    for side in sides:
        side.place([id for id in people if id is not None])
    causes = Causes(*sides)
    return causes, {id: causes.of(id, before, after) for id, (before, after) in classes.items()}


def _deciding(
    connection: Connection[Any], facts: Collection[EventOfChange], before: Moment, after: Moment
) -> dict[EventOfChange, list[Words]]:
    """The events that made each fact another at one of the moments than at the other: each changed its value
    there, and does not count at the other. At least one, if the two values differ.
    """
    asked = {
        **Moment(max(before.as_of, after.as_of), max(before.known_at, after.known_at)).parameters,
        "ids": array(fact.subject_id for fact in facts),
        "parts": [fact.part for fact in facts],
    }
    said: dict[tuple[str, str], list[Words]] = defaultdict(list)
    for words in words_of(connection, _FACTS, _SAME, asked):
        said[words.subject_id, words.part].append(words)
    return {
        fact: [
            words
            for moment, other in ((before, after), (after, before))
            for words in _turns(KINDS[fact.what], said[fact.subject_id, fact.part], moment)
            if not _counts(words, other)
        ]
        for fact in facts
    }


def _turns(kind: KindOfChange, said: Iterable[Words], moment: Moment) -> Iterator[Words]:
    """The events that gave the fact another value, of those that count at the moment."""
    value = kind.at_first
    for words in sorted(said, key=attrgetter("place")):
        if _counts(words, moment) and words.said.keys() >= {*kind.names}:
            now = kind.of(*(words.said[name] for name in kind.names))
            if now != value:
                yield words
            value = now


def _counts(words: Words, moment: Moment) -> bool:
    """Returns whether the event is in the fold of the moment."""
    return words.recorded_at <= moment.known_at and words.effective_on <= moment.as_of


def _figures(side: MomentOfChange, unit_id: str | None, cycle_id: str | None) -> Answer:
    found = health.figures(side.census, side.paced, unit_id, cycle_id)
    return {
        "as_of": side.moment.as_of.isoformat(),
        "known_at": instant(side.moment.known_at),
        "figures": found["total"],
        "units": found["units"],
    }
