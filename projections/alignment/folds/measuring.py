"""Key results, check-ins and readings."""

from uuid import UUID

from projections.alignment.folds.fold import Fold
from projections.alignment.tables import Rows
from projections.events import Recorded

KEY_RESULT = ("title", "kind", "unit_of_measure", "baseline", "target", "weight", "external_id")


def _key_result_added(rows: Rows, event: Recorded) -> None:
    _key_result(rows, event, present=True, **{name: event.data[name] for name in KEY_RESULT})


def _target_changed(rows: Rows, event: Recorded) -> None:
    _key_result(rows, event, **{name: event.data[name] for name in ("kind", "target", "baseline")})


def _key_result_removed(rows: Rows, event: Recorded) -> None:
    _key_result(rows, event, present=False)


def _key_result(rows: Rows, event: Recorded, **patch: object) -> None:
    key = (event.originator_id, UUID(event.data["key_result_id"]))
    rows.key_results.set(key, event.effective_on, event.recorded_at, patch)


def _checked_in(rows: Rows, event: Recorded) -> None:
    key = (event.originator_id, UUID(event.data["check_in_id"]))
    rows.check_ins.set(key, event.effective_on, event.recorded_at, {"position": event.position})
    _read(rows, event, {"position": event.position})


def _check_in_corrected(rows: Rows, event: Recorded) -> None:
    _read(rows, event, {})


def _read(rows: Rows, event: Recorded, place: dict[str, object]) -> None:
    objective_id, check_in_id = event.originator_id, UUID(event.data["check_in_id"])
    day, recorded_at = event.effective_on, event.recorded_at
    if event.data["confidence"] is not None:
        patch = {"confidence": event.data["confidence"]}
        rows.check_ins.set((objective_id, check_in_id), day, recorded_at, patch)
    said = {**place, "said_position": event.position, "said_version": event.version}
    for reading in event.data["readings"]:
        key = (objective_id, UUID(reading["key_result_id"]), check_in_id)
        rows.readings.set(key, day, recorded_at, {**said, "value": reading["value"]})


FOLDS: dict[str, Fold] = {
    "objective.key_result_added": _key_result_added,
    "objective.target_changed": _target_changed,
    "objective.key_result_removed": _key_result_removed,
    "objective.checked_in": _checked_in,
    "objective.check_in_corrected": _check_in_corrected,
}
