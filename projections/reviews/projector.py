"""Events of reviews and of the objectives under review in, rows out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from psycopg import Connection

from projections import versions
from projections.bitemporal import Table, Touched
from projections.copying import copying
from projections.events import Recorded

Patch: TypeAlias = Callable[[Recorded], Mapping[str, Any]]

REVIEWS = Table(
    "reviews",
    {"id": "uuid"},
    (
        "external_id", "person_id", "reviewer_id", "cycle_id", "scale", "appeal_days", "opened_on", "status",
        "assessed_rating", "calibrated_rating", "rating", "shared_on",
    ),
)  # fmt: skip
LOGGED = ("position", "version", "recorded_at", "effective_on", "topic", "actor", "reason", "data")
PROVENANCE = frozenset({"actor", "reason", "effective_on", "command_id"})


def _opened(event: Recorded) -> Mapping[str, Any]:
    names = ("external_id", "person_id", "reviewer_id", "cycle_id", "scale", "appeal_days")
    said = {name: event.data[name] for name in names}
    return {**said, "opened_on": event.effective_on, "status": "opened"}


def _assessed(event: Recorded) -> Mapping[str, Any]:
    return {"status": "assessed", "assessed_rating": event.data["rating"], "rating": event.data["rating"]}


def _calibrated(event: Recorded) -> Mapping[str, Any]:
    return {"status": "calibrated", "calibrated_rating": event.data["rating"], "rating": event.data["rating"]}


def _shared(event: Recorded) -> Mapping[str, Any]:
    return {"status": "shared", "shared_on": event.effective_on}


def _appeal_decided(event: Recorded) -> Mapping[str, Any]:
    return {"status": event.data["decision"], "rating": event.data["rating"]}


def _status(event: Recorded) -> Mapping[str, Any]:
    return {"status": event.topic.removeprefix("review.")}


FACTS: dict[str, Patch] = {
    "review.opened": _opened,
    "review.self_assessed": _status,
    "review.assessed": _assessed,
    "review.calibrated": _calibrated,
    "review.shared": _shared,
    "review.acknowledged": _status,
    "review.appealed": _status,
    "review.appeal_decided": _appeal_decided,
    "review.finalised": _status,
    "review.withdrawn": _status,
}
EVIDENT = frozenset(
    f"objective.{what}"
    for what in (
        "defined", "revised", "submitted", "returned", "approved", "activated", "postponed", "resumed",
        "cancelled", "closed", "reopened", "carried_over", "key_result_added", "target_changed",
        "key_result_removed", "aligned", "alignment_weight_changed", "alignment_removed", "checked_in",
        "check_in_corrected",
    )
)  # fmt: skip
TOPICS = frozenset(FACTS) | EVIDENT


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Write the rows of these events: one load and one write of reviews, one COPY per log."""
    facts = [event for event in events if event.topic in FACTS]
    beliefs = REVIEWS.load(connection, Touched(events, ((event.originator_id,) for event in facts)))
    for event in facts:
        patch = FACTS[event.topic](event)
        beliefs.set((event.originator_id,), event.effective_on, event.recorded_at, patch)
    beliefs.write(connection)
    about_objectives = [event for event in events if event.topic in EVIDENT]
    _add(connection, "steps", ("review_id", *LOGGED), map(_row, facts))
    about_parents = ((_parent(event), *_row(event)) for event in about_objectives)
    _add(connection, "objective_events", ("parent_id", "objective_id", *LOGGED), about_parents)
    versions.record(connection, "versions", facts)


def _add(
    connection: Connection[Any], table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    with copying(connection, table, columns) as add_row:
        for row in rows:
            add_row(row)


def _row(event: Recorded) -> tuple[Any, ...]:
    payload = {name: value for name, value in event.data.items() if name not in PROVENANCE}
    when = (event.recorded_at, event.effective_on)
    who = (event.data["actor"], event.data["reason"])
    return event.originator_id, event.position, event.version, *when, event.topic, *who, payload


def _parent(event: Recorded) -> str | None:
    parent: str | None = event.data.get("parent_id")
    return parent
