"""An import compares its rows with what earlier imports of the same source said of an aggregate.

A cell is compared with this, and not with the present state: a row that did not change records nothing,
whatever others have done to the aggregate meanwhile, and a row that did change records just its change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eventsourcing.utils import get_topic

from domain.aggregate import Event
from domain.objective.events import REPORTS_AND_REMARKS
from domain.person import Person
from domain.timeline import Timeline
from domain.unit import Unit

# The status word that a row had when an import made the objective take this step.
STATUS_AFTER = {
    "objective.defined": "draft",
    "objective.returned": "draft",
    "objective.submitted": "submitted",
    "objective.approved": "approved",
    "objective.activated": "active",
    "objective.resumed": "active",
    "objective.reopened": "active",
    "objective.postponed": "postponed",
    "objective.cancelled": "cancelled",
    "objective.carried_over": "carried_over",
}
# The fields of payloads that hold it.
STATUS_IN = {"objective.closed": "outcome", "objective.reinstated": "status"}

# Whether somebody or something is there, from the day of the event on.
PRESENCE = {get_topic(word): word is not kind.WORDS.ended for kind in (Person, Unit) for word in kind.WORDS}

# These are about parts of an objective or a measure, whose rows have dates of their own or none.
OF_PARTS = (
    "objective.aligned",
    "objective.alignment_weight_changed",
    "objective.alignment_removed",
    "objective.key_result_added",
    "objective.key_result_revised",
    "objective.target_changed",
    "objective.key_result_removed",
    "objective.key_result_reinstated",
    *REPORTS_AND_REMARKS,
    "measure.reading_recorded",
    "measure.reading_corrected",
    "measure.reading_withdrawn",
)
# What is about parts that nothing here keeps: feedback stays as it was given, and a row that was imported is
# not recorded again after it was withdrawn.
UNHEARD = ("objective.feedback_given", "objective.feedback_withdrawn", "objective.reaffirmation_withdrawn")


@dataclass(frozen=True)
class SaidLink:
    """`effective_on` as ISO date: of the last thing said of the link. `days`: those of all of it."""

    kind: str
    weight: str
    effective_on: str
    days: frozenset[str] = frozenset()


@dataclass
class Said:
    """The last word of the imports, in the primitives of the payloads; empty if they never said anything.

    `links` by id of the parent; `key_results`, `check_ins` and `readings` by their own. `days`: the dates of
    what was said of the aggregate, not of its parts.
    """

    days: set[str] = field(default_factory=set)
    fields: dict[str, Any] = field(default_factory=dict)
    status: str | None = None
    links: dict[str, SaidLink] = field(default_factory=dict)
    key_results: dict[str, dict[str, Any]] = field(default_factory=dict)
    check_ins: dict[str, dict[str, Any]] = field(default_factory=dict)
    reaffirmed_on: set[str] = field(default_factory=set)
    readings: dict[str, dict[str, Any]] = field(default_factory=dict)


def listen(events: Iterable[Event]) -> Said:
    """Takes in the events, in the order in which they were recorded."""
    said = Said()
    for event in events:
        topic = get_topic(type(event))
        in_payload = STATUS_IN.get(topic)
        said.status = vars(event)[in_payload] if in_payload else STATUS_AFTER.get(topic, said.status)
        if topic not in OF_PARTS:
            said.days.add(event.effective_on)
        _hear(said, topic, vars(event))
    return said


def gone_since(words: Iterable[tuple[str, date]]) -> date | None:
    """The day since which somebody or something is gone for good, by all words (topic and day) about that, in
    the order in which they were recorded.
    """
    there: Timeline[bool] = Timeline()
    for topic, day in words:
        if topic in PRESENCE:
            there.set(day, PRESENCE[topic])
    return there.since(date.max) if there.at(date.max) is False else None


def reading_on(day: date, among: dict[str, dict[str, Any]], key_result: str | None = None) -> str | None:
    """The id of the last reading of that day, of a measure or of one key result."""
    found = (
        id
        for id, said in reversed(among.items())
        if said["effective_on"] == day.isoformat() and (key_result is None or key_result in said["readings"])
    )
    return next(found, None)


def _hear(said: Said, topic: str, payload: dict[str, Any]) -> None:
    match topic:
        case "objective.revised" | "person.revised" | "cycle.revised" | "measure.revised":
            said.fields.update(payload["after"])
        case "objective.aligned" | "objective.alignment_weight_changed" | "objective.alignment_removed":
            _hear_link(said.links, topic, payload)
        case _ if "key_result_id" in payload:
            _hear_key_result(said.key_results.setdefault(payload["key_result_id"], {}), topic, payload)
        case "objective.checked_in" | "objective.check_in_corrected":
            _hear_reading(said.check_ins.setdefault(payload["check_in_id"], {}), payload)
        case "objective.check_in_withdrawn" | "measure.reading_withdrawn":
            said.check_ins.pop(payload.get("check_in_id", ""), None)
            said.readings.pop(payload.get("reading_id", ""), None)
        case "objective.reaffirmed":
            said.reaffirmed_on.add(payload["effective_on"])
        case "measure.reading_recorded" | "measure.reading_corrected":
            said.readings[payload["reading_id"]] = payload
        case _ if topic not in UNHEARD:
            said.fields.update(payload)
            _hear_end(said.fields, topic, payload)


def _hear_end(fields: dict[str, Any], topic: str, payload: dict[str, Any]) -> None:
    """A command may speak of several days; the first of these is the one on which it ends."""
    here = fields.get("gone_on") is not None and fields["gone_by"] == payload["command_id"]
    if PRESENCE.get(topic):
        fields["gone_on"] = None
    elif topic in PRESENCE and not here:
        fields.update(gone_on=payload["effective_on"], gone_by=payload["command_id"])


def _hear_link(links: dict[str, SaidLink], topic: str, payload: dict[str, Any]) -> None:
    before = links.pop(payload["parent_id"], None)
    kind = payload.get("kind") or (before.kind if before else None)
    if kind is not None and topic != "objective.alignment_removed":
        day = payload["effective_on"]
        days = (before.days if before else frozenset()) | {day}
        links[payload["parent_id"]] = SaidLink(kind, payload["weight"], day, days)


def _hear_key_result(key_result: dict[str, Any], topic: str, payload: dict[str, Any]) -> None:
    """One that was removed is kept as it was, for it may come back."""
    match topic:
        case "objective.key_result_added":
            key_result.update(payload, present=True)
        case "objective.key_result_revised":
            key_result.update(payload["after"])
        case "objective.target_changed":
            key_result.update(payload)
        case "objective.key_result_removed" | "objective.key_result_reinstated":
            key_result["present"] = topic == "objective.key_result_reinstated"


def _hear_reading(check_in: dict[str, Any], payload: dict[str, Any]) -> None:
    """A correction that leaves confidence or note out leaves them as they were."""
    check_in["effective_on"] = payload["effective_on"]
    check_in.setdefault("readings", {}).update({r["key_result_id"]: r["value"] for r in payload["readings"]})
    for name in ("confidence", "note"):
        if payload[name] is not None or name not in check_in:
            check_in[name] = payload[name]
