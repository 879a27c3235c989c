"""The audit trail tells what each kind of event sets; this is derived from the catalogue.

A subject is told in parts, each of which an event adds to by a row of the timeline: '' (what it is and whose
it is), 'life' and the other facets of the subject itself, and 'key_results.<id>' and its like.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from projections.audit.timeline import SubjectTimeline
from projections.audit.words import is_id
from projections.catalogue.declaring import Before, Data, Fact, Part, Patch
from projections.catalogue.events import EVENTS, aggregate_of
from projections.events import Recorded

ABOUT = ""
"""The part of a subject that says what it is and whose it is."""
Said: TypeAlias = dict[str, dict[str, Any]]
"""Part -> name -> value, from the event's day on."""


@dataclass(frozen=True, slots=True)
class Given:
    """An event, and its subject as known just before it; `id` is the subject's."""

    event: Recorded
    id: str
    subject: SubjectTimeline

    @property
    def data(self) -> dict[str, Any]:
        return self.event.data

    @property
    def aggregate(self) -> str:
        """The type of the subject."""
        return aggregate_of(self.event.topic)

    @property
    def on(self) -> date:
        return self.event.effective_on

    def before(self, part: str, name: str) -> Any:
        """Gives what held of a field on the event's day."""
        return self.subject.at(part, name, self.event.effective_on)


class _Told(NamedTuple):
    """The fields of one facet that a fact sets."""

    fact: Fact
    facet: str
    patch: Patch

    def parts(self, event: Recorded) -> list[str]:
        """Lists what to have at hand: the part itself, and those whose ids are in its key."""
        key = self.fact.part.key
        if not key:
            return [self.facet]
        return [
            f"{_BY_KEY[name]}.{id}"
            for (_, *ids), _data in self.fact.about(event)
            for name, id in zip(key, ids, strict=True)
        ]

    def add(self, given: Given, found: Said) -> None:
        """Add what the event says, by part."""
        part, event = self.fact.part, given.event
        for (_, *ids), data in self.fact.about(event):
            if not part.key:
                _add(found, self.facet, self._said(event, data, partial(_before, given, part)))
                continue
            said = self._said(event, data, partial(given.before, f"{part.name}.{ids[0]}"))
            if part.within is None:
                _add(found, f"{part.name}.{ids[0]}", said)
            else:
                (value,) = said.values()
                _add(found, f"{part.within.name}.{ids[1]}", {f"{part.name}.{ids[0]}": value})

    def _said(self, event: Recorded, data: Data, before: Before) -> dict[str, Any]:
        said = self.patch(event, data, before)
        for name in self.patch.days:
            said[name] = event.effective_on.isoformat()
        return said


def _before(given: Given, part: Part, name: str) -> Any:
    return given.before(part.fields[name].facet, name)


def _add(found: Said, part: str, said: dict[str, Any]) -> None:
    if said:
        found[part] = {**found[part], **said} if part in found else said


def _told(fact: Fact) -> Iterator[_Told]:
    fields = fact.part.fields
    told = [name for name in fact.names if fields[name].told]
    for facet in dict.fromkeys(fields[name].facet for name in told):
        yield _Told(fact, facet, fact.patch(name for name in told if fields[name].facet == facet))


_BY_KEY = {
    fact.part.key[0]: fact.part.name for facts in EVENTS.values() for fact in facts if len(fact.part.key) == 1
}
_TOLD = {topic: [told for fact in facts for told in _told(fact)] for topic, facts in EVENTS.items()}
TOPICS = frozenset(_TOLD)


def said(given: Given) -> Said:
    """Every field that the event sets, by part."""
    found: Said = {}
    for told in _TOLD[given.event.topic]:
        told.add(given, found)
    return found


def parts_of(event: Recorded) -> Iterator[str]:
    """The parts of its subject that have to be at hand before the event is told."""
    yield ABOUT
    for told in _TOLD[event.topic]:
        yield from told.parts(event)


def full_name(part: str, name: str) -> str:
    """The name of a field as answers have it."""
    return f"{part}.{name}" if "." in part else name


def _fields() -> Iterator[tuple[str, str, bool]]:
    """(type of subject, word in the name of a field, whether the field is personal)."""
    for topic, facts in EVENTS.items():
        for part in (fact.part for fact in facts):
            if part.key:
                yield aggregate_of(topic), part.name, False
            for name, field in part.fields.items():
                if field.told and part.within is None:
                    yield aggregate_of(topic), name, field.personal


_FIELDS = tuple(_fields())
_SUBJECTS = ("objective", "review", "person", "unit", "cycle", "measure")  # as refusals list them
NAMES = {kind: frozenset(name for subject, name, _ in _FIELDS if subject == kind) for kind in _SUBJECTS}
"""By type of subject: the words that the names of its fields are made of, beside ids."""
PERSONAL = {
    kind: frozenset(name for subject, name, personal in _FIELDS if subject == kind and personal)
    for kind in _SUBJECTS
}
"""By type of subject: the names of fields that hold personal text."""


def is_field(kind: str, name: str) -> bool:
    """Returns whether it may be (a part of) the name of a field of this type of subject."""
    return all(word in NAMES[kind] or is_id(word) for word in name.split("."))
