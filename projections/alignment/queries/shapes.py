"""The shapes of the answers, as docs/design.md#answers has them: JSON-ready dicts from loaded rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

from domain import progress as measuring
from domain.health import is_fresh
from domain.objective.lifecycle import AFTER_APPROVAL
from domain.rules import MILLION, PACES, WITHIN_PERIOD, Rules
from projections.alignment.queries.cascade import STEPS_SHOWN, Cascade
from projections.alignment.queries.rows import KeyResultView, LinkView, NodeInTime, ObjectiveView
from projections.moment import Moment, instant
from projections.words import in_order

Answer = dict[str, Any]
NO_PROGRESS = "no_progress"
NEED: tuple[str, ...] = (*reversed(PACES), NO_PROGRESS)
"""The paces from the one most in need on; the last one is none, of what has no progress or no period."""
_elapsed = lru_cache(maxsize=4_096)(measuring.elapsed)  # most objectives share the period of a cycle


def heading(moment: Moment, rules: Rules) -> Answer:
    """Gives the fields that every answer about a state has about itself."""
    return {"as_of": moment.as_of.isoformat(), "known_at": instant(moment.known_at), "policy": rules.name}


def phase(rules: Rules, found: str | None) -> Answer:
    """Live, planned or overdue, or None; told where the rules in force know the difference."""
    return {"phase": found} if rules.live == WITHIN_PERIOD else {}


def summary(cascade: Cascade, node: ObjectiveView, as_of: date) -> Answer:
    """An objective as it stands in a list and in the graph."""
    amended = (node.amended_version or 0) > (node.approved_version or 0)
    return {
        "id": node.id,
        "external_id": node.external_id,
        "title": node.title,
        "level": node.level,
        "status": node.status,
        **phase(cascade.rules, node.phase),
        "amended": amended and node.status in AFTER_APPROVAL,
        "class": cascade.class_of(node.id),
        "owner": owner_of(node),
        "unit_id": node.unit_id,
        "cycle_id": node.cycle_id,
        "starts_on": day(node.starts_on),
        "ends_on": day(node.ends_on),
        "visibility": node.visibility,
        **figures(cascade, node, as_of),
        "confidence": node.confidence,
        "confidence_band": None
        if node.confidence is None
        else measuring.confidence_band(node.confidence, cascade.rules),
        "stale": node.live
        and not is_fresh(_last_sign(node), node.starts_on, node.cadence_days, as_of, cascade.rules),
        "version": node.version,
    }


UNTOLD = (
    "external_id", "title", "owner", "starts_on", "ends_on", "progress", "elapsed", "pace", "confidence",
    "confidence_band",
)  # fmt: skip


def graph_node(cascade: Cascade, node: ObjectiveView, as_of: date) -> Answer:
    """An objective in the graph; without a name, if it is not told."""
    told = summary(cascade, node, as_of)
    return told if node.id not in cascade.hidden else {**told, **dict.fromkeys(UNTOLD), "withheld": True}


def full(cascade: Cascade, node: ObjectiveView, as_of: date) -> Answer:
    """An objective with its key results and its links up and down."""
    key_results = sorted(
        cascade.key_results.get(node.id, ()), key=lambda each: (in_order(each.title), each.id)
    )
    up = ((link, link.parent_id) for link in cascade.up.get(node.id, ()))
    down = ((link, link.child_id) for link in cascade.down.get(node.id, ()))
    return {
        **summary(cascade, node, as_of),
        "description": node.description,
        "origin_id": node.origin_id,
        "successor_id": node.successor_id,
        **_ending(node, cascade.rules),
        "last_check_in_on": day(node.last_check_in_on),
        "last_reaffirmed_on": day(node.last_reaffirmed_on),
        "key_results": [key_result_of(each, cascade.rules) for each in key_results],
        "alignments": _linked(cascade, up),
        "children": _linked(cascade, down),
    }


def figures(cascade: Cascade, node: NodeInTime, as_of: date) -> Answer:
    """Gives how far an objective is, and its period while it is live."""
    share, gone = cascade.progress[node.id], _gone(cascade, node, as_of)
    return {
        "progress": figure(share, cascade.rules),
        "elapsed": figure(gone, cascade.rules),
        "pace": pace(cascade, node, as_of),
    }


def pace(cascade: Cascade, node: NodeInTime, as_of: date) -> str | None:
    """The pace alone, for whoever asks about many."""
    share, gone = cascade.progress[node.id], _gone(cascade, node, as_of)
    return None if share is None or gone is None else measuring.pace(share, gone, cascade.rules)


def _gone(cascade: Cascade, node: NodeInTime, as_of: date) -> Fraction | None:
    if cascade.progress[node.id] is None or not (node.live and node.starts_on and node.ends_on):
        return None
    return _elapsed(node.starts_on, node.ends_on, as_of)


def closing_figures(cascade: Cascade, node: ObjectiveView) -> Answer:
    """Gives the figures of an objective whose cycle is closed."""
    return {
        "objective_id": node.id,
        "title": cascade.title(node),
        "status": node.status,
        "outcome": node.outcome,
        "score": node.score,
        "progress": figure(cascade.progress[node.id], cascade.rules),
    }


def evidence(cascade: Cascade, node: ObjectiveView) -> Answer:
    """Gives what an assessment fixes of an objective."""
    return {
        "title": node.title,
        "status": node.status,
        "progress": figure(cascade.progress[node.id], cascade.rules),
        "score": node.score,
        "key_results": [
            {
                "key_result_id": each.id,
                "value": each.value,
                "attainment": figure(each.attainment, cascade.rules),
                "progress": figure(each.progress, cascade.rules),
            }
            for each in cascade.key_results.get(node.id, ())
        ],
    }


class Owned(Protocol):
    """It belongs to a unit or a person, or to nobody."""

    owner_unit_id: str | None
    owner_person_id: str | None


def owner_of(node: Owned) -> Answer | None:
    """The unit or the person whose it is."""
    owner = {"unit_id": node.owner_unit_id, "person_id": node.owner_person_id}
    return {name: id for name, id in owner.items() if id is not None} or None


def key_result_of(each: KeyResultView, rules: Rules) -> Answer:
    """A key result with how far it is; `reading` is the current one."""
    reading = {"on": day(each.on), "value": each.value, "check_in_id": each.check_in_id}
    return {
        "id": each.id,
        "external_id": each.external_id,
        "title": each.title,
        "kind": each.kind,
        "unit_of_measure": each.unit_of_measure,
        "baseline": each.baseline,
        "target": each.target,
        "weight": each.weight,
        "attainment": figure(each.attainment, rules),
        "progress": figure(each.progress, rules),
        "reading": None
        if each.on is None
        else {**reading, "position": each.position, "version": each.version},
    }


def paths(cascade: Cascade, ids: Sequence[str]) -> list[Answer]:
    """Those of each of the objectives; `truncated` says that there are more paths than are shown. What one
    leaves of its share of the steps is for those after it.
    """
    told = {
        id: {"id": id, "title": cascade.title(node), "level": node.level}
        for id, node in cascade.nodes.items()
    }
    answers, left = list[Answer](), STEPS_SHOWN
    for place, id in enumerate(ids):
        found, truncated = cascade.paths(id, steps=left // (len(ids) - place))
        left -= sum(map(len, found))
        shown = [{"objectives": [told[node.id] for node in path]} for path in found]
        answers.append({"paths": shown, "truncated": truncated})
    return answers


def link_of(link: LinkView) -> Answer:
    """A link of the graph, from the child up to the parent."""
    return {
        "from": link.child_id,
        "to": link.parent_id,
        "kind": link.kind,
        "weight": link.weight,
        "since": day(link.since),
    }


def figure(share: Fraction | None, rules: Rules) -> float | None:
    """A computed figure with six places."""
    return None if share is None else rules.millionths(share) / MILLION


def day(value: date | None) -> str | None:
    """ISO 8601."""
    return None if value is None else value.isoformat()


def _ending(node: ObjectiveView, rules: Rules) -> Answer:
    """Gives how it was closed; all None unless it is closed. Scores are decimals in text."""
    return {
        "outcome": node.outcome,
        "score": node.score,
        "suggested_score": node.suggested_score,
        "zone": None if node.score is None else measuring.zone(Decimal(node.score), rules),
        "note": node.note,
    }


def _last_sign(node: ObjectiveView) -> date | None:
    return max(filter(None, (node.last_check_in_on, node.last_reaffirmed_on)), default=None)


def _linked(cascade: Cascade, links: Iterable[tuple[LinkView, str]]) -> list[Answer]:
    """The objectives at the other ends, by title; what does not exist at the moment has an id only."""
    found = []
    for link, other in links:
        node = cascade.nodes.get(other)
        found.append({
            "objective_id": other,
            "title": cascade.title(node) if node else None,
            "level": node.level if node else None,
            "status": node.status if node else None,
            "kind": link.kind,
            "weight": link.weight,
            "since": day(link.since),
        })  # fmt: skip
    return sorted(found, key=lambda each: (in_order(each["title"]), each["objective_id"]))
