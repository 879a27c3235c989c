"""The evidence of an assessment beside what is so at the moment, and why the two differ.

The evidence is the fold of what was recorded before the assessment and effective by its day. What is so at
the moment is the fold of what is known then and effective by then. So what makes the two differ is among the
events of the second fold that are not in the first: recorded since, or effective since.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from domain import progress as measuring
from projections.reviews.queries import standing, telling
from projections.reviews.queries.rows import ObjectiveEvent, Step
from projections.reviews.queries.standing import Standing

Answer = dict[str, Any]
FIXED = ("title", "status", "progress", "score", "key_results")


def compared(assessed: Step, events: Sequence[ObjectiveEvent]) -> list[Answer]:
    """For each objective under review: {objective_id, weight, version, position, fixed, now, differs,
    differing, events}, from the events that the moment knows.

    `fixed` and `now` have the same fields; `now` is None while the objective does not exist. `differing`
    names the fields that are not the same. An event is as in a history, with its `objective_id`, and `late`
    if it holds since the day of the assessment or before, though it was recorded after it.
    """
    counted = [event for event in events if _counted(event, assessed)]
    since = [event for event in events if not _counted(event, assessed)]
    worlds = standing.fold(counted), standing.fold(events)
    return [
        _compared(telling.figures_as_numbers(one), worlds, events, since, assessed)
        for one in assessed.data["evidence"]
    ]


def _counted(event: ObjectiveEvent, assessed: Step) -> bool:
    return event.position < assessed.position and event.effective_on <= assessed.effective_on


def _compared(
    evidence: Mapping[str, Any],
    worlds: tuple[Mapping[str, Standing], Mapping[str, Standing]],
    events: Sequence[ObjectiveEvent],
    since: Sequence[ObjectiveEvent],
    assessed: Step,
) -> Answer:
    id = evidence["objective_id"]
    fixed, now = {name: evidence[name] for name in FIXED}, _figures(worlds[1], id)
    differing = [name for name in FIXED if now is None or not _same(name, fixed[name], now[name])]
    below = {each for world in worlds for each in standing.bottom_up(standing.children_of(world), id)}
    told = []
    for event in (event for event in since if event.objective_id in below and differing):
        changes = [
            each
            for each in _changes(event, events, assessed)
            if _matters(event, each["field"], id, differing, below)
        ]
        if changes:
            told.append(_event(event, assessed, changes))
    return {
        "objective_id": id,
        **{name: evidence[name] for name in ("weight", "version", "position")},
        "fixed": fixed,
        "now": now,
        "differs": bool(differing),
        "differing": differing,
        "events": sorted(told, key=lambda each: each["position"]),
    }


def _figures(standings: Mapping[str, Standing], id: str) -> Answer | None:
    """As evidence would be fixed now; None if there is no such objective yet."""
    one = standings.get(id)
    if one is None:
        return None
    key_results = []
    for key_result_id in one.key_results:
        value, attained, share = one.measured(key_result_id)
        figures = {"attainment": _figure(attained), "progress": _figure(share)}
        key_results.append({"key_result_id": key_result_id, "value": value, **figures})
    return {
        "title": one.title,
        "status": one.status,
        "progress": _figure(standing.progress_of(standings, id)),
        "score": one.score,
        "key_results": key_results,
    }


def _same(name: str, fixed: Any, now: Any) -> bool:
    if name == "key_results":  # in whatever order
        return {one["key_result_id"]: one for one in fixed} == {one["key_result_id"]: one for one in now}
    return bool(fixed == now)


def _changes(event: ObjectiveEvent, events: Sequence[ObjectiveEvent], assessed: Step) -> list[Answer]:
    """What the event changed about its objective on its own day, as known when it was recorded. A reading
    that only says again what another has said since is set against the evidence: either would do without the
    other.
    """
    then = [
        each
        for each in events
        if each.objective_id == event.objective_id
        and each.position < event.position
        and each.effective_on <= event.effective_on
    ]
    changes = _difference(then, event)
    if not changes and event.what in ("checked_in", "check_in_corrected"):
        changes = _difference([each for each in then if _counted(each, assessed)], event)
    return changes


def _difference(then: Sequence[ObjectiveEvent], event: ObjectiveEvent) -> list[Answer]:
    before, after = standing.fold(then), standing.fold([*then, event])
    found = before.get(event.objective_id)
    return telling.difference(found.fields() if found else {}, after[event.objective_id].fields())


def _matters(event: ObjectiveEvent, field: str, id: str, differing: Sequence[str], below: set[str]) -> bool:
    """Whether a change of this field can be why the evidence about `id` differs in what it differs in."""
    kind, _, rest = field.partition("/")
    if kind == "alignments":
        return "progress" in differing and rest.partition("/")[0] in below
    if event.objective_id != id:
        return "progress" in differing and kind in ("status", "key_results")
    if kind == "key_results":
        return "progress" in differing or "key_results" in differing
    return kind in differing


def _event(event: ObjectiveEvent, assessed: Step, changes: list[Answer]) -> Answer:
    return {
        **telling.heading(event.objective_id, event),
        "objective_id": event.objective_id,
        "late": event.effective_on <= assessed.effective_on,
        "changes": changes,
    }


def _figure(share: Fraction | None) -> float | None:
    return None if share is None else float(measuring.rounded(share))
