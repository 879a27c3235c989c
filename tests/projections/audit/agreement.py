"""A history beside the definition: what it tells of each event, and what it adds up to."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from projections.audit.queries.history import History, HistoryQuestion
from projections.events import Recorded
from projections.moment import Moment
from tests.oracle import fold
from tests.oracle.fields import fields_of
from tests.oracle.measures import unit_of

COMES_AND_GOES = ("key_results", "alignments")
NOT_FOLDED = frozenset({
    "note", "waivers", "resumes_to", "committed_unit_id", "committed_person_id", "name", "email", "job_title",
    "external_id", "status", "seal", "appeal_days", "rating_scale", "suggested_score",
})  # fmt: skip
"""Last words of fields that the definition does not keep of some subject: how they chain up is checked."""
CONTENT = frozenset({
    "title", "description", "level", "cycle_id", "owner_unit_id", "owner_person_id", "starts_on", "ends_on",
    "visibility", "external_id", "origin_id",
})  # fmt: skip
UNKNOWN = object()


def subjects_of(log: Sequence[Recorded]) -> dict[UUID, list[Recorded]]:
    """The events of each subject."""
    found: dict[UUID, list[Recorded]] = {}
    for event in log:
        found.setdefault(event.originator_id, []).append(event)
    return found


def told(history: History, own: Sequence[Recorded], moment: Moment) -> list[dict[str, Any]]:
    """Every item of the history of the subject of these events, those ahead too."""
    kind = own[0].topic.partition(".")[0]
    page = history.changes(kind, own[0].originator_id, HistoryQuestion(moment.known_at), limit=None)
    assert page is not None
    assert page.next is None
    return page.items


def assert_tells(items: Sequence[dict[str, Any]], own: Sequence[Recorded]) -> None:
    """AssertionError unless there is one item for each event, each with what the event changed on its day."""
    assert [item["position"] for item in items] == [event.position for event in own]
    for place, (item, event) in enumerate(zip(items, own, strict=True)):
        assert item["event_id"] == f"{event.originator_id}:{event.version}"
        assert (item["action"], item["effective_on"]) == (event.topic, str(event.effective_on))
        assert item["late"] == (event.recorded_at.date() > event.effective_on)
        before, after = (_fields(own[:end], event.effective_on) for end in (place, place + 1))
        changes = {change["field"]: change for change in item["changes"]}
        assert list(changes) == sorted(changes)
        for field in {*before, *after, *changes}:
            _assert_change(field, changes.get(field), before, after)


def _assert_change(
    field: str, change: dict[str, Any] | None, before: dict[str, Any], after: dict[str, Any]
) -> None:
    was, becomes = held(before, field), held(after, field)
    if change is None:
        assert was == becomes or UNKNOWN in (was, becomes), field
        return
    assert change["before"] != change["after"]
    if field.endswith(".present"):
        assert (bool(change["before"]), bool(change["after"])) == (bool(was), bool(becomes)), field
    elif field in {**before, **after}:
        assert was in (change["before"], UNKNOWN), field
        assert becomes in (change["after"], UNKNOWN), field
    else:
        assert field.rpartition(".")[2] in NOT_FOLDED, field


def assert_chains_up(items: Sequence[dict[str, Any]]) -> None:
    """AssertionError unless each before is what the changes before it say of its day."""
    for place, item in enumerate(items):
        for change in item["changes"]:
            before = value_on(items[:place], change["field"], item["effective_on"])
            assert change["before"] == before, (item["position"], change)


def assert_adds_up(items: Sequence[dict[str, Any]], own: Sequence[Recorded], moment: Moment) -> None:
    """AssertionError unless the last changes as of the day, as known then, are what is so."""
    known = [event for event in own if event.recorded_at <= moment.known_at]
    told_by_then = items[: len(known)]
    for field, value in _fields(known, moment.as_of).items():
        assert value_on(told_by_then, field, str(moment.as_of)) == value, field


def value_on(items: Iterable[dict[str, Any]], field: str, day: str) -> Any:
    """What these changes say of a field on a day: the last one that had begun and was not over."""
    begun = [
        (item["effective_on"], item["position"], change["after"])
        for item in items
        for change in item["changes"]
        if change["field"] == field and item["effective_on"] <= day < change.get("until", "9999-12-31")
    ]
    return max(begun, key=lambda each: each[:2])[2] if begun else None


def assert_compares(
    changes: Sequence[dict[str, Any]], own: Sequence[Recorded], before: Moment, after: Moment
) -> None:
    """AssertionError unless these are the differences of the two states, and would not be without the events
    that are named.
    """
    found = {change["field"]: change for change in changes}
    assert list(found) == sorted(found)
    states = [_state(own, moment) for moment in (before, after)]
    for field in {*states[0], *states[1], *found}:
        _assert_change(field, found.get(field), *states)
    for field, change in found.items():
        assert change["events"], field
        without = _without(own, change["events"])
        if not field.endswith(("status", "waivers", "resumes_to")):  # what a step leads to hangs on others
            was, becomes = (held(_state(without, moment), field) for moment in (before, after))
            assert was == becomes or UNKNOWN in (was, becomes), (field, was, becomes)


def assert_approval(approval: dict[str, Any] | None, own: Sequence[Recorded], moment: Moment) -> None:
    """AssertionError unless it is the last approval of the moment, against what is so."""
    made = [event for event in own if event.topic == "objective.approved" and _counts(event, moment)]
    assert (approval is None) == (made == [])
    if approval is None:
        return
    last = made[-1]
    assert (approval["position"], approval["as_of"]) == (last.position, str(last.effective_on))
    assert approval["differs"] == bool(approval["changes"])
    approved = _fields([event for event in own if event.position <= last.position], last.effective_on)
    states = approved, _state(own, moment)
    found = {change["field"]: change for change in approval["changes"]}
    for field in {*states[0], *states[1], *found}:
        if field.startswith(COMES_AND_GOES) or field in CONTENT:
            _assert_change(field, found.pop(field, None), *states)
    assert found == {}


def assert_about(row: dict[str, Any], log: Sequence[Recorded]) -> None:
    """AssertionError unless an entry names the title, unit and cycle of the day, as known with its event."""
    event = log[row["position"] - 1]
    world, id = fold(log[: event.position], event.effective_on, event.recorded_at), event.originator_id
    cycle, person = id if id in world.cycles else None, world.people.get(id)
    if (review := world.reviews.get(id)) is not None:
        opened = review.steps["opened"].data
        cycle, person = UUID(opened["cycle_id"]), world.people.get(UUID(opened["person_id"]))
    unit = person.unit_id if person else id if id in world.units else None
    if (objective := world.objectives.get(id)) is not None:
        unit, cycle = unit_of(world, objective), objective.cycle_id
        assert row["title"] == objective.title
    assert (row["unit_id"], row["cycle_id"]) == (unit, cycle)


def _without(own: Sequence[Recorded], positions: Sequence[int]) -> list[Recorded]:
    """The events without these, and without what stands on them: nothing is left of a subject that was never
    defined, nor of a check-in or a remark that was never made.
    """
    gone = [event for event in own if event.position in positions]
    if any(event.version == 1 for event in gone):
        return []
    made = {
        event.data.get("check_in_id") or event.data.get("feedback_id")
        for event in gone
        if event.topic in ("objective.checked_in", "objective.feedback_given")
    }
    return [
        event
        for event in own
        if event.position not in positions
        and not {event.data.get("check_in_id"), event.data.get("feedback_id")} & made - {None}
    ]


def held(state: dict[str, Any], field: str) -> Any:
    """The value of the field; UNKNOWN of something that is not there, beside that it is not."""
    part, _, name = field.rpartition(".")
    if part.startswith(COMES_AND_GOES) and f"{part}.present" not in state:
        return None if name == "present" else UNKNOWN
    return state.get(field)


def _counts(event: Recorded, moment: Moment) -> bool:
    return event.recorded_at <= moment.known_at and event.effective_on <= moment.as_of


def _state(own: Sequence[Recorded], moment: Moment) -> dict[str, Any]:
    return _fields([event for event in own if event.recorded_at <= moment.known_at], moment.as_of)


def _fields(own: Sequence[Recorded], as_of: date) -> dict[str, Any]:
    if not own:
        return {}
    return fields_of(fold(own, as_of, own[-1].recorded_at), own[0].originator_id)
