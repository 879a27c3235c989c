"""Everything that an objective has become, as primitives: what the seal of its cycle is made from.

Storage: seals recorded in the past are made again from this. See `domain.sealing` before changing a shape.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from domain.decimals import canonical
from domain.objective.links import Slot as LinkSlot
from domain.objective.measuring import Aim, CheckIn, Label
from domain.objective.measuring import Slot as KeyResultSlot
from domain.objective.state import ObjectiveState
from domain.objective.values import Commitment, Ending, Feedback, Owner
from domain.payload import written
from domain.timeline import Timeline

T = TypeVar("T")
Primitives = dict[str, Any]


def of(objective: ObjectiveState) -> Primitives:
    """With `id` and `version`. Facts are lists of {from, value}, in order of the days they hold from."""
    return {
        "type": "objective",
        "id": str(objective.id),
        "version": objective.version,
        "status": str(objective.status),
        "level": objective.level,
        "cycle_id": str(objective.cycle_id),
        "external_id": objective.external_id,
        "origin_id": written(objective.origin_id),
        "successor_id": written(objective.successor_id),
        "title": _line(objective.title),
        "description": _line(objective.description),
        "owner": _line(objective.owner, _owner),
        "starts_on": _line(objective.starts_on, _day),
        "ends_on": _line(objective.ends_on, _day),
        "visibility": _line(objective.visibility),
        "commitment": _line(objective.commitment, _commitment),
        "steps": objective.lifecycle.final_state(),
        "waived": sorted(objective.waived),
        "amended": objective.amended,
        "reaffirmed_on": sorted(day.isoformat() for day in objective.reaffirmed_on),
        "ending": _ending(objective.ending),
        "key_results": _each(objective.key_results.slots, _key_result),
        "alignments": _each(objective.links.slots, _link),
        "check_ins": _each(objective.check_ins.all, _check_in),
        "feedback": _each(objective.feedback, _feedback),
    }


def _each(all: dict[UUID, T], state_of: Callable[[T], Primitives]) -> list[Primitives]:
    return [{"id": str(id), **state_of(one)} for id, one in all.items()]


def _line(line: Timeline[T], value_of: Callable[[T], Any] = lambda value: value) -> list[Primitives]:
    return [{"from": span.start.isoformat(), "value": value_of(span.value)} for span in line.spans()]


def _key_result(slot: KeyResultSlot) -> Primitives:
    return {
        "present": _line(slot.present),
        "label": _line(slot.label, _label),
        "aim": _line(slot.aim, _aim),
    }


def _label(label: Label) -> Primitives:
    return {
        "title": label.title,
        "unit_of_measure": label.unit_of_measure,
        "weight": canonical(label.weight),
        "external_id": label.external_id,
    }


def _aim(aim: Aim) -> Primitives:
    return {"kind": aim.kind, "baseline": _number(aim.baseline), "target": _number(aim.target)}


def _link(slot: LinkSlot) -> Primitives:
    return {
        "present": _line(slot.present),
        "kind": _line(slot.kind),
        "weight": _line(slot.weight, canonical),
    }


def _check_in(check_in: CheckIn) -> Primitives:
    return {
        "on": check_in.on.isoformat(),
        "readings": {str(id): _number(value) for id, value in check_in.readings.items()},
        "confidence": check_in.confidence,
        "note": check_in.note,
    }


def _feedback(feedback: Feedback) -> Primitives:
    return {
        "on": feedback.on.isoformat(),
        "actor": feedback.actor,
        "kind": feedback.kind,
        "text": feedback.text,
        "visibility": feedback.visibility,
        "withdrawn_on": _day(feedback.withdrawn_on),
    }


def _commitment(commitment: Commitment) -> Primitives:
    return {"owner": _owner(commitment.owner), "confidence": commitment.confidence}


def _ending(ending: Ending | None) -> Primitives | None:
    if ending is None:
        return None
    return {"outcome": ending.outcome, "score": _number(ending.score), "note": ending.note}


def _owner(owner: Owner | None) -> Primitives | None:
    if owner is None:
        return None
    return {"unit_id": written(owner.unit_id), "person_id": written(owner.person_id)}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(value: Decimal | None) -> str | None:
    return None if value is None else canonical(value)
