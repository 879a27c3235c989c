"""The audit trail tells what each kind of event sets; this is derived from the catalogue.

A subject is told in parts, each of which an event adds to by a row of the timeline: '' (what it is and whose
it is), 'life' and the other facets of the subject itself, and 'key_results.<id>' and its like.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from projections.audit.timeline import SubjectTimeline
from projections.audit.words import is_id
from projections.catalogue.declaring import Data, Fact, Part, Patch
from projections.catalogue.events import EVENTS, aggregate_of
from projections.events import Recorded

ABOUT = ""
"""The part of a subject that says what it is and whose it is."""
Said: TypeAlias = dict[str, dict[str, Any]]
"""Part -> name -> value, from the event's day on."""


@dataclass(frozen=True, slots=True)
class Given:
    """An event, and its subject as known just before it; `id` is the subject's, `aggregate` its type, and
    `told` what the event says of it.
    """

    event: Recorded
    id: str
    aggregate: str
    subject: SubjectTimeline
    told: Sequence["Told"]

    @property
    def data(self) -> dict[str, Any]:
        return self.event.data

    @property
    def on(self) -> date:
        return self.event.effective_on

    def before(self, part: str, name: str) -> Any:
        """Gives what held of a field on the event's day."""
        return self.subject.at(part, self.event.effective_on).get(name)


class _Teller(NamedTuple):
    """The fields of one facet that a fact sets; `prefixes` with an id behind them are names of parts."""

    fact: Fact
    facet: str
    patch: Patch
    prefixes: tuple[str, ...]

    def tell(self, event: Recorded) -> "list[Told]":
        """Gives what the event says, with its place in the subject."""
        about, part = self.fact.about(event), self.fact.part
        if not part.key:
            return [(self, self.facet, None, None, data) for _, data in about]
        first, *others = self.prefixes
        if part.within is None:
            return [(self, first + id, None, None, data) for (_, id), data in about]
        (outer,) = others
        return [
            (self, outer + other, f"{part.name}.{id}", first + id, data) for (_, id, other), data in about
        ]

    def said(self, given: Given, place: str, data: Data) -> dict[str, Any]:
        """Gives the fields as they are set."""
        part, event = self.fact.part, given.event
        before = partial(given.before, place) if part.key else partial(_before, given, part)
        said = self.patch(event, data, before)
        for name in self.patch.days:
            said[name] = event.effective_on.isoformat()
        return said


Told: TypeAlias = tuple[_Teller, str, str | None, str | None, Data]
"""An event says something of a subject: by whom it is told, the part, the name within it if it is no part
itself, the part by whose title that is labelled, and the data.
"""


def _before(given: Given, part: Part, name: str) -> Any:
    return given.before(part.fields[name].facet, name)


def _tellers(fact: Fact) -> Iterator[_Teller]:
    fields, prefixes = fact.part.fields, tuple(f"{_BY_KEY[name]}." for name in fact.part.key)
    told = [name for name in fact.names if fields[name].told]
    for facet in dict.fromkeys(fields[name].facet for name in told):
        patch = fact.patch(name for name in told if fields[name].facet == facet)
        yield _Teller(fact, facet, patch, prefixes)


_BY_KEY = {
    fact.part.key[0]: fact.part.name for facts in EVENTS.values() for fact in facts if len(fact.part.key) == 1
}
_TELLERS = {topic: [teller for fact in facts for teller in _tellers(fact)] for topic, facts in EVENTS.items()}
TOPICS = frozenset(_TELLERS)
AGGREGATES = {topic: aggregate_of(topic) for topic in TOPICS}
"""Each topic has its type of subject."""


def told_by(event: Recorded) -> list[Told]:
    """Lists all that an event says of its subject."""
    return [told for teller in _TELLERS[event.topic] for told in teller.tell(event)]


def said(given: Given) -> Said:
    """Every field that the event sets, by part."""
    found: Said = {}
    for teller, part, within, _, data in given.told:
        said = teller.said(given, part, data)
        if within is not None:
            (value,) = said.values()
            said = {within: value}
        if said:
            found[part] = {**found[part], **said} if part in found else said
    return found


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
_SUBJECTS = (  # as refusals list them
    "objective", "review", "person", "unit", "cycle", "measure", "policy", "change_plan",
)  # fmt: skip
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
