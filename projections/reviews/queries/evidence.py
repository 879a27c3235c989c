"""The evidence of an assessment beside what is so at the moment, and why the two differ.

The evidence was fixed from what had been recorded before the assessment and was effective by its day. What is
so is the alignment at the moment. So what makes the two differ is among the events that count for the second
only: recorded since, or effective since. The audit read model keeps what each event said of which part of its
objective; one pass over these words, in the order of the log, tells what each of them changed.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias

from psycopg import Connection

from domain.objective.values import CONTRIBUTES
from projections.alignment.queries import Alignment
from projections.audit.queries.said import Words, words_of
from projections.moment import Moment
from projections.reviews.queries import telling
from projections.reviews.queries.telling import Answer, StepView

FIXED = ("title", "status", "progress", "score", "key_results")
NAMES = {
    "": ("title",),
    "life": ("status", "score"),
    "key_results": ("kind", "baseline", "target", "weight"),
    "alignments": ("kind", "weight"),
}
"""By kind of part of an objective, the names of what evidence rests on."""
COMES_AND_GOES = ("key_results", "alignments")
CHECK_INS, READING = "check_ins", "readings."
Place: TypeAlias = tuple[date, int]
"""(effective day, position): on a day the last word in this order holds."""

# Of these objectives, and of all that ever contributed to them, at any depth.
_BELOW = f"""
    with recursive below as (
        select unnest(%(ids)s::uuid[]) as id
        union
        select l.child_id from below
          join read_alignment.links l on l.parent_id = below.id and l.present and l.kind = '{CONTRIBUTES}'
               and l.recorded_from <= %(known_at)s and l.valid_from <= %(as_of)s)
    select id from below"""
_SAME = "t.subject_id = wanted.id and split_part(t.part, '.', 1) = any(%(kinds)s)"


@dataclass(frozen=True, slots=True)
class Since:
    """An event that counts for the moment but not for the evidence, and what it changed."""

    event: Words
    changes: list[Answer]


def compared(connection: Connection[Any], moment: Moment, assessed: StepView) -> list[Answer]:
    """For each objective under review: {objective_id, weight, version, position, fixed, now, differs,
    differing, events}.

    `fixed` and `now` have the same fields; `now` is None while the objective does not exist. `differing`
    names the fields that are not the same. An event is as in a history, with its `objective_id`, and `late`
    if it holds since the day of the assessment or before, though it was recorded after it.
    """
    evidence = [telling.figures_as_numbers(one) for one in assessed.data["evidence"]]
    ids = [one["objective_id"] for one in evidence]
    found = Alignment(connection).evidence(moment, ids)
    asked = {**moment.parameters, "ids": ids, "kinds": [*NAMES, CHECK_INS]}
    then, now, since = _told(words_of(connection, _BELOW, _SAME, asked), assessed)
    children = then.children(assessed.effective_on), now.children(moment.as_of)
    answers = []
    for one, id in zip(evidence, ids, strict=True):
        stands = found.get(id)
        if stands is not None:
            stands["key_results"].sort(key=lambda each: now.added(id, each["key_result_id"]))
        differing = [name for name in FIXED if stands is None or not _same(name, one[name], stands[name])]
        below = _below(id, children[0]) | _below(id, children[1])
        answers.append({
            **{name: one[name] for name in ("objective_id", "weight", "version", "position")},
            "fixed": {name: one[name] for name in FIXED},
            "now": stands,
            "differs": bool(differing),
            "differing": differing,
            "events": [_event(each, assessed) for each in _deciding(since, id, differing, below)],
        })  # fmt: skip
    return answers


def _read(words: Words) -> list[str]:
    """The key results of which there are readings in these words."""
    if not words.part.startswith(CHECK_INS):
        return []
    return [name.removeprefix(READING) for name in words.said if name.startswith(READING)]


class World:
    """It holds what events said of objectives. Each event is the list of its words; they come in the order
    of the log.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], list[tuple[Place, dict[str, Any]]]] = defaultdict(list)
        self._check_ins: dict[tuple[str, str], list[tuple[Place, str]]] = defaultdict(list)
        """(objective, key result) -> the places and parts of the check-ins that read it."""

    def take(self, event: Sequence[Words]) -> list[Answer]:
        """Gives what the event changes about its objective on its own day; from here on it counts."""
        before = self._fields(event)
        for words in event:
            said = self._said[words.subject_id, words.part]
            if not said:  # a correction gives no other readings than its check-in
                for id in _read(words):
                    insort(self._check_ins[words.subject_id, id], (words.place, words.part))
            insort(said, (words.place, words.said), key=itemgetter(0))
        return telling.difference(before, self._fields(event))

    def forget(self, event: Sequence[Words]) -> None:
        """Have the event, which was taken last, count no longer."""
        for words in event:
            said = self._said[words.subject_id, words.part]
            said.remove((words.place, words.said))
            for id in () if said else _read(words):
                check_ins = self._check_ins[words.subject_id, id]
                del check_ins[bisect_left(check_ins, (words.place, words.part))]

    def children(self, day: date) -> dict[str, list[str]]:
        """For each objective those that contribute to it on the day, whatever their status."""
        found = defaultdict(list)
        for child, part in self._said:
            kind, _, parent = part.partition(".")
            if kind == "alignments" and self._at(child, part, day).get("kind") == CONTRIBUTES:
                found[parent].append(child)
        return found

    def added(self, objective_id: str, key_result_id: str) -> Place:
        """Gives the place at which the key result, which is there now, was added, or brought back last."""
        said = self._said[objective_id, f"key_results.{key_result_id}"]
        presence = [(words["present"], place) for place, words in said if "present" in words]
        gone = max((number for number, (there, _) in enumerate(presence) if not there), default=-1)
        return presence[gone + 1][1]

    def _fields(self, event: Iterable[Words]) -> dict[str, Any]:
        """All that the event can change, on its day, under flat names such as `key_results/<id>/value`."""
        fields: dict[str, Any] = {}
        for words in event:
            parts = [f"key_results.{id}" for id in _read(words)]
            for part in parts if words.part.startswith(CHECK_INS) else [words.part]:
                kind, _, id = part.partition(".")
                held = self._at(words.subject_id, part, words.effective_on)
                of_part = {name: held.get(name) for name in NAMES[kind]}
                if held and kind == "key_results":
                    of_part["value"] = self._value(words.subject_id, id, words.effective_on)
                fields |= {f"{kind}/{id}/{name}" if id else name: value for name, value in of_part.items()}
        return fields

    def _at(self, objective_id: str, part: str, day: date) -> dict[str, Any]:
        """Gives what holds of the part on the day; nothing if it comes and goes, and is not there."""
        held: dict[str, Any] = {}
        for (since, _), said in self._said.get((objective_id, part), ()):
            if since <= day:
                held |= said
        return held if part.partition(".")[0] not in COMES_AND_GOES or held.get("present") else {}

    def _value(self, objective_id: str, key_result_id: str, day: date) -> str | None:
        """The latest reading that stands."""
        check_ins = self._check_ins[objective_id, key_result_id]
        for at in reversed(range(bisect_right(check_ins, day, key=lambda each: each[0][0]))):
            value: str | None = self._at(objective_id, check_ins[at][1], day).get(READING + key_result_id)
            if value is not None:
                return value
        return None


def _told(words: Iterable[Words], assessed: StepView) -> tuple[World, World, list[Since]]:
    """The world of the evidence, that of the moment, and the events that count for the second only.

    A reading that only says again what another has said since is set against the evidence: either would do
    without the other.
    """
    then, now, since = World(), World(), []
    for _, group in groupby(words, key=attrgetter("position")):
        event = list(group)
        first, changes = event[0], now.take(event)
        if first.position < assessed.position and first.effective_on <= assessed.effective_on:
            then.take(event)
            continue
        if not changes and _read(first):
            changes = then.take(event)
            then.forget(event)
        since.append(Since(first, changes))
    return then, now, since


def _below(top: str, children: Mapping[str, Iterable[str]]) -> set[str]:
    """The objective and all that contributes to it, at any depth."""
    found, waiting = {top}, [top]
    while waiting:
        new = set(children.get(waiting.pop(), ())) - found
        found |= new
        waiting.extend(new)
    return found


def _same(name: str, fixed: Any, now: Any) -> bool:
    if name == "key_results":  # in whatever order
        return {one["key_result_id"]: one for one in fixed} == {one["key_result_id"]: one for one in now}
    return bool(fixed == now)


def _deciding(
    since: Iterable[Since], id: str, differing: Collection[str], below: Collection[str]
) -> Iterator[Since]:
    """Those that can be why the evidence about `id` differs, with the changes that can."""
    for one in since:
        own = one.event.subject_id == id
        changes = [each for each in one.changes if _matters(each["field"], own, differing, below)]
        if changes and one.event.subject_id in below:
            yield replace(one, changes=changes)


def _matters(field: str, own: bool, differing: Collection[str], below: Collection[str]) -> bool:
    kind, _, rest = field.partition("/")
    if kind == "alignments":
        return "progress" in differing and rest.partition("/")[0] in below
    if not own:
        return "progress" in differing and kind in ("status", "key_results")
    if kind == "key_results":
        return "progress" in differing or "key_results" in differing
    return kind in differing


def _event(since: Since, assessed: StepView) -> Answer:
    event = since.event
    return {
        **event.heading,
        "objective_id": event.subject_id,
        "late": event.effective_on <= assessed.effective_on,
        "changes": since.changes,
    }
